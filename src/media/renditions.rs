//! Renditions: an image in each width and encoding that readers are shown, written anew from its pixels.

use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

use super::{Header, Limits, MediaError, Size, pixels::Pixels};
use crate::model::picture::Encoding;

/// Quality of JPEG files, of 100.
const JPEG_QUALITY: u8 = 82;
/// Quality of WebP files, of 100: looks like that of the JPEG files in a third of the bytes.
const WEBP_QUALITY: f32 = 78.0;

/// One file of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// The width that it is kept under, one of [`crate::model::picture::WIDTHS`].
    pub width: u32,
    /// What it is written in.
    pub encoding: Encoding,
    /// The file.
    pub bytes: Vec<u8>,
}

/// All files of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renditions {
    /// The size of the image that they were made of, as it is meant to be seen.
    pub size: Size,
    /// The files, in ascending order of widths.
    pub files: Vec<Rendition>,
}

impl Renditions {
    /// Looks at an image, decodes its first picture, and writes it anew in every width that it has pixels for. The same
    /// bytes make the same files. It computes, for as long as a second where the image is large.
    ///
    /// # Errors
    /// [`MediaError`] says why it is no image that is shown.
    pub fn of(bytes: &[u8], limits: &Limits) -> Result<Self, MediaError> {
        let header = Header::read(bytes, limits)?;
        Self::below(bytes, &header)
    }

    /// The same, of an image whose header was read and held to the limits.
    pub(super) fn below(bytes: &[u8], header: &Header) -> Result<Self, MediaError> {
        let mut pixels = Pixels::decode(bytes, header)?;
        let size = pixels.size;
        let frame = size.frame();
        let mut files = Vec::new();
        // From the widest down: each is made of the one before it.
        let mut widths: Vec<u32> = frame.widths().collect();
        widths.reverse();
        for width in widths {
            let (wide, tall) = frame.size(width);
            pixels = pixels.resized((wide, tall));
            files.push(Rendition { width, encoding: Encoding::Jpeg, bytes: jpeg(&pixels, wide, tall)? });
            files.push(Rendition { width, encoding: Encoding::Webp, bytes: webp(&pixels, wide, tall)? });
        }
        files.reverse();
        Ok(Self { size, files })
    }
}

/// The pixels as a WebP file, with their transparency.
pub(super) fn webp(pixels: &Pixels, width: u32, height: u32) -> Result<Vec<u8>, MediaError> {
    let file = match pixels.rgba() {
        Some(rgba) => webp::Encoder::from_rgba(&rgba, width, height).encode_simple(false, WEBP_QUALITY),
        None => webp::Encoder::from_rgb(&pixels.rgb(), width, height).encode_simple(false, WEBP_QUALITY),
    };
    let file =
        file.map_err(|error| MediaError::Broken { why: format!("no WebP can be written: {error:?}") })?;
    Ok(file.to_vec())
}

/// The pixels as a JPEG file, on white.
pub(super) fn jpeg(pixels: &Pixels, width: u32, height: u32) -> Result<Vec<u8>, MediaError> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
    encoder.encode(&pixels.rgb(), width, height, ExtendedColorType::Rgb8).map_err(super::header::broken)?;
    Ok(file)
}
