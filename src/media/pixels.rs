//! Pixels: an image decoded, made small enough to work on, and turned the way it is meant to be seen.

use image::{DynamicImage, ImageDecoder as _, imageops::FilterType, metadata::Orientation};

use super::{Header, MediaError, Size, header};
use crate::model::picture::WIDTHS;

/// Most pixels that a good filter is run over, which takes 16 bytes for each; what is larger is averaged by boxes.
pub(super) const FILTERED_PIXELS_MAX: u64 = 6_000_000;
/// How many times wider than the widest rendition an image is left by the first step.
const STEP: u32 = 2;

/// An image as it is meant to be seen: 8 bits a colour; where it has transparency, the colours are multiplied by it, so
/// that what cannot be seen does not bleed into what can when pixels are averaged.
pub(super) struct Pixels {
    image: DynamicImage,
    /// The size that it came in.
    pub(super) size: Size,
}

impl Pixels {
    /// Decodes the first picture of an image, whose header was held to the limits.
    pub(super) fn decode(bytes: &[u8], header: &Header) -> Result<Self, MediaError> {
        let mut decoder = header::decoder(bytes, header.format)?;
        // An orientation that cannot be read is none: the image itself may be fine.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut image = DynamicImage::from_decoder(decoder).map_err(header::broken)?;
        let (width, height) = (image.width(), image.height());
        let lies = matches!(
            orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        );
        let size = if lies { Size { width: height, height: width } } else { Size { width, height } };
        weigh_by_alpha(&mut image);
        let (wide, tall) = size.first_step();
        let (wide, tall) = if lies { (tall, wide) } else { (wide, tall) };
        if (wide, tall) != (width, height) {
            image = image.thumbnail_exact(wide, tall);
        }
        let has_alpha = image.color().has_alpha();
        let mut image: DynamicImage =
            if has_alpha { image.into_rgba8().into() } else { image.into_rgb8().into() };
        image.apply_orientation(orientation);
        Ok(Self { image, size })
    }

    /// A drawing of our own.
    pub(super) fn drawn(mut image: DynamicImage) -> Self {
        weigh_by_alpha(&mut image);
        let size = Size { width: image.width(), height: image.height() };
        Self { image, size }
    }

    /// The same, smaller.
    pub(super) fn resized(&self, (width, height): (u32, u32)) -> Self {
        let from = (self.image.width(), self.image.height());
        let image = if from == (width, height) {
            self.image.clone()
        } else if u64::from(from.0) * u64::from(from.1) > FILTERED_PIXELS_MAX {
            self.image.thumbnail_exact(width, height)
        } else {
            self.image.resize_exact(width, height, FilterType::Lanczos3)
        };
        Self { image, size: self.size }
    }

    /// Red, green, blue and how opaque, in a row; `None` where all of it is opaque.
    pub(super) fn rgba(&self) -> Option<Vec<u8>> {
        let pixels = self.image.as_rgba8()?;
        if pixels.pixels().all(|it| it.0[3] == u8::MAX) {
            return None;
        }
        let mut bytes = Vec::with_capacity(pixels.as_raw().len());
        for pixel in pixels.pixels() {
            let [red, green, blue, alpha] = pixel.0;
            bytes.extend([red, green, blue].map(|it| divided(it, alpha)));
            bytes.push(alpha);
        }
        Some(bytes)
    }

    /// Red, green and blue in a row, on white.
    pub(super) fn rgb(&self) -> Vec<u8> {
        match self.image.as_rgba8() {
            None => self.image.to_rgb8().into_raw(),
            Some(pixels) => pixels
                .pixels()
                .flat_map(|it| {
                    let [red, green, blue, alpha] = it.0;
                    [red, green, blue].map(|it| it.saturating_add(u8::MAX - alpha))
                })
                .collect(),
        }
    }
}

impl Size {
    /// The size after the first step: cheap, for whatever is much larger than it will ever be shown.
    fn first_step(self) -> (u32, u32) {
        let widest = WIDTHS.into_iter().max().unwrap_or(1);
        let frame = self.frame();
        let stepped = frame.size(widest.saturating_mul(STEP));
        let pixels = |(wide, tall): (u32, u32)| u64::from(wide) * u64::from(tall);
        if pixels(stepped) > FILTERED_PIXELS_MAX { frame.size(widest) } else { stepped }
    }
}

/// Multiplies all colours by how opaque they are.
fn weigh_by_alpha(image: &mut DynamicImage) {
    match image {
        DynamicImage::ImageRgba8(it) => {
            for pixel in it.pixels_mut() {
                let [red, green, blue, alpha] = pixel.0;
                let [red, green, blue] =
                    [red, green, blue].map(|it| times(it.into(), alpha.into(), 255) as u8);
                pixel.0 = [red, green, blue, alpha];
            }
        }
        DynamicImage::ImageRgba16(it) => {
            for pixel in it.pixels_mut() {
                let [red, green, blue, alpha] = pixel.0;
                let [red, green, blue] =
                    [red, green, blue].map(|it| times(it.into(), alpha.into(), 65_535) as u16);
                pixel.0 = [red, green, blue, alpha];
            }
        }
        DynamicImage::ImageLumaA8(it) => {
            for pixel in it.pixels_mut() {
                let [grey, alpha] = pixel.0;
                pixel.0 = [times(grey.into(), alpha.into(), 255) as u8, alpha];
            }
        }
        DynamicImage::ImageLumaA16(it) => {
            for pixel in it.pixels_mut() {
                let [grey, alpha] = pixel.0;
                pixel.0 = [times(grey.into(), alpha.into(), 65_535) as u16, alpha];
            }
        }
        _ => {}
    }
}

/// A colour as bright as it is opaque; it is no more than `most` as neither factor is.
fn times(colour: u64, alpha: u64, most: u64) -> u64 {
    (colour * alpha + most / 2) / most
}

/// The colour that [`times`] was given.
fn divided(colour: u8, alpha: u8) -> u8 {
    if alpha == 0 {
        return 0;
    }
    let whole = (u32::from(colour) * 255 + u32::from(alpha) / 2) / u32::from(alpha);
    u8::try_from(whole).unwrap_or(u8::MAX)
}
