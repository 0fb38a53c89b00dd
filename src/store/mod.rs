//! The seam: what happened, kept. One contract, two engines inside.
//!
//! Ingest writes here, publish reads here, and neither knows of the other. The contract stands at the methods of
//! [`Store`]. What they do is written once, as pieces of work over the SQL of each noun; an engine is whatever can run a
//! piece of work in a transaction.
//!
//! Every transaction that changes what readers may see moves the change counter on as the last thing it does, so that
//! commit order is number order and `changed_since` misses nothing. Leases, blocks of ids and rounds that brought nothing
//! are no changes: nobody waits for the counter's row, or is called, on their behalf.

mod edition;
mod engine;
mod entry;
mod error;
mod heads;
mod health;
mod leases;
mod limits;
mod logo;
mod node;
mod picture;
mod pictures;
mod postgres;
mod round;
mod schema;
mod session;
mod site;
mod source;
mod sqlite;
mod subscription;
mod value;
mod work;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

pub use self::{
    error::StoreError,
    health::Health,
    limits::Limits,
    logo::{Drawn, LogoClaim},
    picture::{PictureClaim, PictureCount, Pictured, Stocked},
    postgres::Postgres,
    round::{
        Arrival, Backup, Claim, Dated, Keys, Known, Minting, Named, Order, Place, Pruning, Round, Settlement,
        Text, Withdrawal,
    },
    schema::{Opened, Schema},
    sqlite::Sqlite,
    subscription::{Announced, Stage, Subscription},
};
use self::{
    node::Block,
    work::{
        cleaning, outgoing, reading, retention,
        rounds::{self, Extent},
        sources,
    },
};
use crate::model::{Appearance, EntryId, Hash128, PollState, SourceId, entry::Kept};

/// What happened, kept. Cloning shares it.
#[derive(Clone, Debug)]
pub enum Store {
    /// One SQLite file.
    Sqlite(Sqlite),
    /// A database of a PostgreSQL server, shared by several nodes.
    Postgres(Postgres),
}

impl Store {
    /// What minted ids begin with: `authority` and `year` if the store has none yet, else what was fixed before.
    pub async fn identity(&self, authority: &str, year: i16) -> Result<Minting, StoreError> {
        self.write(sources::Fix { authority: authority.to_owned(), year }).await
    }

    /// What secrets of the site are derived from, the same on all nodes: `fresh` if the store has none yet, else what
    /// was kept before.
    pub async fn secret(&self, fresh: &str) -> Result<String, StoreError> {
        self.write(sources::Secret(fresh.to_owned())).await
    }

