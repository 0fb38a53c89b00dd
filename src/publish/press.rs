//! The press: when a source changed, or time moved something in or out, the publications that take it are printed anew.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{
    Newsstand,
    plates::{self, Plates, Printed},
    shortlist::Shortlist,
};
use crate::{
    model::{Clock, Publication, PublicationKind, PublicationPath, Site, Slug, Source, SourceId},
    render::Edition,
    select::{SelectError, Selector},
    store::{Store, StoreError},
};

/// How often the store's change counter is looked at, milliseconds.
const LOOK_MS: u64 = 500;

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
struct Prepared {
    publication: Arc<Publication>,
    selector: Selector,
    /// Everything it may take from, brands' sources included.
    takes: Vec<Arc<Source>>,
}

/// Prints publications and puts them on the stand.
pub struct Publish {
    parts: Parts,
    prepared: Vec<Prepared>,
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
        let sources: HashMap<&SourceId, &Arc<Source>> = parts.sources.iter().map(|it| (&it.id, it)).collect();
        let prepare = |publication: &Arc<Publication>| {
            let named: Vec<&Publication> =
                publication.selection.brands.iter().filter_map(|it| brands.get(it).copied()).collect();
            let own = publication.selection.sources.iter();
            let mut once = HashSet::new();
            let taken =
                own.chain(named.iter().flat_map(|it| &it.selection.sources)).filter(|it| once.insert(*it));
            let takes = taken.filter_map(|it| sources.get(it).copied().cloned()).collect();
            let selector = Selector::new(publication, &named)?;
            Ok::<_, PublishError>(Prepared { publication: Arc::clone(publication), selector, takes })
        };
        let prepared = parts.publications.iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(Self { parts, prepared, stand: Arc::new(Newsstand::default()) })
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
            let began = Instant::now();
            let complete = self.stand.standing().is_complete;
            let printed =
                if complete { self.follow(&mut progress).await } else { self.open(&mut progress).await };
            if let Err(error) = printed {
                warn!(%error, "what stands stays: {error}");
            }
            // While many sources change at once, printing takes half of the time at most.
            let rest = began.elapsed().min(Duration::from_millis(LOOK_MS));
            let rung = async {
                tokio::time::sleep(rest).await;
                tokio::select! {
                    () = kept.notified(), if complete => {}
                    _ = look.tick() => {}
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = rung => {}
            }
        }
    }

    /// Prints one publication, for a command that wants its editions.
    pub async fn print_only(&self, path: &PublicationPath) -> Result<(), PublishError> {
        for prepared in self.prepared.iter().filter(|it| it.publication.path == *path) {
            self.print(prepared, &mut Progress::default()).await?;
        }
        Ok(())
    }

    async fn open(&self, progress: &mut Progress) -> Result<(), PublishError> {
        let (seen, _) = self.parts.store.changed_since(i64::MAX).await?;
        for prepared in &self.prepared {
            self.print_or_skip(prepared, progress).await?;
        }
        self.print_site().await?;
        progress.seen = seen;
        let aliases: HashMap<_, _> = self.prepared.iter().flat_map(|it| aliases(&it.publication)).collect();
        self.stand.change(|standing| {
            standing.aliases.clone_from(&aliases);
            standing.is_complete = true;
        });
        info!(publications = self.prepared.len(), "{} publications stand", self.prepared.len());
        Ok(())
    }

    /// Prints what changed since the last look.
    async fn follow(&self, progress: &mut Progress) -> Result<(), PublishError> {
        let (seen, changed) = self.parts.store.changed_since(progress.seen).await?;
        let changed: HashSet<SourceId> = changed.into_iter().collect();
        let now = (self.parts.clock)();
        for prepared in &self.prepared {
            let is_due = progress.alarms.get(&prepared.publication.path).is_some_and(|at| *at <= now);
            if is_due || prepared.takes.iter().any(|it| changed.contains(&it.id)) {
                self.print_or_skip(prepared, progress).await?;
            }
        }
        progress.seen = seen;
        Ok(())
    }

    /// A publication whose rendering breaks keeps what stands, and holds no other one back.
    async fn print_or_skip(&self, prepared: &Prepared, progress: &mut Progress) -> Result<(), PublishError> {
        match self.print(prepared, progress).await {
            Err(error @ PublishError::Panicked(_)) => {
                error!(%error, "{error}");
                Ok(())
            }
            printed => printed,
        }
    }

    async fn print(&self, prepared: &Prepared, progress: &mut Progress) -> Result<(), PublishError> {
        let path = prepared.publication.path.clone();
        let now = (self.parts.clock)();
        let selection = &prepared.publication.selection;
        let mut shortlist =
            Shortlist::new(&self.parts.store, &path, &prepared.takes, selection.limit).await?;
        let picked = shortlist.pick(&prepared.selector, None, now).await?;
        let mut alarms = vec![picked.changes_at];
        let mut by_language = HashMap::new();
        for lang in &selection.languages {
            let picked = shortlist.pick(&prepared.selector, Some(lang), now).await?;
            alarms.push(picked.changes_at);
            by_language.insert(lang.clone(), Arc::from(picked.shown));
        }
        match alarms.into_iter().flatten().min() {
            Some(at) => progress.alarms.insert(path.clone(), at),
            None => progress.alarms.remove(&path),
        };
        let plates = Plates {
            site: Arc::clone(&self.parts.site),
            publication: Arc::clone(&prepared.publication),
            shown: Arc::from(picked.shown),
            by_language,
            sources: shortlist.names,
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

/// The addresses under which a publication was once known.
fn aliases(publication: &Publication) -> impl Iterator<Item = (PublicationPath, PublicationPath)> {
    let kind = publication.path.kind;
    publication
        .aliases
        .iter()
        .map(move |slug| (PublicationPath { kind, slug: slug.clone() }, publication.path.clone()))
}
