//! What the standards ask of a feed, point by point.

use std::sync::Arc;

use pressroll::model::{Format, SourceKind, entry::Label};

use super::{count, first, json, read_back, rendered};
use crate::render::sample::{World, document, entry, image, shown, source};

/// Fails unless every one of `needles` is in `text`, in this order.
fn assert_in_order(text: &str, needles: &[&str]) {
    let mut rest = text;
    for needle in needles {
        let after = rest.split_once(needle).map(|(_, after)| after);
        assert!(after.is_some(), "{needle} is missing, or too early, in {text}");
        rest = after.unwrap_or_default();
    }
}

#[test]
fn an_rss_channel_says_what_the_profile_asks() {
    let rss = rendered(&World::with(2), Format::Rss);
    assert!(rss.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom="));
    for needle in [
        "<title>Acme</title>",
        "<link>https://www.acme.example/</link>",
        "<description>News from Acme</description>",
        "<language>en</language>",
        "<lastBuildDate>Mon, 02 Mar 2026 09:30:00 GMT</lastBuildDate>",
        "<generator>pressroll</generator>",
        "<ttl>15</ttl>",
        "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"",
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
        "xmlns:media=\"http://search.yahoo.com/mrss/\"",
        "<atom:link href=\"https://www.example.com/press/brands/acme/feed.rss\" rel=\"self\" type=\"application/rss+xml\"></atom:link>",
    ] {
        assert_eq!(count(&rss, needle), 1, "{needle} in {rss}");
    }
}

#[test]
fn an_rss_item_says_what_the_profile_asks() {
    let mut world = World::with(1);
    let rich = entry(&mut world.shown[0]);
    rich.media.push(document("https://acme.example/report.pdf"));
    rich.categories = vec![Label { term: "ACME".to_owned(), scheme: Some("nasdaq".to_owned()) }];
    let rss = rendered(&world, Format::Rss);
    assert_in_order(
        &rss,
        &[
            "<item>",
            "<title>Release 1 of acme</title>",
            "<link>https://acme.example/news/1</link>",
            "<description><![CDATA[Text of release 1. Second paragraph.]]></description>",
            "<category domain=\"nasdaq\">ACME</category>",
            "<enclosure url=\"https://acme.example/media/1.jpg\" length=\"48213\" type=\"image/jpeg\"/>",
            "<guid isPermaLink=\"false\">urn:acme:1</guid>",
            "<pubDate>Sun, 01 Mar 2026 09:30:00 GMT</pubDate>",
            "<source url=\"https://acme.example/feed.xml\">acme releases</source>",
            "<content:encoded><![CDATA[<p>Text of <b>release</b> 1.</p>",
            "<media:content fileSize=\"48213\" height=\"675\" medium=\"image\" type=\"image/jpeg\" url=\"https://acme.example/media/1.jpg\" width=\"1200\">",
            "<media:description type=\"plain\">An electrolyser in Hamburg</media:description>",
            "<media:content medium=\"document\" type=\"application/pdf\" url=\"https://acme.example/report.pdf\">",
            "<dc:creator>Ada Example</dc:creator>",
            "<dc:language>en</dc:language>",
            "</item>",
        ],
    );
    assert_eq!(count(&rss, "<enclosure"), 1);
}

#[test]
fn an_enclosure_of_unknown_length_says_zero() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).media = vec![document("https://acme.example/report.pdf")];
    let rss = rendered(&world, Format::Rss);
    let enclosure =
        "<enclosure url=\"https://acme.example/report.pdf\" length=\"0\" type=\"application/pdf\"/>";
    assert!(rss.contains(enclosure));
    assert!(!rss.contains("fileSize"));
}

#[test]
fn a_guid_is_a_permalink_only_where_it_is_the_link() {
    let mut world = World::with(2);
    world.shown[0].public_id = "https://acme.example/news/2".to_owned();
    world.shown[1].public_id = "https://acme.example/?p=1".to_owned();
    let rss = rendered(&world, Format::Rss);
    assert!(rss.contains("<guid>https://acme.example/news/2</guid>"));
    assert!(rss.contains("<guid isPermaLink=\"false\">https://acme.example/?p=1</guid>"));
}

#[test]
fn an_atom_feed_names_itself_its_page_and_its_author() {
    let feed = read_back(&World::with(2), Format::Atom);
    assert_eq!(feed.id, "https://www.example.com/press/brands/acme/feed.atom");
    assert_eq!(feed.updated.expect("updated").to_rfc3339(), "2026-03-02T09:30:00+00:00");
    assert_eq!(feed.description.expect("a subtitle").content, "News from Acme");
    assert_eq!(feed.generator.expect("a generator").content, "pressroll");
    assert_eq!(feed.authors[0].name.as_deref(), Some("Acme"));
    assert_eq!(feed.language.as_deref(), Some("en"));
    let links: Vec<_> =
        feed.links.iter().map(|it| (it.rel.as_deref().unwrap_or(""), it.href.as_str())).collect();
    let own = "https://www.example.com/press/brands/acme/feed.atom";
    assert_eq!(links, [("self", own), ("alternate", "https://www.acme.example/")]);
}

