//! The press: when a source changed, or time moved something in or out, the publications that take it are printed anew.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    Newsstand,
    plates::{self, Plates, Printed},
};
use crate::{
    model::{
        Clock, EntryId, PollState, Publication, PublicationKind, PublicationPath, Site, Slug, Source,
        SourceId,
        publication::{LIMIT_MAX, SourceName},
    },
    render::Edition,
    select::{Candidate, Picked, SelectError, Selector},
    store::{Order, Store, StoreError},
};

/// How often the store's change counter is looked at, milliseconds.
const LOOK_MS: u64 = 500;
/// Most candidates brought for one publication, whatever its rules leave out.
const CANDIDATES_MAX: usize = 10_000;
/// Candidates brought at first, as a multiple of the limit.
const CANDIDATES_PER_ENTRY: usize = 4;

/// Why publications could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A publication's rules cannot be used.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// Rendering broke.
    #[error("printing {0} failed inside pressroll: report it with your feeds.toml")]
    Panicked(String),
}

/// What the press is made of.
pub struct Parts {
    /// Where entries are kept.
    pub store: Store,
    /// The site.
    pub site: Arc<Site>,
    /// All sources of feeds.toml.
    pub sources: Vec<Arc<Source>>,
    /// All publications of feeds.toml.
    pub publications: Vec<Arc<Publication>>,
    /// The clock.
    pub clock: Clock,
    /// Rung by ingest in this process.
    pub kept: Arc<Notify>,
}

/// One publication with its compiled selection.
struct Desk {
    publication: Arc<Publication>,
    selector: Selector,
    /// Everything it may take from, brands' sources included.
    takes: Vec<SourceId>,
}

/// Prints publications and puts them on the stand.
pub struct Publish {
    parts: Parts,
    desks: Vec<Desk>,
    stand: Arc<Newsstand>,
}

/// What the loop remembers between two looks.
#[derive(Default)]
struct Progress {
    /// The change number up to which everything is printed.
    seen: i64,
    /// When a publication changes by itself.
    alarms: HashMap<PublicationPath, Timestamp>,
}

impl Publish {
    /// Compiles every selection. Nothing stands until [`Publish::open`].
    pub fn new(parts: Parts) -> Result<Self, PublishError> {
        let brands: HashMap<&Slug, &Publication> = parts
            .publications
            .iter()
            .filter(|it| it.path.kind == PublicationKind::Brand)
            .map(|it| (&it.path.slug, it.as_ref()))
            .collect();
        let desk = |publication: &Arc<Publication>| {
            let named: Vec<&Publication> =
                publication.selection.brands.iter().filter_map(|it| brands.get(it).copied()).collect();
            let mut takes = publication.selection.sources.clone();
            takes.extend(named.iter().flat_map(|it| it.selection.sources.iter().cloned()));
            let mut once = HashSet::new();
            takes.retain(|it| once.insert(it.clone()));
            let selector = Selector::new(publication, &named)?;
            Ok::<_, PublishError>(Desk { publication: Arc::clone(publication), selector, takes })
        };
        let desks = parts.publications.iter().map(desk).collect::<Result<_, _>>()?;
        Ok(Self { parts, desks, stand: Arc::new(Newsstand::default()) })
    }

    /// The stand that readers are served from.
    pub fn stand(&self) -> Arc<Newsstand> {
        Arc::clone(&self.stand)
    }

