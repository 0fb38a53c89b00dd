//! What an image says of itself before anything of it is decoded: its kind by its first bytes, its size and its colours.

use std::io::Cursor;

use image::{ColorType, ImageDecoder, ImageFormat, ImageReader};

use super::{Limits, MediaError, jpeg, pixels::FILTERED_PIXELS_MAX};
use crate::model::picture::WIDTHS;

/// What else a publisher may send in an image's place, by its first bytes: a refusal says what came.
const OTHERS: [(&[u8], &str); 11] = [
    (b"<svg", "a drawing (SVG)"),
    (b"<?xml", "an XML document or a drawing (SVG)"),
    (b"<", "an HTML page"),
    (b"%PDF", "a PDF document"),
    (b"BM", "a BMP image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\x01\0", "an icon (ICO)"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"\x1f\x8b", "compressed data"),
];
/// Memory that a decoder takes beyond pixels, bytes: tables, rows and metadata.
const BESIDE_BYTES: u64 = 16 << 20;
/// Memory that resizing takes for each pixel that a good filter goes over: what it is made of, what it becomes, and the
/// numbers between.
const FILTERING_BYTES: u64 = 16;
/// Memory that encoding takes for each pixel of the largest rendition.
const ENCODING_BYTES: u64 = 20;

/// The header of an image that may be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) format: ImageFormat,
    /// Width in pixels, as it is stored: a photograph may lie on its side.
    pub width: u32,
    /// Height in pixels, as it is stored.
    pub height: u32,
    /// Memory that decoding takes, bytes: a bound that is seldom reached.
    pub decoding_bytes: u64,
}

impl Header {
    /// Reads the header of an image, and holds it to the limits. The first bytes alone decide what it is: neither what
    /// its server calls it nor how its address ends.
    ///
    /// # Errors
    /// [`MediaError`] says in which way it is none that is decoded.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, MediaError> {
        let length = bytes.len() as u64;
        if length > limits.bytes_max {
            return Err(MediaError::TooManyBytes { bytes: length, limit_bytes: limits.bytes_max });
        }
        let format = format(bytes).ok_or_else(|| MediaError::NotAnImage { what: other(bytes) })?;
        let decoder = decoder(bytes, format)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > limits.pixels_max {
            return Err(MediaError::TooManyPixels { width, height, limit_pixels: limits.pixels_max });
        }
        let sides = limits.side_min..=limits.side_max;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(MediaError::Sides { width, height, least: limits.side_min, most: limits.side_max });
        }
        if format == ImageFormat::Jpeg {
            check_scans(bytes, (width, height), limits)?;
        }
        let decoding_bytes = need(bytes, format, decoder.color_type(), (width, height)) + 2 * length;
        if decoding_bytes > limits.decoding_bytes_max {
            let limit_bytes = limits.decoding_bytes_max;
            return Err(MediaError::TooMuchMemory { bytes: decoding_bytes, limit_bytes });
        }
        Ok(Self { format, width, height, decoding_bytes })
    }
}

/// A decoder that has read the header and nothing else. What it takes beside pixels is bounded.
pub(super) fn decoder<'a>(
    bytes: &'a [u8],
    format: ImageFormat,
) -> Result<impl ImageDecoder + 'a, MediaError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(BESIDE_BYTES);
    reader.limits(bounds);
    reader.into_decoder().map_err(broken)
}

/// What a decoder complains of.
pub(super) fn broken(error: image::ImageError) -> MediaError {
    MediaError::Broken { why: error.to_string() }
}

/// The four kinds that are shown, by their magic bytes.
fn format(bytes: &[u8]) -> Option<ImageFormat> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        Some(ImageFormat::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(ImageFormat::Gif)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(ImageFormat::WebP)
    } else {
        None
    }
}

/// What came in an image's place.
fn other(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "empty";
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return "an AVIF or HEIF image, or a video";
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    OTHERS
        .iter()
        .find(|(magic, _)| text.starts_with(magic))
        .map_or("no image that is known", |(_, what)| what)
}

/// Refuses a JPEG file that goes over its pixels again and again: a few bytes are enough for another time.
fn check_scans(bytes: &[u8], (width, height): (u32, u32), limits: &Limits) -> Result<(), MediaError> {
    let scans = jpeg::scans(bytes) as u64;
    let limit_pixels = limits.scanned_pixels_max;
    if scans * u64::from(width) * u64::from(height) > limit_pixels {
        return Err(MediaError::TooManyScans { scans, width, height, limit_pixels });
    }
    Ok(())
}

/// Memory that it takes to decode an image, to resize it and to write it, bytes: the most at any moment.
fn need(bytes: &[u8], format: ImageFormat, colours: ColorType, (width, height): (u32, u32)) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    let canvas = pixels * u64::from(colours.bytes_per_pixel());
    let decoding = canvas
        + match format {
            ImageFormat::Jpeg => jpeg::coefficients_bytes(bytes, (width, height)),
            ImageFormat::WebP => pixels * webp_bytes(bytes),
            _ => 0,
        };
    let widest = WIDTHS.into_iter().max().unwrap_or(1);
    let renditions = pixels.min(u64::from(widest.min(width)) * u64::from(height));
    let after = (pixels.min(FILTERED_PIXELS_MAX) * FILTERING_BYTES).max(renditions * ENCODING_BYTES);
    decoding.max(after) + BESIDE_BYTES
}

/// What the decoder of WebP takes for each pixel beside the canvas, bytes: planes of brightness and colours, or a frame of
/// its own, and where it moves, a canvas of its own (RFC 9649, section 2.7).
fn webp_bytes(bytes: &[u8]) -> u64 {
    let moves = bytes.get(20).is_some_and(|flags| flags & 2 != 0);
    match bytes.get(12..16) {
        Some(b"VP8 ") => 2,
        Some(b"VP8X") if moves => 8,
        _ => 4,
    }
}
