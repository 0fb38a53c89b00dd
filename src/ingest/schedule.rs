//! When rounds run: the due queue, a turn per host, a bound on all.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    Ask, Ingest, Round, RoundError,
    hosts::{self, Turns},
    round::Ended,
};
use crate::{
    model::{Hash128, Source, SourceId, time::timestamp},
    store::{Health, StoreError},
};

/// How often the due queue is looked at, milliseconds.
const LOOK_MS: u64 = 250;
/// The due queue is not looked at while this many hosts are ready for each source that may run.
const READY_PER_ROUND: usize = 4;
/// How long no round begins after the store failed, milliseconds.
const STORE_PAUSE_MS: u64 = 2_000;
/// How often is looked which hosts other nodes were told to leave alone, milliseconds.
const RESTING_MS: u64 = 10_000;
/// Sources of a host that was left alone are asked again over this long after it, so that it does not meet all of them at
/// once, milliseconds for each.
const RETURN_MS: i64 = 1_000;

type Outcome = Result<Round, RoundError>;

/// What polling remembers from one look to the next.
struct Polling {
    turns: Turns,
    rounds: JoinSet<Ended>,
    /// Set when the store did not answer: no round begins before.
    pause_ends: Option<Instant>,
    /// When to look again which hosts are to be left alone.
    resting_at: Instant,
    /// When a host that somebody waits for has been left in peace for long enough.
    wake_at: Option<Instant>,
}

impl Polling {
    fn new(per_host_max: usize) -> Self {
        let (turns, rounds) = (Turns::new(per_host_max), JoinSet::new());
        Self { turns, rounds, pause_ends: None, resting_at: Instant::now(), wake_at: None }
    }

    fn pause(&mut self) {
        self.pause_ends = Some(Instant::now() + Duration::from_millis(STORE_PAUSE_MS));
    }

    fn is_paused(&self) -> bool {
        self.pause_ends.is_some_and(|it| it > Instant::now())
    }
}

/// Ends when `at` has come; never without it.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

