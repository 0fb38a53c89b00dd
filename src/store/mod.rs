//! The seam: what happened, kept. One contract, its engine inside.
//!
//! Ingest writes here, publish reads here, and neither knows of the other. The contract stands at the methods of
//! [`Store`]; an engine is whatever keeps it. The SQL of each noun has one text for all engines and a file of its own.
//!
//! Every writing transaction moves the change counter on as the last thing it does, so that commit order is number order
//! and `changed_since` misses nothing. Taking and giving up a lease and drawing a block of ids are no changes.

mod edition;
mod entry;
mod error;
mod limits;
mod round;
mod schema;
mod site;
mod source;
mod sqlite;
mod value;

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

pub use self::{
    error::StoreError,
    limits::Limits,
    round::{Arrival, Keys, Known, Minting, Named, Order, Place, Round},
    sqlite::Sqlite,
};
use crate::model::{Appearance, EntryId, Hash128, PollState, SourceId, entry::Kept};

/// What happened, kept. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Store {
    /// One SQLite file.
    Sqlite(Sqlite),
}

impl Store {
    /// Opens the store that `url` names, makes it where there is none, and brings its tables up to date.
    ///
    /// `url` is `sqlite:` and a path, taken from `base` where it is relative. `node` names this process among all that
    /// share the store: leases are held under it, so no two may have the same.
    pub async fn open(url: &str, base: &Path, node: &str) -> Result<Self, StoreError> {
        let refuse = |advice| StoreError::Url { url: url.to_owned(), advice };
        let path = url
            .strip_prefix("sqlite:")
            .ok_or_else(|| refuse("write “sqlite:” and the path of a file, such as “sqlite:pressroll.db”"))?;
        match path.strip_prefix("//").unwrap_or(path) {
            "" => Err(refuse("the path of a file is missing after “sqlite:”")),
            ":memory:" => {
                Err(refuse("a store in memory would be lost with the process: write the path of a file"))
            }
            path => Ok(Self::Sqlite(Sqlite::open(&base.join(path), node).await?)),
        }
    }

