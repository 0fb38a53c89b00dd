//! The same through a publisher's HTTP, the real binary, and the combined feed that readers get.

use std::collections::BTreeMap;

use super::shapes::{Release, SHAPES, WORDS, releases, uuid};
use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, stdout,
};

/// Everything at once: what a guid is, how the link is written, a title and a text.
fn churned(it: &mut Release, poll: usize) {
    if !it.guid.trim().is_empty() {
        it.guid = uuid(&format!("{} {poll}", it.n));
    }
    if !it.link.is_empty() {
        it.link = format!("{}?utm_source=rss&utm_campaign=c{poll}", it.link.replace("https:", "http:"));
    }
    if it.n % 3 == poll % 3 && !it.title.is_empty() {
        it.title += ", corrected";
    }
}

fn config(publisher: &Publisher) -> String {
    let mut text = "version = 1\n".to_owned();
    for at in 0..SHAPES.len() {
        let url = publisher.url(&format!("/{at}.xml"));
        text += &format!("[[source]]\nid = \"s{at}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n");
        text += &format!("[[brand]]\nslug = \"b{at}\"\ntitle = \"B\"\nsources = [\"s{at}\"]\n");
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_combined_feed_shows_each_release_once_under_one_id() {
    let publisher = Publisher::start().await;
    let folder = Folder::new();
    folder.write("feeds.toml", &config(&publisher));
    let mut ids: BTreeMap<(usize, &str), String> = BTreeMap::new();
    for (poll, window) in [0..6, 0..7, 1..8, 0..8].into_iter().enumerate() {
        for (at, shape) in SHAPES.iter().enumerate() {
            let mut now = releases(window.clone());
            for (place, it) in now.iter_mut().enumerate() {
                (shape.states)(it, place);
                churned(it, poll);
            }
            let (kind, body) = (shape.write)(&now);
            publisher.serve(&format!("/{at}.xml"), Script::document(kind, body));
        }
        let fetched = run(folder.path(), &["fetch", "--explain"]);
        assert!(fetched.status.success(), "{fetched:?}");
        for (at, shape) in SHAPES.iter().enumerate() {
            let feed = stdout(&run(folder.path(), &["render", &format!("brands/b{at}"), "--format", "json"]));
            let feed: serde_json::Value = serde_json::from_str(&feed).unwrap();
            let items = feed["items"].as_array().unwrap();
            assert_eq!(items.len(), window.end, "poll {poll}, {}: each once", shape.name);
            for word in &WORDS[..window.end] {
                let says = |it: &&serde_json::Value| it.to_string().contains(&format!(": {word}."));
                let id = items.iter().find(says).unwrap()["id"].as_str().unwrap().to_owned();
                assert_eq!(*ids.entry((at, word)).or_insert(id.clone()), id, "{}: {word}", shape.name);
            }
        }
    }
    let explained = stdout(&run(folder.path(), &["fetch", "--explain"]));
    assert!(explained.contains("told apart by link: its guids"), "{explained}");
    let card = stdout(&run(folder.path(), &["status", "s0"]));
    assert!(card.contains("identity") && card.contains("by link: its guids change"), "{card}");
    let told: serde_json::Value =
        serde_json::from_str(&stdout(&run(folder.path(), &["status", "--json"]))).unwrap();
    assert_eq!(told["sources"][0]["identity"], "link", "{told}");
}
