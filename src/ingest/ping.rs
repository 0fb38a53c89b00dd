//! Pings: the publish hook of a company's own site says that there is something new, and its source is polled at once.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    sync::{MutexGuard, PoisonError},
};

use ring::hmac;

use super::Ingest;
use crate::{
    model::{Hash128, SourceId},
    store::StoreError,
};

/// A ping brings the next poll to this long after the last one at the earliest, milliseconds.
pub(in crate::ingest) const PING_MS_MIN: i64 = 60_000;
/// How much of the code stands in a secret, bytes: 128 bits cannot be guessed.
const SECRET_BYTES: usize = 16;

/// The secret address of each source, known by a hash: looking one up takes as long whether it is nearly right or not.
#[derive(Clone, Debug, Default)]
pub struct Pings(HashMap<Hash128, SourceId>);

/// What came of a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinged {
    /// No source has this secret.
    Nobody,
    /// The source is polled at this moment, unix milliseconds: now, a minute after its last poll, or when its server wants
    /// to be asked again.
    At(i64),
    /// It is not polled: it is switched off, or gone for good.
    Never,
}

impl Pings {
    /// The secrets of these sources, derived from that of the site.
    pub fn new<'a>(site: &str, sources: impl IntoIterator<Item = &'a SourceId>) -> Self {
        let known = |id: &SourceId| (Hash128::of(secret(site, id).as_bytes()), id.clone());
        Self(sources.into_iter().map(known).collect())
    }
}

/// What stands behind `/ping/` for a source: 32 hexadecimal digits, the same on every node, and for ever.
pub fn secret(site: &str, source: &SourceId) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, site.as_bytes());
    let code = hmac::sign(&key, format!("ping {source}").as_bytes());
    code.as_ref().iter().take(SECRET_BYTES).fold(String::new(), |mut text, byte| {
        // Writing into a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Ingest {
    /// Brings the next poll of the source with this secret forward, as far as its server and the last poll allow. Pinging
    /// twice is polling once.
    pub async fn ping(&self, secret: &str) -> Result<Pinged, StoreError> {
        let terms = self.terms();
        let Some(id) = terms.pings.0.get(&Hash128::of(secret.as_bytes())) else { return Ok(Pinged::Nobody) };
        let state = self.store.poll_state(id).await?.unwrap_or_default();
        if state.gone || terms.sources.get(id).is_none_or(|it| !it.enabled) {
            return Ok(Pinged::Never);
        }
        let now_ms = (self.clock)().as_millisecond();
        let earliest_ms = state.polled_ms.saturating_add(PING_MS_MIN);
        // A clock that was set back must not put the source off.
        let earliest_ms = if earliest_ms > now_ms + PING_MS_MIN { now_ms } else { earliest_ms };
        let at_ms = now_ms.max(earliest_ms).max(state.retry_until_ms).max(state.host_until_ms);
        if !self.store.hasten(id, at_ms).await? && state.next_at_ms <= now_ms {
            self.pinged().insert(id.clone());
        }
        if at_ms == now_ms {
            self.hurry.notify_one();
        }
        Ok(Pinged::At(at_ms.min(state.next_at_ms.max(now_ms))))
    }

    /// After a round: a source that was pinged meanwhile is asked once more.
    pub(super) async fn heed_ping(&self, source: &SourceId) {
        if self.pinged().remove(source) {
            let at_ms = (self.clock)().as_millisecond().saturating_add(PING_MS_MIN);
            self.store.hasten(source, at_ms).await.ok();
        }
    }

    fn pinged(&self) -> MutexGuard<'_, BTreeSet<SourceId>> {
        self.pinged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
