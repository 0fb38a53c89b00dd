//! Hosted page, index, subscribe page, notices, snippets.

use pressroll::{
    model::{Publication, Shown},
    render::{
        Sheet, embed,
        page::{index, notice, page, quiet, subscribe},
        words,
    },
};

use super::{
    between, html,
    sample::{publication, site, week},
};

fn acme() -> Publication {
    publication("brands/acme", "Acme newsroom")
}

fn hosted(publication: &Publication, shown: &[Shown], lang: Option<&str>) -> String {
    html(&page(&Sheet { site: &site(), publication, shown, lang }))
}

#[test]
fn entries_stand_under_their_day() {
    let text = hosted(&acme(), &week(), None);
    let days: Vec<&str> =
        text.split("class=\"day\"").skip(1).map(|it| between(it, "\">", "</time>")).collect();
    let expected = [
        "Saturday 21 November",
        "Wednesday 18 November",
        "Saturday 14 November",
        "Friday 13 November",
        "Thursday 12 November",
        "Tuesday 10 November",
        "Monday 9 November",
        "Friday, 19 December 2025",
    ];
    assert_eq!(days, expected);
    let first = between(&text, "class=\"day\"", "</section>");
    assert_eq!(first.matches("class=\"pr-title\"").count(), 2);
    assert!(first.contains(">10:42</time>") && first.contains("<h3 class=\"pr-title\">"));
    assert_eq!(text.matches("class=\"pr-title\"").count(), 10);
}

#[test]
fn feeds_are_found_and_shown() {
    let text = hosted(&acme(), &week(), None);
    for (media_type, file) in [
        ("application/rss+xml", "feed.rss"),
        ("application/atom+xml", "feed.atom"),
        ("application/feed+json", "feed.json"),
    ] {
        let address = format!("https://www.example.com/press/brands/acme/{file}");
        let link =
            text.lines().find(|it| it.starts_with("<link rel=\"alternate\"") && it.contains(media_type));
        assert!(link.is_some_and(|it| it.contains(&format!("href=\"{address}\""))), "{file}");
        assert!(between(&text, "id=\"subscribe\"", "</section>").contains(&address), "{file}");
    }
    assert!(between(&text, "id=\"subscribe\"", "</section>").contains("/brands/acme/subscribe\""));
}

#[test]
fn the_snippet_can_be_copied_and_its_widget_seen() {
    let text = hosted(&acme(), &week(), None);
    let block = between(&text, "id=\"embed\"", "</section>");
    let shown = between(block, "<pre><code>", "</code></pre>");
    let snippet =
        shown.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#38;", "&");
    assert_eq!(snippet, embed::snippets(&site(), &acme()).iframe);
    assert!(block.contains("<iframe src=\"/press/brands/acme/widget\" title=\"Acme newsroom\""), "{block}");
    let document = page(&Sheet { site: &site(), publication: &acme(), shown: &[], lang: None });
    assert!(document.content_security.contains("frame-src 'self'; "), "{}", document.content_security);
    assert!(document.content_security.ends_with("frame-ancestors 'self'"), "{}", document.content_security);
}

#[test]
fn the_page_says_what_it_is_to_those_who_share_it() {
    let text = hosted(&acme(), &week(), None);
    for (property, content) in [
        ("og:title", "Acme newsroom"),
        (
            "og:description",
            "Hydrogen, grid storage and recycled batteries: news from Acme and its companies.",
        ),
        ("og:type", "website"),
        ("og:url", "https://www.example.com/press/brands/acme"),
        ("og:site_name", "Example press"),
        ("og:image", "https://img.example/teal.png"),
    ] {
        assert!(
            text.contains(&format!("<meta property=\"{property}\" content=\"{content}\">")),
            "{property}"
        );
    }
    assert!(text.contains("<link rel=\"canonical\" href=\"https://www.example.com/press/brands/acme\">"));
    assert!(!text.contains("noindex"));
    let mut quiet = acme();
    quiet.listed = false;
    assert!(hosted(&quiet, &week(), None).contains("<meta name=\"robots\" content=\"noindex\">"));
}

#[test]
fn several_languages_can_be_switched() {
    assert!(!hosted(&acme(), &week(), None).contains("hreflang"));
    let mut publication = acme();
    publication.selection.languages = ["en", "fr", "sv"].map(str::to_owned).to_vec();
    let all = hosted(&publication, &week(), None);
    assert!(
        all.contains("href=\"https://www.example.com/press/brands/acme\" aria-current=\"true\">All</a>"),
        "{all}"
    );
    assert!(all.contains("?lang=fr\" lang=\"fr\" hreflang=\"fr\">Français</a>") && all.contains(">SV</a>"));
    let french = hosted(&publication, &week(), Some("fr"));
    assert!(french.contains("hreflang=\"fr\" aria-current=\"true\">Français</a>"));
    assert!(french.contains("/brands/acme/feed.rss?lang=fr\""));
    assert!(french.contains("<iframe src=\"/press/brands/acme/widget?lang=fr\""));
    assert!(french.contains("/brands/acme\">All</a>"), "the way back to all languages");
}

