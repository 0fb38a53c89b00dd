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

/// When a hub last pushed.
#[derive(Debug)]
struct Pushing {
    hub: String,
    /// Unix milliseconds.
    at_ms: i64,
}

/// When hubs last pushed, by source.
#[derive(Debug, Default)]
pub struct Trust(Mutex<HashMap<SourceId, Pushing>>);

impl Trust {
    /// Takes over what is known of all subscriptions at `now_ms`. They may have been read before the latest push was
    /// noted, which is kept therefore.
    pub fn survey(&self, subscriptions: &[Subscription], now_ms: i64) {
        let mut known = self.pushing();
        let active = subscriptions.iter().filter(|it| it.stage == Stage::Active && it.expires_ms > now_ms);
        let pushing = active.filter_map(|it| {
            let noted_ms = known.get(&it.source).filter(|known| known.hub == it.hub).map_or(0, |it| it.at_ms);
            let at_ms = it.pushed_ms.max(noted_ms);
            (at_ms > 0).then(|| (it.source.clone(), Pushing { hub: it.hub.clone(), at_ms }))
        });
        let pushing = pushing.collect();
        *known = pushing;
    }

    /// A hub has pushed.
    pub fn note(&self, pushed: &Subscription) {
        let pushing = Pushing { hub: pushed.hub.clone(), at_ms: pushed.pushed_ms };
        self.pushing().insert(pushed.source.clone(), pushing);
    }

    /// Whether everything that the source ever brought lately came from its hub.
    pub fn is_earned(&self, source: &SourceId, state: &PollState) -> bool {
        self.pushing().get(source).is_some_and(|it| it.at_ms >= state.brought_ms)
    }

    fn pushing(&self) -> MutexGuard<'_, HashMap<SourceId, Pushing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ingest::websub::stages::wanted, model::source::Secret, store::Announced};

    fn active(hub: &str, pushed_ms: i64) -> Subscription {
        let announced = Announced {
            source: SourceId::new("acme").unwrap(),
            hub: hub.to_owned(),
            topic: "https://acme.example/".to_owned(),
        };
        let secrets = (Secret("t".into()), Secret("s".into()));
        Subscription {
            stage: Stage::Active,
            expires_ms: 1_000,
            pushed_ms,
            ..wanted(announced, "", secrets, 0)
        }
    }

    #[test]
    fn a_push_outlives_a_survey_that_was_read_before_it_and_no_change_of_hub() {
        let (trust, source) = (Trust::default(), SourceId::new("acme").unwrap());
        let state = PollState { brought_ms: 20, ..PollState::default() };
        trust.note(&active("https://hub.example/", 20));
        for pushed_ms in [0, 10] {
            trust.survey(&[active("https://hub.example/", pushed_ms)], 30);
            assert!(trust.is_earned(&source, &state), "{pushed_ms}");
        }
        trust.survey(&[active("https://other.example/", 10)], 30);
        assert!(!trust.is_earned(&source, &state), "another hub has not pushed it");
        trust.survey(&[active("https://other.example/", 20)], 30);
        assert!(trust.is_earned(&source, &state));
        trust.survey(&[active("https://other.example/", 20)], 1_000);
        assert!(!trust.is_earned(&source, &state), "the lease is over");
    }
}
