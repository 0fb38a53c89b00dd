//! The leases that this process holds: prolonged while rounds run, and given back also when the store was away just
//! as a round ended. A node that is killed prolongs nothing, so its sources are free again soon, however long one fetch
//! may take.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::Ingest;
use crate::{model::SourceId, store::StoreError};

/// Pause before the store is asked again for a round that is under way, milliseconds; each is twice the one before.
const PAUSE_MS_MIN: u64 = 250;
/// The longest such pause, milliseconds.
const PAUSE_MS_MAX: u64 = 2_000;

/// What this process holds, and what it has still to give back.
#[derive(Debug, Default)]
pub struct Leases {
    ledger: Mutex<Ledger>,
    /// Whoever gives leases back.
    giving: tokio::sync::Mutex<()>,
    /// Whoever writes to many leases that are held. Two that did so at once, each in an order of its own, would wait for
    /// each other on a database server.
    many: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Ledger {
    /// Rounds that run under a lease, or wait with it for their turn: how many of each source. The next one may begin just
    /// before the last one's end is noted.
    running: BTreeMap<SourceId, usize>,
    /// Leases of rounds that ended without keeping anything: they broke off, or the store was away.
    left: BTreeSet<SourceId>,
}

/// The lease on one source, from when the store grants it until its round is kept.
#[derive(Debug)]
pub struct Lease {
    leases: Arc<Leases>,
    source: SourceId,
    /// Whether the store has it back, or has given it to another node.
    is_settled: bool,
}

impl Leases {
    /// A round begins under a lease that the store has just granted.
    pub fn taken(self: &Arc<Self>, source: &SourceId) -> Lease {
        let mut ledger = self.ledger();
        *ledger.running.entry(source.clone()).or_default() += 1;
        ledger.left.remove(source);
        Lease { leases: Arc::clone(self), source: source.clone(), is_settled: false }
    }

    /// Waits for a turn at writing to many leases that are held.
    pub async fn turn_at_many(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.many.lock().await
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// The store has taken it back, or given it to another node.
    pub fn settle(mut self) {
        self.is_settled = true;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut ledger = self.leases.ledger();
        if let Entry::Occupied(mut running) = ledger.running.entry(self.source.clone()) {
            *running.get_mut() -= 1;
            if *running.get() == 0 {
                running.remove();
            }
        }
        if !self.is_settled {
            ledger.left.insert(self.source.clone());
        }
    }
}

impl Ingest {
    /// Gives back the leases of rounds that ended without keeping anything.
    pub(super) async fn give_back(&self) -> Result<(), StoreError> {
        // One at a time: a second one would give back what a round has taken again since the first.
        let _turn = self.leases.giving.lock().await;
        loop {
            let Some(source) = self.leases.ledger().left.first().cloned() else { return Ok(()) };
            self.store.release(&source).await?;
            self.leases.ledger().left.remove(&source);
        }
    }

    /// Prolongs this node's leases while rounds run; never ends. A store that is away is asked again next time: a lease
    /// outlives several of them.
    pub(super) async fn renewing(&self) {
        loop {
            tokio::time::sleep(Duration::from_millis(self.limits.renew_ms)).await;
            // What the store does not take now is offered again next time, and meanwhile nothing prolongs it.
            self.give_back().await.ok();
            let _turn = self.leases.turn_at_many().await;
            let running: Vec<SourceId> = self.leases.ledger().running.keys().cloned().collect();
            if !running.is_empty() {
                self.store.renew(running, self.lease_until_ms()).await.ok();
            }
        }
    }

    /// Until when a lease holds that is taken or prolonged now.
    pub(super) fn lease_until_ms(&self) -> i64 {
        (self.clock)().as_millisecond().saturating_add(self.limits.lease_ms)
    }

    /// Asks the store for a round that is under way, a few times while it is in trouble: a document that has come is not
    /// thrown away for a store that is away for a moment.
    pub(super) async fn patiently<T, F>(&self, ask: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut pause_ms = PAUSE_MS_MIN;
        for _ in 1..self.limits.store_tries_max {
            match ask().await {
                Err(error) if error.is_trouble() => {
                    tokio::time::sleep(Duration::from_millis(pause_ms)).await;
                    pause_ms = (pause_ms * 2).min(PAUSE_MS_MAX);
                }
                done => return done,
            }
        }
        ask().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Leases;
    use crate::model::SourceId;

    #[test]
    fn a_round_that_breaks_off_leaves_its_lease_to_be_given_back_until_it_is_taken_again() {
        let leases = Arc::new(Leases::default());
        let Ok(acme) = SourceId::new("acme") else { return };
        let left = || leases.ledger().left.len();
        leases.taken(&acme).settle();
        assert_eq!(left(), 0);
        drop(leases.taken(&acme));
        assert_eq!(left(), 1);
        let again = leases.taken(&acme);
        let running = || leases.ledger().running.values().sum::<usize>();
        assert_eq!((left(), running()), (0, 1));
        again.settle();
        assert_eq!((left(), running(), leases.ledger().running.len()), (0, 0, 0));
    }
}
