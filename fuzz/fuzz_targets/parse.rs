//! The whole way from bytes to drafts: the same bytes give the same feed, every text of it is fit for XML, and it is
//! not much larger than the document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{
    base, contain_panics_of_feed_rs, document, is_lawful,
    parse::{self, ParseError},
    texts,
};

/// How much larger than the document all texts of a feed may be, for a feed without entries.
const BYTES_MAX: usize = 2_000;

/// How much larger for each entry: its base, its language, the names of the feed's authors.
const ENTRY_BYTES_MAX: usize = 4_000;

/// How many times the document's size they may be besides: a text that is escaped, a character of three bytes where
/// the document has one.
const GROWTH_MAX: usize = 20;

fuzz_target!(init: contain_panics_of_feed_rs(), |input: &[u8]| {
    let base = base();
    let document = document(input, &base);
    let result = parse::feed(&document);
    assert_eq!(result, parse::feed(&document), "not the same feed twice");
    match result {
        Ok(feed) => {
            let texts = texts(&feed);
            if let Some(text) = texts.iter().find(|it| !is_lawful(it)) {
                panic!("a character that XML forbids: {text:?}");
            }
            let bytes: usize = texts.iter().map(|it| it.len()).sum();
            let most = GROWTH_MAX * input.len() + BYTES_MAX + ENTRY_BYTES_MAX * feed.drafts.len();
            assert!(bytes <= most, "{bytes} bytes of text from {} bytes", input.len());
        }
        Err(error) => assert_ne!(error, ParseError::Panicked, "feed-rs panics at a mended document"),
    }
});
