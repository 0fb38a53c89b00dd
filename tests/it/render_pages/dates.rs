//! Dates in the reader's language, never shifted, always Gregorian.

use jiff::{civil::date, civil::time, tz::TimeZone};
use pressroll::render::dates::{Dates, Moment, direction, locale_tag};

use super::sample::{Text, shown, stated};

#[test]
fn a_day_is_written_as_its_locale_writes_it() {
    let table = [
        ("en", "21 Nov", "19 Dec 2025"),
        ("en-US", "Nov 21", "Dec 19, 2025"),
        ("fr", "21 nov.", "19 déc. 2025"),
        ("de", "21. Nov.", "19. Dezember 2025"),
        ("es", "21 nov", "19 dic 2025"),
        ("it", "21 nov", "19 dic 2025"),
        ("nl", "21 nov", "19 dec 2025"),
        ("ja", "11月21日", "2025年12月19日"),
        ("ar", "21 نوفمبر", "19 ديسمبر 2025"),
    ];
    for (locale, this_year, another_year) in table {
        let dates = Dates::new(locale, 2026);
        assert_eq!(dates.short(date(2026, 11, 21)), this_year, "{locale}");
        let older = dates.short(date(2025, 12, 19)).replace('\u{200f}', "");
        assert_eq!(older, another_year, "{locale}");
    }
}

#[test]
fn a_day_heading_names_the_weekday() {
    assert_eq!(Dates::new("en", 2026).long(date(2026, 11, 21)), "Saturday 21 November");
    assert_eq!(Dates::new("fr", 2026).long(date(2026, 11, 21)), "samedi 21 novembre");
    assert_eq!(Dates::new("de", 2026).long(date(2026, 11, 21)), "Samstag, 21. November");
    assert_eq!(Dates::new("ja", 2026).long(date(2026, 11, 21)), "11月21日土曜日");
    assert!(Dates::new("fr", 2026).long(date(2025, 1, 1)).contains("2025"));
}

#[test]
fn the_time_of_day_follows_the_language_too() {
    let noon_ish = time(10, 42, 5, 0);
    assert_eq!(Dates::new("en", 2026).clock(noon_ish), "10:42");
    assert_eq!(Dates::new("fr", 2026).clock(noon_ish).replace(['\u{a0}', '\u{202f}'], " "), "10 h 42");
    assert_eq!(Dates::new("de", 2026).clock(noon_ish), "10:42");
    assert_eq!(Dates::new("en-US", 2026).clock(noon_ish).replace('\u{202f}', " "), "10:42 AM");
}

#[test]
fn every_locale_gets_the_gregorian_calendar() {
    let persian = Dates::new("fa", 2026).short(date(2025, 11, 21));
    assert!(persian.contains("۲۰۲۵") && persian.contains("نوامبر"), "{persian}");
    let thai = Dates::new("th", 2026).short(date(2025, 11, 21));
    assert!(thai.contains("2025") && !thai.contains("2568"), "{thai}");
    let saudi = Dates::new("ar-SA", 2026).short(date(2025, 11, 21));
    assert!(saudi.contains("٢٠٢٥") || saudi.contains("2025"), "{saudi}");
}

#[test]
fn a_locale_nobody_knows_still_gives_a_date() {
    for locale in ["", "xx", "tlh", "not a tag", "qaa-Qaaa-QM"] {
        assert!(Dates::new(locale, 2026).short(date(2026, 11, 21)).contains("21"), "{locale}");
    }
}

#[test]
fn a_day_without_a_time_is_that_day_in_every_zone() {
    for offset_min in [14 * 60, -11 * 60, 0, 5 * 60 + 45] {
        let day = stated("2026-11-21", offset_min);
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Paris", "UTC"] {
            let zone = TimeZone::get(zone).unwrap();
            let mut entry = shown(&Text::default());
            let mut kept = (*entry.kept).clone();
            kept.entry.published = Some(day);
            entry.kept = kept.into();
            let moment = Moment::of(&entry, &zone);
            assert_eq!(moment.day, date(2026, 11, 21), "{offset_min} {zone:?}");
            assert_eq!(moment.time, None);
            assert_eq!(moment.machine(), "2026-11-21");
        }
    }
}

#[test]
fn a_stated_instant_is_shown_in_the_zone_of_the_publication() {
    let entry = shown(&Text { date: "2026-11-21T23:30:00Z", ..Text::default() });
    let tokyo = Moment::of(&entry, &TimeZone::get("Asia/Tokyo").unwrap());
    assert_eq!((tokyo.day, tokyo.time), (date(2026, 11, 22), Some(time(8, 30, 0, 0))));
    assert_eq!(tokyo.machine(), "2026-11-21T23:30:00Z");
}

#[test]
fn an_entry_that_was_kept_back_is_shown_with_its_stated_date() {
    let mut entry = shown(&Text::default());
    entry.dated_ms += 3 * 86_400_000;
    assert_eq!(Moment::of(&entry, &TimeZone::UTC).day, date(2026, 11, 21));
}

#[test]
fn an_entry_without_a_date_is_shown_with_the_date_that_orders_it() {
    let mut entry = shown(&Text::default());
    let mut kept = (*entry.kept).clone();
    kept.entry.published = None;
    entry.kept = kept.into();
    entry.dated_ms += 86_400_000;
    assert_eq!(Moment::of(&entry, &TimeZone::UTC).day, date(2026, 11, 22));
}

#[test]
fn a_tag_keeps_language_script_and_region_and_nothing_else() {
    assert_eq!(locale_tag("FR-ca").as_deref(), Some("fr-CA"));
    assert_eq!(locale_tag("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
    assert_eq!(locale_tag("de-1996").as_deref(), Some("de"));
    for bad in ["", "und", "und-FR", "x", "fr'\"><b>", "en-US-u-ca-buddhist", &"a".repeat(99)] {
        assert_eq!(locale_tag(bad), None, "{bad}");
    }
}

#[test]
fn scripts_that_run_from_right_to_left_are_known() {
    for (tag, expected) in
        [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("ja", "ltr"), ("?", "ltr")]
    {
        assert_eq!(direction(tag), expected, "{tag}");
    }
}
