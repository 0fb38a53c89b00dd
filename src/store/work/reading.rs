//! Reading entries: the newest of many sources, and those of given ids.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    lists, pictures,
    sources::{ChangedSince, Counter},
};
use crate::{
    model::{EntryId, SourceId, entry::Kept},
    store::{
        Limits, Order, Place, StoreError, entry,
        heads::{Head, Heads, Known},
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
    pub heads: Arc<Heads>,
}

/// The way along one source's entries, newest first.
struct Walk<'a> {
    source: &'a SourceId,
    /// What was known of it before.
    known: Arc<[Place]>,
    /// What was found behind that.
    found: Vec<Place>,
    /// Everything before this has been seen.
    last: Place,
    has_ended: bool,
    /// Whether this question has looked further than was known.
    has_moved: bool,
}

impl Work for Places {
    type Answer = Vec<Place>;

    /// Each source is followed along its index only as far as it brings something, so that the cost follows `limit` and
    /// the number of sources, not the number of entries; and what did not change since the last question is not looked up.
    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Place>, StoreError> {
        let Some(after) = self.after else {
            let (now, mut known) = self.recall(on).await?;
            let mut walks: Vec<Walk<'_>> =
                self.sources.iter().map(|it| Walk::known(it, known.remove(it))).collect();
            let places = self.follow(on, &mut walks).await?;
            let moved = walks.into_iter().filter(|it| it.has_moved);
            self.heads.note(now, self.order, moved.map(|it| (it.source.clone(), it.into())));
            return Ok(places);
        };
        let mut walks: Vec<Walk<'_>> = self.sources.iter().map(|it| Walk::after(it, after)).collect();
        self.follow(on, &mut walks).await
    }
}

impl Places {
    /// The number of the last change, and what is known of the sources at this moment.
    async fn recall<S: Session>(&self, on: &S) -> Result<(i64, Known), StoreError> {
        let since = self.heads.seen();
        let (now, changed) = match since {
            Some(since) => ChangedSince(since).run(on).await?,
            None => (Counter.run(on).await?, Vec::new()),
        };
        Ok((now, self.heads.recall((since, now), &changed, &self.sources, self.order)))
    }

    /// Leaves the newest of `places`, in order; the last of them, if there are as many as wanted.
    fn cut(&self, places: &mut Vec<Place>) -> Option<Place> {
        places.sort_unstable_by(|left, right| right.cmp(left));
        places.truncate(self.limit);
        self.limit.checked_sub(1).and_then(|at| places.get(at)).copied()
    }

    /// Goes along all walks until the newest of them are found.
    async fn follow<S: Session>(&self, on: &S, walks: &mut [Walk<'_>]) -> Result<Vec<Place>, StoreError> {
        let mut rows = (self.limit / walks.len().max(1)).clamp(LOOK_ROWS, Limits::IN_LIST_MAX);
        let mut places: Vec<Place> =
            walks.iter().flat_map(|it| it.known.iter().take(rows).copied()).collect();
        let worst = self.cut(&mut places);
        let brings = |it: &&Place| worst.is_none_or(|worst| **it > worst);
        places.extend(walks.iter().flat_map(|it| it.known.iter().skip(rows).take_while(brings)));
        loop {
            let worst = self.cut(&mut places);
            let brings = |it: &&mut Walk<'_>| !it.has_ended && worst.is_none_or(|worst| it.last > worst);
            let mut open: Vec<_> = walks.iter_mut().filter(brings).collect();
            if open.is_empty() || self.limit == 0 {
                return Ok(places);
            }
            let asked: Vec<(&str, Place)> = open.iter().map(|it| (it.source.as_str(), it.last)).collect();
            let pages = on.pages(self.order, &asked, rows).await?;
            for (walk, page) in open.iter_mut().zip(pages) {
                places.extend(&page);
                walk.take(page, rows);
            }
            rows = (rows * LOOK_GROWTH).min(Limits::IN_LIST_MAX);
        }
    }
}

impl<'a> Walk<'a> {
    /// A walk behind a place.
    fn after(source: &'a SourceId, last: Place) -> Self {
        Self { source, known: Arc::default(), found: Vec::new(), last, has_ended: false, has_moved: false }
    }

    /// A walk from the newest on, as far as it is known.
    fn known(source: &'a SourceId, head: Option<Head>) -> Self {
        let Some(head) = head else { return Self::after(source, Place::NEWEST) };
        let last = head.places.last().copied().unwrap_or(Place::NEWEST);
        Self { known: head.places, has_ended: head.is_all, ..Self::after(source, last) }
    }

    /// Goes on by a page of at most `rows`.
    fn take(&mut self, page: Vec<Place>, rows: usize) {
        self.has_ended = page.len() < rows;
        self.last = page.last().copied().unwrap_or(self.last);
        self.found.extend(page);
        self.has_moved = true;
    }
}

impl From<Walk<'_>> for Head {
    fn from(walk: Walk<'_>) -> Self {
        let places = walk.known.iter().chain(&walk.found).copied().collect();
        Self { places, is_all: walk.has_ended }
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
    pictures::fill(on, &mut found).await?;
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
