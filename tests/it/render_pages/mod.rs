//! What people see: widgets, pages, dates, accents.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what these tests prepare for themselves is whole, or they have failed"
)]

mod bodies;
mod dates;
mod entry;
mod folds;
mod oembed;
mod pages;
mod rights;
mod safety;
mod sample;
mod widget;

use pressroll::render::document::Document;

/// A document's HTML.
fn html(document: &Document) -> String {
    String::from_utf8(document.bytes.clone()).unwrap()
}

/// What lies between `from` and the next `to`.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}")) + from.len();
    let end = text[start..].find(to).unwrap_or_else(|| panic!("no {to} after {from}"));
    &text[start..start + end]
}

/// A query as pairs.
fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
