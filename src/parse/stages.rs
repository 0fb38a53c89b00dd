//! The steps of reading one by one, for those who measure them and those who try to break them: the bench `parse` and
//! the targets in `fuzz/`. The product itself comes in by [`super::feed`] alone.

use std::borrow::Cow;

use url::Url;

use super::{
    Limits, ParseError, dates, decode, drafts, hints,
    mend::{self, Sheet, Tally},
    reader,
};
use crate::model::{Document, Feed, Stated};

/// A document's fields, mended, with which feed-rs is not concerned.
#[derive(Debug)]
pub struct Mended<'a>(Sheet<'a>);

/// What feed-rs made of a text.
#[derive(Debug)]
pub struct Read(feed_rs::model::Feed);

/// First: bytes into text that XML 1.0 allows, without byte order mark and XML declaration.
pub fn decode<'a>(document: &Document<'a>) -> Cow<'a, str> {
    decode::decode(document.bytes, document.content_type, &mut Tally::default())
}

/// Second: what `decode` gave into fields.
pub fn mend<'a>(text: &'a str, base: Option<&Url>, limits: &'a Limits) -> Mended<'a> {
    Mended(super::sheet(text, base, limits))
}

/// Third: well-formed XML through feed-rs, set up as the product sets it up.
pub fn read(text: &str) -> Result<Read, ParseError> {
    reader::read(text).map(Read)
}

/// Reads one date; `None` if no date can be made of it.
pub fn date(text: &str) -> Option<Stated> {
    dates::parse(text)
}

impl Mended<'_> {
    /// The flat, well-formed document that feed-rs is handed.
    pub fn print(&self) -> String {
        mend::print(&self.0)
    }

    /// How many entries were found.
    pub fn entries(&self) -> usize {
        self.0.entries.len()
    }

    /// Last: the hints, and a feed made of them and of what feed-rs read in the print.
    pub fn into_feed(self, read: Read) -> Feed {
        let hints = hints::read(&self.0);
        drafts::mended(read.0, hints, self.0)
    }
}
