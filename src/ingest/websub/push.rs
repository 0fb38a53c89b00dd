//! What hubs bring, read on the way that rounds take: under the source's lease, by the same parser, policy and matching.
//! A push may hold only what is new, so that nothing is said of the entries that are missing in it; and the validators
//! of polling stay as they are.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::{self, JoinSet},
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Subscriber, name};
use crate::{
    fetch::{Answer, Reply},
    ingest::{
        Ingest, Round, RoundError, learning::learned, memory::Standing, ping::PING_MS_MIN, reading::Reading,
    },
    model::{PollState, Source, SourceId, repair},
    store::{self, Claim, StoreError, Subscription},
};

/// How often the lease is tried for while somebody polls the source.
const TRIES_MAX: u32 = 150;
/// Pause after the first try, milliseconds; each is twice the one before.
const PAUSE_MS_MIN: u64 = 10;
/// The longest such pause, milliseconds.
const PAUSE_MS_MAX: u64 = 300;

/// A document that a hub brought, signed by it.
#[derive(Debug)]
pub struct Push {
    pub subscription: Subscription,
    pub source: Arc<Source>,
    pub content_type: Option<String>,
    pub body: Bytes,
    /// Its place and room, until it has been read.
    pub _held: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// Pushes of many sources side by side, those of one source one after the other: a later one may correct an earlier.
#[derive(Default)]
struct Lines {
    running: JoinSet<()>,
    sources: HashMap<task::Id, SourceId>,
    /// What waits behind the one that runs.
    waiting: HashMap<SourceId, VecDeque<Push>>,
}

impl Lines {
    fn offer(&mut self, subscriber: &Arc<Subscriber>, push: Push) {
        match self.waiting.get_mut(&push.source.id) {
            Some(line) => line.push_back(push),
            None => {
                self.waiting.insert(push.source.id.clone(), VecDeque::new());
                self.start(subscriber, push);
            }
        }
    }

    fn start(&mut self, subscriber: &Arc<Subscriber>, push: Push) {
        let (subscriber, source) = (Arc::clone(subscriber), push.source.id.clone());
        let running = self.running.spawn(async move { subscriber.take(push).await });
        self.sources.insert(running.id(), source);
    }

    /// Waits for one to end, and lets the next of its source begin; `None` if nothing runs.
    async fn ended(&mut self, subscriber: &Arc<Subscriber>) -> Option<()> {
        let ended = self.running.join_next_with_id().await?;
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        let source = self.sources.remove(&id)?;
        match self.waiting.get_mut(&source).and_then(VecDeque::pop_front) {
            Some(next) => self.start(subscriber, next),
            None => drop(self.waiting.remove(&source)),
        }
        Some(())
    }
}

impl Subscriber {
    /// Reads what hubs bring until `shutdown`, and then for a bounded time what has come before.
    pub(super) async fn reading_pushes(self: &Arc<Self>, shutdown: &CancellationToken) {
        let queue = self.pushes.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut queue) = queue else { return };
        let mut lines = Lines::default();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                Some(()) = lines.ended(self) => {}
                Some(push) = queue.recv() => lines.offer(self, push),
            }
        }
        let rest = self.read_the_rest(&mut queue, &mut lines);
        if tokio::time::timeout(Duration::from_millis(self.limits.drain_ms_max), rest).await.is_err() {
            info!("some of what was pushed last could not be read in time: the next poll finds it");
        }
    }

    async fn read_the_rest(self: &Arc<Self>, queue: &mut mpsc::Receiver<Push>, lines: &mut Lines) {
        queue.close();
        while let Some(push) = queue.recv().await {
            lines.offer(self, push);
        }
        while lines.ended(self).await.is_some() {}
    }

    /// Reads and keeps one push, and says once what it brought. What could not be read is polled for at once.
    async fn take(&self, push: Push) {
        let (id, hub) = (push.source.id.as_str(), name(&push.subscription.hub));
        let mut is_taken = true;
        match self.ingest.pushed(&push).await {
            Ok(Round::Kept { new, changed, .. }) => {
                info!(
                    source = id,
                    new, changed, "{hub} pushed {new} new and {changed} changed entries of {id}"
                );
            }
            Ok(Round::Unchanged) => {}
            Ok(_) => {
                is_taken = false;
                self.poll_instead(&push).await;
            }
            Err(error) => {
                is_taken = false;
                warn!(
                    source = id,
                    "what {hub} pushed for {id} could not be taken, so {id} is polled: {error}"
                );
                self.poll_instead(&push).await;
            }
        }
        if !is_taken {
            return;
        }
        let mut subscription = push.subscription;
        subscription.pushed_ms = self.now_ms();
        self.ingest.hubs.note(&subscription);
        subscription.error = None;
        // For people only: where the hub has changed something meanwhile, the next push is noted.
        self.ingest.store.change_subscription(&subscription).await.ok();
    }

    async fn poll_instead(&self, push: &Push) {
        let id = &push.source.id;
        let polled_ms = self.ingest.store.poll_state(id).await.ok().flatten().map_or(0, |it| it.polled_ms);
        let at_ms = polled_ms.saturating_add(PING_MS_MIN).clamp(self.now_ms(), self.now_ms() + PING_MS_MIN);
        self.ingest.store.hasten(id, at_ms).await.ok();
    }
}

