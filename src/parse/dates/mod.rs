//! Dates as publishers write them: RFC 822 with every oddity, ISO 8601, C's order, epoch numbers, months in the
//! languages of Western Europe.

mod names;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use crate::model::{Precision, Stated};
use names::{fold, month, signed_zone, zone, zone_after_clock};

/// Longest text that is looked at, in bytes.
const TEXT_BYTES_MAX: usize = 100;

/// Numbers of at least this many digits alone are unix seconds; of at least thirteen, milliseconds.
const EPOCH_DIGITS_MIN: usize = 9;

/// Reads a date in any of the ways publishers write one; `None` if no date can be made of it.
pub(super) fn parse(text: &str) -> Option<Stated> {
    let text = text.trim();
    if text.is_empty() || text.len() > TEXT_BYTES_MAX {
        return None;
    }
    epoch(text).or_else(|| iso(text)).or_else(|| words(text))
}

fn epoch(text: &str) -> Option<Stated> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if whole.len() < EPOCH_DIGITS_MIN || whole.len() > 14 || !whole.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    if whole.len() == 14 {
        // 20260131120000: a date and time without any sign between.
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let instant_ms = if whole.len() >= 13 { number } else { number.checked_mul(1000)? };
    // Twelve digits are as many seconds as a calendar of four-digit years does not have.
    Timestamp::from_millisecond(instant_ms).ok()?;
    Some(Stated { instant_ms, offset_min: 0, precision: Precision::Second })
}

/// ISO 8601 and RFC 3339: calendar, ordinal and week-less forms, with or without signs between, with or without time
/// and zone.
fn iso(text: &str) -> Option<Stated> {
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '-').unwrap_or(text.len());
    // 2026-01-31-05:00: a zone west of Greenwich begins like one more part of the date.
    let zone_at = text.match_indices('-').map(|(at, _)| at).take_while(|at| *at < end).nth(2);
    let zone_at = zone_at.filter(|at| text.get(*at..).and_then(signed_zone).is_some());
    let (date, rest) = text.split_at(zone_at.unwrap_or(end));
    let date = date.strip_suffix('-').unwrap_or(date);
    let (date, digits_of_time) = match date.len() {
        14 if !date.contains('-') => (date.get(..8)?, date.get(8..)?),
        _ => (date, ""),
    };
    let date = iso_date(date)?;
    if !digits_of_time.is_empty() {
        return stated(date, clock(digits_of_time)?, zone(rest.trim()).unwrap_or(0));
    }
    let rest = rest.trim_start_matches([',', ' ']).trim_start_matches(['T', 't', '_']).trim_start();
    if rest.is_empty() {
        return day(date, 0);
    }
    let end =
        rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.' | ','))).unwrap_or(rest.len());
    let (time, after) = rest.split_at(end);
    if time.is_empty() {
        return zone(after.trim()).and_then(|offset| day(date, offset));
    }
    stated(date, clock(time)?, zone_after_clock(after.trim()))
}

fn iso_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (first, second, third) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() || !text.bytes().all(|it| it.is_ascii_digit() || it == b'-') {
        return None;
    }
    match (second, third) {
        (Some(month), Some(day)) => match first.len() {
            4 => calendar_date(first, month, day),
            2 if month.len() == 2 && day.len() == 2 => calendar_date(first, month, day),
            _ => None,
        },
        // 2003-12: the first day; 2003-335: the 335th.
        (Some(month), None) if first.len() == 4 => match month.len() {
            2 => calendar_date(first, month, "1"),
            3 => ordinal_date(first, month),
            _ => None,
        },
        (None, None) => match first.len() {
            4 => calendar_date(first, "1", "1"),
            7 => ordinal_date(first.get(..4)?, first.get(4..)?),
            8 => calendar_date(first.get(..4)?, first.get(4..6)?, first.get(6..)?),
            _ => None,
        },
        _ => None,
    }
}

