//! One source, once: ask, read, clean, keep.

use std::sync::Arc;

use tracing::debug;
use url::Url;

use super::{Ingest, READER_VERSION, memory::Standing, reading::Reading};
use crate::{
    fetch::{Answer, FetchError, Fetched, Outcome, Pace, Reply, next_poll},
    model::{PollState, Source},
    parse::ParseError,
    sanitize,
    store::{self, Claim, StoreError},
};

/// Whether a source is asked although its time has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Only if its time has come: another node may have asked since it stood in the queue.
    IfDue,
    /// In any case: somebody wants it now.
    Now,
}

/// What a round brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Round {
    /// Another node or process is polling this source just now.
    Busy,
    /// The publisher says that nothing changed.
    Unchanged,
    /// The publisher says that the feed is gone for good.
    Gone,
    /// A document was read.
    Kept {
        /// Entries in the document.
        entries: usize,
        /// Entries never seen before.
        new: usize,
        /// Entries that changed.
        changed: usize,
        /// Repairs the document needed, in words.
        repairs: Vec<String>,
    },
}

/// Why a round failed. It is this source's error alone.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The document did not come.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is no feed.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading it broke a part of pressroll; the round was contained.
    #[error("reading this document failed inside pressroll: keep a copy of it and report it")]
    Panicked,
    /// The process is stopping.
    #[error("pressroll is stopping")]
    Stopping,
    /// Nothing could be kept of what was asked before.
    #[error("not asked, because the store fails")]
    NotAsked,
}

impl RoundError {
    /// Whether the source is to blame: its failure is kept, and it is asked again later. A document that the store
    /// cannot keep as it is counts, or it would be fetched again and again.
    fn is_the_sources(&self) -> bool {
        match self {
            Self::Fetch(_) | Self::Parse(_) | Self::Panicked => true,
            Self::Store(error) => matches!(
                error,
                StoreError::Conflict { .. } | StoreError::TooLong { .. } | StoreError::TooMany { .. }
            ),
            Self::Stopping | Self::NotAsked => false,
        }
    }

    /// Whether the lease is given up: with the failure, or to another node.
    fn is_settled(&self) -> bool {
        self.is_the_sources() || matches!(self, Self::Store(StoreError::LeaseLost { .. }))
    }

    /// Whether the store is to blame, which says so itself.
    pub(super) fn is_the_stores(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_trouble() || matches!(error, StoreError::Closed))
    }
}

impl Ingest {
    /// Polls one source once, and keeps what it brought together with when to ask again.
    ///
    /// A failure to fetch or to parse is kept as the source's state and returned.
    pub async fn round(&self, source: &Arc<Source>, ask: Ask) -> Result<Round, RoundError> {
        let now_ms = (self.clock)().as_millisecond();
        let claim = Claim {
            source: source.id.clone(),
            url: source.url.to_string(),
            now_ms,
            until_ms: self.lease_until_ms(),
            due_ms: if ask == Ask::IfDue { now_ms } else { i64::MAX },
        };
        let claimed = self.store.claim(&claim).await;
        if let Ok(None) = claimed {
            return Ok(Round::Busy);
        }
        // Also if the store was away: it may have granted the lease, and only its answer was lost.
        let lease = self.leases.taken(&source.id);
        let Some(state) = claimed? else { return Ok(Round::Busy) };
        let outcome = self.asked(source, &state).await;
        if outcome.as_ref().err().is_none_or(RoundError::is_settled) {
            lease.settle();
        } else {
            // The store is away or the process stops: the source is asked again as if it had not been.
            drop(lease);
            self.give_back().await.ok();
        }
        outcome
    }

