//! How the parts are put together from the configuration.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use jiff::SignedDuration;
use tokio::sync::Notify;
use url::Url;

use super::{
    arguments::General,
    node::{Node, PROCESSES},
    outcome::Failure,
    progress::Progress,
    wall_clock,
};
use crate::{
    config::{self, Config, Content, Loaded, Overrides},
    fetch::{self, Fetcher},
    ingest::{self, Ingest, Interval, Keep, Mint, PictureLimits, Pictures, Pings, Terms, Wanted},
    media::{self, Gallery, Seal},
    model::{Clock, PublicationPath, Source, SourceId},
    publish::{self, Programme, Publish},
    sanitize,
    store::{Schema, Store, StoreError},
};

/// Reads the configuration; every complaint is in the failure.
pub fn load(general: &General) -> Result<Loaded, Failure> {
    look(general).map(|(loaded, _)| loaded)
}

/// The same, with what the configuration was made of.
pub fn look(general: &General) -> Result<(Loaded, Content), Failure> {
    let config::Look { outcome, content } = config::look(&general.config, &overrides(general));
    let loaded = outcome.map_err(|complaints| {
        Failure::usage(anyhow::anyhow!(
            "the configuration cannot be used\n{}",
            complaints.render(super::output::colours())
        ))
    });
    Ok((loaded?, content))
}

/// Reads the configuration, or, where there is no such file yet, what flags and environment say.
pub fn load_or_default(general: &General) -> Result<Loaded, Failure> {
    if general.config.exists() {
        return load(general);
    }
    let name = general.config.display().to_string();
    config::parse(&name, "version = 1\n", &overrides(general)).map_err(Failure::usage)
}

/// Flags and environment, as `config` takes them.
pub fn overrides(general: &General) -> Overrides {
    let mut set = general.set.clone();
    if let Some(listen) = &general.listen {
        set.push(("server.listen".to_owned(), listen.clone()));
    }
    Overrides::of_process(set)
}

/// Whether a command polls, or only looks at what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It polls: the store learns of every source of the configuration.
    Poll,
    /// It looks: the store stays as it is.
    Look,
}

/// The parts that a command works with.
pub struct House {
    /// The configuration.
    pub config: Config,
    /// The store, open.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Rung when ingest kept something.
    pub kept: Arc<Notify>,
    mint: Mint,
    node: String,
    /// What secrets of this site are derived from.
    secret: String,
}

impl House {
    /// Opens the store. What only looks leaves its tables as they are, whatever `schema` says.
    pub async fn open(config: Config, purpose: Purpose, schema: Schema) -> Result<Self, Failure> {
        let clock = wall_clock();
        let own = Node::own(Path::new(PROCESSES));
        let node = own.to_string();
        let schema = if purpose == Purpose::Look { Schema::AsItIs } else { schema };
        let store = Store::open(&config.store.url, &config.store.base, &node, schema);
        let store = store.await.map_err(|error| match error {
            StoreError::Missing => missing(&config.store.url, &error),
            error => Failure::store(error),
        })?;
        let now = clock();
        let authority =
            Url::parse(&config.site.public_url).ok().and_then(|it| it.host_str().map(str::to_owned));
        let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
        let minting = store.identity(&authority.unwrap_or_default(), year).await.map_err(Failure::store)?;
        if purpose == Purpose::Poll {
            match dismiss_dead(&store, &own, now.as_millisecond()).await {
                // It is said by the store. What stands can be served all the same, and leases run out by themselves.
                Err(error) if error.is_trouble() => {}
                done => done.map_err(Failure::store)?,
            }
        }
        let secret = store.secret(&fresh_secret()?).await.map_err(Failure::store)?;
        clean_again(&store).await?;
        let mint = Mint { authority: minting.authority, year: minting.year };
        let house = Self { config, store, clock, kept: Arc::new(Notify::new()), mint, node, secret };
        if purpose == Purpose::Poll {
            house.introduce().await.map_err(Failure::store)?;
        }
        Ok(house)
    }

    /// The same house under another configuration.
    pub fn under(&self, config: Config) -> Self {
        Self {
            config,
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            kept: Arc::clone(&self.kept),
            mint: self.mint.clone(),
            node: self.node.clone(),
            secret: self.secret.clone(),
        }
    }

