//! JSON Feed, as specified and as written.

use pressroll::{
    model::{Document, Feed, MediaKind},
    parse::{Limits, feed_within},
};

use super::{content, feed, read, repaired, terms, titles};

/// Two whole entries.
const TWO: &str = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "home_page_url": "http://a.example/",
    "items": [{"id": "1", "title": "One", "content_html": "<p>x</p>"}, {"id": "2", "title": "Two", "tags": ["a", "b"]}]}"#;

fn guids(feed: &Feed) -> Vec<&str> {
    feed.drafts.iter().map(|it| it.identity.guid.as_deref().unwrap_or("(none)")).collect()
}

#[test]
fn json_feed_is_read_with_all_its_fields() {
    let feed = feed(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "home_page_url": "http://a.example/",
            "language": "en-US", "authors": [{"name": "Acme"}], "items": [{"id": "1", "url": "/1", "title": "One",
            "content_html": "<p>x</p>", "summary": "s & t", "date_published": "2026-01-31T13:00:00+01:00",
            "tags": ["a", "b"], "image": "http://a.example/i.png",
            "attachments": [{"url": "http://a.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}]}]}"#,
    );
    assert_eq!((feed.title.as_deref(), feed.link.as_deref()), (Some("T"), Some("http://a.example/")));
    let draft = &feed.drafts[0];
    assert_eq!(draft.link.as_deref(), Some("http://news.example/1"));
    assert_eq!(content(draft), "<p>x</p>");
    assert_eq!(draft.summary.as_ref().unwrap().0, "s &amp; t");
    assert_eq!(draft.published.unwrap().offset_min, 60);
    assert_eq!((terms(draft), draft.authors.as_slice()), (vec!["a", "b"], &["Acme".to_owned()][..]));
    assert_eq!((draft.media.len(), draft.media[1].bytes), (2, Some(7)));
    assert_eq!(draft.language.as_deref(), Some("en-us"));
}

#[test]
fn another_pressroll_says_where_an_entry_was_copied_from() {
    let feed = feed(
        r#"{"version": "https://jsonfeed.org/version/1.1", "items": [
            {"id": "1", "_pressroll": {"source_id": "a", "source_title": "A", "source_feed_url": "http://a.example/rss",
             "origin": {"id": "urn:x", "title": "First", "feed_url": "http://first.example/rss"}}},
            {"id": "2", "_pressroll": {"source_id": "a", "source_title": "A", "source_feed_url": "http://a.example/rss"}},
            {"id": "3", "_pressroll": {"origin": {"title": ["x"], "feed_url": "javascript:alert(1)"}, "source_title": 7}},
            {"id": "4", "_pressroll": 4}, {"id": "5"}]}"#,
    );
    let origins: Vec<_> = feed.drafts.iter().map(|it| it.origin.as_ref()).collect();
    let [Some(first), Some(second), None, None, None] = origins[..] else { panic!("{origins:?}") };
    assert_eq!((first.id.as_deref(), first.title.as_deref()), (Some("urn:x"), Some("First")));
    assert_eq!(first.feed.as_deref(), Some("http://first.example/rss"));
    assert_eq!((second.title.as_deref(), second.feed.as_deref()), (Some("A"), Some("http://a.example/rss")));
}

#[test]
fn wrong_types_lose_only_themselves() {
    let feed = feed(
        r#"{"version": 1, "title": ["x"], "items": [{"id": 7, "title": null, "content_text": "a < b",
            "author": {"name": "Ann"}, "tags": "one", "attachments": {"url": "http://a.example/a.mp4"},
            "date_published": 1769860800}, "nonsense", {"id": {"no": 1}, "title": "x\u0000\u0008y"}]}"#,
    );
    assert_eq!(titles(&feed), ["(none)", "xy"]);
    let draft = &feed.drafts[0];
    assert_eq!(draft.identity.guid.as_deref(), Some("7"));
    assert_eq!(content(draft), "a &lt; b");
    assert_eq!((terms(draft), draft.authors.as_slice()), (vec!["one"], &["Ann".to_owned()][..]));
    assert_eq!(draft.published.unwrap().instant_ms, 1_769_860_800_000);
    assert_eq!(draft.media.len(), 1);
}

