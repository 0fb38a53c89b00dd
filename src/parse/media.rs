//! Enclosures, Media RSS and their like as media: each address once, only http and https.

use std::collections::HashSet;

use url::Url;

use super::{
    hints::language,
    mend::{Field, Fields, Space},
};
use crate::model::{Media, MediaKind, MediaPlace};

/// Media of one entry at most.
const MEDIA_MAX: usize = 100;

/// File endings and what they mean, where no type is stated.
const ENDINGS: &[(&str, MediaKind)] = &[
    ("jpg", MediaKind::Image),
    ("jpeg", MediaKind::Image),
    ("png", MediaKind::Image),
    ("gif", MediaKind::Image),
    ("webp", MediaKind::Image),
    ("avif", MediaKind::Image),
    ("svg", MediaKind::Image),
    ("bmp", MediaKind::Image),
    ("tif", MediaKind::Image),
    ("tiff", MediaKind::Image),
    ("ico", MediaKind::Image),
    ("heic", MediaKind::Image),
    ("mp4", MediaKind::Video),
    ("m4v", MediaKind::Video),
    ("mov", MediaKind::Video),
    ("webm", MediaKind::Video),
    ("avi", MediaKind::Video),
    ("mpg", MediaKind::Video),
    ("mpeg", MediaKind::Video),
    ("ogv", MediaKind::Video),
    ("wmv", MediaKind::Video),
    ("flv", MediaKind::Video),
    ("mkv", MediaKind::Video),
    ("mp3", MediaKind::Audio),
    ("m4a", MediaKind::Audio),
    ("aac", MediaKind::Audio),
    ("ogg", MediaKind::Audio),
    ("oga", MediaKind::Audio),
    ("opus", MediaKind::Audio),
    ("wav", MediaKind::Audio),
    ("flac", MediaKind::Audio),
    ("wma", MediaKind::Audio),
];

/// The kind by media type or Media RSS `medium`, else by the ending of the address.
pub(super) fn kind_of(url: &Url, mime: Option<&str>, medium: Option<&str>) -> MediaKind {
    let major = mime.and_then(|it| it.split('/').next()).unwrap_or_default();
    for word in [major, medium.unwrap_or_default()] {
        match word.trim().to_ascii_lowercase().as_str() {
            "image" => return MediaKind::Image,
            "video" => return MediaKind::Video,
            "audio" => return MediaKind::Audio,
            "document" | "text" => return MediaKind::Document,
            _ => {}
        }
    }
    let ending = url.path().rsplit('.').next().unwrap_or_default();
    let known = ENDINGS.iter().find(|(it, _)| it.eq_ignore_ascii_case(ending));
    known.map_or(MediaKind::Document, |(_, kind)| *kind)
}

/// Collects media in document order.
#[derive(Debug, Default)]
pub(super) struct Gallery {
    media: Vec<Media>,
    seen: HashSet<String>,
}

impl Gallery {
    /// Adds one, unless its address is known already; returns whether it did.
    pub(super) fn add(&mut self, media: Media) -> bool {
        let new = self.media.len() < MEDIA_MAX && self.seen.insert(media.url.clone());
        if new {
            self.media.push(media);
        }
        new
    }

    /// Adds what `field` names, if it is of media at all.
    pub(super) fn take(&mut self, field: &Field<'_>) {
        let (address, medium, place) = match (field.space, field.name.as_ref()) {
            (Space::Native, "enclosure") => {
                (field.attribute("url").or_else(|| field.attribute("href")), None, MediaPlace::Enclosure)
            }
            (Space::Native, "link") if field.attribute("rel").is_some_and(is_enclosure) => {
                (field.attribute("href").or_else(|| field.text()), None, MediaPlace::Enclosure)
            }
            (Space::Media, "content") => {
                (field.attribute("url"), field.attribute("medium"), MediaPlace::Content)
            }
            (Space::Media, "thumbnail") => thumbnail(field.attribute("url").or_else(|| field.text())),
            (Space::Itunes, "image") => thumbnail(field.attribute("href").or_else(|| field.text())),
            (Space::Image, "url") => thumbnail(field.text()),
            (Space::Media, "title" | "description") => return self.describe(field),
            _ => return,
        };
        let Some(url) = address.and_then(|it| absolute(it, field.base.as_deref())) else { return };
        let mime = field.attribute("type").filter(|it| it.contains('/')).map(str::to_owned);
        let number = |name: &str| field.attribute(name).and_then(|it| it.parse::<f64>().ok()).and_then(whole);
        let size = field.attribute("length").or_else(|| field.attribute("filesize"));
        let spoken = field.attribute("lang").or_else(|| field.attribute("hreflang"));
        self.add(Media {
            kind: kind_of(&url, mime.as_deref(), medium),
            place,
            mime,
            bytes: size.and_then(bytes),
            width: number("width"),
            height: number("height"),
            alt: None,
            language: spoken.and_then(language),
            url: url.into(),
        });
    }

    /// Everything collected.
    pub(super) fn into_media(self) -> Vec<Media> {
        self.media
    }

    /// Takes a Media RSS title or description as the words for the medium before it.
    fn describe(&mut self, field: &Field<'_>) {
        if let (Some(media), Some(text)) = (self.media.last_mut(), field.text())
            && media.alt.is_none()
            && !text.contains('<')
        {
            media.alt = Some(text.to_owned());
        }
    }
}

/// What stands for an entry in small.
fn thumbnail(address: Option<&str>) -> (Option<&str>, Option<&str>, MediaPlace) {
    (address, Some("image"), MediaPlace::Thumbnail)
}

/// A size in bytes as publishers state it, which may be `1,234,567`; nothing where they state none or zero.
fn bytes(stated: &str) -> Option<u64> {
    let digits: String = stated.trim().chars().filter(|it| !matches!(it, ',' | ' ' | '\'')).collect();
    digits.parse().ok().filter(|it| *it > 0)
}

/// The address of the image that stands for a whole feed: its logo, else its icon.
pub(super) fn logo(feed: &Fields<'_>) -> Option<String> {
    let stated =
        [(Space::Image, "url"), (Space::Native, "logo"), (Space::Itunes, "image"), (Space::Native, "icon")];
    stated.into_iter().find_map(|(space, name)| {
        feed.fields.iter().filter(|it| it.is(space, name)).find_map(|field| {
            let address = field.attribute("href").or_else(|| field.text())?;
            absolute(address, field.base.as_deref()).map(String::from)
        })
    })
}

fn is_enclosure(rel: &str) -> bool {
    rel.rsplit('/').next().is_some_and(|it| it.eq_ignore_ascii_case("enclosure"))
}

/// A size in pixels as publishers state it, which may be `640.0`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
fn whole(number: f64) -> Option<u32> {
    (number >= 1.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
}

/// An http or https address, made absolute where a base is known.
pub(super) fn absolute(reference: &str, base: Option<&Url>) -> Option<Url> {
    // In an address `&amp;` is an ampersand that was escaped once too often.
    let reference = reference.trim().replace("&amp;", "&");
    let url = match base {
        Some(base) => base.join(&reference),
        None => Url::parse(&reference),
    };
    url.ok().filter(|it| matches!(it.scheme(), "http" | "https"))
}
