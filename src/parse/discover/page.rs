//! What one page and the header fields beside it lead to.

use url::Url;

use super::{
    Candidate, Clue, DECLARED_MAX, LINKED_MAX, Likeness, PAGE_BYTES_MAX, PAGES_MAX, TEXT_BYTES_MAX,
    URL_BYTES_MAX, likeness,
    words::{is_one, words},
};
use crate::{
    model::Document,
    parse::{
        Limits, decode,
        mend::{Scanner, Tag, Tally, Token},
    },
};

/// Types of feeds. A `Link` or `<link>` of another type is something else: oEmbed, a translation, a search.
const FEED_TYPES: [&str; 9] = [
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/rss",
    "application/rss+xml",
    "application/x-rss+xml",
    "application/xml",
    "text/rss+xml",
    "text/xml",
];

/// Words that name a feed in an address or in a link's text.
const FEED_WORDS: [&str; 7] = ["atom", "feed", "feeds", "rdf", "rss", "rss2", "xmlfeed"];
/// Ends of files that are feeds.
const FEED_ENDS: [&str; 5] = [".atom", ".rdf", ".rss", ".rss2", ".xml"];
/// XML files that are no feeds.
const OTHER_XML: [&str; 5] = ["browserconfig", "crossdomain", "opensearch", "osd", "sitemap"];
/// Elements whose content is no markup.
const RAW_ELEMENTS: [&str; 3] = ["script", "style", "textarea"];

/// What a page leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// What may be feeds: those that are declared, then those that are linked, each in document order, each once.
    pub feeds: Vec<Candidate>,
    /// Pages of the same site that are about the press, the most telling first.
    pub pages: Vec<Url>,
}

/// What a page, which stands at the document's base, and the values of its `Link` header fields lead to. A document
/// without a base leads nowhere.
pub fn offers(document: &Document<'_>, fields: &[String]) -> Offers {
    let Some(at) = document.base else { return Offers::default() };
    let mut found = Found { base: at.clone(), at, offers: Offers::default(), pages: Vec::new() };
    for link in fields.iter().flat_map(|it| links_of(it)) {
        found.declare(link.target, link.relation, link.kind);
    }
    let head = document.bytes.get(..document.bytes.len().min(PAGE_BYTES_MAX)).unwrap_or_default();
    let text = decode::decode(head, document.content_type, &mut Tally::default());
    found.read(&text);
    found.pages.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    let pages = found.pages.into_iter().take(PAGES_MAX).map(|(_, url)| url).collect();
    // Declared ones first: a stable sort keeps the order of the page.
    let mut feeds = found.offers.feeds;
    feeds.sort_by_key(|it| it.clue);
    Offers { feeds, pages }
}

struct Found<'a> {
    at: &'a Url,
    /// What references resolve against: the page's address, or what its `<base>` says.
    base: Url,
    offers: Offers,
    pages: Vec<(Likeness, Url)>,
}

/// A link whose text is still being read.
struct Anchor {
    url: Url,
    text: String,
}

