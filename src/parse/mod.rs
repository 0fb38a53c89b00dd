//! Bytes into a feed of drafts, however broken they are; the only place that names feed_rs.
//!
//! A document goes through `decode` (its character set), `mend` (well-formed XML and the fields it was made of),
//! feed-rs, and `hints` (what feed-rs drops). Where the mended document cannot be read, or has no entries, the
//! decoded one is tried as it is: nothing that feed-rs alone reads may get worse. JSON Feed goes around `mend`.

mod as_it_came;
mod cadence;
mod dates;
mod decode;
pub mod discover;
mod drafts;
mod hints;
mod hub;
mod identity;
mod instead;
mod json;
mod language;
mod limits;
mod media;
mod mend;
pub mod opml;
mod origin;
mod press;
mod reader;
mod report;
mod review;
#[doc(hidden)]
pub mod stages;
mod tombstones;

pub use limits::Limits;
pub use report::report;

use url::Url;

use crate::model::{Document, Feed, Instead};
use mend::{Sheet, Tally};

/// Raised whenever the same bytes may be read differently, so that sources are asked once more for documents that
/// have not changed.
pub const VERSION: i64 = 2;

/// Why a document in EBCDIC is not read.
const EBCDIC: &str = "it is written in EBCDIC, the character sets of mainframes, and does not say in which of them; its \
                      publisher should serve it as UTF-8";

/// Why a document could not be read as a feed. The sentences are for people.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// Something else than a feed.
    #[error("this is {}, not a feed", .0.name())]
    NotAFeed(Instead),
    /// A feed, as far as one can see, that nothing could be read from; one line.
    #[error("the feed cannot be read: {0}")]
    Unreadable(String),
    /// Larger than [`Limits::document_bytes_max`].
    #[error("the document has {bytes} bytes, the most that is read is {bytes_max}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The bound.
        bytes_max: usize,
    },
    /// A library gave up on it in a way that is a fault of the library.
    #[error("the feed cannot be read: the parser stumbled over it")]
    Panicked,
}

/// Reads a document within the default [`Limits`].
pub fn feed(document: &Document<'_>) -> Result<Feed, ParseError> {
    feed_within(document, &Limits::default())
}

/// Reads a document. Takes time and memory in proportion to its size, and never panics.
pub fn feed_within(document: &Document<'_>, limits: &Limits) -> Result<Feed, ParseError> {
    let too_large = |bytes| ParseError::TooLarge { bytes, bytes_max: limits.document_bytes_max };
    if document.bytes.len() > limits.document_bytes_max {
        return Err(too_large(document.bytes.len()));
    }
    if let Some(instead) = instead::of_bytes(document.bytes) {
        return Err(ParseError::NotAFeed(instead));
    }
    if decode::ebcdic::is_unnamed(document.bytes) {
        return Err(ParseError::Unreadable(EBCDIC.to_owned()));
    }
    let mut tally = Tally::default();
    let text = decode::decode(document.bytes, document.content_type, &mut tally);
    if text.trim().is_empty() {
        return Err(ParseError::Empty);
    }
    if text.len() > limits.document_bytes_max {
        return Err(too_large(text.len()));
    }
    let mut feed = if let Some(body) = json::body(&text, &mut tally) {
        json::read(body, document.base, limits, &mut tally)?
    } else {
        xml(&text, document, limits)?
    };
    for repair in std::mem::take(&mut feed.repairs) {
        tally.add(repair);
    }
    feed.repairs = tally.into_repairs(&text);
    for draft in feed.drafts.iter_mut().filter(|it| it.language.is_none()) {
        draft.language = language::detect(draft).map(str::to_owned);
    }
    Ok(feed)
}

fn xml(text: &str, document: &Document<'_>, limits: &Limits) -> Result<Feed, ParseError> {
    let sheet = sheet(text, document.base, limits);
    let mended = reader::read(&mend::print(&sheet));
    if let Ok(feed) = mended
        && !feed.entries.is_empty()
    {
        return Ok(drafted(feed, sheet, text));
    }
    if as_it_came::is_bounded(text, limits)
        && let Ok(mut feed) = reader::read(text)
        && !feed.entries.is_empty()
    {
        feed.entries.truncate(limits.entries_max);
        return Ok(drafts::raw(feed));
    }
    if sheet.is_feed {
        return Ok(drafted(reader::read(&mend::print(&sheet))?, sheet, text));
    }
    if cut_in_root(text) {
        return Err(ParseError::Unreadable("it ends inside its first tag".to_owned()));
    }
    Err(ParseError::NotAFeed(instead::of_sheet(text, document.bytes, &sheet)))
}

/// The feed that feed-rs read from the mended document, with the hints and with what was mended.
fn drafted(feed: feed_rs::model::Feed, mut sheet: Sheet<'_>, text: &str) -> Feed {
    let hints = hints::read(&sheet);
    review::note(&mut sheet, &hints);
    let repairs = std::mem::take(&mut sheet.tally).into_repairs(text);
    Feed { repairs, ..drafts::mended(feed, hints, sheet) }
}

/// Whether a feed's first tag is all that has come of it, and not even that whole.
fn cut_in_root(text: &str) -> bool {
    let tag = text.rsplit_once('<').map_or("", |(_, tag)| tag);
    let name = tag.split(|it: char| it.is_ascii_whitespace()).next().unwrap_or_default();
    !tag.contains('>') && ["rss", "feed", "rdf:rdf"].iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// The document's fields, mended.
fn sheet<'a>(text: &'a str, base: Option<&Url>, limits: &'a Limits) -> Sheet<'a> {
    let sheet = mend::read(text, base, limits);
    match base.is_none().then(|| mend::feed_link(&sheet)).flatten() {
        // Without an address of its own a document's references are relative to the site that it names.
        Some(site) => mend::read(text, Some(&site), limits),
        None => sheet,
    }
}
