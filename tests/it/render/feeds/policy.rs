//! Whose words go out, and how much of them.

use std::sync::Arc;

use feed_rs::model::Entry;
use pressroll::model::{Format, SourceKind, publication::Images, source::Republish};

use super::{first, json, rendered};
use crate::render::sample::{World, document, entry, image, kept, shown, source, stated};

/// A world of one entry whose source goes out like this.
fn republished(republish: Republish) -> World {
    let mut name = source("acme", SourceKind::News);
    let mut policy = (*name.source).clone();
    policy.republish = republish;
    name.source = Arc::new(policy);
    let mut world = World::with(0);
    world.shown = vec![shown(1, &Arc::new(name))];
    world
}

fn body(read: &Entry) -> Option<&str> {
    read.content.as_ref().and_then(|it| it.body.as_deref()).filter(|it| !it.is_empty())
}

#[test]
fn full_means_text_excerpt_and_media() {
    for format in Format::ALL {
        let read = first(&republished(Republish::Full), format);
        assert!(body(&read).is_some_and(|it| it.contains("<b>release</b>")), "{}", format.name());
        assert!(read.summary.is_some(), "{}", format.name());
        assert!(
            rendered(&republished(Republish::Full), format).contains("/media/1.jpg"),
            "{}",
            format.name()
        );
    }
}

#[test]
fn an_excerpt_carries_neither_the_text_nor_media() {
    let world = republished(Republish::Excerpt);
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(out.contains("Text of release 1"), "{} has no excerpt", format.name());
        for forbidden in ["<b>", "&lt;b", "/media/1.jpg", "enclosure", "content:encoded>", "content_html"] {
            assert!(!out.contains(forbidden), "{} carries {forbidden}", format.name());
        }
        assert!(out.contains("acme releases") && out.contains("https://acme.example/news/1"));
    }
    assert_eq!(json(&world)["items"][0]["content_text"], "Text of release 1. Second paragraph.");
}

#[test]
fn a_title_alone_carries_nothing_else_of_the_text() {
    let world = republished(Republish::Title);
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(!out.contains("Text of") && !out.contains("/media/1.jpg"), "{}", format.name());
        assert!(out.contains("Release 1 of acme") && out.contains("acme releases"), "{}", format.name());
        let read = first(&world, format);
        assert_eq!((body(&read), read.links[0].href.as_str()), (None, "https://acme.example/news/1"));
    }
    // JSON Feed wants one of the two contents all the same.
    assert_eq!(json(&world)["items"][0]["content_text"], "");
}

#[test]
fn without_images_other_media_still_go_out() {
    let mut world = World::with(1);
    world.publication.images = Images::None;
    entry(&mut world.shown[0]).media =
        vec![image("https://acme.example/a.jpg"), document("https://acme.example/a.pdf")];
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(!out.contains("a.jpg") && out.contains("a.pdf"), "{}", format.name());
    }
    assert!(json(&world)["items"][0].get("image").is_none());
}

#[test]
fn campaign_tags_never_enter_a_feed() {
    let mut world = World::with(2);
    world.publication.utm = vec![("source".to_owned(), "brandpage".to_owned())];
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(!out.contains("utm") && !out.contains("brandpage"), "{}", format.name());
    }
}

#[test]
fn an_entry_that_a_gate_kept_back_is_dated_by_its_showing_and_says_its_own_date() {
    let mut world = World::with(1);
    world.shown[0].dated_ms = stated("2026-03-04T12:00:00Z").instant_ms;
    let rss = rendered(&world, Format::Rss);
    assert!(rss.contains("<pubDate>Wed, 04 Mar 2026 12:00:00 GMT</pubDate>"));
    assert!(rss.contains("<dc:date>2026-03-01T10:30:00+01:00</dc:date>"));
    let atom = rendered(&world, Format::Atom);
    assert!(atom.contains("<published>2026-03-01T10:30:00+01:00</published>"));
    assert!(atom.contains("<updated>2026-03-04T12:00:00+00:00</updated>"));
    let item = &json(&world)["items"][0];
    assert_eq!(item["date_published"], "2026-03-04T12:00:00+00:00");
    assert_eq!(item["_pressroll"]["date_stated"], "2026-03-01T10:30:00+01:00");
}

#[test]
fn an_entry_that_nothing_kept_back_has_one_date() {
    let world = World::with(1);
    assert!(!rendered(&world, Format::Rss).contains("dc:date"));
    assert!(json(&world)["items"][0].get("date_modified").is_none());
}

#[test]
fn a_date_in_the_future_is_not_repeated() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).published = Some(stated("2031-01-01T00:00:00Z"));
    for format in Format::ALL {
        assert!(!rendered(&world, format).contains("2031"), "{}", format.name());
    }
    assert!(rendered(&world, Format::Atom).contains("<published>2026-03-01T09:30:00+00:00</published>"));
}

#[test]
fn a_significant_change_moves_updated_and_nothing_else() {
    let mut world = World::with(1);
    kept(&mut world.shown[0]).updated_ms = stated("2026-03-09T08:00:00Z").instant_ms;
    let read = first(&world, Format::Atom);
    assert_eq!(read.updated.expect("updated").to_rfc3339(), "2026-03-09T08:00:00+00:00");
    assert_eq!(read.published.expect("published").timestamp_millis(), world.shown[0].dated_ms);
    assert_eq!(json(&world)["items"][0]["date_modified"], "2026-03-09T08:00:00+00:00");
    assert!(
        rendered(&world, Format::Rss)
            .contains("<lastBuildDate>Mon, 09 Mar 2026 08:00:00 GMT</lastBuildDate>")
    );
}
