//! The fixed words of widgets and pages, one file for each language. Each is written in its language, not translated.

mod arabic;
mod dutch;
mod english;
mod french;
mod german;
mod italian;
mod japanese;
mod portuguese;
mod spanish;

use super::dates::language_of;

/// Everything that widgets and pages say by themselves. `{name}`, `{date}` and `{time}` stand for what is filled in.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// BCP 47 tag of the language they are in.
    pub language: &'static str,
    /// What the language calls itself.
    pub own_name: &'static str,
    /// Link to everything a publication shows.
    pub all_releases: &'static str,
    /// Link to the ways of following.
    pub subscribe: &'static str,
    /// The same at the foot of a widget.
    pub subscribe_rss: &'static str,
    /// Link to the snippets for one's own page.
    pub embed: &'static str,
    /// When the newest entry came, with `{date}` and `{time}`.
    pub updated_at: &'static str,
    /// The same for a day without a time, with `{date}`.
    pub updated_on: &'static str,
    /// An empty publication.
    pub nothing_yet: &'static str,
    /// When more comes.
    pub nothing_more: &'static str,
    /// Link to the text where it was published first, with `{host}`.
    pub original_at: &'static str,
    /// Heading of the files that belong to an entry.
    pub attachments: &'static str,
    /// Thousands, millions and milliards of bytes, as they are written behind a number.
    pub bytes: [&'static str; 3],
    /// What stands between a number's whole and its tenths.
    pub decimal: char,
    /// Label of the switch between languages.
    pub languages: &'static str,
    /// Every language at once.
    pub all_languages: &'static str,
    /// Label of the links at the foot.
    pub about: &'static str,
    /// Heading of the list of brands.
    pub brands: &'static str,
    /// Heading of the list of groups.
    pub groups: &'static str,
    /// An index without publications.
    pub no_publications: &'static str,
    /// What to do with the feeds' addresses.
    pub subscribe_lead: &'static str,
    /// Link to the page that explains feeds.
    pub feed_question: &'static str,
    /// What to do with the snippet.
    pub embed_lead: &'static str,
    /// Heading of the widget shown as it will look.
    pub preview: &'static str,
    /// Heading of the page on following, with `{name}`.
    pub follow_name: &'static str,
    /// What a feed is.
    pub feed_answer: &'static str,
    /// Heading of the steps.
    pub how: &'static str,
    /// The steps, in order.
    pub steps: [&'static str; 3],
    /// Heading of the addresses.
    pub which: &'static str,
    /// Which address to take.
    pub which_answer: &'static str,
    /// What RSS is for.
    pub rss_for: &'static str,
    /// What Atom is for.
    pub atom_for: &'static str,
    /// What JSON Feed is for.
    pub json_for: &'static str,
    /// What following tells us of the reader: nothing.
    pub privacy: &'static str,
    /// Title of the page for an address that nothing answers to.
    pub missing: &'static str,
    /// Its sentence.
    pub missing_why: &'static str,
    /// Title of the page for a publication that was removed; alone, what its embeds say.
    pub ended: &'static str,
    /// Its sentence.
    pub ended_why: &'static str,
    /// Title of the page for a failure of ours; alone, what embeds say then.
    pub failed: &'static str,
    /// Its sentence, with when to come back.
    pub failed_why: &'static str,
    /// What a table without a caption is called.
    pub table: &'static str,
    /// Link to a film, with `{host}`.
    pub video_at: &'static str,
    /// Link to a recording, with `{host}`.
    pub audio_at: &'static str,
    /// Name of what a release ends with: who the company is.
    pub about_company: &'static str,
    /// The same: whom to ask.
    pub contacts: &'static str,
    /// The same: what is not promised.
    pub notices: &'static str,
}

/// Every language there are words for, in the order of their tags.
pub const ALL: [&Words; 9] = [
    &arabic::WORDS,
    &german::WORDS,
    &english::WORDS,
    &spanish::WORDS,
    &french::WORDS,
    &italian::WORDS,
    &japanese::WORDS,
    &dutch::WORDS,
    &portuguese::WORDS,
];

/// The words of a locale's language, or the English ones where there are none.
pub fn words(locale: &str) -> &'static Words {
    let language = language_of(locale);
    ALL.into_iter().find(|it| it.language == language).unwrap_or(&english::WORDS)
}

/// What a language calls itself, or its tag in capitals where nobody has told us.
pub fn own_name(language: &str) -> String {
    let primary = language_of(language);
    let known = ALL.into_iter().find(|it| it.language == primary).map(|it| it.own_name.to_owned());
    known.unwrap_or_else(|| language.to_ascii_uppercase())
}
