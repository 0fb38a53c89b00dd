//! Another configuration while everything runs: what readers, publishers and the operator notice of it.

mod files;
mod press;
mod readers;
mod swaps;

use std::time::{Duration, Instant};

use crate::support::{
    Site,
    publisher::{Publisher, Script},
    within,
};

/// How soon a change of a file is seen in the feeds at the latest.
pub const SOON: Duration = Duration::from_secs(3);

/// A publisher with a feed of one release at each path that is asked for, and sites over it.
pub struct World {
    pub publisher: Publisher,
}

impl World {
    /// `names` are those of the sources: each has one release that is called like it.
    pub async fn new(names: &[&str]) -> Self {
        let publisher = Publisher::start().await;
        for name in names {
            publisher.serve(&format!("/{name}.xml"), Script::document("application/rss+xml", feed(name)));
        }
        Self { publisher }
    }

    /// The table of a source; `more` is appended to it.
    pub fn source(&self, name: &str, more: &str) -> String {
        let url = self.publisher.url(&format!("/{name}.xml"));
        format!(
            "[[source]]\nid = \"{name}\"\nurl = \"{url}\"\nevery = \"1h\"\nallow_networks = [\"127.0.0.0/8\"]\n{more}\n"
        )
    }

    /// How often a source was asked.
    pub fn asked(&self, name: &str) -> usize {
        self.publisher.requests_for(&format!("/{name}.xml")).len()
    }
}

/// What every configuration begins with: an address of its own, so that editions do not change with the port.
pub const HEAD: &str = "version = 1\n[site]\npublic_url = \"http://press.example\"\n\
    contact = \"mailto:press@press.example\"\n";

/// The table of a brand.
pub fn brand(slug: &str, sources: &[&str], more: &str) -> String {
    format!("[[brand]]\nslug = \"{slug}\"\ntitle = \"Brand {slug}\"\nsources = {sources:?}\n{more}\n")
}

fn feed(name: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>\
         <description>d</description><item><guid isPermaLink=\"false\">{name}-1</guid>\
         <title>Release of {name}</title><link>https://{name}.example/1</link>\
         <pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate><description>Text.</description></item></channel></rss>"
    )
}

/// The release that a source has.
pub fn release(name: &str) -> String {
    format!("Release of {name}")
}

/// Waits until the body of `path` holds the releases of `with` and none of `without`; how long that took.
pub async fn shows(site: &Site, path: &str, with: &[&str], without: &[&str]) -> Duration {
    let began = Instant::now();
    let what = format!("{with:?} and not {without:?} in {path}; {}", site.log());
    within(Duration::from_secs(20), &what, || async {
        let answer = site.get(path, &[]).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let holds = |name: &&str| text.contains(&release(name));
        (answer.status == 200 && with.iter().all(&holds) && !without.iter().any(holds)).then_some(())
    })
    .await;
    began.elapsed()
}

/// Waits until the log has this many records that hold `words`.
pub async fn told(site: &Site, words: &str, times: usize) {
    within(Duration::from_secs(20), &format!("“{words}” to be told {times} times"), || async {
        (site.log().matches(words).count() >= times).then_some(())
    })
    .await;
}

/// The status of an answer, once it is this one.
pub async fn answers(site: &Site, path: &str, status: u16) {
    within(Duration::from_secs(20), &format!("{path} to answer {status}; {}", site.log()), || async {
        (site.get(path, &[]).await.status == status).then_some(())
    })
    .await;
}
