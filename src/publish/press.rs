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
    shortlist::{Names, Shortlist},
};
use crate::{
    model::{
        Clock, PollState, Publication, PublicationKind, PublicationPath, Site, Slug, Source, SourceId,
        publication::SourceName,
    },
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
        let names = self.names().await?;
        for desk in self.desks.iter().filter(|it| it.publication.path == *path) {
            self.print(desk, &names, &mut Progress::default()).await?;
        }
        Ok(())
    }

    async fn open(&self, progress: &mut Progress) -> Result<(), PublishError> {
        let (seen, _) = self.parts.store.changed_since(i64::MAX).await?;
        let names = self.names().await?;
        for desk in &self.desks {
            self.print(desk, &names, progress).await?;
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
        let touched = |desk: &&Desk| {
            let is_due = progress.alarms.get(&desk.publication.path).is_some_and(|at| *at <= now);
            is_due || desk.takes.iter().any(|it| changed.contains(it))
        };
        let touched: Vec<&Desk> = self.desks.iter().filter(touched).collect();
        if !touched.is_empty() {
            let names = self.names().await?;
            for desk in touched {
                self.print(desk, &names, progress).await?;
            }
        }
        progress.seen = seen;
        Ok(())
    }

    async fn print(&self, desk: &Desk, names: &Names, progress: &mut Progress) -> Result<(), PublishError> {
        let path = desk.publication.path.clone();
        let now = (self.parts.clock)();
        let selection = &desk.publication.selection;
        let taken = (desk.takes.as_slice(), selection.limit);
        let mut shortlist = Shortlist::new(&self.parts.store, &path, taken, names).await?;
        let picked = shortlist.pick(&desk.selector, None, now).await?;
        let mut by_language = HashMap::new();
        for lang in &selection.languages {
            let picked = shortlist.pick(&desk.selector, Some(lang), now).await?;
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
            sources: desk.takes.iter().filter_map(|it| names.get(it).cloned()).collect(),
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

    /// What readers see as the sources' names: the operator's title, else the feed's own, else the host.
    async fn names(&self) -> Result<Names, PublishError> {
        let states: HashMap<SourceId, PollState> =
            self.parts.store.poll_states().await?.into_iter().collect();
        let named = self.parts.sources.iter().map(|source| {
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

/// The addresses under which a publication was once known.
fn aliases(publication: &Publication) -> impl Iterator<Item = (PublicationPath, PublicationPath)> {
    let kind = publication.path.kind;
    publication
        .aliases
        .iter()
        .map(move |slug| (PublicationPath { kind, slug: slug.clone() }, publication.path.clone()))
}
