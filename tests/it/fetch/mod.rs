//! `fetch`, asked against a scripted publisher on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests: what goes wrong fails them"
)]

mod asks;
mod bodies;
mod conditional;
mod connections;
mod forms;
mod guard;
mod pace;
mod proxy;
mod redirects;
mod secure;
mod tls;
mod ways;

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use pressroll::{
    fetch::{Answer, FetchError, Fetched, Fetcher, Limits, Lookup, Reply, Settings, system_lookup},
    model::{Clock, PollState, Source, SourceId, source::Network},
};
use url::Url;

/// The version of parse and sanitize in these tests.
const READER: i64 = 7;
const FEED: &str = "<rss version=\"2.0\"><channel><title>Acme</title></channel></rss>";
const RSS: &str = "application/rss+xml";

/// Sunday, 2026-11-22 12:00:00 UTC.
fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn clock() -> Clock {
    Arc::new(noon)
}

/// Limits that let a test of a time-out end soon.
fn hasty() -> Limits {
    Limits { timeout: Duration::from_millis(300), ..Limits::default() }
}

fn settings(limits: Limits) -> Settings {
    let user_agent = "pressroll/0.1 (+https://example.com/about)".to_owned();
    Settings { user_agent, reader_version: READER, limits, proxy: None, roots: Vec::new() }
}

fn fetcher() -> Fetcher {
    fetcher_within(Limits::default())
}

fn fetcher_within(limits: Limits) -> Fetcher {
    Fetcher::with_lookup(settings(limits), clock(), system_lookup()).unwrap()
}

/// A fetcher for which names mean what `lookup` says.
fn fetcher_where(lookup: impl Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Fetcher {
    let lookup: Lookup = Arc::new(lookup);
    Fetcher::with_lookup(settings(Limits::default()), clock(), lookup).unwrap()
}

/// A source that allows nothing but the public internet.
fn strict(url: &str) -> Source {
    Source::at(SourceId::new("acme-press").unwrap(), Url::parse(url).unwrap())
}

/// A source that allows loopback, as tests need it.
fn local(url: &Url) -> Source {
    allowing(url.as_str(), &["127.0.0.0/8"])
}

fn allowing(url: &str, networks: &[&str]) -> Source {
    let allow_networks = networks.iter().map(|it| Network::parse(it).unwrap()).collect();
    Source { allow_networks, ..strict(url) }
}

/// One unconditional round.
async fn ask(url: &Url) -> Result<Fetched, FetchError> {
    fetcher().fetch(&local(url), &PollState::default()).await
}

async fn failure(url: &Url) -> FetchError {
    ask(url).await.expect_err("a failure")
}

#[track_caller]
fn fresh(fetched: Fetched) -> Reply {
    match fetched {
        Fetched::Fresh(reply) => reply,
        other => panic!("not fresh: {other:?}"),
    }
}

#[track_caller]
fn unchanged(fetched: Fetched) -> Answer {
    match fetched {
        Fetched::Unchanged(answer) => answer,
        other => panic!("not unchanged: {other:?}"),
    }
}

/// The state that ingest would keep after this reply.
fn state_after(reply: &Reply) -> PollState {
    PollState {
        etag: reply.answer.validators.etag.clone(),
        last_modified: reply.answer.validators.last_modified.clone(),
        body_hash: Some(reply.body_hash.clone()),
        reader_version: READER,
        ..PollState::default()
    }
}
