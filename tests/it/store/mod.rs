//! The contract of the store, as behaviours.

#![cfg(test)]

mod crash;
mod leases;
mod opening;
mod outgoing;
mod reading;
mod rounds;
mod sql;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use pressroll::{
    model::{
        CleanHtml, EntryId, Hash128, Identity, Media, MediaKind, PlainText, PollState, Precision, SourceId,
        Stated,
        entry::{Entry, Kept, Label},
    },
    store::{Arrival, Round, Store},
};

/// A moment to begin with.
const NOW: i64 = 1_700_000_000_000;
/// How long leases of these tests last.
const LEASE_MS: i64 = 60_000;

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("pressroll-store-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("press.db")
    }

    /// The store in this folder, opened by a process called `node`.
    async fn open_as(&self, node: &str) -> Store {
        Store::open("sqlite:press.db", &self.0, node).await.unwrap()
    }

    async fn open(&self) -> Store {
        self.open_as("one").await
    }

    /// What another program sees in the file.
    fn look<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let connection = rusqlite::Connection::open(self.file()).unwrap();
        connection.query_row(sql, (), |row| row.get(0)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn source(name: &str) -> SourceId {
    SourceId::new(name).unwrap()
}

/// Sources with addresses that follow from their names.
fn with_urls(names: &[&str]) -> Vec<(SourceId, String)> {
    names.iter().map(|name| (source(name), url(&source(name)))).collect()
}

/// The address that [`with_urls`] gives a source.
fn url(id: &SourceId) -> String {
    format!("https://{id}.example/rss")
}

/// An entry with something in every field.
fn kept(id: EntryId, from: &SourceId, order_ms: i64) -> Kept {
    let link = format!("https://{from}.example/{}", id.0);
    Kept {
        id,
        source: from.clone(),
        public_id: format!("urn:example:{from}:{}", id.0),
        canonical: Some(format!("{from}.example/{}", id.0)),
        order_ms,
        tie: Hash128::of(&id.0.to_le_bytes()).order(),
        first_seen_ms: order_ms + 5,
        visible_ms: order_ms + 7,
        updated_ms: order_ms + 9,
        entry: Entry {
            identity: Identity {
                guid: Some(format!("guid-{}", id.0)),
                link: Some(format!("{link}?utm_source=rss")),
                content: format!("{:032x}", id.0),
            },
            title: PlainText::vouch(format!("L’hydrogène, n° {}", id.0)),
            link: Some(link),
            published: Some(Stated { instant_ms: order_ms, offset_min: -90, precision: Precision::Second }),
            updated: Some(Stated { instant_ms: order_ms + 1, offset_min: 0, precision: Precision::Day }),
            authors: vec![PlainText::vouch("Zoë 😀".to_owned())],
            content: CleanHtml::vouch("<p>One &amp; two</p>".to_owned()),
            excerpt: PlainText::vouch("One & two".to_owned()),
            categories: vec![Label { term: "ACME".to_owned(), scheme: Some("NYSE".to_owned()) }],
            media: vec![Media {
                url: "https://example.com/a.jpg".to_owned(),
                kind: MediaKind::Image,
                mime: Some("image/jpeg".to_owned()),
                bytes: Some(1234),
                width: Some(640),
                height: None,
                alt: None,
            }],
            language: Some("fr".to_owned()),
        },
    }
}

fn arrival(kept: Kept) -> Arrival {
    let raw = format!("{:?}", kept.entry);
    Arrival {
        identity: kept.entry.identity.guid.clone().unwrap_or_else(|| kept.entry.identity.content.clone()),
        title_key: kept.entry.title.as_str().to_lowercase(),
        raw_hash: Hash128::of(raw.as_bytes()),
        policy_version: 1,
        kept,
    }
}

fn round(from: &SourceId, entries: Vec<Kept>) -> Round {
    let state = PollState { next_at_ms: NOW + 300_000, has_history: true, ..PollState::default() };
    Round {
        source: from.clone(),
        state,
        arrivals: entries.into_iter().map(arrival).collect(),
        listed: Vec::new(),
    }
}

/// Takes the lease and keeps the round.
async fn keep(store: &Store, round: Round) -> i64 {
    store
        .claim(&round.source, &url(&round.source), NOW, NOW + LEASE_MS)
        .await
        .unwrap()
        .expect("nobody else holds the lease");
    store.keep(round).await.unwrap()
}

/// A store with the named sources, each with `count` entries a second apart.
async fn filled(folder: &Folder, names: &[&str], count: usize) -> (Store, Vec<Kept>) {
    let store = folder.open().await;
    store.adopt(&with_urls(names), NOW).await.unwrap();
    let mut all = Vec::new();
    for name in names {
        let from = source(name);
        let ids = store.entry_ids(count).await.unwrap();
        let entries: Vec<Kept> =
            ids.into_iter().zip(0..).map(|(id, at)| kept(id, &from, NOW + at * 1_000)).collect();
        all.extend(entries.clone());
        keep(&store, round(&from, entries)).await;
    }
    (store, all)
}
