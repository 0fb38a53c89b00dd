//! Whole entries.

use pressroll::{
    model::{Category, Draft, Identity, Media, MediaKind, Origin, Press, RawHtml, Stated, time::Precision},
    sanitize::{Policy, entry},
};
use url::Url;

fn draft() -> Draft {
    Draft {
        identity: Identity { guid: Some("guid-1".to_owned()), link: None, content: "00".to_owned() },
        title: None,
        link: None,
        published: None,
        updated: None,
        authors: Vec::new(),
        content: None,
        summary: None,
        categories: Vec::new(),
        media: Vec::new(),
        language: None,
        base: None,
        origin: None,
        press: Default::default(),
    }
}

fn raw(html: &str) -> Option<RawHtml> {
    Some(RawHtml(html.to_owned()))
}

fn image(url: &str) -> Media {
    Media {
        url: url.to_owned(),
        kind: MediaKind::Image,
        mime: None,
        bytes: None,
        width: None,
        height: None,
        alt: None,
        place: Default::default(),
        language: None,
    }
}

#[test]
fn an_entry_says_what_its_draft_said() {
    let published = Some(Stated { instant_ms: 1_000, offset_min: 60, precision: Precision::Second });
    let made = entry(
        Draft {
            title: Some("Acme &amp; Co".to_owned()),
            link: Some("https://acme.example/a?utm_source=rss".to_owned()),
            published,
            authors: vec!["<b>Jo</b>".to_owned(), " ".to_owned(), "Jo".to_owned()],
            content: raw("<p>Text</p>"),
            categories: vec![
                Category { term: "R&amp;D".to_owned(), scheme: Some("x".to_owned()) },
                Category { term: " ".to_owned(), scheme: None },
            ],
            language: Some("fr_BE".to_owned()),
            ..draft()
        },
        &Policy::default(),
    );
    assert_eq!(made.title.as_str(), "Acme & Co");
    assert_eq!(made.link.as_deref(), Some("https://acme.example/a"));
    assert_eq!((made.published, made.updated), (published, None));
    assert_eq!(made.authors.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["Jo"]);
    assert_eq!(made.content.as_str(), "<p>Text</p>");
    assert_eq!(made.categories.len(), 1);
    assert_eq!(made.categories[0].term, "R&D");
    assert_eq!(made.language.as_deref(), Some("fr-be"));
    assert_eq!(made.identity.guid.as_deref(), Some("guid-1"));
}

#[test]
fn a_title_is_never_empty() {
    let titled = |draft| entry(draft, &Policy::default()).title.as_str().to_owned();
    assert_eq!(titled(Draft { content: raw("<p>First words.</p>"), ..draft() }), "First words.");
    assert_eq!(
        titled(Draft { title: Some(" \u{200b}".to_owned()), summary: raw("Short"), ..draft() }),
        "Short"
    );
    let link = Some("https://www.acme.example/news/one/?x=1".to_owned());
    assert_eq!(titled(Draft { link, ..draft() }), "acme.example/news/one");
    assert_eq!(titled(draft()), "guid-1");
    let nothing = Identity { guid: None, link: None, content: String::new() };
    assert!(!titled(Draft { identity: nothing, ..draft() }).is_empty());
}

#[test]
fn the_operators_language_beats_the_drafts_and_nonsense_is_none() {
    let policy = Policy { language: Some("de".to_owned()), ..Policy::default() };
    assert_eq!(
        entry(Draft { language: Some("en".to_owned()), ..draft() }, &policy).language.as_deref(),
        Some("de")
    );
    for bad in ["", "e", "englisch langue", "en-", "en--us", "x\"y", &"en-a".repeat(20)] {
        assert_eq!(
            entry(Draft { language: Some(bad.to_owned()), ..draft() }, &Policy::default()).language,
            None,
            "{bad}"
        );
    }
}

#[test]
fn a_summary_that_says_something_else_is_the_excerpt() {
    let excerpt = |content: &str, summary: &str| {
        let made =
            entry(Draft { content: raw(content), summary: raw(summary), ..draft() }, &Policy::default());
        made.excerpt.as_str().to_owned()
    };
    assert_eq!(excerpt("<p>Long text of it.</p>", "<p>In <b>short</b></p>"), "In short");
    assert_eq!(excerpt("<p>Long text of it.</p>", "Long text […]"), "Long text of it.");
    assert_eq!(excerpt("<p>Long text of it.</p>", ""), "Long text of it.");
    assert_eq!(excerpt("", "<p>Only this</p>"), "Only this");
}