#[test]
fn everything_of_version_1_1_that_a_draft_holds_is_read() {
    let feed = feed(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "home_page_url": "http://a.example/",
            "feed_url": "http://a.example/feed.json", "description": "d", "user_comment": "c", "next_url": "/2",
            "icon": "/i.png", "favicon": "/f.ico", "expired": false, "authors": [{"url": "http://a.example/ann"}],
            "hubs": [{"type": "rssCloud", "url": "http://c.example/"}, {"type": "WebSub", "url": "http://h.example/"}],
            "items": [{"id": "1", "external_url": "http://b.example/1", "content_text": "a\nb", "banner_image": "/b.png",
            "image": "/i.png", "date_modified": "2026-01-31", "language": "fr", "authors": [{"name": "Ann"}, {"name": "Bo"}],
            "attachments": [{"url": "/a.mp4", "mime_type": "video/mp4", "title": "Film", "duration_in_seconds": 12.5}]},
            {"id": "2"}]}"#,
    );
    assert_eq!(feed.topic.as_deref(), Some("http://a.example/feed.json"));
    assert_eq!(feed.hubs, ["http://h.example/"]);
    let draft = &feed.drafts[0];
    assert_eq!(draft.link.as_deref(), Some("http://b.example/1"));
    assert_eq!(
        (draft.authors.as_slice(), draft.language.as_deref()),
        (&["Ann".to_owned(), "Bo".to_owned()][..], Some("fr"))
    );
    assert!(draft.updated.is_some() && draft.published.is_none());
    let media: Vec<_> = draft.media.iter().map(|it| (it.url.as_str(), it.kind, it.alt.as_deref())).collect();
    assert_eq!(
        media,
        [
            ("http://news.example/i.png", MediaKind::Image, None),
            ("http://news.example/b.png", MediaKind::Image, None),
            ("http://news.example/a.mp4", MediaKind::Video, Some("Film")),
        ]
    );
    assert_eq!(feed.drafts[1].authors, ["http://a.example/ann"]);
    assert_eq!(feed.repairs, []);
}

