//! What hubs say to us: that they want to make sure, that they do not want to, and what feeds publish.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use ring::hmac;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{info, warn};

use super::{Subscriber, is_token, name, push::Push, stages, subscribing::quoted};
use crate::{
    model::{Source, SourceId},
    store::{Stage, StoreError, Subscription},
};

/// Longest challenge that is repeated, bytes.
const CHALLENGE_BYTES_MAX: usize = 1_024;
/// How often what a hub says is tried to be kept while something else changes the subscription.
const TRIES_MAX: u32 = 5;
/// Sources whose pushes are counted at the same time.
const RATES_MAX: usize = 10_000;
/// How long they are counted, milliseconds.
const MINUTE_MS: i64 = 60_000;

/// What a hub hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// We did ask for it: the challenge, to be repeated.
    Confirmed(String),
    /// It was heard.
    Taken,
    /// Nobody here has asked for that.
    Unknown,
    /// Nobody here wants it any more.
    Unwanted,
    /// The push is larger than what is read.
    TooLarge,
    /// This source is pushed too often.
    TooOften,
    /// Too much is under way, or the store is away: later.
    Later,
}

/// What a hub asks with (WebSub, sections 5.2 and 5.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// `hub.mode`.
    pub mode: String,
    /// `hub.topic`.
    pub topic: String,
    /// `hub.challenge`.
    pub challenge: String,
    /// `hub.lease_seconds`.
    pub lease_seconds: Option<i64>,
    /// `hub.reason`.
    pub reason: String,
}

/// A hub that may push, with room for what it brings.
#[derive(Debug)]
pub struct Caller {
    subscription: Subscription,
    source: Arc<Source>,
    /// The most that may come, bytes.
    pub bytes_max: usize,
    place: OwnedSemaphorePermit,
    room: OwnedSemaphorePermit,
}

/// What it brings (section 7).
#[derive(Clone, Debug, Default)]
pub struct Pushed {
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body as it came.
    pub body: Bytes,
}

impl Subscriber {
    /// A hub makes sure that we want to be pushed, or to be pushed no more, or says that it does not want to.
    pub async fn verified(&self, token: &str, said: &Verification) -> Heard {
        for _ in 0..TRIES_MAX {
            let found = match self.called(token).await {
                Ok(found) => found,
                Err(heard) => return heard,
            };
            match self.answered(found, said).await {
                Ok(Some(heard)) => return heard,
                Ok(None) => {}
                Err(_) => return Heard::Later,
            }
        }
        Heard::Later
    }

    /// The answer, once it is kept; `None` if something else changed the subscription meanwhile.
    async fn answered(&self, mut it: Subscription, said: &Verification) -> Result<Option<Heard>, StoreError> {
        let store = &self.ingest.store;
        if it.topic != said.topic {
            return Ok(Some(Heard::Unknown));
        }
        let challenge = Some(&said.challenge).filter(|it| (1..=CHALLENGE_BYTES_MAX).contains(&it.len()));
        let confirmed = challenge.map_or(Heard::Unknown, |it| Heard::Confirmed(it.clone()));
        let (id, hub) = (it.source.clone(), name(&it.hub));
        let id = id.as_str();
        match (said.mode.as_str(), it.stage) {
            ("subscribe", Stage::Asked | Stage::Active) if challenge.is_some() => {
                let was_active = it.stage == Stage::Active;
                stages::confirmed(&mut it, said.lease_seconds, self.now_ms());
                if !store.change_subscription(&it).await? {
                    return Ok(None);
                }
                let hours = (it.expires_ms - self.now_ms()) / 3_600_000;
                if was_active {
                    info!(source = id, "{hub} goes on pushing {id}, for {hours} h");
                } else {
                    info!(source = id, "{hub} pushes {id} from now on, for {hours} h");
                }
                Ok(Some(confirmed))
            }
            ("unsubscribe", Stage::Leaving) if challenge.is_some() => {
                self.departed().remove(&it.source);
                let is_done = store.forget_subscription(&it).await?;
                Ok(is_done.then(|| {
                    info!(source = id, "{hub} does not push {id} any more, as it was asked");
                    confirmed
                }))
            }
            ("denied", Stage::Leaving) => Ok(store.forget_subscription(&it).await?.then_some(Heard::Taken)),
            ("denied", _) => {
                let reason = quoted(&said.reason, &it);
                stages::denied(&mut it, reason.trim(), self.now_ms());
                let is_kept = store.change_subscription(&it).await?;
                Ok(is_kept.then(|| {
                    warn!(source = id, "{hub} denied {id}: {}", it.error.unwrap_or_default());
                    Heard::Taken
                }))
            }
            _ => Ok(Some(Heard::Unknown)),
        }
    }

