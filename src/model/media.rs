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

/// Where a medium was stated: what is stated as content says more about an entry than what merely stands in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaPlace {
    /// Media RSS `media:content`, JSON Feed `image`.
    Content,
    /// An enclosure or attachment.
    #[default]
    Enclosure,
    /// Media RSS `media:thumbnail`, `itunes:image`.
    Thumbnail,
    /// A mark in the text that says which of its images stands for the whole, as Open Graph does in pages.
    Hint,
    /// The text itself.
    Text,
    /// A film in the text, whose still it is.
    Film,
}

/// One medium as its publisher states it. `url` is absolute, http or https.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Media {
    /// Absolute address.
    pub url: String,
    /// Kind by type or ending.
    pub kind: MediaKind,
    /// Where it was stated.
    #[serde(default)]
    pub place: MediaPlace,
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
    /// The language it is in, as stated: BCP 47.
    #[serde(default)]
    pub language: Option<String>,
}

impl Media {
    /// A medium of which nothing is stated but where it is and what it is.
    pub fn at(url: String, kind: MediaKind) -> Self {
        let place = MediaPlace::default();
        Self {
            url,
            kind,
            place,
            mime: None,
            bytes: None,
            width: None,
            height: None,
            alt: None,
            language: None,
        }
    }
}
