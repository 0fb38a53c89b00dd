//! Images that attack whoever decodes or shows them, made by hand.

use std::io::{Cursor, Write as _};

use image::{ExtendedColorType, ImageEncoder as _, RgbaImage, codecs, imageops};

use crate::support::publisher::gzip;

/// What must never come back in any form.
pub(super) const MARKS: [&[u8]; 8] =
    [b"<script", b"alert(1)", b"SECRET", b"Exif", b"%PDF", b"PK\x03\x04", b"<svg", b"tEXt"];

/// A picture with colours that differ from place to place: left is dark, right is light.
pub(super) fn pixels(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let light = u8::try_from(x * 200 / width).unwrap() + 20;
        image::Rgba([light, light, u8::try_from(y * 255 / height).unwrap(), 255])
    })
}

/// The same as PNG.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let raw = pixels(width, height);
    codecs::png::PngEncoder::new(&mut file)
        .write_image(&raw, width, height, ExtendedColorType::Rgba8)
        .unwrap();
    file
}

/// The same as JPEG.
pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let rgb = image::DynamicImage::ImageRgba8(pixels(width, height)).to_rgb8();
    codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 90)
        .encode(&rgb, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    file
}

/// The same as WebP without loss.
pub(super) fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let raw = pixels(width, height);
    codecs::webp::WebPEncoder::new_lossless(&mut file)
        .encode(&raw, width, height, ExtendedColorType::Rgba8)
        .unwrap();
    file
}

/// A GIF of this many frames, all of them the same few bytes.
pub(super) fn gif(width: u16, height: u16, frames: usize) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend([width.to_le_bytes(), height.to_le_bytes()].concat());
    // Two colours; each frame is one pixel, whose two codes are "clear" and "end".
    file.extend([0x80, 0, 0, 10, 20, 30, 200, 210, 220]);
    let frame = [&[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2][..], &[0x44, 0x01, 0][..]].concat();
    file.extend(frame.repeat(frames));
    file.push(0x3b);
    file
}

/// A chunk of a PNG file.
pub(super) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut summed = kind.to_vec();
    summed.extend_from_slice(body);
    let sum = flate2::Crc::new();
    let sum = {
        let mut sum = sum;
        sum.update(&summed);
        sum.sum()
    };
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &summed, &sum.to_be_bytes()].concat()
}

/// Bytes as zlib packs them.
pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A PNG whose header states this, with packed rows that need not fit it.
pub(super) fn png_of(
    width: u32,
    height: u32,
    (depth, colours): (u8, u8),
    more: &[Vec<u8>],
    rows: &[u8],
) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &header));
    more.iter().for_each(|it| file.extend(it));
    file.extend(chunk(b"IDAT", &zlib(rows)));
    file.extend(chunk(b"IEND", &[]));
    file
}

/// A JPEG segment.
fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker][..], &length.to_be_bytes(), body].concat()
}

/// A JPEG with further segments behind its beginning.
pub(super) fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let more: Vec<u8> = segments.iter().flat_map(|(marker, body)| segment(*marker, body)).collect();
    [&jpeg[..2], &more, &jpeg[2..]].concat()
}

/// EXIF that says "turn it by 90 degrees" and where its photographer stood.
pub(super) fn exif() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
    };
    let mut tiff = b"Exif\0\0MM\0*\0\0\0\x08\0\x03".to_vec();
    tiff.extend(entry(0x010e, 2, 8, 200));
    // A SHORT stands in the upper half of its four bytes.
    tiff.extend(entry(0x0112, 3, 1, 6 << 16));
    tiff.extend(entry(0x8825, 4, 1, 60));
    tiff.extend([0; 4]);
    tiff.extend(b"SECRET PLACE 48.8584 N 2.2945 E <script>alert(1)</script>");
    tiff
}

/// A JPEG of four colours (CMYK), all of them in the middle: one byte for each eight by eight pixels.
pub(super) fn cmyk(width: u16, height: u16) -> Vec<u8> {
    let parts: Vec<u8> = (1..=4).flat_map(|it| [it, 0x11, 0]).collect();
    let mut frame = vec![8];
    frame.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
    frame.push(4);
    frame.extend(parts);
    // One code, "0": no difference in the first table, end of block in the second.
    let table = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    let scan = [&[4][..], &[1, 0, 2, 0, 3, 0, 4, 0], &[0, 63, 0]].concat();
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let adobe = b"Adobe\0\x64\0\0\0\0\0";
    let tables = [segment(0xee, adobe), segment(0xdb, &[&[0][..], &[1; 64]].concat()), segment(0xc0, &frame)];
    [
        &[0xff, 0xd8][..],
        &tables.concat(),
        &segment(0xc4, &table(0x00)),
        &segment(0xc4, &table(0x10)),
        &segment(0xda, &scan),
        &vec![0; blocks],
        &[0xff, 0xd9],
    ]
    .concat()
}

