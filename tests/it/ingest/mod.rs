//! Rounds, one by one, under a clock of the test's own: what is remembered between them, who may do them, and what is
//! let go afterwards.

mod cleaning;
mod leases;
mod manners;
mod memory;
mod moments;
mod pictures;
mod retention;
mod silence;
mod trouble;
mod withdrawing;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    config::{self, Config, Overrides},
    fetch::{self, Fetcher, Settings},
    ingest::{self, Ask, Ingest, Interval, Limits, Mint, Pings, READER_VERSION, Round, Terms, Wanted},
    model::{Clock, Kept, Source},
    store::{Order, Schema, Store},
};
use tokio::sync::Notify;

use crate::support::{
    Folder,
    publisher::{Publisher, Script},
};

pub const START_MS: i64 = 1_793_610_000_000;
pub const HOUR_MS: i64 = 3_600_000;
pub const RSS: &str = "application/rss+xml";

#[derive(Clone, Debug)]
pub struct Item {
    pub guid: String,
    pub title: String,
    pub link: String,
    pub date: String,
    pub text: String,
}

pub fn items(range: std::ops::Range<usize>) -> Vec<Item> {
    let item = |n: usize| Item {
        guid: format!("guid-{n}"),
        title: format!("Release number {n}"),
        link: format!("https://acme.example/news/{n}"),
        date: format!("Mon, {:02} Oct 2026 09:00:00 GMT", n % 28 + 1),
        text: format!("What release {n} is about."),
    };
    range.map(item).collect()
}

