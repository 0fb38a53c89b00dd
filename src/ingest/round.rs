//! One source, once: ask, read, clean, keep.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tracing::{debug, info};
use url::Url;

use super::{
    Ingest, READER_VERSION,
    claims::{Answer, Claimed},
    learning::learned,
    memory::Standing,
    reading::Reading,
    settling::Unsettled,
    state::note_signs,
};
use crate::{
    fetch::{self, FetchError, Fetched, Links, Reply},
    model::{Flaw, Instead, PollState, Repair, Source, SourceId, repair},
    parse::{self, ParseError},
    sanitize,
    store::{self, Settlement, StoreError},
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
        /// Repairs that the document needed.
        repairs: Vec<Repair>,
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
    #[error("this is {}, not a feed{}", .what.name(), offered(.offers))]
    Page {
        /// Which kind of page.
        what: Instead,
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
    /// It was asked, and what it said could not be kept.
    #[error("not kept, because the store fails")]
    NotKept,
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
            Self::Stopping | Self::NotAsked | Self::NotKept => false,
        }
    }

    /// Whether the lease is given up: with the failure, or to another node.
    pub(super) fn is_settled(&self) -> bool {
        self.is_the_sources() || matches!(self, Self::Store(StoreError::LeaseLost { .. }))
    }

    /// The class in one word, for counting and for advice.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Fetch(error) => error.class(),
            Self::Parse(ParseError::Empty) => "empty",
            Self::Parse(ParseError::NotAFeed(what)) | Self::Page { what, .. } => what.class(),
            Self::Parse(ParseError::TooLarge { .. }) => "too-large",
            Self::Parse(ParseError::Unreadable(_) | ParseError::Panicked) => "unreadable",
            Self::Store(_) | Self::NotKept => "store",
            Self::Panicked => "panicked",
            Self::Stopping | Self::NotAsked => "not-asked",
        }
    }

    /// Whether the store is to blame, which says so itself.
    pub(super) fn is_the_stores(&self) -> bool {
        match self {
            Self::Store(error) => error.is_trouble() || matches!(error, StoreError::Closed),
            Self::NotAsked | Self::NotKept => true,
            _ => false,
        }
    }
}

/// How a round ended.
pub type Outcome = Result<Round, RoundError>;

/// What came of asking a source.
#[derive(Debug)]
pub enum Asked {
    /// The round is over.
    Over(Outcome),
    /// No document was read: what is known now is still to be kept.
    Unsettled(Box<Unsettled>),
}

/// A source that was asked, and how long its publisher took to answer; `None` if it was not asked after all.
#[derive(Debug)]
pub struct Ended {
    /// What came of it.
    pub asked: Asked,
    /// How long that took.
    pub waited: Option<Duration>,
}

impl Ended {
    /// A round in which the publisher was not asked.
    pub fn unasked(outcome: Outcome) -> Self {
        Self { asked: Asked::Over(outcome), waited: None }
    }

    /// What the round brought, or will have brought once it is kept.
    pub fn outcome(&self) -> &Outcome {
        match &self.asked {
            Asked::Over(outcome) => outcome,
            Asked::Unsettled(round) => &round.outcome,
        }
    }
}

impl Ingest {
    /// Polls one source once, and keeps what it brought together with when to ask again.
    ///
    /// A failure to fetch or to parse is kept as the source's state and returned.
    pub async fn round(&self, source: &Arc<Source>, ask: Ask) -> Outcome {
        let Answer { granted, refused } = self.claim(vec![Arc::clone(source)], ask).await;
        let Some(claimed) = granted.into_iter().next() else {
            return refused.into_iter().next().map_or(Ok(Round::Busy), |(_, outcome)| outcome);
        };
        match self.ask(claimed).await.asked {
            Asked::Over(outcome) => outcome,
            Asked::Unsettled(round) => self.settle_one(*round).await,
        }
    }

    /// Asks a source that is ours to ask, and keeps what stands in a document. `Retry-After` holds for everybody who wants
    /// to ask.
    pub(super) async fn ask(&self, claimed: Claimed) -> Ended {
        let Claimed { source, state, lease, .. } = claimed;
        let until_ms = state.retry_until_ms.max(state.host_until_ms);
        if until_ms > (self.clock)().as_millisecond() {
            drop(lease);
            self.give_back().await.ok();
            return Ended::unasked(Ok(Round::LeftAlone { until_ms }));
        }
        let began = Instant::now();
        let fetched = self.terms().fetcher.fetch(&source, &state).await;
        let waited = Some(began.elapsed());
        let (outcome, unread) = match fetched {
            Ok(Fetched::Unchanged(answer)) => {
                (Ok(Round::Unchanged), Some(self.unchanged(&source, &state, answer)))
            }
            Ok(Fetched::Gone) => (Ok(Round::Gone), Some(self.gone_for_good(&source, state.clone()))),
            // In a place of its own: most rounds read nothing, and should be small where they are begun and moved.
            Ok(Fetched::Fresh(reply)) => (Box::pin(self.fresh(&source, &state, reply)).await, None),
            Err(error) => (Err(error.into()), None),
        };
        let unread = unread.or_else(|| {
            let failure = outcome.as_ref().err().filter(|it| it.is_the_sources());
            failure.map(|it| self.failed_with(&source, state.clone(), it))
        });
        if let Some(after) = unread {
            let settlement = Settlement::new(source.id.clone(), state, after);
            let round = Box::new(Unsettled { source, settlement, lease, outcome });
            return Ended { asked: Asked::Unsettled(round), waited };
        }
        if outcome.as_ref().err().is_none_or(RoundError::is_settled) {
            lease.settle();
            self.heed_ping(&source.id).await;
        } else {
            // The store is away, or the process stops: nothing was kept.
            drop(lease);
            self.give_back().await.ok();
        }
        Ended { asked: Asked::Over(outcome), waited }
    }

