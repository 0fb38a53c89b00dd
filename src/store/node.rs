//! What one process remembers of its own part in a store that several may share.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::{heads::Heads, health::Pulse};
use crate::model::{EntryId, SourceId};

/// This process among all that share the store.
#[derive(Debug)]
pub(super) struct Node {
    /// The name under which it holds leases.
    pub(super) name: String,
    /// How the store has answered it.
    pub(super) pulse: Pulse,
    /// What it remembers of the newest entries.
    pub(super) heads: Arc<Heads>,
    /// Entry ids that are its to give.
    pub(super) ids: tokio::sync::Mutex<Block>,
    adopted: Mutex<Arc<HashSet<SourceId>>>,
}

impl Node {
    /// A process that has done nothing yet.
    pub(super) fn new(name: &str) -> Self {
        let (pulse, heads, ids) = (Pulse::default(), Arc::default(), tokio::sync::Mutex::default());
        Self { name: name.to_owned(), pulse, heads, ids, adopted: Mutex::default() }
    }

    /// The sources that it polls.
    pub(super) fn adopted(&self) -> Arc<HashSet<SourceId>> {
        Arc::clone(&self.adopted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on it polls `sources`.
    pub(super) fn adopt(&self, sources: HashSet<SourceId>) {
        *self.adopted.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(sources);
    }
}

/// Entry ids that may be given: those after `next`, up to `last`.
#[derive(Debug, Default)]
pub(super) struct Block {
    next: i64,
    last: i64,
}

impl Block {
    /// A block of `size` ids that ends with `last`.
    pub(super) fn ending(last: i64, size: i64) -> Self {
        Self { next: last - size, last }
    }

    /// The next id, if there is one left.
    pub(super) fn draw(&mut self) -> Option<EntryId> {
        (self.next < self.last).then(|| {
            self.next += 1;
            EntryId(self.next)
        })
    }
}
