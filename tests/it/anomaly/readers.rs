//! Readers that read all the time, and remember every answer that was not a good one.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::task::JoinSet;

use crate::support::{Site, client};

/// What they read, one after the other.
const PATHS: [&str; 6] = [
    "/brands/growing/feed.json",
    "/brands/growing/feed.rss",
    "/brands/quiet/feed.atom",
    "/brands/growing/widget",
    "/brands/quiet",
    "/readyz",
];

/// Readers at work. Dropping them sends them away.
pub(super) struct Readers {
    _running: JoinSet<()>,
    tally: Arc<Mutex<Tally>>,
}

#[derive(Default)]
struct Tally {
    good: usize,
    bad: Vec<String>,
}

impl Tally {
    fn take(&mut self, path: &str, answer: String) {
        if answer.starts_with("200") {
            self.good += 1;
        } else {
            self.bad.push(format!("{path}: {answer}"));
        }
    }
}

impl Readers {
    /// Sends readers to a site that is ready.
    pub(super) fn of(site: &Site) -> Self {
        let tally: Arc<Mutex<Tally>> = Arc::default();
        let mut running = JoinSet::new();
        running.spawn(read(site.base.clone(), Arc::clone(&tally)));
        Self { _running: running, tally }
    }

    /// How many answers they got; all of them must have been good.
    pub(super) fn were_all_served(&self) -> usize {
        let tally = self.tally.lock().unwrap();
        assert!(tally.bad.is_empty(), "{} of {}: {:?}", tally.bad.len(), tally.good, tally.bad);
        tally.good
    }
}

async fn read(base: String, tally: Arc<Mutex<Tally>>) {
    let client = client();
    for path in PATHS.iter().cycle() {
        let answer = match client.get(format!("{base}{path}")).send().await {
            Ok(answer) => answer.status().to_string(),
            Err(error) => error.to_string(),
        };
        tally.lock().unwrap().take(path, answer);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
