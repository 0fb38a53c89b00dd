//! Time as publishers state it, and the clock as an argument.

use std::sync::Arc;

use jiff::{Timestamp, tz::Offset};
use serde::Serialize;

/// The clock, handed in by `cli`, so that tests turn it and nothing reads the wall by itself.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How exactly a date was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// With a time of day.
    Second,
    /// A calendar day only: it is shown as that day everywhere, whatever the zone.
    Day,
}

/// A publisher's date as stated: the instant, the offset it was written in, and how exact it was.
///
/// A date without a zone is read as UTC. A day without a time is that day's midnight at `offset_min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Stated {
    /// Unix milliseconds.
    pub instant_ms: i64,
    /// Minutes east of UTC, -1,439 to 1,439.
    pub offset_min: i16,
    /// Second or day.
    pub precision: Precision,
}

impl Stated {
    /// The instant; out of jiff's range (years -9999 to 9999) it is the epoch.
    pub fn timestamp(&self) -> Timestamp {
        timestamp(self.instant_ms)
    }

    /// The offset it was written in; UTC if the number is not one.
    pub fn offset(&self) -> Offset {
        Offset::from_seconds(i32::from(self.offset_min) * 60).unwrap_or(Offset::UTC)
    }
}

/// Unix milliseconds as a timestamp; out of range it is the epoch.
pub fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// How long a time is, in milliseconds, in its largest unit that says enough: `90 s`, `45 min`, `6 h`, `3 d`.
pub fn span(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (unit, name) = match seconds {
        ..120 => (1, "s"),
        120..7200 => (60, "min"),
        7200..172_800 => (3600, "h"),
        _ => (86_400, "d"),
    };
    format!("{} {name}", seconds.saturating_add(unit / 2) / unit)
}
