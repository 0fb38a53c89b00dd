//! What parsing makes: a feed of untrusted drafts. Only `parse` makes them, only `sanitize` takes them further.

use serde::Serialize;
use url::Url;

use super::{Hash128, Media, Origin, Press, Repair, Stated};

/// Most entries of one document that are read where nobody says otherwise.
pub const ENTRIES_MAX: usize = 5_000;

/// A document as it came: bytes, what the transport said of them, and the address they came from.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The body, after content codings were undone.
    pub bytes: &'a [u8],
    /// The `Content-Type` field's value, if there was one.
    pub content_type: Option<&'a str>,
    /// The address that answered (after redirects): relative references resolve against it.
    pub base: Option<&'a Url>,
}

/// A publisher's HTML, not cleaned: it may not be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RawHtml(pub String);

/// What one entry says it is. Ingest matches it against the source's own rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Identity {
    /// The publisher's identity string as read: `guid`, `rdf:about`, `atom:id`, JSON Feed `id`.
    pub guid: Option<String>,
    /// The entry's own absolute link.
    pub link: Option<String>,
    /// Hash of title and text, in hexadecimal: the identity of last resort.
    pub content: String,
}

/// A category, tag or subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Category {
    /// What it is called; text that may still hold entities or tags of the publisher.
    pub term: String,
    /// Its scheme or domain, as stated: a stock exchange's for tickers, for instance.
    pub scheme: Option<String>,
}

/// One parsed, untrusted entry. Texts may hold markup and entities; addresses are absolute where a base was known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Draft {
    /// What it says it is.
    pub identity: Identity,
    /// Title; may hold markup.
    pub title: Option<String>,
    /// Link to the original.
    pub link: Option<String>,
    /// When it says it was published.
    pub published: Option<Stated>,
    /// When it says it was last changed.
    pub updated: Option<Stated>,
    /// Names of authors.
    pub authors: Vec<String>,
    /// The fullest text.
    pub content: Option<RawHtml>,
    /// A shorter text, where it differs from `content`.
    pub summary: Option<RawHtml>,
    /// Categories in document order.
    pub categories: Vec<Category>,
    /// Enclosures and Media RSS, in document order, without repetition.
    pub media: Vec<Media>,
    /// BCP 47 tag of the entry, else of the feed.
    pub language: Option<String>,
    /// What relative references inside the texts resolve against.
    pub base: Option<String>,
    /// The feed that it was copied from.
    pub origin: Option<Origin>,
    /// What a wire says of the company behind it.
    pub press: Press,
}

impl Draft {
    /// Hash of everything the publisher stated: an entry with the same one is neither cleaned nor written again.
    pub fn fingerprint(&self) -> Hash128 {
        let Self {
            identity,
            title,
            link,
            published,
            updated,
            authors,
            content,
            summary,
            categories,
            media,
            language,
            base,
            origin,
            press,
        } = self;
        let texts = [content, summary].map(|it| it.as_ref().map(|it| it.0.as_bytes()));
        let rest = (identity, title, link, published, updated, authors, categories, media, language, base);
        let more = (origin, press);
        // Strings, numbers and lists of them: writing them as JSON into memory cannot fail. The texts are most of a draft,
        // and follow as they are.
        let all = (texts.map(|it| it.map(<[u8]>::len)), rest, more);
        let mut bytes = serde_json::to_vec(&all).unwrap_or_default();
        texts.into_iter().flatten().for_each(|it| bytes.extend_from_slice(it));
        Hash128::of(&bytes)
    }
}

/// A whole document, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// Its title; may hold markup.
    pub title: Option<String>,
    /// The site it belongs to, absolute.
    pub link: Option<String>,
    /// BCP 47 tag as stated.
    pub language: Option<String>,
    /// The address of its logo: an image that stands for the publisher.
    pub logo: Option<String>,
    /// Its entries, in document order.
    pub drafts: Vec<Draft>,
    /// How the publisher asks to be polled.
    pub cadence: Cadence,
    /// The hubs that push it (WebSub), absolute, in document order.
    pub hubs: Vec<String>,
    /// What it calls itself, absolute: its hubs know it by that.
    pub topic: Option<String>,
    /// Where it may be subscribed to by rssCloud, which nothing here does.
    pub cloud: Option<Cloud>,
    /// The entries that its publisher took back.
    pub tombstones: Vec<Tombstone>,
    /// What had to be mended.
    pub repairs: Vec<Repair>,
}

/// What a feed itself says about when to ask (`ttl`, `sy:*`, `skipHours`, `skipDays`); zero or absent means it says
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cadence {
    /// Minutes between polls that the publisher asks for.
    pub interval_min: Option<u32>,
    /// Where such intervals begin (`sy:updateBase`): so many minutes after whole multiples of one since 1970.
    pub base_min: Option<u32>,
    /// Hours in which it is not to be asked (RSS 2.0, `skipHours`): bit `h` stands for the hour `h` in GMT.
    pub skip_hours: u32,
    /// Days on which it is not to be asked (RSS 2.0, `skipDays`): bit 0 stands for Monday in GMT, bit 6 for Sunday.
    pub skip_days: u32,
}

/// An entry that its publisher took back (RFC 6721, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The entry's identity string, as its publisher stated it.
    pub guid: String,
    /// When it was taken back: what was stated of the entry later still holds.
    pub when: Stated,
}

/// A server that tells of changes by rssCloud (RSS 2.0, `cloud`), as stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cloud {
    /// Its host name.
    pub domain: String,
    /// Its port.
    pub port: u16,
    /// The path of its address.
    pub path: String,
    /// The procedure to call, for protocols that have procedures.
    #[serde(rename = "registerProcedure")]
    pub procedure: Option<String>,
    /// `xml-rpc`, `soap` or `http-post`, in lower case.
    pub protocol: String,
}
