//! What fuzzing found, once each.

use pressroll::{
    model::{Document, Precision},
    parse::{self, stages},
};

use super::{entry, read, rss};

#[test]
fn a_day_may_have_a_zone_west_of_greenwich() {
    let day = stages::date("2026-01-31-05:00").unwrap();
    assert_eq!((day.precision, day.offset_min), (Precision::Day, -300));
    assert_eq!(stages::date("2026-01-31+00:00").unwrap().instant_ms + 5 * 3_600_000, day.instant_ms);
    assert_eq!(stages::date("2026-01-31-"), stages::date("2026-01-31"));
}

#[test]
fn signs_within_zones_and_years_beyond_the_calendar_are_no_dates() {
    assert_eq!(stages::date("31 Jan 2026 12:00:00 +-999:30").map(|it| it.offset_min), Some(0));
    assert_eq!(stages::date("31 Jan 2026 12:00:00 --900:00").map(|it| it.offset_min), Some(0));
    assert_eq!(stages::date("901060090106"), None);
    assert_eq!(stages::date("1769860800").map(|it| it.instant_ms), Some(1_769_860_800_000));
}

/// How many bytes everything that was read from `text` has, by the byte that it took.
fn growth(text: &str) -> usize {
    let feed = read(text.as_bytes(), None).unwrap();
    assert!(feed.drafts.len() > 100, "{} entries", feed.drafts.len());
    serde_json::to_string(&feed.drafts).unwrap().len() / text.len()
}

#[test]
fn what_entries_inherit_is_bounded() {
    let base = format!("http://a.example/{}/", "b".repeat(60_000));
    let media = "<item><link>a</link><enclosure url='c'/><enclosure url='d'/></item>".repeat(2_000);
    let based = rss(&media).replacen("<channel>", &format!("<channel xml:base='{base}'>"), 1);
    assert!(growth(&based) < 40, "{}", growth(&based));
    let chain: String = (0..200).map(|it| format!("<x xml:base='{}{it}/'>", "c".repeat(500))).collect();
    let chained = rss(&media).replacen("<channel>", &format!("<channel>{chain}"), 1);
    assert!(growth(&chained) < 40, "{}", growth(&chained));
    let authors: String =
        (0..90).map(|it| format!("<author><name>{}{it}</name></author>", "n".repeat(1_000))).collect();
    let entries = "<entry><title>t</title></entry>".repeat(4_000);
    let atom = format!("<feed xmlns='http://www.w3.org/2005/Atom'>{authors}{entries}</feed>");
    assert!(growth(&atom) < 40, "{}", growth(&atom));
    let names: Vec<String> = (0..90).map(|it| format!("{}{it}", "n".repeat(1_000))).collect();
    let items = vec![serde_json::json!({"title": "t"}); 4_000];
    let json =
        serde_json::json!({"version": "https://jsonfeed.org/version/1", "authors": names, "items": items});
    assert!(growth(&json.to_string()) < 40, "{}", growth(&json.to_string()));
}

#[test]
fn authors_that_fit_are_still_inherited() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Press Office</name></author><entry><title>t</title></entry></feed>";
    assert_eq!(read(feed.as_bytes(), None).unwrap().drafts[0].authors, ["Press Office"]);
    let base = "<link href='a'/>";
    assert_eq!(entry(base).link.as_deref(), Some("http://news.example/press/a"));
}

#[test]
fn a_hundred_thousand_names_are_read_at_once() {
    let names: Vec<String> = (0..100_000).map(|it| it.to_string()).collect();
    let json = serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "authors": names, "items": [{"title": "t"}]});
    let text = json.to_string();
    let feed = parse::feed(&Document { bytes: text.as_bytes(), content_type: None, base: None }).unwrap();
    assert!(feed.drafts[0].authors.len() <= 100);
}
