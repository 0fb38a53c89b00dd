//! Print, then parse: what goes into a feed comes out of it, in each format.

use std::sync::Arc;

use feed_rs::model::Entry;
use pressroll::{
    model::{CleanHtml, Format, Shown, SourceKind, entry::Label},
    render,
};
use proptest::prelude::*;

use super::{first, read_back};
use crate::render::sample::{self, World, document, entry, image, kept, text};

fn link(read: &Entry) -> Option<String> {
    let original = |it: &&feed_rs::model::Link| it.rel.as_deref().is_none_or(|rel| rel == "alternate");
    read.links.iter().find(original).map(|it| it.href.clone())
}

fn media_urls(read: &Entry) -> Vec<String> {
    let mut urls: Vec<String> = read
        .media
        .iter()
        .flat_map(|it| &it.content)
        .filter_map(|it| it.url.clone())
        .map(Into::into)
        .collect();
    // feed-rs keeps enclosures of Atom and attachments of JSON Feed among the links, the latter without a relation.
    let original = link(read);
    urls.extend(read.links.iter().map(|it| it.href.clone()).filter(|it| Some(it) != original.as_ref()));
    urls.sort();
    urls.dedup();
    urls
}

fn assert_survives(shown: &Shown, read: &Entry, format: Format) {
    let entry = &shown.kept.entry;
    let name = format.name();
    assert_eq!(read.id, shown.public_id, "{name}: id");
    assert_eq!(
        read.title.as_ref().map(|it| it.content.as_str()),
        Some(entry.title.as_str()),
        "{name}: title"
    );
    assert_eq!(link(read), entry.link, "{name}: link");
    let published = read.published.expect("a date").timestamp_millis();
    assert_eq!(published, shown.dated_ms, "{name}: date");
    let authors: Vec<_> = read.authors.iter().filter_map(|it| it.name.as_deref()).collect();
    assert_eq!(authors, entry.authors.iter().map(|it| it.as_str()).collect::<Vec<_>>(), "{name}: authors");
    let terms: Vec<_> = read.categories.iter().map(|it| it.term.as_str()).collect();
    assert_eq!(
        terms,
        entry.categories.iter().map(|it| it.term.as_str()).collect::<Vec<_>>(),
        "{name}: categories"
    );
    let body = read.content.as_ref().and_then(|it| it.body.as_deref());
    assert_eq!(body, Some(entry.content.as_str()), "{name}: content");
    let mut urls: Vec<_> = entry.media.iter().map(|it| it.url.clone()).collect();
    urls.sort();
    assert_eq!(media_urls(read), urls, "{name}: media");
}

#[test]
fn what_goes_in_comes_out_in_every_format_and_in_order() {
    let mut world = World::with(12);
    let rich = entry(&mut world.shown[0]);
    rich.title = text("R&D “élan” — <em>not markup</em> ﷽ 🚀");
    rich.authors = vec![text("Ada Example"), text("José Ñandú")];
    rich.categories = vec![
        Label { term: "ACME".to_owned(), scheme: Some("https://exchange.example/stock".to_owned()) },
        Label { term: "M&A".to_owned(), scheme: None },
    ];
    rich.media.push(document("https://acme.example/media/report.pdf?a=1&b=2"));
    rich.content =
        CleanHtml::vouch("<p>A ]]&gt; B &amp; C ]]> <img src=\"https://acme.example/a.png\"></p>".to_owned());
    for format in Format::ALL {
        let feed = read_back(&world, format);
        assert_eq!(feed.entries.len(), world.shown.len(), "{}", format.name());
        assert_eq!(feed.title.expect("a title").content, "Acme");
        for (shown, read) in world.shown.iter().zip(&feed.entries) {
            assert_survives(shown, read, format);
        }
    }
}

#[test]
fn schemes_of_categories_survive_in_rss_and_atom() {
    let mut world = World::with(1);
    let scheme = "https://exchange.example/rss/stock".to_owned();
    entry(&mut world.shown[0]).categories =
        vec![Label { term: "ACME".to_owned(), scheme: Some(scheme.clone()) }];
    for format in [Format::Rss, Format::Atom] {
        assert_eq!(first(&world, format).categories[0].scheme.as_ref(), Some(&scheme), "{}", format.name());
    }
}

