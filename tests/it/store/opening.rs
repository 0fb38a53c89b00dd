//! Opening: what is refused, with which words, and what comes back after a restart.

use pressroll::{
    model::{Appearance, Hash128, PollState, draft::Cadence},
    store::{Minting, Order, Store, StoreError},
};

use super::{Folder, NOW, filled, keep, round, source, with_urls};

async fn refusal(url: &str, folder: &Folder) -> (StoreError, String) {
    let error = Store::open(url, &folder.0, "one").await.expect_err("this should be refused");
    let text = error.to_string();
    (error, text)
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = Folder::new();
    let (store, mut all) = filled(&folder, &["acme", "wire"], 3).await;
    let acme = source("acme");
    let state = PollState {
        etag: Some("W/\"a b\"".to_owned()),
        last_modified: Some("yesterday, more or less".to_owned()),
        body_hash: Some("00ff".to_owned()),
        reader_version: 7,
        next_at_ms: NOW + 1,
        next_why: "the publisher asks for an hour".to_owned(),
        polled_ms: NOW + 2,
        succeeded_ms: NOW + 3,
        brought_ms: NOW + 4,
        failures: 5,
        error: Some("it answered 500".to_owned()),
        moved_to: Some("https://new.example/".to_owned()),
        gone: true,
        feed_title: Some("Acme".to_owned()),
        feed_link: Some("https://acme.example/".to_owned()),
        cadence: Cadence { interval_min: Some(60) },
        has_history: true,
        repairs: "bare ampersand (3)".to_owned(),
    };
    let number =
        keep(&store, pressroll::store::Round { state: state.clone(), ..round(&acme, Vec::new()) }).await;
    let shown = Appearance { entry: all[0].id, public_id: "urn:example:first".to_owned(), shown_ms: NOW + 8 };
    store.appear("brands/acme", std::slice::from_ref(&shown)).await.unwrap();
    let edition = [("/brands/acme/feed.rss".to_owned(), Hash128::of(b"x"))];
    let changed = store.editions(&edition, NOW).await.unwrap();
    store.close().await.unwrap();

    let store = folder.open().await;
    assert_eq!(store.poll_state(&acme).await.unwrap(), Some(state.clone()));
    let states = store.poll_states().await.unwrap();
    assert_eq!(states.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["acme", "wire"]);
    assert_eq!(states[0].1, state);
    all.sort_by_key(|it| std::cmp::Reverse((it.order_ms, it.tie, it.id)));
    let both = [source("wire"), acme];
    assert_eq!(store.newest(&both, Order::Stated, 100).await.unwrap(), all);
    assert_eq!(store.appearances("brands/acme", &[all[0].id, shown.entry]).await.unwrap(), [shown]);
    assert_eq!(store.editions(&edition, NOW + 50_000).await.unwrap(), changed);
    assert!(store.change().await.unwrap() > number);
    let next = store.entry_ids(1).await.unwrap()[0];
    assert!(all.iter().all(|it| it.id < next), "{next:?} was given before");
}

