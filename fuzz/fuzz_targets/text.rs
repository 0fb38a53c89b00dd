//! Any title into one line of text: short, and nothing in it that cannot be seen or turns what follows.
#![no_main]

use icu::segmenter::GraphemeClusterSegmenter;
use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::sanitize;

fuzz_target!(|input: &[u8]| {
    let raw = String::from_utf8_lossy(input);
    let text = sanitize::text(&raw);
    check(text.as_str(), sanitize::TEXT_GRAPHEMES_MAX);
    assert!(text.as_str().len() <= sanitize::TEXT_BYTES_MAX);
    let excerpt = sanitize::excerpt(&sanitize::html(&raw, None), sanitize::EXCERPT_GRAPHEMES_MAX);
    check(excerpt.as_str(), sanitize::EXCERPT_GRAPHEMES_MAX);
});

fn check(text: &str, graphemes_max: usize) {
    let graphemes = GraphemeClusterSegmenter::new().segment_str(text).skip(1).count();
    assert!(graphemes <= graphemes_max, "{graphemes} graphemes: {text:?}");
    assert_eq!(text.trim(), text, "spaces at the ends");
    for it in text.chars() {
        let hides = matches!(it,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
        assert!(!it.is_control() && !hides, "{it:?} in {text:?}");
    }
}