/// WebP that says it is this large.
pub(super) fn webp_of(width: u32, height: u32) -> Vec<u8> {
    let side = |it: u32| (it - 1).to_le_bytes()[..3].to_vec();
    let extended = [&[0x02, 0, 0, 0][..], &side(width), &side(height)].concat();
    let body =
        [&b"WEBPVP8X"[..], &10_u32.to_le_bytes(), &extended, b"ANIM", &6_u32.to_le_bytes(), &[0; 6]].concat();
    [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

/// A picture and what comes of it: its name, its bytes, what its server calls it, and its size where it is kept.
pub(super) type Sent = (&'static str, Vec<u8>, &'static str, Option<(u32, u32)>);

/// What is not to be shown.
pub(super) fn refused() -> Vec<Sent> {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"400\"><script>alert(1)</script></svg>";
    let huge = {
        let mut it = jpeg(64, 64);
        let at = it.windows(2).position(|it| it == [0xff, 0xc0]).unwrap();
        it[at + 5..at + 9].copy_from_slice(&[0xff; 4]);
        it
    };
    let polyglot = b"GIF89a/*<svg/onload=alert(1)>*/=1;alert(1)//<script>alert(1)</script>";
    vec![
        ("bomb.png", png_of(60_000, 60_000, (8, 2), &[], &[0; 1_000_000]), "image/png", None),
        ("over.png", png_of(6_400, 6_300, (8, 0), &[], &vec![0; 6_401 * 6_300]), "image/png", None),
        ("thin.png", png_of(1, 40_000, (8, 0), &[], &vec![0; 80_000]), "image/png", None),
        ("bomb.gif", gif(65_535, 65_535, 3), "image/gif", None),
        ("bomb.webp", webp_of(16_384, 16_384), "image/webp", None),
        ("hollow.webp", webp_of(600, 400), "image/webp", None),
        ("bomb.jpg", huge, "image/jpeg", None),
        ("drawing.png", svg.to_vec(), "image/png", None),
        ("drawing.svg", svg.to_vec(), "image/svg+xml", None),
        ("drawing-in-gzip.svgz", gzip(svg), "image/svg+xml", None),
        ("page.png", b"<!doctype html><script>alert(1)</script>".to_vec(), "image/png", None),
        ("report.png", b"%PDF-1.7 <script>alert(1)</script>".to_vec(), "image/png", None),
        ("archive.png", b"PK\x03\x04 SECRET".to_vec(), "image/png", None),
        ("polyglot.gif", polyglot.to_vec(), "image/gif", None),
        ("empty.png", Vec::new(), "image/png", None),
        ("magic.png", b"\x89PNG\r\n\x1a\n".to_vec(), "image/png", None),
        ("magic.jpg", b"\xff\xd8\xff".to_vec(), "image/jpeg", None),
        ("cut.png", png(600, 400)[..40].to_vec(), "image/png", None),
        ("pixel.png", png(1, 1), "image/png", None),
        ("pixel.gif", gif(1, 1, 1), "image/gif", None),
        ("six-mebibytes.png", [png(600, 400), vec![0; 6 << 20]].concat(), "image/png", None),
    ]
}

/// What is to be shown, whatever else is in it.
pub(super) fn kept() -> Vec<Sent> {
    let comment: &[u8] = b"<script>alert(1)</script> SECRET";
    let text = chunk(b"tEXt", b"Comment\0<script>alert(1)</script> SECRET");
    let bomb = chunk(b"zTXt", &[&b"Comment\0\0"[..], &zlib(&vec![b'A'; 64 << 20])].concat());
    let profile = chunk(b"iCCP", &[&b"p\0\0"[..], &zlib(&vec![0; 32 << 20])].concat());
    let palette = [chunk(b"PLTE", &[200, 0, 0, 0, 0, 200]), chunk(b"tRNS", &[0, 128])];
    let rows = |row: &[u8], count: usize| [&[0][..], row].concat().repeat(count);
    let turned = with_segments(&jpeg(600, 400), &[(0xe1, &exif())]);
    let mut small = png(600, 400);
    small.extend(b"PK\x03\x04 <script>alert(1)</script> SECRET %PDF");
    let deep = imageops::resize(&pixels(600, 400), 600, 400, imageops::FilterType::Nearest);
    let mut wide = Vec::new();
    image::DynamicImage::ImageRgba8(deep)
        .into_rgba16()
        .write_to(&mut Cursor::new(&mut wide), image::ImageFormat::Png)
        .unwrap();
    vec![
        ("fine.png", png(1_600, 900), "image/png", Some((1_600, 900))),
        ("fine.jpg", jpeg(800, 600), "image/jpeg", Some((800, 600))),
        ("fine.webp", webp(700, 500), "image/webp", Some((700, 500))),
        ("called-a-page.png", png(500, 400), "text/html", Some((500, 400))),
        ("called-a-drawing.jpg", jpeg(500, 400), "image/svg+xml", Some((500, 400))),
        ("frames.gif", gif(600, 400, 100_000), "image/gif", Some((600, 400))),
        ("turned.jpg", turned, "image/jpeg", Some((400, 600))),
        (
            "comment.jpg",
            with_segments(&jpeg(600, 400), &[(0xfe, comment), (0xe2, comment), (0xed, comment)]),
            "image/jpeg",
            Some((600, 400)),
        ),
        ("cmyk.jpg", cmyk(640, 400), "image/jpeg", Some((640, 400))),
        ("archive-behind.png", small, "image/png", Some((600, 400))),
        (
            "text.png",
            png_of(600, 400, (8, 0), &[text], &rows(&[90; 600], 400)),
            "image/png",
            Some((600, 400)),
        ),
        (
            "text-bomb.png",
            png_of(600, 400, (8, 0), &[bomb], &rows(&[90; 600], 400)),
            "image/png",
            Some((600, 400)),
        ),
        (
            "profile-bomb.png",
            png_of(600, 400, (8, 0), &[profile], &rows(&[90; 600], 400)),
            "image/png",
            Some((600, 400)),
        ),
        (
            "palette.png",
            png_of(600, 400, (1, 3), &palette, &rows(&[0x55; 75], 400)),
            "image/png",
            Some((600, 400)),
        ),
        ("sixteen-bits.png", wide, "image/png", Some((600, 400))),
        (
            "grey.png",
            png_of(6_000, 6_500, (1, 0), &[], &rows(&[0xaa; 750], 6_500)),
            "image/png",
            Some((6_000, 6_500)),
        ),
    ]
}
