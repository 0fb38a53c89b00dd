//! What a feed itself says about when to ask: `ttl`, `skipHours`, `skipDays` (RSS 2.0) and the syndication module
//! (`sy:updatePeriod`, `sy:updateFrequency`, `sy:updateBase`), which stands in RSS and Atom alike. JSON Feed says nothing.

use super::{
    dates,
    mend::{Field, Fields, Space},
};
use crate::model::draft::Cadence;

/// Longest interval that a publisher may ask for: a month, in minutes.
const INTERVAL_MIN_MAX: u32 = 44_640;
/// Hours or days that are read, at most.
const SKIPPED_MAX: usize = 64;

/// What stands behind the number of a `ttl`, although that is always in minutes.
const MINUTES: &[&str] = &["m", "min", "mins", "minute", "minutes"];

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads the feed's own fields. `ttl` counts before the syndication module: it speaks of polling, the module of updates.
pub(super) fn cadence(feed: &Fields<'_>) -> Cadence {
    let ttl = feed.first(Space::Native, "ttl").and_then(|it| number(it.text()?, MINUTES));
    let ttl = ttl.filter(|it| *it > 0);
    let updates = updates(feed);
    let interval_min = ttl.or(updates).map(|it| it.min(INTERVAL_MIN_MAX));
    let base = || dates::parse(feed.first(Space::Sy, "updatebase")?.text()?);
    // Only the module's own interval begins where the module says.
    let base_min = interval_min.filter(|_| ttl.is_none()).and_then(|every| {
        let minute = base()?.instant_ms.div_euclid(60_000);
        u32::try_from(minute.rem_euclid(i64::from(every))).ok()
    });
    Cadence {
        interval_min,
        base_min,
        skip_hours: skipped(feed, "hour", hour),
        skip_days: skipped(feed, "day", day),
    }
}

/// A period divided by how often in it, minutes. Of the two what is missing is a day, or once.
fn updates(feed: &Fields<'_>) -> Option<u32> {
    let period = feed.first(Space::Sy, "updateperiod").and_then(Field::text).map(str::to_ascii_lowercase);
    let frequency = feed.first(Space::Sy, "updatefrequency").and_then(|it| number(it.text()?, &[]));
    let minutes: u32 = match period.as_deref() {
        Some("hourly" | "hour") => 60,
        Some("daily" | "day") => 1_440,
        Some("weekly" | "week") => 10_080,
        Some("monthly" | "month") => 43_200,
        Some("yearly" | "year" | "annually") => 525_600,
        None if frequency.is_some() => 1_440,
        _ => return None,
    };
    Some(minutes / frequency.unwrap_or(1).max(1)).filter(|it| *it > 0)
}

/// A bit for each hour or day: the sheet has the children of `skipHours` and `skipDays` among the feed's own fields.
fn skipped(feed: &Fields<'_>, name: &str, read: impl Fn(&str) -> Option<u32>) -> u32 {
    let stated = feed.fields.iter().filter(|it| it.is(Space::Native, name)).take(SKIPPED_MAX);
    stated.filter_map(|it| read(it.text()?)).fold(0, |bits, at| bits | 1 << at)
}

/// 0 to 23; some write 24 for midnight, and some the minutes behind it.
fn hour(word: &str) -> Option<u32> {
    number(word, &[":00", "h"]).filter(|it| *it <= 24).map(|it| it % 24)
}

/// A whole number, behind which zeros after a point or one of these units may stand.
fn number(text: &str, units: &[&str]) -> Option<u32> {
    let (digits, rest) = text.split_at(text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len()));
    let unit = rest.strip_prefix('.').map_or(rest, |it| it.trim_start_matches('0')).trim();
    let is_known = unit.is_empty() || units.iter().any(|it| it.eq_ignore_ascii_case(unit));
    digits.parse().ok().filter(|_| is_known)
}

/// A day's English name or its first three letters at least: bit 0 is Monday.
fn day(word: &str) -> Option<u32> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let at = DAYS.iter().position(|it| *it == start)?;
    u32::try_from(at).ok()
}