#[test]
fn summaries_survive_as_text() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).excerpt = text("Profit < loss & “more”");
    let summary = |format| first(&world, format).summary.expect("a summary").content;
    // RSS descriptions are HTML, the other two are text.
    assert_eq!(summary(Format::Rss), "Profit &lt; loss &amp; “more”");
    assert_eq!(summary(Format::Atom), "Profit < loss & “more”");
    assert_eq!(summary(Format::Json), "Profit < loss & “more”");
}

#[test]
fn sizes_of_pictures_survive_in_rss() {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).media =
        vec![image("https://acme.example/a.jpg"), image("https://acme.example/b.jpg")];
    let read = first(&world, Format::Rss);
    let sizes: Vec<_> =
        read.media.iter().flat_map(|it| &it.content).map(|it| (it.width, it.height, it.size)).collect();
    assert_eq!(sizes, vec![(Some(1200), Some(675), Some(48_213)); 2]);
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    for format in Format::ALL {
        let once = render::feed(format, &World::with(20).sheet());
        for _ in 0..5 {
            assert!(render::feed(format, &World::with(20).sheet()) == once, "{}", format.name());
        }
    }
}

#[test]
fn an_id_that_comes_twice_is_shown_once() {
    let mut world = World::with(3);
    world.shown[2].public_id = world.shown[0].public_id.clone();
    for format in Format::ALL {
        let ids: Vec<_> = read_back(&world, format).entries.into_iter().map(|it| it.id).collect();
        assert_eq!(ids, ["urn:acme:3", "urn:acme:2"], "{}", format.name());
    }
}

/// Readers trim titles and ids, and XML folds line ends: neither is lost content.
fn as_read(text: &str) -> String {
    let legal = |it: &char| matches!(it, ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(legal).collect::<String>().trim().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_title_and_id_survive_in_every_format(title in "\\PC{1,60}", id in "[^\\pC\\pZ]{1,60}", author in "\\PC{0,30}") {
        prop_assume!(!as_read(&title).is_empty() && !as_read(&id).is_empty());
        let mut world = World::with(1);
        world.shown[0].public_id = id.clone();
        entry(&mut world.shown[0]).title = text(&title);
        entry(&mut world.shown[0]).authors = vec![text(&author)];
        for format in Format::ALL {
            super::assert_parses(&world, format);
            let read = first(&world, format);
            prop_assert_eq!(&read.id, &as_read(&id), "{}: id", format.name());
            let back = read.title.expect("a title").content;
            prop_assert_eq!(back.trim(), as_read(&title), "{}: title", format.name());
        }
    }

    #[test]
    fn any_characters_at_all_leave_every_format_well_formed(noise in any::<Vec<char>>(), offset in any::<i16>(), ms in any::<i64>()) {
        let noise: String = noise.into_iter().collect();
        let mut world = World::with(2);
        world.publication.title = noise.clone();
        world.shown[0].public_id = noise.clone();
        world.shown[0].dated_ms = ms;
        let mut source = sample::source("acme", SourceKind::Press);
        source.title = noise.clone();
        world.shown[0].source = Arc::new(source);
        kept(&mut world.shown[0]).updated_ms = ms;
        let hostile = entry(&mut world.shown[0]);
        hostile.title = text(&noise);
        hostile.excerpt = text(&noise);
        hostile.authors = vec![text(&noise)];
        hostile.content = CleanHtml::vouch(noise.clone());
        hostile.categories = vec![Label { term: noise.clone(), scheme: Some(noise.clone()) }];
        hostile.media[0].alt = Some(noise.clone());
        hostile.media[0].mime = Some(noise.clone());
        hostile.language = Some(noise.clone());
        hostile.link = Some(noise.clone());
        if let Some(stated) = &mut hostile.published {
            (stated.instant_ms, stated.offset_min) = (ms, offset);
        }
        for format in Format::ALL {
            super::assert_parses(&world, format);
            prop_assert_eq!(read_back(&world, format).entries.len(), 2, "{}", format.name());
        }
    }
}