    /// Takes on the sources that this node polls, each with its address; `due` speaks of these alone.
    ///
    /// A source that the store has never seen is due at `now_ms`. One whose address has changed is due too, loses the
    /// validators and failures of the old address, and keeps its entries and history; a round that is under way at the
    /// old address loses its lease.
    pub async fn adopt(&self, sources: &[(SourceId, String)], now_ms: i64) -> Result<(), StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        self.write(sources::Adopt { sources: sources.iter().cloned().collect(), now_ms }).await?;
        self.node().adopt(sources.iter().map(|(id, _)| id.clone()).collect());
        Ok(())
    }

    /// Gives what is kept under old ids to the sources that took their place, each an old id and its heir: entries, and
    /// the state where the heir has none yet. An entry that the heir has already stays where it is. An old id that
    /// nothing is kept under is passed over.
    pub async fn inherit(&self, heirs: &[(SourceId, SourceId)]) -> Result<(), StoreError> {
        StoreError::bound("sources", heirs.len(), Limits::SOURCES_MAX)?;
        for (old, heir) in heirs {
            self.write(sources::Inherit { old: old.clone(), heir: heir.clone() }).await?;
        }
        Ok(())
    }

    /// Every source that was ever adopted with its state, in the order of their ids.
    pub async fn poll_states(&self) -> Result<Vec<(SourceId, PollState)>, StoreError> {
        self.read(sources::PollStates).await
    }

    /// The state of one source; `None` if it was never adopted.
    pub async fn poll_state(&self, source: &SourceId) -> Result<Option<PollState>, StoreError> {
        self.read(sources::StateOf(source.clone())).await
    }

    /// How the feeds of these sources call themselves, in the order in which they are given; nothing is said of one that
    /// was never read.
    pub async fn names(&self, sources: &[SourceId]) -> Result<Vec<Named>, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        self.read(sources::Names(sources.to_vec())).await
    }

    /// The source's own entries that have one of the identities, guids or comparable links, and those that stood in its
    /// document when it was last read, in the order of their ids.
    /// Of those that share a link, the newest [`Limits::SAME_LINK_MAX`].
    pub async fn known(&self, source: &SourceId, keys: Keys) -> Result<Vec<Known>, StoreError> {
        let count = keys.identities.len().max(keys.guids.len()).max(keys.canonicals.len());
        StoreError::bound("keys", count, Limits::KEYS_MAX)?;
        self.read(rounds::KnownOf { source: source.clone(), keys }).await
    }

    /// The source's own entries that have one of these guids, with their dates, in the order of their ids.
    pub async fn dated(&self, source: &SourceId, guids: &[String]) -> Result<Vec<Dated>, StoreError> {
        StoreError::bound("guids", guids.len(), Limits::KEYS_MAX)?;
        if guids.is_empty() {
            return Ok(Vec::new());
        }
        self.read(rounds::DatedOf { source: source.clone(), guids: guids.to_vec() }).await
    }

    /// Whether any entry is kept of a source.
    pub async fn has_entries(&self, source: &SourceId) -> Result<bool, StoreError> {
        self.read(rounds::HasEntries(source.clone())).await
    }

    /// Those of `public_ids` that entries of other sources than `not_source` have.
    pub async fn claimed_ids(
        &self,
        public_ids: &[String],
        not_source: &SourceId,
    ) -> Result<HashSet<String>, StoreError> {
        StoreError::bound("public ids", public_ids.len(), Limits::KEYS_MAX)?;
        if public_ids.is_empty() {
            return Ok(HashSet::new());
        }
        let (public_ids, not_source) = (public_ids.to_vec(), not_source.clone());
        self.read(rounds::Claimed { public_ids, not_source }).await
    }

    /// `count` ids for new entries, ascending, never given before; those that stay unused are lost.
    pub async fn entry_ids(&self, count: usize) -> Result<Vec<EntryId>, StoreError> {
        StoreError::bound("entry ids", count, Limits::IDS_MAX)?;
        let mut block = self.node().ids.lock().await;
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            match block.draw() {
                Some(id) => ids.push(id),
                None => {
                    let blocks = (count - ids.len()).div_ceil(Limits::ID_BLOCK) as i64;
                    let size = blocks * Limits::ID_BLOCK as i64;
                    *block = Block::ending(self.write(rounds::TakeIds(size)).await?, size);
                }
            }
        }
        Ok(ids)
    }

    /// Keeps what a round brought, in one transaction, and gives up the lease; the number of this change, or `None` where
    /// it brought nothing that readers could see.
    ///
    /// Only who holds the lease may: [`StoreError::LeaseLost`] otherwise, and nothing is kept. A lease that has run out
    /// is still ours until somebody else takes it. An arrival that says what its row says already is not written.
    pub async fn keep(&self, round: impl Into<Arc<Round>>) -> Result<Option<i64>, StoreError> {
        self.keep_of(round.into(), Extent::Whole).await
    }

    /// The same, of what is only a part of the source's document: what is missing in it stays where it stands.
    pub async fn keep_part(&self, round: impl Into<Arc<Round>>) -> Result<Option<i64>, StoreError> {
        self.keep_of(round.into(), Extent::Part).await
    }

    /// Keeps rounds in which no document was read, in one transaction, and gives up their leases. Those that could not be
    /// kept come back, each with the reason: [`StoreError::LeaseLost`] or [`StoreError::UnknownSource`]. They keep nobody
    /// else's round from being kept.
    pub async fn settle(
        &self,
        rounds: Arc<[Settlement]>,
    ) -> Result<BTreeMap<SourceId, StoreError>, StoreError> {
        StoreError::bound("rounds", rounds.len(), Limits::SOURCES_MAX)?;
        self.write(rounds::Settle { rounds, node: self.node().name.clone() }).await
    }

    async fn keep_of(&self, round: Arc<Round>, extent: Extent) -> Result<Option<i64>, StoreError> {
        round.check()?;
        let node = self.node().name.clone();
        let kept = self.write(rounds::Keep { round: Arc::clone(&round), node, extent }).await;
        let Err(StoreError::Duplicate) = kept else { return kept };
        let key = self.read(rounds::Clash(round)).await?.unwrap_or_default();
        Err(StoreError::Conflict { what: "identity", key })
    }

    /// One small step of letting a source's old entries go; how many went, 0 when there is nothing left to do.
    ///
    /// What stands in the source's document stays whatever its age, for it would come back as new; so does what left it
    /// only lately, and what a verdict names. The source counts as changed.
    pub async fn prune(&self, pruning: &Pruning) -> Result<usize, StoreError> {
        self.write(retention::Prune(pruning.clone())).await
    }

    /// The newest entries of several sources, newest first, at most `limit`; equal moments are ordered by `tie`, then by
    /// id. All are of one moment of the store.
    pub async fn newest(
        &self,
        sources: &[SourceId],
        order: Order,
        limit: usize,
    ) -> Result<Vec<Kept>, StoreError> {
        self.read(reading::Newest(self.walk(sources, order, None, limit)?)).await
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
        self.read(self.walk(sources, order, after, limit)?).await
    }

    /// Entries by their ids, in that order, each once; one that is not kept is left out.
    pub async fn entries(&self, ids: &[EntryId]) -> Result<Vec<Kept>, StoreError> {
        StoreError::bound("entries", ids.len(), Limits::ENTRIES_MAX)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.read(reading::Entries(ids.to_vec())).await
    }

    /// The version of the policy that every kept text was cleaned by at least.
    pub async fn cleaned_by(&self) -> Result<i64, StoreError> {
        self.read(cleaning::CleanedBy).await
    }

    /// Texts of entries behind `after`, in the order of their ids, at most [`Limits::TEXTS_MAX`].
    pub async fn texts(&self, after: EntryId) -> Result<Vec<Text>, StoreError> {
        self.read(cleaning::Texts { after, limit: Limits::TEXTS_MAX }).await
    }

    /// Replaces texts of entries; their sources count as changed. `cleaned_by` is noted with them once nothing that is
    /// kept was cleaned by an older policy.
    pub async fn retext(&self, texts: Vec<Text>, cleaned_by: Option<i64>) -> Result<(), StoreError> {
        self.write(cleaning::Retext { texts, cleaned_by }).await
    }

    /// How many entries each source has; a source without any is absent.
    pub async fn count_entries(&self) -> Result<BTreeMap<SourceId, i64>, StoreError> {
        self.read(reading::Count).await
    }

    /// The number of the last change anywhere: it moves with everything that readers may see, in every process.
    pub async fn change(&self) -> Result<i64, StoreError> {
        self.read(sources::Counter).await
    }

    /// The number of the last change, and the sources whose entries or own title have changed after change `number`, in
    /// the order of their ids.
    pub async fn changed_since(&self, number: i64) -> Result<(i64, Vec<SourceId>), StoreError> {
        self.read(sources::ChangedSince(number)).await
    }

    /// How `publication` (its path, `brands/acme`) has shown those of `entries` that it has shown, in the order of their
    /// ids.
    pub async fn appearances(
        &self,
        publication: &str,
        entries: &[EntryId],
    ) -> Result<Vec<Appearance>, StoreError> {
        StoreError::bound("entries", entries.len(), Limits::KEYS_MAX)?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let (publication, entries) = (publication.to_owned(), entries.to_vec());
        self.read(outgoing::Appearances { publication, entries }).await
    }

    /// Notes that `publication` shows entries. What was noted first stays: ask [`Store::appearances`] for what holds.
    pub async fn appear(&self, publication: &str, shown: &[Appearance]) -> Result<(), StoreError> {
        StoreError::bound("appearances", shown.len(), Limits::KEYS_MAX)?;
        if shown.is_empty() {
            return Ok(());
        }
        // The first word on an entry holds.
        let shown = shown.iter().rev().map(|it| (it.entry, it.clone())).collect();
        self.write(outgoing::Appear { publication: publication.to_owned(), shown }).await
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
        StoreError::bound("editions", editions.len(), Limits::EDITIONS_MAX)?;
        let paths = editions.iter().map(|(path, _)| path.clone()).collect();
        let noted = self.read(outgoing::Noted(paths)).await?;
        let same = |(path, hash): &(String, Hash128)| {
            noted.get(path).filter(|(kept, _)| *kept == hash.hex()).map(|(_, changed_ms)| *changed_ms)
        };
        // Most are as they were, and then nothing is written.
        if let Some(unchanged) = editions.iter().map(same).collect() {
            return Ok(unchanged);
        }
        let changed =
            self.write(outgoing::Note { editions: editions.iter().cloned().collect(), now_ms }).await?;
        Ok(editions.iter().filter_map(|(path, _)| changed.get(path).copied()).collect())
    }

    /// The paths of all editions that were ever noted and end in `ending`, sorted: at most [`Limits::EDITIONS_MAX`].
    pub async fn edition_paths(&self, ending: &str) -> Result<Vec<String>, StoreError> {
        self.read(outgoing::Paths { ending: ending.to_owned(), limit: Limits::EDITIONS_MAX }).await
    }

    /// The way to the newest entries of several sources.
    fn walk(
        &self,
        sources: &[SourceId],
        order: Order,
        after: Option<Place>,
        limit: usize,
    ) -> Result<reading::Places, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        StoreError::bound("entries", limit, Limits::ENTRIES_MAX)?;
        let (sources, heads) = (sources.iter().cloned().collect(), Arc::clone(&self.node().heads));
        Ok(reading::Places { sources, order, after, limit, heads })
    }
}