impl Ingest {
    /// Reads a push as soon as nobody else reads the source; `Busy` if somebody does for too long.
    async fn pushed(&self, push: &Push) -> Result<Round, RoundError> {
        let mut pause_ms = PAUSE_MS_MIN;
        for _ in 0..TRIES_MAX {
            match self.read_under_lease(push).await {
                Ok(Round::Busy) | Err(RoundError::Store(StoreError::LeaseLost { .. })) => {}
                done => return done,
            }
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            pause_ms = (pause_ms * 2).min(PAUSE_MS_MAX);
        }
        Ok(Round::Busy)
    }

    async fn read_under_lease(&self, push: &Push) -> Result<Round, RoundError> {
        let source = &push.source;
        let claim = Claim {
            source: source.id.clone(),
            url: source.url.to_string(),
            now_ms: (self.clock)().as_millisecond(),
            until_ms: self.lease_until_ms(),
            due_ms: i64::MAX,
        };
        let claimed = self.store.claim(&claim).await;
        if let Ok(None) = claimed {
            return Ok(Round::Busy);
        }
        // Also if the store was away: it may have granted the lease, and only its answer was lost.
        let lease = self.leases.taken(&source.id);
        let Some(state) = claimed? else { return Ok(Round::Busy) };
        let outcome = self.part(push, &state).await;
        if matches!(outcome, Ok(Round::Kept { .. }) | Err(RoundError::Store(StoreError::LeaseLost { .. }))) {
            lease.settle();
        } else {
            drop(lease);
            self.give_back().await.ok();
        }
        outcome
    }

    /// Reads and keeps, under a lease. Where nothing is new, nothing is written.
    async fn part(&self, push: &Push, before: &PollState) -> Result<Round, RoundError> {
        let source = &push.source;
        let reply = Reply {
            answer: Answer::default(),
            bytes: push.body.clone(),
            body_hash: String::new(),
            content_type: push.content_type.clone(),
            links: Vec::new(),
            final_url: home(source),
        };
        let Reading { feed, entries, arrivals, listed, new, .. } =
            self.reading(source, before, &reply).await?;
        let withdrawn = self.withdrawn(source, &feed.tombstones, &arrivals).await?;
        if arrivals.is_empty() && withdrawn.is_empty() {
            return Ok(Round::Unchanged);
        }
        let changed = arrivals.len() - new;
        let mut state = before.clone();
        state.habit = learned(before, &arrivals, (self.clock)());
        if !feed.repairs.is_empty() {
            // A push without any says nothing of the whole document, which the next poll reads.
            state.repairs = repair::kept(&feed.repairs);
        }
        // Never as it was: whoever remembers the rows that belong to the old state must see that they have changed.
        state.brought_ms = (self.clock)().as_millisecond().max(before.brought_ms.saturating_add(1));
        let round = Arc::new(store::Round { source: source.id.clone(), state, arrivals, listed, withdrawn });
        self.patiently(|| self.store.keep_part(Arc::clone(&round))).await?;
        self.memory.note(&source.id, before, &round.state, Standing::Unclear);
        self.kept.notify_one();
        Ok(Round::Kept { entries, new, changed, repairs: feed.repairs })
    }
}

/// What relative references in a push resolve against: as if it had been polled.
fn home(source: &Source) -> url::Url {
    let mut url = source.url.clone();
    // An address that cannot have userinfo has none to take away.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