fn document(items: &[Item], made_ms: i64) -> String {
    let items: String = items
        .iter()
        .map(|it| {
            let guid = if it.guid.is_empty() { String::new() } else { format!("<guid>{}</guid>", it.guid) };
            let link = it.link.replace('&', "&amp;");
            format!(
                "<item>{guid}<title>{}</title><link>{link}</link><pubDate>{}</pubDate>\
                 <description>{}</description></item>",
                it.title, it.date, it.text
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>{items}</channel></rss>\
         <!-- made at {made_ms} -->"
    )
}

/// What varies between worlds.
#[derive(Clone, Default)]
pub struct Setting {
    pub limits: Limits,
    /// Further keys of the source.
    pub keys: &'static str,
    /// Further sources of the same host; their addresses answer what the publisher is told.
    pub others: usize,
    /// Whether the source is the file “press.xml” of the folder.
    pub file: bool,
    /// Rounds at the same time, of one host too; 0 stands for one.
    pub rounds_max: usize,
    /// Where the store is, if it is no file.
    pub store: Option<String>,
}

/// A brand over the source “acme”, and other sources if they are wanted.
fn configured(publisher: &Publisher, folder: &Folder, setting: &Setting) -> Config {
    let table = |id: &str, path: &str| {
        let keys = setting.keys;
        let place = match setting.file {
            true => format!("path = \"{}\"", folder.path().join("press.xml").display()),
            false => format!("url = \"{}\"", publisher.url(path)),
        };
        format!("[[source]]\nid = \"{id}\"\n{place}\nallow_networks = [\"127.0.0.0/8\"]\n{keys}\n")
    };
    let others = (0..setting.others).map(|n| table(&format!("other-{n}"), &format!("/other-{n}.xml")));
    let tables: String = std::iter::once(table("acme", "/press.xml")).chain(others).collect();
    let text =
        format!("version = 1\n{tables}[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n");
    config::parse("feeds.toml", &text, &Overrides::default()).unwrap().config
}

fn clock(now_ms: &Arc<AtomicI64>) -> Clock {
    let now_ms = Arc::clone(now_ms);
    Arc::new(move || Timestamp::from_millisecond(now_ms.load(Ordering::Relaxed)).unwrap())
}

/// One source, polled round by round under a clock of the test's own.
pub struct World {
    pub publisher: Arc<Publisher>,
    pub ingest: Arc<Ingest>,
    pub store: Store,
    pub source: Arc<Source>,
    pub others: Vec<Arc<Source>>,
    pub config: Config,
    pub terms: Terms,
    now_ms: Arc<AtomicI64>,
    setting: Setting,
    folder: Arc<Folder>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Setting::default()).await
    }

    pub async fn with(setting: Setting) -> Self {
        Self::over(Arc::new(Publisher::start().await), setting).await
    }

    /// A world of its own over a publisher that others read too.
    pub async fn over(publisher: Arc<Publisher>, setting: Setting) -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self::node("one", publisher, Arc::new(Folder::new()), now_ms, setting).await
    }

    /// Another process on the same store.
    pub async fn beside(&self, name: &str) -> Self {
        let (publisher, folder) = (Arc::clone(&self.publisher), Arc::clone(&self.folder));
        Self::node(name, publisher, folder, Arc::clone(&self.now_ms), self.setting.clone()).await
    }

    async fn node(
        name: &str,
        publisher: Arc<Publisher>,
        folder: Arc<Folder>,
        now_ms: Arc<AtomicI64>,
        setting: Setting,
    ) -> Self {
        let config = configured(&publisher, &folder, &setting);
        let sources = config.sources.clone();
        let (source, others) = (Arc::clone(&sources[0]), sources[1..].to_vec());
        let url = setting.store.as_deref().unwrap_or("sqlite:press.db");
        let store = Store::open(url, folder.path(), name, Schema::Update).await.unwrap();
        let known: Vec<_> = sources.iter().map(|it| (it.id.clone(), it.url.to_string())).collect();
        store.adopt(&known, START_MS).await.unwrap();
        let clock = clock(&now_ms);
        let fetching = Settings {
            user_agent: "test".into(),
            reader_version: READER_VERSION,
            limits: fetch::Limits::default(),
            proxy: None,
            roots: Vec::new(),
        };
        let terms = Terms {
            fetcher: Fetcher::new(fetching, Arc::clone(&clock)).unwrap(),
            interval: Interval { min: SignedDuration::from_mins(5), max: SignedDuration::from_hours(6) },
            rounds_max: setting.rounds_max.max(1),
            per_host_max: setting.rounds_max.max(1),
            images: Arc::new(Wanted::of(&config.publications, &config.sources)),
            public_url: "http://127.0.0.1:8080/press".into(),
            pings: Arc::new(Pings::new("site", sources.iter().map(|it| &it.id))),
            sources: Arc::new(sources.into_iter().map(|it| (it.id.clone(), it)).collect()),
        };
        let parts = ingest::Parts {
            terms: terms.clone(),
            store: store.clone(),
            mint: Mint { authority: "press.example".into(), year: 2026 },
            node: name.into(),
            clock,
            limits: setting.limits,
            kept: Arc::new(Notify::new()),
        };
        let ingest = Arc::new(Ingest::new(parts));
        Self { publisher, ingest, store, source, others, config, terms, now_ms, setting, folder }
    }

    /// From now on the publisher has these items, in a document of new bytes.
    pub fn publish(&self, items: &[Item]) {
        self.publish_at("/press.xml", items);
    }

    /// The same at another path.
    pub fn publish_at(&self, path: &str, items: &[Item]) {
        self.publisher.serve(path, Script::document(RSS, document(items, self.now_ms())));
    }

    pub fn clock(&self) -> Clock {
        clock(&self.now_ms)
    }

    pub fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    pub fn pass(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// One round an hour later over a document of these items: how many were new, how many changed.
    pub async fn round(&self, items: &[Item]) -> (usize, usize) {
        self.pass(HOUR_MS);
        self.publish(items);
        match self.ingest.round(&self.source, Ask::Now).await.unwrap() {
            Round::Kept { new, changed, .. } => (new, changed),
            other => panic!("{other:?}"),
        }
    }

    pub async fn kept(&self) -> Vec<Kept> {
        self.store.newest(std::slice::from_ref(&self.source.id), Order::Stated, 1_000).await.unwrap()
    }

    /// Public ids and places by what the text says the entry is.
    pub async fn places(&self) -> BTreeMap<String, (String, i64)> {
        let kept = self.kept().await;
        let count = kept.len();
        let places: BTreeMap<_, _> =
            kept.into_iter().map(|it| (it.entry.excerpt.to_string(), (it.public_id, it.order_ms))).collect();
        assert_eq!(places.len(), count, "an entry is kept twice");
        places
    }

    /// Changes the store's file as no process of ours does.
    pub fn sql(&self, text: &str) {
        self.file().execute_batch(text).unwrap();
    }

    /// All rows of a query, in words.
    pub fn rows(&self, query: &str) -> Vec<String> {
        let file = self.file();
        let mut query = file.prepare(query).unwrap();
        let width = query.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let value = |at| format!("{:?}", row.get::<_, rusqlite::types::Value>(at).unwrap());
            Ok((0..width).map(value).collect::<Vec<_>>().join(" "))
        };
        query.query_map((), row).unwrap().map(Result::unwrap).collect()
    }

    fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("press.db")).unwrap()
    }
}