#[test]
fn a_page_in_french_is_french_and_one_in_arabic_runs_from_right_to_left() {
    let mut publication = acme();
    publication.locale = "fr-FR".to_owned();
    let french = hosted(&publication, &week(), None);
    assert!(
        french.contains("<html lang=\"fr\" dir=\"ltr\">") && french.contains(">samedi 21 novembre</time>")
    );
    assert!(french.contains(">S’abonner</a>") && french.contains(">Intégrer</a>"));
    publication.locale = "ar".to_owned();
    assert!(hosted(&publication, &week(), None).contains("<html lang=\"ar\" dir=\"rtl\">"));
}

#[test]
fn an_empty_page_says_so_and_can_still_be_followed() {
    let text = hosted(&acme(), &[], None);
    assert!(
        text.contains("Nothing published yet")
            && text.contains("/feed.rss")
            && !text.contains("class=\"day\"")
    );
}

#[test]
fn the_index_names_listed_publications_only() {
    let (brand, group) = (acme(), publication("groups/energy", "Energy sector"));
    let mut hidden = publication("brands/secret", "Secret");
    hidden.listed = false;
    let text = html(&index(&site(), &[&brand, &hidden, &group]));
    assert!(text.contains("<a href=\"https://www.example.com/press/brands/acme\">Acme newsroom</a>"));
    assert!(text.contains("/groups/energy\">Energy sector</a>") && !text.contains("Secret"));
    assert!(text.contains(">Brands</h2>") && text.contains(">Groups</h2>"));
    assert!(text.contains("href=\"https://www.example.com/legal\">Legal notice</a>"));
    let empty = html(&index(&site(), &[&hidden]));
    assert!(empty.contains("No brand or group is listed here yet.") && !empty.contains(">Brands</h2>"));
}

#[test]
fn following_is_explained_in_the_readers_language() {
    let mut publication = acme();
    for (locale, title) in [
        ("en", "Follow Acme newsroom"),
        ("fr", "Suivre Acme newsroom"),
        ("de", "Acme newsroom folgen"),
        ("ja", "Acme newsroomを購読する"),
        ("ar", "متابعة Acme newsroom"),
        ("sv", "Follow Acme newsroom"),
    ] {
        publication.locale = locale.to_owned();
        let text =
            html(&subscribe(&Sheet { site: &site(), publication: &publication, shown: &[], lang: None }));
        assert!(text.contains(&format!("<h1>{title}</h1>")), "{locale}");
        for file in ["feed.rss", "feed.atom", "feed.json"] {
            assert!(
                text.contains(&format!("<dd><a href=\"https://www.example.com/press/brands/acme/{file}\""))
            );
        }
    }
}

#[test]
fn every_language_says_everything() {
    for words in words::ALL {
        let said = format!("{words:?}");
        assert!(!said.contains("\"\""), "{}: something is left unsaid", words.language);
        assert!(
            words.updated_at.contains("{date}") && words.updated_at.contains("{time}"),
            "{}",
            words.language
        );
        assert!(
            words.updated_on.contains("{date}") && words.follow_name.contains("{name}"),
            "{}",
            words.language
        );
        assert!(!said.contains("  ") && !said.contains('!'), "{}: {said}", words.language);
        assert_eq!(words::words(&format!("{}-XX", words.language)).language, words.language);
    }
}

#[test]
fn a_notice_says_one_thing() {
    let text = html(&notice(&site(), "fr", "Rien à cette adresse", "La page a peut-être changé de place."));
    assert!(text.contains("<html lang=\"fr\"") && text.contains("<h1>Rien à cette adresse</h1>"));
    assert!(text.contains("La page a peut-être changé de place.") && text.contains("noindex"));
    assert!(text.contains("<a href=\"https://www.example.com/press/\">Example press</a>"));
}

#[test]
fn an_embed_of_nothing_is_one_quiet_line_that_anyone_may_frame() {
    let document = quiet("fr", words::words("fr").ended);
    assert!(html(&document).contains("<p class=\"pr-quiet\">N’est plus publié</p>"));
    assert!(!document.content_security.contains("frame-ancestors"), "{}", document.content_security);
}

#[test]
fn snippets_name_the_widget_the_feeds_and_the_page() {
    let snippets = embed::snippets(&site(), &acme());
    assert_eq!(snippets.page, "https://www.example.com/press/brands/acme");
    assert_eq!(
        snippets.feeds[2],
        ("JSON Feed", "https://www.example.com/press/brands/acme/feed.json".to_owned())
    );
    assert!(!snippets.iframe.contains("style=") && snippets.iframe.contains("loading=\"lazy\""));
}
