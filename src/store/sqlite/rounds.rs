//! What a round needs: ids, the entries that are kept already, and the one transaction that keeps it.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Transaction, ffi};

use crate::model::{EntryId, SourceId};

use super::{Sqlite, change, execute, first, rows};
use crate::store::{
    Keys, Known, Limits, Round, StoreError,
    entry::{self, Match},
    site, source,
    value::{Value, damaged, in_list},
};

/// Entry ids that are this process's to give: `next` up to `last`.
#[derive(Debug, Default)]
pub(super) struct Block {
    next: i64,
    last: i64,
}

impl Sqlite {
    pub(in crate::store) async fn entry_ids(&self, count: usize) -> Result<Vec<EntryId>, StoreError> {
        StoreError::bound("entry ids", count, Limits::IDS_MAX)?;
        let mut block = self.inner.ids.lock().await;
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            if block.next >= block.last {
                *block = self.refill((count - ids.len()) as i64).await?;
            }
            block.next += 1;
            ids.push(EntryId(block.next));
        }
        Ok(ids)
    }

    /// Takes whole blocks from the counter, enough for `wanted`.
    async fn refill(&self, wanted: i64) -> Result<Block, StoreError> {
        let size = (wanted + Limits::ID_BLOCK - 1) / Limits::ID_BLOCK * Limits::ID_BLOCK;
        let last = self.write(move |on| {
            first(on, site::COUNT_ON, &[size.into(), site::ENTRY_ID.into()], |mut row| row.int())
        });
        let last = last.await?.ok_or_else(|| damaged("the counter of entry ids is missing"))?;
        Ok(Block { next: last - size, last })
    }

    pub(in crate::store) async fn known(
        &self,
        source: &SourceId,
        keys: Keys,
    ) -> Result<Vec<Known>, StoreError> {
        let count = keys.identities.len().max(keys.guids.len()).max(keys.canonicals.len());
        StoreError::bound("keys", count, Limits::KEYS_MAX)?;
        let source = source.clone();
        self.read(move |on| {
            let mut found = BTreeMap::new();
            let identities = keys.identities.iter().chain(&keys.guids);
            let ways: [(Match, Vec<&String>); 3] = [
                (Match::Identity, distinct(identities)),
                (Match::Guid, distinct(&keys.guids)),
                (Match::Canonical, distinct(&keys.canonicals)),
            ];
            for (by, keys) in ways {
                for (list, values) in lists(Some(source.as_str().into()), keys) {
                    for known in rows(on, &entry::known(by, list), &values, entry::read_known)? {
                        found.insert(known.id, known);
                    }
                }
            }
            for known in rows(on, &entry::known_listed(), &[source.as_str().into()], entry::read_known)? {
                found.insert(known.id, known);
            }
            Ok(found.into_values().collect())
        })
        .await
    }

    pub(in crate::store) async fn claimed_ids(
        &self,
        public_ids: &[String],
        not_source: &SourceId,
    ) -> Result<HashSet<String>, StoreError> {
        StoreError::bound("public ids", public_ids.len(), Limits::KEYS_MAX)?;
        let (public_ids, not_source) = (public_ids.to_vec(), not_source.clone());
        self.read(move |on| {
            let mut claimed = HashSet::new();
            for (list, values) in lists(Some(not_source.as_str().into()), distinct(&public_ids)) {
                claimed.extend(rows(on, &entry::claimed(list), &values, |mut row| row.text())?);
            }
            Ok(claimed)
        })
        .await
    }

    pub(in crate::store) async fn keep(&self, round: Round) -> Result<i64, StoreError> {
        round.check()?;
        let node = self.inner.node.clone();
        self.write(move |on| {
            let renamed = settle(on, &round, &node)?;
            let wrote = write_arrivals(on, &round)?;
            write_listing(on, &round)?;
            let number = change(on)?;
            if wrote || renamed {
                execute(on, source::CHANGED, &[number.into(), round.source.as_str().into()])?;
            }
            Ok(number)
        })
        .await
    }
}

/// Writes the state and gives up the lease, if it is ours; whether the feed calls itself otherwise now.
fn settle(on: &Transaction<'_>, round: &Round, node: &str) -> Result<bool, StoreError> {
    let (source, source_id) = (round.source.as_str(), || round.source.clone());
    let named =
        first(on, source::NAMES, &[source.into()], |mut row| Ok((row.maybe_text()?, row.maybe_text()?)))?
            .ok_or_else(|| StoreError::UnknownSource { source_id: source_id() })?;
    let mut values = source::bind(&round.state);
    values.extend([source.into(), node.into()]);
    if execute(on, &source::settle(), &values)? == 0 {
        return Err(StoreError::LeaseLost { source_id: source_id() });
    }
    Ok(named != (round.state.feed_title.clone(), round.state.feed_link.clone()))
}

/// Writes new and changed entries; whether there were any.
fn write_arrivals(on: &Transaction<'_>, round: &Round) -> Result<bool, StoreError> {
    // Prepared once: looking a long text up among the prepared ones costs a third of an insert.
    let mut statement = on.prepare_cached(&entry::keep())?;
    let mut wrote = false;
    for arrival in &round.arrivals {
        let row = rusqlite::params_from_iter(entry::bind(arrival));
        let written = statement.execute(row).map_err(|error| match error.sqlite_extended_error_code() {
            Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => {
                StoreError::Conflict { what: "identity", key: arrival.identity.clone() }
            }
            _ => error.into(),
        })?;
        let id = arrival.kept.id;
        if written == 0 && owner(on, id)?.as_deref() != Some(round.source.as_str()) {
            return Err(StoreError::Conflict { what: "id", key: id.0.to_string() });
        }
        wrote |= written > 0;
    }
    Ok(wrote)
}

fn owner(on: &Transaction<'_>, id: EntryId) -> Result<Option<String>, StoreError> {
    first(on, entry::OWNER, &[id.0.into()], |mut row| row.text())
}

/// Notes what stands in the document now, writing only the entries for which that has changed.
fn write_listing(on: &Transaction<'_>, round: &Round) -> Result<(), StoreError> {
    let arrived = round.arrivals.iter().map(|it| it.kept.id.0);
    let now: HashSet<i64> = round.listed.iter().map(|it| it.0).chain(arrived).collect();
    if now.is_empty() {
        return Ok(());
    }
    let source = round.source.as_str();
    let before = rows(on, entry::LISTED, &[source.into()], |mut row| row.int())?;
    let before: HashSet<i64> = before.into_iter().collect();
    let set = |truth: bool, id: &i64| {
        execute(on, entry::LIST, &[truth.into(), (*id).into(), source.into()]).map(drop)
    };
    before.difference(&now).try_for_each(|id| set(false, id))?;
    now.difference(&before).try_for_each(|id| set(true, id))
}

/// Each of `texts` once, in the order of their first appearance.
pub(super) fn distinct<'a>(texts: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|it| seen.insert(*it)).collect()
}

/// The values of the statements that ask for `keys`, each with how many stand in its list; `before` precedes the list.
pub(super) fn lists<'a, T: Into<Value<'a>> + Clone>(
    before: Option<Value<'a>>,
    keys: Vec<T>,
) -> Vec<(usize, Vec<Value<'a>>)> {
    let keys: Vec<Value<'a>> = keys.into_iter().map(Into::into).collect();
    let fill = |chunk: &[Value<'a>]| {
        let list = in_list(chunk);
        let count = list.len();
        (count, before.clone().into_iter().chain(list).collect())
    };
    keys.chunks(Limits::IN_LIST_MAX).map(fill).collect()
}
