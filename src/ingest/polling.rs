//! Many rounds at once: sources are claimed in batches, asked each in a task of its own, and settled in batches.
//!
//! A source's turn at its host lasts from its claim until its round is kept. What is claimed is little more than what can be
//! asked at once, so that no lease waits long.

use std::{
    collections::VecDeque,
    panic::resume_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{self, JoinSet};

use super::{
    Ask, Ingest, Round, RoundError,
    claims::{Answer, Claimed},
    hosts::{self, Turns},
    round::{Asked, Ended, Outcome},
    settling::Unsettled,
};
use crate::{model::Source, store::Health};

/// Sources in hand, claimed, being asked or waiting to be settled, for each that may be asked at a time.
const IN_HAND_PER_ROUND: usize = 4;
/// Further sources are claimed once fewer than this part of those that may be asked at a time wait to be.
const HELD_PART: usize = 4;
/// Sources that are claimed or settled in one transaction.
const BATCH_MAX: usize = 64;
/// How long a round waits for others to be settled with it, milliseconds.
const SETTLE_MS: u64 = 20;

/// Rounds that are over.
pub type Over = Vec<(Arc<Source>, Outcome)>;

/// What is in hand, from one event to the next.
pub struct Polling {
    /// Whose turn it is.
    pub turns: Turns,
    /// When a host that somebody waits for has been left in peace for long enough.
    pub wake_at: Option<Instant>,
    ask: Ask,
    /// A task of its own, as settling is: both take turns at the leases with whoever waits for what is here.
    claiming: JoinSet<Answer>,
    held: VecDeque<Claimed>,
    rounds: JoinSet<Ended>,
    unsettled: Vec<Unsettled>,
    /// How many are being settled.
    settling_count: usize,
    settling: JoinSet<Over>,
    /// Until when rounds wait for others to be settled with them.
    patience: Option<Instant>,
    is_settling_due: bool,
}

/// Something that has happened.
pub enum Event {
    /// The store has answered who is ours to ask.
    Claimed(Answer),
    /// A source was asked.
    Asked(task::Id, Ended),
    /// Rounds were kept, or not.
    Settled(Over),
    /// Rounds have waited for long enough to be settled.
    Patient,
}

impl Polling {
    /// Nothing is in hand.
    pub fn new(per_host_max: usize, ask: Ask) -> Self {
        Self {
            turns: Turns::new(per_host_max),
            wake_at: None,
            ask,
            claiming: JoinSet::new(),
            held: VecDeque::new(),
            rounds: JoinSet::new(),
            unsettled: Vec::new(),
            settling_count: 0,
            settling: JoinSet::new(),
            patience: None,
            is_settling_due: false,
        }
    }

    /// The next thing that happens; never returns while nothing is under way. Giving up waiting loses nothing.
    pub async fn event(&mut self) -> Event {
        tokio::select! {
            Some(ended) = self.rounds.join_next_with_id() => asked(ended),
            Some(answer) = self.claiming.join_next() => Event::Claimed(whole(answer)),
            Some(over) = self.settling.join_next() => Event::Settled(whole(over)),
            () = until(self.patience) => Event::Patient,
        }
    }

    /// A further source that was asked meanwhile.
    pub fn also_asked(&mut self) -> Option<Event> {
        self.rounds.try_join_next_with_id().map(asked)
    }

    /// Takes note at `now_ms` of what has happened; the rounds that are over by that.
    pub fn note(&mut self, event: Event, now_ms: i64) -> Over {
        let over = match event {
            Event::Claimed(Answer { granted, refused: mut over }) => {
                for claimed in granted {
                    // Its host may have said meanwhile that it is asked too often.
                    match self.turns.rests_until(&claimed.source, now_ms) {
                        Some(until_ms) => over.push((claimed.source, Ok(Round::LeftAlone { until_ms }))),
                        None => self.held.push_back(claimed),
                    }
                }
                over
            }
            Event::Asked(id, Ended { asked, waited }) => {
                match (asked, self.turns.asked(id, waited, Instant::now())) {
                    (Asked::Over(outcome), Some(source)) => vec![(source, outcome)],
                    (Asked::Unsettled(round), Some(source)) => {
                        // The turn is that of the host at which it stood in line.
                        self.unsettled.push(Unsettled { source, ..*round });
                        Vec::new()
                    }
                    (_, None) => Vec::new(),
                }
            }
            Event::Settled(over) => {
                self.settling_count = 0;
                over
            }
            Event::Patient => {
                (self.patience, self.is_settling_due) = (None, true);
                Vec::new()
            }
        };
        over.iter().for_each(|(source, _)| self.turns.done(source));
        over
    }

    /// The source's host is left alone until `until_ms`: those of its sources that have not been asked yet.
    pub fn rest(&mut self, source: &Source, until_ms: i64) -> Vec<Arc<Source>> {
        let mut waiting = self.turns.rest(source, until_ms);
        let name = hosts::name(source);
        let (resting, held): (VecDeque<_>, _) =
            std::mem::take(&mut self.held).into_iter().partition(|it| hosts::name(&it.source) == name);
        self.held = held;
        waiting.extend(resting.into_iter().map(|it| self.put_back(it)));
        waiting
    }

    /// Takes away everything that has not been asked yet.
    pub fn drain_waiting(&mut self) -> Vec<Arc<Source>> {
        let mut waiting = self.turns.drain_waiting();
        let held = std::mem::take(&mut self.held);
        waiting.extend(held.into_iter().map(|it| self.put_back(it)));
        waiting
    }

    /// Begins no further round: what is claimed now, or has been and was not asked, is left.
    pub async fn close(&mut self) {
        self.claiming.shutdown().await;
        self.drain_waiting();
    }

    /// Whether anything is being asked or settled.
    pub fn is_busy(&self) -> bool {
        !self.rounds.is_empty() || !self.unsettled.is_empty() || !self.settling.is_empty()
    }

    /// Breaks off what is being asked.
    pub async fn abort(mut self) {
        self.rounds.shutdown().await;
    }

    /// Gives a lease up unused.
    fn put_back(&mut self, claimed: Claimed) -> Arc<Source> {
        self.turns.done(&claimed.source);
        claimed.source
    }

    fn in_hand(&self) -> usize {
        self.held.len() + self.rounds.len() + self.unsettled.len() + self.settling_count
    }
}

impl Ingest {
    /// Begins what can begin: rounds, claims and settling.
    pub(super) fn advance(self: &Arc<Self>, polling: &mut Polling) {
        self.begin_rounds(polling);
        self.begin_claiming(polling);
        self.begin_settling(polling);
    }

    fn begin_rounds(self: &Arc<Self>, polling: &mut Polling) {
        let (terms, rounds_max) = (self.terms(), self.rounds_max());
        // While the store fails, the next publisher is asked once what the last one said is kept.
        let unkept = |it: &Polling| if rounds_max > 1 { 0 } else { it.unsettled.len() + it.settling_count };
        while polling.rounds.len() + unkept(polling) < rounds_max
            && let Some(claimed) = polling.held.pop_front()
        {
            let now = Instant::now();
            if claimed.is_stale(self.limits.lease_ms) || !polling.turns.is_free(&claimed.source, now) {
                let source = polling.put_back(claimed);
                polling.turns.offer(&source, now);
                continue;
            }
            let source = Arc::clone(&claimed.source);
            let Some(polled) = terms.current(&source, polling.ask) else {
                polling.put_back(claimed);
                continue;
            };
            let (ingest, claimed) = (Arc::clone(self), Claimed { source: polled, ..claimed });
            // In its place at once: a task that is large would be copied there several times.
            let round = polling.rounds.spawn(Box::pin(async move { ingest.ask(claimed).await }));
            polling.turns.begin(round.id(), source);
        }
    }

    /// Claims further sources, if few wait to be asked.
    fn begin_claiming(self: &Arc<Self>, polling: &mut Polling) {
        let rounds_max = self.rounds_max();
        polling.wake_at = None;
        if !polling.claiming.is_empty() || polling.held.len() > rounds_max / HELD_PART {
            return;
        }
        // While the store fails, one round after the other finds out whether it is well again: publishers are not asked
        // for what cannot be kept.
        let in_hand_max = if rounds_max > 1 { rounds_max * IN_HAND_PER_ROUND } else { 1 };
        let room = in_hand_max.saturating_sub(polling.in_hand()).min(rounds_max).min(BATCH_MAX);
        let now = Instant::now();
        let wanted: Vec<_> = std::iter::from_fn(|| polling.turns.next(now)).take(room).collect();
        if wanted.is_empty() {
            polling.wake_at = polling.turns.free_at().filter(|_| room > 0);
            return;
        }
        let (ingest, ask) = (Arc::clone(self), polling.ask);
        polling.claiming.spawn(async move { ingest.claim(wanted, ask).await });
    }

    /// Settles the rounds that wait for it, if they are many, have waited for long enough, or none will join them soon.
    pub(super) fn begin_settling(self: &Arc<Self>, polling: &mut Polling) {
        if polling.unsettled.is_empty() {
            (polling.patience, polling.is_settling_due) = (None, false);
            return;
        }
        let is_many = polling.unsettled.len() >= self.rounds_max().min(BATCH_MAX);
        let is_due = is_many || polling.is_settling_due || polling.rounds.is_empty();
        if !polling.settling.is_empty() || !is_due {
            if polling.patience.is_none() && !polling.is_settling_due {
                polling.patience = Some(Instant::now() + Duration::from_millis(SETTLE_MS));
            }
            return;
        }
        let count = polling.unsettled.len().min(BATCH_MAX);
        let rounds: Vec<_> = polling.unsettled.drain(..count).collect();
        (polling.patience, polling.is_settling_due) = (None, false);
        polling.settling_count = count;
        let ingest = Arc::clone(self);
        polling.settling.spawn(async move { ingest.settle(rounds).await });
    }

    fn rounds_max(&self) -> usize {
        if self.store.health() == Health::Well { self.terms().rounds_max } else { 1 }
    }
}

/// Ends when `at` has come; never without it.
pub async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

/// What work has brought. Nothing can go on after it panicked: who was claimed would wait for ever.
fn whole<T: Default>(ended: Result<T, task::JoinError>) -> T {
    ended.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => T::default(),
    })
}

/// A round that panicked is that source's failure.
fn asked(ended: Result<(task::Id, Ended), task::JoinError>) -> Event {
    let (id, ended) = ended.unwrap_or_else(|error| (error.id(), Ended::unasked(Err(RoundError::Panicked))));
    Event::Asked(id, ended)
}