    /// Lets a hub in that wants to push, before anything of what it brings is read. `announced_bytes` is what it says that
    /// it brings.
    pub async fn caller(&self, token: &str, announced_bytes: Option<u64>) -> Result<Caller, Heard> {
        let subscription = self.called(token).await?;
        if matches!(subscription.stage, Stage::Denied | Stage::Leaving) {
            return Err(Heard::Unwanted);
        }
        let source = self.polled(&subscription.source).ok_or(Heard::Unknown)?;
        if !self.rates.may(&source.id, self.now_ms(), self.limits.pushes_per_minute_max) {
            return Err(Heard::TooOften);
        }
        let body_max = self.ingest.terms().fetcher.body_bytes_max();
        let body_max = usize::try_from(body_max).unwrap_or(usize::MAX).min(self.limits.pushed_bytes_max);
        let announced = announced_bytes.map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        let bytes_max = announced.unwrap_or(body_max);
        if bytes_max > body_max {
            return Err(Heard::TooLarge);
        }
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Heard::Later)?;
        let room = room(&self.room, bytes_max, Duration::from_millis(self.limits.room_ms_max)).await?;
        Ok(Caller { subscription, source, bytes_max, place, room })
    }

    /// Takes what a hub brought. What is not signed by it is answered like everything else, and thrown away (section 8).
    pub async fn pushed(&self, caller: Caller, pushed: Pushed) -> Heard {
        let Caller { subscription, source, place, room, .. } = caller;
        if let Err(why) = check(&pushed, &subscription.secret.0) {
            self.complain(subscription, why).await;
            return Heard::Taken;
        }
        let Pushed { content_type, body, .. } = pushed;
        let push = Push { subscription, source, content_type, body, _held: (place, room) };
        self.queue.try_send(push).map_or(Heard::Later, |()| Heard::Taken)
    }

    /// Keeps what is wrong with what a hub brings, once.
    async fn complain(&self, mut it: Subscription, why: &str) {
        if it.error.as_deref() != Some(why) {
            warn!(
                source = it.source.as_str(),
                "what {} pushed for {} is not taken: {why}",
                name(&it.hub),
                it.source
            );
            it.error = Some(why.to_owned());
            self.ingest.store.change_subscription(&it).await.ok();
        }
    }

    /// The subscription whose hub calls.
    async fn called(&self, token: &str) -> Result<Subscription, Heard> {
        if !is_token(token) {
            return Err(Heard::Unknown);
        }
        let _turn = self.callers.try_acquire().map_err(|_| Heard::Later)?;
        let found = self.ingest.store.subscription(token).await.map_err(|_| Heard::Later)?;
        found.ok_or(Heard::Unknown)
    }
}

/// Room for so many bytes, waited for no longer than `patience`.
async fn room(
    room: &Arc<Semaphore>,
    bytes: usize,
    patience: Duration,
) -> Result<OwnedSemaphorePermit, Heard> {
    let kib = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX);
    let waiting = Arc::clone(room).acquire_many_owned(kib);
    tokio::time::timeout(patience, waiting).await.ok().and_then(Result::ok).ok_or(Heard::Later)
}

/// Checks the signature over the whole body, in constant time, before anything reads it.
fn check(pushed: &Pushed, secret: &str) -> Result<(), &'static str> {
    let Some(signature) = pushed.signature.as_deref() else {
        return Err("it is not signed, although the hub was given a secret");
    };
    let unreadable = "its signature cannot be read";
    let (method, digits) = signature.trim().split_once('=').ok_or(unreadable)?;
    let algorithm = match method.trim().to_ascii_lowercase().as_str() {
        "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return Err("it is signed in a way that WebSub does not know"),
    };
    let tag = bytes_of(digits.trim()).ok_or(unreadable)?;
    let key = hmac::Key::new(algorithm, secret.as_bytes());
    hmac::verify(&key, &pushed.body, &tag).map_err(|_| "its signature is wrong")
}

/// Pairs of hexadecimal digits.
fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

/// How many pushes came for each source within its minute.
#[derive(Debug, Default)]
pub struct Rates(Mutex<HashMap<SourceId, (i64, u32)>>);

impl Rates {
    /// Counts one more; whether that is still within `most`.
    fn may(&self, source: &SourceId, now_ms: i64, most: u32) -> bool {
        let mut rates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_within = |began_ms: i64| (began_ms..began_ms.saturating_add(MINUTE_MS)).contains(&now_ms);
        if rates.len() >= RATES_MAX {
            rates.retain(|_, (began_ms, _)| is_within(*began_ms));
        }
        let rate = rates.entry(source.clone()).or_insert((now_ms, 0));
        if !is_within(rate.0) {
            *rate = (now_ms, 0);
        }
        rate.1 = rate.1.saturating_add(1);
        rate.1 <= most
    }
}