    /// Prints everything from the store, so that a restart serves at once what was served before; then keeps printing
    /// what changes until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut progress = Progress::default();
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let kept = Arc::clone(&self.parts.kept);
        loop {
            let complete = self.stand.standing().is_complete;
            let printed =
                if complete { self.follow(&mut progress).await } else { self.open(&mut progress).await };
            if let Err(error) = printed {
                warn!(%error, "what stands stays: {error}");
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = kept.notified(), if complete => {}
                _ = look.tick() => {}
            }
        }
    }

    /// Prints one publication, for a command that wants its editions.
    pub async fn print_only(&self, path: &PublicationPath) -> Result<(), PublishError> {
        for desk in self.desks.iter().filter(|it| it.publication.path == *path) {
            self.print(desk, &mut Progress::default()).await?;
        }
        Ok(())
    }

    async fn open(&self, progress: &mut Progress) -> Result<(), PublishError> {
        let (seen, _) = self.parts.store.changed_since(i64::MAX).await?;
        for desk in &self.desks {
            self.print(desk, progress).await?;
        }
        self.print_site().await?;
        progress.seen = seen;
        let aliases: HashMap<_, _> = self.desks.iter().flat_map(|it| aliases(&it.publication)).collect();
        self.stand.change(|standing| {
            standing.aliases.clone_from(&aliases);
            standing.is_complete = true;
        });
        info!(publications = self.desks.len(), "{} publications stand", self.desks.len());
        Ok(())
    }

    /// Prints what changed since the last look.
    async fn follow(&self, progress: &mut Progress) -> Result<(), PublishError> {
        let (seen, changed) = self.parts.store.changed_since(progress.seen).await?;
        let changed: HashSet<SourceId> = changed.into_iter().collect();
        let now = (self.parts.clock)();
        for desk in &self.desks {
            let is_touched = desk.takes.iter().any(|it| changed.contains(it));
            let is_due = progress.alarms.get(&desk.publication.path).is_some_and(|at| *at <= now);
            if is_touched || is_due {
                self.print(desk, progress).await?;
            }
        }
        progress.seen = seen;
        Ok(())
    }

    async fn print(&self, desk: &Desk, progress: &mut Progress) -> Result<(), PublishError> {
        let path = desk.publication.path.clone();
        let now = (self.parts.clock)();
        let names = self.names(&desk.takes).await?;
        let picked = self.pick(desk, &names, None, now).await?;
        let mut by_language = HashMap::new();
        for lang in &desk.publication.selection.languages {
            let picked = self.pick(desk, &names, Some(lang), now).await?;
            by_language.insert(lang.clone(), Arc::from(picked.shown));
        }
        match picked.changes_at {
            Some(at) => progress.alarms.insert(path.clone(), at),
            None => progress.alarms.remove(&path),
        };
        let plates = Plates {
            site: Arc::clone(&self.parts.site),
            publication: Arc::clone(&desk.publication),
            shown: Arc::from(picked.shown),
            by_language,
            sources: names.into_values().collect(),
        };
        let printed = tokio::task::spawn_blocking(move || {
            let editions = plates.print();
            (plates, editions)
        });
        let (plates, editions) = printed.await.map_err(|_| PublishError::Panicked(path.to_string()))?;
        let editions = self.dated(&format!("/{path}"), editions).await?;
        self.stand.put(plates.showing(editions));
        Ok(())
    }

    async fn print_site(&self) -> Result<(), PublishError> {
        let site = Arc::clone(&self.parts.site);
        let publications = self.parts.publications.clone();
        let printed = tokio::task::spawn_blocking(move || plates::site(&site, &publications));
        let editions =
            printed.await.map_err(|_| PublishError::Panicked("the list of publications".to_owned()))?;
        let editions = self.dated("", editions).await?;
        self.stand.change(|standing| standing.site.clone_from(&editions));
        Ok(())
    }

    /// Picks from as few candidates as fill the publication: more are brought only while its rules leave too many out.
    async fn pick(
        &self,
        desk: &Desk,
        names: &Names,
        lang: Option<&str>,
        now: Timestamp,
    ) -> Result<Picked, PublishError> {
        let publication = desk.publication.path.to_string();
        let mut count = desk.publication.selection.limit * CANDIDATES_PER_ENTRY;
        loop {
            let candidates = self.candidates(desk, names, count).await?;
            let ids: Vec<EntryId> = candidates.iter().map(|it| it.kept.id).collect();
            let seen = self.parts.store.appearances(&publication, &ids).await?;
            let seen = seen.into_iter().map(|it| (it.entry, it)).collect();
            let picked = desk.selector.pick(&candidates, &seen, lang, now);
            let exhausted = candidates.len() < count || count >= CANDIDATES_MAX;
            if !picked.more || exhausted {
                self.parts.store.appear(&publication, &picked.first_shown).await?;
                return Ok(picked);
            }
            count = (count * CANDIDATES_PER_ENTRY).min(CANDIDATES_MAX);
        }
    }

    /// The newest by stated date, the newest to arrive, and what arrived in the window that is always shown.
    async fn candidates(
        &self,
        desk: &Desk,
        names: &Names,
        count: usize,
    ) -> Result<Vec<Candidate>, PublishError> {
        let store = &self.parts.store;
        let mut kept = store.newest(&desk.takes, Order::Stated, count).await?;
        kept.extend(store.newest(&desk.takes, Order::Visible, count.max(LIMIT_MAX)).await?);
        let mut once = HashSet::new();
        let named = kept.into_iter().filter(|it| once.insert(it.id)).filter_map(|kept| {
            let source = Arc::clone(names.get(&kept.source)?);
            Some(Candidate { kept: Arc::new(kept), source })
        });
        Ok(named.collect())
    }

    /// What readers see as the sources' names: the operator's title, else the feed's own, else the host.
    async fn names(&self, takes: &[SourceId]) -> Result<Names, PublishError> {
        let states: HashMap<SourceId, PollState> =
            self.parts.store.poll_states().await?.into_iter().collect();
        let sources = self.parts.sources.iter().filter(|it| takes.contains(&it.id));
        let named = sources.map(|source| {
            let state = states.get(&source.id);
            let own = || state.and_then(|it| it.feed_title.clone());
            let host = || source.url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
            let name = SourceName {
                title: source.title.clone().or_else(own).unwrap_or_else(host),
                homepage: state.and_then(|it| it.feed_link.clone()),
                source: Arc::clone(source),
            };
            (source.id.clone(), Arc::new(name))
        });
        Ok(named.collect())
    }

    /// Asks the store when each edition's bytes last changed: that never goes back, and is equal on all nodes.
    async fn dated(
        &self,
        prefix: &str,
        editions: Printed,
    ) -> Result<HashMap<String, Arc<Edition>>, PublishError> {
        let mut editions: Vec<(String, Edition)> = editions.into_iter().collect();
        editions.sort_by(|(left, _), (right, _)| left.cmp(right));
        let hashes: Vec<_> = editions.iter().map(|(rest, it)| (format!("{prefix}{rest}"), it.hash)).collect();
        let dates = self.parts.store.editions(&hashes, (self.parts.clock)().as_millisecond()).await?;
        let dated = editions.into_iter().zip(dates).map(|((rest, mut edition), changed_ms)| {
            edition.changed_ms = changed_ms;
            (rest, Arc::new(edition))
        });
        Ok(dated.collect())
    }
}

/// Sources as readers see them.
type Names = HashMap<SourceId, Arc<SourceName>>;

/// The addresses under which a publication was once known.
fn aliases(publication: &Publication) -> impl Iterator<Item = (PublicationPath, PublicationPath)> {
    let kind = publication.path.kind;
    publication
        .aliases
        .iter()
        .map(move |slug| (PublicationPath { kind, slug: slug.clone() }, publication.path.clone()))
}