    /// The state after an answer that the document is as it was.
    fn unchanged(&self, source: &Source, before: &PollState, answer: fetch::Answer) -> PollState {
        let mut state = self.answered(source, before.clone(), &answer, false);
        // A 304 need not repeat what the document is linked to.
        if answer.links.hub.is_some() {
            (state.hub, state.topic) = announced(answer.links, (None, before.topic.clone()), source);
        }
        state
    }

    async fn fresh(
        &self,
        source: &Arc<Source>,
        before: &PollState,
        reply: Reply,
    ) -> Result<Round, RoundError> {
        let reading = match self.reading(source, before, &reply).await {
            Err(RoundError::Parse(ParseError::NotAFeed(what))) if what.is_page() => {
                return Err(self.page(what, reply).await?);
            }
            reading => reading?,
        };
        let Reading { feed, entries, arrivals, listed, new, signs, standing } = reading;
        let withdrawn = self.withdrawn(source, &feed.tombstones, &arrivals).await?;
        let mut state = before.clone();
        let changed = arrivals.len() - new;
        let brought = !arrivals.is_empty();
        let withdrew = withdrawn.len();
        let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string());
        state.feed_title = title.filter(|it| !it.is_empty());
        state.feed_link = feed.link.as_deref().and_then(|it| sanitize::link(it, Some(&reply.final_url)));
        let logo = feed.logo.as_deref().and_then(|it| sanitize::link(it, Some(&reply.final_url)));
        let logo = logo.filter(|it| it.len() <= store::Limits::LOGO_BYTES_MAX);
        if !is_the_same_logo(before.feed_logo.as_deref(), logo.as_deref()) {
            state.feed_logo = logo;
        }
        state.cadence = feed.cadence;
        state.habit = learned(before, &arrivals, (self.clock)());
        state.body_hash = Some(reply.body_hash);
        state.reader_version = READER_VERSION;
        state.repairs = repair::kept(&feed.repairs);
        note_signs(source, &mut state, signs);
        let mut state = self.answered(source, state, &reply.answer, brought);
        if is_cut_anew(before, &feed.repairs) {
            (state.etag, state.last_modified) = (None, None);
        }
        // A foreign document may not choose which of the operator's own addresses is sent a form.
        let is_foreign = reply.final_url.origin() != source.url.origin();
        let is_home = |it: &str| Url::parse(it).is_ok_and(|it| it.origin() == source.url.origin());
        let own = feed.hubs.into_iter().find(|it| !(is_foreign && is_home(it)));
        (state.hub, state.topic) = announced(reply.answer.links, (own, feed.topic), source);
        state.has_history = true;
        let round = store::Round { source: source.id.clone(), state, arrivals, listed, withdrawn };
        self.commit(before, round, standing).await?;
        if withdrew > 0 {
            let id = source.id.as_str();
            info!(source = id, withdrew, "the publisher of {id} took entries back: {withdrew}");
        }
        if brought || withdrew > 0 {
            self.kept.notify_one();
        }
        Ok(Round::Kept { entries, new, changed, repairs: feed.repairs })
    }

    /// What stands where the feed should be, and which feeds it names: they are offered to the operator, not followed.
    async fn page(&self, what: Instead, reply: Reply) -> Result<RoundError, RoundError> {
        let Reply { bytes, content_type, final_url, .. } = reply;
        let offers = self.read(move || parse::discover::feeds(&bytes, content_type.as_deref(), &final_url));
        Ok(RoundError::Page { what, offers: offers.await? })
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
            Err(StoreError::LeaseLost { source_id }) if self.is_kept(&round.source, &round.state).await? => {
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

    /// Whether the store says of the source what a round wanted to keep, and so has kept it.
    pub(super) async fn is_kept(&self, source: &SourceId, state: &PollState) -> Result<bool, StoreError> {
        Ok(self.patiently(|| self.store.poll_state(source)).await?.as_ref() == Some(state))
    }
}

/// Whether the document stops in the middle, and the one before it did not: it may have been cut on its way, and by its
/// validators a publisher would never be asked for what is missing. One that stops there again is made like that.
fn is_cut_anew(before: &PollState, repairs: &[Repair]) -> bool {
    let is_cut = |repairs: &[Repair]| repairs.iter().any(|it| it.flaw == Flaw::TruncatedDocument);
    is_cut(repairs) && !is_cut(&repair::recalled(&before.repairs))
}

/// Whether a logo stands where it stood: some publishers put the time behind its address, another one in every document.
fn is_the_same_logo(before: Option<&str>, now: Option<&str>) -> bool {
    let bare = |it: &str| it.split(['?', '#']).next().unwrap_or_default().to_owned();
    before.map(bare) == now.map(bare)
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

/// The feeds that a page names, for a sentence.
fn offered(offers: &[Url]) -> String {
    match offers {
        [] => ", and it names no feed".to_owned(),
        [one] => format!("; it names the feed {one}"),
        [first, others @ ..] => format!("; it names the feed {first} and {} more", others.len()),
    }
}
