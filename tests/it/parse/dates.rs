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

/// A text that stands for itself in XML.
fn stated_as(text: &str) -> Option<(i64, i16)> {
    stated(&format!("<![CDATA[{text}]]>"))
}

fn day(text: &str) -> Option<String> {
    let draft = item(&format!("<title>T</title><pubDate><![CDATA[{text}]]></pubDate>"));
    let date = draft.published?;
    assert_eq!(date.precision, Precision::Day, "{text}");
    Some(date.timestamp().to_string()[..10].to_owned())
}

#[test]
fn rfc_822_is_read_with_what_templates_do_to_it() {
    for (text, offset_min) in [
        ("Mon, 31 Jan 2026 12:00:00 GMT", 0), // the wrong day of the week
        ("Sat, 31 Jan 126 12:00:00 GMT", 0),  // a year as C counts it
        ("Sat , 31 Jan 2026 , 12:00:00 GMT", 0),
        ("Sat 31 Jan 2026 12:00 GMT", 0),
        ("31Jan2026 12:00:00", 0),
        ("31st January 2026, 12:00", 0),
        ("January 31st, 2026 at 12:00 p.m.", 0),
        ("Jan. 31, 2026, 12 PM", 0),
        ("Jan 31 2026 12:00:00:AM", 0),
        ("Sat, 31 Jan 2026 12:00:00 -0000", 0),
        ("Sat, 31 Jan 2026 12:00:00 +00:00", 0),
        ("Sat, 31 Jan 2026 13:00:00 +1", 60),
        ("Sat, 31 Jan 2026 13:00:00 +01", 60),
        ("Sat, 31 Jan 2026 13:00:00 GMT+1", 60),
        ("Sat, 31 Jan 2026 13:00:00 UTC+01:00", 60),
        ("Sat, 31 Jan 2026 13:00:00 (CET)", 60),
        ("Sat, 31 Jan 2026 13:00:00 +0100 (CET)", 60),
        ("Sat, 31 Jan 2026 14:00:00 +0200 (CET)", 120), // the name of the winter's zone
        ("Sat Jan 31 2026 13:00:00 GMT+0100 (Central European Standard Time)", 60),
        ("Sat Jan 31 2026 12:00:00 GMT+0000 (UTC)", 0),
        ("Sat, 31 Jan 2026 07:00:00 EST5EDT", -300),
        ("Sat, 31 Jan 2026 13:00:00 Europe/Paris", 60),
        ("Sat, 31 Jan 2026 07:00:00 America/New_York", -300),
        ("Sat, 31 Jan 2026 17:30:00 IST", 330),
        ("Sat, 31 Jan 2026 12:00:00 \u{2212}0000", 0),
        ("Sat, 31 Jan 2026 12:00:00 A", 0), // RFC 2822: unknown
        ("Sat,\u{a0}31\u{a0}Jan\u{202f}2026\u{2009}12:00:00\u{a0}GMT", 0),
        ("<b>Sat, 31 Jan 2026</b>&nbsp;<i>12:00:00</i> GMT", 0),
        ("\u{200e}31\u{200e} Jan\u{200e} 2026 12:00", 0),
    ] {
        let noon = if text.ends_with("AM") { NOON - 43_200 } else { NOON };
        assert_eq!(stated_as(text), Some((noon, offset_min)), "{text}");
    }
    // A region knows its summer.
    let summer = stated_as("Fri, 31 Jul 2026 14:00:00 Europe/Paris").unwrap();
    assert_eq!(summer.1, 120);
    assert_eq!(stated_as("Sat, 31 Jan 2026 15:04:60 GMT"), stated_as("Sat, 31 Jan 2026 15:04:59 GMT"));
    assert_eq!(stated_as("Fri, 30 Jan 2026 24:00:00 GMT"), stated_as("Sat, 31 Jan 2026 00:00:00 GMT"));
}

