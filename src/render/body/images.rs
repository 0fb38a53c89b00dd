//! One image of a text, from where the publication has its images from.

use std::borrow::Cow;

use url::Url;

use super::{super::document::picture_origin, Dress, Sink};
use crate::model::{Picture, markup::Tag, publication::Images};

/// How wide an image stands in a text: as wide as the lines, or as the window where that is narrower.
pub(in super::super) const SIZES: &str = "(min-width: 68ch) 640px, 100vw";

/// An image as it is shown.
pub(super) enum Image<'a> {
    /// Ours.
    Kept(&'a Picture),
    /// At its publisher's address.
    Linked(Cow<'a, str>),
}

/// The image of a tag, as it is to be shown; `None` where it is not.
pub(super) fn image<'a>(tag: &Tag<'a>, dress: &Dress<'a>) -> Option<Image<'a>> {
    let address = tag.value("src")?;
    if dress.sink != Sink::Feed && dress.lead == Some(address.as_ref()) {
        return None;
    }
    match dress.images {
        Images::None => None,
        Images::Proxy => dress.pictures.iter().find(|it| it.address == address).map(Image::Kept),
        Images::Link if dress.sink == Sink::Feed => Some(Image::Linked(address)),
        // What no policy can name, no page could load.
        Images::Link => {
            Url::parse(&address).ok().and_then(|it| picture_origin(&it)).map(|_| Image::Linked(address))
        }
    }
}
