//! The still of a film: the image that stands for it where its player may not be.

use crate::model::{markup::Tag, player};

/// Letters of the name of a film there.
const NAME_LETTERS: usize = 11;

/// Where the still of a framed film is to be had; `None` where its address does not follow from the film's. Of the hosts
/// that a text may frame that is YouTube alone: Vimeo gives its stills names of their own.
///
/// Every film has one of 480 × 360 pixels under this name, with bars above and below what is wider.
pub fn still(tag: &Tag<'_>) -> Option<String> {
    let framed = tag.value("src").filter(|_| tag.name == "iframe")?;
    let name = framed.strip_prefix(player::YOUTUBE)?.get(..NAME_LETTERS)?;
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    is_name.then(|| format!("https://i.ytimg.com/vi/{name}/hqdefault.jpg"))
}
