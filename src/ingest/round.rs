//! One source, once: ask, read, clean, keep.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::debug;
use url::Url;

use super::{Ingest, READER_VERSION, Terms, learning::learned, memory::Standing, reading::Reading};
use crate::{
    fetch::{Answer, FetchError, Fetched, Links, Reply},
    model::{PollState, Source},
    parse::{self, ParseError},
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
    /// Not asked: its server wants to be left alone until then (`Retry-After`), unix milliseconds.
    LeftAlone {
        /// Until when.
        until_ms: i64,
    },
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
    /// A web page stands where the feed should be.
    #[error("this is a web page, not a feed{}", offered(.offers))]
    Page {
        /// Addresses of the feeds that it names, in its order.
        offers: Vec<Url>,
    },
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
            Self::Fetch(_) | Self::Parse(_) | Self::Page { .. } | Self::Panicked => true,
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

    /// The class in one word, for counting and for advice.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.class(),
            Self::Parse(ParseError::Empty) => "empty",
            Self::Parse(ParseError::NotAFeed(_)) => "not-a-feed",
            Self::Parse(ParseError::TooLarge { .. }) => "too-large",
            Self::Parse(ParseError::Unreadable(_) | ParseError::Panicked) => "unreadable",
            Self::Page { .. } => "page",
            Self::Store(_) => "store",
            Self::Panicked => "panicked",
            Self::Stopping | Self::NotAsked => "not-asked",
        }
    }

    /// Whether the store is to blame, which says so itself.
    pub(super) fn is_the_stores(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_trouble() || matches!(error, StoreError::Closed))
    }
}

/// A round that has ended.
#[derive(Debug)]
pub struct Ended {
    /// What it brought.
    pub outcome: Result<Round, RoundError>,
    /// How long the publisher took to answer; nothing if it was not asked.
    pub waited: Duration,
}

impl Ended {
    /// A round in which the publisher was not asked.
    pub fn unasked(outcome: Result<Round, RoundError>) -> Self {
        Self { outcome, waited: Duration::ZERO }
    }
}

impl Ingest {
    /// Polls one source once, and keeps what it brought together with when to ask again.
    ///
    /// A failure to fetch or to parse is kept as the source's state and returned.
    pub async fn round(&self, source: &Arc<Source>, ask: Ask) -> Result<Round, RoundError> {
        self.timed_round(source, ask).await.outcome
    }

