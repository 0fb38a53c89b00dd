//! Dates in every way that publishers write them.

use pressroll::model::Precision;

use super::{entry, item};

/// Unix seconds and offset of a `pubDate`.
fn stated(text: &str) -> Option<(i64, i16)> {
    let draft = item(&format!("<title>T</title><pubDate>{text}</pubDate>"));
    draft.published.map(|it| (it.instant_ms / 1000, it.offset_min))
}

const NOON: i64 = 1_769_860_800; // 2026-01-31T12:00:00Z

#[test]
fn rfc_822_is_read_with_every_oddity() {
    for (text, offset_min) in [
        ("Sat, 31 Jan 2026 12:00:00 GMT", 0),
        ("Sat, 31 Jan 2026 12:00:00 +0000", 0),
        ("31 Jan 2026 12:00 UT", 0),
        ("31 Jan 26 12:00:00 Z", 0),
        ("Sat,31 Jan 2026 12:00:00 GMT", 0),
        ("Saturday, 31 January 2026 12:00:00", 0),
        ("Samstag, 31 Jan 2026 12:00:00 GMT", 0),
        ("Sat, 31 Jan 2026 13:00:00 +0100", 60),
        ("Sat, 31 Jan 2026 13:00:00 CET", 60),
        ("Sat, 31 Jan 2026 07:00:00 EST", -300),
        ("Sat, 31 Jan 2026 04:00:00 PST", -480),
        ("Sat, 31 Jan 2026 12:00:00 GMT+0000", 0),
        ("Sat, 31-Jan-2026 12:00:00 GMT", 0),
        ("Jan 31, 2026 12:00 PM", 0),
        ("Sat Jan 31 12:00:00 2026", 0),
        ("Sat Jan 31 12:00:00 UTC 2026", 0),
    ] {
        assert_eq!(stated(text), Some((NOON, offset_min)), "{text}");
    }
}

#[test]
fn months_are_read_in_the_languages_of_western_europe() {
    for text in [
        "sam., 31 janv. 2026 12:00:00 GMT",
        "samedi 31 janvier 2026 12:00",
        "Samstag, 31. Januar 2026 12:00",
        "Sa, 31 Jän 2026 12:00:00 +0000",
        "sáb, 31 ene 2026 12:00:00 +0000",
        "31 de enero de 2026 12:00",
        "sab, 31 gen 2026 12:00:00 +0000",
        "sábado, 31 de janeiro de 2026 12:00",
        "zaterdag 31 januari 2026 12:00",
    ] {
        assert_eq!(stated(text).map(|it| it.0), Some(NOON), "{text}");
    }
    for (text, month) in [
        ("1 février 2026", 2),
        ("1. März 2026", 3),
        ("mar. 3 mars 2026", 3),
        ("1 avril 2026", 4),
        ("1 mei 2026", 5),
        ("1 juin 2026", 6),
        ("1 juillet 2026", 7),
        ("1 août 2026", 8),
        ("1 ago 2026", 8),
        ("1 set 2026", 9),
        ("1. Oktober 2026", 10),
        ("1 ottobre 2026", 10),
        ("1 out 2026", 10),
        ("1 décembre 2026", 12),
        ("1. Dezember 2026", 12),
        ("1 dicembre 2026", 12),
        ("1 mrt 2026", 3),
        ("mar, 3 feb 2026", 2),
    ] {
        let draft = item(&format!("<title>T</title><pubDate>{text}</pubDate>"));
        let date = draft.published.unwrap_or_else(|| panic!("{text}"));
        assert_eq!(date.timestamp().to_string()[..7], format!("2026-{month:02}"), "{text}");
    }
}

#[test]
fn iso_is_read_with_and_without_zone() {
    for (text, offset_min) in [
        ("2026-01-31T12:00:00Z", 0),
        ("2026-01-31T12:00:00", 0),
        ("2026-01-31 12:00:00", 0),
        ("2026-01-31T12:00Z", 0),
        ("2026-01-31T12:00:00.123Z", 0),
        ("2026-01-31T13:00:00+01:00", 60),
        ("2026-01-31T13:00:00+0100", 60),
        ("2026-01-31 13:00:00 CET", 60),
        ("20260131T120000Z", 0),
        ("20260131120000", 0),
        ("1769860800", 0),
        ("1769860800000", 0),
    ] {
        assert_eq!(stated(text), Some((NOON, offset_min)), "{text}");
    }
}

#[test]
fn a_day_without_a_time_is_kept_as_a_day() {
    for text in
        ["2026-01-31", "20260131", "31 Jan 2026", "Sat, 31 Jan 2026", "2026-031", "01/31/2026", "31.01.2026"]
    {
        let date = item(&format!("<title>T</title><pubDate>{text}</pubDate>")).published;
        let date = date.unwrap_or_else(|| panic!("{text}"));
        assert_eq!((date.instant_ms, date.precision), ((NOON - 43_200) * 1000, Precision::Day), "{text}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "yesterday",
        "32 Jan 2026 12:00:00 GMT",
        "2026-13-01",
        "1",
        "Jan",
        "99:99:99",
        "-",
        "31 Foo 2026",
    ] {
        assert_eq!(stated(text), None, "{text}");
    }
    assert_eq!(stated(&"1 ".repeat(100)), None);
}

#[test]
fn published_and_updated_are_told_apart() {
    let draft = entry(
        "<title>T</title><published>2026-01-31T12:00:00Z</published><updated>2026-01-31T13:00:00Z</updated>",
    );
    assert_eq!(draft.published.unwrap().instant_ms, NOON * 1000);
    assert_eq!(draft.updated.unwrap().instant_ms, (NOON + 3600) * 1000);
    let draft = item("<title>T</title><dc:date>2026-01-31T12:00:00Z</dc:date>");
    assert_eq!(draft.published.unwrap().instant_ms, NOON * 1000);
    assert_eq!(draft.updated, None);
}
