//! The press: when a source changed, or time moved something in or out, the publications that take it are printed anew.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    thread::available_parallelism,
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::{sync::Notify, task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{
    Newsstand, Programme, Showing, Standing,
    plates::{self, Plates, Printed},
    programme::{Compiled, Prepared},
    shortlist::{Memory, Shortlist},
};
use crate::{
    model::{Clock, PublicationPath, Site, SourceId},
    render::Edition,
    select::SelectError,
    store::{Store, StoreError},
};

/// How often the store's change counter is looked at, milliseconds.
const LOOK_MS: u64 = 500;
/// Most publications that are printed at the same time, however many cores there are: each takes readers of the store.
const PRINTING_MAX: usize = 8;
/// Most publications that a change names in the log one by one.
const PATHS_TOLD_MAX: usize = 5;
/// An edition that every publication has: those that the store has noted tell what was ever published.
const EVERYWHERE: &str = "/feed.rss";

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
    /// What is printed first.
    pub programme: Programme,
    /// The clock.
    pub clock: Clock,
    /// Rung by ingest in this process.
    pub kept: Arc<Notify>,
}

/// Prints publications and puts them on the stand.
pub struct Publish {
    store: Store,
    clock: Clock,
    kept: Arc<Notify>,
    /// What is to stand.
    wanted: ArcSwap<Compiled>,
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
    /// What stands; nothing before everything has been printed once.
    programme: Option<Arc<Compiled>>,
    /// The change number up to which everything is printed.
    seen: i64,
    /// When a publication changes by itself.
    alarms: HashMap<PublicationPath, Timestamp>,
}

impl Publish {
    /// Compiles every selection. Nothing stands until [`Publish::run`] has printed it.
    pub fn new(parts: Parts) -> Result<Self, PublishError> {
        let Parts { store, programme, clock, kept } = parts;
        let stand = Arc::new(Newsstand::new(Arc::clone(&programme.site)));
        let wanted = ArcSwap::from_pointee(Compiled::new(programme, None)?);
        Ok(Self { store, clock, kept, wanted, stand })
    }

    /// The stand that readers are served from.
    pub fn stand(&self) -> Arc<Newsstand> {
        Arc::clone(&self.stand)
    }

    /// Compiles another programme, as far as it differs from the one that is wanted now.
    ///
    /// # Errors
    /// A selection that cannot be compiled.
    pub fn compile(&self, programme: Programme) -> Result<Compiled, PublishError> {
        Ok(Compiled::new(programme, Some(&self.wanted.load()))?)
    }

    /// From now on another programme is to stand. What it changes is printed first, and then put on the stand in one
    /// swap: readers have the old one or the new one, and nothing between.
    pub fn take(&self, programme: Compiled) {
        self.wanted.store(Arc::new(programme));
        self.kept.notify_one();
    }

