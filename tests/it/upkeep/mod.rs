//! Upkeep of the store from the command line: what an operator does around an upgrade, a move or a bad day.

#[cfg(feature = "suite-postgres")]
mod server;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::support::{
    Folder, PRESSROLL, Site, eventually,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const RSS: &str = "application/rss+xml";
const PASSWORD: &str = "s3cret";

fn feed(titles: &[&str]) -> String {
    let item = |title: &&str| {
        format!(
            "<item><guid>https://acme.example/{title}</guid><title>{title}</title>\
             <link>https://acme.example/{title}</link><pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item>"
        )
    };
    let items: String = titles.iter().map(item).collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>{items}</channel></rss>"
    )
}

fn config(url: &str) -> String {
    format!(
        "version = 1\n[[source]]\nid = \"acme\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n"
    )
}

/// A configuration whose source nobody answers for.
fn quiet() -> String {
    config("http://127.0.0.1:9/feed")
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", stdout(output)))
}

/// The feed that `folder`'s store gives.
fn rendered(folder: &Path) -> String {
    let output = run(folder, &["render", "brands/acme", "--format", "rss"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

/// A folder with a store as the first version made it, and what its only source last complained of.
fn old_store() -> Folder {
    let folder = Folder::new();
    folder.write("feeds.toml", &quiet());
    let first = include_str!("../../../migrations/0001_first.sql");
    let store = rusqlite::Connection::open(folder.path().join("pressroll.db")).unwrap();
    store
        .execute_batch(&format!(
            "CREATE TABLE migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL); {first}
             INSERT INTO migration VALUES (1, '0001_first');
             INSERT INTO source_state (source_id, url, next_at_ms, failures, error)
             VALUES ('acme', 'http://127.0.0.1:9/feed', 1, 2, 'said before the upgrade');"
        ))
        .unwrap();
    folder
}

fn schema_of(file: &Path) -> i64 {
    let store = rusqlite::Connection::open(file).unwrap();
    store.query_row("SELECT MAX(version) FROM migration", (), |row| row.get(0)).unwrap()
}

#[test]
fn migrate_says_what_it_found_also_when_there_is_nothing_to_do() {
    let folder = Folder::new();
    folder.write("feeds.toml", &quiet());
    let new = stdout(&run(folder.path(), &["migrate"]));
    assert!(new.contains("sqlite:pressroll.db: a new store"), "{new}");
    let again = stdout(&run(folder.path(), &["migrate"]));
    assert!(again.contains("nothing to do"), "{again}");
    let told = json(&run(folder.path(), &["migrate", "--json"]));
    assert_eq!((&told["store"], &told["backup"]), (&"sqlite:pressroll.db".into(), &Value::Null));
    assert!(told["version"].as_i64().unwrap() > 1 && told["found"] == told["version"], "{told}");
}

#[test]
fn an_older_store_is_brought_up_to_date_and_saved_before() {
    let folder = old_store();
    let output = run(folder.path(), &["migrate"]);
    let text = stdout(&output);
    assert!(text.contains("brought from schema version 1 to "), "{text}{}", stderr(&output));
    let saved = text.split("saved as ").nth(1).unwrap().trim();
    assert_eq!(schema_of(&folder.path().join(saved)), 1, "{text}");
    assert!(schema_of(&folder.path().join("pressroll.db")) > 1);
    let status = json(&run(folder.path(), &["status", "--json"]));
    assert_eq!(status["sources"][0]["error"], "said before the upgrade");

    let told = json(&run(old_store().path(), &["migrate", "--json"]));
    assert!(told["found"] == 1 && told["backup"].is_string(), "{told}");
}

#[test]
fn with_no_migrate_every_command_refuses_an_older_store_and_leaves_it() {
    let folder = old_store();
    let file = folder.path().join("pressroll.db");
    for command in [
        ["fetch", "--no-migrate"].as_slice(),
        &["--no-migrate", "migrate"],
        // What only looks never changes the tables.
        &["status"],
        &["render", "brands/acme", "--format", "atom"],
        &["backup", "copy.db"],
    ] {
        let output = run(folder.path(), command);
        assert_eq!(output.status.code(), Some(4), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("`pressroll migrate`"), "{command:?}: {}", stderr(&output));
        assert_eq!(schema_of(&file), 1, "{command:?}");
    }
    let mut serve = Command::new(PRESSROLL)
        .args(["serve", "--no-migrate", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(serve.stderr.take().unwrap()).read_line(&mut first).unwrap();
    let _already_ended = serve.kill();
    serve.wait().unwrap();
    assert!(first.contains("`pressroll migrate`"), "{first}");
    assert!(!folder.path().join("copy.db").exists());
    for command in [["check"].as_slice(), &["embed", "brands/acme"]] {
        assert_eq!(run(folder.path(), command).status.code(), Some(0), "{command:?} asks no store");
    }
    assert_eq!(schema_of(&file), 1);
}

#[test]
fn a_newer_store_is_refused_by_every_command() {
    let folder = old_store();
    let file = folder.path().join("pressroll.db");
    assert_eq!(run(folder.path(), &["migrate"]).status.code(), Some(0));
    let store = rusqlite::Connection::open(&file).unwrap();
    store.execute("INSERT INTO migration VALUES (1000, '1000_later')", ()).unwrap();
    drop(store);
    for command in [["migrate"].as_slice(), &["status"], &["fetch"], &["backup", "copy.db"]] {
        let output = run(folder.path(), command);
        assert_eq!(output.status.code(), Some(4), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("newer pressroll"), "{command:?}: {}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_serving_is_a_store_that_gives_the_same_feed() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, feed(&["one", "two", "three"])).etag("\"1\""));
    let site = Site::start(&config(publisher.url("/press.xml").as_str()));
    site.text_with("/brands/acme/feed.rss", &["one", "three"]).await;
    let served = rendered(site.folder.path());
    let told = json(&site.run(&["backup", "copy.db", "--json"]));
    let copy = site.folder.path().join("copy.db");
    assert_eq!((&told["file"], &told["entries"]), (&"copy.db".into(), &3.into()));
    assert_eq!(told["bytes"], fs::metadata(&copy).unwrap().len());

    let elsewhere = Folder::new();
    fs::copy(&copy, elsewhere.path().join("pressroll.db")).unwrap();
    fs::copy(site.folder.path().join("feeds.toml"), elsewhere.path().join("feeds.toml")).unwrap();
    assert_eq!(rendered(elsewhere.path()), served);

    let before = fs::read(&copy).unwrap();
    let again = site.run(&["backup", "copy.db"]);
    assert_eq!(again.status.code(), Some(4), "{}", stderr(&again));
    assert!(stderr(&again).contains("copy.db"), "{}", stderr(&again));
    assert_eq!(fs::read(&copy).unwrap(), before, "a file that is there is never touched");
    let second = stdout(&site.run(&["backup", "second.db"]));
    assert!(second.contains("saved 3 entries as second.db, ") && second.contains("KiB"), "{second}");
}

#[test]
fn a_store_that_is_not_there_is_made_by_nothing_that_only_looks() {
    let folder = Folder::new();
    folder.write("feeds.toml", &quiet());
    for command in [
        ["backup", "copy.db"].as_slice(),
        &["migrate", "--from", "sqlite:pressroll.db", "--to", "sqlite:copy.db"],
        &["status"],
        &["render", "brands/acme", "--format", "rss"],
    ] {
        let output = run(folder.path(), command);
        assert_eq!(output.status.code(), Some(4), "{command:?}");
        assert!(
            stderr(&output).contains("sqlite:pressroll.db: there is no store yet"),
            "{}",
            stderr(&output)
        );
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["feeds.toml"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_copied_whole_into_an_empty_one_and_never_over_another() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, feed(&["one", "two"])));
    let folder = Folder::new();
    folder.write("feeds.toml", &config(publisher.url("/press.xml").as_str()));
    assert_eq!(run(folder.path(), &["fetch"]).status.code(), Some(0));
    let before = rendered(folder.path());
    let copy = ["migrate", "--from", "sqlite:pressroll.db", "--to", "sqlite:moved.db", "--json"];
    let told = json(&run(folder.path(), &copy));
    assert_eq!((&told["from"], &told["to"]), (&"sqlite:pressroll.db".into(), &"sqlite:moved.db".into()));
    let rows = |table: &str| {
        let tables = told["tables"].as_array().unwrap();
        tables.iter().find(|it| it["table"] == table).unwrap_or_else(|| panic!("{told}"))["rows"].clone()
    };
    assert_eq!((rows("entry"), rows("source_state")), (2.into(), 1.into()));
    for word in ["sqlite:pressroll.db", "sqlite:moved.db"] {
        let output = run(folder.path(), &["migrate", "--from", word, "--to", "sqlite:moved.db"]);
        let expected = if word == "sqlite:moved.db" { 2 } else { 4 };
        assert_eq!(output.status.code(), Some(expected), "{word}: {}", stderr(&output));
    }
    let refused = stderr(&run(folder.path(), &copy));
    assert!(refused.contains("not empty"), "{refused}");
    let moved = run(
        folder.path(),
        &["render", "brands/acme", "--format", "rss", "--set", "store.url=sqlite:moved.db"],
    );
    assert_eq!(stdout(&moved), before);
    let third = ["migrate", "--from", "sqlite:moved.db", "--to", "sqlite:third.db"];
    let text = stdout(&run(folder.path(), &third));
    assert!(
        text.contains("copied sqlite:moved.db to sqlite:third.db") && text.contains("  entry "),
        "{text}"
    );
}

#[test]
fn both_ends_of_a_copy_are_named_and_their_passwords_are_not() {
    let folder = Folder::new();
    for (arguments, status, words) in [
        (["--from", "sqlite:a.db"].as_slice(), 2, "--to"),
        (&["--to", "sqlite:a.db"], 2, "--from"),
        (&["--from", "a.db", "--to", "sqlite:b.db"], 2, "--from: this is not the address of a store"),
        (
            &["--from", "sqlite:a.db", "--to", "postgres://press:s3cret@host"],
            2,
            "--to: this store names no database",
        ),
        (&["--from", "env:NOT_THERE", "--to", "sqlite:b.db"], 2, "`NOT_THERE` is not set"),
        (&["--from", "postgres://press:s3cret@127.0.0.1:1/press", "--to", "sqlite:b.db"], 4, "127.0.0.1"),
    ] {
        let arguments: Vec<&str> = std::iter::once("migrate").chain(arguments.iter().copied()).collect();
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains(PASSWORD), "{}", stderr(&output));
    }
}

#[test]
fn a_server_that_is_not_there_is_a_store_error_without_its_password() {
    let folder = Folder::new();
    let url = "postgres://press:s3cret@127.0.0.1:1/press?connect_timeout=1";
    folder.write("feeds.toml", &format!("{}[store]\nurl = \"{url}\"\n", quiet()));
    for command in [["status"].as_slice(), &["serve", "--listen", "127.0.0.1:0"], &["fetch"], &["migrate"]] {
        let output = run(folder.path(), command);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(4), "{command:?}: {said}");
        assert!(!said.contains(PASSWORD), "{command:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_tells_of_the_store_and_of_who_polls() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::silent());
    let site = Site::start(&config(publisher.url("/press.xml").as_str()));
    eventually("the request", || async { (!publisher.requests().is_empty()).then_some(()) }).await;
    let store = json(&site.run(&["status", "--json"]))["store"].clone();
    assert_eq!((&store["engine"], &store["url"]), (&"sqlite".into(), &"sqlite:pressroll.db".into()));
    assert_eq!((&store["entries"], store["schema"].as_i64() > Some(1)), (&0.into(), true));
    assert!(store["bytes"].as_u64() > Some(10_000), "{store}");
    assert_eq!(store["holders"].as_array().unwrap().len(), 1, "{store}");
    let process = store["holders"][0]["process"].as_u64().unwrap();
    assert!(Path::new(&format!("/proc/{process}")).exists(), "{store}");
    let text = stdout(&site.run(&["status"]));
    assert!(text.contains("sqlite:pressroll.db, schema version "), "{text}");
    assert!(text.contains(&format!("(process {process})")), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_of_this_machine_held_is_free_at_the_next_start() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::in_turn([Script::silent(), Script::document(RSS, feed(&["one"]))]));
    let mut site = Site::start(&config(publisher.url("/press.xml").as_str()));
    eventually("the request", || async { (!publisher.requests().is_empty()).then_some(()) }).await;
    site.kill();
    // Its lease runs for a minute yet, which is longer than a test waits.
    site.start_again();
    site.text_with("/brands/acme/feed.rss", &["one"]).await;
}
