//! Moments as an operator reads them: by the site's clock on the wall, and by how far away they are.

use jiff::{Timestamp, tz::TimeZone};

use super::wiring::House;
use crate::model::time::{span, timestamp};

/// Now, and the zone that moments are told in.
pub struct Moments {
    /// Now.
    pub now: Timestamp,
    /// The site's time zone.
    pub zone: TimeZone,
}

impl Moments {
    /// This moment in the zone of the site.
    pub fn of(house: &House) -> Self {
        Self { now: (house.clock)(), zone: house.config.site.time_zone.clone() }
    }

    /// `14:30 CET`, with its date where that is not today's.
    pub fn at(&self, ms: i64) -> String {
        let [moment, now] = [timestamp(ms), self.now].map(|it| it.to_zoned(self.zone.clone()));
        let form = if moment.date() == now.date() { "%H:%M %Z" } else { "%Y-%m-%d %H:%M %Z" };
        moment.strftime(form).to_string()
    }

    /// `22 November`, with the year where that is not this one.
    pub fn day(&self, ms: i64) -> String {
        let [moment, now] = [timestamp(ms), self.now].map(|it| it.to_zoned(self.zone.clone()));
        let form = if moment.year() == now.year() { "%-d %B" } else { "%-d %B %Y" };
        moment.strftime(form).to_string()
    }

    /// `3 h ago`; `never` for 0.
    pub fn ago(&self, ms: i64) -> String {
        if ms == 0 { "never".to_owned() } else { format!("{} ago", span(self.now.as_millisecond() - ms)) }
    }

    /// `in 12 min`; `now` for what has passed.
    pub fn ahead(&self, ms: i64) -> String {
        let left_ms = ms.saturating_sub(self.now.as_millisecond());
        if left_ms <= 0 { "now".to_owned() } else { format!("in {}", span(left_ms)) }
    }

    /// `14:30 CET (in 12 min)`.
    pub fn next(&self, ms: i64) -> String {
        format!("{} ({})", self.at(ms), self.ahead(ms))
    }

    /// `2026-11-22 12:30 CET (3 h ago)`; `never` for 0.
    pub fn last(&self, ms: i64) -> String {
        if ms == 0 { self.ago(ms) } else { format!("{} ({})", self.at(ms), self.ago(ms)) }
    }
}

/// Unix milliseconds for scripts; nothing for 0, which means never.
pub fn stamp(ms: i64) -> Option<String> {
    (ms > 0).then(|| timestamp(ms).to_string())
}
