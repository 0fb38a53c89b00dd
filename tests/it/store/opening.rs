//! Opening: what is refused, with which words, and what comes back after a restart.

use pressroll::store::{Schema, Store, StoreError};

use super::{Place, filled};

async fn refusal(url: &str, place: &Place) -> (StoreError, String) {
    let error =
        Store::open(url, place.path(), "one", Schema::Update).await.expect_err("this should be refused");
    let text = error.to_string();
    (error, text)
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let place = Place::file();
    place.open().await.close().await.unwrap();
    let file = rusqlite::Connection::open(place.press()).unwrap();
    file.execute("INSERT INTO migration (version, name) VALUES (9999, 'later')", ()).unwrap();
    drop(file);
    let before = std::fs::read(place.press()).unwrap();
    let (error, text) = refusal("sqlite:press.db", &place).await;
    assert!(matches!(error, StoreError::Newer { found: 9999, known: 5 }), "{error:?}");
    assert!(text.contains("start a newer pressroll"), "{text}");
    assert_eq!(std::fs::read(place.press()).unwrap(), before);
}

#[tokio::test]
async fn the_schema_version_is_recorded_once() {
    let place = Place::file();
    place.open().await.close().await.unwrap();
    place.open().await.close().await.unwrap();
    let names = place.look("SELECT name FROM migration ORDER BY version");
    assert_eq!(names, "origin,0001_first,0002_retention,0003_fetching,0004_reading,0005_pictures");
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let place = Place::file();
    let (error, text) = refusal("sqlite:not/there/press.db", &place).await;
    assert!(matches!(error, StoreError::NoFolder { .. }), "{error:?}");
    assert!(
        text.contains(&*place.path().join("not/there").to_string_lossy()) && text.contains("create"),
        "{text}"
    );
}

#[tokio::test]
async fn a_folder_in_place_of_the_file_is_named() {
    let place = Place::file();
    std::fs::create_dir(place.press()).unwrap();
    let (error, text) = refusal("sqlite:press.db", &place).await;
    assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
    assert!(text.contains("press.db") && text.contains("it is a folder"), "{text}");
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let place = Place::file();
    let words = "These are the minutes of the annual general meeting. ".repeat(40);
    std::fs::write(place.press(), &words).unwrap();
    let (error, text) = refusal("sqlite:press.db", &place).await;
    assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
    assert!(text.contains("it is not a database") && text.contains("move it away"), "{text}");
    assert_eq!(std::fs::read_to_string(place.press()).unwrap(), words);
}

#[tokio::test]
async fn the_database_of_another_program_is_refused_and_left_alone() {
    let place = Place::file();
    let other = rusqlite::Connection::open(place.press()).unwrap();
    other.execute_batch("CREATE TABLE migration (id TEXT); CREATE TABLE invoice (id TEXT)").unwrap();
    drop(other);
    let before = std::fs::read(place.press()).unwrap();
    let (_, text) = refusal("sqlite:press.db", &place).await;
    assert!(text.contains("the database of another program"), "{text}");
    assert_eq!(std::fs::read(place.press()).unwrap(), before);
}

#[tokio::test]
async fn an_address_without_an_engine_or_a_file_is_explained() {
    let place = Place::file();
    for (url, words) in [
        ("pressroll.db", "write “sqlite:”"),
        ("sqlite:", "path of a file is missing"),
        ("sqlite::memory:", "lost with the process"),
    ] {
        let (_, text) = refusal(url, &place).await;
        assert!(text.contains(words) && text.contains(url), "{text}");
    }
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "something was made");
}

#[tokio::test]
async fn the_address_of_another_engine_is_refused_without_its_password() {
    let place = Place::file();
    for url in ["mysql://press:hush@db.example/press", "Postgres://press:hush@db.example/press"] {
        let (_, text) = refusal(url, &place).await;
        assert!(text.contains("write “sqlite:”") && !text.contains("hush"), "{text}");
    }
}

#[tokio::test]
async fn an_absolute_path_is_taken_as_it_is() {
    let place = Place::file();
    let url = format!("sqlite://{}", place.press().display());
    let elsewhere = std::path::Path::new("/nowhere");
    Store::open(&url, elsewhere, "one", Schema::Update).await.unwrap().close().await.unwrap();
    assert!(place.press().is_file());
}

#[tokio::test]
async fn closing_finishes_what_was_handed_over_and_moves_the_log_into_the_file() {
    let place = Place::file();
    let (store, all) = filled(&place, &["acme"], 50).await;
    let (first, second) = tokio::join!(store.close(), store.close());
    first.and(second).unwrap();
    let log = place.press().with_extension("db-wal");
    assert!(!log.exists() || std::fs::metadata(&log).unwrap().len() == 0);
    assert_eq!(place.look("SELECT COUNT(*) FROM entry"), all.len().to_string());
    assert!(matches!(store.change().await, Err(StoreError::Closed)));
    assert!(matches!(store.entry_ids(5_000).await, Err(StoreError::Closed)));
}

/// Takes as long as one process waits for another: five seconds.
#[cfg(feature = "suite-slow")]
#[tokio::test]
async fn a_store_that_another_program_keeps_locked_is_reported() {
    let place = Place::file();
    place.open().await.close().await.unwrap();
    let other = rusqlite::Connection::open(place.press()).unwrap();
    other.execute_batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; DELETE FROM edition").unwrap();
    let (error, text) = refusal("sqlite:press.db", &place).await;
    assert!(matches!(error, StoreError::Busy), "{error:?}");
    assert!(text.contains("locked by another program"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_processes_on_an_old_file_one_saves_and_changes_it() {
    let place = Place::file();
    let old = include_str!("../../../migrations/0001_first.sql");
    place.act(&format!(
        "CREATE TABLE migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL); {old}; \
         INSERT INTO migration (version, name) VALUES (1, '0001_first'); \
         INSERT INTO source_state (source_id, url, next_at_ms) VALUES ('acme', 'https://acme.example/rss', 1)"
    ));
    let refused = Store::open("sqlite:press.db", place.path(), "look", Schema::AsItIs).await.unwrap_err();
    assert!(matches!(refused, StoreError::Older { found: 1, known: 5 }), "{refused:?}");
    assert!(refused.to_string().contains("pressroll migrate"), "{refused}");
    assert_eq!(place.look("SELECT MAX(version) FROM migration"), "1");

    let mut openings = tokio::task::JoinSet::new();
    for at in 0..6 {
        let folder = place.path().to_owned();
        openings.spawn(async move {
            Store::open("sqlite:press.db", &folder, &format!("node-{at}"), Schema::Update).await.unwrap()
        });
    }
    let stores = openings.join_all().await;
    let saved = place.path().join("press.db-v1");
    let savers = stores.iter().filter(|it| it.opened().backup.as_deref() == Some(saved.as_path()));
    assert_eq!(savers.count(), 1, "one saves the file, and names where");
    assert_eq!(stores.iter().filter(|it| it.opened().found == 1).count(), 1, "the others find it done");
    let kept = rusqlite::Connection::open(saved).unwrap();
    let version: i64 = kept.query_row("SELECT MAX(version) FROM migration", (), |row| row.get(0)).unwrap();
    assert_eq!(version, 1, "what was saved is what was there");
    assert_eq!(stores[0].poll_states().await.unwrap().len(), 1);
}
