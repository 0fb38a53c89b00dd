//! JSON Feed, as specified and as written.

use super::{content, feed, terms, titles};

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
