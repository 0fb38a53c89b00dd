//! The feeds.toml that `pressroll init` writes.

use url::{Host, Url};

use crate::model::{Slug, id::SLUG_BYTES_MAX};

use super::values::TITLE_CHARS_MAX;

const STARTER: &str = include_str!("starter.toml");

/// A complete file, as small as it can be.
pub const SMALLEST: &str = include_str!("smallest.toml");

const SAMPLE_URL: &str = "https://www.nasa.gov/news-release/feed/";
const SAMPLE_TITLE: &str = "NASA";

/// Second parts of country domains: in `bbc.co.uk` the name stands one further to the left.
const SHARED_SUFFIXES: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];

/// A commented feeds.toml: a complete and valid one, with the feed (its address and title) as source and a brand made
/// of it, or with a well-known public feed where none is given. `networks` are the private ones that the feed lies in.
pub fn starter(feed: Option<(&str, &str)>, networks: &[String]) -> String {
    let (url, title) = feed.unwrap_or((SAMPLE_URL, SAMPLE_TITLE));
    let parsed = Url::parse(url).ok();
    let slug = parsed.as_ref().and_then(slug_of).unwrap_or_else(|| "news".to_owned());
    let host = parsed.as_ref().and_then(Url::host_str).unwrap_or("News").to_owned();
    let home = parsed.as_ref().map(|it| it.origin().ascii_serialization());
    let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = title.chars().filter(|it| !it.is_control()).take(TITLE_CHARS_MAX).collect();
    let title = if title.is_empty() { host } else { title };
    let allowed = networks.iter().map(|it| text(it)).collect::<Vec<_>>().join(", ");
    let networks =
        if networks.is_empty() { String::new() } else { format!("allow_networks = [{allowed}]\n") };
    STARTER
        .replace("@networks@\n", &networks)
        .replace("@slug@", &slug)
        .replace("\"@url@\"", &text(url))
        .replace("\"@home@\"", &text(&home.unwrap_or_else(|| "https://www.example.com".to_owned())))
        .replace("\"@title@\"", &text(&title))
}

/// A TOML text with its quotation marks, on one line.
pub fn text(plain: &str) -> String {
    let mut written = String::from("\"");
    for it in plain.chars() {
        match it {
            '"' | '\\' => written.extend(['\\', it]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            it if it.is_control() => written.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => written.push(it),
        }
    }
    written.push('"');
    written
}

/// A slug from the host's most telling part: `apple` from `www.apple.com`, `bbc` from `feeds.bbc.co.uk`.
pub fn slug_of(url: &Url) -> Option<String> {
    let part = match url.host()? {
        Host::Domain(name) => {
            let parts: Vec<&str> = name.trim_end_matches('.').split('.').collect();
            let from_right = |at: usize| parts.len().checked_sub(at).and_then(|at| parts.get(at)).copied();
            let second = from_right(2).or(from_right(1))?;
            let shared = parts.len() > 2 && SHARED_SUFFIXES.contains(&second);
            if shared { from_right(3)?.to_owned() } else { second.to_owned() }
        }
        Host::Ipv4(address) => address.to_string().replace('.', "-"),
        Host::Ipv6(address) => address.to_string().replace(':', "-").trim_matches('-').to_owned(),
    };
    // "-press" is put behind it for the source's id.
    let short: String = part.chars().take(SLUG_BYTES_MAX - "-press".len()).collect();
    let slug = short.trim_matches(['-', '_', '.']);
    Slug::new(slug).ok().map(|it| it.as_str().to_owned())
}
