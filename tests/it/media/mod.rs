//! Pictures: what is taken, what is refused, what is kept of it, and what readers get.

#![expect(clippy::expect_used, reason = "a test says what went wrong by stopping there")]

mod decoded;
mod gallery;
mod hostile;
mod seal;
mod sent;

use std::{io::Cursor, path::Path, sync::Arc};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use pressroll::{
    media::{Gallery, Limits, MediaError, Renditions},
    model::{Clock, picture::Encoding},
};

/// Long after whatever a test has written: the age of files counts from there.
fn clock() -> Clock {
    Arc::new(|| "2100-01-01T00:00:00Z".parse::<Timestamp>().unwrap())
}

fn gallery(folder: &Path) -> Gallery {
    gallery_within(folder, Limits::default())
}

fn gallery_within(folder: &Path, limits: Limits) -> Gallery {
    Gallery::open(folder, limits, clock()).unwrap()
}

/// A photograph, nearly: red grows to the right, green downwards.
fn photograph(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |at: u32, of: u32| u8::try_from(u64::from(at) * 255 / u64::from(of.max(1))).unwrap();
        Rgb([part(x, width), part(y, height), 96])
    })
}

fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(photograph(width, height), ImageFormat::Jpeg)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(photograph(width, height), ImageFormat::Png)
}

fn made(bytes: &[u8]) -> Result<Renditions, MediaError> {
    Renditions::of(bytes, &Limits::default())
}

/// One rendition as pixels; its own encoding is read, and nothing else.
#[track_caller]
fn shown(renditions: &Renditions, width: u32, encoding: Encoding) -> DynamicImage {
    let found = renditions.files.iter().find(|it| it.width == width && it.encoding == encoding);
    pixels(&found.expect("a rendition of this width").bytes, encoding)
}

#[track_caller]
fn pixels(bytes: &[u8], encoding: Encoding) -> DynamicImage {
    let format = match encoding {
        Encoding::Webp => ImageFormat::WebP,
        Encoding::Jpeg => ImageFormat::Jpeg,
    };
    image::load_from_memory_with_format(bytes, format).unwrap()
}

/// Whether two colours look alike: lossy files are a little off.
#[track_caller]
fn near(found: &[u8], wanted: &[u8], what: &str) {
    let is_near = found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| a.abs_diff(*b) <= 14);
    assert!(is_near, "{what}: {found:?} is not {wanted:?}");
}

/// One chunk of a PNG file, with the checksum that it wants (PNG, section 5.3).
fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes(), kind.as_slice(), data, &sum.sum().to_be_bytes()].concat()
}

/// `bytes` as zlib data.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A PNG file with a header of one's own and these chunks behind it.
fn png_of((width, height): (u32, u32), depth_and_colours: [u8; 2], chunks: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &depth_and_colours, &[0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(png_chunk(b"IHDR", &header));
    chunks.iter().for_each(|it| file.extend(it));
    file.extend(png_chunk(b"IEND", &[]));
    file
}
