//! What becomes of images that are fine: sizes, colours, transparency, orientation, and nothing else of them.

use image::{
    Frame, GrayAlphaImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, Rgba, RgbaImage,
    codecs::gif::GifEncoder,
};
use pressroll::{
    media::Size,
    model::picture::{Encoding, WIDTHS},
};

use super::{encoded, jpeg, made, near, photograph, png, png_chunk, png_of, shown, zlib};

#[test]
fn an_image_is_kept_in_every_width_that_it_has_pixels_for_and_never_enlarged() {
    for (natural, wanted) in [
        ((2_000, 1_000), vec![(320, (320, 160)), (640, (640, 320)), (1280, (1280, 640))]),
        ((1_200, 630), vec![(320, (320, 168)), (640, (640, 336)), (1280, (1200, 630))]),
        ((320, 200), vec![(320, (320, 200))]),
        ((48, 31), vec![(320, (48, 31))]),
        ((40, 3_000), vec![(320, (40, 3_000))]),
        ((4_001, 3), vec![(320, (320, 1)), (640, (640, 1)), (1280, (1280, 1))]),
    ] {
        let renditions = made(&png(natural.0, natural.1)).unwrap();
        assert_eq!(renditions.size, Size { width: natural.0, height: natural.1 });
        assert_eq!(renditions.files.len(), 2 * wanted.len(), "{natural:?}");
        for (width, size) in wanted {
            for encoding in Encoding::ALL {
                let image = shown(&renditions, width, encoding);
                assert_eq!((image.width(), image.height()), size, "{natural:?} at {width}");
            }
        }
    }
}

#[test]
fn all_four_kinds_are_read_and_look_like_what_they_were() {
    let formats = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP];
    for format in formats {
        let renditions = made(&encoded(photograph(900, 600), format)).unwrap();
        for (width, encoding) in WIDTHS.into_iter().zip([Encoding::Webp, Encoding::Jpeg, Encoding::Webp]) {
            let image = shown(&renditions, width, encoding).to_rgb8();
            let (wide, tall) = image.dimensions();
            near(
                &image.get_pixel(wide / 2, tall / 2).0,
                &[127, 127, 96],
                &format!("{format:?} in the middle"),
            );
            near(&image.get_pixel(wide - 2, 2).0, &[253, 2, 96], &format!("{format:?} in the corner"));
        }
    }
}

#[test]
fn grey_deep_and_palette_colours_are_read() {
    let grey = GrayImage::from_pixel(40, 30, Luma([200]));
    let deep = ImageBuffer::from_pixel(40, 30, Rgb([200_u16 * 257, 100 * 257, 0]));
    let clear = ImageBuffer::from_pixel(40, 30, Rgba([200_u16 * 257, 100 * 257, 0, 65_535]));
    let veiled = GrayAlphaImage::from_pixel(40, 30, LumaA([200, 255]));
    // One bit a pixel, and a palette of two colours.
    let palette = png_chunk(b"PLTE", &[0, 0, 0, 10, 220, 30]);
    let rows = [0, 0xff, 0xff].repeat(16);
    let indexed = png_of((16, 16), [1, 3], &[palette, png_chunk(b"IDAT", &zlib(&rows))]);
    for (what, file, wanted) in [
        ("grey", encoded(grey.clone(), ImageFormat::Png), [200, 200, 200]),
        ("grey JPEG", encoded(grey, ImageFormat::Jpeg), [200, 200, 200]),
        ("16 bits", encoded(deep, ImageFormat::Png), [200, 100, 0]),
        ("16 bits with alpha", encoded(clear, ImageFormat::Png), [200, 100, 0]),
        ("grey with alpha", encoded(veiled, ImageFormat::Png), [200, 200, 200]),
        ("a palette", indexed, [10, 220, 30]),
    ] {
        let renditions = made(&file).unwrap();
        for encoding in Encoding::ALL {
            let image = shown(&renditions, 320, encoding);
            near(&image.to_rgb8().get_pixel(8, 8).0, &wanted, what);
            assert!(!image.color().has_alpha(), "{what}: all of it is opaque");
        }
    }
}

#[test]
fn transparency_is_kept_in_webp_and_lies_on_white_in_jpeg() {
    // The left half cannot be seen, and hides red; the right half is blue, half of it seen through.
    let image =
        RgbaImage::from_fn(
            1_400,
            800,
            |x, _| {
                if x < 700 { Rgba([255, 0, 0, 0]) } else { Rgba([0, 0, 255, 128]) }
            },
        );
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let renditions = made(&encoded(image.clone(), format)).unwrap();
        for width in WIDTHS {
            let webp = shown(&renditions, width, Encoding::Webp).to_rgba8();
            assert_eq!(webp.get_pixel(width / 4, 40).0[3], 0, "{width}");
            near(&webp.get_pixel(width * 3 / 4, 40).0, &[0, 0, 255, 128], "half of it seen through");
            let jpeg = shown(&renditions, width, Encoding::Jpeg).to_rgb8();
            near(&jpeg.get_pixel(width / 4, 40).0, &[255, 255, 255], "on white");
            near(&jpeg.get_pixel(width * 3 / 4, 40).0, &[127, 127, 255], "blue on white");
            // What is hidden does not shine through at the edge.
            for x in width / 2 - 4..width / 2 + 4 {
                let [red, _, _, alpha] = webp.get_pixel(x, 40).0;
                assert!(alpha < 32 || red < 90, "red {red} at {x} of {width}, {alpha} opaque");
            }
        }
    }
}