#[test]
fn any_type_may_stand_in_any_place() {
    for wrong in [
        "null",
        "true",
        "7",
        "-1.5e3",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"a\": {\"b\": []}}",
        "[\"x\"]",
    ] {
        for name in [
            "title",
            "url",
            "content_html",
            "content_text",
            "summary",
            "image",
            "banner_image",
            "date_published",
            "date_modified",
            "author",
            "authors",
            "tags",
            "language",
            "attachments",
        ] {
            let feed = feed(&format!(
                r#"{{"version": 1.1, "{name}": {wrong}, "hubs": {wrong}, "items": [{{"id": "1", "{name}": {wrong}}}, {{"id": "2"}}]}}"#
            ));
            assert_eq!(guids(&feed), ["1", "2"], "{name}: {wrong}");
        }
    }
    assert_eq!(titles(&feed(r#"{"items": [{"id": 1, "title": ["One", "Uno"]}]}"#)), ["One"]);
}

#[test]
fn entries_are_found_wherever_they_stand() {
    for (text, found) in [
        (r#"{"items": {"id": "1"}}"#, 1),
        (r#"{"items": {"10": {"id": "2"}, "9": {"id": "1"}}}"#, 2),
        (r#"[{"id": "1", "content_text": "x"}, 7, {"id": "2"}]"#, 2),
        (r#"[{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}]"#, 1),
        (r#"{"version": "https://jsonfeed.org/version/1", "items": null}"#, 0),
        (r#"{"version": "https://jsonfeed.org/version/1"}"#, 0),
        (r#"{"title": "T", "items": null}"#, 0),
    ] {
        let feed = feed(text);
        assert_eq!(guids(&feed), ["1", "2"][..found], "{text}");
    }
    for text in
        ["{}", "[]", "[1, 2]", r#"{"error": "no"}"#, r#"[{"a": 1}]"#, r#"{"items": null}"#, "{'items': []}"]
    {
        assert!(read(text.as_bytes(), None).unwrap_err().to_string().contains("not a feed"), "{text}");
    }
}

#[test]
fn what_stands_around_json_is_left_out() {
    for (before, after) in [
        ("\u{feff}", ""),
        ("\u{feff} \n\t", "\n"),
        ("while(1);", ""),
        ("for (;;);", ""),
        (")]}',\n", ""),
        ("// feed\n/* of { news */ ", " // end"),
        ("callback(", ");"),
        ("/**/ jQuery17_3.call( ", " )"),
        ("", "garbage }"),
    ] {
        let feed = feed(&format!("{before}{TWO}{after}"));
        assert_eq!(guids(&feed), ["1", "2"], "{before:?} {after:?}");
    }
}

#[test]
fn slips_of_the_pen_lose_nothing() {
    for (text, title, repair) in [
        (r#"{"items": [{"id": "1", "title": "x",},],}"#, "x", "mistake in JSON"),
        (r#"{"items": [{"id": "1" "title": "x"}]}"#, "x", "mistake in JSON"),
        (r#"{"items": [{,, "id": "1",, "title": "x"}]}"#, "x", "mistake in JSON"),
        ("{\"items\": [{\"id\": \"1\", \"title\": \"a\nb\tc\"}]}", "a\nb\tc", "mistake in JSON"),
        (
            r#"{"items": [{"id": "1", "title": "a \ud83d b \ude00 c"}]}"#,
            "a \u{fffd} b \u{fffd} c",
            "mistake in JSON",
        ),
        (r#"{"items": [{"id": "1", "title": "\ud83d\ude00 \ud83dx"}]}"#, "😀 \u{fffd}x", "mistake in JSON"),
        (r#"{"items": [{"id": "1", "title": "it\'s \x 50\% \u12"}]}"#, "it's x 50% u12", "mistake in JSON"),
        (r#"{"items": [{"id": "1", "title": "x", "a": NaN, "b": undefined}]}"#, "x", "mistake in JSON"),
        (r#"{items: [{id: "1", title: "x"}]}"#, "x", "mistake in JSON"),
        (
            r#"{"items": [{"id": "1", "title": "x" /* the title */, // end
            "tags": []}]}"#,
            "x",
            "",
        ),
        (r#"{"items": [{"id": "1", "title": "x", "tags": ["a"}]}"#, "x", "mistake in JSON"),
        (r#"{"items": [{"id": "1", "title": "x", "summary": }]}"#, "x", "mistake in JSON"),
        (r#"{"items": [{"id": "1", "title": "y", "title": "x"}]}"#, "x", ""),
    ] {
        let feed = feed(text);
        assert_eq!((guids(&feed), titles(&feed)), (vec!["1"], vec![title]), "{text}");
        if !repair.is_empty() {
            assert!(repaired(&feed, repair) > 0, "{text}: {:?}", feed.repairs);
        }
    }
}

#[test]
fn a_document_that_is_cut_off_keeps_every_complete_entry() {
    let first_ends = TWO.find("}, {").unwrap() + 1;
    let second_ends = TWO.rfind("}]}").unwrap() + 1;
    let items = TWO.find("[{").unwrap() + 1;
    for (cut, _) in TWO.char_indices().skip(items) {
        let whole = usize::from(cut >= first_ends) + usize::from(cut >= second_ends);
        let read = read(&TWO.as_bytes()[..cut], None);
        if whole == 0 {
            // Not an empty feed: the operator hears that it broke.
            assert!(read.unwrap_err().to_string().contains("ends before its first entry"));
            continue;
        }
        let feed = read.unwrap_or_else(|error| panic!("{error} at {cut}"));
        assert_eq!(guids(&feed), ["1", "2"][..whole], "{}", &TWO[..cut]);
        assert_eq!(feed.title.as_deref(), Some("T"));
        assert_eq!(repaired(&feed, "truncated document"), 1, "{}", &TWO[..cut]);
    }
    // Wherever else it ends, nothing breaks.
    for cut in 0..items {
        let _ = read(&TWO.as_bytes()[..cut], None);
    }
    let list = r#"[{"id": "1", "content_text": "x"}, {"id": "2", "content_text""#;
    assert_eq!(guids(&feed(list)), ["1"]);
}

#[test]
fn ids_keep_their_digits() {
    for id in ["0", "-7", "12345678901234567890123", "1.10", "1e3", "18446744073709551616", "007", "1E400"] {
        let feed = feed(&format!(r#"{{"items": [{{"id": {id}, "title": "x"}}]}}"#));
        assert_eq!(guids(&feed), [id]);
    }
}

#[test]
fn dates_are_read_as_texts_and_as_numbers() {
    for date in ["\"2026-01-31T12:00:00Z\"", "1769860800", "1769860800000", "1769860800.5", "\"1769860800\""]
    {
        let feed = feed(&format!(r#"{{"items": [{{"id": 1, "date_published": {date}}}]}}"#));
        assert_eq!(feed.drafts[0].published.unwrap().instant_ms / 1000, 1_769_860_800, "{date}");
    }
}

#[test]
fn depth_is_bounded_without_losing_the_rest() {
    for deep in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        let text = format!(r#"{{"items": [{{"id": "1"}}, {{"id": "2", "_x": {deep}"#);
        assert_eq!(guids(&feed(&text)), ["1"]);
    }
    let closed = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let feed = feed(&format!(r#"{{"items": [{{"id": "1", "_x": {closed}, "title": "x"}}]}}"#));
    assert_eq!((guids(&feed), titles(&feed)), (vec!["1"], vec!["x"]));
    assert_eq!(repaired(&feed, "element beyond the depth limit"), 1);
}

#[test]
fn limits_leave_out_of_json_feed_as_they_do_of_xml() {
    let limits = Limits { text_bytes_max: 50, fields_max: 3, ..Limits::default() };
    let (tags, long) = (r#""t", "#.repeat(9), "word ".repeat(100));
    let text = format!(
        r#"{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "tags": [{tags}"t"], "content_text": "{long}"}}]}}"#
    );
    let document = Document { bytes: text.as_bytes(), content_type: None, base: None };
    let feed = feed_within(&document, &limits).unwrap();
    assert_eq!((terms(&feed.drafts[0]).len(), content(&feed.drafts[0]).len()), (3, 50));
    assert_eq!(repaired(&feed, "field beyond the limit"), 1);
    assert_eq!(repaired(&feed, "text beyond the limit"), 1);
}

#[test]
fn more_values_than_memory_is_kept_for_are_left_out() {
    for many in [r#"{"": 0}, "#, r#"[0], "#, "0, "] {
        let text = TWO.replace("]}]}", &format!("]}}, {}0]}}", many.repeat(300_000)));
        let feed = feed(&text);
        assert_eq!(titles(&feed)[..2], ["One", "Two"]);
        assert!(repaired(&feed, "field beyond the limit") > 1_000, "{many}");
    }
}