    /// Asks, reads and keeps, under a lease.
    async fn asked(&self, source: &Arc<Source>, state: &PollState) -> Result<Round, RoundError> {
        let outcome = match self.terms().fetcher.fetch(source, state).await {
            Ok(Fetched::Unchanged(answer)) => self.unchanged(source, state, answer).await,
            Ok(Fetched::Gone) => self.gone(source, state).await,
            Ok(Fetched::Fresh(reply)) => self.fresh(source, state, reply).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = &outcome
            && error.is_the_sources()
        {
            self.failed(source, state, error).await?;
        }
        outcome
    }

    async fn unchanged(
        &self,
        source: &Source,
        before: &PollState,
        answer: Answer,
    ) -> Result<Round, RoundError> {
        let state = self.answered(source, before.clone(), &answer, false);
        self.commit(before, unread(source, state), Standing::AsBefore).await?;
        Ok(Round::Unchanged)
    }

    async fn gone(&self, source: &Source, before: &PollState) -> Result<Round, RoundError> {
        let now = (self.clock)();
        let mut state = before.clone();
        state.gone = true;
        state.polled_ms = now.as_millisecond();
        state.error =
            Some("410 Gone: the publisher took this feed away for good; it is not asked again".into());
        state = self.paced(source, state, Outcome::Gone);
        self.commit(before, unread(source, state), Standing::AsBefore).await?;
        Ok(Round::Gone)
    }

    async fn fresh(
        &self,
        source: &Arc<Source>,
        before: &PollState,
        reply: Reply,
    ) -> Result<Round, RoundError> {
        let reading = self.reading(source, before, &reply).await?;
        let Reading { feed, entries, arrivals, listed, new, standing } = reading;
        let mut state = before.clone();
        let changed = arrivals.len() - new;
        let brought = !arrivals.is_empty();
        let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string());
        state.feed_title = title.filter(|it| !it.is_empty());
        state.feed_link = feed.link.as_deref().and_then(|it| sanitize::link(it, Some(&reply.final_url)));
        state.cadence = feed.cadence;
        state.body_hash = Some(reply.body_hash);
        state.reader_version = READER_VERSION;
        let repairs: Vec<String> =
            feed.repairs.iter().map(|it| format!("{} × {}", it.count, it.what)).collect();
        state.repairs = repairs.join(", ");
        let mut state = self.answered(source, state, &reply.answer, brought);
        state.has_history = true;
        let round = store::Round { source: source.id.clone(), state, arrivals, listed };
        self.commit(before, round, standing).await?;
        if brought {
            self.kept.notify_one();
        }
        Ok(Round::Kept { entries, new, changed, repairs })
    }

    /// Keeps the failure as the source's state.
    async fn failed(
        &self,
        source: &Source,
        before: &PollState,
        error: &RoundError,
    ) -> Result<(), RoundError> {
        let now = (self.clock)();
        let mut state = before.clone();
        state.polled_ms = now.as_millisecond();
        state.failures = state.failures.saturating_add(1);
        state.error = Some(error.to_string());
        let retry_after = match error {
            RoundError::Fetch(error) => error.retry_after(),
            _ => None,
        };
        let outcome = Outcome::Failed { failures: state.failures, retry_after };
        state = self.paced(source, state, outcome);
        self.commit(before, unread(source, state), Standing::AsBefore).await
    }

    /// What a good answer says about the source, and when to ask again.
    fn answered(&self, source: &Source, mut state: PollState, answer: &Answer, brought: bool) -> PollState {
        let now_ms = (self.clock)().as_millisecond();
        state.etag.clone_from(&answer.validators.etag);
        state.last_modified.clone_from(&answer.validators.last_modified);
        state.moved_to = answer.moved_to.as_ref().map(Url::to_string);
        state.polled_ms = now_ms;
        state.succeeded_ms = now_ms;
        state.failures = 0;
        state.error = None;
        state.gone = false;
        if brought {
            state.brought_ms = now_ms;
        }
        let outcome = Outcome::Answered { answer, cadence: state.cadence, brought_ms: state.brought_ms };
        self.paced(source, state, outcome)
    }

    fn paced(&self, source: &Source, mut state: PollState, outcome: Outcome<'_>) -> PollState {
        let interval = self.terms().interval;
        let pace = Pace {
            source: source.id.clone(),
            every: source.every,
            interval_min: interval.min,
            interval_max: interval.max,
        };
        let next = next_poll(&pace, outcome, (self.clock)());
        state.next_at_ms = next.at.as_millisecond();
        state.next_why = next.why;
        state
    }

    /// Keeps a round that began with the state `before`, and remembers what stands in the document.
    async fn commit(
        &self,
        before: &PollState,
        round: store::Round,
        standing: Standing,
    ) -> Result<(), RoundError> {
        let round = Arc::new(round);
        match self.patiently(|| self.store.keep(Arc::clone(&round))).await {
            Ok(_) => {}
            Err(StoreError::LeaseLost { source_id }) if self.is_kept(&round).await? => {
                debug!(source = source_id.as_str(), "the store kept a round, and its answer was lost");
            }
            Err(error) => return Err(error.into()),
        }
        self.memory.note(&round.source, before, &round.state, standing);
        Ok(())
    }

    /// Whether the store says of the source what this round says, and so has kept it.
    async fn is_kept(&self, round: &store::Round) -> Result<bool, StoreError> {
        let state = self.patiently(|| self.store.poll_state(&round.source)).await?;
        Ok(state.as_ref() == Some(&round.state))
    }
}

/// A round in which no document was read.
fn unread(source: &Source, state: PollState) -> store::Round {
    store::Round { source: source.id.clone(), state, arrivals: Vec::new(), listed: Vec::new() }
}
