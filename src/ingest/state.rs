//! What a round leaves as its source's state: what was found out, and when to ask again.

use tracing::info;
use url::Url;

use super::{Ingest, RoundError};
use crate::{
    fetch::{Answer, FetchError, MOVED_TIMES_MIN, Outcome, Pace, Past, next_poll},
    model::{PollState, Source},
};

/// How long a host is left alone that says “too many requests” without saying for how long, milliseconds.
const HOST_REST_MS: i64 = 60_000;
/// Feeds of a page that are offered to the operator.
const OFFERS_MAX: usize = 5;
/// The status that says so.
const TOO_MANY_REQUESTS: u16 = 429;

impl Ingest {
    /// After a good answer.
    pub(super) fn answered(
        &self,
        source: &Source,
        mut state: PollState,
        answer: &Answer,
        brought: bool,
    ) -> PollState {
        let now_ms = (self.clock)().as_millisecond();
        state.etag.clone_from(&answer.validators.etag);
        state.last_modified.clone_from(&answer.validators.last_modified);
        state.polled_ms = now_ms;
        state.succeeded_ms = now_ms;
        state.failures = 0;
        state.failing_since_ms = 0;
        state.error = None;
        state.error_class.clear();
        state.offers.clear();
        state.host_until_ms = 0;
        state.retry_until_ms = answer.asks.retry_after.map_or(0, |it| later(now_ms, it));
        state.gone = false;
        if brought {
            state.brought_ms = now_ms;
        }
        note_move(source, &mut state, answer.moved_to.as_ref());
        self.paced(source, state, Outcome::Answered { answer })
    }

    /// After a failure. What an answer once said of a move is forgotten with the first one: the next round begins at the
    /// source's own address again.
    pub(super) fn failed_with(&self, source: &Source, mut state: PollState, error: &RoundError) -> PollState {
        let now_ms = (self.clock)().as_millisecond();
        let (host_rest_ms, retry_after) = match error {
            RoundError::Fetch(error) => (host_rest_ms(error), error.retry_after()),
            _ => (None, None),
        };
        state.polled_ms = now_ms;
        if state.failures == 0 {
            state.failing_since_ms = now_ms;
        }
        state.failures = state.failures.saturating_add(1);
        state.error = Some(error.to_string());
        error.class().clone_into(&mut state.error_class);
        state.offers = match error {
            RoundError::Page { offers, .. } => offers.iter().take(OFFERS_MAX).map(Url::to_string).collect(),
            _ => Vec::new(),
        };
        (state.moved_to, state.moved_times) = (None, 0);
        state.retry_until_ms = retry_after.map_or(0, |it| later(now_ms, it));
        state.host_until_ms = host_rest_ms.map_or(0, |it| now_ms.saturating_add(it));
        let outcome = Outcome::Failed { failures: state.failures, retry_after };
        self.paced(source, state, outcome)
    }

    /// After the publisher said that the feed is gone for good.
    pub(super) fn gone_for_good(&self, source: &Source, mut state: PollState) -> PollState {
        state.gone = true;
        state.polled_ms = (self.clock)().as_millisecond();
        state.error =
            Some("410 Gone: the publisher took this feed away for good; it is not asked again".into());
        "gone".clone_into(&mut state.error_class);
        self.paced(source, state, Outcome::Gone)
    }

    fn paced(&self, source: &Source, mut state: PollState, outcome: Outcome<'_>) -> PollState {
        let interval = self.terms().interval;
        // What a hub pushes is polled for the case that a push is lost.
        let is_pushed =
            matches!(outcome, Outcome::Answered { .. }) && self.hubs.is_earned(&source.id, &state);
        let pace = Pace {
            source: source.id.clone(),
            every: source.every,
            interval_min: if is_pushed { interval.max } else { interval.min },
            interval_max: interval.max,
            is_local: source.path.is_some(),
        };
        let past = Past { cadence: state.cadence, habit: &state.habit, brought_ms: state.brought_ms };
        let next = next_poll(&pace, &past, outcome, (self.clock)());
        state.next_at_ms = next.at.as_millisecond().max(state.host_until_ms);
        state.next_why =
            if is_pushed { format!("{} A hub pushes it meanwhile.", next.why) } else { next.why };
        state
    }
}

/// How long the whole host is to be left alone after this failure, milliseconds: as long as it says, if it says that it is
/// asked too often. What a redirect leads to speaks for itself alone: it must not silence the other sources of a host.
pub(super) fn host_rest_ms(error: &FetchError) -> Option<i64> {
    let FetchError::Status { code: TOO_MANY_REQUESTS, retry_after, own: true } = error else { return None };
    let asked = retry_after.map(|it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX));
    Some(asked.unwrap_or(HOST_REST_MS))
}

/// Counts the answers in a row that say that the source has moved to the same place for good. After a few of them it is
/// asked there, and the operator is told.
fn note_move(source: &Source, state: &mut PollState, moved_to: Option<&Url>) {
    let Some(to) = moved_to.map(Url::to_string) else {
        (state.moved_to, state.moved_times) = (None, 0);
        return;
    };
    state.moved_times =
        if state.moved_to.as_ref() == Some(&to) { state.moved_times.saturating_add(1) } else { 1 };
    if state.moved_times == MOVED_TIMES_MIN {
        let id = source.id.as_str();
        info!(source = id, "{id} has moved for good and is asked there: write url = \"{to}\" in feeds.toml");
    }
    state.moved_to = Some(to);
}

fn later(now_ms: i64, wait: std::time::Duration) -> i64 {
    now_ms.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}