impl Ingest {
    /// Polls every due source until `shutdown`, then waits a bounded time for what is running.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::select! {
            () = self.polling(shutdown) => {}
            () = self.renewing() => {}
        }
    }

    async fn polling(self: &Arc<Self>, shutdown: CancellationToken) {
        let mut polling = Polling::new(self.terms().per_host_max);
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let is_look = tokio::select! {
                () = shutdown.cancelled() => break,
                Some(ended) = polling.rounds.join_next_with_id() => {
                    self.ended(&mut polling, ended).await;
                    false
                }
                _ = look.tick() => true,
                () = self.hurry.notified() => true,
                () = until(polling.wake_at), if !polling.is_paused() => false,
            };
            if is_look && !polling.is_paused() {
                polling.pause_ends = None;
                if self.refill(&mut polling).await.is_err() {
                    polling.pause();
                }
            }
            if !polling.is_paused() {
                self.start(&mut polling, Ask::IfDue);
            }
        }
        self.drain(polling.rounds).await;
    }

    /// Takes a round off the list, says what it brought, and leaves its host alone if that is what it wants.
    async fn ended(&self, polling: &mut Polling, ended: Result<(task::Id, Ended), task::JoinError>) {
        let (id, Ended { outcome, waited }) = ended_well(ended);
        if outcome.as_ref().is_err_and(RoundError::is_the_stores) {
            polling.pause();
        }
        let Some(source) = polling.turns.done(id, waited, Instant::now()) else { return };
        if let Some(until_ms) = self.rest_until(&outcome) {
            let waiting = polling.turns.rest(&source, until_ms);
            if self.put_off(waiting.iter().map(|it| (it.id.clone(), until_ms)).collect()).await.is_err() {
                polling.pause();
            }
        }
        tell(&source, outcome);
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
        let mut polling = Polling::new(self.terms().per_host_max);
        // Where the store does not answer now, each round says so.
        let _unknown = self.look_who_rests(&mut polling).await;
        let now_ms = (self.clock)().as_millisecond();
        for source in sources {
            match polling.turns.rests_until(source, now_ms) {
                Some(until_ms) => each(source, Ok(Round::LeftAlone { until_ms })),
                None => polling.turns.offer(source, Instant::now()),
            }
        }
        self.start(&mut polling, Ask::Now);
        while polling.turns.is_any() {
            let ended = tokio::select! {
                Some(ended) = polling.rounds.join_next_with_id() => Some(ended),
                () = until(polling.wake_at) => None,
            };
            if let Some((id, Ended { outcome, waited })) = ended.map(ended_well) {
                if outcome.as_ref().is_err_and(RoundError::is_the_stores) {
                    let waiting = polling.turns.drain_waiting();
                    waiting.iter().for_each(|source| each(source, Err(RoundError::NotAsked)));
                }
                if let Some(source) = polling.turns.done(id, waited, Instant::now()) {
                    if let Some(until_ms) = self.rest_until(&outcome) {
                        let waiting = polling.turns.rest(&source, until_ms);
                        waiting.iter().for_each(|it| each(it, Ok(Round::LeftAlone { until_ms })));
                    }
                    each(&source, outcome);
                }
            }
            self.start(&mut polling, Ask::Now);
        }
    }

    fn start(self: &Arc<Self>, polling: &mut Polling, ask: Ask) {
        // While the store fails, one round after the other finds out whether it is well again: publishers are not asked
        // for what cannot be kept.
        let is_well = self.store.health() == Health::Well;
        let rounds_max = if is_well { self.terms().rounds_max } else { 1 };
        let terms = self.terms();
        polling.wake_at = None;
        while polling.rounds.len() < rounds_max {
            let Some(source) = polling.turns.next(Instant::now()) else {
                polling.wake_at = polling.turns.free_at();
                break;
            };
            // The configuration may say something else of it since it stood in line.
            let polled = Arc::clone(terms.sources.get(&source.id).unwrap_or(&source));
            let ingest = Arc::clone(self);
            let round = polling.rounds.spawn(async move { ingest.timed_round(&polled, ask).await });
            polling.turns.begin(round.id(), source);
        }
    }

    /// Takes what is due into the line, unless enough stands there already. What is due at a host that is to be left alone
    /// is put off.
    async fn refill(&self, polling: &mut Polling) -> Result<(), StoreError> {
        self.give_back().await?;
        let terms = self.terms();
        polling.turns.allow(terms.per_host_max);
        if polling.turns.ready() > terms.rounds_max * READY_PER_ROUND {
            return Ok(());
        }
        if polling.resting_at <= Instant::now() {
            self.store.set_right((self.clock)().as_millisecond()).await?;
            self.look_who_rests(polling).await?;
            polling.resting_at = Instant::now() + Duration::from_millis(RESTING_MS);
        }
        let now_ms = (self.clock)().as_millisecond();
        let due = self.store.due(now_ms, self.limits.due_max).await?;
        let mut resting = BTreeMap::new();
        for source in due.iter().filter_map(|id| terms.sources.get(id)).filter(|it| it.enabled) {
            match polling.turns.rests_until(source, now_ms) {
                Some(until_ms) => drop(resting.insert(source.id.clone(), until_ms)),
                None => polling.turns.offer(source, Instant::now()),
            }
        }
        self.put_off(resting).await
    }

    /// Learns which hosts this node or another was told to leave alone.
    async fn look_who_rests(&self, polling: &mut Polling) -> Result<(), StoreError> {
        let terms = self.terms();
        for (id, until_ms) in self.store.resting((self.clock)().as_millisecond()).await? {
            if let Some(source) = terms.sources.get(&id) {
                // Who waits for it leaves the line: the next look puts it off.
                polling.turns.rest(source, until_ms);
            }
        }
        Ok(())
    }

    /// Until when the host of a round that ended so is to be left alone.
    fn rest_until(&self, outcome: &Outcome) -> Option<i64> {
        let Err(RoundError::Fetch(error)) = outcome else { return None };
        super::state::host_rest_ms(error).map(|it| (self.clock)().as_millisecond().saturating_add(it))
    }

    /// Puts off what is due at hosts that are left alone: to the moments that they named, and each source a little later
    /// than the one before.
    async fn put_off(&self, polls: BTreeMap<SourceId, i64>) -> Result<(), StoreError> {
        let terms = self.terms();
        let mut hosts: BTreeMap<(String, i64), Vec<SourceId>> = BTreeMap::new();
        for (id, until_ms) in polls {
            let host = terms.sources.get(&id).map(|it| hosts::name(it)).unwrap_or_default();
            hosts.entry((host, until_ms)).or_default().push(id);
        }
        for ((host, until_ms), ids) in hosts {
            let all = terms.sources.values().filter(|it| hosts::name(it) == host).count().max(ids.len());
            let spread_ms = RETURN_MS.saturating_mul(all as i64).max(1);
            let later_ms = |id: &SourceId| (Hash128::of(id.as_str().as_bytes()).order() % spread_ms).abs();
            let polls = ids.into_iter().map(|id| (id.clone(), until_ms + later_ms(&id))).collect();
            let until = timestamp(until_ms).strftime("%Y-%m-%d %H:%M:%S UTC");
            let why = format!("Its host asked to be left alone until {until} (status 429).");
            self.store.put_off(polls, &why, (self.clock)().as_millisecond()).await?;
        }
        Ok(())
    }

    async fn drain(&self, mut rounds: JoinSet<Ended>) {
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
fn ended_well(ended: Result<(task::Id, Ended), task::JoinError>) -> (task::Id, Ended) {
    ended.unwrap_or_else(|error| (error.id(), Ended::unasked(Err(RoundError::Panicked))))
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
