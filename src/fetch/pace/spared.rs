//! Hours and days in which a feed asks to be left alone (RSS 2.0, `skipHours` and `skipDays`).

use jiff::{SignedDuration, Timestamp};

use crate::model::{
    draft::Cadence,
    habit::{WEEK_HOURS, hour_of_week},
};

const HOUR_MS: i64 = 3_600_000;

/// Whether nobody should ask in this hour of the week.
fn is_spared(cadence: Cadence, hour: usize) -> bool {
    cadence.skip_hours >> (hour % 24) & 1 == 1 || cadence.skip_days >> (hour / 24) & 1 == 1
}

/// When the spared time is over in which `at` lies; `None` if it lies in none. A feed that spares every hour of the week
/// means none of them.
pub(super) fn end_of(cadence: Cadence, at: Timestamp) -> Option<Timestamp> {
    let at_ms = at.as_millisecond();
    if !is_spared(cadence, hour_of_week(at_ms)) {
        return None;
    }
    let hour_ms = at_ms.div_euclid(HOUR_MS).saturating_mul(HOUR_MS);
    let hours = (1..WEEK_HOURS as i64)
        .find(|by| !is_spared(cadence, hour_of_week(hour_ms.saturating_add(by.saturating_mul(HOUR_MS)))))?;
    Timestamp::from_millisecond(hour_ms).ok()?.checked_add(SignedDuration::from_hours(hours)).ok()
}