fn calendar_date(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = full_year(year.parse().ok()?, year.len());
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

fn ordinal_date(year: &str, day: &str) -> Option<Date> {
    let (year, day): (i16, i16) = (year.parse().ok()?, day.parse().ok()?);
    let first = Date::new(year, 1, 1).ok()?;
    let span = jiff::Span::new().try_days(day.checked_sub(1)?).ok()?;
    first.checked_add(span).ok().filter(|it| it.year() == year)
}

/// What a piece of a date in words is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Number { value: i32, digits: usize },
    Month(i8),
    Clock(Time),
    Zone(i16),
    Noon { after: bool },
}

/// Dates in words, in any order: `Mon, 2 Jan 2006 15:04:05 MST`, `Mon Jan  2 15:04:05 2006`, `2 janvier 2006`.
fn words(text: &str) -> Option<Stated> {
    let mut pieces = Vec::new();
    for word in text.split(|it: char| it.is_whitespace() || it == ',').filter(|it| !it.is_empty()) {
        piece(word, &mut pieces);
    }
    let months = || pieces.iter().enumerate().filter(|(_, it)| matches!(it, Piece::Month(_)));
    // Weekday names may begin like a month (mardi, mar): the one beside a number is the month.
    let beside = |at: usize| {
        let number = |it: Option<&Piece>| matches!(it, Some(Piece::Number { .. }));
        number(pieces.get(at + 1)) || at.checked_sub(1).is_some_and(|it| number(pieces.get(it)))
    };
    let month = months().rfind(|(at, _)| beside(*at)).or_else(|| months().next_back());
    let numbers: Vec<(i32, usize)> = pieces
        .iter()
        .filter_map(|it| match it {
            Piece::Number { value, digits } => Some((*value, *digits)),
            _ => None,
        })
        .collect();
    let date = match (month, numbers.as_slice()) {
        (Some((_, Piece::Month(month))), [first, second, ..]) => {
            let (day, year) = if first.1 >= 3 { (second, first) } else { (first, second) };
            named_date(*month, *day, *year)?
        }
        (None, [first, second, third, ..]) => numeric_date(*first, *second, *third)?,
        _ => return None,
    };
    let zone = pieces.iter().rev().find_map(|it| if let Piece::Zone(it) = it { Some(*it) } else { None });
    let clock = pieces.iter().find_map(|it| if let Piece::Clock(it) = it { Some(*it) } else { None });
    let noon = pieces.iter().find_map(|it| if let Piece::Noon { after } = it { Some(*after) } else { None });
    match clock {
        Some(time) => stated(date, twelve_hours(time, noon), zone.unwrap_or(0)),
        None => day(date, zone.unwrap_or(0)),
    }
}

fn named_date(month: i8, day: (i32, usize), year: (i32, usize)) -> Option<Date> {
    let year = full_year(i16::try_from(year.0).ok()?, year.1);
    let day = i8::try_from(day.0).ok()?;
    Date::new(year, month, day).ok()
}

/// `31/12/2026`, `12/31/2026`, `31.12.2026`, `2026/12/31`; where both are possible, the month comes first as in the
/// United States.
fn numeric_date(first: (i32, usize), second: (i32, usize), third: (i32, usize)) -> Option<Date> {
    let (year, month, day) = if first.1 == 4 {
        (first, second, third)
    } else if first.0 > 12 {
        (third, second, first)
    } else {
        (third, first, second)
    };
    named_date(i8::try_from(month.0).ok()?, day, year)
}

fn piece(word: &str, pieces: &mut Vec<Piece>) {
    let lower = word.to_lowercase();
    let plain: String = lower.chars().map(fold).collect();
    let bare = plain.trim_matches(['.', '(', ')', ';', '"', '\'']);
    if bare.contains(':') {
        clock_word(bare, pieces);
    } else if let Some(minutes) = signed_zone(bare) {
        pieces.push(Piece::Zone(minutes));
    } else if bare.starts_with(|it: char| it.is_ascii_digit()) {
        number_word(bare, pieces);
    } else if let Some(month) = month(bare) {
        pieces.push(Piece::Month(month));
    } else if let Some(minutes) = zone(bare) {
        pieces.push(Piece::Zone(minutes));
    } else if bare == "am" || bare == "pm" {
        pieces.push(Piece::Noon { after: bare == "pm" });
    }
}