impl Found<'_> {
    fn read(&mut self, text: &str) {
        let limits = Limits::default();
        let (mut scanner, mut tally) = (Scanner::of_page(text, &limits), Tally::default());
        let (mut open, mut has_base) = (None::<Anchor>, false);
        while let Some(token) = scanner.next(&mut tally) {
            match token {
                Token::Text(text) => {
                    if let Some(anchor) = &mut open {
                        push_bounded(&mut anchor.text, &text);
                    }
                }
                Token::Close(name) if name.eq_ignore_ascii_case("a") => self.close(open.take()),
                Token::Close(_) => {}
                Token::Open(tag) => {
                    let name = tag.name.to_ascii_lowercase();
                    match name.as_str() {
                        "base" if !has_base => has_base = self.rebase(&tag),
                        "link" => self.link(&tag),
                        "a" | "area" => {
                            self.close(open.take());
                            open = self.anchor(&tag);
                        }
                        "img" => {
                            if let (Some(anchor), Some(alt)) = (&mut open, tag.attribute("alt")) {
                                push_bounded(&mut anchor.text, alt);
                            }
                        }
                        raw if is_one(raw, &RAW_ELEMENTS) && !tag.empty => scanner.skip_raw(raw),
                        _ => {}
                    }
                }
            }
        }
        self.close(open);
    }

    fn rebase(&mut self, tag: &Tag<'_>) -> bool {
        let base = tag.attribute("href").and_then(|it| self.at.join(it.trim()).ok()).filter(is_web);
        self.base = base.clone().unwrap_or_else(|| self.base.clone());
        base.is_some()
    }

    fn link(&mut self, tag: &Tag<'_>) {
        let said = |name| tag.attribute(name).unwrap_or_default().to_owned();
        if let Some(href) = tag.attribute("href") {
            self.declare(href, &said("rel"), &said("type"));
        }
    }

    /// Takes a link that says what it is: an alternate of a feed's type, or a feed by its relation.
    fn declare(&mut self, target: &str, relation: &str, kind: &str) {
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let has = |wanted: &str| relation.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(wanted));
        let Some(url) = self.resolve(target) else { return };
        let is_feed = has("feed") && !has("stylesheet");
        let is_alternate = has("alternate") && !has("stylesheet") && is_one(&kind, &FEED_TYPES);
        // JSON is the type of many an alternate: only one that is called a feed is tried.
        let is_json = has("alternate") && kind == "application/json" && looks_like_feed(&url);
        if is_feed || is_alternate || is_json {
            self.add(url, Clue::Declared, DECLARED_MAX);
        }
    }

    fn anchor(&mut self, tag: &Tag<'_>) -> Option<Anchor> {
        let url = self.resolve(tag.attribute("href")?)?;
        let mut text = String::new();
        for name in ["title", "aria-label", "type"] {
            push_bounded(&mut text, tag.attribute(name).unwrap_or_default());
        }
        Some(Anchor { url, text })
    }

    /// Judges a link now that its text is known.
    fn close(&mut self, anchor: Option<Anchor>) {
        let Some(Anchor { url, text }) = anchor else { return };
        let named = words(&text).any(|it| is_one(&it, &FEED_WORDS));
        if looks_like_feed(&url) || (named && is_same_site(self.at, &url)) {
            self.add(url, Clue::Linked, LINKED_MAX);
            return;
        }
        let same_host = url.host() == self.at.host();
        let judged = if same_host { &without_host(&url) } else { &url };
        let likeness = likeness(judged, Some(&text));
        let elsewhere = !same_host || url.path() != self.at.path();
        let is_new = !self.pages.iter().any(|(_, it)| *it == url);
        // Bounded before it is sorted: what stands first on a page is its menu.
        if likeness > Likeness::None && is_same_site(self.at, &url) && elsewhere && is_new {
            let full = self.pages.len() >= PAGES_MAX * 4;
            self.pages.extend((!full).then_some((likeness, url)));
        }
    }

    fn add(&mut self, url: Url, clue: Clue, most: usize) {
        let feeds = &mut self.offers.feeds;
        let full = feeds.iter().filter(|it| it.clue == clue).count() >= most;
        match feeds.iter_mut().find(|it| it.url == url) {
            Some(known) => known.clue = known.clue.min(clue),
            None => feeds.extend((!full).then_some(Candidate { url, clue })),
        }
    }

    fn resolve(&self, reference: &str) -> Option<Url> {
        if reference.len() > URL_BYTES_MAX {
            return None;
        }
        let reference = reference.trim();
        // `feed:` was once written for readers to open: `feed://host/…` and `feed:https://…`.
        let plain = match reference.get(..5).filter(|it| it.eq_ignore_ascii_case("feed:")) {
            Some(_) => {
                let rest = reference.get(5..).unwrap_or_default();
                if rest.starts_with("//") { format!("http:{rest}") } else { rest.to_owned() }
            }
            None => reference.to_owned(),
        };
        let mut url = self.base.join(&plain).ok().filter(is_web)?;
        url.set_fragment(None);
        // A page has no say in who we log in as; of an address of the web both can be taken away.
        url.set_username("").and_then(|()| url.set_password(None)).ok()?;
        Some(url)
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// The address with everything before its path left out, so that `press.acme.example` does not make each of its pages
/// one about the press.
fn without_host(url: &Url) -> Url {
    let mut bare = url.clone();
    // A host that cannot be taken away stays: then the words of it count.
    let _kept = bare.set_host(Some("x.invalid"));
    bare
}

/// Whether an address is called like a feed.
fn looks_like_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_other = words(last).any(|it| is_one(&it, &OTHER_XML) || it.starts_with("sitemap"));
    let by_end = FEED_ENDS.iter().any(|it| last.ends_with(it)) || matches!(last, "feed.json" | "rss.aspx");
    let by_segment = path.split('/').any(|it| is_one(it, &FEED_WORDS));
    let by_query = url.query_pairs().any(|(name, value)| {
        let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
        is_one(&name, &FEED_WORDS) || is_one(&value, &FEED_WORDS)
    });
    let by_host = url.domain().is_some_and(|it| it.starts_with("feeds.") || it.starts_with("rss."));
    !is_other && (by_end || by_segment || by_query || by_host)
}

