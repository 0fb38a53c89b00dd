//! Hostile texts stay texts, and nothing loads or runs but what the document holds.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pressroll::{
    model::{Publication, Shown},
    render::{
        Sheet,
        document::Document,
        embed,
        page::{index, notice, page, quiet, subscribe},
        widget::{Options, widget},
    },
};

use super::{
    between, html, query,
    sample::{Text, publication, shown, site, source, week},
};

const HOSTILE: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)> </style></title> & &amp; {{ 7*7 }}";

fn hostile_entry() -> Shown {
    let mut entry = shown(&Text {
        title: HOSTILE,
        excerpt: "Well: \"><svg onload=alert(1)>",
        language: Some("en\" onclick=\"alert(1)"),
        image: Some("https://img.example/a.png?\"onerror=\"alert(1)"),
        link: Some("javascript:alert(1)"),
        ..Text::default()
    });
    let mut name = (*source(HOSTILE, entry.source.source.republish)).clone();
    name.homepage = Some("javascript:alert(2)".to_owned());
    entry.source = name.into();
    let mut kept = (*entry.kept).clone();
    kept.entry.media[0].alt = Some(HOSTILE.to_owned());
    entry.kept = kept.into();
    entry
}

fn hostile_publication() -> Publication {
    let mut publication = publication("brands/acme", HOSTILE);
    publication.description = Some(HOSTILE.to_owned());
    publication.homepage = Some("javascript:alert(1)".parse().unwrap());
    publication
}

/// Every kind of document, tame and hostile.
fn everything() -> Vec<Document> {
    let mut site = site();
    site.footer.push((HOSTILE.to_owned(), "javascript:alert(1)".parse().unwrap()));
    site.footer.push((HOSTILE.to_owned(), "https://www.example.com/?\"><b>".parse().unwrap()));
    let mut documents = Vec::new();
    let mut tame = publication("groups/energy", "Energy sector");
    tame.selection.languages = vec!["en".to_owned(), "fr".to_owned()];
    let mut entries = week();
    entries.push(hostile_entry());
    for publication in [tame, hostile_publication()] {
        let sheet = Sheet { site: &site, publication: &publication, shown: &entries, lang: None };
        for pairs in [[("layout", "list"), ("locale", "ar")], [("layout", "cards"), ("locale", "ja")]] {
            let mut pairs = query(&pairs);
            pairs.extend(query(&[("count", "20")]));
            documents.push(widget(&sheet, &Options::from_query(&publication, &pairs)));
        }
        documents.extend([page(&sheet), subscribe(&sheet), index(&site, &[&publication])]);
        documents.push(page(&Sheet { shown: &[], ..sheet }));
    }
    documents.push(notice(&site, "en", HOSTILE, HOSTILE));
    documents.push(quiet("fr", HOSTILE));
    documents
}

/// Every tag of a document, without its style sheet.
fn tags(text: &str) -> Vec<String> {
    let style = between(text, "<style>", "</style>");
    text.replace(style, "").split('<').skip(1).map(|it| it.split('>').next().unwrap().to_owned()).collect()
}

/// Names of attributes in a tag whose values are all in double quotes.
fn attributes(tag: &str) -> Vec<String> {
    let outside: String = tag.split('"').step_by(2).collect();
    outside.split_whitespace().skip(1).map(|it| it.trim_end_matches('=').to_ascii_lowercase()).collect()
}

#[test]
fn no_document_holds_a_script_a_handler_or_an_inline_style() {
    for document in everything() {
        let text = html(&document);
        let tags = tags(&text);
        assert!(tags.len() > 10);
        for tag in tags {
            let name = tag.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
            assert!(!["script", "svg", "object", "embed", "form", "base"].contains(&name.as_str()), "{tag}");
            for attribute in attributes(&tag) {
                assert!(
                    !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
                    "{tag}"
                );
            }
            assert!(!tag.contains("\"javascript:"), "{tag}");
        }
        assert!(!text.contains("style="), "{text}");
        assert_eq!(text.matches("<style>").count(), 1);
        assert!(!text.contains("{{") || text.contains("{{ 7*7 }}"));
    }
}

#[test]
fn a_hostile_title_is_shown_as_it_is_written() {
    let (site, publication) = (site(), publication("brands/acme", "Acme"));
    let shown = [hostile_entry()];
    let sheet = Sheet { site: &site, publication: &publication, shown: &shown, lang: None };
    let text = html(&widget(&sheet, &Options::from_query(&publication, &[])));
    let title =
        between(&text, "class=\"pr-title\"><a href=\"https://www.example.com/press/brands/acme\"", "</a>");
    assert!(
        title.contains("&#60;script&#62;alert(1)&#60;/script&#62;") && title.contains("&#38;amp;"),
        "{title}"
    );
}

#[test]
fn the_policy_names_the_hash_of_the_one_style_sheet() {
    for document in everything() {
        let text = html(&document);
        let style = between(&text, "<style>", "</style>");
        let digest = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, style.as_bytes()));
        let policy = &document.content_security;
        assert!(policy.contains(&format!("style-src 'sha256-{digest}';")), "{policy}");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        for directive in ["base-uri 'none'", "form-action 'none'", "img-src "] {
            assert_eq!(policy.matches(directive).count(), 1, "{policy}");
        }
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    }
}

fn policy(publication: &Publication, image: Option<&str>) -> (String, String) {
    let site = site();
    let shown = [shown(&Text { image, ..Text::default() })];
    let sheet = Sheet { site: &site, publication, shown: &shown, lang: None };
    let document = widget(&sheet, &Options::from_query(publication, &query(&[("layout", "cards")])));
    (html(&document), document.content_security)
}

#[test]
fn pictures_come_from_exactly_the_origins_of_those_shown() {
    let publication = publication("brands/acme", "Acme");
    assert!(policy(&publication, None).1.contains("img-src 'none';"));
    let (text, allowed) = policy(&publication, Some("https://img.example:8443/a.png"));
    assert!(text.contains("<img") && allowed.contains("img-src https://img.example:8443;"), "{allowed}");
}

#[test]
fn a_pictures_host_cannot_write_the_policy() {
    let publication = publication("brands/acme", "Acme");
    for image in [
        "https://a;script-src *;.example/x.png",
        "https://*/x.png",
        "https://a,b.example/x.png",
        "https://'self'/x.png",
        "data:image/png;base64,AAAA",
        "//relative.example/x.png",
    ] {
        let (text, allowed) = policy(&publication, Some(image));
        assert!(!text.contains("<img") && allowed.contains("img-src 'none';"), "{image}: {allowed}");
    }
}

#[test]
fn the_operator_says_who_may_frame_the_widget() {
    let mut publication = publication("brands/acme", "Acme");
    assert!(!policy(&publication, None).1.contains("frame-ancestors"), "anyone, a page on a disk too");
    publication.embed_on =
        vec!["https://*.acme.example".to_owned(), "https://b.example; script-src *".to_owned()];
    let allowed = policy(&publication, None).1;
    assert!(allowed.ends_with("frame-ancestors 'self' https://*.acme.example"), "{allowed}");
}

#[test]
fn the_snippet_is_one_whole_element_whatever_the_title() {
    let snippets = embed::snippets(&site(), &hostile_publication());
    assert_eq!(snippets.iframe.matches('<').count(), 2, "{}", snippets.iframe);
    assert!(
        snippets
            .iframe
            .starts_with("<iframe src=\"https://www.example.com/press/brands/acme/widget\" title=\"")
    );
    assert!(snippets.iframe.ends_with("></iframe>"));
}
