//! The rooms of pressroll that fuzzing is about. `parse` and `sanitize` import `model` alone, so that they build without the
//! rest of the house: in half a minute, and with every one of their edges counted.

#[path = "../../src/model/mod.rs"]
pub mod model;
#[path = "../../src/parse/mod.rs"]
pub mod parse;
#[path = "../../src/sanitize/mod.rs"]
pub mod sanitize;

/// What becomes of an image, without what fetches images and keeps pictures.
#[path = "../../src/media"]
pub mod media {
    #[expect(dead_code, reason = "nothing is kept on disk here")]
    mod errors;
    mod header;
    mod jpeg;
    mod limits;
    #[expect(dead_code, reason = "the placeholder is not drawn here")]
    mod pixels;
    mod renditions;
    mod size;

    pub use self::{errors::MediaError, header::Header, limits::Limits, renditions::Renditions, size::Size};
}

/// What images need of fetching to say what went wrong with them.
pub mod fetch {
    /// Nothing is fetched here.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    #[error("nothing is fetched here")]
    pub struct FetchError;

    impl FetchError {
        /// See the product.
        pub fn is_passing(&self) -> bool {
            false
        }
    }
}

use std::{panic, process};

use model::{Document, Feed};
use serde_json::Value;
use url::Url;

/// What transports say of documents: one of these precedes each.
const CONTENT_TYPES: [Option<&str>; 8] = [
    None,
    Some("text/xml"),
    Some("application/rss+xml; charset=utf-8"),
    Some("text/xml; charset=iso-8859-1"),
    Some("text/xml; charset=\"utf-16\""),
    Some("text/xml; charset=shift_jis"),
    Some("text/html; charset=cp437"),
    Some("application/feed+json; charset=iso-2022-jp"),
];

/// Takes an input apart: its last byte says what the transport says, and whether the address is known. It is the last so
/// that real documents are inputs as they are.
pub fn document<'a>(input: &'a [u8], base: &'a Url) -> Document<'a> {
    let last = usize::from(input.last().copied().unwrap_or_default());
    let content_type = CONTENT_TYPES[last % CONTENT_TYPES.len()];
    Document { bytes: input, content_type, base: (last < 128).then_some(base) }
}

/// Where the documents come from.
pub fn base() -> Url {
    Url::parse("https://press.example/news/feed.xml").expect("an address")
}

/// Lets panics of feed-rs and what it is built on be: `parse` contains them. All others, ours and those of the
/// checks, end the run at once, so that libFuzzer keeps the input.
pub fn contain_panics_of_feed_rs() {
    contain_panics_of(&["/feed-rs-", "/quick-xml-", "/mediatype-", "/mime-"]);
}

/// The same for what decodes images: `media` contains a panic of theirs as one image's error.
pub fn contain_panics_of_decoders() {
    contain_panics_of(&["/image-", "/image-webp-", "/zune-", "/png-", "/gif-", "/weezl-", "/fdeflate-"]);
}

fn contain_panics_of(names: &'static [&'static str]) {
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let is_theirs = |it: &panic::Location<'_>| names.iter().any(|name| it.file().contains(name));
        if !panic.location().is_some_and(is_theirs) {
            end(panic);
            process::abort();
        }
    }));
}

/// Whether XML 1.0 (section 2.2) allows every character; said again here, so that the product is not its own judge.
pub fn is_lawful(text: &str) -> bool {
    text.chars().all(
        |it| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..),
    )
}

/// Every text of a feed, found by serialising it: a new field is looked at without being named here.
pub fn texts(feed: &Feed) -> Vec<String> {
    let mut left: Vec<Value> =
        feed.drafts.iter().map(|it| serde_json::to_value(it).expect("plain values")).collect();
    let mut texts: Vec<String> =
        [&feed.title, &feed.link, &feed.language].into_iter().flatten().cloned().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => texts.push(text),
            Value::Array(values) => left.extend(values),
            Value::Object(fields) => left.extend(fields.into_iter().map(|(_, value)| value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    texts
}