#[test]
fn iso_is_read_with_weeks_fractions_and_regions() {
    for (text, offset_min) in [
        ("2026-W05-6T12:00:00Z", 0),
        ("2026W056T120000Z", 0),
        ("2026-031T12:00:00Z", 0),
        ("2026-01-31T12:00:00,5Z", 0),
        ("2026-01-31T12:00:00.123456789Z", 0),
        ("2026-01-31T12:00:00-00:00", 0),
        ("2026-01-31T13:00:00+01", 60),
        ("2026-01-31T13:00:00 +01:00", 60),
        ("2026-01-31T13:00:00+01:00[Europe/Paris]", 60),
        ("2026-01-31T13:00:00[Europe/Paris]", 60),
        ("2026-01-31 13:00:00 Europe/Paris", 60),
        ("2026-01-31 12:00:00 PM", 0),
        ("2026-1-31 12:00", 0),
        ("2026/01/31 12:00:00", 0),
        ("2026.01.31 12:00", 0),
        ("202601311200", 0),
        ("２０２６-01-31T12:00:00Z", 0),
        ("1769860800.25", 0),
        ("1769860800000000", 0),
        ("/Date(1769860800000)/", 0),
        ("/Date(1769860800000+0100)/", 60),
        ("<time datetime=\"2026-01-31T12:00:00Z\">today at noon</time>", 0),
    ] {
        assert_eq!(stated_as(text), Some((NOON, offset_min)), "{text}");
    }
    assert_eq!(stated_as("2026-01-30T24:00:00Z"), stated_as("2026-01-31T00:00:00Z"));
    for (text, wanted) in
        [("2026-W05-1", "2026-01-26"), ("2026W05", "2026-01-26"), ("2026-W01-1", "2025-12-29")]
    {
        assert_eq!(day(text).as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn every_month_is_read_in_twelve_languages() {
    let months = [
        "January February March April May June July August September October November December",
        "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sept. Oct. Nov. Dec.",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jän Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan febr mrt apr mei jun jul aug sept okt nov dec",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "januar februar marts april maj juni juli august september oktober november december",
        "januar februar mars april mai juni juli august september oktober november desember",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    ];
    for names in months {
        for (number, name) in (1..).zip(names.split(' ')) {
            for text in [
                format!("2 {name} 2026"),
                format!("2. {} 2026", name.to_uppercase()),
                format!("{name} 2, 2026"),
            ] {
                assert_eq!(day(&text), Some(format!("2026-{number:02}-02")), "{text}");
            }
        }
    }
}

#[test]
fn days_are_read_as_each_country_writes_them() {
    for (text, wanted) in [
        ("1er janvier 2026", "2026-01-01"),
        ("jeudi 1\u{1d49}\u{2b3} janvier 2026", "2026-01-01"),
        ("1º de janeiro de 2026", "2026-01-01"),
        ("1° gennaio 2026", "2026-01-01"),
        ("2 de enero de 2026", "2026-01-02"),
        ("viernes, 2 de enero del 2026", "2026-01-02"),
        ("3 février 2026 (mardi)", "2026-02-03"),
        ("martes 3 de febrero de 2026", "2026-02-03"),
        ("maandag 2 februari 2026", "2026-02-02"),
        ("2. März 2026", "2026-03-02"),
        ("02.01.2026", "2026-01-02"),
        ("02.01.26", "2026-01-02"),
        ("2. 1. 2026", "2026-02-01"),
        ("02-01-2026", "2026-01-02"),
        ("02/01/2026", "2026-02-01"),
        ("31/01/2026", "2026-01-31"),
        ("01.31.2026", "2026-01-31"),
        ("2026/01/02", "2026-01-02"),
        ("2026年1月2日", "2026-01-02"),
        ("２０２６年１月２日（金）", "2026-01-02"),
        ("2026년 1월 2일", "2026-01-02"),
        ("٢٠٢٦-٠١-٠٢", "2026-01-02"),
        ("fe\u{301}vrier 2, 2026", "2026-02-02"),
    ] {
        assert_eq!(day(text).as_deref().unwrap_or("none"), wanted, "{text}");
    }
    for text in [
        "31. Januar 2026, 12.00 Uhr",
        "31.01.2026 12 Uhr",
        "31 janvier 2026 à 12h00",
        "le 31 janvier 2026, 12h",
        "31 de enero de 2026 a las 12:00 p. m.",
        "2026年1月31日 12時00分",
        "2026年1月31日 12:00:00",
        "2026년 1월 31일 12시 00분",
        "2026年1月31日 下午12:00",
    ] {
        assert_eq!(stated_as(text).map(|it| it.0), Some(NOON), "{text}");
    }
    assert_eq!(stated_as("2026년 1월 31일 오후 3:04").map(|it| it.0), Some(NOON + 3 * 3600 + 240));
}

#[test]
fn what_programs_write_where_they_have_no_date_is_none() {
    for text in [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Invalid date",
        "Invalid Date",
        "NaN",
        "null",
        "undefined",
        "1/1/0001 12:00:00 AM",
        "/Date(-62135596800000)/",
        "-1",
        "0",
        "TBD",
        "12026-01-31",
        "99999999999999999999",
        "2026-W54-1",
        "2026-366",
        "2026-02-30",
        "31 Feb 2026",
        "25:00",
        "h",
        "年月日",
    ] {
        assert_eq!(stated_as(text), None, "{text}");
    }
}

#[test]
fn no_text_makes_reading_a_date_fail() {
    let pieces = [
        "31",
        "2026",
        "Jan",
        "-",
        "/",
        ".",
        ":",
        "+",
        "12:00",
        "h",
        "pm",
        "年",
        "月",
        "日",
        "W05",
        "T",
        "Z",
        "<",
        ">",
        "&",
        "é",
        "\u{301}",
        "２",
        "9999999999",
        "/Date(",
        ")/",
        "[",
        "Europe/Paris",
        "uhr",
        ",",
        " ",
        "\u{a0}",
        "ı",
        "24:00",
        "60",
    ];
    for one in pieces {
        for two in pieces {
            for three in pieces {
                let text = format!("{one}{two}{three}");
                let feed = format!("{{\"items\": [{{\"id\": 1, \"date_published\": \"{text}\"}}]}}");
                assert_eq!(super::read(feed.as_bytes(), None).unwrap().drafts.len(), 1, "{text}");
            }
        }
    }
}
