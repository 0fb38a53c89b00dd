//! One cleaned entry, and the same entry as the store keeps it.

use serde::{Deserialize, Serialize};

use super::{CleanHtml, EntryId, Identity, Media, Origin, Picture, PlainText, Press, SourceId, Stated};

/// A category of a clean entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Plain text.
    pub term: String,
    /// Scheme or domain as stated; plain text.
    pub scheme: Option<String>,
}

/// One cleaned entry: everything in it may be shown. Only `sanitize` makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it says it is.
    pub identity: Identity,
    /// Title: text, never empty (an entry without one is titled by the beginning of its text).
    pub title: PlainText,
    /// Link to the original: absolute, http or https, without userinfo and tracking parameters.
    pub link: Option<String>,
    /// When it says it was published.
    pub published: Option<Stated>,
    /// When it says it was changed.
    pub updated: Option<Stated>,
    /// Names of authors.
    pub authors: Vec<PlainText>,
    /// The whole text.
    pub content: CleanHtml,
    /// The beginning of the text, or the publisher's summary, as text of at most 300 graphemes.
    pub excerpt: PlainText,
    /// Categories in document order.
    pub categories: Vec<Label>,
    /// Media whose addresses are http or https.
    pub media: Vec<Media>,
    /// BCP 47 tag, lower case.
    pub language: Option<String>,
    /// The feed that it was copied from.
    pub origin: Option<Origin>,
    /// What a wire says of the company behind it.
    pub press: Press,
}

impl Entry {
    /// The latest moment that its publisher states of it, unix milliseconds.
    pub fn stated_ms(&self) -> Option<i64> {
        [self.published, self.updated].into_iter().flatten().map(|it| it.instant_ms).max()
    }
}

/// Whether taking an entry back at `withdrawn_ms` speaks of it as it was last stated at `stated_ms` (both unix
/// milliseconds): what its publisher stated later holds again (RFC 6721, section 3).
pub fn is_withdrawn(withdrawn_ms: Option<i64>, stated_ms: Option<i64>) -> bool {
    withdrawn_ms.is_some_and(|withdrawn_ms| stated_ms.is_none_or(|it| it <= withdrawn_ms))
}

/// An entry as the store keeps it: with its row, its id for readers, and its moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The row.
    pub id: EntryId,
    /// The source that brought it.
    pub source: SourceId,
    /// The id that readers know it by: set once, the same in every format.
    pub public_id: String,
    /// The link in the form in which two links are compared.
    pub canonical: Option<String>,
    /// Order among entries: unix milliseconds of the stated date, never later than `first_seen_ms`.
    pub order_ms: i64,
    /// Breaks ties of `order_ms` the same way on every node and in every run.
    pub tie: i64,
    /// When the source first brought it, unix milliseconds.
    pub first_seen_ms: i64,
    /// When it could first be seen, before any gate: `order_ms` for a source's first round, else `first_seen_ms`.
    pub visible_ms: i64,
    /// When it last changed in a way that readers should notice, unix milliseconds; never before `order_ms`.
    pub updated_ms: i64,
    /// When its publisher took it back, unix milliseconds; see [`is_withdrawn`].
    pub withdrawn_ms: Option<i64>,
    /// The picture that stands for it.
    pub lead: Option<Picture>,
    /// All pictures of it that are kept, the lead among them.
    pub pictures: Vec<Picture>,
    /// The entry itself.
    pub entry: Entry,
}