    /// Prints everything from the store, so that a restart serves at once what was served before; then keeps printing
    /// what changes until `shutdown`, which is heard between two publications.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let mut progress = Progress::default();
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !shutdown.is_cancelled() {
            let began = Instant::now();
            let wanted = self.wanted.load_full();
            let printed = match progress.programme.clone() {
                Some(standing) if Arc::ptr_eq(&standing, &wanted) => {
                    self.follow(&standing, &mut progress, &shutdown).await
                }
                before => self.change(before, &wanted, &mut progress, &shutdown).await,
            };
            let is_well = printed.is_ok();
            match printed {
                // What is wrong with the store it tells by itself, once a minute.
                Err(PublishError::Store(error)) if error.is_trouble() => {}
                Err(error) => warn!(%error, "what stands stays: {error}"),
                Ok(()) => {}
            }
            // While many sources change at once, the press rests half as long as it has worked, but not longer than half a
            // look: readers are to see a change within a second, however long it takes to print.
            let rest = (began.elapsed() / 2).min(Duration::from_millis(LOOK_MS / 2));
            let is_open = progress.programme.is_some();
            let rung = async {
                tokio::time::sleep(rest).await;
                tokio::select! {
                    () = self.kept.notified(), if is_open && is_well => {}
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
        let programme = self.wanted.load_full();
        for prepared in programme.prepared.iter().filter(|it| it.publication.path == *path) {
            self.stand.put(self.print(&programme.site, prepared, Memory::Left).await?.showing);
        }
        Ok(())
    }

    /// Prints what `programme` has and `before` had not just so, and puts all of it on the stand in one swap.
    async fn change(
        self: &Arc<Self>,
        before: Option<Arc<Compiled>>,
        programme: &Arc<Compiled>,
        progress: &mut Progress,
        shutdown: &CancellationToken,
    ) -> Result<(), PublishError> {
        let once = self.once_published(before.is_some()).await?;
        // Of what stands already, later changes are found from where the last look ended.
        let (seen, _) = self.store.changed_since(i64::MAX).await?;
        let due = programme.changed_since(before.as_deref());
        let mut printed = Vec::with_capacity(due.len());
        if !self.print_each(programme, due, shutdown, |it| printed.push(it)).await? {
            return Ok(());
        }
        let front = self.front(programme).await?;
        let paths = programme.paths();
        let (mut showings, aliases) = (self.stand.standing().showings.clone(), programme.aliases());
        showings.retain(|path, _| paths.contains(path));
        progress.alarms.retain(|path, _| paths.contains(path));
        let removed: HashSet<_> = once.into_iter().filter(|it| !paths.contains(it)).collect();
        tell(before.as_deref(), programme, &printed);
        for Print { showing, changes_at } in printed {
            progress.note(&showing, changes_at);
            showings.insert(showing.publication.path.clone(), Arc::new(showing));
        }
        let site = Arc::clone(&programme.site);
        self.stand.replace(Standing { site, showings, front, aliases, removed, is_complete: true });
        if progress.programme.replace(Arc::clone(programme)).is_none() {
            progress.seen = seen;
        }
        Ok(())
    }

    /// What was ever published: by any process before the start, and by this one since.
    async fn once_published(&self, is_open: bool) -> Result<HashSet<PublicationPath>, PublishError> {
        if is_open {
            let standing = self.stand.standing();
            return Ok(standing.removed.iter().chain(standing.showings.keys()).cloned().collect());
        }
        let kept = self.store.edition_paths(EVERYWHERE).await?;
        let path = |it: &String| PublicationPath::parse(it.strip_suffix(EVERYWHERE)?.trim_start_matches('/'));
        Ok(kept.iter().filter_map(path).collect())
    }

    /// Prints what changed since the last look.
    async fn follow(
        self: &Arc<Self>,
        programme: &Arc<Compiled>,
        progress: &mut Progress,
        shutdown: &CancellationToken,
    ) -> Result<(), PublishError> {
        let (seen, changed) = self.store.changed_since(progress.seen).await?;
        let changed: HashSet<SourceId> = changed.into_iter().collect();
        let now = (self.clock)();
        let is_due = |it: &&Arc<Prepared>| {
            progress.alarms.get(&it.publication.path).is_some_and(|at| *at <= now)
                || it.takes.iter().any(|it| changed.contains(&it.id))
        };
        let due: Vec<_> = programme.prepared.iter().filter(is_due).cloned().collect();
        let put = |Print { showing, changes_at }| {
            progress.note(&showing, changes_at);
            self.stand.put(showing);
        };
        if self.print_each(programme, due, shutdown, put).await? {
            progress.seen = seen;
        }
        Ok(())
    }

    /// Prints publications, several at a time, and gives each to `put`; whether none was left, because of `shutdown` or
    /// because another programme is wanted by now.
    ///
    /// A publication whose rendering breaks keeps what stands, and holds no other one back.
    async fn print_each(
        self: &Arc<Self>,
        programme: &Arc<Compiled>,
        due: Vec<Arc<Prepared>>,
        shutdown: &CancellationToken,
        mut put: impl FnMut(Print),
    ) -> Result<bool, PublishError> {
        let at_once = available_parallelism().map_or(1, usize::from).min(PRINTING_MAX);
        let is_wanted = || !shutdown.is_cancelled() && Arc::ptr_eq(&self.wanted.load(), programme);
        let mut due = due.into_iter();
        let mut printing = JoinSet::new();
        let mut outcome = Ok(());
        loop {
            while printing.len() < at_once
                && outcome.is_ok()
                && is_wanted()
                && let Some(prepared) = due.next()
            {
                let (press, site) = (Arc::clone(self), Arc::clone(&programme.site));
                printing.spawn(async move { press.print(&site, &prepared, Memory::Kept).await });
            }
            let Some(printed) = printing.join_next().await else { break };
            match printed.unwrap_or_else(|_| Err(PublishError::Panicked("a publication".to_owned()))) {
                Ok(print) => put(print),
                Err(error @ PublishError::Panicked(_)) => error!(%error, "{error}"),
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| due.next().is_none())
    }

    async fn print(
        &self,
        site: &Arc<Site>,
        prepared: &Prepared,
        memory: Memory,
    ) -> Result<Print, PublishError> {
        let path = prepared.publication.path.clone();
        let began = Instant::now();
        let now = (self.clock)();
        let mut shortlist = Shortlist::new(&self.store, prepared, memory, now).await?;
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
            site: Arc::clone(site),
            publication: Arc::clone(&prepared.publication),
            shown,
            by_language,
            sources: shortlist.names,
            since: prepared.since,
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

    /// What the whole site says of its publications.
    async fn front(&self, programme: &Compiled) -> Result<HashMap<String, Arc<Edition>>, PublishError> {
        let site = Arc::clone(&programme.site);
        let publications: Vec<_> = programme.prepared.iter().map(|it| Arc::clone(&it.publication)).collect();
        let printed = tokio::task::spawn_blocking(move || plates::site(&site, &publications));
        let editions =
            printed.await.map_err(|_| PublishError::Panicked("the list of publications".to_owned()))?;
        self.dated("", editions).await
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
        let dates = self.store.editions(&hashes, (self.clock)().as_millisecond()).await?;
        let dated = editions.into_iter().zip(dates).map(|((rest, mut edition), changed_ms)| {
            edition.changed_ms = changed_ms;
            (rest, Arc::new(edition))
        });
        Ok(dated.collect())
    }
}

impl Progress {
    /// Takes note of when a publication changes by itself.
    fn note(&mut self, showing: &Showing, changes_at: Option<Timestamp>) {
        let path = showing.publication.path.clone();
        match changes_at {
            Some(at) => self.alarms.insert(path, at),
            None => self.alarms.remove(&path),
        };
    }
}

/// Says what another programme changes for readers.
fn tell(before: Option<&Compiled>, programme: &Compiled, printed: &[Print]) {
    let Some(before) = before else {
        let count = programme.prepared.len();
        return info!(publications = count, "{count} publications stand");
    };
    let (old, new) = (before.paths(), programme.paths());
    let removed: Vec<String> = old.difference(&new).map(|it| it.to_string()).collect();
    let printed: Vec<String> = printed.iter().map(|it| it.showing.publication.path.to_string()).collect();
    for (paths, what) in [(printed, "printed anew"), (removed, "removed")] {
        match paths.as_slice() {
            [] => {}
            few if few.len() <= PATHS_TOLD_MAX => {
                info!(publications = few.len(), "{} {what}", few.join(", "))
            }
            many => info!(publications = many.len(), "{} publications {what}", many.len()),
        }
    }
}