/// Whether two addresses belong to one site: the same host, or one below the other.
fn is_same_site(page: &Url, other: &Url) -> bool {
    let (Some(page), Some(other)) = (page.host_str(), other.host_str()) else { return false };
    let (page, other) = (page.trim_start_matches("www."), other.trim_start_matches("www."));
    let below = |lower: &str, upper: &str| {
        lower.strip_suffix(upper).is_some_and(|it| it.ends_with('.')) && upper.contains('.')
    };
    page == other || below(other, page) || below(page, other)
}

fn push_bounded(to: &mut String, text: &str) {
    let room = TEXT_BYTES_MAX.saturating_sub(to.len());
    if room > 1 && !text.is_empty() {
        to.push(' ');
        to.push_str(text.get(..text.floor_char_boundary(room - 1)).unwrap_or_default());
    }
}

/// One link of a `Link` header field.
struct FieldLink<'a> {
    target: &'a str,
    relation: &'a str,
    kind: &'a str,
}

/// The links of one field: `<target>; rel="alternate"; type="…", <…>` (RFC 8288, section 3).
fn links_of(field: &str) -> Vec<FieldLink<'_>> {
    let mut links = Vec::new();
    let mut rest = field;
    while let Some((_, after)) = rest.split_once('<')
        && let Some((target, parameters)) = after.split_once('>')
        && links.len() < DECLARED_MAX
    {
        let (mut relation, mut kind) = ("", "");
        rest = parameters;
        while let Some(after) = rest.trim_start().strip_prefix(';') {
            let (name, value, left) = parameter(after.trim_start());
            rest = left;
            if name.eq_ignore_ascii_case("rel") && relation.is_empty() {
                relation = value;
            } else if name.eq_ignore_ascii_case("type") && kind.is_empty() {
                kind = value;
            }
        }
        links.push(FieldLink { target, relation, kind });
    }
    links
}

/// Name and value of the parameter that `text` begins with, and what follows it.
fn parameter(text: &str) -> (&str, &str, &str) {
    let (name, rest) = text.split_at(text.find(['=', ';', ',']).unwrap_or(text.len()));
    let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { return (name.trim(), "", rest) };
    if let Some(quoted) = value.strip_prefix('"') {
        let (inner, left) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (name.trim(), inner, left);
    }
    let (bare, left) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
    (name.trim(), bare.trim(), left)
}