    /// The same, with how long the publisher took.
    pub(super) async fn timed_round(&self, source: &Arc<Source>, ask: Ask) -> Ended {
        let is_ours = |it: &Terms| it.sources.get(&source.id).is_some_and(|it| it.enabled);
        if ask == Ask::IfDue && !is_ours(&self.terms()) {
            // The configuration took it away while it waited for its turn.
            return Ended::unasked(Ok(Round::Busy));
        }
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
            return Ended::unasked(Ok(Round::Busy));
        }
        // Also if the store was away: it may have granted the lease, and only its answer was lost.
        let lease = self.leases.taken(&source.id);
        let ended = match claimed {
            Ok(Some(state)) => self.asked(source, &state).await,
            Ok(None) => Ended::unasked(Ok(Round::Busy)),
            Err(error) => Ended::unasked(Err(error.into())),
        };
        let is_kept = match &ended.outcome {
            Ok(round) => !matches!(round, Round::LeftAlone { .. }),
            Err(error) => error.is_settled(),
        };
        if is_kept {
            lease.settle();
            self.heed_ping(&source.id).await;
        } else {
            // The store is away, the process stops, or the server is left alone: nothing was kept.
            drop(lease);
            self.give_back().await.ok();
        }
        ended
    }

    /// Asks, reads and keeps, under a lease. `Retry-After` holds for everybody who wants to ask.
    async fn asked(&self, source: &Arc<Source>, state: &PollState) -> Ended {
        let until_ms = state.retry_until_ms.max(state.host_until_ms);
        if until_ms > (self.clock)().as_millisecond() {
            return Ended::unasked(Ok(Round::LeftAlone { until_ms }));
        }
        let began = Instant::now();
        let fetched = self.terms().fetcher.fetch(source, state).await;
        let waited = began.elapsed();
        let outcome = match fetched {
            Ok(Fetched::Unchanged(answer)) => self.unchanged(source, state, answer).await,
            Ok(Fetched::Gone) => self.gone(source, state).await,
            Ok(Fetched::Fresh(reply)) => self.fresh(source, state, reply).await,
            Err(error) => Err(error.into()),
        };
        let outcome = match outcome {
            Err(error) if error.is_the_sources() => self.failed(source, state, error).await,
            outcome => outcome,
        };
        Ended { outcome, waited }
    }

    async fn unchanged(
        &self,
        source: &Source,
        before: &PollState,
        answer: Answer,
    ) -> Result<Round, RoundError> {
        let mut state = self.answered(source, before.clone(), &answer, false);
        // A 304 need not repeat what the document is linked to.
        if answer.links.hub.is_some() {
            (state.hub, state.topic) = announced(answer.links, (None, before.topic.clone()), source);
        }
        self.commit(before, unread(source, state), Standing::AsBefore).await?;
        Ok(Round::Unchanged)
    }

    async fn gone(&self, source: &Source, before: &PollState) -> Result<Round, RoundError> {
        let state = self.gone_for_good(source, before.clone());
        self.commit(before, unread(source, state), Standing::AsBefore).await?;
        Ok(Round::Gone)
    }

    async fn fresh(
        &self,
        source: &Arc<Source>,
        before: &PollState,
        reply: Reply,
    ) -> Result<Round, RoundError> {
        let reading = match self.reading(source, before, &reply).await {
            Err(RoundError::Parse(ParseError::NotAFeed(_))) => return Err(self.page(reply).await?),
            reading => reading?,
        };
        let Reading { feed, entries, arrivals, listed, new, standing } = reading;
        let mut state = before.clone();
        let changed = arrivals.len() - new;
        let brought = !arrivals.is_empty();
        let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string());
        state.feed_title = title.filter(|it| !it.is_empty());
        state.feed_link = feed.link.as_deref().and_then(|it| sanitize::link(it, Some(&reply.final_url)));
        state.cadence = feed.cadence;
        state.habit = learned(before, &arrivals, (self.clock)());
        state.body_hash = Some(reply.body_hash);
        state.reader_version = READER_VERSION;
        let repairs: Vec<String> =
            feed.repairs.iter().map(|it| format!("{} × {}", it.count, it.what)).collect();
        state.repairs = repairs.join(", ");
        let mut state = self.answered(source, state, &reply.answer, brought);
        // A foreign document may not choose which of the operator's own addresses is sent a form.
        let is_foreign = reply.final_url.origin() != source.url.origin();
        let is_home = |it: &str| Url::parse(it).is_ok_and(|it| it.origin() == source.url.origin());
        let own = |hub: Option<String>| hub.filter(|it| !(is_foreign && is_home(it)));
        (state.hub, state.topic) = announced(reply.answer.links, (own(feed.hub), feed.topic), source);
        state.has_history = true;
        let round = store::Round { source: source.id.clone(), state, arrivals, listed };
        self.commit(before, round, standing).await?;
        if brought {
            self.kept.notify_one();
        }
        Ok(Round::Kept { entries, new, changed, repairs })
    }

    /// What stands where the feed should be, and which feeds it names: they are offered to the operator, not followed.
    async fn page(&self, reply: Reply) -> Result<RoundError, RoundError> {
        let Reply { bytes, content_type, final_url, .. } = reply;
        let offers = self.read(move || parse::discover::feeds(&bytes, content_type.as_deref(), &final_url));
        Ok(RoundError::Page { offers: offers.await? })
    }

    /// Keeps the failure as the source's state.
    async fn failed(
        &self,
        source: &Source,
        before: &PollState,
        error: RoundError,
    ) -> Result<Round, RoundError> {
        let state = self.failed_with(source, before.clone(), &error);
        self.commit(before, unread(source, state), Standing::AsBefore).await?;
        Err(error)
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
        if (&round.state.hub, &round.state.topic) != (&before.hub, &before.topic) {
            self.announced.notify_one();
        }
        Ok(())
    }

    /// Whether the store says of the source what this round says, and so has kept it.
    async fn is_kept(&self, round: &store::Round) -> Result<bool, StoreError> {
        let state = self.patiently(|| self.store.poll_state(&round.source)).await?;
        Ok(state.as_ref() == Some(&round.state))
    }
}

/// The hub and the topic that an answer announces (WebSub, section 4): its header fields count before its document. A
/// feed that does not say what it is called is known by the address where it is polled.
fn announced(
    links: Links,
    feed: (Option<String>, Option<String>),
    source: &Source,
) -> (Option<String>, Option<String>) {
    let fits = |it: &String| it.len() <= store::Limits::HUB_BYTES_MAX;
    let hub = links.hub.or(feed.0).filter(fits);
    let topic = links.topic.or(feed.1).unwrap_or_else(|| source.url.to_string());
    // Without one of them the other is of no use.
    if fits(&topic) { (hub.clone(), hub.map(|_| topic)) } else { (None, None) }
}

/// A round in which no document was read.
fn unread(source: &Source, state: PollState) -> store::Round {
    store::Round { source: source.id.clone(), state, arrivals: Vec::new(), listed: Vec::new() }
}

/// The feeds that a page names, for a sentence.
fn offered(offers: &[Url]) -> String {
    match offers {
        [] => ", and it names no feed".to_owned(),
        [one] => format!("; it names the feed {one}"),
        [first, others @ ..] => format!("; it names the feed {first} and {} more", others.len()),
    }
}
