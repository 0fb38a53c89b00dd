//! Images, videos, audio and documents of an entry (RSS *enclosure*, Media RSS).

use serde::{Deserialize, Serialize};

/// What a medium is, by its stated type, else by the ending of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// Anything else: a PDF, a spreadsheet.
    Document,
}

/// One medium as its publisher states it. `url` is absolute, http or https.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Media {
    /// Absolute address.
    pub url: String,
    /// Kind by type or ending.
    pub kind: MediaKind,
    /// Media type as stated, such as `image/jpeg`.
    pub mime: Option<String>,
    /// Size in bytes as stated.
    pub bytes: Option<u64>,
    /// Width in pixels as stated.
    pub width: Option<u32>,
    /// Height in pixels as stated.
    pub height: Option<u32>,
    /// What it shows, in words; text, not markup.
    pub alt: Option<String>,
}
