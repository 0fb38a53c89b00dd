//! What a publisher may have smuggled in never spoils the combined feed.

use pressroll::{
    model::{CleanHtml, Format},
    render::outgoing::{MEDIA_MAX, TEXT_BYTES_MAX},
};

use super::{assert_parses, count, first, json, read_back, rendered};
use crate::render::sample::{World, entry, image, text};

/// Texts that broke other people's feeds.
const NASTY: [&str; 10] = [
    "]]>",
    "]]]]>><![CDATA[",
    "a\u{8}b\u{0}c\u{b}d\u{1f}e",
    "\u{fffe}\u{ffff}",
    "<script>alert(1)</script>",
    "\"quotes\" 'and' `ticks`",
    "&amp; &nbsp; &#0; &bogus; &",
    "\u{202e}right to left\u{2066}",
    "👩‍👩‍👧‍👦 𝒜 𠜎 \u{10ffff}",
    "<!DOCTYPE x [<!ENTITY a \"b\">]><?xml version=\"1.1\"?><!-- -- -->",
];

#[test]
fn hostile_texts_leave_every_format_well_formed_and_complete() {
    for nasty in NASTY {
        let mut world = World::with(3);
        world.shown[1].public_id = format!("urn:{nasty}");
        let hostile = entry(&mut world.shown[1]);
        hostile.title = text(&format!("Release {nasty}"));
        hostile.excerpt = text(nasty);
        hostile.authors = vec![text(nasty)];
        hostile.content = CleanHtml::vouch(format!("<p>{nasty}</p>"));
        hostile.media[0].alt = Some(nasty.to_owned());
        world.publication.title = nasty.to_owned();
        world.publication.description = Some(nasty.to_owned());
        for format in Format::ALL {
            assert_parses(&world, format);
            assert_eq!(read_back(&world, format).entries.len(), 3, "{} with {nasty:?}", format.name());
        }
    }
}

#[test]
fn a_title_with_markup_stays_text() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).title = text("<script>alert(1)</script>");
    for format in [Format::Rss, Format::Atom] {
        let xml = rendered(&world, format);
        assert!(!xml.contains("<script"), "{}", format.name());
        assert_eq!(first(&world, format).title.expect("a title").content, "<script>alert(1)</script>");
    }
}

#[test]
fn the_excerpt_cannot_become_markup_in_rss() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).excerpt = text("1 < 2 <img src=x onerror=alert(1)>");
    let description = first(&world, Format::Rss).summary.expect("a description").content;
    assert_eq!(description, "1 &lt; 2 &lt;img src=x onerror=alert(1)&gt;");
}

#[test]
fn only_web_addresses_go_out() {
    let mut world = World::with(1);
    let hostile = entry(&mut world.shown[0]);
    hostile.link = Some("javascript:alert(1)".to_owned());
    hostile.media =
        ["data:image/png;base64,AAAA", "file:///etc/passwd", "/relative.png", "ftp://a.example/x.png"]
            .map(image)
            .to_vec();
    for format in Format::ALL {
        let out = rendered(&world, format);
        for scheme in ["javascript:", "data:", "file:", "ftp:", "/relative.png"] {
            assert!(!out.contains(scheme), "{} carries {scheme}", format.name());
        }
        assert_parses(&world, format);
    }
    // An Atom entry without a link of its own still leads somewhere once it has no text either.
    entry(&mut world.shown[0]).content = CleanHtml::default();
    let links = first(&world, Format::Atom).links;
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].href, "https://www.acme.example/");
}

#[test]
fn passwords_in_addresses_stay_here() {
    let mut world = World::with(1);
    let mut name = (*world.shown[0].source).clone();
    let mut source = (*name.source).clone();
    source.url = "https://me:hunter2@feeds.acme.example/feed.xml".parse().expect("an address");
    name.source = source.into();
    world.shown[0].source = name.into();
    entry(&mut world.shown[0]).link = Some("https://me:hunter2@acme.example/1".to_owned());
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(!out.contains("hunter2") && !out.contains("me@"), "{}", format.name());
        assert!(out.contains("https://feeds.acme.example/feed.xml"), "{}", format.name());
    }
}

#[test]
fn a_false_media_type_is_replaced_by_what_the_address_says() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).media =
        vec![image("https://acme.example/a.PNG?w=1"), image("https://acme.example/x")];
    for medium in &mut entry(&mut world.shown[0]).media {
        medium.mime = Some("picture\" onload=\"x".to_owned());
    }
    let attachments = &json(&world)["items"][0]["attachments"];
    assert_eq!(attachments[0]["mime_type"], "image/png");
    assert_eq!(attachments[1]["mime_type"], "application/octet-stream");
}

#[test]
fn media_without_number_are_bounded() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).media =
        (0..MEDIA_MAX + 10).map(|it| image(&format!("https://acme.example/{it}.jpg"))).collect();
    assert_eq!(count(&rendered(&world, Format::Rss), "<media:content"), MEDIA_MAX);
    assert_eq!(count(&rendered(&world, Format::Atom), "rel=\"enclosure\""), MEDIA_MAX);
}

#[test]
fn a_feed_too_large_keeps_every_entry_and_drops_the_oldest_texts() {
    let mut world = World::with(5);
    let large = "x".repeat(TEXT_BYTES_MAX / 3);
    for shown in &mut world.shown {
        entry(shown).content = CleanHtml::vouch(large.clone());
    }
    let items = json(&world)["items"].as_array().expect("items").clone();
    let whole: Vec<_> = items.iter().map(|it| it.get("content_html").is_some()).collect();
    assert_eq!(whole, [true, true, true, false, false]);
    assert_eq!(items[4]["content_text"], "Text of release 1. Second paragraph.");
    assert_eq!(count(&rendered(&world, Format::Rss), "<item>"), 5);
}
