//! The candidates of one publication: as few as fill it, and more only while its rules leave too many out.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::programme::Prepared;
use crate::{
    model::{
        Appearance, EntryId, Kept, Publication, Shown, Source, SourceId,
        publication::{LIMIT_MAX, SourceName},
        source::FutureDates,
    },
    select::{Candidate, Picked, Placed, Seen, Sifted},
    store::{Order, Place, Store, StoreError},
};

/// Most candidates looked at for one publication in one order, whatever its rules leave out.
const CANDIDATES_MAX: usize = 10_000;
/// Candidates looked at first, as a multiple of the limit; then the same multiple of what was not enough.
const CANDIDATES_PER_ENTRY: usize = 4;
/// Most entries that are held whole until the rules have been asked.
const WHOLE_MAX: usize = 128;

/// Whether what is shown is put on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    /// Readers will see it: the store remembers what was shown, and when its bytes changed.
    Kept,
    /// It is only looked at: the store stays as it is.
    Left,
}

/// The newest entries that a publication may take, without their texts, and what it has shown of them.
pub(super) struct Shortlist<'a> {
    store: &'a Store,
    prepared: &'a Prepared,
    memory: Memory,
    publication: String,
    now: Timestamp,
    /// What has come before is too old, unix milliseconds.
    oldest_ms: Option<i64>,
    ids: Vec<SourceId>,
    /// Its sources as readers see them, in the order in which it takes them.
    pub(super) names: Vec<Arc<SourceName>>,
    /// Candidates to be looked at by stated date.
    count: usize,
    walks: [Walk; 2],
    known: HashSet<EntryId>,
    candidates: Vec<Sifted>,
    seen: Seen,
    /// What is shown, whole.
    whole: HashMap<EntryId, Arc<Kept>>,
}

/// How far one order has been followed.
struct Walk {
    order: Order,
    last: Option<Place>,
    looked_at: usize,
    has_ended: bool,
}

impl Walk {
    fn new(order: Order) -> Self {
        Self { order, last: None, looked_at: 0, has_ended: false }
    }
}

impl<'a> Shortlist<'a> {
    /// A list for what a publication shows at `now`.
    pub(super) async fn new(
        store: &'a Store,
        prepared: &'a Prepared,
        memory: Memory,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let Prepared { publication, selector, takes, .. } = prepared;
        // An embargo may last longer than anything is young.
        let embargoes = takes.iter().any(|it| it.dates == FutureDates::Embargo);
        let mut list = Self {
            store,
            prepared,
            memory,
            publication: publication.path.to_string(),
            now,
            oldest_ms: selector.oldest_ms(now).filter(|_| !embargoes),
            ids: takes.iter().map(|it| it.id.clone()).collect(),
            names: Vec::new(),
            count: publication.selection.limit,
            walks: [Walk::new(Order::Stated), Walk::new(Order::Visible)],
            known: HashSet::new(),
            candidates: Vec::new(),
            seen: Seen::new(),
            whole: HashMap::new(),
        };
        list.lengthen().await?;
        Ok(list)
    }

    /// What the publication shows, in one language or in all. What it shows for the first time is noted, and what another
    /// process has noted of it meanwhile holds.
    pub(super) async fn pick(&mut self, lang: Option<&str>) -> Result<Picked, StoreError> {
        loop {
            let picked = self.prepared.selector.pick(&self.candidates, &self.seen, lang, self.now);
            if picked.more && !self.is_exhausted() {
                self.lengthen().await?;
            } else if !self.note(&picked.first_shown).await? {
                return Ok(picked);
            }
        }
    }

    /// Puts the entries of a picking in their places, whole; one that is no longer kept is left out.
    pub(super) async fn shown(&mut self, placed: Vec<Placed>) -> Result<Arc<[Shown]>, StoreError> {
        let missing: Vec<EntryId> =
            placed.iter().map(|it| it.entry).filter(|it| !self.whole.contains_key(it)).collect();
        let read = self.store.entries(&missing).await?;
        self.whole.extend(read.into_iter().map(|it| (it.id, Arc::new(it))));
        let names: HashMap<&SourceId, &Arc<SourceName>> = self.ids.iter().zip(&self.names).collect();
        let shown = placed.into_iter().filter_map(|it| {
            let kept = self.whole.get(&it.entry)?;
            Some(it.with(Arc::clone(kept), Arc::clone(names.get(&kept.source)?)))
        });
        Ok(shown.collect())
    }

