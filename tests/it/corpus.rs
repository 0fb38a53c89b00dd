//! Real captures through the whole chain: what hundreds of publishers really sent, in one combined feed.

use std::path::{Path, PathBuf};

use feed_rs::parser;

use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

/// Real captures that are served; each is a source.
const CAPTURES: usize = 150;

fn corpus() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds");
    assert!(path.exists(), "the corpus is missing: it is expected at {}", path.display());
    path
}

/// Files that the manifest calls real captures.
fn captures() -> Vec<PathBuf> {
    let manifest = std::fs::read_to_string(corpus().join("MANIFEST.tsv")).unwrap();
    let rows = manifest.lines().skip(1).map(|it| it.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[6] == "real").map(|row| corpus().join("files").join(row[0])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_captures_become_one_feed_that_every_parser_reads() {
    let publisher = Publisher::start().await;
    let mut config = "version = 1\n[fetch]\nper_host = 16\n".to_owned();
    let mut ids = Vec::new();
    for (number, file) in captures().iter().take(CAPTURES).enumerate() {
        let path = format!("/{number}.xml");
        publisher.serve(&path, Script::document("application/xml", std::fs::read(file).unwrap()));
        let url = publisher.url(&path);
        config +=
            &format!("[[source]]\nid = \"s{number}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n");
        ids.push(format!("\"s{number}\""));
    }
    assert!(ids.len() >= 100, "only {} captures", ids.len());
    config +=
        &format!("[[brand]]\nslug = \"all\"\ntitle = \"All\"\nlimit = 500\nsources = [{}]\n", ids.join(", "));
    let folder = Folder::new();
    folder.write("feeds.toml", &config);
    let fetched = run(folder.path(), &["fetch", "--json"]);
    let fetched: serde_json::Value =
        serde_json::from_slice(&fetched.stdout).unwrap_or_else(|_| panic!("{}", stderr(&fetched)));
    let sources = fetched["sources"].as_array().unwrap();
    let failed: Vec<_> = sources.iter().filter(|it| it["failed"] == true).collect();
    assert!(failed.len() * 100 <= sources.len() * 3, "more than 3 % unreadable: {failed:#?}");
    let mut ids_by_format = Vec::new();
    for format in ["rss", "atom", "json"] {
        let output = run(folder.path(), &["render", "brands/all", "--format", format]);
        let feed =
            parser::parse(output.stdout.as_slice()).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert!(feed.entries.len() >= 400, "{format}: {}", feed.entries.len());
        let mut ids: Vec<String> = feed.entries.into_iter().map(|it| it.id).collect();
        let count = ids.len();
        ids_by_format.push(ids.clone());
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{format}: every id once");
        let again = run(folder.path(), &["render", "brands/all", "--format", format]);
        assert_eq!(stdout(&again), stdout(&output), "{format}: the same entries give the same bytes");
    }
    assert_eq!(ids_by_format[0], ids_by_format[1]);
    assert_eq!(ids_by_format[0], ids_by_format[2]);
}
