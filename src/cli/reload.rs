//! feeds.toml read again while everything runs: at SIGHUP, and when the content of any of its files has changed. A
//! configuration that cannot be used changes nothing, and is told once.

use std::{collections::HashMap, fmt::Display, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{
    arguments::General,
    changes::Changes,
    outcome::Failure,
    wiring::{self, House},
};
use crate::{
    config::{self, Config, Content, Loaded, Look},
    ingest::{Ingest, Keep, Pictures, Terms},
    model::Source,
    publish::Publish,
    store::StoreError,
    web::CacheLife,
};

/// How often the files are looked at, milliseconds.
const LOOK_MS: u64 = 1_000;
/// A file that has changed is read when it has stayed the same for this long, milliseconds: one that is being written is
/// left alone.
const SETTLE_MS: u64 = 250;

/// What works by the configuration, and takes another one while it works.
pub struct Works {
    /// The polling half.
    pub ingest: Arc<Ingest>,
    /// The images of entries.
    pub pictures: Arc<Pictures>,
    /// The printing half.
    pub publish: Arc<Publish>,
    /// How long others may keep an edition.
    pub life: CacheLife,
    /// What is kept of each source.
    pub keep: watch::Sender<Keep>,
}

impl Works {
    /// All of it, not yet at work.
    pub fn new(house: &House) -> Result<Self, Failure> {
        let ingest = house.ingest()?;
        Ok(Self {
            pictures: house.pictures(&ingest)?,
            ingest,
            publish: house.publish()?,
            life: CacheLife::new(house.config.server.cache_max),
            keep: watch::Sender::new(house.keep()),
        })
    }
}

/// Listens for SIGHUP from now on, which would otherwise end the process.
pub fn hangups() -> Result<Signal, Failure> {
    signal(SignalKind::hangup()).context("signals cannot be received").map_err(Failure::usage)
}

/// The watch over the configuration.
pub struct Reload {
    general: General,
    house: House,
    works: Works,
    /// What was made of the files when they were last read.
    content: Content,
    /// What the files said at the start of that which cannot change while the process runs.
    bound: Bound,
    /// Where readers are really served.
    address: SocketAddr,
    /// Whether a configuration waits for the store, which is told once.
    is_waiting: bool,
}

/// Why a configuration was not taken.
enum Untaken {
    /// The store is away: it is taken as soon as that is back.
    Later(StoreError),
    /// It cannot be, for this reason.
    Never(String),
}

impl Untaken {
    fn never(error: impl Display) -> Self {
        Self::Never(error.to_string())
    }

    fn of_the_store(error: StoreError) -> Self {
        if error.is_trouble() { Self::Later(error) } else { Self::never(error) }
    }
}

/// What a process is bound to until it ends: where it listens, and its store.
pub struct Bound {
    listen: SocketAddr,
    store: (String, PathBuf),
    /// The folder of images, and how much they may take.
    media: (PathBuf, u64),
}

impl Bound {
    /// What a configuration says of it, before anything is bound.
    pub fn of(config: &Config) -> Self {
        let store = (config.store.url.clone(), config.store.base.clone());
        let media = (config.store.media_folder(), config.store.media_max);
        Self { listen: config.server.listen, store, media }
    }

    /// What would have to be restarted for.
    fn told(&self, wanted: &Self) -> Vec<&'static str> {
        let keys = [
            ("server.listen", self.listen != wanted.listen),
            ("store.url", self.store != wanted.store),
            // Another store has another folder beside it.
            ("store.media", self.media.0 != wanted.media.0 && self.store == wanted.store),
            ("store.media_max", self.media.1 != wanted.media.1),
        ];
        keys.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
    }
}

impl Reload {
    /// A watch over the configuration that `house` was built from. `bound` is what its files said, and `address` where
    /// the site really listens.
    pub fn new(general: &General, read: (Content, Bound), house: House, works: Works) -> Self {
        let (content, bound) = read;
        let address = house.config.server.listen;
        Self { general: general.clone(), house, works, content, bound, address, is_waiting: false }
    }

