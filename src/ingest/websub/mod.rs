//! The WebSub subscriber (W3C Recommendation of 23 January 2018): hubs push what feeds publish, so that it is shown at
//! once and polling is only the safety net.
//!
//! A round finds the hub that a feed announces. `subscribing` asks it, again at four fifths of each lease, and takes leave
//! when a source has no use for it any more. `callback` is what the hub says to us: it makes sure that we asked, and
//! brings signed documents. `push` reads those on the way that rounds take. All that is known of a subscription is in
//! the store, so that a hub may call any node.

mod callback;
mod push;
mod stages;
mod subscribing;
mod trust;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use ring::rand::{SecureRandom as _, SystemRandom};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::Ingest;
use crate::{
    fetch,
    model::{Source, SourceId, source::Secret},
};

use callback::Rates;
pub use callback::{Caller, Heard, Pushed, Verification};
use push::Push;
pub(super) use trust::Trust;

/// Where hubs call, below `public_url`.
const PATH: &str = "/websub/";
/// Random bytes of a token or a secret: twice as many digits.
const RANDOM_BYTES: usize = 32;

/// Bounds of the subscriber.
#[derive(Clone, Copy, Debug)]
pub struct WebSubLimits {
    /// How often it is looked for subscriptions that are due, milliseconds.
    pub look_ms: u64,
    /// How often announcements and subscriptions are compared, milliseconds; a round that finds a hub need not wait.
    pub survey_ms: i64,
    /// Hubs asked at the same time.
    pub errands_max: usize,
    /// Of these, at one host.
    pub errands_per_host_max: usize,
    /// Calls of hubs that ask the store at the same time; further ones are told to come back.
    pub callers_max: usize,
    /// Pushes that are being received, wait or are read.
    pub pushes_max: usize,
    /// Their bytes, all together.
    pub pushed_bytes_max: usize,
    /// How long a push waits for room before it is told to come back, milliseconds.
    pub room_ms_max: u64,
    /// Pushes for one source within a minute.
    pub pushes_per_minute_max: u32,
    /// How long a stopping process reads what was pushed, milliseconds.
    pub drain_ms_max: u64,
}

impl Default for WebSubLimits {
    fn default() -> Self {
        Self {
            look_ms: 1_000,
            survey_ms: 30_000,
            errands_max: 8,
            errands_per_host_max: 2,
            callers_max: 64,
            pushes_max: 256,
            pushed_bytes_max: 32 << 20,
            room_ms_max: 5_000,
            pushes_per_minute_max: 120,
            drain_ms_max: 5_000,
        }
    }
}

/// The subscriber of one process.
pub struct Subscriber {
    ingest: Arc<Ingest>,
    limits: WebSubLimits,
    random: SystemRandom,
    callers: Semaphore,
    /// One for each push.
    places: Arc<Semaphore>,
    /// One for each KiB of them.
    room: Arc<Semaphore>,
    rates: Rates,
    queue: mpsc::Sender<Push>,
    /// The other end of the queue, until it runs.
    pushes: Mutex<Option<mpsc::Receiver<Push>>>,
    /// Sources that were polled here and are not any more, while there is leave to be taken for them.
    departed: Mutex<HashMap<SourceId, Arc<Source>>>,
}

impl Subscriber {
    /// A subscriber for what `ingest` polls. Nothing is asked until it runs.
    pub fn new(ingest: Arc<Ingest>, limits: WebSubLimits) -> Self {
        let (queue, pushes) = mpsc::channel(limits.pushes_max);
        Self {
            ingest,
            limits,
            random: SystemRandom::new(),
            callers: Semaphore::new(limits.callers_max),
            places: Arc::new(Semaphore::new(limits.pushes_max)),
            room: Arc::new(Semaphore::new(limits.pushed_bytes_max >> 10)),
            rates: Rates::default(),
            queue,
            pushes: Mutex::new(Some(pushes)),
            departed: Mutex::default(),
        }
    }

    /// Subscribes, renews, takes leave and reads what is pushed, until `shutdown`; what was pushed before is read to the
    /// end within a bounded time.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        tokio::join!(self.subscribing(&shutdown), self.reading_pushes(&shutdown));
    }

    /// What stands before the token in the addresses that hubs call.
    fn callback(&self) -> String {
        format!("{}{PATH}", self.ingest.terms().public_url)
    }

    /// Whether only this machine or its network could call there.
    fn is_local(&self) -> bool {
        Url::parse(&self.ingest.terms().public_url).is_ok_and(|it| fetch::is_local(&it))
    }

    /// A source that this process polls now, if a hub could push it.
    fn polled(&self, source: &SourceId) -> Option<Arc<Source>> {
        let terms = self.ingest.terms();
        terms.sources.get(source).filter(|it| it.enabled && it.path.is_none()).cloned()
    }

    /// Digits that nobody can guess; `None` where the system has no chance to give.
    fn chance(&self) -> Option<Secret> {
        let mut bytes = [0; RANDOM_BYTES];
        self.random.fill(&mut bytes).ok()?;
        Some(Secret(bytes.iter().map(|it| format!("{it:02x}")).collect::<String>().into()))
    }

    fn now_ms(&self) -> i64 {
        (self.ingest.clock)().as_millisecond()
    }

    fn departed(&self) -> std::sync::MutexGuard<'_, HashMap<SourceId, Arc<Source>>> {
        self.departed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `token` could be one of ours: nothing else is worth a question to the store.
fn is_token(token: &str) -> bool {
    token.len() == RANDOM_BYTES * 2 && token.bytes().all(|it| it.is_ascii_hexdigit())
}

/// A hub in a sentence: its host, because the rest of an address may hold a secret.
fn name(hub: &str) -> String {
    let host = Url::parse(hub).ok().and_then(|it| it.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "a hub without a host".to_owned())
}
