//! Dates: whatever is read as one is an instant with an offset that exists, and is read as the same when it is written
//! again as ISO 8601 has it.
#![no_main]

use jiff::{Timestamp, tz::Offset};
use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{model::Precision, parse::stages};

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let Some(stated) = stages::date(&text) else { return };
    assert!(stated.offset_min.abs() < 24 * 60, "{text:?}: {stated:?}");
    let instant = Timestamp::from_millisecond(stated.instant_ms)
        .unwrap_or_else(|error| panic!("{text:?}: {stated:?}: {error}"));
    let offset = Offset::from_seconds(i32::from(stated.offset_min) * 60).expect("less than a day");
    let local = offset.to_datetime(instant);
    if !(0..=9999).contains(&local.year()) {
        return;
    }
    let (sign, minutes) = (if stated.offset_min < 0 { '-' } else { '+' }, stated.offset_min.abs());
    let zone = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    let written = match stated.precision {
        Precision::Second => format!("{}{zone}", local.strftime("%Y-%m-%dT%H:%M:%S%.3f")),
        Precision::Day => format!("{}{zone}", local.strftime("%Y-%m-%d")),
    };
    assert_eq!(Some(stated), stages::date(&written), "{text:?} written as {written}");
});
