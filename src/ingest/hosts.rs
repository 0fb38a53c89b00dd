//! Whose turn it is: what waits and what runs, by host, and how long a host is left in peace.
//!
//! A host is asked one thing after the other. One that answers slowly gets a pause as long as it took; one that answers
//! quickly gets a short one once it has been asked many things in a row; and one that says that it is asked too often
//! (status 429) is left alone until the moment that it names.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task;

use crate::model::{Source, SourceId};

/// An answer that took less than this is quick.
const QUICK: Duration = Duration::from_millis(250);
/// The longest pause after a slow one.
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// The pause after a quick one, once the host's budget is spent.
const SPACING: Duration = Duration::from_millis(20);
/// A host's budget: quick answers in a row without a pause. One is earned back with each [`SPACING`].
const BUDGET: u32 = 100;
/// The longest that a host is left alone, milliseconds: what asks for longer was counted by a clock that was wrong.
const REST_MS_MAX: i64 = 2 * 86_400_000;
/// Hosts whose spent budget is remembered while nobody waits for them.
const HOSTS_MAX: usize = 10_000;

/// What is waiting and what is running, by host: each source that ends makes room for the next of its host.
#[derive(Default)]
pub struct Turns {
    hosts: HashMap<String, Host>,
    /// Hosts that have somebody waiting and a turn free, the longest waiting first. One stands here once.
    ready: VecDeque<String>,
    running: HashMap<task::Id, Arc<Source>>,
    /// Everything waiting or running.
    taken: HashSet<SourceId>,
    /// Hosts that said that they are asked too often, and until when they are left alone, unix milliseconds.
    resting: HashMap<String, i64>,
    /// Turns of one host at a time.
    per_host_max: usize,
}

/// Sources of one host.
struct Host {
    waiting: VecDeque<Arc<Source>>,
    running: usize,
    is_ready: bool,
    /// Nothing is asked before.
    free_at: Instant,
    /// Quick answers that are left without a pause, at the moment `free_at`.
    budget: u32,
}

impl Host {
    fn new(now: Instant) -> Self {
        Self { waiting: VecDeque::new(), running: 0, is_ready: false, free_at: now, budget: BUDGET }
    }

    /// Takes note of an answer: how long the host is left in peace.
    fn answered(&mut self, waited: Duration, now: Instant) {
        let earned = now.saturating_duration_since(self.free_at).as_millis() / SPACING.as_millis();
        self.budget = self.budget.saturating_add(u32::try_from(earned).unwrap_or(BUDGET)).min(BUDGET);
        let pause = match self.budget.checked_sub(1) {
            _ if waited >= QUICK => waited.min(PAUSE_MAX),
            Some(left) => {
                self.budget = left;
                Duration::ZERO
            }
            None => SPACING,
        };
        self.free_at = now + pause;
    }
}

impl Turns {
    /// Nobody waits.
    pub fn new(per_host_max: usize) -> Self {
        Self { per_host_max, ..Self::default() }
    }

    /// How many turns a host gives at a time from now on.
    pub fn allow(&mut self, per_host_max: usize) {
        self.per_host_max = per_host_max;
    }

    /// Whether anybody waits or is being asked.
    pub fn is_any(&self) -> bool {
        !self.taken.is_empty()
    }

    /// How many hosts have somebody waiting and a turn free: what one slow host holds up does not count.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Lets a source wait, unless it does or is being asked.
    pub fn offer(&mut self, source: &Arc<Source>, now: Instant) {
        if self.taken.insert(source.id.clone()) {
            let name = self::name(source);
            let host = self.hosts.entry(name.clone()).or_insert_with(|| Host::new(now));
            host.waiting.push_back(Arc::clone(source));
            self.line_up(&name);
        }
    }

    /// A source whose host has a turn free and is not left in peace at `now`.
    pub fn next(&mut self, now: Instant) -> Option<Arc<Source>> {
        for _ in 0..self.ready.len() {
            let name = self.ready.pop_front()?;
            let Some(host) = self.hosts.get_mut(&name) else { continue };
            if host.free_at > now {
                self.ready.push_back(name);
                continue;
            }
            host.is_ready = false;
            if host.running >= self.per_host_max {
                continue;
            }
            let source = host.waiting.pop_front();
            host.running += usize::from(source.is_some());
            self.line_up(&name);
            if source.is_some() {
                return source;
            }
        }
        None
    }

    /// When the next of the hosts that have somebody waiting has been left in peace for long enough.
    pub fn free_at(&self) -> Option<Instant> {
        self.ready.iter().filter_map(|name| self.hosts.get(name)).map(|it| it.free_at).min()
    }

    /// Whether the source's host is not left in peace at `now`.
    pub fn is_free(&self, source: &Source, now: Instant) -> bool {
        self.hosts.get(&name(source)).is_none_or(|it| it.free_at <= now)
    }

    /// A source is being asked.
    pub fn begin(&mut self, id: task::Id, source: Arc<Source>) {
        self.running.insert(id, source);
    }