    /// Lets everything that was handed over be done, and closes the store; every later call fails with
    /// [`StoreError::Closed`]. Closing again does nothing.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.close().await,
        }
    }

    /// What minted ids begin with: `authority` and `year` if the store has none yet, else what was fixed before.
    pub async fn identity(&self, authority: &str, year: i16) -> Result<Minting, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.identity(authority, year).await,
        }
    }

    /// Takes on the sources that this node polls, each with its address; `due` and `next_due_ms` speak of these alone.
    ///
    /// A source that the store has never seen is due at `now_ms`. One whose address has changed is due too, loses the
    /// validators and failures of the old address, and keeps its entries and history; a round that is under way at the
    /// old address loses its lease.
    pub async fn adopt(&self, sources: &[(SourceId, String)], now_ms: i64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.adopt(sources, now_ms).await,
        }
    }

    /// Every source that was ever adopted with its state, in the order of their ids.
    pub async fn poll_states(&self) -> Result<Vec<(SourceId, PollState)>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.poll_states().await,
        }
    }

    /// The state of one source; `None` if it was never adopted.
    pub async fn poll_state(&self, source: &SourceId) -> Result<Option<PollState>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.poll_state(source).await,
        }
    }

    /// How the feeds of these sources call themselves, in the order in which they are given; nothing is said of one that
    /// was never read.
    pub async fn names(&self, sources: &[SourceId]) -> Result<Vec<Named>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.names(sources).await,
        }
    }

    /// At most `limit` adopted sources that are to be asked at `now_ms`: nobody is asking them, and they are not gone.
    /// The one that has waited longest comes first.
    pub async fn due(&self, now_ms: i64, limit: usize) -> Result<Vec<SourceId>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.due(now_ms, limit).await,
        }
    }

    /// When the next adopted source will be due, unix milliseconds; one that is being asked counts from the end of its
    /// lease. `None` if there is no source to ask.
    pub async fn next_due_ms(&self) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.next_due_ms().await,
        }
    }

    /// Takes the lease on a source from `now_ms` until `until_ms`; of several that try, on any node, one gets it.
    ///
    /// The answer is the source's state at that moment, or `None` while somebody holds the lease or where the source was
    /// never adopted at the address `url`: another process may have read a newer configuration. `next_at_ms` tells whether another node has asked it since `due` named it.
    pub async fn claim(
        &self,
        source: &SourceId,
        url: &str,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Option<PollState>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.claim(source, url, now_ms, until_ms).await,
        }
    }

    /// Gives up the lease on a source, if it is ours.
    pub async fn release(&self, source: &SourceId) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.release(source).await,
        }
    }

    /// The nodes that hold leases, in no order.
    pub async fn holders(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.holders().await,
        }
    }

    /// Takes all leases from `node`, which is known to poll no more: it stops, or its process is dead.
    pub async fn dismiss(&self, node: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.dismiss(node).await,
        }
    }

    /// The source's own entries that have one of the identities, guids or comparable links, and those that stood in its
    /// document when it was last read, in the order of their ids.
    /// Of those that share a link, the newest [`Limits::SAME_LINK_MAX`].
    pub async fn known(&self, source: &SourceId, keys: Keys) -> Result<Vec<Known>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.known(source, keys).await,
        }
    }

    /// Those of `public_ids` that entries of other sources than `not_source` have.
    pub async fn claimed_ids(
        &self,
        public_ids: &[String],
        not_source: &SourceId,
    ) -> Result<HashSet<String>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.claimed_ids(public_ids, not_source).await,
        }
    }

    /// `count` ids for new entries, ascending, never given before; those that stay unused are lost.
    pub async fn entry_ids(&self, count: usize) -> Result<Vec<EntryId>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.entry_ids(count).await,
        }
    }

    /// Keeps what a round brought, in one transaction, and gives up the lease; the number of this change.
    ///
    /// Only who holds the lease may: [`StoreError::LeaseLost`] otherwise, and nothing is kept. A lease that has run out
    /// is still ours until somebody else takes it. An arrival that says what its row says already is not written.
    pub async fn keep(&self, round: Round) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.keep(round).await,
        }
    }

    /// The newest entries of several sources, newest first, at most `limit`; equal moments are ordered by `tie`, then by
    /// id. All are of one moment of the store.
    pub async fn newest(
        &self,
        sources: &[SourceId],
        order: Order,
        limit: usize,
    ) -> Result<Vec<Kept>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.newest(sources, order, limit).await,
        }
    }

    /// The places of the newest entries of several sources, as [`Store::newest`] orders them, that come after `after`: at
    /// most `limit`. So a long way is walked in steps, and only what is wanted is read whole.
    pub async fn places(
        &self,
        sources: &[SourceId],
        order: Order,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.places(sources, order, after, limit).await,
        }
    }

    /// Entries by their ids, in that order, each once; one that is not kept is left out.
    pub async fn entries(&self, ids: &[EntryId]) -> Result<Vec<Kept>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.entries(ids).await,
        }
    }

    /// How many entries each source has; a source without any is absent.
    pub async fn count_entries(&self) -> Result<BTreeMap<SourceId, i64>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.count_entries().await,
        }
    }

    /// The number of the last change anywhere: it moves with every writing transaction of every process.
    pub async fn change(&self) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.change().await,
        }
    }

    /// The number of the last change, and the sources whose entries or own title have changed after change `number`, in
    /// the order of their ids.
    pub async fn changed_since(&self, number: i64) -> Result<(i64, Vec<SourceId>), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.changed_since(number).await,
        }
    }

    /// How `publication` (its path, `brands/acme`) has shown those of `entries` that it has shown, in the order of their
    /// ids.
    pub async fn appearances(
        &self,
        publication: &str,
        entries: &[EntryId],
    ) -> Result<Vec<Appearance>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.appearances(publication, entries).await,
        }
    }

    /// Notes that `publication` shows entries. What was noted first stays: ask [`Store::appearances`] for what holds.
    pub async fn appear(&self, publication: &str, shown: &[Appearance]) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.appear(publication, shown).await,
        }
    }

    /// When the bytes of editions, given by path and hash, last changed: unix milliseconds in whole seconds, in the order
    /// in which they are given.
    ///
    /// A hash that the store knows keeps its moment. Another one is a change at `now_ms`, or one second after the last
    /// change of that path if that is later: the moment moves with every change and never goes back, so it may lie
    /// ahead of the clock.
    pub async fn editions(
        &self,
        editions: &[(String, Hash128)],
        now_ms: i64,
    ) -> Result<Vec<i64>, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.editions(editions, now_ms).await,
        }
    }
}
