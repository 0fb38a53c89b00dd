//! Media of an entry: stated ones, and where no image is stated, the first fitting one of the text.

use url::Url;

use super::{
    escape::decode,
    scan::{Scanner, Token},
    text::text,
    url::address,
};
use crate::model::{CleanHtml, Media, MediaKind, MediaPlace};

/// Most media of one entry.
const MEDIA_MAX: usize = 32;
/// A smaller image of the text is an icon, pixels on a side.
const IMAGE_PIXELS_MIN: u32 = 100;
/// An image this small is there to be counted, pixels on a side.
const TRACKER_PIXELS_MAX: u32 = 1;

/// The stated media that may be shown, then the images that marks of the text name, each address once; and an image of the
/// text where there is none.
pub(super) fn media(
    stated: Vec<Media>,
    hints: Vec<Media>,
    content: &CleanHtml,
    base: Option<&Url>,
) -> Vec<Media> {
    let mut kept: Vec<Media> = Vec::new();
    for medium in stated {
        let Some(address) = address(&medium.url, base) else { continue };
        let unseen = |pixels: Option<u32>| pixels.is_some_and(|it| it <= TRACKER_PIXELS_MAX);
        let tracks = medium.kind == MediaKind::Image
            && (unseen(medium.width) || unseen(medium.height) || address.is_pixel());
        let url = address.written.into_owned();
        if tracks || kept.len() >= MEDIA_MAX || kept.iter().any(|it| it.url == url) {
            continue;
        }
        let mime = medium.mime.map(|it| text(&it).as_str().to_ascii_lowercase()).filter(|it| !it.is_empty());
        kept.push(Media { alt: plain(medium.alt.as_deref()), mime, url, ..medium });
    }
    for hint in hints {
        if kept.len() < MEDIA_MAX && !kept.iter().any(|it| it.url == hint.url) {
            kept.push(hint);
        }
    }
    if !kept.iter().any(|it| it.kind == MediaKind::Image) {
        kept.extend(first_image(content));
    }
    kept
}

fn plain(alt: Option<&str>) -> Option<String> {
    alt.map(|it| text(it).as_str().to_owned()).filter(|it| !it.is_empty())
}

/// The first image of the text that is not an icon by its own words.
fn first_image(content: &CleanHtml) -> Option<Media> {
    let tags = Scanner::new(content.as_str()).filter_map(|token| match token {
        Token::Start(tag) if tag.name == "img" => Some(tag),
        _ => None,
    });
    for tag in tags {
        let value = |wanted: &str| {
            tag.attributes().find(|(name, _)| *name == wanted).map(|(_, value)| decode(value).into_owned())
        };
        let pixels = |wanted: &str| value(wanted).and_then(|it| it.parse::<u32>().ok());
        let (width, height) = (pixels("width"), pixels("height"));
        let icon = |side: Option<u32>| side.is_some_and(|it| it < IMAGE_PIXELS_MIN);
        if let Some(url) = value("src").filter(|_| !icon(width) && !icon(height)) {
            let alt = value("alt").filter(|it| !it.is_empty());
            return Some(Media {
                width,
                height,
                alt,
                place: MediaPlace::Text,
                ..Media::at(url, MediaKind::Image)
            });
        }
    }
    None
}
