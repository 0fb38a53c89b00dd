//! Which hubs are relied on: those that have pushed whatever was new. Their sources are polled at the longest interval,
//! until a poll finds something that no push had brought.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    model::{PollState, SourceId},
    store::{Stage, Subscription},
};

/// When hubs last pushed, by source, unix milliseconds.
#[derive(Debug, Default)]
pub struct Trust(Mutex<HashMap<SourceId, i64>>);

impl Trust {
    /// Takes over what is known of all subscriptions at `now_ms`.
    pub fn survey(&self, subscriptions: &[Subscription], now_ms: i64) {
        let pushes =
            |it: &&Subscription| it.stage == Stage::Active && it.expires_ms > now_ms && it.pushed_ms > 0;
        let pushing = subscriptions.iter().filter(pushes);
        *self.pushed() = pushing.map(|it| (it.source.clone(), it.pushed_ms)).collect();
    }

    /// A hub has pushed.
    pub fn note(&self, source: &SourceId, now_ms: i64) {
        self.pushed().insert(source.clone(), now_ms);
    }

    /// Whether everything that the source ever brought lately came from its hub.
    pub fn is_earned(&self, source: &SourceId, state: &PollState) -> bool {
        self.pushed().get(source).is_some_and(|pushed_ms| *pushed_ms >= state.brought_ms)
    }

    fn pushed(&self) -> MutexGuard<'_, HashMap<SourceId, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
