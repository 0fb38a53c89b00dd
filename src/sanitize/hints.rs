//! Marks in a publisher's text that say which image stands for the whole, as Open Graph says it in pages.
//!
//! They are read from the text as it came, because most of them do not outlive cleaning.

use memchr::memmem;
use url::Url;

use super::{
    escape::decode,
    scan::{Scanner, Tag, Token},
    url::address,
};
use crate::model::{Media, MediaKind, MediaPlace};

/// Most images that are taken from marks.
const HINTS_MAX: usize = 4;
/// How much of a text is looked at, bytes: marks stand at its beginning.
const LOOKED_AT_BYTES_MAX: usize = 64 * 1024;
/// Without one of these, a text has no marks: most have none, and to see that costs next to nothing.
const SIGNS: &[&str] =
    &["og:image", "twitter:image", "image_src", "itemprop", "post-image", "featured", "hero"];
/// What `<meta>` calls such an image (Open Graph, and its like).
const PROPERTIES: &[&str] =
    &["og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image"];
/// Classes by which publishing systems mark it.
const CLASSES: &[&str] = &[
    "wp-post-image",
    "attachment-post-thumbnail",
    "featured-image",
    "featured_image",
    "post-featured-image",
    "hero-image",
    "hero__image",
];

/// The images that marks of the text name, in its order, each once.
pub(super) fn hints(raw: &str, base: Option<&Url>) -> Vec<Media> {
    let looked_at = raw.get(..raw.floor_char_boundary(LOOKED_AT_BYTES_MAX)).unwrap_or_default();
    let mut found: Vec<Media> = Vec::new();
    if !SIGNS.iter().any(|it| memmem::find(looked_at.as_bytes(), it.as_bytes()).is_some()) {
        return found;
    }
    for token in Scanner::new(looked_at) {
        let Token::Start(tag) = token else { continue };
        let Some(named) = named(&tag) else { continue };
        let Some(address) =
            address(&decode(named), base).filter(|it| !it.is_pixel()).map(|it| it.written.into_owned())
        else {
            continue;
        };
        if found.len() < HINTS_MAX && !found.iter().any(|it| it.url == address) {
            found.push(Media { place: MediaPlace::Hint, ..Media::at(address, MediaKind::Image) });
        }
    }
    found
}

/// The address that a tag marks as that of the image.
fn named<'a>(tag: &Tag<'a>) -> Option<&'a str> {
    let value = |wanted: &str| {
        tag.attributes().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
    };
    let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
    let says = |name: &str, known: &[&str]| {
        value(name).is_some_and(|it| {
            it.split_ascii_whitespace().any(|it| known.iter().any(|known| known.eq_ignore_ascii_case(it)))
        })
    };
    if is("meta")
        && (says("property", PROPERTIES) || says("name", PROPERTIES) || says("itemprop", PROPERTIES))
    {
        value("content")
    } else if is("link") && (says("rel", &["image_src"]) || says("itemprop", &["image"])) {
        value("href")
    } else if is("img") && (says("class", CLASSES) || says("itemprop", &["image"])) {
        value("src").filter(|it| !it.is_empty() && !it.starts_with("data:")).or_else(|| value("data-src"))
    } else {
        None
    }
}
