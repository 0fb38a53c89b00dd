//! Reading entries: the newest of many sources, and those of given ids.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};

use rusqlite::{CachedStatement, Transaction};

use crate::model::{EntryId, SourceId, entry::Kept};

use super::{Sqlite, rounds::lists, rows};
use crate::store::{
    Limits, Order, Place, StoreError,
    entry::{COUNT, by_ids, newest_first, newest_next, read, read_source},
    value::Columns,
};

/// Rows that the first look at a source takes at least: most sources bring nothing to the newest, some a few.
const LOOK_ROWS: usize = 2;

impl Sqlite {
    pub(in crate::store) async fn newest(
        &self,
        sources: &[SourceId],
        order: Order,
        limit: usize,
    ) -> Result<Vec<Kept>, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        StoreError::bound("entries", limit, Limits::ENTRIES_MAX)?;
        let sources: BTreeSet<SourceId> = sources.iter().cloned().collect();
        self.read(move |on| {
            let places = merge(on, &sources, order, None, limit)?;
            by_id(on, &places.iter().map(|it| it.id.0).collect::<Vec<_>>())
        })
        .await
    }

    pub(in crate::store) async fn places(
        &self,
        sources: &[SourceId],
        order: Order,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        StoreError::bound("entries", limit, Limits::ENTRIES_MAX)?;
        let sources: BTreeSet<SourceId> = sources.iter().cloned().collect();
        self.read(move |on| merge(on, &sources, order, after, limit)).await
    }

    pub(in crate::store) async fn entries(&self, ids: &[EntryId]) -> Result<Vec<Kept>, StoreError> {
        StoreError::bound("entries", ids.len(), Limits::ENTRIES_MAX)?;
        let ids: Vec<i64> = ids.iter().map(|it| it.0).collect();
        self.read(move |on| by_id(on, &ids)).await
    }

    pub(in crate::store) async fn count_entries(&self) -> Result<BTreeMap<SourceId, i64>, StoreError> {
        self.read(|on| {
            let take = |mut row: Columns| Ok((read_source(&mut row)?, row.int()?));
            Ok(rows(on, COUNT, &[], take)?.into_iter().collect())
        })
        .await
    }
}

/// The two statements that walk, prepared once for all sources.
struct Steps<'a> {
    first: CachedStatement<'a>,
    next: CachedStatement<'a>,
}

/// The way through one source's entries, newest first, a page at a time.
struct Walk<'a> {
    source: &'a str,
    page: VecDeque<Place>,
    rows: usize,
    ended: bool,
}

impl Walk<'_> {
    /// The next place, read after `last` where the page is used up.
    fn next(&mut self, steps: &mut Steps<'_>, last: Option<Place>) -> Result<Option<Place>, StoreError> {
        if self.page.is_empty() && !self.ended {
            let rows_max = self.rows as i64;
            let mut rows = match last {
                None => steps.first.query((self.source, rows_max))?,
                Some(it) => steps.next.query((self.source, it.moment_ms, it.tie, it.id.0, rows_max))?,
            };
            while let Some(row) = rows.next()? {
                let (moment_ms, tie, id) = (row.get(0)?, row.get(1)?, EntryId(row.get(2)?));
                self.page.push_back(Place { moment_ms, tie, id });
            }
            self.ended = self.page.len() < self.rows;
            self.rows = (self.rows * 2).min(Limits::IN_LIST_MAX);
        }
        Ok(self.page.pop_front())
    }
}

/// The places of the newest entries of all sources after `after`: each source is walked along its index only as far as it brings
/// something, so that the cost follows `limit` and the number of sources, not the number of entries.
fn merge(
    on: &Transaction<'_>,
    sources: &BTreeSet<SourceId>,
    order: Order,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Place>, StoreError> {
    let look = (limit / sources.len().max(1)).clamp(LOOK_ROWS, Limits::IN_LIST_MAX);
    let mut steps = Steps {
        first: on.prepare_cached(newest_first(order))?,
        next: on.prepare_cached(newest_next(order))?,
    };
    let start = |it| Walk { source: SourceId::as_str(it), page: VecDeque::new(), rows: look, ended: false };
    let mut walks: Vec<Walk<'_>> = sources.iter().map(start).collect();
    let mut heads = BinaryHeap::with_capacity(walks.len());
    for (at, walk) in walks.iter_mut().enumerate() {
        heads.extend(walk.next(&mut steps, after)?.map(|place| (place, at)));
    }
    let mut places = Vec::with_capacity(limit);
    while places.len() < limit
        && let Some((place, at)) = heads.pop()
    {
        places.push(place);
        if let Some(walk) = walks.get_mut(at) {
            heads.extend(walk.next(&mut steps, Some(place))?.map(|place| (place, at)));
        }
    }
    Ok(places)
}

/// The entries of `ids`, in that order, each once; what is not kept is left out.
fn by_id(on: &Transaction<'_>, ids: &[i64]) -> Result<Vec<Kept>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for (count, values) in lists(None, ids.to_vec()) {
        for kept in rows(on, &by_ids(count), &values, read)? {
            found.insert(kept.id.0, kept);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
