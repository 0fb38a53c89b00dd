//! What goes in and what is asked: the store's own nouns.

use std::{collections::HashSet, mem};

use crate::model::{CleanHtml, EntryId, Hash128, Picture, PollState, SourceId, entry::Kept};

use super::{Limits, StoreError};

/// What one polling of one source brought, to be kept in one transaction or not at all.
#[derive(Clone, Debug)]
pub struct Round {
    /// The source; this node must hold its lease.
    pub source: SourceId,
    /// Its state from now on.
    pub state: PollState,
    /// New and changed entries. An unchanged one need not be here.
    pub arrivals: Vec<Arrival>,
    /// Entries that stand in the document unchanged; arrivals stand in it too and need not be repeated. Empty together
    /// with `arrivals` when what stood in the document before still does, or it was not read.
    pub listed: Vec<EntryId>,
    /// Entries of the source that its publisher took back, and when; arrivals may be among them.
    pub withdrawn: Vec<Withdrawal>,
}

/// An entry that its publisher took back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The row.
    pub id: EntryId,
    /// When, unix milliseconds: see [`is_withdrawn`](crate::model::entry::is_withdrawn).
    pub at_ms: i64,
}

/// A polling of one source that read no document: what is to be kept of it. Entries and the feed's own title are as they
/// were.
#[derive(Clone, Debug)]
pub struct Settlement {
    source: SourceId,
    before: PollState,
    after: PollState,
    is_quiet: bool,
}

impl Settlement {
    /// Of a source that was claimed in the state `before`, and is in the state `after` now.
    pub fn new(source: SourceId, mut before: PollState, mut after: PollState) -> Self {
        // Compared without the columns that every round changes, and without a copy of all the others.
        let (began, ended) = (Pace::take(&mut before), Pace::take(&mut after));
        let is_quiet = before == after;
        began.put(&mut before);
        ended.put(&mut after);
        Self { source, before, after, is_quiet }
    }

    /// The source.
    pub fn source(&self) -> &SourceId {
        &self.source
    }

    /// Its state when it was claimed.
    pub fn before(&self) -> &PollState {
        &self.before
    }

    /// Its state from now on.
    pub fn after(&self) -> &PollState {
        &self.after
    }

    /// Whether nothing has changed but when it was asked and will be.
    pub(super) fn is_quiet(&self) -> bool {
        self.is_quiet
    }
}

/// What every round changes in a state.
struct Pace {
    next_at_ms: i64,
    next_why: String,
    polled_ms: i64,
    succeeded_ms: i64,
}

impl Pace {
    fn take(from: &mut PollState) -> Self {
        let PollState { next_at_ms, next_why, polled_ms, succeeded_ms, .. } = from;
        Self {
            next_at_ms: mem::take(next_at_ms),
            next_why: mem::take(next_why),
            polled_ms: mem::take(polled_ms),
            succeeded_ms: mem::take(succeeded_ms),
        }
    }

    fn put(self, to: &mut PollState) {
        let Self { next_at_ms, next_why, polled_ms, succeeded_ms } = self;
        (to.next_at_ms, to.next_why, to.polled_ms, to.succeeded_ms) =
            (next_at_ms, next_why, polled_ms, succeeded_ms);
    }
}

/// A try to take the lease on a source.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The source.
    pub source: SourceId,
    /// The address at which it is to be read: another process may have read a newer configuration.
    pub url: String,
    /// From when, unix milliseconds.
    pub now_ms: i64,
    /// Until when if it is neither renewed nor given up, unix milliseconds.
    pub until_ms: i64,
    /// Only if it is to be asked at this moment, unix milliseconds; `i64::MAX` for in any case. Another node may have asked
    /// it since it stood in the queue.
    pub due_ms: i64,
}

/// What was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Entries in it.
    pub entries: i64,
    /// Size of the file, bytes.
    pub bytes: u64,
}

/// Which entries of a source are to go.
#[derive(Clone, Debug)]
pub struct Pruning {
    /// The source.
    pub source: SourceId,
    /// Those whose stated date is before this, unix milliseconds.
    pub oldest_ms: Option<i64>,
    /// Those beyond this many newest.
    pub entries_max: Option<usize>,
    /// Only those that left the source's document by this moment, unix milliseconds: one that comes back soon after must
    /// not be new.
    pub left_before_ms: i64,
    /// Now, unix milliseconds.
    pub now_ms: i64,
}

/// One entry to be kept, and how it is found again.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The entry. For a row that exists, `public_id`, `first_seen_ms` and `visible_ms` stay as they were first kept, and so does
    /// `withdrawn_ms`.
    pub kept: Kept,
    /// The key under which ingest keeps it: one entry of a source has it.
    pub identity: String,
    /// Its title, folded, for matching.
    pub title_key: String,
    /// Hash of everything its publisher stated.
    pub raw_hash: Hash128,
    /// Version of the policy that cleaned it.
    pub policy_version: i64,
    /// When its images are to be fetched, unix milliseconds: its own date, so that the newest come first. Nothing where
    /// it has none, or nobody wants them.
    pub pictures_due_ms: Option<i64>,
}

