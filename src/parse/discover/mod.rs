//! Which feeds a web page leads to: those that it declares, those that it links, and those that such sites usually
//! have. Nothing is asked here: whoever has a list of candidates tries them.

mod guesses;
mod page;
mod words;

use url::Url;

pub use guesses::{common_feeds, press_pages};
pub use page::{Offers, offers};
pub use words::{Likeness, is_about_comments, likeness};

use super::{Limits, decode, mend};
use crate::model::Document;

/// How much of a page is looked through, bytes.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Most feeds that one page declares.
const DECLARED_MAX: usize = 20;
/// Most further addresses of one page that look like feeds.
const LINKED_MAX: usize = 20;
/// Most pages about the press that one page leads to.
const PAGES_MAX: usize = 6;
/// Most of a link's text that is read, bytes.
const TEXT_BYTES_MAX: usize = 200;
/// Longest address that is a candidate, bytes.
const URL_BYTES_MAX: usize = 2_000;

/// How a candidate was come by. The earlier is the better reason to try it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clue {
    /// It is what was asked for itself.
    Itself,
    /// The page says that it is a feed: `<link rel="alternate">`, or a `Link` header field (RFC 8288).
    Declared,
    /// The page links to it, and it looks like a feed.
    Linked,
    /// Sites often have one there.
    Guessed,
}

impl Clue {
    /// For tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Declared => "declared",
            Self::Linked => "linked",
            Self::Guessed => "guessed",
        }
    }
}

/// An address that may be a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is: http or https, without fragment.
    pub url: Url,
    /// Why it is one.
    pub clue: Clue,
}

/// The addresses of the feeds that a page declares, in its order, each once.
pub fn feeds(page: &[u8], content_type: Option<&str>, base: &Url) -> Vec<Url> {
    let document = Document { bytes: page, content_type, base: Some(base) };
    let declared = offers(&document, &[]).feeds.into_iter().filter(|it| it.clue == Clue::Declared);
    declared.map(|it| it.url).collect()
}

/// What kind of feed a document that could be read as one is: `RSS 2.0`, `RSS 1.0`, `Atom`, `JSON Feed`.
pub fn format(document: &Document<'_>) -> &'static str {
    let mut tally = mend::Tally::default();
    let start = document.bytes.get(..document.bytes.len().min(PAGE_BYTES_MAX)).unwrap_or_default();
    let text = decode::decode(start, document.content_type, &mut tally);
    if text.starts_with('{') {
        return "JSON Feed";
    }
    let limits = Limits::default();
    let mut scanner = mend::Scanner::new(&text, &limits);
    while let Some(token) = scanner.next(&mut tally) {
        let mend::Token::Open(tag) = token else { continue };
        let name = tag.name.rsplit(':').next().unwrap_or(tag.name).to_ascii_lowercase();
        match (name.as_str(), tag.attribute("version").unwrap_or("2.0")) {
            ("feed", _) => return "Atom",
            ("rdf", _) => return "RSS 1.0",
            ("rss", version) if version.starts_with("0.") => return "RSS 0.9",
            ("rss", _) => return "RSS 2.0",
            _ => {}
        }
    }
    "RSS"
}
