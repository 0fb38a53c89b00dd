//! The site that polls: store, fetcher and ingest as `serve` puts them together.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::{Fetcher, Limits, Settings},
    ingest::{self, Ingest, Interval, Mint, Parts, READER_VERSION, Round, Terms},
    model::{Clock, Source, SourceId, source::Network},
    store::{Schema, Store},
};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    AT_ONCE, Found,
    publisher::{Publisher, look_up},
    world,
};

/// A site with its sources.
pub struct Site {
    ingest: Arc<Ingest>,
    sources: Arc<[Arc<Source>]>,
}

impl Site {
    /// A new one, whose store lies in `folder`.
    pub async fn open(publisher: &Publisher, sources: usize, folder: &Path) -> Result<Self> {
        let clock: Clock = Arc::new(clock);
        let url = format!("sqlite:{}", folder.join("poll.db").display());
        let store = Store::open(&url, Path::new("/"), "bench", Schema::Update).await?;
        let sources: Vec<Arc<Source>> =
            (0..sources).map(|at| source(publisher, at).map(Arc::new)).collect::<Result<_>>()?;
        let known: Vec<(SourceId, String)> =
            sources.iter().map(|it| (it.id.clone(), it.url.to_string())).collect();
        store.adopt(&known, clock().as_millisecond()).await?;
        let settings = Settings {
            user_agent: "pressroll/bench".to_owned(),
            reader_version: READER_VERSION,
            limits: Limits::default(),
            proxy: None,
            // As `ca_file` names it.
            roots: vec![Publisher::root()?.to_vec()],
        };
        let terms = Terms {
            public_url: "http://127.0.0.1:8080".into(),
            fetcher: Fetcher::with_lookup(settings, Arc::clone(&clock), Arc::new(look_up))?,
            interval: Interval { min: SignedDuration::from_mins(5), max: SignedDuration::from_hours(6) },
            rounds_max: AT_ONCE,
            per_host_max: 1,
            sources: Arc::new(sources.iter().map(|it| (it.id.clone(), Arc::clone(it))).collect()),
            pings: Arc::default(),
            images: Arc::default(),
        };
        let parts = Parts {
            terms,
            store,
            mint: Mint { authority: "bench.example".to_owned(), year: 2026 },
            node: "bench".to_owned(),
            clock,
            limits: ingest::Limits::default(),
            kept: Arc::new(Notify::new()),
        };
        Ok(Self { ingest: Arc::new(Ingest::new(parts)), sources: sources.into() })
    }

    /// Polls every source once, in a task of the runtime as `serve` does: a thread that only waits for the others would
    /// be woken for every poll.
    pub async fn round(&self) -> Result<Found> {
        let (ingest, sources) = (Arc::clone(&self.ingest), Arc::clone(&self.sources));
        let mut polling = JoinSet::new();
        polling.spawn(async move {
            let (mut found, mut failure) = (Found::default(), None);
            let each = |_: &Source, outcome| match outcome {
                Ok(Round::Kept { .. }) => found.fresh += 1,
                Ok(Round::Unchanged) => found.unchanged += 1,
                Ok(other) => failure = Some(anyhow::anyhow!("a source was {other:?}")),
                Err(error) => failure = Some(anyhow::Error::from(error)),
            };
            ingest.round_of(&sources, each).await;
            failure.map_or(Ok(found), Err)
        });
        polling.join_next().await.context("nothing was polled")??
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench is where the clock comes from")]
fn clock() -> Timestamp {
    Timestamp::now()
}

fn source(publisher: &Publisher, at: usize) -> Result<Source> {
    let allow_networks = vec![Network::parse("127.0.0.0/8").context("not a network")?];
    Ok(Source { allow_networks, ..Source::at(world::source(at), publisher.address(at).parse()?) })
}