#[test]
fn a_draft_with_a_summary_alone_has_it_as_content() {
    let made = entry(Draft { summary: raw("<p>Only this</p>"), ..draft() }, &Policy::default());
    assert_eq!(made.content.as_str(), "<p>Only this</p>");
}

#[test]
fn a_drafts_base_beats_the_feeds() {
    let policy =
        Policy { base: Some(Url::parse("https://feeds.example/a/feed.xml").unwrap()), ..Policy::default() };
    let link_of = |base: Option<&str>| {
        let base = base.map(str::to_owned);
        entry(Draft { link: Some("x".to_owned()), base, ..draft() }, &policy).link.unwrap()
    };
    assert_eq!(link_of(None), "https://feeds.example/a/x");
    assert_eq!(link_of(Some("https://acme.example/b/")), "https://acme.example/b/x");
    assert_eq!(link_of(Some("/c/")), "https://feeds.example/c/x");
}

#[test]
fn only_media_of_the_web_stay_and_trackers_go() {
    let pixel = Media { width: Some(1), height: Some(1), ..image("https://acme.example/p.gif") };
    let made = entry(
        Draft {
            media: vec![
                image("data:image/png;base64,x"),
                pixel,
                image("https://pixel.wp.com/b.gif?x"),
                Media { alt: Some("A <b>pump</b>".to_owned()), ..image("https://acme.example/a.jpg") },
                image("https://acme.example/a.jpg"),
            ],
            ..draft()
        },
        &Policy::default(),
    );
    assert_eq!(made.media.len(), 1);
    assert_eq!(made.media[0].url, "https://acme.example/a.jpg");
    assert_eq!(made.media[0].alt.as_deref(), Some("A pump"));
}

#[test]
fn without_a_stated_image_the_first_fitting_one_of_the_text_is_taken() {
    let content = "<img src=https://acme.example/icon.png width=16 height=16>\
                   <img src=https://acme.example/p.gif width=1 height=1>\
                   <img src=https://acme.example/big.jpg?a=1&amp;b=2 width=640 alt='R&amp;D'>\
                   <img src=https://acme.example/second.jpg>";
    let audio = Media { kind: MediaKind::Audio, ..image("https://acme.example/a.mp3") };
    let made = entry(Draft { content: raw(content), media: vec![audio], ..draft() }, &Policy::default());
    assert_eq!(made.media.len(), 2);
    let found = &made.media[1];
    assert_eq!((found.url.as_str(), found.kind), ("https://acme.example/big.jpg?a=1&b=2", MediaKind::Image));
    assert_eq!((found.alt.as_deref(), found.width), (Some("R&D"), Some(640)));
    let stated =
        Draft { content: raw(content), media: vec![image("https://acme.example/own.jpg")], ..draft() };
    assert_eq!(entry(stated, &Policy::default()).media.len(), 1);
}

#[test]
fn an_origin_and_facts_are_plain_text_and_addresses_of_the_web() {
    let some = |it: &str| Some(it.to_owned());
    let of = |origin: Origin| entry(Draft { origin: Some(origin), ..draft() }, &Policy::default()).origin;
    let origin = Origin {
        id: some(" urn:x:1 "),
        title: some("<b>First</b> &amp; last\u{202e}"),
        feed: some("https://user:secret@first.example/rss?utm_source=x"),
        homepage: some("javascript:alert(1)"),
    };
    let cleaned = of(origin.clone()).unwrap();
    assert_eq!((cleaned.id.as_deref(), cleaned.title.as_deref()), (Some("urn:x:1"), Some("First & last")));
    assert_eq!((cleaned.feed.as_deref(), cleaned.homepage), (Some("https://first.example/rss"), None));
    for id in [
        "javascript:alert(1)",
        "17",
        "urn:x y",
        "data:text/html,x",
        "",
        &format!("urn:{}", "x".repeat(5_000)),
    ] {
        let nothing = Origin { id: some(id), title: some(" "), feed: some("mailto:a@b"), homepage: None };
        assert_eq!(of(nothing), None, "{id:.40}");
    }
    let press = Press {
        contacts: vec!["<a href='x'>Ann</a>".to_owned(), "Ann".to_owned(), "\u{200b}".to_owned()],
        industries: vec!["R&amp;D ".repeat(500)],
        ..Press::default()
    };
    let press = entry(Draft { press, ..draft() }, &Policy::default()).press;
    assert_eq!(press.contacts, ["Ann"]);
    assert!(press.industries[0].starts_with("R&D R&D") && press.industries[0].len() < 400);
}
