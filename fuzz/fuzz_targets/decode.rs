//! Bytes into text: whatever they are, the text is fit for XML, and its own UTF-8 is read as the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{base, document, is_lawful, model::Document, parse::stages};

fuzz_target!(|input: &[u8]| {
    let base = base();
    let document = document(input, &base);
    let text = stages::decode(&document);
    assert!(is_lawful(&text), "a character that XML forbids: {text:?}");
    // No character set has characters that take more than three bytes of UTF-8 for one of its own.
    assert!(text.len() <= 3 * input.len(), "{} bytes of {}", text.len(), input.len());
    assert_eq!(text, stages::decode(&document), "not the same text twice");
    // A second declaration is text to the first reading, and a declaration to the second.
    if !text.contains("<?xml") && !text.starts_with(|it: char| it.is_whitespace() || it == '\u{feff}') {
        let again = Document { bytes: text.as_bytes(), content_type: None, base: None };
        assert_eq!(text, stages::decode(&again), "decoded text is decoded otherwise");
    }
});
