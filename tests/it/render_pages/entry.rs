//! One entry as it is read: on its page and whole in a widget.

use std::sync::Arc;

use pressroll::{
    model::{CleanHtml, Media, MediaKind, Publication, Shown, publication::Images, source::Republish},
    render::{Sheet, document::Document, entry, widget::Options},
};

use super::{
    between, html, query,
    sample::{Text, publication, shown, site},
};

fn acme() -> Publication {
    let mut publication = publication("brands/acme", "Acme newsroom");
    publication.utm = vec![("source".to_owned(), "brandpage".to_owned())];
    publication
}

/// An entry with this text.
fn with_text(content: &str, text: &Text<'_>) -> Shown {
    let mut shown = shown(text);
    Arc::make_mut(&mut shown.kept).entry.content = CleanHtml::vouch(content.to_owned());
    shown
}

fn page(publication: &Publication, shown: &Shown) -> Document {
    let site = site();
    entry::page(&Sheet { site: &site, publication, shown: std::slice::from_ref(shown), lang: None }, shown)
}

fn widget(publication: &Publication, shown: &Shown, pairs: &[(&str, &str)]) -> Document {
    let site = site();
    let sheet = Sheet { site: &site, publication, shown: std::slice::from_ref(shown), lang: None };
    entry::widget(&sheet, shown, &Options::from_query(publication, &query(pairs)))
}

#[test]
fn a_page_names_the_original_as_what_search_engines_keep_and_itself_as_what_is_shared() {
    let shown = with_text("<p>Whole.</p>", &Text::default());
    let text = html(&page(&acme(), &shown));
    assert!(text.contains("<link rel=\"canonical\" href=\"https://www.acme.example/press/1\">"));
    let own = format!("https://www.example.com/press/brands/acme/entries/{}", entry::key(&shown.public_id));
    assert!(text.contains(&format!("<meta property=\"og:url\" content=\"{own}\">")), "{text}");
    assert!(text.contains("<meta property=\"og:type\" content=\"article\">"));
    assert!(text.contains("<meta property=\"article:published_time\" content=\"2026-11-21T10:42:00Z\">"));
    assert!(text.contains(
        "href=\"https://www.acme.example/press/1?utm_source=brandpage\" target=\"_blank\" \
         rel=\"noopener\">Original at acme.example</a>"
    ));
    assert!(!text.contains("noindex"));
}

#[test]
fn a_title_alone_is_a_page_with_the_way_to_the_original_that_nobody_finds() {
    let text = html(&page(
        &acme(),
        &with_text("<p>Whole.</p>", &Text { republish: Republish::Title, ..Text::default() }),
    ));
    assert!(text.contains("Original at acme.example") && text.contains("noindex"));
    assert!(
        !text.contains("Whole.") && !text.contains("class=\"prose\"") && !text.contains("og:description")
    );
}

#[test]
fn headings_of_a_text_begin_below_the_title() {
    let shown = with_text("<h2>Figures</h2><p>Words.</p><h4>By country</h4><p>Words.</p>", &Text::default());
    let on_page = html(&page(&acme(), &shown));
    assert!(on_page.contains("<h2>Figures</h2>") && on_page.contains("<h3>By country</h3>"), "{on_page}");
    let in_widget = html(&widget(&acme(), &shown, &[]));
    assert!(in_widget.contains("<h3>Figures</h3>") && in_widget.contains("<h4>By country</h4>"));
}

#[test]
fn attachments_are_listed_with_type_size_and_language() {
    let mut shown = with_text("<p>Whole.</p>", &Text::default());
    let mut file = Media::at("https://acme.example/files/report-q3.pdf".to_owned(), MediaKind::Document);
    file.mime = Some("application/pdf".to_owned());
    file.bytes = Some(1_234_567);
    file.language = Some("fr".to_owned());
    let mut odd = Media::at("https://acme.example/x".to_owned(), MediaKind::Audio);
    odd.alt = Some("<b>The \"call\"</b>".to_owned());
    Arc::make_mut(&mut shown.kept).entry.media = vec![file, odd];
    let text = html(&page(&acme(), &shown));
    let list = between(&text, "<section class=\"files\">", "</section>");
    assert!(list.starts_with("<h2>Attachments</h2>"), "{list}");
    assert!(
        list.contains(
            "hreflang=\"fr\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">report-q3.pdf</a> \
         <span>PDF, 1.2\u{a0}MB, <span lang=\"fr\">Français</span></span>"
        ),
        "{list}"
    );
    assert!(list.contains("&#60;b&#62;The &#34;call&#34;&#60;/b&#62;</a></li>"), "{list}");
}