#[test]
fn an_atom_entry_names_where_it_was_copied_from() {
    let atom = rendered(&World::with(1), Format::Atom);
    let (_, entry) = atom.split_once("<entry>").expect("an entry");
    assert_in_order(
        entry,
        &[
            "<title xml:lang=\"en\">",
            "<link href=\"https://acme.example/news/1\" rel=\"alternate\"/>",
            "<link href=\"https://acme.example/media/1.jpg\" rel=\"enclosure\" type=\"image/jpeg\" title=\"An electrolyser in Hamburg\" length=\"48213\"/>",
            "<source>",
            "<title>acme releases</title>",
            "<id>https://acme.example/feed.xml</id>",
            "<updated>2026-03-01T09:30:00+00:00</updated>",
            "<name>acme releases</name>",
            "<link href=\"https://acme.example/feed.xml\" rel=\"self\"/>",
            "<link href=\"https://acme.example/\" rel=\"alternate\"/>",
            "</source>",
            "<summary xml:lang=\"en\">",
            "<content xml:lang=\"en\" type=\"html\">",
        ],
    );
}

#[test]
fn a_scheme_that_is_no_address_stays_out_of_atom() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).categories =
        vec![Label { term: "ACME".to_owned(), scheme: Some("nasdaq".to_owned()) }];
    let category = &first(&world, Format::Atom).categories[0];
    assert_eq!((category.term.as_str(), category.scheme.as_ref()), ("ACME", None));
}

#[test]
fn a_json_feed_says_what_version_1_1_asks() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).media =
        vec![image("https://acme.example/a.jpg"), document("https://acme.example/b.pdf")];
    let expected = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Acme",
        "home_page_url": "https://www.acme.example/",
        "feed_url": "https://www.example.com/press/brands/acme/feed.json",
        "description": "News from Acme",
        "language": "en",
        "items": [{
            "id": "urn:acme:1",
            "url": "https://acme.example/news/1",
            "title": "Release 1 of acme",
            "content_html": "<p>Text of <b>release</b> 1.</p><p>Second paragraph.</p>",
            "summary": "Text of release 1. Second paragraph.",
            "image": "https://acme.example/a.jpg",
            "date_published": "2026-03-01T09:30:00+00:00",
            "authors": [{ "name": "Ada Example" }],
            "tags": ["Energy"],
            "language": "en",
            "attachments": [
                {
                    "url": "https://acme.example/a.jpg",
                    "mime_type": "image/jpeg",
                    "title": "An electrolyser in Hamburg",
                    "size_in_bytes": 48_213,
                },
                { "url": "https://acme.example/b.pdf", "mime_type": "application/pdf" },
            ],
            "_pressroll": {
                "source_id": "acme",
                "source_title": "acme releases",
                "source_feed_url": "https://acme.example/feed.xml",
                "source_home_page_url": "https://acme.example/",
                "date_stated": "2026-03-01T10:30:00+01:00",
            },
        }],
    });
    assert_eq!(json(&world), expected);
}

#[test]
fn a_feed_of_one_language_says_so() {
    let mut world = World::with(1);
    world.lang = Some("fr");
    for format in Format::ALL {
        let out = rendered(&world, format);
        let address =
            format!("https://www.example.com/press/brands/acme/feed.{}?lang=fr", format.extension());
        assert!(out.contains(&address), "{}", format.name());
        let feed = read_back(&world, format);
        assert_eq!(feed.title.expect("a title").content, "Acme (fr)");
        assert_eq!(feed.language.as_deref(), Some("fr"), "{}", format.name());
    }
}

#[test]
fn without_a_home_page_the_feed_leads_to_the_hosted_page() {
    let mut world = World::with(1);
    world.publication.homepage = None;
    world.publication.description = None;
    assert_eq!(json(&world)["home_page_url"], "https://www.example.com/press/brands/acme");
    assert_eq!(json(&world)["description"], "News from Acme");
    assert!(rendered(&world, Format::Rss).contains("<link>https://www.example.com/press/brands/acme</link>"));
}

#[test]
fn a_feed_without_entries_is_complete_and_has_no_date_of_now() {
    let world = World::with(0);
    for format in Format::ALL {
        super::assert_parses(&world, format);
        assert_eq!(read_back(&world, format).entries.len(), 0);
    }
    assert!(rendered(&world, Format::Atom).contains("<updated>1970-01-01T00:00:00+00:00</updated>"));
    assert!(!rendered(&world, Format::Rss).contains("lastBuildDate"));
}

#[test]
fn a_local_file_is_named_without_its_path() {
    let mut name = source("acme", SourceKind::Press);
    let mut file = (*name.source).clone();
    file.url = "file:///srv/press/acme.xml".parse().expect("an address");
    name.source = Arc::new(file);
    name.homepage = None;
    let mut world = World::with(0);
    world.shown = vec![shown(1, &Arc::new(name))];
    for format in Format::ALL {
        let out = rendered(&world, format);
        assert!(!out.contains("/srv/press") && out.contains("acme releases"), "{}", format.name());
    }
    assert!(rendered(&world, Format::Rss).contains("<dc:publisher>acme releases</dc:publisher>"));
}
