//! How often a source is worth asking in each hour of the week, and when the next request is due by that.
//!
//! Requests are worth most where something is likely to come. If `e` entries are expected in an hour, an interval that
//! goes with `1 / √e` makes the time that entries wait, summed over all sources and hours, the least that so many
//! requests can reach; hence one rule for all sources, however often they publish, and no budget of each.

use jiff::{SignedDuration, Timestamp};

use crate::model::habit::{Habit, WEEK_HOURS, hour_of_week};

/// Requests an hour where one entry an hour is expected: one in six minutes. It is one an hour, then, where two a week
/// are expected at any hour.
const REQUESTS_PER_ENTRY: f64 = 10.0;
/// Before anything is known a source counts as if it had brought this many entries …
const PRIOR_COUNT: f64 = 0.5;
/// … in this many weeks.
const PRIOR_WEEKS: f64 = 0.25;
/// Of all publications and this number more, this number may as well come at any other hour.
const ANYWHEN: f64 = 0.5;
/// With fewer publications than this the hours of the day say more than the hours of the week.
const BY_DAY: f64 = 20.0;
/// As many publications are spread evenly over the days before the days are compared.
const ANY_DAY: f64 = 2.0;
/// The part of an hour's weight that each of its two neighbours gets: publishers are not exact, and their clocks change
/// in spring and autumn.
const NEIGHBOUR: f64 = 0.1;
/// For so long after something new there is more to come: releases come in languages, and wires in bursts.
const BURST: SignedDuration = SignedDuration::from_mins(30);
/// So much more often it is asked then.
const BURST_FACTOR: f64 = 2.0;

const HOUR_MS: i64 = 3_600_000;

/// Requests an hour, for each hour of the week.
#[derive(Clone, Debug)]
pub(super) struct Rhythm {
    hours: [f64; WEEK_HOURS],
    /// While it lasts, it is asked more often; unix milliseconds.
    burst_ends_ms: i64,
    least: f64,
    most: f64,
}

impl Rhythm {
    /// Of a source with this habit at `now` that last brought something at `brought_ms` (0 if never), with never less
    /// than `shortest` and never more than `longest` between requests.
    pub(super) fn of(
        habit: &Habit,
        brought_ms: i64,
        bounds: (SignedDuration, SignedDuration),
        now: Timestamp,
    ) -> Self {
        let (shortest, longest) = bounds;
        let per_hour = |interval: SignedDuration| 3600.0 / interval.as_secs_f64().max(1.0);
        let (least, most) = (per_hour(longest), per_hour(shortest));
        let mut hours = expected(&habit.at(now.as_millisecond()));
        for hour in &mut hours {
            *hour = REQUESTS_PER_ENTRY * hour.sqrt();
        }
        // A clock that was set back makes no burst longer.
        let brought_ms = brought_ms.min(now.as_millisecond());
        let burst_ends_ms =
            if brought_ms > 0 { brought_ms.saturating_add(BURST.as_millis() as i64) } else { 0 };
        Self { hours, burst_ends_ms, least, most }
    }

    /// Whether something came so lately that it is asked more often.
    pub(super) fn is_bursting(&self, now: Timestamp) -> bool {
        now.as_millisecond() < self.burst_ends_ms
    }

    /// How long until `share` of a request is due, counted from `now`: 1 where nothing is to be added. An hour in which
    /// much is expected is not overslept.
    pub(super) fn wait(&self, now: Timestamp, share: f64) -> SignedDuration {
        let began_ms = now.as_millisecond();
        let (mut at_ms, mut due) = (began_ms, share);
        // It ends: in every hour at least the least is due.
        loop {
            let hour_ends_ms = at_ms.div_euclid(HOUR_MS).saturating_add(1).saturating_mul(HOUR_MS);
            let bursts = at_ms < self.burst_ends_ms;
            let ends_ms = if bursts { hour_ends_ms.min(self.burst_ends_ms) } else { hour_ends_ms };
            let rate = self.rate(hour_of_week(at_ms), bursts);
            let length = (ends_ms - at_ms) as f64 / HOUR_MS as f64;
            if rate * length >= due || ends_ms <= at_ms {
                let last_ms = (due / rate * HOUR_MS as f64).ceil() as i64;
                return SignedDuration::from_millis(at_ms.saturating_add(last_ms).saturating_sub(began_ms));
            }
            due -= rate * length;
            at_ms = ends_ms;
        }
    }

    /// Requests in an hour of the week.
    pub(super) fn rate(&self, hour: usize, bursts: bool) -> f64 {
        let usual = self.hours.get(hour).copied().unwrap_or_default();
        (if bursts { usual * BURST_FACTOR } else { usual }).clamp(self.least, self.most)
    }
}

/// Entries expected in each hour of the week.
fn expected(habit: &Habit) -> [f64; WEEK_HOURS] {
    let hours = habit.hours();
    let count: f64 = hours.iter().sum();
    let weekly = (count + PRIOR_COUNT) / (habit.weeks() + PRIOR_WEEKS);
    let mut by_hour = [0.0; 24];
    let mut by_day = [0.0; 7];
    for (at, weight) in hours.iter().enumerate() {
        add(&mut by_hour, at % 24, *weight);
        add(&mut by_day, at / 24, *weight);
    }
    let (smooth, smooth_by_hour) = (smoothed(&hours), smoothed(&by_hour));
    let own = count / (count + BY_DAY);
    let anywhen = ANYWHEN / (count + ANYWHEN);
    let mut all = [0.0; WEEK_HOURS];
    for (at, one) in all.iter_mut().enumerate() {
        let part = |of: &[f64], at: usize| of.get(at).copied().unwrap_or_default();
        let of_day = (part(&by_day, at / 24) + ANY_DAY / 7.0) / (count + ANY_DAY);
        let by_day_and_hour = part(&smooth_by_hour, at % 24) * of_day;
        let known = own * part(&smooth, at) + (1.0 - own) * by_day_and_hour;
        let known = if count > 0.0 { known / count } else { 0.0 };
        *one = weekly * ((1.0 - anywhen) * known + anywhen / WEEK_HOURS as f64);
    }
    all
}

fn add(to: &mut [f64], at: usize, weight: f64) {
    if let Some(one) = to.get_mut(at) {
        *one += weight;
    }
}

/// With a part of each given to its neighbours; the last is the neighbour of the first.
fn smoothed<const N: usize>(of: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|at| {
        let near = |by: usize| of.get((at + by) % N).copied().unwrap_or_default();
        near(0) * (1.0 - 2.0 * NEIGHBOUR) + (near(1) + near(N - 1)) * NEIGHBOUR
    })
}
