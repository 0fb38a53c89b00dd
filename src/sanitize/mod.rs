//! Drafts into entries that may be shown; the only place that names ammonia.
//!
//! No byte of a publisher's HTML goes further except as [`CleanHtml`], which only this module makes,
//! and titles and names are text. Nothing here fails: what cannot be used is left out.

mod bound;
mod bytes;
mod escape;
mod excerpt;
mod facts;
mod frames;
mod hints;
mod html;
mod markup;
mod media;
mod nest;
mod notice;
mod policy;
mod reference;
mod scan;
mod skip;
mod text;
mod tidy;
mod trackers;
mod url;
mod value;

use std::borrow::Cow;

use ::url::Url;

use self::excerpt::Beginning;
pub use self::{
    excerpt::excerpt,
    html::{HTML_BYTES_MAX, html},
    policy::{Allowed, DEPTH_MAX, ELEMENTS_MAX, allowed},
    text::{TEXT_BYTES_MAX, TEXT_GRAPHEMES_MAX, text},
    url::{URL_BYTES_MAX, canonical, link},
};
use crate::model::{CleanHtml, Draft, Entry, PlainText, RawHtml, entry::Label};

/// Version of the policy: what an older one made is made again.
pub const VERSION: i64 = 2;
/// Longest excerpt, in graphemes.
pub const EXCERPT_GRAPHEMES_MAX: usize = 300;
/// Longest title made of a text's beginning, in graphemes.
const BORROWED_TITLE_GRAPHEMES_MAX: usize = 80;
/// Most authors of one entry.
const AUTHORS_MAX: usize = 20;
/// Most categories of one entry.
const CATEGORIES_MAX: usize = 64;
/// How much of two texts is compared, in bytes, to say that one begins like the other.
const COMPARED_BYTES_MAX: usize = 16 * 1024;

/// What the operator and the transport know of a draft, and it may not say itself.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The operator's word on the language; beats the draft's.
    pub language: Option<String>,
    /// Address of the feed: relative references resolve against it where the draft has no base of its own.
    pub base: Option<Url>,
    /// Address of the document, where that is another: most drafts say that theirs is just this.
    pub document: Option<Url>,
}

/// Makes a draft into an entry that may be shown.
///
/// It always succeeds: an entry without a title is titled by the beginning of its text, else by its link's host and path, else
/// by its identity.
pub fn entry(draft: Draft, policy: &Policy) -> Entry {
    let own_base = draft.base.as_deref().and_then(|it| match (&policy.document, &policy.base) {
        (Some(document), _) if document.as_str() == it => Some(Cow::Borrowed(document)),
        (_, Some(base)) => base.join(it).ok().map(Cow::Owned),
        (_, None) => Url::parse(it).ok().map(Cow::Owned),
    });
    let base = own_base.as_deref().or(policy.base.as_ref());
    let link = draft.link.as_deref().and_then(|it| url::link(it, base));
    let hints = draft.content.as_ref().or(draft.summary.as_ref()).map(|it| hints::hints(&it.0, base));
    let read = |raw: Option<RawHtml>| {
        let cleaned = raw.map(|it| html::with_room(&it.0, base));
        cleaned.map_or((CleanHtml::default(), false), |it| (CleanHtml::vouch(it.html), it.is_cut))
    };
    let (summary, summary_is_cut) = read(draft.summary);
    let (content, content_is_cut) = read(draft.content);
    let is_nothing = summary.is_empty();
    let (content, summary, is_cut) = if content.is_empty() {
        (summary, CleanHtml::default(), summary_is_cut || (content_is_cut && is_nothing))
    } else {
        (content, summary, content_is_cut)
    };
    let excerpt = teaser(&content, &summary);
    let title = draft
        .title
        .as_deref()
        .map(text::text)
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| borrowed_title(&content, link.as_deref(), draft.identity.guid.as_deref()));
    let language = policy.language.as_deref().or(draft.language.as_deref()).and_then(text::language);
    let media = media::media(draft.media, hints.unwrap_or_default(), &content, base);
    let content = if is_cut { noticed(&content, language.as_deref(), link.as_deref()) } else { content };
    Entry {
        identity: draft.identity,
        title,
        link,
        published: draft.published,
        updated: draft.updated,
        authors: distinct(draft.authors.iter().map(|it| text::text(it)), AUTHORS_MAX),
        media,
        content,
        excerpt,
        categories: categories(&draft.categories),
        language,
        origin: draft.origin.and_then(|it| facts::origin(it, base)),
        press: facts::press(draft.press),
    }
}

/// A text of which not all is shown, with words that say so at its end.
fn noticed(content: &CleanHtml, language: Option<&str>, link: Option<&str>) -> CleanHtml {
    CleanHtml::vouch(format!("{}{}", content.as_str(), notice::notice(language, link)))
}

/// The publisher's summary as text, where it says something else than the text's beginning; else that beginning.
fn teaser(content: &CleanHtml, summary: &CleanHtml) -> PlainText {
    let said = excerpt::words(summary, COMPARED_BYTES_MAX);
    let stem = said.trim_end_matches(|it: char| it.is_whitespace() || "….[]→".contains(it));
    let written = Beginning::of(content, EXCERPT_GRAPHEMES_MAX);
    // Only a summary that is longer than the beginning is compared with more than that.
    let further = || excerpt::words(content, COMPARED_BYTES_MAX).starts_with(stem);
    if written.words.starts_with(stem) || (stem.len() > written.words.len() && further()) {
        return written.cut();
    }
    excerpt::excerpt(summary, EXCERPT_GRAPHEMES_MAX)
}

/// A title for what has none. Never empty.
fn borrowed_title(content: &CleanHtml, link: Option<&str>, guid: Option<&str>) -> PlainText {
    let beginning = excerpt::excerpt(content, BORROWED_TITLE_GRAPHEMES_MAX);
    if !beginning.is_empty() {
        return beginning;
    }
    let place = link.and_then(|it| Url::parse(it).ok()).and_then(|it| {
        Some(format!("{}{}", it.host_str()?.trim_start_matches("www."), it.path().trim_end_matches('/')))
    });
    let named = place.as_deref().or(guid).map(text::text).filter(|it| !it.is_empty());
    named.unwrap_or_else(|| PlainText::vouch("…".to_owned()))
}

fn categories(stated: &[crate::model::Category]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for category in stated.iter().take(CATEGORIES_MAX) {
        let term = text::text(&category.term).as_str().to_owned();
        let scheme = category.scheme.as_deref().map(text::text).filter(|it| !it.is_empty());
        let label = Label { term, scheme: scheme.map(|it| it.as_str().to_owned()) };
        if !label.term.is_empty() && !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// The first `most` texts that say something, each once.
fn distinct(texts: impl Iterator<Item = PlainText>, most: usize) -> Vec<PlainText> {
    let mut kept: Vec<PlainText> = Vec::new();
    for text in texts.filter(|it| !it.is_empty()).take(most) {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
