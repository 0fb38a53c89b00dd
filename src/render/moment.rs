//! Moments as feeds write them: whole seconds, years of four digits.

use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter, tz::Offset};

use crate::model::{Stated, time::timestamp};

/// 0001-01-03T00:00:00Z, unix seconds: early enough for any release, and a year of four digits at every offset.
const EARLIEST_S: i64 = -62_135_424_000;
/// 9999-12-29T00:00:00Z, unix seconds: the last day that has four digits at every offset.
const LATEST_S: i64 = 253_402_041_600;

/// Unix milliseconds as a whole second within years that RFC 822 and RFC 3339 can both write.
pub(super) fn second(ms: i64) -> Timestamp {
    timestamp(ms.div_euclid(1000).clamp(EARLIEST_S, LATEST_S) * 1000)
}

/// `Sun, 01 Mar 2026 09:30:00 GMT`: RFC 822 with the four-digit year of RFC 2822, always in GMT.
pub(super) fn rfc822(ms: i64) -> String {
    // Years are between 1 and 9999 here, which is all that the printer asks for.
    DateTimePrinter::new().timestamp_to_rfc9110_string(&second(ms)).unwrap_or_default()
}

/// `2026-03-01T09:30:00+00:00`: RFC 3339 in UTC.
pub(super) fn rfc3339(ms: i64) -> String {
    at_offset(ms, Offset::UTC)
}

/// The stated date in the offset it was stated in, RFC 3339.
pub(super) fn rfc3339_as_stated(stated: &Stated) -> String {
    at_offset(stated.instant_ms, stated.offset())
}

fn at_offset(ms: i64, offset: Offset) -> String {
    second(ms).display_with_offset(offset).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Precision;

    #[test]
    fn dates_have_four_digit_years_whatever_was_stated() {
        for (ms, short, long) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00+00:00"),
            (1_772_357_400_999, "Sun, 01 Mar 2026 09:30:00 GMT", "2026-03-01T09:30:00+00:00"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59+00:00"),
            (i64::MIN, "Wed, 03 Jan 0001 00:00:00 GMT", "0001-01-03T00:00:00+00:00"),
            (i64::MAX, "Wed, 29 Dec 9999 00:00:00 GMT", "9999-12-29T00:00:00+00:00"),
        ] {
            assert_eq!((rfc822(ms).as_str(), rfc3339(ms).as_str()), (short, long));
        }
    }

    #[test]
    fn a_stated_date_keeps_its_offset() {
        let stated = Stated { instant_ms: 1_772_357_400_000, offset_min: -210, precision: Precision::Second };
        assert_eq!(rfc3339_as_stated(&stated), "2026-03-01T06:00:00-03:30");
    }
}
