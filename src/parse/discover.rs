//! The feeds that a web page names: `<link rel="alternate" type="application/rss+xml" href="…">` in its head.

use url::Url;

use super::{decode, mend::Tally};

/// How much of a page is looked through, bytes.
const PAGE_BYTES_MAX: usize = 512 * 1024;
/// Most feeds that are named.
const FEEDS_MAX: usize = 20;

const FEED_TYPES: [&str; 4] =
    ["application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"];

/// The addresses of the feeds a page offers, in its order, each once.
pub fn feeds(page: &[u8], content_type: Option<&str>, base: &Url) -> Vec<Url> {
    let head = page.get(..page.len().min(PAGE_BYTES_MAX)).unwrap_or_default();
    let text = decode::decode(head, content_type, &mut Tally::default());
    let mut feeds = Vec::new();
    for tag in tags(&text, "link") {
        let attribute =
            |name| attributes(tag).find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        let is_alternate = attribute("rel")
            .is_some_and(|it| it.split_whitespace().any(|it| it.eq_ignore_ascii_case("alternate")));
        let is_feed = attribute("type")
            .is_some_and(|it| FEED_TYPES.iter().any(|kind| it.trim().eq_ignore_ascii_case(kind)));
        let address = attribute("href").and_then(|it| base.join(&it.replace("&amp;", "&")).ok());
        if let Some(address) = address.filter(|it| is_alternate && is_feed && it.scheme().starts_with("http"))
            && !feeds.contains(&address)
            && feeds.len() < FEEDS_MAX
        {
            feeds.push(address);
        }
    }
    feeds
}

/// The insides of every start tag called `name`.
fn tags<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.split('<').skip(1).filter_map(move |it| {
        let (start, rest) = it.split_at_checked(name.len())?;
        let is_named =
            start.eq_ignore_ascii_case(name) && rest.starts_with(|it: char| it.is_ascii_whitespace());
        is_named.then(|| rest.split('>').next().unwrap_or(rest))
    })
}

/// Names and values, quoted or bare.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let start = rest.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == '/');
        let end = start.find(|it: char| it.is_ascii_whitespace() || it == '=').unwrap_or(start.len());
        let (name, after) = start.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            rest = after;
            return Some((name, ""));
        };
        let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''));
        let (value, left) = match quote {
            Some(quote) => value.get(1..)?.split_once(quote)?,
            None => value
                .split_at_checked(value.find(|it: char| it.is_ascii_whitespace()).unwrap_or(value.len()))?,
        };
        rest = left;
        Some((name, value))
    })
}
