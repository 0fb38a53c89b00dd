//! The placeholder: what a reader sees where a picture is not kept any more. Never a broken image.

use bytes::Bytes;
use image::{DynamicImage, Rgba, RgbaImage};

use super::{MediaError, pixels::Pixels, renditions};
use crate::model::picture::Encoding;

/// Its size in pixels, 3:2; whoever shows it scales it.
const WIDTH: u32 = 480;
/// See [`WIDTH`].
const HEIGHT: u32 = 320;
/// A grey that is as far from white as from black.
const GREY: u8 = 128;
/// How opaque the ground is, of 255: a tint of whatever the page is.
const GROUND: u8 = 31;
/// How opaque the drawing is.
const DRAWING: u8 = 92;

/// The placeholder as a file.
pub(super) fn draw(encoding: Encoding) -> Result<Bytes, MediaError> {
    let image = RgbaImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let alpha = if is_drawn(i64::from(x), i64::from(y)) { DRAWING } else { GROUND };
        Rgba([GREY, GREY, GREY, alpha])
    });
    let pixels = Pixels::drawn(DynamicImage::ImageRgba8(image));
    let file = match encoding {
        Encoding::Webp => renditions::webp(&pixels, WIDTH, HEIGHT)?,
        Encoding::Jpeg => renditions::jpeg(&pixels, WIDTH, HEIGHT)?,
    };
    Ok(file.into())
}

/// Whether a pixel belongs to the drawing: a sun above two hills, in the middle.
fn is_drawn(x: i64, y: i64) -> bool {
    let (across, down) = (x - i64::from(WIDTH) / 2, y - i64::from(HEIGHT) / 2);
    let sun = (across - 34).pow(2) + (down + 34).pow(2) <= 14 * 14;
    // A hill is what lies below two slopes, down to the ground line.
    let hill = |peak: i64, top: i64, half: i64, slope: (i64, i64)| {
        (across - peak).abs() <= half
            && down <= 44
            && (down - top) * slope.1 >= (across - peak).abs() * slope.0
    };
    sun || hill(-22, -28, 58, (72, 58)) || hill(38, 2, 42, (42, 42))
}
