//! The process is killed at random moments of reading, and at each of its first writes.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{Dice, Press, QUIET, QUIET_ENTRIES, growing, growing_to, inspect, shown};
use crate::support::{Site, say};

/// How often the process is killed.
const KILLS: usize = if cfg!(feature = "suite-slow") { 100 } else { 10 };
/// Sources that grow, and entries that each brings between two kills.
const SOURCES: usize = 4;
const STEP: usize = if cfg!(feature = "suite-slow") { 1 } else { 3 };
/// A wide bound on how long a start may take until the stored editions stand, on a machine that does much else.
const READY_MAX: Duration = Duration::from_secs(5);

/// What readers have been shown so far, and what must therefore never go away or change its id.
#[derive(Default)]
struct Seen {
    titles: BTreeMap<String, String>,
    quiet_tag: String,
    slowest: Duration,
}

impl Seen {
    /// Reads what stands right after a start: everything that was ever seen, and the quiet feed byte for byte.
    async fn is_still_there(&mut self, site: &Site, started: Instant) {
        site.ready().await;
        self.slowest = self.slowest.max(started.elapsed());
        let now = growing(site).await;
        for (id, title) in &self.titles {
            assert_eq!(now.get(id), Some(title), "an entry was seen and is gone");
        }
        let quiet = site.get(QUIET, &[]).await;
        if self.quiet_tag.is_empty() && !shown(&quiet.text()).is_empty() {
            self.quiet_tag = quiet.header("etag");
        }
        if !self.quiet_tag.is_empty() {
            assert_eq!(quiet.header("etag"), self.quiet_tag, "the quiet feed changed");
        }
    }

    /// Reads again and again.
    async fn read_on(&mut self, site: &Site) {
        loop {
            self.titles.extend(growing(site).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// The moment at which the publisher has been asked `requests` times, and `more`.
async fn asked(press: &Press, requests: usize, more: Duration) {
    let began = Instant::now();
    while press.publisher.requests().len() < requests {
        assert!(began.elapsed() < Duration::from_secs(30), "the publisher is not asked any more");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(more).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_again_and_again_loses_nothing_that_was_seen() {
    let press = Press::start(SOURCES).await;
    press.grow_to(STEP);
    let mut site = Site::start(&press.config("sqlite:press.db"));
    site.text_with(QUIET, &["Release 4 of quiet"]).await;
    let (mut dice, mut seen) = (Dice(3), Seen::default());
    seen.is_still_there(&site, Instant::now()).await;
    let mut ahead = 0;
    for life in 1..=KILLS {
        let before = press.publisher.requests().len();
        press.grow_to(STEP * (life + 1));
        let requests = before + 1 + dice.below(2 * SOURCES as u64) as usize;
        let moment = asked(&press, requests, Duration::from_millis(dice.below(40)));
        tokio::select! {
            () = moment => {}
            () = seen.read_on(&site) => {}
        }
        site.kill();
        let kept = inspect(&site.folder.path().join("press.db"));
        let shown = seen.titles.len() + QUIET_ENTRIES;
        ahead += usize::from(usize::try_from(kept).unwrap() > shown);
        let started = Instant::now();
        site.start_again();
        seen.is_still_there(&site, started).await;
    }
    let all = press.titles(STEP * (KILLS + 1));
    let last = growing_to(&site, &all).await;
    assert!(seen.titles.iter().all(|(id, title)| last.get(id) == Some(title)));
    say(&format!(
        "{KILLS} kills, {ahead} of them with more kept than seen; ready after {:?} at most",
        seen.slowest
    ));
    assert!(seen.slowest < READY_MAX, "a start took {:?}", seen.slowest);
    assert!(!seen.titles.is_empty() && !seen.quiet_tag.is_empty());
}
