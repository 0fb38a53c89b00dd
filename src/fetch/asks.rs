//! What a publisher says in its header fields about when to come back.

use std::time::Duration;

use http::{HeaderMap, HeaderName, header};
use jiff::{Timestamp, civil::DateTime, fmt::rfc2822, tz::TimeZone};

/// Longest freshness that is kept; pace holds it within the operator's interval anyway.
const FRESH_MAX: Duration = Duration::from_hours(365 * 24);

/// What the publisher asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// `Retry-After`, counted from the answer, within [`super::Limits::retry_after_max`].
    pub retry_after: Option<Duration>,
    /// How long the answer stays fresh: `Cache-Control: max-age`, else `Expires`, less its `Age` (RFC 9111,
    /// section 4.2). `None` if it is not, or nothing is said.
    pub fresh_for: Option<Duration>,
}

impl Asks {
    /// Reads the fields of an answer that came at `now`.
    pub(super) fn of(fields: &HeaderMap, now: Timestamp, retry_after_max: Duration) -> Self {
        Self { retry_after: retry_after(fields, now, retry_after_max), fresh_for: fresh_for(fields, now) }
    }
}

fn text(fields: &HeaderMap, name: HeaderName) -> Option<&str> {
    Some(fields.get(name)?.to_str().ok()?.trim())
}

/// Digits as seconds. More digits than a number can hold mean "very long", not nothing.
fn seconds(text: &str) -> Option<Duration> {
    let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// `Retry-After` in both forms (RFC 9110, section 10.2.3): seconds, or a date.
pub(super) fn retry_after(fields: &HeaderMap, now: Timestamp, longest: Duration) -> Option<Duration> {
    let text = text(fields, header::RETRY_AFTER)?;
    let wait = seconds(text).or_else(|| Some(between(now, date(text)?)))?;
    Some(wait.min(longest))
}

/// From one moment to a later one; nothing if it is not later.
fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// A date in any of the three forms of RFC 9110, section 5.6.7: IMF-fixdate, RFC 850, asctime.
fn date(text: &str) -> Option<Timestamp> {
    let civil = |form: &str| DateTime::strptime(form, text).ok()?.to_zoned(TimeZone::UTC).ok();
    let fixed = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok();
    fixed
        .or_else(|| Some(civil("%A, %d-%b-%y %H:%M:%S GMT")?.timestamp()))
        .or_else(|| Some(civil("%a %b %e %H:%M:%S %Y")?.timestamp()))
}

fn fresh_for(fields: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let directives = || {
        let lines = fields.get_all(header::CACHE_CONTROL).iter().filter_map(|it| it.to_str().ok());
        lines.flat_map(|it| it.split(',')).map(str::trim)
    };
    if directives().any(|it| it.eq_ignore_ascii_case("no-store") || it.eq_ignore_ascii_case("no-cache")) {
        return None;
    }
    let max_age = directives().find_map(|it| {
        let (name, value) = it.split_once('=')?;
        seconds(value.trim().trim_matches('"')).filter(|_| name.trim().eq_ignore_ascii_case("max-age"))
    });
    let expires = || {
        let sent = text(fields, header::DATE).and_then(date).unwrap_or(now);
        Some(between(sent, date(text(fields, header::EXPIRES)?)?))
    };
    let age = text(fields, header::AGE).and_then(seconds).unwrap_or_default();
    let left = max_age.or_else(expires)?.saturating_sub(age);
    (!left.is_zero()).then_some(left.min(FRESH_MAX))
}
