//! What is said at the end of a text of which not all is shown.

use ::url::Url;

use super::{
    escape::{push_attribute, push_escaped},
    policy::LINK_REL,
};

/// Room that is kept for the notice where a text is cut, bytes.
pub(super) const NOTICE_BYTES_MAX: usize = 6 * 1024;
/// Elements of the notice: a paragraph and a link.
pub(super) const NOTICE_ELEMENTS: usize = 2;

/// The notice in one language.
#[derive(Debug)]
struct Wording {
    language: &'static str,
    /// That the text was cut.
    shortened: &'static str,
    /// Where all of it is: what stands before the place's name, and after it.
    before: &'static str,
    after: &'static str,
}

const fn say(
    language: &'static str,
    shortened: &'static str,
    before: &'static str,
    after: &'static str,
) -> Wording {
    Wording { language, shortened, before, after }
}

const ENGLISH: Wording = say("en", "This text has been shortened.", " Read all of it at ", ".");
const WORDINGS: &[Wording] = &[
    ENGLISH,
    say("ar", "اختُصر هذا النص.", " اقرأ النص الكامل على ", "."),
    say("de", "Dieser Text wurde gekürzt.", " Vollständig steht er auf ", "."),
    say("es", "Este texto se ha acortado.", " Léalo completo en ", "."),
    say("fr", "Ce texte a été abrégé.", " Lisez-le en entier sur ", "."),
    say("he", "הטקסט קוצר.", " הטקסט המלא נמצא באתר ", "."),
    say("it", "Questo testo è stato abbreviato.", " Si legge per intero su ", "."),
    say("ja", "この文章は省略されています。", "全文は ", " でお読みいただけます。"),
    say("nl", "Deze tekst is ingekort.", " Lees hem volledig op ", "."),
    say("pl", "Ten tekst został skrócony.", " Całość można przeczytać na ", "."),
    say("pt", "Este texto foi encurtado.", " Leia-o na íntegra em ", "."),
    say("zh", "本文已被截短。", "全文请见 ", "。"),
];

/// One paragraph of clean HTML that says that the text was cut, and where all of it is if `link` says that.
///
/// In `language` where there are words for it, else in English; a link that is too long leads to its host alone. At most [`NOTICE_BYTES_MAX`].
pub(super) fn notice(language: Option<&str>, link: Option<&str>) -> String {
    let primary = language.and_then(|it| it.split('-').next());
    let wording = WORDINGS.iter().find(|it| Some(it.language) == primary).unwrap_or(&ENGLISH);
    let mut html = String::from("<p");
    push_attribute(&mut html, "lang", wording.language);
    if matches!(wording.language, "ar" | "he") {
        push_attribute(&mut html, "dir", "rtl");
    }
    html.push('>');
    html.push_str(wording.shortened);
    if let Some((link, place)) = link.and_then(|it| Some((it, Url::parse(it).ok()?))) {
        let fits = |it: &String| html.len() + it.len() < NOTICE_BYTES_MAX;
        let front = || place.join("/").ok().and_then(|it| further(wording, &place, it.as_str()));
        let said = further(wording, &place, link).filter(fits).or_else(|| front().filter(fits));
        html.push_str(said.as_deref().unwrap_or_default());
    }
    html.push_str("</p>");
    html
}

fn further(wording: &Wording, place: &Url, link: &str) -> Option<String> {
    let mut html = String::from(wording.before);
    html.push_str("<a");
    push_attribute(&mut html, "href", link);
    push_attribute(&mut html, "rel", LINK_REL);
    html.push('>');
    push_escaped(&mut html, place.host_str()?);
    html.push_str("</a>");
    html.push_str(wording.after);
    Some(html)
}