/// `15:04:05`, also with a zone or `pm` attached.
fn clock_word(word: &str, pieces: &mut Vec<Piece>) {
    let end = word.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.'))).unwrap_or(word.len());
    let (time, rest) = word.split_at(end);
    if let Some(time) = clock(time) {
        pieces.push(Piece::Clock(time));
    } else if let Some(minutes) = zone(word) {
        pieces.push(Piece::Zone(minutes));
    }
    if !rest.is_empty() && end > 0 {
        piece_without_clock(rest, pieces);
    }
}

fn piece_without_clock(word: &str, pieces: &mut Vec<Piece>) {
    if matches!(word, "am" | "pm") {
        pieces.push(Piece::Noon { after: word == "pm" });
    } else if let Some(minutes) = zone(word) {
        pieces.push(Piece::Zone(minutes));
    }
}

/// `02`, `2nd`, `02-jan-2006`, `12/31/2006`.
fn number_word(word: &str, pieces: &mut Vec<Piece>) {
    for part in word.split(['-', '/', '.', '_']).filter(|it| !it.is_empty()) {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        match number.parse() {
            Ok(value) if digits <= 4 => pieces.push(Piece::Number { value, digits }),
            _ => {
                if let Some(month) = month(rest) {
                    pieces.push(Piece::Month(month));
                }
            }
        }
    }
}

/// RFC 2822 section 4.3: two digits below 50 are 2000 and later, others before; three digits count from 1900.
fn full_year(year: i16, digits: usize) -> i16 {
    match digits {
        0..=2 if year < 50 => year + 2000,
        0..=2 => year + 1900,
        3 => year + 1900,
        _ => year,
    }
}

/// `15:04:05.123`, `15:04`, `150405`, `1504`, `15`. A leap second is the second before, 24:00 the day's last moment
/// but one: the day itself is more certain than the time.
fn clock(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let parts: Vec<&str> = if whole.contains(':') {
        whole.split(':').collect()
    } else {
        let pair = |at: usize| whole.get(at..at + 2);
        match whole.len() {
            6 => vec![pair(0)?, pair(2)?, pair(4)?],
            4 => vec![pair(0)?, pair(2)?],
            1 | 2 => vec![whole],
            _ => return None,
        }
    };
    let number = |at: usize| match parts.get(at) {
        Some(it) if it.len() <= 2 => it.parse::<i8>().ok(),
        Some(_) => None,
        None => Some(0),
    };
    let (hour, minute, second) = (number(0)?, number(1)?, number(2)?);
    let hour = if hour == 24 { 0 } else { hour };
    let millis: i32 = format!("{:0<3}", fraction.get(..fraction.len().min(3))?).parse().unwrap_or(0);
    Time::new(hour, minute, second.min(59), millis * 1_000_000).ok()
}

fn twelve_hours(time: Time, noon: Option<bool>) -> Time {
    let hour = match (noon, time.hour()) {
        (Some(true), hour @ 1..=11) => hour + 12,
        (Some(false), 12) => 0,
        (_, hour) => hour,
    };
    Time::new(hour, time.minute(), time.second(), time.subsec_nanosecond()).unwrap_or(time)
}

fn day(date: Date, offset_min: i16) -> Option<Stated> {
    let stated = stated(date, Time::midnight(), offset_min)?;
    Some(Stated { precision: Precision::Day, ..stated })
}

fn stated(date: Date, time: Time, offset_min: i16) -> Option<Stated> {
    let offset = Offset::from_seconds(i32::from(offset_min) * 60).ok()?;
    let instant = offset.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some(Stated { instant_ms: instant.as_millisecond(), offset_min, precision: Precision::Second })
}
