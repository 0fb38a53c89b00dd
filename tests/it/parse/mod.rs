//! Parsing, looked at from outside: bytes in, drafts out.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what these tests rest on fails a test where it is missing"
)]

#[cfg(feature = "suite-corpus")]
mod breakage;
mod broken;
mod cadence;
mod charsets;
mod contained;
#[cfg(feature = "suite-corpus")]
mod corpus;
mod dates;
mod faults;
mod fields;
mod fuzzed;
mod hints;
mod hostile;
mod instead;
mod json;
mod language;
#[cfg(all(feature = "suite-corpus", feature = "suite-python"))]
mod score;

use pressroll::{
    model::{Document, Draft, Feed},
    parse::{self, ParseError},
};
use url::Url;

/// An entry that there is nothing wrong with.
const GOOD: &str = "<item><title>ok</title></item>";

/// Reads `bytes` as they would come from `http://news.example/press/feed`.
fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Feed, ParseError> {
    let base = Url::parse("http://news.example/press/feed").unwrap();
    parse::feed(&Document { bytes, content_type, base: Some(&base) })
}

/// A feed that must be readable.
fn feed(text: &str) -> Feed {
    read(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}: {text:.200}"))
}

/// The only entry of RSS 2.0 with one item of these elements.
fn item(elements: &str) -> Draft {
    only(feed(&rss(&format!("<item>{elements}</item>"))))
}

/// The only entry of Atom with one entry of these elements.
fn entry(elements: &str) -> Draft {
    only(feed(&format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{elements}</entry></feed>")))
}

fn only(feed: Feed) -> Draft {
    assert_eq!(feed.drafts.len(), 1, "{feed:?}");
    feed.drafts.into_iter().next().unwrap()
}

fn rss(inside: &str) -> String {
    let spaces = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/' \
                  xmlns:content='http://purl.org/rss/1.0/modules/content/' \
                  xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
                  xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'";
    format!(
        "<?xml version='1.0'?><rss version='2.0' {spaces}><channel><title>News</title>{inside}</channel></rss>"
    )
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.drafts.iter().map(|it| it.title.as_deref().unwrap_or("(none)")).collect()
}

fn content(draft: &Draft) -> &str {
    draft.content.as_ref().map_or("(none)", |it| &it.0)
}

fn terms(draft: &Draft) -> Vec<&str> {
    draft.categories.iter().map(|it| it.term.as_str()).collect()
}

fn repaired(feed: &Feed, what: &str) -> u32 {
    feed.repairs.iter().find(|it| it.flaw.name() == what).map_or(0, |it| it.count)
}
