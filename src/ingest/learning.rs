//! What a round teaches about when its source publishes.

use jiff::Timestamp;

use crate::{
    model::{PollState, Stated, habit::Habit},
    store::Arrival,
};

/// The habit of a source that was in the state `before`, with what a round brought that ends at `now`. An entry that only
/// changed was published before and teaches nothing.
pub fn learned(before: &PollState, arrivals: &[Arrival], now: Timestamp) -> Habit {
    let since_ms = if before.has_history { before.succeeded_ms } else { 0 };
    let is_new = |it: &&Arrival| !before.has_history || it.kept.first_seen_ms > before.polled_ms;
    let dated = |it: &Arrival| it.kept.entry.published.or(it.kept.entry.updated);
    let published: Vec<Option<Stated>> = arrivals.iter().filter(is_new).map(dated).collect();
    before.habit.learn(&published, since_ms, now.as_millisecond())
}
