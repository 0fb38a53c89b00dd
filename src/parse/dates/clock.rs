//! Times of day.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};

/// A time of day, which may be the midnight that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    time: Time,
    is_next_day: bool,
}

impl Clock {
    pub(super) const MIDNIGHT: Self = Self { time: Time::midnight(), is_next_day: false };

    /// `15:04:05.123`, `15:04`, `150405`, `1504`, `15`. A leap second is the second before it, because unix time has none;
    /// 24:00 begins the next day (ISO 8601).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let whole = whole.trim_end_matches(':');
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
        let second = if second == 60 { 59 } else { second };
        let millis: i32 = format!("{:0<3}", fraction.get(..fraction.len().min(3))?).parse().unwrap_or(0);
        let time = Time::new(hour % 24, minute, second, millis.max(0) * 1_000_000).ok()?;
        (hour <= 24).then_some(Self { time, is_next_day: hour == 24 })
    }

    /// The same by a clock of twelve hours, before or after noon.
    pub(super) fn of_twelve(self, is_after_noon: bool) -> Self {
        let hour = match (is_after_noon, self.time.hour()) {
            (true, hour @ 1..=11) => hour + 12,
            (false, 12) => 0,
            (_, hour) => hour,
        };
        Self { time: self.time.with().hour(hour).build().unwrap_or(self.time), ..self }
    }

    /// The moment on that day.
    pub(super) fn on(self, date: Date) -> Option<DateTime> {
        let date = if self.is_next_day { date.checked_add(1.day()).ok()? } else { date };
        Some(DateTime::from_parts(date, self.time))
    }
}

/// Whether a word says after noon (`pm`, `p.m.`) or before it; `None` if neither.
pub(super) fn after_noon(word: &str) -> Option<bool> {
    match word.replace('.', "").as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}
