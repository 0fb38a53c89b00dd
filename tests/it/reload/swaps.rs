//! Good and bad files in quick succession, under readers who never stop: what is wrong is told with its line and key,
//! and nobody notices anything else.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::{HEAD, World, brand, release, shows};
use crate::support::{Site, client, eventually};

/// How often a bad file takes the place of a good one.
const SWAPS: usize = if cfg!(feature = "suite-slow") { 1_000 } else { 100 };
/// Readers at the same time.
const READERS: usize = 4;

/// A bad file made of a good one, and what must be told of it: the place, and the key.
fn bad(kind: usize, good: &str) -> (String, usize, &'static str) {
    let line_of = |text: &str, key: &str| {
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().rposition(|it| it.starts_with(key)).unwrap() + 1
    };
    let (text, key, words) = match kind {
        0 => {
            let cut = good.find("url = \"http://127").unwrap() + "url = \"http".len();
            (good[..cut].to_owned(), "url", "no closing quotation mark, in “url = \"http”")
        }
        1 => return (String::new(), 1, "does not say its version (begin it with: version = 1)"),
        2 => (good.replacen("title =", "titel =", 1), "titel", "`titel` is not known in [[brand]]"),
        _ => {
            let source = &good[good.find("[[source]]").unwrap()..good.find("[[brand]]").unwrap()];
            let one = source.split_inclusive("[[source]]").nth(1).unwrap().trim_end_matches("[[source]]");
            (
                format!("{good}[[source]]{one}"),
                "id",
                "two sources have the id `acme`: the first is at feeds.toml, line 6",
            )
        }
    };
    let line = line_of(&text, key);
    (text, line, words)
}

/// How many records say `words` of this line.
fn complaints(site: &Site, line: usize, words: &str) -> usize {
    let place = format!("feeds.toml, line {line}, column ");
    site.log()
        .lines()
        .filter(|it| {
            it.contains("cannot be used, so what was read before stays: ")
                && it.contains(&place)
                && it.contains(words)
        })
        .count()
}

/// Asks for feeds, pages and widgets over a connection of its own until `stop`; how many answers were good.
async fn reads(base: String, stop: Arc<AtomicBool>, failures: Arc<AtomicUsize>) -> usize {
    let client = client();
    let paths = ["/feed.rss", "/feed.json", "", "/widget", "/widget?count=1&accent=c00", "/opml"];
    let mut good = 0;
    while !stop.load(Ordering::Relaxed) {
        for path in paths {
            let answer = client.get(format!("{base}/brands/acme{path}")).send().await;
            let text = match answer {
                Ok(answer) if answer.status() == 200 => answer.text().await.unwrap_or_default(),
                _ => String::new(),
            };
            let shows = path == "/opml" || text.contains(&release("acme"));
            if text.is_empty() || !shows {
                failures.fetch_add(1, Ordering::Relaxed);
            } else {
                good += 1;
            }
        }
    }
    good
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_file_changes_nothing_however_often_and_says_line_and_key() {
    let world = World::new(&["acme", "wire"]).await;
    let sources = format!("{}{}", world.source("acme", ""), world.source("wire", ""));
    // Two good ones in turn: the brand takes one source, or both.
    let good = [["acme"].as_slice(), &["acme", "wire"]]
        .map(|it| format!("{HEAD}{}{}", sources, brand("acme", it, "exclude = [\"nothing of it\"]")));
    let site = Site::start(&good[0]);
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    let (stop, failures) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(reads(site.base.clone(), Arc::clone(&stop), Arc::clone(&failures)));
    }
    for at in 0..SWAPS {
        let (text, line, words) = bad(at % 4, &good[at % 2]);
        let before = complaints(&site, line, words);
        site.folder.write("feeds.toml", &text);
        site.hang_up();
        eventually(&format!("“{words}” of line {line}"), || async {
            (complaints(&site, line, words) > before).then_some(())
        })
        .await;
        site.folder.write("feeds.toml", &good[(at + 1) % 2]);
        site.hang_up();
        let without: &[&str] = if (at + 1) % 2 == 0 { &["wire"] } else { &[] };
        let with: &[&str] = if (at + 1) % 2 == 0 { &["acme"] } else { &["acme", "wire"] };
        shows(&site, "/brands/acme/feed.rss", with, without).await;
    }
    stop.store(true, Ordering::Relaxed);
    let answered: usize = readers.join_all().await.into_iter().sum();
    assert_eq!(failures.load(Ordering::Relaxed), 0, "of {answered} requests");
    assert!(answered > SWAPS * READERS, "{answered}");
    assert!(world.asked("acme") <= 1 && world.asked("wire") <= 1, "a reload costs publishers nothing");
    assert!(!site.log().contains("panicked"), "{}", site.log());
}
