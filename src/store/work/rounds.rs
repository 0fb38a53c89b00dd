//! What a round needs: ids, the entries that are kept already, and the one transaction that keeps it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use super::{change, distinct, lists, pictures};
use crate::{
    model::{EntryId, SourceId},
    store::{
        Dated, Keys, Known, Round, Settlement, StoreError, Withdrawal,
        entry::{self, Match},
        session::{Session, Work},
        site, source,
        value::{Value, damaged},
    },
};

/// Takes `size` entry ids from the counter; the last of them.
pub struct TakeIds(pub i64);

impl Work for TakeIds {
    type Answer = i64;

    async fn run<S: Session>(&self, on: &S) -> Result<i64, StoreError> {
        let row = on.first(site::COUNT_ON, &[self.0.into(), site::ENTRY_ID.into()]).await?;
        row.ok_or_else(|| damaged("the counter of entry ids is missing"))?.int()
    }
}

/// Whether a source has entries.
pub struct HasEntries(pub SourceId);

impl Work for HasEntries {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        Ok(on.first(entry::ANY, &[self.0.as_str().into()]).await?.is_some())
    }
}

/// The entries of a source that a document may speak of.
pub struct KnownOf {
    pub source: SourceId,
    pub keys: Keys,
}

impl Work for KnownOf {
    type Answer = Vec<Known>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Known>, StoreError> {
        let source = [self.source.as_str().into()];
        let listed = on.rows(&entry::known_listed(), &source).await?.into_iter().map(entry::read_known);
        let listed = listed.map(|it| it.map(|it| (it.id, it)));
        let mut found = listed.collect::<Result<BTreeMap<EntryId, Known>, StoreError>>()?;
        let identities = distinct(self.keys.identities.iter().chain(&self.keys.guids));
        let ways = [
            (Match::Identity, identities),
            (Match::Guid, distinct(&self.keys.guids)),
            (Match::Canonical, distinct(&self.keys.canonicals)),
        ];
        for (by, keys) in ways {
            for (count, values) in lists(&source, keys) {
                for row in on.rows(&entry::known(by, count), &values).await? {
                    let known = entry::read_known(row)?;
                    found.insert(known.id, known);
                }
            }
        }
        if self.keys.recent {
            for row in on.rows(&entry::known_recent(), &source).await? {
                let known = entry::read_known(row)?;
                found.insert(known.id, Known { is_recent: true, ..known });
            }
        }
        Ok(found.into_values().collect())
    }
}

/// The entries of a source that have one of these guids.
pub struct DatedOf {
    pub source: SourceId,
    pub guids: Vec<String>,
}

impl Work for DatedOf {
    type Answer = Vec<Dated>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Dated>, StoreError> {
        let mut found = BTreeMap::new();
        for by in [Match::Identity, Match::Guid] {
            for (count, values) in lists(&[self.source.as_str().into()], distinct(&self.guids)) {
                for row in on.rows(&entry::dated(by, count), &values).await? {
                    let dated = entry::read_dated(row)?;
                    found.insert(dated.id, dated);
                }
            }
        }
        // A row may be kept under what is its guid no more.
        let asked: HashSet<&String> = self.guids.iter().collect();
        found.retain(|_, it| it.guid.as_ref().is_some_and(|it| asked.contains(it)));
        Ok(found.into_values().collect())
    }
}

/// Public ids that entries of other sources have.
pub struct Claimed {
    pub public_ids: Vec<String>,
    pub not_source: SourceId,
}

impl Work for Claimed {
    type Answer = HashSet<String>;

    async fn run<S: Session>(&self, on: &S) -> Result<HashSet<String>, StoreError> {
        let mut claimed = HashSet::new();
        for (count, values) in lists(&[self.not_source.as_str().into()], distinct(&self.public_ids)) {
            for mut row in on.rows(&entry::claimed(count), &values).await? {
                claimed.insert(row.text()?);
            }
        }
        Ok(claimed)
    }
}

/// Keeps what a round brought, and gives up the lease; the number of the change, if readers are to see any.
pub struct Keep {
    pub round: Arc<Round>,
    pub node: String,
    pub extent: Extent,
}

/// How much of a source's document a round speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: what is missing does not stand in it any more.
    Whole,
    /// A part.
    Part,
}

impl Work for Keep {
    type Answer = Option<i64>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<i64>, StoreError> {
        let renamed = self.settle(on).await?;
        let wrote = self.write_arrivals(on).await?;
        let withdrawn = self.withdraw(on).await?;
        self.write_listing(on).await?;
        if !wrote && withdrawn.is_empty() && !renamed {
            return Ok(None);
        }
        let pictures = pictures::take(on, &withdrawn).await?;
        let number = change(on).await?;
        on.execute(source::CHANGED, &[number.into(), self.round.source.as_str().into()]).await?;
        pictures::let_go(on, &pictures, number, self.round.state.polled_ms).await?;
        Ok(Some(number))
    }
}

