//! Hosts that images come from: few requests to each at a time, and none for a while to one that does not answer, so
//! that it holds nobody else back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

/// Hosts that are remembered; beyond them those that nothing is to be said of are forgotten.
const HOSTS_MAX: usize = 10_000;
/// Failures in a row after which a host rests.
const FAILURES_MIN: u32 = 2;
/// How long it rests at first, seconds; each further time is twice as long.
const REST_S_MIN: u64 = 30;
/// The longest rest, seconds.
const REST_S_MAX: u64 = 900;

/// What is known of hosts.
#[derive(Debug)]
pub struct Hosts {
    per_host_max: usize,
    hosts: Mutex<HashMap<String, Host>>,
}

#[derive(Debug)]
struct Host {
    turns: Arc<Semaphore>,
    /// Failures since it last answered.
    failures: u32,
    rests_until: Option<Instant>,
}

impl Host {
    fn is_resting(&self, now: Instant) -> bool {
        self.rests_until.is_some_and(|it| it > now)
    }
}

/// A turn at a host.
#[derive(Debug)]
pub struct Turn {
    name: String,
    _permit: OwnedSemaphorePermit,
}

impl Hosts {
    /// Nothing is known yet.
    pub fn new(per_host_max: usize) -> Self {
        Self { per_host_max, hosts: Mutex::default() }
    }

    /// Waits for a turn at the host of `address`; `None` while it is left alone.
    pub async fn turn(&self, address: &Url) -> Option<Turn> {
        let name = format!(
            "{}://{}:{}",
            address.scheme(),
            address.host_str()?,
            address.port_or_known_default().unwrap_or_default()
        );
        let turns = self.open(&name)?;
        let permit = turns.acquire_owned().await.ok()?;
        // Those that waited hear of what the ones before them met.
        self.open(&name).map(|_| Turn { name, _permit: permit })
    }

    /// Notes whether the host answered, whatever it said.
    pub fn note(&self, turn: &Turn, has_answered: bool, now: Instant) {
        let mut hosts = self.hosts();
        let Some(host) = hosts.get_mut(&turn.name) else { return };
        if has_answered {
            (host.failures, host.rests_until) = (0, None);
            return;
        }
        host.failures = host.failures.saturating_add(1);
        if let Some(times) = host.failures.checked_sub(FAILURES_MIN) {
            let rest_s = REST_S_MIN.saturating_mul(1 << times.min(10)).min(REST_S_MAX);
            host.rests_until = Some(now + Duration::from_secs(rest_s));
        }
    }

    /// The turns of a host that does not rest.
    fn open(&self, name: &str) -> Option<Arc<Semaphore>> {
        let now = Instant::now();
        let mut hosts = self.hosts();
        if hosts.len() >= HOSTS_MAX && !hosts.contains_key(name) {
            let per_host_max = self.per_host_max;
            hosts.retain(|_, it| it.is_resting(now) || it.turns.available_permits() < per_host_max);
        }
        let host = hosts.entry(name.to_owned()).or_insert_with(|| Host {
            turns: Arc::new(Semaphore::new(self.per_host_max)),
            failures: 0,
            rests_until: None,
        });
        (!host.is_resting(now)).then(|| Arc::clone(&host.turns))
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use url::Url;

    use super::{Hosts, REST_S_MAX, REST_S_MIN};

    #[tokio::test]
    async fn a_host_that_fails_twice_is_left_alone_longer_each_time_until_it_answers() {
        let (hosts, now) = (Hosts::new(2), Instant::now());
        let Ok(image) = Url::parse("https://images.example/a.jpg") else { return };
        let Ok(other) = Url::parse("https://other.example/a.jpg") else { return };
        let Some(turn) = hosts.turn(&image).await else { return assert!(image.has_host(), "no turn") };
        hosts.note(&turn, false, now);
        assert!(hosts.turn(&image).await.is_some(), "once is chance");
        let rest = |now: Instant| {
            let until = hosts.hosts().values().find_map(|it| it.rests_until);
            until.map(|it| it.saturating_duration_since(now))
        };
        hosts.note(&turn, false, now);
        assert_eq!(rest(now), Some(Duration::from_secs(REST_S_MIN)));
        assert!(hosts.turn(&image).await.is_none() && hosts.turn(&other).await.is_some());
        hosts.note(&turn, false, now);
        assert_eq!(rest(now), Some(Duration::from_secs(2 * REST_S_MIN)));
        (0..100).for_each(|_| hosts.note(&turn, false, now));
        assert_eq!(rest(now), Some(Duration::from_secs(REST_S_MAX)));
        hosts.note(&turn, true, now);
        assert!(hosts.turn(&image).await.is_some());
    }
}
