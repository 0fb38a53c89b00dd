//! What is no image, what claims to be a huge one, and what costs more than it brings: refused, each with its reason.

use std::time::Instant;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use pressroll::{
    media::{Limits, MediaError, Renditions},
    model::picture::Encoding,
};

use super::{encoded, jpeg, made, photograph, pixels, png, png_chunk, png_of, zlib};

#[track_caller]
fn refused(bytes: &[u8]) -> MediaError {
    made(bytes).expect_err("a refusal")
}

#[test]
fn the_first_bytes_decide_and_a_refusal_says_what_came() {
    for (bytes, what) in [
        (&b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"[..], "SVG"),
        (b"\xef\xbb\xbf \n<?xml version=\"1.0\"?><svg/>", "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "HTML"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "AVIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"BM\x36\0\0\0", "BMP"),
        (b"\0\0\x01\0\x01\0", "ICO"),
        (b"%PDF-1.7", "PDF"),
        (b"", "empty"),
        (b"GIF88a nearly", "no image"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "no image"),
        (b" \x89PNG\r\n\x1a\n", "no image"),
    ] {
        let error = refused(bytes);
        assert!(matches!(error, MediaError::NotAnImage { .. }), "{error}");
        assert!(error.to_string().contains(what), "{error}: {what}");
        assert!(!error.is_passing());
    }
}

#[test]
fn a_page_behind_an_images_first_bytes_does_not_come_through() {
    let page = b"<html><script>alert(document.domain)</script></html>";
    let pretending = [b"GIF89a/*".as_slice(), page, b"*/=1;"].concat();
    if let Ok(renditions) = made(&pretending) {
        assert!(renditions.files.iter().all(|it| memchr::memmem::find(&it.bytes, b"<script>").is_none()));
    }
    for mut file in [jpeg(400, 300), png(400, 300)] {
        let clean = made(&file).unwrap();
        file.extend_from_slice(page);
        file.extend_from_slice(b"PK\x03\x04 and an archive");
        assert_eq!(made(&file).unwrap(), clean, "what follows an image changes nothing");
    }
}

#[test]
fn sizes_are_read_before_anything_is_decoded() {
    // Headers that state more than there can be, with nothing behind them.
    let claims = png_of((60_000, 60_000), [8, 6], &[png_chunk(b"IDAT", &zlib(&[0; 64]))]);
    let mut photograph = jpeg(64, 64);
    let frame = memchr::memmem::find(&photograph, b"\xff\xc0").unwrap();
    photograph[frame + 5..frame + 9].fill(0xff);
    let mut moving = encoded(super::photograph(64, 64), ImageFormat::Gif);
    moving[6..10].fill(0xff);
    let mut webp = b"RIFF\x3a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    webp.extend([0xff, 0xff, 0, 0xff, 0xff, 0]);
    webp.extend(b"VP8L\x08\0\0\0\x2f\xff\xff\xff\xff\0\0\0");
    for (what, file) in [("PNG", claims), ("JPEG", photograph), ("GIF", moving), ("WebP", webp)] {
        let began = Instant::now();
        let error = refused(&file);
        let is_said = matches!(error, MediaError::TooManyPixels { limit_pixels: 40_000_000, .. });
        assert!(is_said || matches!(error, MediaError::Broken { .. }), "{what}: {error}");
        assert!(is_said || what == "WebP", "{what}: {error}");
        assert!(began.elapsed().as_millis() < 500, "{what} took {:?}", began.elapsed());
    }
}

#[test]
fn what_is_cut_off_or_scrambled_is_an_error_or_a_picture_and_never_a_panic() {
    let files = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP]
        .map(|it| encoded(photograph(70, 50), it));
    let (mut refusals, mut pictures) = (0, 0);
    let mut tried = |bytes: &[u8]| match made(bytes) {
        Ok(renditions) => {
            pictures += 1;
            assert!(renditions.files.iter().all(|it| pixels(&it.bytes, it.encoding).width() > 0));
        }
        Err(error) => {
            refusals += 1;
            assert!(!error.to_string().is_empty() && !error.is_passing(), "{error}");
        }
    };
    for file in files {
        for length in (0..file.len()).step_by(file.len() / 40 + 1) {
            tried(&file[..length]);
        }
        for at in (12..file.len()).step_by(file.len() / 120 + 1) {
            let mut scrambled = file.clone();
            scrambled[at] ^= 0x5a;
            tried(&scrambled);
        }
    }
    assert!(refusals > 100, "{refusals}");
    assert!(pictures > 10, "{pictures}");
}

