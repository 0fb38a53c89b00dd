//! The same with a PostgreSQL server.

use std::fs;

use super::{RSS, config, feed, json, rendered};
use crate::support::{
    Folder, Site, eventually,
    postgres::{Server, Stop, database},
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

/// The configuration over a store on a server.
fn config_on(url: &str, store: &str) -> String {
    format!("{}[store]\nurl = \"{store}\"\n", config(url))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_moves_to_a_server_and_back_without_a_reader_noticing() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, feed(&["one", "two"])));
    let (folder, database) = (Folder::new(), database());
    folder.write("feeds.toml", &config(publisher.url("/press.xml").as_str()));
    assert_eq!(run(folder.path(), &["fetch"]).status.code(), Some(0));
    let before = rendered(folder.path());

    let there = ["migrate", "--from", "sqlite:pressroll.db", "--to", database.url(), "--json"];
    let told = json(&run(folder.path(), &there));
    assert!(told["tables"].as_array().unwrap().iter().any(|it| it["table"] == "entry" && it["rows"] == 2));
    assert_eq!(database.sql("SELECT COUNT(*) FROM entry"), [["2"]]);
    let refused = run(folder.path(), &there);
    assert_eq!(refused.status.code(), Some(4));
    assert!(stderr(&refused).contains("not empty"), "{}", stderr(&refused));
    folder.write("feeds.toml", &config_on(publisher.url("/press.xml").as_str(), database.url()));
    assert_eq!(rendered(folder.path()), before);

    let back = ["migrate", "--from", database.url(), "--to", "sqlite:back.db"];
    let output = run(folder.path(), &back);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    fs::remove_file(folder.path().join("pressroll.db")).unwrap();
    fs::rename(folder.path().join("back.db"), folder.path().join("pressroll.db")).unwrap();
    folder.write("feeds.toml", &config(publisher.url("/press.xml").as_str()));
    assert_eq!(rendered(folder.path()), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_server_is_a_file_that_pressroll_starts_on() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, feed(&["one", "two", "three"])));
    let (database, url) = (database(), publisher.url("/press.xml").to_string());
    let site = Site::start(&config_on(&url, database.url()));
    site.text_with("/brands/acme/feed.rss", &["one", "three"]).await;
    let served = rendered(site.folder.path());
    let store = json(&site.run(&["status", "--json"]))["store"].clone();
    assert_eq!((&store["engine"], &store["entries"]), (&"postgresql".into(), &3.into()));
    let told = json(&site.run(&["backup", "copy.db", "--json"]));
    assert_eq!(told["entries"], 3);
    let elsewhere = Folder::new();
    fs::copy(site.folder.path().join("copy.db"), elsewhere.path().join("pressroll.db")).unwrap();
    elsewhere.write("feeds.toml", &config(&url));
    assert_eq!(rendered(elsewhere.path()), served);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrate_makes_a_store_of_an_empty_database_and_says_so_once() {
    let (folder, database) = (Folder::new(), database());
    folder.write("feeds.toml", &config_on("http://127.0.0.1:9/feed", database.url()));
    let new = stdout(&run(folder.path(), &["migrate"]));
    assert!(new.contains("a new store"), "{new}");
    let again = stdout(&run(folder.path(), &["migrate"]));
    assert!(again.contains("nothing to do"), "{again}");
    let status = stdout(&run(folder.path(), &["status"]));
    assert!(status.contains("postgres://postgres@127.0.0.1"), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_degraded_and_not_unready() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, feed(&["one"])));
    let server = Server::start();
    let database = server.database();
    let site = Site::start(&config_on(publisher.url("/press.xml").as_str(), database.url()));
    let path = "/brands/acme/feed.rss";
    let before = site.text_with(path, &["one"]).await;
    server.stop(Stop::Immediate);
    let ready = || async { site.get("/readyz", &[]).await };
    let answer = eventually("a word on the store", || async {
        let answer = ready().await;
        (answer.body != b"ready\n").then_some(answer)
    })
    .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ready\nstore: degraded\n"));
    assert_eq!(site.text(path).await, before);
    server.start_again();
    eventually("the store to be well", || async { (ready().await.body == b"ready\n").then_some(()) }).await;
}
