//! `pressroll check --online`: each source tried once, with nothing kept.
//!
//! What earlier rounds kept is used, so that a trial costs a publisher no more than a poll: it asks conditionally, and
//! leaves alone whoever asked for it.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    layout::Row,
    node::{Node, PROCESSES},
    outcome::Failure,
    progress::Progress,
    wall_clock, wiring,
};
use crate::{
    config::Config,
    fetch::{Fetched, Fetcher, Reply},
    ingest::RoundError,
    model::{Clock, Document, Feed, PollState, Source, SourceId, health::remedy, repair, time::span},
    parse::{self, ParseError},
    sanitize,
    store::{Schema, Store, StoreError},
};

/// What came of trying one source.
pub struct Trial {
    id: SourceId,
    /// Whether its feed can be polled.
    pub is_well: bool,
    sentence: String,
    advice: Option<String>,
}

impl Trial {
    fn well(id: &SourceId, sentence: impl Into<String>) -> Self {
        Self { id: id.clone(), is_well: true, sentence: sentence.into(), advice: None }
    }

    fn failed(id: &SourceId, sentence: String, advice: &str) -> Self {
        Self { id: id.clone(), is_well: false, sentence, advice: Some(advice.to_owned()) }
    }

    /// For scripts.
    pub fn object(&self) -> Value {
        json!({ "id": self.id.as_str(), "ok": self.is_well, "sentence": self.sentence, "advice": self.advice })
    }

    /// For people.
    pub fn into_row(self) -> Row {
        Row {
            cells: vec![if self.is_well { "✓" } else { "✗" }.to_owned(), self.id.to_string()],
            tail: self.sentence,
            notes: self.advice.into_iter().map(|it| ("→", it)).collect(),
        }
    }
}

/// Tries every source that is switched on, in the order of the file; those of one host one after the other.
pub async fn all(config: &Config) -> Result<Vec<Trial>, Failure> {
    let clock = wall_clock();
    let fetcher = wiring::fetcher(config, &clock, wiring::limits(config))?;
    let mut states = states(config).await;
    let mut hosts: BTreeMap<String, Vec<(usize, Arc<Source>, PollState)>> = BTreeMap::new();
    let sources = config.sources.iter().filter(|it| it.enabled).enumerate();
    for (place, source) in sources {
        let state = states.remove(&source.id).unwrap_or_default();
        let host = source.url.origin().ascii_serialization();
        hosts.entry(host).or_default().push((place, Arc::clone(source), state));
    }
    let turns = Arc::new(Semaphore::new(config.fetch.concurrency));
    let (progress, count, mut done) = (Progress::new("hosts"), hosts.len() as u64, 0);
    let mut trials = JoinSet::new();
    for host in hosts.into_values() {
        let (fetcher, clock, turns) = (fetcher.clone(), Arc::clone(&clock), Arc::clone(&turns));
        trials.spawn(async move {
            let _turn = turns.acquire_owned().await;
            let mut tried = Vec::with_capacity(host.len());
            for (place, source, state) in host {
                tried.push((place, one(&fetcher, &source, &state, &clock).await));
            }
            tried
        });
    }
    let mut tried = Vec::new();
    while let Some(ended) = trials.join_next().await {
        done += 1;
        progress.at(done, count);
        tried.extend(ended.unwrap_or_default());
    }
    progress.end();
    tried.sort_by_key(|(place, _)| *place);
    Ok(tried.into_iter().map(|(_, trial)| trial).collect())
}

/// What earlier rounds kept; nothing where there is no store that could be looked into.
async fn states(config: &Config) -> HashMap<SourceId, PollState> {
    let node = Node::own(Path::new(PROCESSES)).to_string();
    let kept = async {
        let store = Store::open(&config.store.url, &config.store.base, &node, Schema::AsItIs).await?;
        let states = store.poll_states().await?;
        store.close().await?;
        Ok::<_, StoreError>(states.into_iter().collect())
    };
    kept.await.unwrap_or_default()
}

async fn one(fetcher: &Fetcher, source: &Arc<Source>, state: &PollState, clock: &Clock) -> Trial {
    let id = &source.id;
    let left_ms = state.retry_until_ms.max(state.host_until_ms) - clock().as_millisecond();
    if left_ms > 0 {
        let left = span(left_ms);
        return Trial::well(id, format!("not tried: its server asked to be left alone for another {left}"));
    }
    match fetcher.fetch(source, state).await {
        Ok(Fetched::Unchanged(_)) => Trial::well(id, "answers, and has nothing new since it was read last"),
        Ok(Fetched::Gone) => {
            let sentence = "is gone for good (410)".to_owned();
            Trial::failed(id, sentence, "Give its new address as `url` in feeds.toml, or take it out there.")
        }
        Ok(Fetched::Fresh(reply)) => read(id, reply).await,
        Err(error) => failed(id, &error.into()),
    }
}

/// Hostile documents are read where nothing else waits.
async fn read(id: &SourceId, reply: Reply) -> Trial {
    let moved = reply.answer.moved_to.clone();
    let parsed = tokio::task::spawn_blocking(move || {
        let (content_type, base) = (reply.content_type.as_deref(), Some(&reply.final_url));
        parse::feed(&Document { bytes: &reply.bytes, content_type, base })
    });
    match parsed.await.unwrap_or(Err(ParseError::Panicked)) {
        Ok(feed) => {
            let sentence = told(&feed);
            let advice = moved.map(|to| format!("It moved for good: write url = \"{to}\" in feeds.toml."));
            Trial { advice, ..Trial::well(id, sentence) }
        }
        Err(error) => failed(id, &error.into()),
    }
}

fn failed(id: &SourceId, error: &RoundError) -> Trial {
    let sentence = error.to_string();
    let status = crate::model::health::status_of(&sentence);
    Trial::failed(id, sentence, remedy(error.class(), status))
}

/// What stands in the feed.
fn told(feed: &Feed) -> String {
    let entries = match feed.drafts.len() {
        0 => "no entries".to_owned(),
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string()).filter(|it| !it.is_empty());
    let title = title.map(|it| format!(" of “{it}”")).unwrap_or_default();
    let mended = match feed.repairs.as_slice() {
        [] => String::new(),
        some => format!("; mended {}", repair::told(some)),
    };
    format!("{entries}{title}{mended}")
}