    /// Who is being asked by this task.
    pub fn whose(&self, id: task::Id) -> Option<Arc<Source>> {
        self.running.get(&id).cloned()
    }

    /// A source was asked, however that ended; `waited` is how long its host took to answer, `None` if it was not asked.
    /// Its turn goes on until [`Turns::done`].
    pub fn asked(&mut self, id: task::Id, waited: Option<Duration>, now: Instant) -> Option<Arc<Source>> {
        let source = self.running.remove(&id)?;
        if let (Some(waited), Some(host)) = (waited, self.hosts.get_mut(&name(&source))) {
            host.answered(waited, now);
        }
        Some(source)
    }

    /// A source's turn is over.
    pub fn done(&mut self, source: &Source) {
        self.taken.remove(&source.id);
        let name = self::name(source);
        if let Some(host) = self.hosts.get_mut(&name) {
            host.running = host.running.saturating_sub(1);
            let is_idle = host.running == 0 && host.waiting.is_empty();
            if is_idle && self.hosts.len() > HOSTS_MAX {
                self.hosts.remove(&name);
            } else {
                self.line_up(&name);
            }
        }
    }

    /// Takes away everything that waits.
    pub fn drain_waiting(&mut self) -> Vec<Arc<Source>> {
        self.ready.clear();
        let drain = |host: &mut Host| {
            host.is_ready = false;
            std::mem::take(&mut host.waiting)
        };
        let waiting: Vec<Arc<Source>> = self.hosts.values_mut().flat_map(drain).collect();
        for source in &waiting {
            self.taken.remove(&source.id);
        }
        waiting
    }

    /// The source's whole host is left alone until `until_ms`; those of its sources that wait do so no more.
    pub fn rest(&mut self, source: &Source, until_ms: i64) -> Vec<Arc<Source>> {
        let name = self::name(source);
        let until = self.resting.entry(name.clone()).or_insert(until_ms);
        *until = until_ms.max(*until);
        let waiting = self.hosts.get_mut(&name).map(|it| std::mem::take(&mut it.waiting)).unwrap_or_default();
        for source in &waiting {
            self.taken.remove(&source.id);
        }
        waiting.into()
    }

    /// Until when the source's host is to be left alone, if it is at `now_ms`, unix milliseconds.
    pub fn rests_until(&mut self, source: &Source, now_ms: i64) -> Option<i64> {
        if self.resting.is_empty() {
            return None;
        }
        let longest_ms = now_ms.saturating_add(REST_MS_MAX);
        self.resting.retain(|_, until_ms| (now_ms + 1..=longest_ms).contains(until_ms));
        self.resting.get(&name(source)).copied()
    }

    /// Puts a host into the line once, if it has somebody waiting and a turn free.
    fn line_up(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        if !host.is_ready && !host.waiting.is_empty() && host.running < self.per_host_max {
            host.is_ready = true;
            self.ready.push_back(name.to_owned());
        }
    }
}

/// A host is scheme, name and port.
pub fn name(source: &Source) -> String {
    let mut name = String::with_capacity(source.url.as_str().len());
    name.push_str(source.url.scheme());
    name.push_str("://");
    name.push_str(source.url.host_str().unwrap_or_default());
    if let Some(port) = source.url.port() {
        name.push(':');
        name.push_str(&port.to_string());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, Host, PAUSE_MAX, SPACING};
    use std::time::{Duration, Instant};

    /// How long the host is left in peace after each of these answers, asked again as soon as it may be.
    fn pauses(host: &mut Host, answers: impl IntoIterator<Item = Duration>) -> Vec<Duration> {
        let mut now = host.free_at;
        let pause = |waited| {
            now += waited;
            host.answered(waited, now);
            let pause = host.free_at.saturating_duration_since(now);
            now = host.free_at;
            pause
        };
        answers.into_iter().map(pause).collect()
    }

    #[test]
    fn a_slow_host_gets_as_long_as_it_took_and_no_longer_than_two_seconds() {
        let mut host = Host::new(Instant::now());
        let slow = [300, 1_500, 30_000].map(Duration::from_millis);
        assert_eq!(pauses(&mut host, slow), [slow[0], slow[1], PAUSE_MAX]);
    }

    #[test]
    fn a_quick_host_is_spaced_once_its_budget_is_spent_and_earns_it_back_in_peace() {
        let mut host = Host::new(Instant::now());
        let quick = std::iter::repeat_n(Duration::ZERO, BUDGET as usize + 3);
        let spaced = pauses(&mut host, quick);
        assert_eq!(spaced.iter().filter(|it| it.is_zero()).count(), BUDGET as usize);
        assert_eq!(spaced[BUDGET as usize..], [SPACING; 3]);
        // Ten answers' worth of peace.
        host.free_at -= SPACING * 10;
        let now = host.free_at + SPACING * 10;
        host.answered(Duration::ZERO, now);
        assert_eq!(host.free_at, now);
        assert_eq!(host.budget, 9);
    }
}
