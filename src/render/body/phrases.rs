//! What releases end with, by the words that begin it: who the company is, whom to ask, what is not promised.
//!
//! English, French, German and Spanish. Every phrase is written in lower case, with plain apostrophes.

/// What a closing section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// Who the company is.
    About,
    /// Whom to ask.
    Contacts,
    /// What is not promised, and other notices.
    Notices,
}

/// How a phrase begins a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The section's head is the phrase and nothing else.
    Alone,
    /// The head begins with the phrase: `Media contact at Acme`.
    First,
    /// The name of somebody follows who is spoken of in the section: `About Acme`.
    Named,
    /// The paragraph begins with the phrase and says this too: `This release contains … forward-looking …`.
    Saying(&'static str),
}

/// One way in which a closing section begins.
pub(super) struct Phrase {
    pub(super) words: &'static str,
    pub(super) way: Way,
    pub(super) topic: Topic,
}

const fn alone(words: &'static str, topic: Topic) -> Phrase {
    Phrase { words, way: Way::Alone, topic }
}

const fn first(words: &'static str, topic: Topic) -> Phrase {
    Phrase { words, way: Way::First, topic }
}

const fn named(words: &'static str) -> Phrase {
    Phrase { words, way: Way::Named, topic: Topic::About }
}

const fn saying(words: &'static str, too: &'static str) -> Phrase {
    Phrase { words, way: Way::Saying(too), topic: Topic::Notices }
}

use Topic::{About, Contacts, Notices};

