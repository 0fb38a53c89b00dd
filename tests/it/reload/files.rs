//! Which changes of which files are seen.

use std::{fs, os::unix::fs::symlink, time::Duration};

use super::{HEAD, SOON, World, answers, brand, feed, release, shows, told};
use crate::support::{Folder, Site, eventually, publisher::Script};

const FEED: &str = "/brands/acme/feed.rss";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_source_leaves_its_publications_at_once_and_is_asked_no_more() {
    let world = World::new(&["acme", "wire"]).await;
    let two = ["acme", "wire"].map(|it| world.source(it, "").replace("1h", "1s")).concat();
    let both = format!("{HEAD}{two}{}", brand("acme", &["acme", "wire"], ""));
    let site = Site::start(&both);
    shows(&site, FEED, &["acme", "wire"], &[]).await;

    // The publication alone loses it, then the file.
    site.folder.write("feeds.toml", &format!("{HEAD}{two}{}", brand("acme", &["acme"], "")));
    assert!(shows(&site, FEED, &["acme"], &["wire"]).await < SOON);
    assert!(shows(&site, "/brands/acme/widget?count=7", &["acme"], &["wire"]).await < SOON);
    site.folder.write("feeds.toml", &both);
    assert!(shows(&site, FEED, &["acme", "wire"], &[]).await < SOON, "what was kept is there again");
    let one = world.source("acme", "").replace("1h", "1s");
    site.folder.write("feeds.toml", &format!("{HEAD}{one}{}", brand("acme", &["acme"], "")));
    assert!(shows(&site, FEED, &["acme"], &["wire"]).await < SOON);
    told(&site, "1 source removed; 1 publication changed", 1).await;

    let (wire, acme) = (world.asked("wire"), world.asked("acme"));
    eventually("the other one to be asked on", || async { (world.asked("acme") > acme + 1).then_some(()) })
        .await;
    assert_eq!(world.asked("wire"), wire);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_added_is_asked_at_once_and_one_that_is_disabled_no_more() {
    let world = World::new(&["acme", "wire"]).await;
    let brand = brand("acme", &["tag:press"], "");
    let tagged = |name: &str, more: &str| world.source(name, &format!("tags = [\"press\"]\n{more}"));
    let site = Site::start(&format!("{HEAD}{}{brand}", tagged("acme", "")));
    shows(&site, FEED, &["acme"], &["wire"]).await;
    let both = format!("{HEAD}{}{}{brand}", tagged("acme", "").replace("1h", "1s"), tagged("wire", ""));
    site.folder.write("feeds.toml", &both);
    assert!(shows(&site, FEED, &["acme", "wire"], &[]).await < SOON);
    told(&site, "1 source added, 1 changed; 1 publication changed", 1).await;

    let resting = both.replace("1s", "1s\"\nenabled = false #");
    site.folder.write("feeds.toml", &resting);
    told(&site, "1 source changed", 1).await;
    let asked = world.asked("acme");
    site.folder.write("feeds.toml", &both.replace("[[brand]]", "# asked once more\n[[brand]]"));
    eventually("it to be asked again", || async { (world.asked("acme") > asked).then_some(()) }).await;
    shows(&site, FEED, &["acme", "wire"], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_are_swapped_count() {
    let world = World::new(&["acme", "wire"]).await;
    let folder = Folder::new();
    for (version, name) in [("..1", "acme"), ("..2", "wire")] {
        fs::create_dir(folder.path().join(version)).unwrap();
        let text = format!("{HEAD}{}{}", world.source(name, ""), brand("acme", &[name], ""));
        folder.write(&format!("{version}/feeds.toml"), &text);
    }
    // As Kubernetes mounts a ConfigMap: the file is a link into a folder that is a link, and that one is swapped.
    let mounted = folder.path().join("..data");
    symlink("..1", &mounted).unwrap();
    fs::create_dir(folder.path().join("site")).unwrap();
    symlink("../..data/feeds.toml", folder.path().join("site/mounted.toml")).unwrap();
    let site = Site::start_in(folder, "unused", |it| {
        it.args(["--config", "site/mounted.toml"]);
    });
    shows(&site, FEED, &["acme"], &[]).await;
    let next = site.folder.path().join("..next");
    symlink("..2", &next).unwrap();
    fs::rename(&next, site.folder.path().join("..data")).unwrap();
    assert!(shows(&site, FEED, &["wire"], &["acme"]).await < SOON);
    told(&site, "reloaded site/mounted.toml: 1 source added, 1 removed; 1 publication changed", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn further_files_come_change_and_go() {
    let world = World::new(&["acme", "wire"]).await;
    let folder = Folder::new();
    fs::create_dir(folder.path().join("brands")).unwrap();
    let head = HEAD.replace("version = 1\n", "version = 1\nfiles = [\"brands/*.toml\"]\n");
    let main = format!("{head}{}{}", world.source("acme", ""), world.source("wire", ""));
    folder.write("brands/acme.toml", &brand("acme", &["acme"], ""));
    let site = Site::start_in(folder, &main, |_| ());
    shows(&site, FEED, &["acme"], &[]).await;
    site.folder.write("brands/wire.toml", &brand("wire", &["wire"], ""));
    shows(&site, "/brands/wire/feed.rss", &["wire"], &[]).await;
    site.folder.write("brands/acme.toml", &brand("acme", &["wire"], ""));
    shows(&site, FEED, &["wire"], &["acme"]).await;
    site.folder.write("brands/broken.toml", "[[brand]]\nslug = \"x\"\n");
    told(&site, "brands/broken.toml, line 1", 1).await;
    assert_eq!(site.get("/brands/x", &[]).await.status, 404);
    fs::remove_file(site.folder.path().join("brands/broken.toml")).unwrap();
    fs::remove_file(site.folder.path().join("brands/wire.toml")).unwrap();
    answers(&site, "/brands/wire/feed.rss", 410).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_goes_away_changes_nothing_and_is_told_once() {
    let world = World::new(&["acme", "wire"]).await;
    let text = format!("{HEAD}{}{}", world.source("acme", ""), brand("acme", &["acme"], ""));
    let site = Site::start(&text);
    shows(&site, FEED, &["acme"], &[]).await;
    fs::remove_file(site.folder.path().join("feeds.toml")).unwrap();
    told(
        &site,
        "feeds.toml cannot be used, so what was read before stays: feeds.toml: there is no feeds.toml",
        1,
    )
    .await;
    // A SIGHUP asks for an answer each time; the file alone is told of once.
    site.hang_up();
    told(&site, "cannot be used", 2).await;
    shows(&site, FEED, &["acme"], &[]).await;
    let other = format!("{HEAD}{}{}", world.source("wire", ""), brand("acme", &["wire"], ""));
    site.folder.write("feeds.toml", &other);
    shows(&site, FEED, &["wire"], &["acme"]).await;
    assert_eq!(site.log().matches("cannot be used").count(), 2, "{}", site.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_changes_in_its_file_is_sent_from_then_on_and_never_told() {
    let world = World::new(&["acme"]).await;
    let source = world.source("acme", "headers = { Authorization = \"file:secret\" }").replace("1h", "1s");
    let folder = Folder::new();
    folder.write("secret", "Bearer first-one\n");
    let site = Site::start_in(folder, &format!("{HEAD}{source}{}", brand("acme", &["acme"], "")), |_| ());
    let sent = |word: &'static str| {
        let requests = || world.publisher.requests_for("/acme.xml");
        eventually(word, move || {
            let is_sent =
                requests().last().is_some_and(|it| it.header("authorization").as_deref() == Some(word));
            async move { is_sent.then_some(()) }
        })
    };
    sent("Bearer first-one").await;
    site.folder.write("secret", "Bearer second-one\n");
    sent("Bearer second-one").await;
    told(&site, "reloaded feeds.toml: 1 source changed", 1).await;
    site.folder.write("secret", "");
    told(&site, "feeds.toml, line 10, column 29: the file `secret` is empty", 1).await;
    assert!(!site.log().contains("-one"), "{}", site.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_that_is_under_way_ends_as_it_began() {
    let world = World::new(&["wire"]).await;
    let slow =
        Script::drip(feed("slow"), Duration::from_millis(16)).header("Content-Type", "application/rss+xml");
    world.publisher.serve("/slow.xml", slow);
    let acme = brand("acme", &["slow"], "");
    let site = Site::start(&format!("{HEAD}{}{acme}", world.source("slow", "")));
    eventually("it to be asked", || async { (world.asked("slow") > 0).then_some(()) }).await;
    shows(&site, FEED, &[], &["slow"]).await;
    let more = format!("{}{}", world.source("wire", ""), brand("wire", &["wire"], ""));
    let fetching = "[fetch]\nconcurrency = 7\ntimeout = \"20s\"\n";
    site.folder.write("feeds.toml", &format!("{HEAD}{fetching}{}{acme}{more}", world.source("slow", "")));
    site.hang_up();
    told(&site, "reloaded feeds.toml: 1 source added; 1 publication added; [fetch] changed", 1).await;
    assert!(!site.text(FEED).await.contains(&release("slow")), "it is still under way");
    shows(&site, FEED, &["slow"], &[]).await;
    shows(&site, "/brands/wire/feed.rss", &["wire"], &[]).await;
    assert_eq!(world.asked("slow"), 1, "nobody asked once more");
    assert!(!site.log().contains("WARN"), "{}", site.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changes_while_the_store_is_away_is_taken_when_it_is_back() {
    let world = World::new(&["acme", "wire"]).await;
    let acme = brand("acme", &["acme"], "");
    let site = Site::start(&format!("{HEAD}{}{acme}", world.source("acme", "")));
    shows(&site, FEED, &["acme"], &[]).await;
    let database = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let more = format!("{}{}", world.source("wire", ""), brand("acme", &["acme", "wire"], ""));
    site.folder.write("feeds.toml", &format!("{HEAD}{}{more}", world.source("acme", "")));
    told(&site, "feeds.toml is taken as soon as the store answers again", 1).await;
    shows(&site, FEED, &["acme"], &["wire"]).await;
    database.execute_batch("ROLLBACK").unwrap();
    shows(&site, FEED, &["acme", "wire"], &[]).await;
    told(&site, "reloaded feeds.toml: 1 source added; 1 publication changed", 1).await;
    assert_eq!(site.log().matches("as soon as the store").count(), 1);
}