#[tokio::test]
async fn authority_and_year_are_fixed_when_the_store_is_made() {
    let folder = Folder::new();
    let first = Minting { authority: "press.example.com".to_owned(), year: 2024 };
    let store = folder.open().await;
    assert_eq!(store.identity("press.example.com", 2024).await.unwrap(), first);
    assert_eq!(store.identity("other.example", 2031).await.unwrap(), first);
    store.close().await.unwrap();
    assert_eq!(folder.open().await.identity("other.example", 2031).await.unwrap(), first);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = Folder::new();
    folder.open().await.close().await.unwrap();
    let file = rusqlite::Connection::open(folder.file()).unwrap();
    file.execute("INSERT INTO migration (version, name) VALUES (9999, 'later')", ()).unwrap();
    drop(file);
    let before = std::fs::read(folder.file()).unwrap();
    let (error, text) = refusal("sqlite:press.db", &folder).await;
    assert!(matches!(error, StoreError::Newer { found: 9999, known: 1 }), "{error:?}");
    assert!(text.contains("start a newer pressroll"), "{text}");
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[tokio::test]
async fn the_schema_version_is_recorded_once() {
    let folder = Folder::new();
    folder.open().await.close().await.unwrap();
    folder.open().await.close().await.unwrap();
    assert_eq!(folder.look::<i64>("SELECT COUNT(*) FROM migration"), 1);
    assert_eq!(folder.look::<String>("SELECT name FROM migration"), "0001_first");
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = Folder::new();
    let (error, text) = refusal("sqlite:not/there/press.db", &folder).await;
    assert!(matches!(error, StoreError::NoFolder { .. }), "{error:?}");
    assert!(
        text.contains(&*folder.0.join("not/there").to_string_lossy()) && text.contains("create"),
        "{text}"
    );
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_named() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file()).unwrap();
    let (error, text) = refusal("sqlite:press.db", &folder).await;
    assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
    assert!(text.contains("press.db") && text.contains("it is a folder"), "{text}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let folder = Folder::new();
    let words = "These are the minutes of the annual general meeting. ".repeat(40);
    std::fs::write(folder.file(), &words).unwrap();
    let (error, text) = refusal("sqlite:press.db", &folder).await;
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
    assert!(text.contains("it is not a database") && text.contains("move it away"), "{text}");
    assert_eq!(std::fs::read_to_string(folder.file()).unwrap(), words);
}

#[tokio::test]
async fn the_database_of_another_program_is_refused_and_left_alone() {
    let folder = Folder::new();
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("CREATE TABLE migration (id TEXT); CREATE TABLE invoice (id TEXT)").unwrap();
    drop(other);
    let before = std::fs::read(folder.file()).unwrap();
    let (_, text) = refusal("sqlite:press.db", &folder).await;
    assert!(text.contains("the database of another program"), "{text}");
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
}

#[tokio::test]
async fn an_address_without_an_engine_or_a_file_is_explained() {
    let folder = Folder::new();
    for (url, words) in [
        ("postgres://press@db.example/press", "write “sqlite:”"),
        ("pressroll.db", "write “sqlite:”"),
        ("sqlite:", "path of a file is missing"),
        ("sqlite::memory:", "lost with the process"),
    ] {
        let (_, text) = refusal(url, &folder).await;
        assert!(text.contains(words) && text.contains(url), "{text}");
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "something was made");
}

#[tokio::test]
async fn an_absolute_path_is_taken_as_it_is() {
    let folder = Folder::new();
    let url = format!("sqlite://{}", folder.file().display());
    let elsewhere = std::path::Path::new("/nowhere");
    Store::open(&url, elsewhere, "one").await.unwrap().close().await.unwrap();
    assert!(folder.file().is_file());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_may_make_the_same_store_at_once() {
    let folder = std::sync::Arc::new(Folder::new());
    let mut openings = tokio::task::JoinSet::new();
    for at in 0..8 {
        let folder = std::sync::Arc::clone(&folder);
        openings.spawn(async move { folder.open_as(&format!("node-{at}")).await });
    }
    let stores = openings.join_all().await;
    assert_eq!(folder.look::<i64>("SELECT COUNT(*) FROM migration"), 1);
    stores[0].adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    for store in &stores {
        assert_eq!(store.poll_states().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn closing_finishes_what_was_handed_over_and_moves_the_log_into_the_file() {
    let folder = Folder::new();
    let (store, all) = filled(&folder, &["acme"], 50).await;
    let (first, second) = tokio::join!(store.close(), store.close());
    first.and(second).unwrap();
    let log = folder.file().with_extension("db-wal");
    assert!(!log.exists() || std::fs::metadata(&log).unwrap().len() == 0);
    assert_eq!(folder.look::<i64>("SELECT COUNT(*) FROM entry"), all.len() as i64);
    assert!(matches!(store.change().await, Err(StoreError::Closed)));
    assert!(matches!(store.entry_ids(5_000).await, Err(StoreError::Closed)));
}

/// Takes as long as one process waits for another: five seconds.
#[cfg(feature = "suite-slow")]
#[tokio::test]
async fn a_store_that_another_program_keeps_locked_is_reported() {
    let folder = Folder::new();
    folder.open().await.close().await.unwrap();
    let other = rusqlite::Connection::open(folder.file()).unwrap();
    other.execute_batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; DELETE FROM edition").unwrap();
    let (error, text) = refusal("sqlite:press.db", &folder).await;
    assert!(matches!(error, StoreError::Busy), "{error:?}");
    assert!(text.contains("locked by another program"), "{text}");
}