    /// Watches until `shutdown`.
    pub async fn run(mut self, mut hangups: Signal, shutdown: CancellationToken) {
        let mut look = tokio::time::interval(Duration::from_millis(LOOK_MS));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                () = shutdown.cancelled() => return,
                Some(()) = hangups.recv() => true,
                _ = look.tick() => false,
            };
            if asked || self.has_changed().await {
                self.read_again().await;
            }
        }
    }

    /// Whether the content of the files is another one by now, and is no longer being written.
    async fn has_changed(&self) -> bool {
        let now = self.content_now().await;
        if now.as_ref().is_none_or(|it| *it == self.content) {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(SETTLE_MS)).await;
        self.content_now().await == now
    }

    /// The content of the files at this moment.
    async fn content_now(&self) -> Option<Content> {
        let content = self.content.clone();
        tokio::task::spawn_blocking(move || content.again()).await.ok()
    }

    async fn read_again(&mut self) {
        let (path, overrides) = (self.general.config.clone(), wiring::overrides(&self.general));
        let reading = tokio::task::spawn_blocking(move || config::look(&path, &overrides));
        let Ok(Look { outcome, content }) = reading.await else { return };
        let taken = match outcome {
            Ok(loaded) => self.take(loaded).await,
            Err(complaints) => Err(Untaken::Never(complaints.sentences())),
        };
        match taken {
            Ok(()) => (self.content, self.is_waiting) = (content, false),
            // The content stays the old one, so that the next look finds it changed once more.
            Err(Untaken::Later(error)) => {
                let is_told = std::mem::replace(&mut self.is_waiting, true);
                if !is_told {
                    warn!(%error, "{} is taken as soon as the store answers again: {error}", self.file());
                }
            }
            Err(Untaken::Never(why)) => {
                error!("{} cannot be used, so what was read before stays: {why}", self.file());
                (self.content, self.is_waiting) = (content, false);
            }
        }
    }

    /// Puts a good configuration in the place of the one before: the store knows its sources, then they are polled and
    /// what it changes is printed.
    async fn take(&mut self, loaded: Loaded) -> Result<(), Untaken> {
        let Loaded { mut config, warnings, .. } = loaded;
        let file = self.file();
        let bound = Bound::of(&config);
        config.listens_at(self.address);
        let changes = Changes::between(&self.house.config, &config);
        if !changes.is_none() {
            let before = &self.house.config;
            let is_same_door = config.fetch == before.fetch && config.site.contact == before.site.contact;
            let next = self.house.under(config);
            let terms = next.terms().map_err(|it| Untaken::Never(it.sentence()))?;
            // Connections are kept, and what is known of hosts.
            let terms = if is_same_door {
                Terms { fetcher: self.works.ingest.terms().fetcher.clone(), ..terms }
            } else {
                terms
            };
            let press = Arc::clone(&self.works.publish);
            let programme = wiring::programme(&next.config);
            let compiled = tokio::task::spawn_blocking(move || press.compile(programme)).await;
            let compiled = compiled.map_err(Untaken::never)?.map_err(Untaken::never)?;
            next.introduce().await.map_err(Untaken::of_the_store)?;
            self.works.publish.take(compiled);
            self.works.ingest.take(terms);
            self.works.life.becomes(next.config.server.cache_max);
            self.works.keep.send_replace(next.keep());
            // By now the configuration is taken, whatever the store says: sources that are not hastened keep their turn.
            if let Err(error) = self.hasten(&next.config).await {
                debug!(%error, "sources could not be asked sooner: {error}");
            }
            self.house = next;
        }
        info!(file, "reloaded {file}: {changes}");
        if !warnings.is_empty() {
            warn!(file, "{}", warnings.sentences());
        }
        for key in self.bound.told(&bound) {
            warn!(key, "`{key}` has changed, and needs a restart: until then the one before stays");
        }
        Ok(())
    }

    /// Sources that are to be asked more often by their `every` need not wait for the poll that was set before; whoever
    /// asked to be left alone is.
    async fn hasten(&self, next: &Config) -> Result<(), StoreError> {
        let before: HashMap<_, _> = self.house.config.sources.iter().map(|it| (&it.id, it.every)).collect();
        let is_another = |it: &&Arc<Source>| before.get(&it.id).is_some_and(|every| *every != it.every);
        for source in next.sources.iter().filter(is_another) {
            let Some(every_ms) = source.every.and_then(|it| i64::try_from(it.as_millis()).ok()) else {
                continue;
            };
            let Some(state) = self.house.store.poll_state(&source.id).await? else { continue };
            let at_ms = state.polled_ms.saturating_add(every_ms);
            let at_ms = at_ms.max(state.retry_until_ms).max(state.host_until_ms);
            self.house.store.hasten(&source.id, at_ms).await?;
        }
        Ok(())
    }

    /// What the configuration is called.
    fn file(&self) -> String {
        self.general.config.display().to_string()
    }
}
