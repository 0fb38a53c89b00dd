//! The press: when a source changed, or time moved something in or out, the publications that take it are printed anew.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    thread::available_parallelism,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{sync::Notify, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{
    Newsstand, Showing,
    plates::{self, Plates, Printed},
    shortlist::{Memory, Prepared, Shortlist},
};
use crate::{
    model::{Clock, Publication, PublicationKind, PublicationPath, Site, Slug, Source, SourceId},
    render::Edition,
    select::{SelectError, Selector},
    store::{Store, StoreError},
};

/// How often the store's change counter is looked at, milliseconds.
const LOOK_MS: u64 = 500;
/// Most publications that are printed at the same time, however many cores there are: each takes readers of the store.
const PRINTING_MAX: usize = 8;

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

/// Prints publications and puts them on the stand.
pub struct Publish {
    parts: Parts,
    prepared: Vec<Arc<Prepared>>,
    stand: Arc<Newsstand>,
}

/// One publication, printed.
struct Print {
    showing: Showing,
    /// When it changes by itself.
    changes_at: Option<Timestamp>,
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
    /// Compiles every selection. Nothing stands until [`Publish::run`] has printed it.
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
            Ok::<_, PublishError>(Arc::new(Prepared {
                publication: Arc::clone(publication),
                selector,
                takes,
            }))
        };
        let prepared = parts.publications.iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(Self { parts, prepared, stand: Arc::new(Newsstand::default()) })
    }

    /// The stand that readers are served from.
    pub fn stand(&self) -> Arc<Newsstand> {
        Arc::clone(&self.stand)
    }

    /// Prints everything from the store, so that a restart serves at once what was served before; then keeps printing
    /// what changes until `shutdown`, which is heard between two publications.
    pub async fn run(self, shutdown: CancellationToken) {
        let press = Arc::new(self);
        let mut progress = Progress::default();
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let kept = Arc::clone(&press.parts.kept);
        while !shutdown.is_cancelled() {
            let began = Instant::now();
            let complete = press.stand.standing().is_complete;
            let printed = if complete {
                press.follow(&mut progress, &shutdown).await
            } else {
                press.open(&mut progress, &shutdown).await
            };
            match printed {
                // What is wrong with the store it tells by itself, once a minute.
                Err(PublishError::Store(error)) if error.is_trouble() => {}
                Err(error) => warn!(%error, "what stands stays: {error}"),
                Ok(()) => {}
            }
            // While many sources change at once, the press rests half as long as it has worked, but not longer than half a
            // look: readers are to see a change within a second, however long it takes to print.
            let rest = (began.elapsed() / 2).min(Duration::from_millis(LOOK_MS / 2));
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

    /// Prints one publication, for a command that wants its editions: nothing is put on record, and no edition is dated.
    pub async fn print_only(&self, path: &PublicationPath) -> Result<(), PublishError> {
        for prepared in self.prepared.iter().filter(|it| it.publication.path == *path) {
            self.stand.put(self.print(prepared, Memory::Left).await?.showing);
        }
        Ok(())
    }

    async fn open(
        self: &Arc<Self>,
        progress: &mut Progress,
        shutdown: &CancellationToken,
    ) -> Result<(), PublishError> {
        let (seen, _) = self.parts.store.changed_since(i64::MAX).await?;
        if !self.print_each(self.prepared.clone(), progress, shutdown).await? {
            return Ok(());
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
    async fn follow(
        self: &Arc<Self>,
        progress: &mut Progress,
        shutdown: &CancellationToken,
    ) -> Result<(), PublishError> {
        let (seen, changed) = self.parts.store.changed_since(progress.seen).await?;
        let changed: HashSet<SourceId> = changed.into_iter().collect();
        let now = (self.parts.clock)();
        let is_due = |it: &&Arc<Prepared>| {
            progress.alarms.get(&it.publication.path).is_some_and(|at| *at <= now)
                || it.takes.iter().any(|it| changed.contains(&it.id))
        };
        let due: Vec<_> = self.prepared.iter().filter(is_due).cloned().collect();
        if self.print_each(due, progress, shutdown).await? {
            progress.seen = seen;
        }
        Ok(())
    }

    /// Prints publications, several at a time, and puts each on the stand as a whole; whether none was left for `shutdown`.
    ///
    /// A publication whose rendering breaks keeps what stands, and holds no other one back.
    async fn print_each(
        self: &Arc<Self>,
        due: Vec<Arc<Prepared>>,
        progress: &mut Progress,
        shutdown: &CancellationToken,
    ) -> Result<bool, PublishError> {
        let at_once = available_parallelism().map_or(1, usize::from).min(PRINTING_MAX);
        let mut due = due.into_iter();
        let mut printing = JoinSet::new();
        let mut outcome = Ok(());
        loop {
            while printing.len() < at_once
                && outcome.is_ok()
                && !shutdown.is_cancelled()
                && let Some(prepared) = due.next()
            {
                let press = Arc::clone(self);
                printing.spawn(async move { press.print(&prepared, Memory::Kept).await });
            }
            let Some(printed) = printing.join_next().await else { break };
            match printed.unwrap_or_else(|_| Err(PublishError::Panicked("a publication".to_owned()))) {
                Ok(print) => {
                    let path = print.showing.publication.path.clone();
                    match print.changes_at {
                        Some(at) => progress.alarms.insert(path, at),
                        None => progress.alarms.remove(&path),
                    };
                    self.stand.put(print.showing);
                }
                Err(error @ PublishError::Panicked(_)) => error!(%error, "{error}"),
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| due.next().is_none())
    }

    async fn print(&self, prepared: &Prepared, memory: Memory) -> Result<Print, PublishError> {
        let path = prepared.publication.path.clone();
        let began = Instant::now();
        let now = (self.parts.clock)();
        let mut shortlist = Shortlist::new(&self.parts.store, prepared, memory, now).await?;
        let picked = shortlist.pick(None).await?;
        let shown = shortlist.shown(picked.shown).await?;
        let mut alarms = vec![picked.changes_at];
        let mut by_language = HashMap::new();
        for lang in &prepared.publication.selection.languages {
            let picked = shortlist.pick(Some(lang)).await?;
            alarms.push(picked.changes_at);
            by_language.insert(lang.clone(), shortlist.shown(picked.shown).await?);
        }
        let plates = Plates {
            site: Arc::clone(&self.parts.site),
            publication: Arc::clone(&prepared.publication),
            shown,
            by_language,
            sources: shortlist.names,
            standing: self.stand.standing().showings.get(&path).cloned(),
        };
        let printed = tokio::task::spawn_blocking(move || {
            let editions = plates.print();
            (plates, editions)
        });
        let (plates, editions) = printed.await.map_err(|_| PublishError::Panicked(path.to_string()))?;
        let editions = match memory {
            Memory::Kept => self.dated(&format!("/{path}"), editions).await?,
            Memory::Left => editions.into_iter().map(|(rest, it)| (rest, Arc::new(it))).collect(),
        };
        let changes_at = alarms.into_iter().flatten().min();
        debug!(publication = %path, "printed {path} in {} ms", began.elapsed().as_millis());
        Ok(Print { showing: plates.showing(editions), changes_at })
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
