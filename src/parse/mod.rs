//! Bytes into a feed of drafts, however broken they are; the only place that names feed_rs.
//!
//! A document goes through `decode` (its character set), `mend` (well-formed XML and the fields it was made of),
//! feed-rs, and `hints` (what feed-rs drops). Where the mended document cannot be read, or has no entries, the
//! decoded one is tried as it is: nothing that feed-rs alone reads may get worse. JSON Feed goes around `mend`.

mod cadence;
mod dates;
mod decode;
pub mod discover;
mod drafts;
mod hints;
mod hub;
mod identity;
mod json;
mod language;
mod limits;
mod media;
mod mend;
pub mod opml;
mod reader;
mod report;

pub use limits::Limits;
pub use report::report;

use crate::model::{Document, Feed};
use mend::Tally;

/// Raised whenever the same bytes may be read differently, so that sources are asked once more for documents that
/// have not changed.
pub const VERSION: i64 = 1;

/// Why a document in EBCDIC is not read.
const EBCDIC: &str =
    "it is written in EBCDIC, the character set of mainframes; its publisher should serve it as UTF-8";

/// Why a document could not be read as a feed. The sentences are for people.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// Something else than a feed; the text says what.
    #[error("this is {0}")]
    NotAFeed(&'static str),
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
    if decode::is_ebcdic(document.bytes) {
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
    feed.repairs = tally.into_repairs();
    for draft in feed.drafts.iter_mut().filter(|it| it.language.is_none()) {
        draft.language = language::detect(draft).map(str::to_owned);
    }
    Ok(feed)
}

fn xml(text: &str, document: &Document<'_>, limits: &Limits) -> Result<Feed, ParseError> {
    let mut sheet = mend::read(text, document.base, limits);
    if document.base.is_none()
        && let Some(site) = mend::feed_link(&sheet)
    {
        // Without an address of its own a document's references are relative to the site that it names.
        sheet = mend::read(text, Some(&site), limits);
    }
    let mended = reader::read(&mend::print(&sheet));
    if let Ok(feed) = mended
        && !feed.entries.is_empty()
    {
        return Ok(drafts::mended(feed, hints::read(&sheet), sheet));
    }
    if depth_of(text) <= limits.depth_max
        && let Ok(feed) = reader::read(text)
        && !feed.entries.is_empty()
    {
        return Ok(drafts::raw(feed));
    }
    if sheet.is_feed {
        let feed = reader::read(&mend::print(&sheet))?;
        return Ok(drafts::mended(feed, hints::read(&sheet), sheet));
    }
    Err(ParseError::NotAFeed(if sheet.is_web_page { "a web page, not a feed" } else { "not a feed" }))
}

/// How many elements may be open at once in `text`, counted generously.
fn depth_of(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0_usize);
    for part in text.split('<').skip(1) {
        match part.chars().next() {
            Some('/') => open = open.saturating_sub(1),
            Some(it) if it.is_alphabetic() => open += 1,
            _ => {}
        }
        most = most.max(open);
    }
    most
}
