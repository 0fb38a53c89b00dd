//! When rounds run: the due queue, a turn per host, a bound on all.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{Ask, Ingest, Round, RoundError};
use crate::{
    model::{Source, SourceId},
    store::{Health, StoreError},
};

/// How often the due queue is looked at, milliseconds.
const LOOK_MS: u64 = 250;
/// The due queue is not looked at while this many sources wait for each that may run.
const WAITING_PER_ROUND: usize = 4;
/// How long no round begins after the store failed, milliseconds.
const STORE_PAUSE_MS: u64 = 2_000;

/// What is waiting and what is running, by host: each source that ends makes room for the next of its host.
#[derive(Default)]
struct Turns {
    hosts: HashMap<String, Host>,
    /// Hosts that have somebody waiting and a turn free, the longest waiting first.
    ready: VecDeque<String>,
    running: HashMap<task::Id, Arc<Source>>,
    /// Everything waiting or running.
    taken: HashSet<SourceId>,
}

/// Sources of one host.
#[derive(Default)]
struct Host {
    waiting: VecDeque<Arc<Source>>,
    running: usize,
}

impl Turns {
    fn waiting(&self) -> usize {
        self.taken.len() - self.running.len()
    }

    fn offer(&mut self, source: &Arc<Source>, per_host_max: usize) {
        if self.taken.insert(source.id.clone()) {
            let name = host(source);
            self.hosts.entry(name.clone()).or_default().waiting.push_back(Arc::clone(source));
            self.line_up(name, per_host_max);
        }
    }

    /// A source whose host has a turn free.
    fn next(&mut self, per_host_max: usize) -> Option<Arc<Source>> {
        let name = self.ready.pop_front()?;
        let host = self.hosts.get_mut(&name)?;
        let source = host.waiting.pop_front()?;
        host.running += 1;
        self.line_up(name, per_host_max);
        Some(source)
    }

    /// Takes away everything that waits.
    fn drain_waiting(&mut self) -> Vec<Arc<Source>> {
        self.ready.clear();
        let waiting: Vec<Arc<Source>> =
            self.hosts.values_mut().flat_map(|host| std::mem::take(&mut host.waiting)).collect();
        for source in &waiting {
            self.taken.remove(&source.id);
        }
        waiting
    }

    /// Takes a round off the list, however it ended.
    fn done(&mut self, id: task::Id, per_host_max: usize) -> Option<Arc<Source>> {
        let source = self.running.remove(&id)?;
        self.taken.remove(&source.id);
        let name = host(&source);
        if let Some(host) = self.hosts.get_mut(&name) {
            host.running = host.running.saturating_sub(1);
            if host.running == 0 && host.waiting.is_empty() {
                self.hosts.remove(&name);
            } else {
                self.line_up(name, per_host_max);
            }
        }
        Some(source)
    }

    /// Puts a host into the line once, if it has somebody waiting and a turn free.
    fn line_up(&mut self, name: String, per_host_max: usize) {
        let may_run =
            self.hosts.get(&name).is_some_and(|it| !it.waiting.is_empty() && it.running < per_host_max);
        if may_run && !self.ready.contains(&name) {
            self.ready.push_back(name);
        }
    }
}

/// A host is scheme, name and port.
fn host(source: &Source) -> String {
    source.url.origin().ascii_serialization()
}

type Outcome = Result<Round, RoundError>;

