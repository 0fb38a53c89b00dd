//! Durations (`90s`, `2h`, `1d12h`) and sizes (`8MiB`) as feeds.toml writes them.

use std::{ops::RangeInclusive, time::Duration};

use jiff::SignedDuration;

use super::{complaint::Refusal, suggest::quote};

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 60 * MINUTE_S;
/// Seconds of a day; days, weeks and years here are plain multiples, not calendar arithmetic.
pub(super) const DAY_S: u64 = 24 * HOUR_S;
/// Seconds of a year of 365 days.
pub(super) const YEAR_S: u64 = 365 * DAY_S;

/// Largest first: the order in which they may follow one another.
const TIME_UNITS: [(&str, u64); 6] =
    [("y", YEAR_S), ("w", 7 * DAY_S), ("d", DAY_S), ("h", HOUR_S), ("m", MINUTE_S), ("s", 1)];

const SIZE_UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// Splits the leading digits off: the number they write, and the rest.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

fn seconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut units = TIME_UNITS.iter();
    let mut total: u64 = 0;
    loop {
        let (count, after) = number(rest)?;
        let letters = after.chars().next()?;
        let (_, unit_s) = units.find(|(name, _)| name.starts_with(letters))?;
        total = total.checked_add(count.checked_mul(*unit_s)?)?;
        rest = after.get(1..)?.trim_start();
        if rest.is_empty() {
            return Some(total);
        }
    }
}

/// Reads a duration within `range_s` seconds.
pub(super) fn duration(text: &str, range_s: RangeInclusive<u64>) -> Result<Duration, Refusal> {
    let Some(seconds) = seconds(text) else {
        return Err(Refusal::new(format!("{} is not a duration", quote(text))).help(
            "write a whole number and a unit: s, m, h, d, w or y, as in \"90s\", \"2h\" or \"1d12h\"",
        ));
    };
    if !range_s.contains(&seconds) {
        let (least, most) = (spoken(*range_s.start()), spoken(*range_s.end()));
        return Err(Refusal::new(format!("{} is out of range: from {least} to {most}", quote(text))));
    }
    Ok(Duration::from_secs(seconds))
}

/// Reads a duration within `range_s` seconds, as the model keeps it.
pub(super) fn signed(text: &str, range_s: RangeInclusive<u64>) -> Result<SignedDuration, Refusal> {
    let whole = duration(text, range_s)?.as_secs();
    Ok(SignedDuration::from_secs(i64::try_from(whole).unwrap_or(i64::MAX)))
}

/// The shortest way to write that many seconds with one unit.
pub(super) fn spoken(seconds: u64) -> String {
    let fits = |(_, unit): &&(&str, u64)| seconds >= *unit && seconds.is_multiple_of(*unit);
    TIME_UNITS.iter().find(fits).map_or("0s".to_owned(), |(name, unit)| format!("{}{name}", seconds / unit))
}

/// Reads a size within `range` bytes.
pub(super) fn size(text: &str, range: RangeInclusive<u64>) -> Result<u64, Refusal> {
    let bytes = number(text.trim()).and_then(|(count, unit)| {
        let (_, bytes) = SIZE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
        count.checked_mul(*bytes)
    });
    let Some(bytes) = bytes else {
        return Err(Refusal::new(format!("{} is not a size", quote(text)))
            .help("write a whole number and a unit: B, KiB, MiB or GiB, as in \"8MiB\""));
    };
    if !range.contains(&bytes) {
        let (least, most) = (spoken_size(*range.start()), spoken_size(*range.end()));
        return Err(Refusal::new(format!("{} is out of range: from {least} to {most}", quote(text))));
    }
    Ok(bytes)
}

fn spoken_size(bytes: u64) -> String {
    let fits = |(_, unit): &&(&str, u64)| bytes >= *unit && bytes.is_multiple_of(*unit);
    let binary = SIZE_UNITS.get(..4).unwrap_or(&[]);
    binary
        .iter()
        .rev()
        .find(fits)
        .map_or(format!("{bytes}B"), |(name, unit)| format!("{}{name}", bytes / unit))
}
