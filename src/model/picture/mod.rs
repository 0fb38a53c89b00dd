//! Pictures: images of entries as they are kept for readers, in a few widths and under an address of ours.

mod candidates;
mod still;

use serde::{Deserialize, Serialize};

pub use self::{
    candidates::{CANDIDATES_MAX, Candidate, candidates, lead},
    still::still,
};

/// The widths that a picture is kept in, pixels. None is wider than the image was: a smaller one is kept as it is,
/// under the least of these that it fits in.
pub const WIDTHS: [u32; 3] = [320, 640, 1280];

/// What a rendition is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// WebP, for pages and widgets.
    Webp,
    /// JPEG, for feed readers and whatever shows a page's card.
    Jpeg,
}

impl Encoding {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Webp, Self::Jpeg];

    /// The file's ending.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// An image that was fetched, looked at and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Where it stands below `/media/`: its signature and its id, with a slash between them.
    pub path: String,
    /// The address that its publisher gives.
    pub address: String,
    /// What it shows, in words; text, not markup. Empty where nothing is said.
    pub alt: String,
    /// Width in pixels, as it is meant to be seen.
    pub width: u32,
    /// Height in pixels, as it is meant to be seen.
    pub height: u32,
}

impl Picture {
    /// The names of the widths that it is kept in, in ascending order: all that are narrower than the image, and the one
    /// that it fits in.
    pub fn widths(&self) -> impl Iterator<Item = u32> {
        let natural = self.width;
        let before = |at: usize| at.checked_sub(1).and_then(|it| WIDTHS.get(it).copied()).unwrap_or(0);
        WIDTHS.into_iter().enumerate().filter(move |(at, _)| before(*at) < natural).map(|(_, width)| width)
    }

    /// The size in pixels of what is kept under the name `width`.
    pub fn size(&self, width: u32) -> (u32, u32) {
        let wide = width.min(self.width).max(1);
        let tall = u64::from(self.height) * u64::from(wide) / u64::from(self.width.max(1));
        (wide, u32::try_from(tall).unwrap_or(u32::MAX).max(1))
    }

    /// Its path below the site: `/media/{signature}/{id}/640.webp`.
    pub fn at(&self, width: u32, encoding: Encoding) -> String {
        format!("/media/{}/{width}.{}", self.path, encoding.extension())
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[test]
    fn a_picture_is_kept_in_the_widths_that_are_narrower_and_in_the_one_that_it_fits_in() {
        let of = |width| Picture {
            path: String::new(),
            address: String::new(),
            alt: String::new(),
            width,
            height: width / 2,
        };
        let widths = |width: u32| of(width).widths().collect::<Vec<_>>();
        assert_eq!(widths(200), [320]);
        assert_eq!(widths(320), [320]);
        assert_eq!(widths(321), [320, 640]);
        assert_eq!(widths(5_000), [320, 640, 1280]);
        assert_eq!(of(200).size(320), (200, 100));
        assert_eq!(of(5_000).size(640), (640, 320));
    }
}
