//! Images: whatever the bytes are, the header is read within the bounds, and what is decoded is written anew in the
//! sizes that were promised. No input ends in a panic that is ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{
    contain_panics_of_decoders,
    media::{Header, Limits, Renditions},
    model::picture::WIDTHS,
};

/// Small enough for many inputs in a second: what is larger is refused like what is too large for the product.
const PIXELS_MAX: u64 = 65_536;
/// Memory that an input may take, bytes.
const BYTES_MAX: u64 = 64 << 20;

fuzz_target!(init: contain_panics_of_decoders(), |input: &[u8]| {
    let limits = Limits { pixels_max: PIXELS_MAX, decoding_bytes_max: BYTES_MAX, ..Limits::default() };
    let Ok(Ok(header)) = std::panic::catch_unwind(|| Header::read(input, &limits)) else { return };
    let pixels = u64::from(header.width) * u64::from(header.height);
    assert!(pixels > 0 && pixels <= PIXELS_MAX, "{} × {}", header.width, header.height);
    assert!(header.decoding_bytes <= BYTES_MAX, "{} bytes", header.decoding_bytes);
    let Ok(Ok(made)) = std::panic::catch_unwind(|| Renditions::of(input, &limits)) else { return };
    let stored = [header.width, header.height];
    let seen = [made.size.width, made.size.height];
    assert!(seen == stored || seen == [stored[1], stored[0]], "{stored:?} became {seen:?}");
    assert!(!made.files.is_empty());
    for file in &made.files {
        assert!(WIDTHS.contains(&file.width));
        // What was written here is an image that is read here, in the width that it is kept under or less.
        let header = Header::read(&file.bytes, &Limits { side_min: 1, ..limits.clone() }).expect("an image");
        assert_eq!(header.width, file.width.min(made.size.width));
    }
});