    /// Notes what is shown for the first time; whether something else was noted before, so that the choice no longer holds.
    async fn note(&mut self, shown: &[Appearance]) -> Result<bool, StoreError> {
        if shown.is_empty() {
            return Ok(false);
        }
        let mut first: Seen = shown.iter().map(|it| (it.entry, it.clone())).collect();
        if self.memory == Memory::Kept {
            self.store.appear(&self.publication, shown).await?;
            let ids: Vec<EntryId> = shown.iter().map(|it| it.entry).collect();
            let noted = self.store.appearances(&self.publication, &ids).await?;
            first.extend(noted.into_iter().map(|it| (it.entry, it)));
        }
        let differs = shown.iter().any(|it| first.get(&it.entry) != Some(it));
        self.seen.extend(first);
        Ok(differs)
    }

    fn is_exhausted(&self) -> bool {
        self.count >= CANDIDATES_MAX || self.walks.iter().all(|it| it.has_ended)
    }

    /// Looks at the next by stated date, and the next to arrive: an entry that a gate kept back is dated by when it
    /// came, so either order alone could miss it.
    async fn lengthen(&mut self) -> Result<(), StoreError> {
        self.count = (self.count * CANDIDATES_PER_ENTRY).min(CANDIDATES_MAX);
        let before = self.candidates.len();
        for at in 0..self.walks.len() {
            for entries in self.next(at).await?.chunks(WHOLE_MAX) {
                self.sift(entries).await?;
            }
        }
        // After the entries: a source that was read for the first time in between has its name.
        self.names = self.named().await?;
        let new = self.candidates.iter().skip(before);
        let ids: Vec<EntryId> = new.map(Sifted::entry).collect();
        let seen = self.store.appearances(&self.publication, &ids).await?;
        self.seen.extend(seen.into_iter().map(|it| (it.entry, it)));
        Ok(())
    }

    /// The next step of a walk: the entries that are not known yet.
    async fn next(&mut self, at: usize) -> Result<Vec<EntryId>, StoreError> {
        let count = self.count;
        let Some(walk) = self.walks.get_mut(at) else { return Ok(Vec::new()) };
        let goal = if walk.order == Order::Stated { count } else { count.max(LIMIT_MAX) };
        let step = goal.saturating_sub(walk.looked_at);
        if walk.has_ended || step == 0 {
            return Ok(Vec::new());
        }
        let mut places = self.store.places(&self.ids, walk.order, walk.last, step).await?;
        walk.last = places.last().copied().or(walk.last);
        walk.looked_at += places.len();
        places.retain(|it| self.oldest_ms.is_none_or(|oldest_ms| it.moment_ms > oldest_ms));
        walk.has_ended = places.len() < step;
        Ok(places.into_iter().map(|it| it.id).filter(|it| self.known.insert(*it)).collect())
    }

    /// Reads entries and asks the rules of them; their texts go again.
    async fn sift(&mut self, entries: &[EntryId]) -> Result<(), StoreError> {
        let Prepared { takes, selector, .. } = self.prepared;
        let sources: HashMap<&SourceId, &Arc<Source>> = self.ids.iter().zip(takes).collect();
        for kept in self.store.entries(entries).await? {
            let Some(source) = sources.get(&kept.source) else { continue };
            let source = Arc::clone(source);
            self.candidates.push(selector.sift(&Candidate { kept: Arc::new(kept), source }));
        }
        Ok(())
    }

    /// What readers see as the sources' names: the operator's title, else the feed's own, else the host.
    async fn named(&self) -> Result<Vec<Arc<SourceName>>, StoreError> {
        let Prepared { publication, takes, named, .. } = self.prepared;
        let feeds = self.store.names(&self.ids).await?;
        let own =
            named.iter().chain([publication]).filter_map(|it| it.logo.as_ref().map(ToString::to_string));
        let own = self.store.logos(own.collect()).await?;
        let logo = |it: &Publication| it.logo.as_ref().and_then(|it| own.get(it.as_str())).cloned();
        // Through which brand it comes says more than that it stands in the group.
        let lent = |source: &Source| {
            let through = named.iter().filter(|it| it.selection.sources.contains(&source.id));
            through.chain([publication]).find_map(|it| logo(it))
        };
        let names = takes.iter().zip(feeds).map(|(source, feed)| {
            let host = || source.url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
            let title = source.title.clone().or(feed.title).unwrap_or_else(host);
            let (logo, homepage) = (feed.logo.or_else(|| lent(source)), feed.homepage);
            Arc::new(SourceName { title, homepage, logo, source: Arc::clone(source) })
        });
        Ok(names.collect())
    }
}
