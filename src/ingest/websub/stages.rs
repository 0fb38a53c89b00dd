//! How a subscription goes from stage to stage: pure functions of what was known, what came, and now.

use std::time::Duration;

use crate::{
    model::source::Secret,
    store::{Announced, Stage, Subscription},
};

/// The lease that we ask for, and believe where a hub names none, seconds.
pub const LEASE_S: i64 = 10 * 86_400;
/// The longest lease that is believed, seconds.
const LEASE_S_MAX: i64 = 366 * 86_400;
/// A lease is renewed when this many tenths of it are over.
const RENEWAL_TENTHS: i64 = 8;
/// The shortest time before a renewal, milliseconds, however short a lease a hub gives.
const RENEWAL_MS_MIN: i64 = 60_000;
/// How long a hub that has not done what it was asked to is left alone, milliseconds; twice as long each time.
const PAUSE_MS_MIN: i64 = 5 * 60_000;
/// The longest such time, milliseconds.
const PAUSE_MS_MAX: i64 = 12 * 3_600_000;
/// More doublings than this always reach the longest.
const DOUBLINGS_MAX: u32 = 12;
/// How long a hub that does not want to is left alone, milliseconds.
const DENIED_MS: i64 = 24 * 3_600_000;
/// How often leave is taken from a hub that does not hear of it.
const LEAVES_MAX: u32 = 3;
/// How long one errand at a hub may take, milliseconds: meanwhile no other node goes.
const ERRAND_MS: i64 = 120_000;

/// A subscription that is wanted from `now_ms` on.
pub fn wanted(it: Announced, callback: &str, (token, secret): (Secret, Secret), now_ms: i64) -> Subscription {
    let Announced { source, hub, topic } = it;
    Subscription {
        token,
        source,
        hub,
        topic,
        callback: callback.to_owned(),
        secret,
        stage: Stage::Asked,
        revision: 0,
        next_at_ms: now_ms,
        expires_ms: 0,
        pushed_ms: 0,
        failures: 0,
        error: None,
    }
}

/// Somebody goes to the hub now.
pub fn under_way(it: &mut Subscription, now_ms: i64) {
    it.next_at_ms = now_ms.saturating_add(ERRAND_MS);
    // What has run out is not renewed but asked for anew.
    let has_run_out = it.stage == Stage::Active && it.expires_ms <= now_ms;
    if has_run_out || it.stage == Stage::Denied {
        it.stage = Stage::Asked;
    }
}

/// The hub has taken the request: it will make sure that it was ours, or has not done so since the last times.
pub fn taken(it: &mut Subscription, now_ms: i64) {
    it.failures = it.failures.saturating_add(1);
    it.next_at_ms = now_ms.saturating_add(pause_ms(it.failures));
    let times = it.failures;
    it.error = (times > 1).then(|| format!("the hub was asked {times} times and has not called back"));
}

/// The hub has not taken it.
pub fn refused(it: &mut Subscription, why: String, retry_after: Option<Duration>, now_ms: i64) {
    it.failures = it.failures.saturating_add(1);
    let asked_ms = retry_after.map_or(0, |it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX));
    it.next_at_ms = now_ms.saturating_add(pause_ms(it.failures).max(asked_ms));
    it.error = Some(why);
}

/// The hub has made sure that it is we who want it, and pushes for `lease_s` from now on.
pub fn confirmed(it: &mut Subscription, lease_s: Option<i64>, now_ms: i64) {
    let lease_s = lease_s.filter(|it| *it > 0).unwrap_or(LEASE_S).min(LEASE_S_MAX);
    let renewal_ms = (lease_s * 1_000 / 10 * RENEWAL_TENTHS).max(RENEWAL_MS_MIN);
    it.stage = Stage::Active;
    it.expires_ms = now_ms.saturating_add(lease_s * 1_000);
    it.next_at_ms = now_ms.saturating_add(renewal_ms);
    it.failures = 0;
    it.error = None;
}

/// The hub does not want to, or not any more.
pub fn denied(it: &mut Subscription, reason: &str, now_ms: i64) {
    let said = if reason.is_empty() { "it does not say why".to_owned() } else { format!("“{reason}”") };
    it.stage = Stage::Denied;
    it.expires_ms = 0;
    it.next_at_ms = now_ms.saturating_add(DENIED_MS);
    it.error = Some(format!("the hub refuses to push this feed: {said}"));
}

/// It is not wanted any more.
pub fn leaving(it: &mut Subscription, now_ms: i64) {
    it.stage = Stage::Leaving;
    it.next_at_ms = now_ms;
    it.failures = 0;
    it.error = None;
}

/// Whether leave was taken often enough: the lease ends by itself.
pub fn is_left(it: &Subscription) -> bool {
    it.stage == Stage::Leaving && it.failures >= LEAVES_MAX
}

fn pause_ms(failures: u32) -> i64 {
    (PAUSE_MS_MIN << failures.saturating_sub(1).min(DOUBLINGS_MAX)).min(PAUSE_MS_MAX)
}