    /// Tells the store of every source of the configuration: those that were called otherwise, then all.
    pub async fn introduce(&self) -> Result<(), StoreError> {
        let sources = &self.config.sources;
        let former = |it: &Arc<Source>| {
            let heirs = it.formerly.iter().map(|old| (old.clone(), it.id.clone()));
            heirs.collect::<Vec<_>>()
        };
        self.store.inherit(&sources.iter().flat_map(former).collect::<Vec<_>>()).await?;
        let known: Vec<_> = sources.iter().map(|it| (it.id.clone(), it.url.to_string())).collect();
        self.store.adopt(&known, (self.clock)().as_millisecond()).await
    }

    /// The polling half.
    pub fn ingest(&self) -> Result<Arc<Ingest>, Failure> {
        let parts = ingest::Parts {
            terms: self.terms()?,
            store: self.store.clone(),
            mint: self.mint.clone(),
            node: self.node.clone(),
            clock: Arc::clone(&self.clock),
            limits: ingest::Limits::default(),
            kept: Arc::clone(&self.kept),
        };
        Ok(Arc::new(Ingest::new(parts)))
    }

    /// The images of what `ingest` polls, in this node's folder.
    pub fn pictures(&self, ingest: &Arc<Ingest>) -> Result<Arc<Pictures>, Failure> {
        let place = &self.config.store;
        let folder = place.media_folder();
        let limits = media::Limits { disk_bytes_max: place.media_max, ..media::Limits::default() };
        let gallery = Gallery::open(&folder, limits, Arc::clone(&self.clock)).map_err(|error| {
            let folder = folder.display();
            Failure::store(anyhow::anyhow!(
                "{folder} cannot be used as the folder of images: {error}; another can be named by [store] media"
            ))
        })?;
        let (ingest, seal) = (Arc::clone(ingest), Seal::new(&self.secret));
        Ok(Arc::new(Pictures::new(ingest, gallery, seal, PictureLimits::default())))
    }

    /// What the configuration says of polling.
    pub fn terms(&self) -> Result<Terms, Failure> {
        let settings = &self.config.fetch;
        let by_id = self.config.sources.iter().map(|it| (it.id.clone(), Arc::clone(it)));
        Ok(Terms {
            fetcher: self.fetcher()?,
            interval: Interval { min: signed(settings.interval_min), max: signed(settings.interval_max) },
            rounds_max: settings.concurrency,
            per_host_max: settings.per_host,
            sources: Arc::new(by_id.collect()),
            images: Arc::new(Wanted::of(&self.config.publications, &self.config.sources)),
            public_url: self.config.site.public_url.as_str().into(),
            pings: Arc::new(Pings::new(&self.secret, self.config.sources.iter().map(|it| &it.id))),
        })
    }

    /// Where the publish hook of a company's own site may say that there is something new.
    pub fn ping(&self, source: &SourceId) -> String {
        self.config.site.address(&format!("/ping/{}", ingest::ping::secret(&self.secret, source)))
    }

    /// What is kept of each source.
    pub fn keep(&self) -> Keep {
        let settings = &self.config.store;
        Keep { age: settings.keep.map(signed), entries_max: settings.keep_entries_max }
    }

    /// The door to the outside, with this site's name on it.
    pub fn fetcher(&self) -> Result<Fetcher, Failure> {
        fetcher(&self.config, &self.clock, limits(&self.config))
    }

    /// The printing half.
    pub fn publish(&self) -> Result<Arc<Publish>, Failure> {
        let parts = publish::Parts {
            store: self.store.clone(),
            programme: programme(&self.config),
            clock: Arc::clone(&self.clock),
            kept: Arc::clone(&self.kept),
        };
        Publish::new(parts).map(Arc::new).map_err(Failure::usage)
    }
}

/// What a configuration wants printed.
pub fn programme(config: &Config) -> Programme {
    Programme {
        site: Arc::new(config.site.clone()),
        sources: config.sources.clone(),
        publications: config.publications.clone(),
    }
}

/// What a publisher may cost us, as the configuration says.
pub fn limits(config: &Config) -> fetch::Limits {
    let (timeout, body_bytes_max) = (config.fetch.timeout, config.fetch.body_max);
    fetch::Limits { timeout, body_bytes_max, ..fetch::Limits::default() }
}