#[test]
fn of_a_moving_image_the_first_frame_is_shown_and_no_other_is_read() {
    let moving = |colours: &[[u8; 4]]| {
        let mut file = Vec::new();
        let mut encoder = GifEncoder::new(&mut file);
        for colour in colours {
            encoder.encode_frame(Frame::new(RgbaImage::from_pixel(60, 40, Rgba(*colour)))).unwrap();
        }
        drop(encoder);
        file
    };
    let (green, red) = ([0, 200, 0, 255], [200, 0, 0, 255]);
    let renditions = made(&moving(&[green, red, red])).unwrap();
    near(&shown(&renditions, 320, Encoding::Webp).to_rgb8().get_pixel(30, 20).0, &green[..3], "green");
    // Nonsense in place of all further frames, which would be an error if anybody read it.
    let mut broken = moving(&[green]);
    assert_eq!(broken.pop(), Some(0x3b), "the end of a GIF");
    broken.extend([0xee; 2_000]);
    assert_eq!(made(&broken).unwrap(), renditions);
}

#[test]
fn a_photograph_that_lies_on_its_side_is_turned_and_its_size_with_it() {
    // Half red above, half blue below, as it is stored.
    let stored =
        image::RgbImage::from_fn(900, 600, |_, y| if y < 300 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) });
    let (red, blue) = ([220, 0, 0], [0, 0, 220]);
    // Orientation, size as seen, and the colours that are seen first: at the top left, and at the bottom right.
    for (orientation, size, first, last) in [
        (1, (900, 600), red, blue),
        (3, (900, 600), blue, red),
        (6, (600, 900), blue, red),
        (8, (600, 900), red, blue),
        (77, (900, 600), red, blue),
    ] {
        let file = with_exif(&encoded(stored.clone(), ImageFormat::Jpeg), orientation);
        let renditions = made(&file).unwrap();
        assert_eq!(renditions.size, Size { width: size.0, height: size.1 }, "{orientation}");
        let image = shown(&renditions, 320, Encoding::Webp).to_rgb8();
        assert_eq!(image.width(), 320);
        near(&image.get_pixel(10, 10).0, &first, &format!("orientation {orientation}, first"));
        near(
            &image.get_pixel(310, image.height() - 10).0,
            &last,
            &format!("orientation {orientation}, last"),
        );
    }
}

#[test]
fn no_metadata_and_no_byte_of_the_publishers_goes_out() {
    let secret = b"Photographer: Jane Doe, 48.8584 N 2.2945 E <script>alert(1)</script>";
    let mut photograph = with_exif(&jpeg(700, 400), 1);
    let comment = [b"\xff\xfe".as_slice(), &(secret.len() as u16 + 2).to_be_bytes(), secret].concat();
    photograph.splice(2..2, comment);
    photograph.extend_from_slice(secret);
    let text = png_chunk(b"tEXt", &[b"Comment\0", secret.as_slice()].concat());
    let mut drawing = png(700, 400);
    drawing.splice(33..33, text);
    drawing.extend_from_slice(secret);
    for file in [photograph, drawing] {
        assert!(memchr::memmem::find(&file, b"Jane Doe").is_some());
        for it in made(&file).unwrap().files {
            for word in [b"Jane".as_slice(), b"script", b"Exif", b"EXIF", b"tEXt", b"ICCP", b"XMP"] {
                assert!(memchr::memmem::find(&it.bytes, word).is_none(), "{:?} at {}", it.encoding, it.width);
            }
        }
    }
}

#[test]
fn the_same_bytes_make_the_same_files() {
    let file = jpeg(1_500, 900);
    let first = made(&file).unwrap();
    assert_eq!(made(&file).unwrap(), first);
    assert!(first.files.iter().all(|it| it.bytes.len() > 100));
}

#[test]
fn forty_megapixels_are_taken() {
    let rows = [[0].as_slice(), &[120; 8_000]].concat().repeat(5_000);
    let renditions = made(&png_of((8_000, 5_000), [8, 0], &[png_chunk(b"IDAT", &zlib(&rows))])).unwrap();
    assert_eq!(renditions.size, Size { width: 8_000, height: 5_000 });
    near(&shown(&renditions, 640, Encoding::Jpeg).to_rgb8().get_pixel(300, 200).0, &[120, 120, 120], "grey");
}

#[cfg(feature = "suite-slow")]
#[test]
fn large_images_of_every_kind_are_taken_up_to_forty_megapixels() {
    let flat = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(8_000, 5_000, Rgb([40, 90, 140])));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif] {
        let file = encoded(flat.clone(), format);
        let renditions = made(&file).unwrap_or_else(|error| panic!("{format:?}: {error}"));
        near(
            &shown(&renditions, 640, Encoding::Jpeg).to_rgb8().get_pixel(300, 200).0,
            &[40, 90, 140],
            "flat",
        );
    }
}

/// The JPEG file with an orientation in an Exif segment (CIPA DC-008, section 4.6.4).
fn with_exif(file: &[u8], orientation: u16) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend(orientation.to_be_bytes());
    exif.extend([0; 6]);
    let length = u16::try_from(exif.len() + 2).unwrap();
    [&file[..2], b"\xff\xe1", &length.to_be_bytes(), &exif, &file[2..]].concat()
}
