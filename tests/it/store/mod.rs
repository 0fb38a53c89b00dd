//! The contract of the store, as behaviours.

#![cfg(test)]
#![cfg_attr(
    feature = "suite-postgres",
    expect(clippy::duplicate_mod, reason = "one contract, tested on each engine")
)]

mod crash;
mod file;
mod opening;
mod place;
#[cfg(feature = "suite-postgres")]
mod postgres;
mod sql;
mod sqlite;

use pressroll::{
    model::{
        CleanHtml, EntryId, Hash128, Identity, Isin, Media, MediaKind, MediaPlace, Origin, PlainText,
        PollState, Precision, Press, SourceId, Stated, Ticker,
        entry::{Entry, Kept, Label},
    },
    store::{Arrival, Claim, Round, Store},
};

use self::place::Place;

/// A moment to begin with.
const NOW: i64 = 1_700_000_000_000;
/// How long leases of these tests last.
const LEASE_MS: i64 = 60_000;

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
                place: MediaPlace::Content,
                language: Some("fr".to_owned()),
            }],
            language: Some("fr".to_owned()),
            origin: Some(Origin {
                id: Some("tag:first.example,2026:press".to_owned()),
                title: Some("First & last".to_owned()),
                feed: Some("https://first.example/rss".to_owned()),
                homepage: None,
            }),
            press: Press {
                tickers: vec![Ticker { exchange: Some("NYSE".to_owned()), symbol: "ACME".to_owned() }],
                isins: Isin::new("FR0000120073").into_iter().collect(),
                contacts: vec!["Zoë, +33 1 23 45 67 89".to_owned()],
                ..Press::default()
            },
        },
        withdrawn_ms: None,
        lead: None,
        pictures: Vec::new(),
    }
}

fn arrival(kept: Kept) -> Arrival {
    let raw = format!("{:?}", kept.entry);
    Arrival {
        identity: kept.entry.identity.guid.clone().unwrap_or_else(|| kept.entry.identity.content.clone()),
        title_key: kept.entry.title.as_str().to_lowercase(),
        raw_hash: Hash128::of(raw.as_bytes()),
        policy_version: 1,
        pictures_due_ms: None,
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
        withdrawn: Vec::new(),
    }
}

/// A try to take the lease on a source at `now_ms`, whether it is due or not.
fn lease(source: &SourceId, now_ms: i64) -> Claim {
    Claim { source: source.clone(), url: url(source), now_ms, until_ms: now_ms + LEASE_MS, due_ms: i64::MAX }
}

/// Takes the lease and keeps the round; the number of the change, if it was one.
async fn keep(store: &Store, round: Round) -> Option<i64> {
    store.claim(&lease(&round.source, NOW)).await.unwrap().expect("nobody else holds the lease");
    store.keep(round).await.unwrap()
}

/// The same, of a round that brings something; the number of the change.
async fn bring(store: &Store, round: Round) -> i64 {
    keep(store, round).await.expect("it brings something")
}

/// A store with the named sources, each with `count` entries a second apart.
async fn filled(place: &Place, names: &[&str], count: usize) -> (Store, Vec<Kept>) {
    let store = place.open().await;
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