#[test]
fn a_file_is_called_by_its_name_as_people_read_it() {
    let named = |address: &str| {
        let mut shown = with_text("<p>Whole.</p>", &Text::default());
        let file = Media::at(address.to_owned(), MediaKind::Document);
        Arc::make_mut(&mut shown.kept).entry.media = vec![file];
        let text = html(&page(&acme(), &shown));
        between(between(&text, "<section class=\"files\">", "</section>"), "nofollow\">", "</a>").to_owned()
    };
    assert_eq!(named("https://acme.example/a/Q3%20report+b%26c%3D1.pdf"), "Q3 report+b&#38;c=1.pdf");
    assert_eq!(named("https://acme.example/R%C3%A9sultats.pdf?x=1"), "Résultats.pdf");
    assert_eq!(named("https://acme.example/%E2%80%AEfdp.exe"), "fdp.exe", "nothing turns a name round");
    assert_eq!(named("https://acme.example/download/17"), "acme.example");
    assert_eq!(named(&format!("https://acme.example/{}.pdf", "x".repeat(500))), "acme.example");
}

#[test]
fn the_date_of_an_entry_says_its_year() {
    let shown = with_text("<p>Whole.</p>", &Text::default());
    for document in [page(&acme(), &shown), widget(&acme(), &shown, &[])] {
        assert!(html(&document).contains(">Saturday, 21 November 2026 <span>10:42</span></time>"));
    }
}

#[test]
fn players_stay_on_a_page_and_become_links_in_a_widget() {
    let film = "<p>See.</p><iframe src=\"https://www.youtube-nocookie.com/embed/abcdefghijk\"></iframe>\
                <audio src=\"https://cdn.acme.example/call.mp3\" controls=\"\"></audio>";
    let shown = with_text(film, &Text::default());
    let on_page = page(&acme(), &shown);
    assert!(html(&on_page).contains("<iframe") && html(&on_page).contains("preload=\"none\""));
    assert!(on_page.content_security.contains("media-src https://cdn.acme.example;"));
    assert!(on_page.content_security.contains("frame-src https://www.youtube-nocookie.com;"));
    let in_widget = widget(&acme(), &shown, &[]);
    let text = html(&in_widget);
    assert!(!text.contains("<iframe") && !text.contains("<audio"), "{text}");
    assert!(text.contains("https://www.youtube.com/watch?v=abcdefghijk") && text.contains("call.mp3"));
    assert!(
        !in_widget.content_security.contains("media-src")
            && !in_widget.content_security.contains("frame-src")
    );
}

#[test]
fn a_hostile_entry_stays_text_on_its_page_and_in_its_widget() {
    let hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)></title></style>";
    for republish in [Republish::Full, Republish::Excerpt, Republish::Title] {
        let shown = with_text(
            "",
            &Text {
                title: hostile,
                excerpt: hostile,
                source: hostile,
                language: Some("en\" onclick=\"alert(1)"),
                link: Some("javascript:alert(1)"),
                image: Some("https://img.example/a.png?\"onerror=\"alert(1)"),
                republish,
                ..Text::default()
            },
        );
        let mut publication = acme();
        publication.images = Images::Link;
        publication.title = hostile.to_owned();
        for document in [page(&publication, &shown), widget(&publication, &shown, &[])] {
            let text = html(&document);
            for bad in ["<script", "<img src=x", "\"javascript:", "\" onclick=", "\"onerror="] {
                assert!(!text.contains(bad), "{bad} in {text}");
            }
            assert_eq!((text.matches("</style>").count(), text.matches("</title>").count()), (1, 1));
        }
    }
}

#[test]
fn a_key_is_sixteen_digits_and_only_that_is_one() {
    let key = entry::key("tag:example.com,2026:1");
    assert!(entry::is_key(&key) && key.len() == 16);
    for bad in
        ["", "abc", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcdef0", "0123456789abcde\u{e9}"]
    {
        assert!(!entry::is_key(bad), "{bad}");
    }
    let publication = acme();
    let options = |pairs: &[(&str, &str)]| Options::from_query(&publication, &query(pairs)).canonical();
    assert_eq!(options(&[("entry", "nonsense")]), options(&[]));
    assert_eq!(options(&[("entry", &key), ("count", "7")]), options(&[("entry", &key), ("layout", "cards")]));
}