impl Round {
    /// Refuses what no transaction could keep: too much, too long, another source's, or one key twice.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let max = Limits::ROUND_ENTRIES_MAX;
        let most = self.arrivals.len().max(self.listed.len()).max(self.withdrawn.len());
        StoreError::bound("entries of a round", most, max)?;
        let conflict = |what, key: &str| Err(StoreError::Conflict { what, key: key.to_owned() });
        let (mut ids, mut identities) = (HashSet::new(), HashSet::new());
        for arrival in &self.arrivals {
            let kept = &arrival.kept;
            if kept.source != self.source || !ids.insert(kept.id) {
                return conflict("id", &kept.id.0.to_string());
            }
            if !identities.insert(arrival.identity.as_str()) {
                return conflict("identity", &arrival.identity);
            }
            fits("identity", &arrival.identity)?;
            fits("public id", &kept.public_id)?;
            fits("guid", kept.entry.identity.guid.as_deref().unwrap_or_default())?;
            fits("canonical link", kept.canonical.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}

fn fits(what: &'static str, key: &str) -> Result<(), StoreError> {
    let max = Limits::KEY_BYTES_MAX;
    if key.len() > max { Err(StoreError::TooLong { what, bytes: key.len(), max }) } else { Ok(()) }
}

/// What a document says of its entries, to find those that are kept already.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Keys under which ingest would keep them.
    pub identities: Vec<String>,
    /// Their guids.
    pub guids: Vec<String>,
    /// Their links in the form in which two links are compared.
    pub canonicals: Vec<String>,
    /// Whether the source's newest entries are asked for as well ([`Limits::RECENT_MAX`]).
    pub recent: bool,
}

/// What matching needs to know of an entry that is kept: the entry without its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The row.
    pub id: EntryId,
    /// The key under which it is kept.
    pub identity: String,
    /// The id that readers know it by.
    pub public_id: String,
    /// Its link in the form in which two links are compared.
    pub canonical: Option<String>,
    /// Hash of everything its publisher stated.
    pub raw_hash: Hash128,
    /// Version of the policy that cleaned it.
    pub policy_version: i64,
    /// As in [`Kept`].
    pub order_ms: i64,
    /// As in [`Kept`].
    pub first_seen_ms: i64,
    /// As in [`Kept`].
    pub visible_ms: i64,
    /// As in [`Kept`].
    pub updated_ms: i64,
    /// Its guid.
    pub guid: Option<String>,
    /// Hash of title and text: the identity of last resort.
    pub content_key: String,
    /// Its title, folded.
    pub title_key: String,
    /// Whether it stood in its source's document when that was last read.
    pub is_listed: bool,
    /// The date that it states, as last read, unix milliseconds.
    pub stated_ms: Option<i64>,
    /// Whether it is one of its source's newest, and was asked for as such.
    pub is_recent: bool,
}

/// What tells whether a tombstone speaks of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The row.
    pub id: EntryId,
    /// Its guid.
    pub guid: Option<String>,
    /// The latest moment that its publisher states of it, unix milliseconds.
    pub stated_ms: Option<i64>,
    /// When its publisher took it back, unix milliseconds.
    pub withdrawn_ms: Option<i64>,
}

/// The text of an entry, and what cleaned it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The row.
    pub id: EntryId,
    /// Whose entry it is.
    pub source: SourceId,
    /// Version of the policy that cleaned it when it was last read in its document.
    pub policy_version: i64,
    /// The text.
    pub content: CleanHtml,
}

/// How a feed calls itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Its title; plain text.
    pub title: Option<String>,
    /// Its site's address.
    pub homepage: Option<String>,
    /// The image that stands for its publisher, if it is kept.
    pub logo: Option<Picture>,
}

/// What "newest" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By `order_ms`: the stated date.
    Stated,
    /// By `visible_ms`: when it could first be seen.
    Visible,
}

/// An entry's place in an [`Order`]: greater is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// What it is ordered by, unix milliseconds.
    pub moment_ms: i64,
    /// Breaks ties of `moment_ms`.
    pub tie: i64,
    /// The row.
    pub id: EntryId,
}

impl Place {
    /// Before every place.
    pub(super) const NEWEST: Self = Self { moment_ms: i64::MAX, tie: i64::MAX, id: EntryId(i64::MAX) };

    /// Behind everything of this moment and after every earlier one.
    pub(super) fn oldest_at(moment_ms: i64) -> Self {
        Self { moment_ms, tie: i64::MIN, id: EntryId(i64::MIN) }
    }
}

/// What ids that are minted here begin with: fixed when the store is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minting {
    /// A host name of the operator.
    pub authority: String,
    /// A year in which the operator had it.
    pub year: i16,
}
