//! The candidates of one publication: as few as fill it, and more only while its rules leave too many out.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    model::{
        EntryId, PublicationPath, Source, SourceId,
        publication::{LIMIT_MAX, SourceName},
    },
    select::{Candidate, Picked, Seen, Selector},
    store::{Order, Store, StoreError},
};

/// Most candidates brought for one publication by one order, whatever its rules leave out.
const CANDIDATES_MAX: usize = 10_000;
/// Candidates brought at first, as a multiple of the limit; then the same multiple of what was not enough.
const CANDIDATES_PER_ENTRY: usize = 4;

/// The newest entries that a publication may take, with what it has shown of them.
pub(super) struct Shortlist<'a> {
    store: &'a Store,
    publication: String,
    takes: &'a [Arc<Source>],
    ids: Vec<SourceId>,
    /// Its sources as readers see them, in the order of `takes`.
    pub(super) names: Vec<Arc<SourceName>>,
    count: usize,
    candidates: Vec<Candidate>,
    seen: Seen,
    is_exhausted: bool,
}

impl<'a> Shortlist<'a> {
    /// A list for a publication that shows `limit` entries of the sources it takes.
    pub(super) async fn new(
        store: &'a Store,
        publication: &PublicationPath,
        takes: &'a [Arc<Source>],
        limit: usize,
    ) -> Result<Self, StoreError> {
        let mut list = Self {
            store,
            publication: publication.to_string(),
            takes,
            ids: takes.iter().map(|it| it.id.clone()).collect(),
            names: Vec::new(),
            count: limit,
            candidates: Vec::new(),
            seen: Seen::new(),
            is_exhausted: false,
        };
        list.lengthen().await?;
        Ok(list)
    }

    /// What the publication shows at `now`, in one language or in all. What it shows for the first time is noted.
    pub(super) async fn pick(
        &mut self,
        selector: &Selector,
        lang: Option<&str>,
        now: Timestamp,
    ) -> Result<Picked, StoreError> {
        loop {
            let picked = selector.pick(&self.candidates, &self.seen, lang, now);
            if picked.more && !self.is_exhausted {
                self.lengthen().await?;
                continue;
            }
            self.store.appear(&self.publication, &picked.first_shown).await?;
            self.seen.extend(picked.first_shown.iter().map(|it| (it.entry, it.clone())));
            return Ok(picked);
        }
    }

    /// Brings the newest by stated date, and the newest to arrive: an entry that a gate kept back is dated by when it
    /// came, so either order alone could miss it.
    async fn lengthen(&mut self) -> Result<(), StoreError> {
        self.count = (self.count * CANDIDATES_PER_ENTRY).min(CANDIDATES_MAX);
        let stated = self.store.newest(&self.ids, Order::Stated, self.count).await?;
        self.is_exhausted = stated.len() < self.count || self.count == CANDIDATES_MAX;
        let arrived = self.store.newest(&self.ids, Order::Visible, self.count.max(LIMIT_MAX)).await?;
        // After the entries: a source that was read for the first time in between has its name.
        self.names = self.named().await?;
        let names: HashMap<&SourceId, &Arc<SourceName>> = self.ids.iter().zip(&self.names).collect();
        let mut once = HashSet::new();
        let named = stated.into_iter().chain(arrived).filter(|it| once.insert(it.id)).filter_map(|kept| {
            let source = Arc::clone(names.get(&kept.source)?);
            Some(Candidate { kept: Arc::new(kept), source })
        });
        self.candidates = named.collect();
        let ids: Vec<EntryId> = self.candidates.iter().map(|it| it.kept.id).collect();
        let seen = self.store.appearances(&self.publication, &ids).await?;
        self.seen = seen.into_iter().map(|it| (it.entry, it)).collect();
        Ok(())
    }

    /// What readers see as the sources' names: the operator's title, else the feed's own, else the host.
    async fn named(&self) -> Result<Vec<Arc<SourceName>>, StoreError> {
        let feeds = self.store.names(&self.ids).await?;
        let named = self.takes.iter().zip(feeds).map(|(source, feed)| {
            let host = || source.url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
            let title = source.title.clone().or(feed.title).unwrap_or_else(host);
            Arc::new(SourceName { title, homepage: feed.homepage, source: Arc::clone(source) })
        });
        Ok(named.collect())
    }
}