impl Keep {
    /// Writes the state and gives up the lease, if it is ours; whether the feed calls itself otherwise now.
    async fn settle<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let Round { source, state, .. } = self.round.as_ref();
        let mut values = source::bind(state);
        values.extend([source.as_str().into(), (&self.node).into()]);
        if on.execute(&source::SETTLE_NAMED, &values).await? > 0 {
            return Ok(false);
        }
        if on.execute(&source::SETTLE, &values).await? > 0 {
            return Ok(true);
        }
        Err(refusal(on, source).await?)
    }

    /// Writes new and changed entries; whether there were any.
    async fn write_arrivals<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let arrivals = &self.round.arrivals;
        let rows: Vec<Vec<Value<'_>>> = arrivals.iter().map(entry::bind).collect();
        let written = on.write(entry::keep(), &rows).await?;
        if written < arrivals.len() as u64 {
            self.check_owner(on).await?;
        }
        Ok(written > 0)
    }

    /// Notes what was taken back; the entries.
    async fn withdraw<S: Session>(&self, on: &S) -> Result<Vec<i64>, StoreError> {
        let Round { source, withdrawn, .. } = self.round.as_ref();
        let values = |it: &Withdrawal| vec![it.at_ms.into(), it.id.0.into(), source.as_str().into()];
        let rows: Vec<Vec<Value<'_>>> = withdrawn.iter().map(values).collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let written = on.execute_each(entry::WITHDRAW, &rows).await?;
        Ok(withdrawn.iter().zip(written).filter(|(_, written)| *written > 0).map(|(it, _)| it.id.0).collect())
    }

    /// Refuses arrivals under the ids of another source's entries.
    async fn check_owner<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        for (count, values) in lists(&[], self.round.arrivals.iter().map(|it| it.kept.id.0)) {
            for mut row in on.rows(&entry::owners(count), &values).await? {
                let (id, owner) = (row.int()?, row.text()?);
                if owner != self.round.source.as_str() {
                    return Err(StoreError::Conflict { what: "id", key: id.to_string() });
                }
            }
        }
        Ok(())
    }

    /// Notes what stands in the document now, writing only the entries for which that has changed.
    async fn write_listing<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let Round { source, state, arrivals, listed, .. } = self.round.as_ref();
        let now: HashSet<i64> =
            listed.iter().copied().chain(arrivals.iter().map(|it| it.kept.id)).map(|it| it.0).collect();
        if now.is_empty() {
            return Ok(());
        }
        let rows = on.rows(entry::LISTED, &[source.as_str().into()]).await?.into_iter();
        let before = rows.map(|mut row| row.int()).collect::<Result<HashSet<i64>, _>>()?;
        let sorted = |ids: std::collections::hash_set::Difference<'_, i64, _>| {
            let mut ids: Vec<i64> = ids.copied().collect();
            ids.sort_unstable();
            ids
        };
        let gone = match self.extent {
            Extent::Whole => sorted(before.difference(&now)),
            Extent::Part => Vec::new(),
        };
        let left_ms: [(Vec<i64>, bool, Value<'_>); 2] =
            [(gone, false, state.polled_ms.into()), (sorted(now.difference(&before)), true, Value::Null)];
        for (ids, stands, left_ms) in left_ms {
            for (count, values) in lists(&[stands.into(), left_ms, source.as_str().into()], ids) {
                on.execute(&entry::list(count), &values).await?;
            }
        }
        Ok(())
    }
}

/// Why the lease on a source is not ours.
async fn refusal<S: Session>(on: &S, source: &SourceId) -> Result<StoreError, StoreError> {
    let source_id = source.clone();
    Ok(match on.first(&source::ONE, &[source.as_str().into()]).await? {
        Some(_) => StoreError::LeaseLost { source_id },
        None => StoreError::UnknownSource { source_id },
    })
}

/// Keeps rounds in which no document was read, and gives up the leases; those that could not be kept, and why.
///
/// The quiet ones come first, the others after them, so that it can meet one that takes the same rows in the order of their
/// keys: a server then breaks one of the two off, and that is done again.
pub struct Settle {
    pub rounds: Arc<[Settlement]>,
    pub node: String,
}

impl Work for Settle {
    type Answer = BTreeMap<SourceId, StoreError>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let mut refused = BTreeMap::new();
        let mut sorted: Vec<&Settlement> = self.rounds.iter().collect();
        sorted.sort_by(|left, right| left.source().cmp(right.source()));
        let (quiet, others): (Vec<_>, Vec<_>) = sorted.into_iter().partition(|it| it.is_quiet());
        for (rounds, sql) in [(quiet, source::SETTLE_PACE), (others, source::SETTLE.as_str())] {
            let values: Vec<Vec<Value<'_>>> = rounds.iter().map(|it| self.values(it)).collect();
            let written = on.execute_each(sql, &values).await?;
            for (round, _) in rounds.iter().zip(written).filter(|(_, written)| *written == 0) {
                refused.insert(round.source().clone(), refusal(on, round.source()).await?);
            }
        }
        Ok(refused)
    }
}

impl Settle {
    /// What is written of a round, and where.
    fn values<'a>(&'a self, round: &'a Settlement) -> Vec<Value<'a>> {
        let state = round.after();
        let mut values = if round.is_quiet() { source::bind_pace(state) } else { source::bind(state) };
        values.extend([round.source().as_str().into(), (&self.node).into()]);
        values
    }
}

/// The first identity of a round under which its source keeps another entry.
pub struct Clash(pub Arc<Round>);

impl Work for Clash {
    type Answer = Option<String>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<String>, StoreError> {
        let Round { source, arrivals, .. } = self.0.as_ref();
        let identities = arrivals.iter().map(|it| &it.identity);
        for (count, values) in lists(&[source.as_str().into()], identities) {
            for row in on.rows(&entry::known(Match::Identity, count), &values).await? {
                let known = entry::read_known(row)?;
                if arrivals.iter().any(|it| it.identity == known.identity && it.kept.id != known.id) {
                    return Ok(Some(known.identity));
                }
            }
        }
        Ok(None)
    }
}