impl Ingest {
    /// Polls every due source until `shutdown`, then waits a bounded time for what is running.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::select! {
            () = self.polling(shutdown) => {}
            () = self.renewing() => {}
        }
    }

    async fn polling(self: &Arc<Self>, shutdown: CancellationToken) {
        let mut turns = Turns::default();
        let mut rounds: JoinSet<Outcome> = JoinSet::new();
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // Set when the store did not answer.
        let mut pause_ends: Option<Instant> = None;
        let pause = || Some(Instant::now() + Duration::from_millis(STORE_PAUSE_MS));
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                Some(ended) = rounds.join_next_with_id() => {
                    let (id, outcome) = ended_well(ended);
                    if outcome.as_ref().is_err_and(RoundError::is_the_stores) {
                        pause_ends = pause();
                    }
                    if let Some(source) = turns.done(id, self.terms().per_host_max) {
                        tell(&source, outcome);
                    }
                }
                _ = look.tick() => {
                    if pause_ends.is_none_or(|it| it <= Instant::now()) {
                        pause_ends = if self.refill(&mut turns).await.is_ok() { None } else { pause() };
                    }
                }
            }
            if pause_ends.is_none() {
                self.start(&mut turns, &mut rounds, Ask::IfDue);
            }
        }
        self.drain(rounds).await;
    }

    /// One round of each of these sources, as many at once as the limits allow; `each` hears of them as they end. Once the
    /// store has failed one of them for good, the others are not asked.
    pub async fn round_of(self: &Arc<Self>, sources: &[Arc<Source>], each: impl FnMut(&Source, Outcome)) {
        tokio::select! {
            () = self.each_once(sources, each) => {}
            () = self.renewing() => {}
        }
    }

    async fn each_once(self: &Arc<Self>, sources: &[Arc<Source>], mut each: impl FnMut(&Source, Outcome)) {
        let mut turns = Turns::default();
        let mut rounds = JoinSet::new();
        sources.iter().for_each(|source| turns.offer(source, self.terms().per_host_max));
        self.start(&mut turns, &mut rounds, Ask::Now);
        while let Some(ended) = rounds.join_next_with_id().await {
            let (id, outcome) = ended_well(ended);
            if outcome.as_ref().is_err_and(RoundError::is_the_stores) {
                turns.drain_waiting().iter().for_each(|source| each(source, Err(RoundError::NotAsked)));
            }
            if let Some(source) = turns.done(id, self.terms().per_host_max) {
                each(&source, outcome);
            }
            self.start(&mut turns, &mut rounds, Ask::Now);
        }
    }

    fn start(self: &Arc<Self>, turns: &mut Turns, rounds: &mut JoinSet<Outcome>, ask: Ask) {
        // While the store fails, one round after the other finds out whether it is well again: publishers are not asked
        // for what cannot be kept.
        let is_well = self.store.health() == Health::Well;
        let rounds_max = if is_well { self.terms().rounds_max } else { 1 };
        while rounds.len() < rounds_max
            && let Some(source) = turns.next(self.terms().per_host_max)
        {
            let (ingest, polled) = (Arc::clone(self), Arc::clone(&source));
            let round = rounds.spawn(async move { ingest.round(&polled, ask).await });
            turns.running.insert(round.id(), source);
        }
    }

    /// Takes what is due into the line, unless enough stands there already.
    async fn refill(&self, turns: &mut Turns) -> Result<(), StoreError> {
        self.give_back().await?;
        if turns.waiting() > self.terms().rounds_max * WAITING_PER_ROUND {
            return Ok(());
        }
        let now_ms = (self.clock)().as_millisecond();
        let due = self.store.due(now_ms, self.limits.due_max).await?;
        let terms = self.terms();
        due.iter().filter_map(|id| terms.sources.get(id)).filter(|it| it.enabled).for_each(|source| {
            turns.offer(source, self.terms().per_host_max);
        });
        Ok(())
    }

    async fn drain(&self, mut rounds: JoinSet<Outcome>) {
        let finish = async { while rounds.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_millis(self.limits.drain_ms_max), finish).await.is_err() {
            rounds.abort_all();
            while rounds.join_next().await.is_some() {}
        }
        if let Err(error) = self.store.dismiss(&self.node).await {
            info!(%error, "the claims of this node run out by themselves: {error}");
        }
    }
}

/// A round that panicked is that source's failure.
fn ended_well(ended: Result<(task::Id, Outcome), task::JoinError>) -> (task::Id, Outcome) {
    ended.unwrap_or_else(|error| (error.id(), Err(RoundError::Panicked)))
}

/// Says once what a round of the background brought.
fn tell(source: &Source, outcome: Outcome) {
    let id = source.id.as_str();
    match outcome {
        Ok(Round::Kept { new, changed, .. }) if new + changed > 0 => {
            info!(source = id, new, changed, "kept {new} new and {changed} changed entries from {id}");
        }
        Ok(Round::Gone) => warn!(source = id, "{id} is gone for good (410): take it out of feeds.toml"),
        Ok(_) => {}
        Err(error) if error.is_the_stores() => debug!(source = id, "{id} is asked again: {error}"),
        Err(error) => warn!(source = id, "{id} failed: {error}"),
    }
}