/// All of them, language by language.
pub(super) const PHRASES: &[Phrase] = &[
    // English.
    named("about "),
    alone("about us", About),
    alone("about the company", About),
    alone("about the group", About),
    alone("boilerplate", About),
    alone("company profile", About),
    alone("contact", Contacts),
    alone("contacts", Contacts),
    alone("contact us", Contacts),
    alone("contact information", Contacts),
    alone("contact details", Contacts),
    alone("for more information", Contacts),
    alone("for further information", Contacts),
    first("media contact", Contacts),
    first("media contacts", Contacts),
    first("media enquiries", Contacts),
    first("media inquiries", Contacts),
    first("media relations", Contacts),
    first("press contact", Contacts),
    first("press contacts", Contacts),
    first("press office", Contacts),
    first("press enquiries", Contacts),
    first("investor contact", Contacts),
    first("investor contacts", Contacts),
    first("investor relations", Contacts),
    first("company contact", Contacts),
    first("corporate contact", Contacts),
    first("forward-looking statements", Notices),
    first("forward-looking statement", Notices),
    first("forward looking statements", Notices),
    first("cautionary statement", Notices),
    first("cautionary note", Notices),
    first("safe harbor", Notices),
    first("safe harbour", Notices),
    alone("disclaimer", Notices),
    alone("legal notice", Notices),
    alone("important notice", Notices),
    first("notes to editors", Notices),
    first("note to editors", Notices),
    saying("this press release contains", "forward-looking"),
    saying("this press release may contain", "forward-looking"),
    saying("this press release includes", "forward-looking"),
    saying("this release contains", "forward-looking"),
    saying("this release includes", "forward-looking"),
    saying("this news release contains", "forward-looking"),
    saying("this announcement contains", "forward-looking"),
    saying("this communication contains", "forward-looking"),
    saying("this document contains", "forward-looking"),
    saying("certain statements", "forward-looking"),
    saying("some statements", "forward-looking"),
    saying("statements in this", "forward-looking"),
    saying("except for historical", "forward-looking"),
    // French.
    named("à propos de "),
    named("à propos d'"),
    named("à propos du "),
    named("à propos des "),
    named("a propos de "),
    named("a propos d'"),
    named("a propos du "),
    alone("à propos", About),
    alone("à propos de nous", About),
    alone("à propos de l'entreprise", About),
    alone("à propos du groupe", About),
    alone("qui sommes-nous", About),
    alone("qui sommes-nous ?", About),
    first("contact presse", Contacts),
    first("contacts presse", Contacts),
    first("contact média", Contacts),
    first("contact médias", Contacts),
    first("contacts médias", Contacts),
    first("contacts média", Contacts),
    first("relations presse", Contacts),
    first("relations médias", Contacts),
    first("relations investisseurs", Contacts),
    first("contact investisseurs", Contacts),
    first("contacts investisseurs", Contacts),
    alone("service de presse", Contacts),
    alone("pour en savoir plus", Contacts),
    first("déclarations prospectives", Notices),
    first("déclaration prospective", Notices),
    first("énoncés prospectifs", Notices),
    first("informations prospectives", Notices),
    first("information prospective", Notices),
    alone("avertissement", Notices),
    alone("avertissements", Notices),
    alone("mentions légales", Notices),
    saying("ce communiqué", "prospecti"),
    saying("le présent communiqué", "prospecti"),
    saying("certaines déclarations", "prospecti"),
    saying("certaines informations", "prospecti"),
    // German.
    named("über "),
    named("ueber "),
    alone("über uns", About),
    alone("über das unternehmen", About),
    alone("über die gruppe", About),
    alone("unternehmensprofil", About),
    alone("unternehmensporträt", About),
    alone("firmenporträt", About),
    alone("kontakt", Contacts),
    alone("kontakte", Contacts),
    alone("ansprechpartner", Contacts),
    alone("ansprechpartnerin", Contacts),
    alone("ihr ansprechpartner", Contacts),
    alone("weitere informationen", Contacts),
    first("pressekontakt", Contacts),
    first("pressekontakte", Contacts),
    first("medienkontakt", Contacts),
    first("medienkontakte", Contacts),
    first("pressestelle", Contacts),
    first("kontakt für medien", Contacts),
    first("kontakt für die medien", Contacts),
    first("kontakt presse", Contacts),
    first("ansprechpartner für medien", Contacts),
    first("ansprechpartner für die medien", Contacts),
    first("ansprechpartner für die presse", Contacts),
    first("investorenkontakt", Contacts),
    first("zukunftsgerichtete aussagen", Notices),
    first("zukunftsbezogene aussagen", Notices),
    first("vorausschauende aussagen", Notices),
    first("in die zukunft gerichtete aussagen", Notices),
    first("hinweis zu zukunftsgerichteten aussagen", Notices),
    alone("haftungsausschluss", Notices),
    alone("rechtlicher hinweis", Notices),
    alone("rechtliche hinweise", Notices),
    saying("diese pressemitteilung enthält", "zukunft"),
    saying("diese pressemitteilung enthält", "vorausschauend"),
    saying("diese mitteilung enthält", "zukunft"),
    saying("diese mitteilung enthält", "vorausschauend"),
    saying("diese meldung enthält", "zukunft"),
    saying("dieses dokument enthält", "zukunft"),
    saying("soweit diese pressemitteilung", "zukunft"),
    // Spanish.
    named("acerca de "),
    named("acerca del "),
    named("sobre "),
    alone("acerca de nosotros", About),
    alone("sobre nosotros", About),
    alone("sobre la empresa", About),
    alone("sobre la compañía", About),
    alone("quiénes somos", About),
    alone("contacto", Contacts),
    alone("contactos", Contacts),
    alone("más información", Contacts),
    alone("para más información", Contacts),
    first("contacto de prensa", Contacts),
    first("contactos de prensa", Contacts),
    first("contacto para prensa", Contacts),
    first("contacto para medios", Contacts),
    first("contacto para los medios", Contacts),
    first("contacto con medios", Contacts),
    first("contacto de medios", Contacts),
    first("contacto prensa", Contacts),
    first("relaciones con los medios", Contacts),
    first("relación con inversores", Contacts),
    first("relaciones con inversores", Contacts),
    first("gabinete de prensa", Contacts),
    first("declaraciones prospectivas", Notices),
    first("declaraciones a futuro", Notices),
    first("declaraciones sobre el futuro", Notices),
    first("manifestaciones de futuro", Notices),
    first("afirmaciones de futuro", Notices),
    alone("aviso legal", Notices),
    alone("advertencia", Notices),
    saying("este comunicado", "prospectiva"),
    saying("este comunicado", "a futuro"),
    saying("este comunicado", "de futuro"),
    saying("este documento contiene", "futuro"),
    saying("la presente nota", "futuro"),
];
