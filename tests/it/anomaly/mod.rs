//! Faults from outside: the real binary, killed, starved and lied to while it reads and serves.

mod backup;
mod cut;
mod disk;
mod kill;
#[cfg(feature = "suite-postgres")]
mod kit;
#[cfg(feature = "suite-postgres")]
mod lines;
mod migrate;
#[cfg(feature = "suite-slow")]
mod million;
#[cfg(feature = "suite-postgres")]
mod outage;
mod readers;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Instant,
};

use crate::support::{
    Site, eventually,
    publisher::{Publisher, Script},
};

/// Paths of the brand that shows the growing sources, and of the one that shows the quiet source.
const GROWING: &str = "/brands/growing/feed.json";
const QUIET: &str = "/brands/quiet/feed.json";
/// Entries of the quiet source.
const QUIET_ENTRIES: usize = 5;

/// A publisher with some sources that grow and one that says the same for ever.
pub(crate) struct Press {
    pub(crate) publisher: Publisher,
    sources: usize,
}

impl Press {
    pub(crate) async fn start(sources: usize) -> Self {
        let press = Self { publisher: Publisher::start().await, sources };
        press.grow_to(0);
        let quiet = feed("quiet", QUIET_ENTRIES, "");
        press.publisher.serve("/quiet.xml", quiet.etag("\"quiet\""));
        press
    }

    /// From now on each growing source has `entries` entries.
    pub(crate) fn grow_to(&self, entries: usize) {
        self.grow_long(entries, "");
    }

    /// The same, with `text` in each entry.
    fn grow_long(&self, entries: usize, text: &str) {
        for name in self.names() {
            let tag = format!("\"{name}-{entries}\"");
            self.publisher.serve(&format!("/{name}.xml"), feed(&name, entries, text).etag(&tag));
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        (0..self.sources).map(|at| format!("source-{at}"))
    }

    /// Titles of what the growing sources have when they are at `entries`.
    pub(crate) fn titles(&self, entries: usize) -> BTreeSet<String> {
        self.names().flat_map(|name| (0..entries).map(move |at| title(&name, at))).collect()
    }

    /// A site over these sources. Its address is fixed, so that its editions do not change with its port.
    pub(crate) fn config(&self, store: &str) -> String {
        let source = |name: &str| {
            let url = self.publisher.url(&format!("/{name}.xml"));
            format!(
                "[[source]]\nid = \"{name}\"\nurl = \"{url}\"\nevery = \"1s\"\nallow_networks = [\"127.0.0.0/8\"]\n"
            )
        };
        let names: Vec<String> = self.names().collect();
        let tables: String = names.iter().map(String::as_str).chain(["quiet"]).map(source).collect();
        format!(
            "version = 1\n[site]\npublic_url = \"http://press.example\"\n[store]\nurl = \"{store}\"\n\
             [fetch]\nper_host = 4\n{tables}\
             [[brand]]\nslug = \"growing\"\ntitle = \"Growing\"\nlimit = 500\nsources = {names:?}\n\
             [[brand]]\nslug = \"quiet\"\ntitle = \"Quiet\"\nsources = [\"quiet\"]\n"
        )
    }
}

/// The same numbers in each run: a linear congruential generator, whose upper bits are good enough for delays.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn title(source: &str, at: usize) -> String {
    format!("Release {at} of {source}")
}

/// A document of the first `entries` entries of a source, newest first.
fn feed(source: &str, entries: usize, text: &str) -> Script {
    let items: String = (0..entries)
        .rev()
        .map(|at| {
            let (day, minute, title) = (at / 60 % 28 + 1, at % 60, title(source, at));
            format!(
                "<item><guid isPermaLink=\"false\">{source}-{at}</guid><title>{title}</title>\
                 <link>https://{source}.example/{at}</link>\
                 <pubDate>{day:02} Oct 2026 09:{minute:02}:00 GMT</pubDate>\
                 <description>About {title}. {text}</description></item>"
            )
        })
        .collect();
    let document = format!(
        "<rss version=\"2.0\"><channel><title>{source}</title><link>https://{source}.example/</link>\
         <description>d</description>{items}</channel></rss>"
    );
    Script::document("application/rss+xml", document)
}

/// Titles of what a JSON Feed shows, by id; nothing may be shown twice.
fn shown(feed: &str) -> BTreeMap<String, String> {
    let feed: serde_json::Value = serde_json::from_str(feed).unwrap();
    let items = feed["items"].as_array().unwrap();
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap().to_owned();
    let shown: BTreeMap<_, _> = items.iter().map(|it| (text(it, "id"), text(it, "title"))).collect();
    let titles: BTreeSet<_> = shown.values().collect();
    assert_eq!((shown.len(), titles.len()), (items.len(), items.len()), "an entry is shown twice");
    shown
}

/// What the growing sources' brand shows now; the answer must be a good one.
pub(crate) async fn growing(site: &Site) -> BTreeMap<String, String> {
    shown(&site.text(GROWING).await)
}

/// Waits until it shows exactly these titles.
pub(crate) async fn growing_to(site: &Site, titles: &BTreeSet<String>) -> BTreeMap<String, String> {
    eventually("every entry to be shown", || async {
        let shown = growing(site).await;
        (shown.values().collect::<BTreeSet<_>>() == titles.iter().collect()).then_some(shown)
    })
    .await
}

/// Waits until the site says that its store fails; it takes readers all the same.
async fn told_as_failing(site: &Site) {
    eventually("the store to be told as failing", || async {
        let is_told = site.text("/readyz").await.contains("store:");
        (is_told && site.log().contains("the store fails")).then_some(())
    })
    .await;
}

/// Waits until it says that the store is well again.
async fn told_as_well(site: &Site) {
    eventually("the store to be told as well", || async {
        let is_told = !site.text("/readyz").await.contains("store:");
        (is_told && site.log().contains("well again")).then_some(())
    })
    .await;
}

/// What went wrong since `began` was told at least once, and at most once a minute.
fn told_once_a_minute(site: &Site, began: Instant) {
    let log = site.log();
    let told = log.lines().filter(|it| it.contains("WARN") || it.contains("ERROR")).count() as u64;
    assert!((1..=1 + began.elapsed().as_secs() / 60).contains(&told), "{told} warnings: {log}");
}

/// Looks into the file of a store that no process uses: it must be whole, and no entry may be kept twice.
fn inspect(file: &Path) -> i64 {
    let connection = rusqlite::Connection::open(file).unwrap();
    let text = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    let number = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    let entries = number("SELECT COUNT(*) FROM entry");
    assert_eq!(number("SELECT COUNT(DISTINCT source_id || ' ' || guid) FROM entry"), entries);
    assert_eq!(number("SELECT COUNT(DISTINCT public_id) FROM entry"), entries);
    entries
}