#[test]
fn packed_metadata_is_neither_unpacked_nor_kept() {
    // 200 MB of zeros in each chunk of text and in the colour profile.
    let bomb = zlib(&vec![0; 200 << 20]);
    let text = png_chunk(b"zTXt", &[b"Comment\0\0".as_slice(), &bomb].concat());
    let words = png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0".as_slice(), &bomb].concat());
    let profile = png_chunk(b"iCCP", &[b"p\0\0".as_slice(), &bomb].concat());
    let rows = png_chunk(b"IDAT", &zlib(&[[0].as_slice(), &[90; 48]].concat().repeat(16)));
    for (what, chunk) in [("zTXt", text), ("iTXt", words), ("iCCP", profile)] {
        let began = Instant::now();
        let done = made(&png_of((16, 16), [8, 2], &[chunk, rows.clone()]));
        assert!(began.elapsed().as_secs() < 3, "{what} took {:?}", began.elapsed());
        match done {
            Ok(renditions) => assert!(renditions.files.iter().all(|it| it.bytes.len() < 2_000), "{what}"),
            Err(error) => assert!(matches!(error, MediaError::Broken { .. }), "{what}: {error}"),
        }
    }
}

#[test]
fn more_rows_than_stated_are_not_unpacked() {
    // A small image, and 400 MB behind its last row.
    let rows = png_chunk(b"IDAT", &zlib(&vec![0; 400 << 20]));
    let began = Instant::now();
    let _ = made(&png_of((16, 16), [8, 2], &[rows]));
    assert!(began.elapsed().as_secs() < 4, "it took {:?}", began.elapsed());
}

#[test]
fn a_photograph_that_goes_over_its_pixels_again_and_again_is_refused() {
    let flat = DynamicImage::ImageRgb8(RgbImage::from_pixel(2_000, 2_000, Rgb([40, 90, 140])));
    let mut file = encoded(flat, ImageFormat::Jpeg);
    let end = file.len() - 2;
    // Empty scans: what they would hold does not matter to what they cost.
    let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0".repeat(300);
    file.splice(end..end, scan);
    let error = refused(&file);
    assert!(matches!(error, MediaError::TooManyScans { scans: 301, .. }), "{error}");
}

#[test]
fn what_takes_more_memory_than_there_is_for_images_is_refused() {
    // 36 megapixels of 16 bits each for four colours: 288 MB.
    let deep = png_of((6_000, 6_000), [16, 6], &[png_chunk(b"IDAT", &zlib(&[0; 64]))]);
    let error = refused(&deep);
    assert!(matches!(error, MediaError::TooMuchMemory { .. }), "{error}");
    // The same in 8 bits is only broken, as there is nothing behind the header.
    let plain = png_of((6_000, 6_000), [8, 6], &[png_chunk(b"IDAT", &zlib(&[0; 64]))]);
    let error = refused(&plain);
    assert!(matches!(error, MediaError::Broken { .. }), "{error}");
}

#[test]
fn sides_and_sizes_have_bounds() {
    for (width, height) in [(1, 1), (2, 900), (900, 1), (16_384, 4)] {
        let error = refused(&png(width, height));
        assert!(matches!(error, MediaError::Sides { .. }), "{width} × {height}: {error}");
    }
    assert!(made(&png(3, 3)).is_ok());
    assert!(made(&png(16_383, 3)).is_ok());
    let file = png(300, 200);
    let length = file.len() as u64;
    let within = |bytes_max| Renditions::of(&file, &Limits { bytes_max, ..Limits::default() });
    assert_eq!(within(length - 1), Err(MediaError::TooManyBytes { bytes: length, limit_bytes: length - 1 }));
    assert_eq!(within(length).unwrap().files.len(), Encoding::ALL.len());
}
