//! Dates as publishers write them: RFC 822 with every oddity, ISO 8601, C's order, epoch numbers, months in the
//! languages of Europe, and the order of East Asia.

mod clock;
mod iso;
mod names;
mod plain;
mod words;
mod zone;

use std::ops::RangeInclusive;

use jiff::{civil::Date, tz::Offset};

use crate::model::{Precision, Stated};
use clock::Clock;
use zone::{Zone, signed_zone};

/// Longest text that is looked at, in bytes.
const TEXT_BYTES_MAX: usize = 150;

/// Years that are a date's: the years 0 and 1 are what programs write where they have none.
const YEARS: RangeInclusive<i16> = 2..=9999;

/// Reads a date in any of the ways publishers write one; `None` if no date can be made of it.
pub(super) fn parse(text: &str) -> Option<Stated> {
    let text = text.trim();
    if text.is_empty() || text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let visible = plain::plain(text);
    let visible = visible.trim();
    let found = epoch(visible).or_else(|| iso::iso(visible)).or_else(|| words::words(visible));
    // `<time datetime="2026-01-31">today</time>`
    found.or_else(|| iso::iso(plain::attribute(text, "datetime")?))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, by how many digits there are; also as .NET writes them:
/// `/Date(1769860800000+0100)/`.
fn epoch(text: &str) -> Option<Stated> {
    let inner = text.strip_prefix("/Date(").and_then(|it| it.trim_end_matches('/').strip_suffix(')'));
    let (number, offset_min) = match inner.map(|it| (it, it.rfind(['+', '-']))) {
        Some((inner, Some(at))) if at > 0 => {
            let (number, offset) = inner.split_at(at);
            (number, signed_zone(offset)?)
        }
        Some((inner, _)) => (inner, 0),
        None => (text, 0),
    };
    let whole = number.split_once('.').map_or(number, |(whole, _)| whole);
    if !whole.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let digits: i64 = whole.parse().ok()?;
    let instant_ms = match whole.len() {
        9..=11 => digits.checked_mul(1000)?,
        13 => digits,
        16 => digits / 1000,
        19 => digits / 1_000_000,
        // 202601311200, 20260131120000: a date and time without any sign between.
        _ => return None,
    };
    Some(Stated { instant_ms, offset_min, precision: Precision::Second })
}

/// A date whose year has so many digits. RFC 2822 section 4.3: two digits below 50 are 2000 and later, others before;
/// three digits count from 1900.
fn date(year: i32, digits: usize, month: i32, day: i32) -> Option<Date> {
    let year = match digits {
        0..=2 if year < 50 => year + 2000,
        0..=3 => year + 1900,
        _ => year,
    };
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok().filter(|it| YEARS.contains(&it.year()))
}

fn day(date: Date, zone: &Zone) -> Option<Stated> {
    let stated = stated(date, Clock::MIDNIGHT, zone)?;
    Some(Stated { precision: Precision::Day, ..stated })
}

fn stated(date: Date, clock: Clock, zone: &Zone) -> Option<Stated> {
    let moment = clock.on(date)?;
    let offset_min = zone.offset_min(moment);
    let offset = Offset::from_seconds(i32::from(offset_min) * 60).ok()?;
    let instant = offset.to_timestamp(moment).ok()?;
    Some(Stated { instant_ms: instant.as_millisecond(), offset_min, precision: Precision::Second })
}
