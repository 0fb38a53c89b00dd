//! When rounds run: the due queue, a turn per host, a bound on all.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    Ask, Ingest, Round, RoundError, hosts,
    polling::{Event, Polling, until},
    round::Outcome,
};
use crate::{
    model::{Hash128, Source, SourceId, time::timestamp},
    store::StoreError,
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

/// What the background remembers from one look to the next.
struct Background {
    polling: Polling,
    /// Set when the store did not answer: no round begins before.
    pause_ends: Option<Instant>,
    /// When to look again which hosts are to be left alone.
    resting_at: Instant,
}

impl Background {
    fn new(per_host_max: usize) -> Self {
        let polling = Polling::new(per_host_max, Ask::IfDue);
        Self { polling, pause_ends: None, resting_at: Instant::now() }
    }

    fn pause(&mut self) {
        self.pause_ends = Some(Instant::now() + Duration::from_millis(STORE_PAUSE_MS));
    }

    fn is_paused(&self) -> bool {
        self.pause_ends.is_some_and(|it| it > Instant::now())
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
        let mut background = Background::new(self.terms().per_host_max);
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let (wake_at, is_paused) = (background.polling.wake_at, background.is_paused());
            let is_look = tokio::select! {
                () = shutdown.cancelled() => break,
                event = background.polling.event() => {
                    self.happened(&mut background, event).await;
                    false
                }
                _ = look.tick() => true,
                () = self.hurry.notified() => true,
                () = until(wake_at), if !is_paused => false,
            };
            if is_look && !background.is_paused() {
                background.pause_ends = None;
                if self.refill(&mut background).await.is_err() {
                    background.pause();
                }
            }
            if !background.is_paused() {
                self.advance(&mut background.polling);
            }
        }
        self.drain(background.polling).await;
    }

    /// Takes note of what has happened, says what rounds have brought, and leaves hosts alone that want to be.
    async fn happened(&self, background: &mut Background, event: Event) {
        let mut event = Some(event);
        while let Some(happened) = event {
            let polling = &mut background.polling;
            let resting = self.resting(polling, &happened);
            for (source, outcome) in polling.note(happened, (self.clock)().as_millisecond()) {
                if outcome.as_ref().is_err_and(RoundError::is_the_stores) {
                    background.pause();
                }
                tell(&source, outcome);
            }
            if let Some((until_ms, waiting)) = resting {
                // What was claimed is put off once it is nobody's.
                let free = self.give_back().await;
                let polls = waiting.iter().map(|it| (it.id.clone(), until_ms)).collect();
                if free.is_err() || self.put_off(polls).await.is_err() {
                    background.pause();
                }
            }
            event = background.polling.also_asked();
        }
    }

    /// Leaves the host of a source alone that has just said that it is asked too often: until when, and what waits there.
    fn resting(&self, polling: &mut Polling, event: &Event) -> Option<(i64, Vec<Arc<Source>>)> {
        let Event::Asked(id, ended) = event else { return None };
        let until_ms = self.rest_until(ended.outcome())?;
        let source = polling.turns.whose(*id)?;
        Some((until_ms, polling.rest(&source, until_ms)))
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
        let mut polling = Polling::new(self.terms().per_host_max, Ask::Now);
        // Where the store does not answer now, each round says so.
        let _unknown = self.look_who_rests(&mut polling).await;
        let now_ms = (self.clock)().as_millisecond();
        for source in sources {
            match polling.turns.rests_until(source, now_ms) {
                Some(until_ms) => each(source, Ok(Round::LeftAlone { until_ms })),
                None => polling.turns.offer(source, Instant::now()),
            }
        }
        self.advance(&mut polling);
        let mut is_lost = false;
        while polling.turns.is_any() {
            let wake_at = polling.wake_at;
            let mut event = tokio::select! {
                event = polling.event() => Some(event),
                () = until(wake_at) => None,
            };
            while let Some(happened) = event {
                if let Some((until_ms, waiting)) = self.resting(&mut polling, &happened) {
                    waiting.iter().for_each(|it| each(it, Ok(Round::LeftAlone { until_ms })));
                }
                for (source, outcome) in polling.note(happened, (self.clock)().as_millisecond()) {
                    is_lost |= outcome.as_ref().is_err_and(RoundError::is_the_stores);
                    each(&source, outcome);
                }
                event = polling.also_asked();
            }
            if is_lost {
                polling.drain_waiting().iter().for_each(|it| each(it, Err(RoundError::NotAsked)));
            }
            self.advance(&mut polling);
        }
        // What was claimed and not asked is nobody's again.
        self.give_back().await.ok();
    }

    /// Takes what is due into the line, unless enough stands there already. What is due at a host that is to be left alone
    /// is put off.
    async fn refill(&self, background: &mut Background) -> Result<(), StoreError> {
        self.give_back().await?;
        let terms = self.terms();
        let polling = &mut background.polling;
        polling.turns.allow(terms.per_host_max);
        if polling.turns.ready() > terms.rounds_max * READY_PER_ROUND {
            return Ok(());
        }
        if background.resting_at <= Instant::now() {
            self.store.set_right((self.clock)().as_millisecond()).await?;
            self.look_who_rests(polling).await?;
            background.resting_at = Instant::now() + Duration::from_millis(RESTING_MS);
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
                polling.rest(source, until_ms);
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

    /// Waits for what is being asked, and settles it.
    async fn drain(self: &Arc<Self>, mut polling: Polling) {
        polling.close().await;
        let finish = async {
            while polling.is_busy() {
                self.begin_settling(&mut polling);
                let event = polling.event().await;
                polling.note(event, (self.clock)().as_millisecond());
            }
        };
        if tokio::time::timeout(Duration::from_millis(self.limits.drain_ms_max), finish).await.is_err() {
            polling.abort().await;
        }
        if let Err(error) = self.store.dismiss(&self.node).await {
            info!(%error, "the claims of this node run out by themselves: {error}");
        }
    }
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
