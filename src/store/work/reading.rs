//! Reading entries: the newest of many sources, and those of given ids.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lists;
use crate::{
    model::{EntryId, SourceId, entry::Kept},
    store::{
        Limits, Order, Place, StoreError, entry,
        session::{Session, Work},
    },
};

/// Rows that the first look at a source takes at least: most sources bring nothing to the newest, some a few.
const LOOK_ROWS: usize = 2;
/// By how many times each further look is longer.
const LOOK_GROWTH: usize = 8;

/// The newest entries of several sources, whole.
pub struct Newest(pub Places);

impl Work for Newest {
    type Answer = Vec<Kept>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Kept>, StoreError> {
        let places = self.0.run(on).await?;
        by_id(on, &places.iter().map(|it| it.id).collect::<Vec<_>>()).await
    }
}

/// The places of the newest entries of several sources.
pub struct Places {
    pub sources: BTreeSet<SourceId>,
    pub order: Order,
    pub after: Option<Place>,
    pub limit: usize,
}

/// The way along one source's entries, newest first.
struct Walk<'a> {
    source: &'a str,
    /// Everything before this has been seen.
    last: Place,
    has_ended: bool,
}

impl Work for Places {
    type Answer = Vec<Place>;

    /// Each source is followed along its index only as far as it brings something, so that the cost follows `limit` and
    /// the number of sources, not the number of entries.
    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Place>, StoreError> {
        let start = self.after.unwrap_or(Place::NEWEST);
        let walk = |it| Walk { source: SourceId::as_str(it), last: start, has_ended: false };
        let mut walks: Vec<Walk<'_>> = self.sources.iter().map(walk).collect();
        let mut rows = (self.limit / walks.len().max(1)).clamp(LOOK_ROWS, Limits::IN_LIST_MAX);
        let mut places: Vec<Place> = Vec::new();
        loop {
            let worst = self.limit.checked_sub(1).and_then(|at| places.get(at)).copied();
            let brings = |it: &&mut Walk<'_>| !it.has_ended && worst.is_none_or(|worst| it.last > worst);
            let mut open: Vec<_> = walks.iter_mut().filter(brings).collect();
            if open.is_empty() || self.limit == 0 {
                return Ok(places);
            }
            let asked: Vec<(&str, Place)> = open.iter().map(|it| (it.source, it.last)).collect();
            let pages = on.pages(self.order, &asked, rows).await?;
            for (walk, page) in open.iter_mut().zip(pages) {
                walk.has_ended = page.len() < rows;
                walk.last = page.last().copied().unwrap_or(walk.last);
                places.extend(page);
            }
            places.sort_unstable_by(|left, right| right.cmp(left));
            places.truncate(self.limit);
            rows = (rows * LOOK_GROWTH).min(Limits::IN_LIST_MAX);
        }
    }
}

/// Entries of given ids.
pub struct Entries(pub Vec<EntryId>);

impl Work for Entries {
    type Answer = Vec<Kept>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Kept>, StoreError> {
        by_id(on, &self.0).await
    }
}

/// The entries of `ids`, in that order, each once; what is not kept is left out.
async fn by_id<S: Session>(on: &S, ids: &[EntryId]) -> Result<Vec<Kept>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for (count, values) in lists(&[], ids.iter().map(|it| it.0)) {
        for row in on.rows(&entry::by_ids(count), &values).await? {
            let kept = entry::read(row)?;
            found.insert(kept.id, kept);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// How many entries each source has.
pub struct Count;

impl Work for Count {
    type Answer = BTreeMap<SourceId, i64>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(entry::COUNT, &[]).await?.into_iter();
        rows.map(|mut row| Ok((entry::read_source(&mut row)?, row.int()?))).collect()
    }
}
