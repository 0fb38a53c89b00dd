//! A text of which not all is shown says so.

use super::{check::complaint, clean};
use pressroll::{
    model::{Draft, Identity, RawHtml},
    sanitize::{ELEMENTS_MAX, HTML_BYTES_MAX, Policy, entry},
};

pub(super) fn shown(content: &str, language: Option<&str>, link: Option<&str>) -> String {
    let draft = Draft {
        identity: Identity { guid: Some("guid-1".to_owned()), link: None, content: "00".to_owned() },
        title: None,
        link: link.map(str::to_owned),
        published: None,
        updated: None,
        authors: Vec::new(),
        content: Some(RawHtml(content.to_owned())),
        summary: None,
        categories: Vec::new(),
        media: Vec::new(),
        language: language.map(str::to_owned),
        base: None,
        origin: None,
        press: Default::default(),
    };
    entry(draft, &Policy::default()).content.as_str().to_owned()
}

const LINK: &str = "https://www.acme.example/news/1?a=b&c=d";

#[test]
fn a_text_that_was_cut_ends_with_a_notice_in_its_language() {
    let long = "<p>Words &amp; more.</p>".repeat(HTML_BYTES_MAX / 10);
    let link = "<a href=\"https://www.acme.example/news/1?a=b&amp;c=d\" rel=\"noopener noreferrer nofollow\">\
                www.acme.example</a>";
    for (language, beginning) in [
        (Some("en-GB"), "<p lang=\"en\">This text has been shortened."),
        (None, "<p lang=\"en\">This text has been shortened."),
        (Some("tlh"), "<p lang=\"en\">This text has been shortened."),
        (Some("fr"), "<p lang=\"fr\">Ce texte a été abrégé."),
        (Some("de_AT"), "<p lang=\"de\">Dieser Text wurde gekürzt."),
        (Some("es"), "<p lang=\"es\">Este texto se ha acortado."),
        (Some("it"), "<p lang=\"it\">Questo testo è stato abbreviato."),
        (Some("pt-BR"), "<p lang=\"pt\">Este texto foi encurtado."),
        (Some("nl"), "<p lang=\"nl\">Deze tekst is ingekort."),
        (Some("pl"), "<p lang=\"pl\">Ten tekst został skrócony."),
        (Some("ja"), "<p lang=\"ja\">この文章は省略されています。"),
        (Some("zh-Hant"), "<p lang=\"zh\">本文已被截短。"),
        (Some("ar"), "<p lang=\"ar\" dir=\"rtl\">اختُصر هذا النص."),
        (Some("he"), "<p lang=\"he\" dir=\"rtl\">הטקסט קוצר."),
    ] {
        let made = shown(&long, language, Some(LINK));
        let notice = &made[made.rfind("<p").unwrap()..];
        assert!(notice.starts_with(beginning) && notice.contains(link), "{language:?}: {notice}");
        assert!(made.len() <= HTML_BYTES_MAX && made.len() > HTML_BYTES_MAX - 10_000);
        assert_eq!(complaint(&made), None, "{language:?}");
        assert_eq!(clean(&made), made, "{language:?}");
        assert_eq!(shown(&made, language, Some(LINK)), made, "{language:?}");
    }
}

#[test]
fn without_a_link_the_notice_says_only_that_there_was_more() {
    let made = shown(&"words ".repeat(HTML_BYTES_MAX / 5), None, None);
    assert!(made.ends_with("<p lang=\"en\">This text has been shortened.</p>"));
    assert_eq!(clean(&made), made);
}

#[test]
fn whatever_cuts_a_text_is_said() {
    let film = "<video src=https://a.example/v></video>";
    for (name, raw) in [
        ("elements", "<i>x</i>".repeat(ELEMENTS_MAX + 1)),
        ("boxes", "<div>x</div>y".repeat(ELEMENTS_MAX + 1)),
        ("bytes", "x".repeat(HTML_BYTES_MAX + 1)),
        ("escapes", "x&".repeat(HTML_BYTES_MAX / 2)),
        ("relations of links", "<a href=https://a.example/>x</a>".repeat(HTML_BYTES_MAX / 40)),
        ("references by name", "&n;".repeat(50_000)),
        ("references in a title", format!("x<abbr title='{}'>y</abbr>z", "&n".repeat(15_000))),
        ("a film too deep", format!("x{}{film}", "<blockquote>".repeat(200))),
    ] {
        let made = shown(&raw, None, Some(LINK));
        assert_eq!(made.matches("has been shortened").count(), 1, "{name}: {}", &made[made.len() - 40..]);
        assert!(made.ends_with("</p>") && made.len() <= HTML_BYTES_MAX, "{name}");
        assert_eq!(clean(&made), made, "{name}");
        assert_eq!(shown(&made, None, Some(LINK)), made, "{name}");
    }
}

#[test]
fn a_text_that_fits_has_no_notice() {
    for raw in [
        "<p>x</p>".to_owned(),
        "x".repeat(HTML_BYTES_MAX),
        "<i>x</i>".repeat(ELEMENTS_MAX),
        format!("{}x", "<blockquote>".repeat(200)),
        format!("<p>x</p><script>{}</script>", "y".repeat(HTML_BYTES_MAX / 2)),
    ] {
        assert!(!shown(&raw, None, Some(LINK)).contains("has been shortened"));
    }
}

#[test]
fn a_link_too_long_for_the_notice_leads_to_its_host() {
    let link = format!("https://a.example/?{}", "&".repeat(4_000));
    let made = shown(&"x ".repeat(HTML_BYTES_MAX), None, Some(&link));
    assert!(made.contains("<a href=\"https://a.example/\" rel=") && made.len() <= HTML_BYTES_MAX);
    assert_eq!(clean(&made), made);
}
