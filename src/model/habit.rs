//! When a source really publishes, by hour of the week in GMT: learned from what it brought, forgotten by and by.
//!
//! Every publication adds one to the hour of the week in which it came, and all of it halves every eight weeks. What is
//! known only as a span of time (a date without a time of day, an entry without a date that came between two polls) is
//! spread over the hours of that span. A publisher's word on the moment counts only where it agrees with what was
//! seen: an entry that was not there at the last poll did not come before it.

use std::{collections::BTreeMap, fmt};

use super::{Stated, time::Precision};

/// Hours of a week; hour 0 begins on Monday at midnight GMT.
pub const WEEK_HOURS: usize = 168;
/// What was learned counts half after this many days.
const HALF_LIFE_DAYS: f64 = 56.0;
/// Publications older than this teach nothing, days.
const AGE_DAYS_MAX: i64 = 400;
/// What is known no better than to so many hours teaches nothing.
const SPAN_HOURS_MAX: i64 = 25;
/// Publications of one hour that count: a catalogue that is listed anew at once must not outweigh weeks.
const HOUR_COUNT_MAX: u32 = 10;
/// The most that an hour of the week can weigh, in thousandths of a publication: the sum of that many each week.
const WEIGHT_MAX: u32 = 130_000;
/// The longest time of watching that counts, in thousandths of a day: what a source watched for ever comes to.
const WATCHED_MAX: u32 = 80_793;
/// The first word of the text: what the others mean.
const VERSION: &str = "1";
/// One publication, one day: everything is counted in thousandths.
const ONE: u32 = 1000;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The first hour of 1970 is this hour of its week: it was a Thursday.
const EPOCH_HOUR: i64 = 72;

/// When a source really publishes. It is kept with the source's state, as a short text: a version, the day of the last
/// lesson since 1970, how long it was watched, and what each hour of the week weighs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Habit {
    /// Day of the last lesson, days since 1970; everything is as it weighed then.
    day: i64,
    /// How long the source was watched, halved with the rest, thousandths of a day.
    watched: u32,
    /// Hours of the week that weigh anything, in order, with their publications in thousandths.
    hours: Vec<(u8, u32)>,
}

impl Habit {
    /// What a [`Habit`]'s text says; nothing where it says nothing that can be understood.
    pub fn read(text: &str) -> Self {
        Self::understood(text).unwrap_or_default()
    }

    fn understood(text: &str) -> Option<Self> {
        let mut words = text.split(' ').filter(|it| !it.is_empty());
        if words.next() != Some(VERSION) {
            return None;
        }
        let day = words.next()?.parse().ok().filter(|it| (0..=i64::from(u32::MAX)).contains(it))?;
        let watched: u32 = words.next()?.parse().ok()?;
        let mut hours: Vec<(u8, u32)> = Vec::new();
        for word in words {
            let (hour, weight) = word.split_once(':')?;
            let (hour, weight) = (hour.parse::<u8>().ok()?, weight.parse::<u32>().ok()?);
            let is_next = usize::from(hour) < WEEK_HOURS && hours.last().is_none_or(|it| it.0 < hour);
            if !is_next {
                return None;
            }
            hours.push((hour, weight.min(WEIGHT_MAX)));
        }
        Some(Self { day, watched: watched.min(WATCHED_MAX), hours })
    }

    /// With the entries that a round at `now_ms` brought, by the dates that they state (`None` without one). None of
    /// them was there at `since_ms`, the last time that the source was read; 0 if this is the first time, and what it
    /// brought was published at the dates stated. Nothing brought teaches nothing. Times are unix milliseconds.
    #[must_use]
    pub fn learn(&self, published: &[Option<Stated>], since_ms: i64, now_ms: i64) -> Self {
        if published.is_empty() {
            return self.clone();
        }
        let today = now_ms.div_euclid(DAY_MS).max(0);
        let mut came: BTreeMap<i64, u32> = BTreeMap::new();
        for stated in published {
            let Some((from, to)) = hours_of(*stated, since_ms, now_ms) else { continue };
            let each = ONE / u32::try_from(to - from + 1).unwrap_or(ONE).max(1);
            for hour in from..=to {
                let weight = came.entry(hour).or_default();
                *weight = (*weight + each).min(HOUR_COUNT_MAX * ONE);
            }
        }
        let mut learned = self.at(now_ms);
        if *self == Self::default() {
            let first = came.keys().next().map_or(today, |it| it.div_euclid(24));
            let began = if since_ms > 0 { since_ms.div_euclid(DAY_MS) } else { first };
            learned.watched = watched(began.clamp(today - AGE_DAYS_MAX, today), today);
        }
        let mut hours: BTreeMap<u8, u32> = learned.hours.iter().copied().collect();
        for (hour, weight) in came {
            let left = left_of(today - hour.div_euclid(24));
            let of_week = (hour + EPOCH_HOUR).rem_euclid(WEEK_HOURS as i64);
            let sum = hours.entry(u8::try_from(of_week).unwrap_or(0)).or_default();
            *sum = (*sum + scaled(weight, left)).min(WEIGHT_MAX);
        }
        learned.hours = hours.into_iter().filter(|it| it.1 > 0).collect();
        learned
    }