/// A door to the outside with the site's name on it.
pub fn fetcher(config: &Config, clock: &Clock, limits: fetch::Limits) -> Result<Fetcher, Failure> {
    let settings = fetch::Settings {
        user_agent: user_agent(config.site.contact.as_deref()),
        reader_version: ingest::READER_VERSION,
        limits,
        proxy: config.fetch.proxy.clone(),
        roots: config.fetch.roots.clone(),
    };
    Fetcher::new(settings, Arc::clone(clock)).map_err(Failure::network)
}

/// What the secrets of a new site are derived from: 64 hexadecimal digits.
fn fresh_secret() -> Result<String, Failure> {
    let drawn: ring::rand::Random<[u8; 32]> = ring::rand::generate(&ring::rand::SystemRandom::new())
        .map_err(|_| Failure::store(anyhow::anyhow!("the system gives no random numbers")))?;
    Ok(drawn.expose().iter().map(|it| format!("{it:02x}")).collect())
}

/// Which publication is meant; the failure lists those there are.
pub fn publication<'a>(
    config: &'a Config,
    named: &str,
) -> Result<&'a Arc<crate::model::Publication>, Failure> {
    let path = PublicationPath::parse(named.trim_matches('/'));
    let found = path.and_then(|path| config.publications.iter().find(|it| it.path == path));
    let known = || config.publications.iter().map(|it| it.path.to_string()).collect::<Vec<_>>().join(", ");
    found
        .with_context(|| format!("there is no publication “{named}”; there are: {}", known()))
        .map_err(Failure::usage)
}

/// The sources that are named, or all that are enabled.
pub fn sources(config: &Config, ids: &[String]) -> Result<Vec<Arc<Source>>, Failure> {
    if ids.is_empty() {
        return Ok(config.sources.iter().filter(|it| it.enabled).cloned().collect());
    }
    let find = |id: &String| {
        let found = config.sources.iter().find(|it| it.id.as_str() == id).cloned();
        found
            .with_context(|| format!("there is no source “{id}”; `pressroll status` lists them"))
            .map_err(Failure::usage)
    };
    ids.iter().map(find).collect()
}

/// The name that publishers see.
pub fn user_agent(contact: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    contact.map_or_else(|| format!("pressroll/{version}"), |it| format!("pressroll/{version} (+{it})"))
}

fn signed(duration: std::time::Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Frees what processes of this machine held when they died, so that a restart need not wait for their leases to run out.
async fn dismiss_dead(store: &Store, own: &Node, now_ms: i64) -> Result<(), StoreError> {
    for name in store.holders(now_ms).await? {
        if Node::parse(&name).is_some_and(|it| own.knows_dead(&it, Path::new(PROCESSES))) {
            store.dismiss(&name).await?;
        }
    }
    Ok(())
}

/// Cleans what an older version's policy has cleaned, before anything is shown.
async fn clean_again(store: &Store) -> Result<(), Failure> {
    if store.cleaned_by().await.map_err(Failure::store)? >= sanitize::VERSION {
        return Ok(());
    }
    let progress = Progress::new("texts cleaned by this version");
    let all = store.count_entries().await.map_err(Failure::store)?.values().sum::<i64>().unsigned_abs();
    let cleaned = ingest::clean_again(store, |done| progress.at(done, all)).await;
    progress.end();
    cleaned.map(drop).map_err(Failure::store)
}

/// Opens a store for work that polls nothing.
pub async fn store(url: &str, base: &Path, schema: Schema) -> Result<Store, Failure> {
    let node = Node::own(Path::new(PROCESSES)).to_string();
    Store::open(url, base, &node, schema).await.map_err(|error| match error {
        StoreError::Missing => missing(url, &error),
        error => Failure::store(error),
    })
}

fn missing(url: &str, error: &StoreError) -> Failure {
    Failure::store(anyhow::anyhow!("{}: {error}", config::shown(url)))
}

/// Opens a store to be filled: one that is there already is not brought up to date for that, it is not empty anyway.
pub async fn empty(url: &str, base: &Path) -> Result<Store, Failure> {
    let node = Node::own(Path::new(PROCESSES)).to_string();
    let open = |schema| Store::open(url, base, &node, schema);
    match open(Schema::AsItIs).await {
        Err(StoreError::Missing) => open(Schema::Update).await,
        opened => opened,
    }
    .map_err(Failure::store)
}
