//! Publishers to store: rounds, and when they run.

mod claims;
mod cleaning;
mod hosts;
mod learning;
mod leases;
mod likeness;
pub mod matching;
pub mod memory;
pub mod mint;
pub mod pictures;
pub mod ping;
mod polling;
mod reading;
mod reliance;
mod repetition;
mod resemblance;
pub mod retention;
pub mod round;
pub mod schedule;
mod settling;
mod signs;
mod stamp;
mod state;
pub mod websub;
mod withdrawing;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use tokio::sync::{Notify, Semaphore};

use crate::{
    fetch::Fetcher,
    model::{Clock, Source, SourceId},
    parse, sanitize,
    store::Store,
};

pub use cleaning::clean_again;
use leases::Leases;
pub use memory::{Memory, MemoryLimits};
pub use mint::Mint;
pub use pictures::{PictureLimits, Pictures, Wanted};
pub use ping::{Pinged, Pings};
pub use reading::sift;
pub use retention::Keep;
pub use round::{Ask, Round, RoundError};
pub use websub::{Subscriber, WebSubLimits};

/// What read and cleaned the entries: when either part changes, each source's document is read again in full, once.
pub const READER_VERSION: i64 = parse::VERSION * cleaning::PARSE + sanitize::VERSION;

/// Bounds of ingest.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Documents parsed or cleaned at the same time: CPU work on hostile input.
    pub readers_max: usize,
    /// How long a claim on a source holds if its node dies, milliseconds.
    pub lease_ms: i64,
    /// How often leases are prolonged while rounds run, milliseconds: several times while one holds.
    pub renew_ms: u64,
    /// Sources taken from the due queue at once.
    pub due_max: usize,
    /// How long a stopping process waits for running rounds, milliseconds.
    pub drain_ms_max: u64,
    /// How often the store is asked for a round that is under way while it is in trouble: for less time than a lease
    /// holds.
    pub store_tries_max: u32,
    /// What is remembered of the documents that were read.
    pub memory: MemoryLimits,
}

impl Default for Limits {
    fn default() -> Self {
        let readers_max = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            readers_max,
            lease_ms: 45_000,
            renew_ms: 10_000,
            due_max: 20_000,
            drain_ms_max: 5_000,
            store_tries_max: 10,
            memory: MemoryLimits::default(),
        }
    }
}

/// The bounds of the adaptive pace.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// Never sooner, unless a source's `every` says so.
    pub min: SignedDuration,
    /// Never later, unless the publisher says so.
    pub max: SignedDuration,
}

/// What the configuration says of polling: replaced as a whole when it changes. A round works with what held when it
/// began.
#[derive(Clone)]
pub struct Terms {
    /// The door to the outside.
    pub fetcher: Fetcher,
    /// Bounds of the adaptive pace.
    pub interval: Interval,
    /// Rounds at the same time.
    pub rounds_max: usize,
    /// Requests to one host at the same time.
    pub per_host_max: usize,
    /// The sources that this process polls, by their ids.
    pub sources: Arc<HashMap<SourceId, Arc<Source>>>,
    /// The secret addresses under which they are pinged.
    pub pings: Arc<Pings>,
    /// Whose images are kept for readers.
    pub images: Arc<Wanted>,
    /// Where the site stands, without a slash behind it: hubs call below it.
    pub public_url: Arc<str>,
}

impl Terms {
    /// A source as it is to be asked now; `None` if the configuration has taken it out or moved it since it stood in line.
    /// Whoever wants it now has named it, and gets it in any case.
    fn current(&self, source: &Arc<Source>, ask: Ask) -> Option<Arc<Source>> {
        match self.sources.get(&source.id) {
            Some(it) if it.url == source.url && (it.enabled || ask == Ask::Now) => Some(Arc::clone(it)),
            _ => (ask == Ask::Now).then(|| Arc::clone(source)),
        }
    }
}

/// Everything a round needs, once per process.
pub struct Ingest {
    pub(crate) store: Store,
    pub(crate) mint: Mint,
    pub(crate) node: String,
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    terms: ArcSwap<Terms>,
    /// Rung whenever a round kept something, so that `publish` need not wait for its next look at the store.
    pub(crate) kept: Arc<Notify>,
    pub(crate) memory: Memory,
    /// Rung when a source's poll was brought forward.
    hurry: Notify,
    /// Sources that were pinged while they were being asked: what the publisher has is newer than what comes.
    pinged: Mutex<BTreeSet<SourceId>>,
    /// Rung whenever a round found that a source names another hub than before.
    announced: Notify,
    hubs: websub::Trust,
    leases: Arc<Leases>,
    readers: Semaphore,
}

/// What varies between processes and tests.
pub struct Parts {
    /// What the configuration says.
    pub terms: Terms,
    /// Where entries are kept.
    pub store: Store,
    /// Who mints ids.
    pub mint: Mint,
    /// This process among all that share the store.
    pub node: String,
    /// The clock.
    pub clock: Clock,
    /// Bounds.
    pub limits: Limits,
    /// Rung when something was kept.
    pub kept: Arc<Notify>,
}

impl Ingest {
    /// Puts the parts together. Nothing is fetched until a round is asked for.
    pub fn new(parts: Parts) -> Self {
        let Parts { terms, store, mint, node, clock, limits, kept } = parts;
        let readers = Semaphore::new(limits.readers_max);
        let memory = Memory::new(limits.memory);
        Self {
            store,
            mint,
            node,
            clock,
            limits,
            terms: ArcSwap::from_pointee(terms),
            kept,
            memory,
            hurry: Notify::new(),
            pinged: Mutex::default(),
            announced: Notify::new(),
            hubs: websub::Trust::default(),
            leases: Arc::default(),
            readers,
        }
    }

    /// From now on `terms` hold; rounds that are under way end as they began.
    pub fn take(&self, terms: Terms) {
        self.terms.store(Arc::new(terms));
    }

    /// What the configuration says at this moment.
    pub(crate) fn terms(&self) -> Arc<Terms> {
        self.terms.load_full()
    }

    /// Runs CPU work on hostile input on the bounded pool. A panic in it is the caller's error, not the process's.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RoundError> {
        let _turn = self.readers.acquire().await.map_err(|_| RoundError::Stopping)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| RoundError::Panicked)
    }
}