    /// The same at a later time: it has faded, and was watched for longer.
    #[must_use]
    pub fn at(&self, now_ms: i64) -> Self {
        let today = now_ms.div_euclid(DAY_MS).max(0);
        let days = (today - self.day).max(0);
        if *self == Self::default() || days == 0 {
            // A clock that was set back makes nothing unlearned.
            return Self { day: today, ..self.clone() };
        }
        let left = left_of(days);
        let hours = self.hours.iter().map(|(hour, weight)| (*hour, scaled(*weight, left)));
        Self {
            day: today,
            watched: scaled(self.watched, left).saturating_add(watched(self.day, today)).min(WATCHED_MAX),
            hours: hours.filter(|it| it.1 > 0).collect(),
        }
    }

    /// For how many weeks it has been watched, the older ones counting less.
    pub fn weeks(&self) -> f64 {
        f64::from(self.watched) / f64::from(ONE) / 7.0
    }

    /// Publications in each hour of the week, the older ones counting less.
    pub fn hours(&self) -> [f64; WEEK_HOURS] {
        let mut all = [0.0; WEEK_HOURS];
        for (hour, weight) in &self.hours {
            if let Some(one) = all.get_mut(usize::from(*hour)) {
                *one = f64::from(*weight) / f64::from(ONE);
            }
        }
        all
    }
}

/// The hour of the week, 0 to 167, in which a moment lies.
pub fn hour_of_week(ms: i64) -> usize {
    usize::try_from((ms.div_euclid(HOUR_MS) + EPOCH_HOUR).rem_euclid(WEEK_HOURS as i64)).unwrap_or(0)
}

/// In which hours since 1970 something was published, first and last; `None` if that cannot be said.
fn hours_of(stated: Option<Stated>, since_ms: i64, now_ms: i64) -> Option<(i64, i64)> {
    let said = stated
        .map(|it| (it.instant_ms, it.instant_ms.saturating_add(if is_day(&it) { DAY_MS - 1 } else { 0 })));
    let (from, to) = if since_ms > 0 {
        let (since, now) = (since_ms.min(now_ms), now_ms);
        let agreed = said.map(|(from, to)| (from.max(since), to.min(now))).filter(|(from, to)| from <= to);
        agreed.unwrap_or((since, now))
    } else {
        let (from, to) = said.filter(|it| it.0 <= now_ms && it.0 >= now_ms - AGE_DAYS_MAX * DAY_MS)?;
        (from, to.min(now_ms))
    };
    let (from, to) = (from.div_euclid(HOUR_MS), to.div_euclid(HOUR_MS));
    (to - from < SPAN_HOURS_MAX).then_some((from, to))
}

/// Whether a date speaks of a whole day: midnight to the second is what publishers write who mean the day.
fn is_day(stated: &Stated) -> bool {
    let local_ms = stated.instant_ms.saturating_add(i64::from(stated.offset_min) * 60_000);
    stated.precision == Precision::Day || local_ms.rem_euclid(DAY_MS) == 0
}

/// What is left of a weight after some days, 0 to 1.
fn left_of(days: i64) -> f64 {
    (-(days.clamp(0, 100_000) as f64) / HALF_LIFE_DAYS).exp2()
}

/// Rounded down, so that whatever is left over vanishes in the end.
fn scaled(weight: u32, by: f64) -> u32 {
    (f64::from(weight) * by) as u32
}

/// What watching from one day to a later one comes to on the later one, thousandths of a day.
fn watched(from_day: i64, to_day: i64) -> u32 {
    let days = HALF_LIFE_DAYS / std::f64::consts::LN_2 * (1.0 - left_of(to_day - from_day));
    ((days * f64::from(ONE)) as u32).min(WATCHED_MAX)
}

impl fmt::Display for Habit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return Ok(());
        }
        write!(to, "{VERSION} {} {}", self.day, self.watched)?;
        self.hours.iter().try_for_each(|(hour, weight)| write!(to, " {hour}:{weight}"))
    }
}
