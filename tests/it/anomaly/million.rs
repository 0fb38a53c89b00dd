//! A million entries of ten thousand sources: a start, rounds and readers beside them.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{feed, title};
use crate::support::{Folder, Site, client, eventually, publisher::Publisher, run, say};

const ENTRIES: i64 = 1_000_000;
const SOURCES: i64 = 10_000;
/// Sources that are due at the start.
const DUE: i64 = 200;
/// Readings of the combined feed.
const READINGS: usize = 1_000;

// Bounds for a build without optimisation, on a machine that does much else; what was measured is printed.
const START_MAX: Duration = Duration::from_secs(15);
const READING_P99_MAX: Duration = Duration::from_millis(50);
const MEMORY_KIB_MAX: u64 = 512 * 1024;

/// What each source's row says; the first ones are due.
const FILL_SOURCES: &str = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1)
    INSERT INTO source_state (source_id, url, next_at_ms, has_history, polled_ms, succeeded_ms, brought_ms,
        body_hash)
    SELECT 's-' || i, $2 || i || '.xml', CASE WHEN i < $3 THEN 0 ELSE $4 + 86400000 END, TRUE, $4, $4, $4, 'read' FROM n";

/// Entries a minute apart, the newest some days old, spread over the sources; the newest ten of each still stand in its
/// document.
const FILL_ENTRIES: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1),
    e (i, at, source, text) AS (SELECT i, $2 - 300000000 - ($1 - i) * 60000, 's-' || (i % $3), 'g-' || i FROM n)
    INSERT INTO entry (id, source_id, identity, public_id, canonical, raw_hash, policy_version, order_ms, tie,
        first_seen_ms, visible_ms, changed_ms, in_document, guid, link, content_key, title_key, title, authors,
        categories, media, excerpt, content_html)
    SELECT i, source, text, 'tag:press.example,2026:' || i, 'https://example.com/' || i, printf('%032x', i), 1001, at,
        i * 7919 % 1000003, at, at, at, i > $1 - 10 * $3, text, 'https://example.com/' || i, printf('%032x', -i),
        'release ' || i, 'Release ' || i, '[]', '[]', '[]', $4, '<p>' || $4 || $4 || $4 || '</p>' FROM e";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_entries_of_ten_thousand_sources_are_started_polled_and_read() {
    let publisher = Publisher::start().await;
    for at in 0..DUE {
        publisher.serve(&format!("/{at}.xml"), feed(&format!("s-{at}"), 1, ""));
    }
    // The others are not due; should one be asked all the same, the count below shows it.
    let folder = Folder::new();
    let config = config(&publisher);
    folder.write("feeds.toml", &config);
    assert!(run(folder.path(), &["migrate"]).status.success(), "an empty store is made");
    fill(&folder, &publisher);

    let started = Instant::now();
    let site = Site::start_in(folder, &config, |_| ());
    site.ready().await;
    let start = started.elapsed();
    let readings = readings(&site).await;
    let p99 = readings[READINGS * 99 / 100];
    eventually("every source that is due to be asked", || async {
        (publisher.requests().len() >= usize::try_from(DUE).unwrap()).then_some(())
    })
    .await;
    let rounds = started.elapsed();
    site.text_with("/brands/all/feed.json", &[&title("s-199", 0)]).await;
    let memory_mib = site.memory_kib_max() / 1024;
    say(&format!(
        "a million entries: ready after {start:?}, {DUE} sources asked after {rounds:?}, the combined feed in \
         {:?} (median) and {p99:?} (p99), {memory_mib} MiB at most",
        readings[READINGS / 2]
    ));
    assert_eq!(publisher.requests().len(), usize::try_from(DUE).unwrap(), "only what was due was asked");
    assert!(start < START_MAX && p99 < READING_P99_MAX);
    assert!(site.memory_kib_max() < MEMORY_KIB_MAX);
}

fn config(publisher: &Publisher) -> String {
    let source = |at: i64| {
        let url = publisher.url(&format!("/{at}.xml"));
        format!(
            "[[source]]\nid = \"s-{at}\"\nurl = \"{url}\"\ntags = [\"all\"]\nallow_networks = [\"127.0.0.0/8\"]\n"
        )
    };
    let sources: String = (0..SOURCES).map(source).collect();
    format!(
        "version = 1\n[store]\nurl = \"sqlite:press.db\"\n[fetch]\nper_host = 8\n{sources}\
         [[brand]]\nslug = \"all\"\ntitle = \"All\"\nsources = [\"tag:all\"]\n"
    )
}

/// Fills the store's tables as fast as the engine can: their indexes are made when the rows are there.
fn fill(folder: &Folder, publisher: &Publisher) {
    let began = Instant::now();
    let file = Connection::open(folder.path().join("press.db")).unwrap();
    file.query_row("PRAGMA journal_mode = off", (), |_| Ok(())).unwrap();
    file.execute_batch("PRAGMA synchronous = off; PRAGMA cache_size = -200000").unwrap();
    let now_ms = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let base = publisher.url("/").to_string();
    file.execute(FILL_SOURCES, (SOURCES, base, DUE, now_ms)).unwrap();
    let indexes =
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'entry' AND sql IS NOT NULL";
    let mut found = file.prepare(indexes).unwrap();
    let rows = found.query_map((), |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let (names, texts): (Vec<_>, Vec<_>) = rows.map(Result::unwrap).unzip();
    drop(found);
    names.iter().for_each(|it| file.execute_batch(&format!("DROP INDEX {it}")).unwrap());
    let text = "A release says what is new, in three hundred letters or so. ".repeat(5);
    file.execute(FILL_ENTRIES, (ENTRIES, now_ms, SOURCES, text)).unwrap();
    texts.iter().for_each(|it| file.execute_batch(it).unwrap());
    let counted = "UPDATE counter SET value = $1 WHERE name = 'entry_id'";
    file.execute(counted, (ENTRIES + 1_000,)).unwrap();
    // What a version before has cleaned would be cleaned again before anything is served.
    let cleaned = "UPDATE counter SET value = $1 WHERE name = 'cleaned_by'";
    file.execute(cleaned, (pressroll::sanitize::VERSION,)).unwrap();
    say(&format!("a store of {ENTRIES} entries was made in {:?}", began.elapsed()));
}

/// How long each reading of the combined feed took, the quickest first.
async fn readings(site: &Site) -> Vec<Duration> {
    let client = client();
    let mut readings = Vec::with_capacity(READINGS);
    for _ in 0..READINGS {
        let asked = Instant::now();
        let answer = client.get(format!("{}/brands/all/feed.rss", site.base)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.unwrap().len() > 10_000);
        readings.push(asked.elapsed());
    }
    readings.sort();
    readings
}
