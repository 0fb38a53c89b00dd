//! ISO 8601 and RFC 3339, RFC 9557's zones in brackets included.

use jiff::civil::{Date, ISOWeekDate, Weekday};

use super::{
    clock::{Clock, after_noon},
    day, stated,
    zone::Zone,
};
use crate::model::Stated;

/// Calendar, week and ordinal dates, with or without signs between, with or without time and zone.
pub(super) fn iso(text: &str) -> Option<Stated> {
    if let Some((date, rest)) = week_date(text) {
        return with_time(date, rest);
    }
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '-').unwrap_or(text.len());
    // 2026-01-31-05:00: a zone west of Greenwich begins like one more part of the date.
    let third = text.match_indices('-').map(|(at, _)| at).take_while(|at| *at < end).nth(2);
    let zone = third.filter(|at| text.get(*at..).is_some_and(|it| Zone::of(it).is_known()));
    let (date, rest) = text.split_at(zone.unwrap_or(end));
    let date = date.strip_suffix('-').unwrap_or(date);
    if matches!(date.len(), 12 | 14) && !date.contains('-') {
        let (date, time) = date.split_at(8);
        return stated(iso_date(date)?, Clock::parse(time)?, &Zone::of(rest));
    }
    with_time(iso_date(date)?, rest)
}

/// The date with the time that follows it, if one does.
fn with_time(date: Date, rest: &str) -> Option<Stated> {
    let rest = rest.trim_start_matches([',', ' ']).trim_start_matches(['T', 't', '_']).trim_start();
    if rest.is_empty() {
        return day(date, &Zone::default());
    }
    let end =
        rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.' | ','))).unwrap_or(rest.len());
    let (time, after) = rest.split_at(end);
    if time.is_empty() {
        let zone = Zone::of(after);
        return zone.is_known().then(|| day(date, &zone))?;
    }
    let noon = after.to_ascii_lowercase().split_whitespace().find_map(after_noon);
    let clock = Clock::parse(time)?;
    stated(date, noon.map_or(clock, |it| clock.of_twelve(it)), &Zone::of(after))
}

/// `2026-W05-1`, `2026W051`, `2026-W05` for its Monday, and what follows.
fn week_date(text: &str) -> Option<(Date, &str)> {
    let year = text.get(..4)?.parse().ok()?;
    let rest = text.get(4..)?.trim_start_matches('-').strip_prefix(['W', 'w'])?;
    let week = rest.get(..2)?.parse().ok()?;
    let rest = rest.get(2..)?;
    let digits = rest.strip_prefix('-').unwrap_or(rest);
    let (number, rest) = match digits.bytes().next() {
        Some(it @ b'1'..=b'7') => (it - b'0', digits.get(1..)?),
        _ => (1, rest),
    };
    let weekday = Weekday::from_monday_one_offset(i8::try_from(number).ok()?).ok()?;
    Some((ISOWeekDate::new(year, week, weekday).ok()?.date(), rest))
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
    super::date(year.parse().ok()?, year.len(), month.parse().ok()?, day.parse().ok()?)
}

fn ordinal_date(year: &str, day: &str) -> Option<Date> {
    let (number, day): (i16, i16) = (year.parse().ok()?, day.parse().ok()?);
    let first = super::date(i32::from(number), year.len(), 1, 1)?;
    let span = jiff::Span::new().try_days(day.checked_sub(1)?).ok()?;
    first.checked_add(span).ok().filter(|it| it.year() == first.year())
}
