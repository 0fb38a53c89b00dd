//! When a source usually publishes, in words.

use crate::model::habit::{Habit, WEEK_HOURS};

/// Fewer publications than this make no habit.
const COUNT_MIN: f64 = 3.0;
/// The hours that are named hold this part of all publications.
const HOURS_PART: f64 = 0.75;
/// The days that are named hold this part of what those hours hold: together more than half of everything.
const DAYS_PART: f64 = 0.75;
/// A span of more hours than this is no usual time.
const HOURS_MAX: usize = 12;

const DAYS: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

/// The hours of the week in which a source usually publishes: a span of the day, on some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Usual {
    /// First hour of the day, GMT.
    from: usize,
    /// How many hours.
    length: usize,
    /// Monday to Sunday, by the day on which the hour itself lies.
    days: [bool; 7],
}

impl Usual {
    /// `None` where a source publishes too seldom or too evenly. More than half of what `habit` knows lies in it.
    pub(super) fn of(habit: &Habit) -> Option<Self> {
        let hours = habit.hours();
        let count: f64 = hours.iter().sum();
        if count < COUNT_MIN {
            return None;
        }
        let (from, length) = span(&hours, count * HOURS_PART)?;
        let mut by_day: Vec<(usize, f64)> = (0..7).map(|day| (day, 0.0)).collect();
        for (at, weight) in hours.iter().enumerate().filter(|(at, _)| is_within(*at, from, length)) {
            by_day.get_mut(at / 24).into_iter().for_each(|it| it.1 += weight);
        }
        let held: f64 = by_day.iter().map(|it| it.1).sum();
        by_day.sort_by(|left, right| right.1.total_cmp(&left.1));
        let mut days = [false; 7];
        let mut named = 0.0;
        for (day, weight) in by_day {
            if named >= held * DAYS_PART {
                break;
            }
            named += weight;
            if let Some(one) = days.get_mut(day) {
                *one = true;
            }
        }
        let workdays = days.iter().take(5).filter(|it| **it).count();
        if workdays >= 3 && !days.iter().skip(5).any(|it| *it) {
            days = [true, true, true, true, true, false, false];
        }
        Some(Self { from, length, days })
    }

    /// The hours of the week that it names.
    pub(super) fn hours(&self) -> impl Iterator<Item = usize> {
        (0..WEEK_HOURS).filter(|at| {
            is_within(*at, self.from, self.length) && self.days.get(at / 24).copied().unwrap_or(false)
        })
    }

    /// “on weekdays between 07:00 and 09:00 GMT”.
    pub(super) fn words(&self) -> String {
        let until = (self.from + self.length) % 24;
        format!("{} between {:02}:00 and {until:02}:00 GMT", self.on_days(), self.from)
    }

    fn on_days(&self) -> String {
        let named: Vec<&str> =
            DAYS.iter().zip(self.days).filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        match (self.days, named.as_slice()) {
            ([true, true, true, true, true, false, false], _) => "on weekdays".to_owned(),
            (_, all) if all.len() == DAYS.len() => "every day".to_owned(),
            (_, [only]) => format!("on {only}"),
            (_, [others @ .., last]) => format!("on {} and {last}", others.join(", ")),
            (_, []) => "every day".to_owned(),
        }
    }
}

/// Whether an hour of the week lies in a span of the day.
fn is_within(hour: usize, from: usize, length: usize) -> bool {
    (hour % 24 + 24 - from) % 24 < length
}

/// The shortest span of the day, first hour and length, that holds so many publications.
fn span(hours: &[f64; WEEK_HOURS], wanted: f64) -> Option<(usize, usize)> {
    let mut by_hour = [0.0; 24];
    for (at, weight) in hours.iter().enumerate() {
        by_hour.get_mut(at % 24).into_iter().for_each(|it| *it += weight);
    }
    let mut held = [0.0; 24];
    for length in 1..=HOURS_MAX {
        for (from, one) in held.iter_mut().enumerate() {
            *one += by_hour.get((from + length - 1) % 24).copied().unwrap_or_default();
        }
        let best = held.iter().enumerate().max_by(|left, right| left.1.total_cmp(right.1));
        if let Some((from, held)) = best
            && *held >= wanted
        {
            return Some((from, length));
        }
    }
    None
}
