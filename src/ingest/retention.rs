//! Old entries are let go: by age, by number a source, in small steps and by one node at a time.

use std::{fmt, sync::Arc, time::Duration};

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::Ingest;
use crate::{
    model::SourceId,
    store::{Pruning, StoreError},
};

/// What the turn is called that one node has at it.
const TURN: &str = "retention";
/// How long after the start the first pass begins, seconds: what readers wait for comes first.
const START_S: u64 = 60;
/// How long a pass is after the one before, seconds.
const PASS_S: u64 = 3_600;
/// How long it rests after the store failed, seconds.
const RETRY_S: u64 = 300;
/// How long the turn holds that a node takes at it, milliseconds; it is prolonged as the pass goes on.
const TURN_MS: i64 = 120_000;
/// After a whole pass no other node begins one for this long, milliseconds.
const DONE_MS: i64 = 3_300_000;
/// The rest after each step that let something go, milliseconds: rounds wait for one step at most, and have the store
/// for most of the time.
const STEP_REST_MS: u64 = 100;
/// The rest after a source that let nothing go, milliseconds.
const SOURCE_REST_MS: u64 = 2;
/// How long an entry that left its document stays however old it is, milliseconds: documents that come out of several
/// caches flap, and what comes back must not be new.
const GRACE_MS: i64 = 7 * 86_400_000;

/// What is kept of each source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Entries whose stated date is no longer ago than this.
    pub age: Option<SignedDuration>,
    /// This many newest entries.
    pub entries_max: Option<usize>,
}

impl Keep {
    /// Everything.
    pub const ALL: Self = Self { age: None, entries_max: None };
}

impl fmt::Display for Keep {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(age) = self.age {
            let hours = age.as_hours();
            let (count, unit) = match (hours % (365 * 24), hours % 24) {
                (0, _) => (hours / (365 * 24), "year"),
                (_, 0) => (hours / 24, "day"),
                _ => (hours, "hour"),
            };
            let plural = if count == 1 { "" } else { "s" };
            write!(to, "older than {} {unit}{plural}", grouped(count.unsigned_abs()))?;
        }
        if let Some(max) = self.entries_max {
            let or = if self.age.is_some() { " or " } else { "" };
            write!(to, "{or}beyond the newest {} of their source", grouped(max as u64))?;
        }
        Ok(())
    }
}

/// A number as people read it: `1,234`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |(at, digit): (usize, char)| {
        let is_first_of_three = at > 0 && (digits.len() - at).is_multiple_of(3);
        is_first_of_three.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(comma).collect()
}

/// This node's turn, and when it must be prolonged.
struct Turn {
    prolong_at_ms: i64,
}

impl Ingest {
    /// Lets go what is not to be kept, now and then, until `shutdown`.
    pub async fn retain(self: Arc<Self>, keep: Keep, shutdown: CancellationToken) {
        if keep == Keep::ALL {
            return shutdown.cancelled().await;
        }
        let mut rest_s = START_S;
        while !rests(&shutdown, Duration::from_secs(rest_s)).await {
            // The store says itself what is wrong with it.
            let pass = self.prune(&keep, &shutdown).await;
            rest_s = if pass.is_ok() { PASS_S } else { RETRY_S };
        }
    }

    /// One pass over all sources that the store knows, also those that are polled no more, unless another node is at
    /// it; how many entries went. It ends early when `shutdown` comes.
    pub async fn prune(&self, keep: &Keep, shutdown: &CancellationToken) -> Result<u64, StoreError> {
        let mut turn = Turn { prolong_at_ms: i64::MIN };
        let mut gone = 0;
        if !self.has_turn(&mut turn).await? {
            return Ok(0);
        }
        let sources = self.store.poll_states().await?;
        let mut pass = Ok(true);
        for (source, _) in sources {
            pass = self.prune_source(source, keep, shutdown, (&mut turn, &mut gone)).await;
            if !matches!(pass, Ok(true)) {
                break;
            }
        }
        if gone > 0 {
            info!(removed = gone, "removed {} entries {keep}", grouped(gone));
        }
        if pass? {
            let now_ms = (self.clock)().as_millisecond();
            self.store.take_turn(TURN, now_ms, now_ms.saturating_add(DONE_MS)).await?;
        }
        Ok(gone)
    }

    /// Lets one source's old entries go; whether the pass may go on.
    async fn prune_source(
        &self,
        source: SourceId,
        keep: &Keep,
        shutdown: &CancellationToken,
        (turn, gone): (&mut Turn, &mut u64),
    ) -> Result<bool, StoreError> {
        let now_ms = (self.clock)().as_millisecond();
        let oldest_ms =
            keep.age.map(|it| now_ms.saturating_sub(it.as_millis().try_into().unwrap_or(i64::MAX)));
        let left_before_ms = now_ms.saturating_sub(GRACE_MS);
        let pruning = Pruning { source, oldest_ms, entries_max: keep.entries_max, left_before_ms, now_ms };
        loop {
            let count = self.store.prune(&pruning).await?;
            *gone += count as u64;
            let rest_ms = if count > 0 { STEP_REST_MS } else { SOURCE_REST_MS };
            if rests(shutdown, Duration::from_millis(rest_ms)).await || !self.has_turn(turn).await? {
                return Ok(false);
            }
            if count == 0 {
                return Ok(true);
            }
        }
    }

    /// Takes or prolongs the turn where that is needed; whether it is this node's.
    async fn has_turn(&self, turn: &mut Turn) -> Result<bool, StoreError> {
        let now_ms = (self.clock)().as_millisecond();
        if now_ms < turn.prolong_at_ms {
            return Ok(true);
        }
        turn.prolong_at_ms = now_ms.saturating_add(TURN_MS / 2);
        self.store.take_turn(TURN, now_ms, now_ms.saturating_add(TURN_MS)).await
    }
}

/// Waits; whether `shutdown` has come.
async fn rests(shutdown: &CancellationToken, rest: Duration) -> bool {
    tokio::time::timeout(rest, shutdown.cancelled()).await.is_ok()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{Keep, grouped};

    #[test]
    fn what_is_let_go_is_said_as_people_say_it() {
        let keep =
            |days: i64, entries_max| Keep { age: Some(SignedDuration::from_hours(days * 24)), entries_max };
        assert_eq!(keep(730, None).to_string(), "older than 2 years");
        assert_eq!(keep(365, None).to_string(), "older than 1 year");
        assert_eq!(
            keep(90, Some(5_000)).to_string(),
            "older than 90 days or beyond the newest 5,000 of their source"
        );
        assert_eq!(
            Keep { entries_max: Some(7), ..Keep::ALL }.to_string(),
            "beyond the newest 7 of their source"
        );
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
