//! What an answer's `Link` fields (RFC 8288) say of the hub that pushes the document.

use http::{HeaderMap, header};
use url::Url;

use super::route::Route;

/// Most links of one answer that are looked at.
const LINKS_MAX: usize = 64;

/// Where a document is pushed from, as `Link` fields say; addresses are absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The first hub (`rel=hub`).
    pub hub: Option<String>,
    /// What the document calls itself (`rel=self`).
    pub topic: Option<String>,
}

impl Links {
    /// Reads the fields of an answer that came from `at`.
    pub(super) fn of(fields: &HeaderMap, at: &Url) -> Self {
        let lines =
            fields.get_all(header::LINK).iter().filter_map(|it| std::str::from_utf8(it.as_bytes()).ok());
        let mut found = Self::default();
        for link in lines.flat_map(links).take(LINKS_MAX) {
            let Some(address) = absolute(link.target, at).filter(|_| link.is_of(at)) else { continue };
            if link.has_relation("hub") && found.hub.is_none() {
                found.hub = Some(address.clone());
            }
            if link.has_relation("self") && found.topic.is_none() {
                found.topic = Some(address);
            }
        }
        found
    }
}

impl Links {
    /// These, without a hub that a foreign host names at the source's own: nobody else may choose which of the operator's
    /// own addresses is sent a form.
    pub(super) fn from(mut self, route: &Route<'_>) -> Self {
        self.hub = self.hub.filter(|it| route.is_own() || !route.names_home(it));
        self
    }
}

/// An address that stands whole stays as it was written: hubs compare topics letter by letter.
fn absolute(target: &str, at: &Url) -> Option<String> {
    let target = target.trim();
    let is_web = |it: &Url| matches!(it.scheme(), "http" | "https");
    match Url::parse(target) {
        Ok(url) => is_web(&url).then(|| target.to_owned()),
        Err(_) => at.join(target).ok().filter(is_web).map(String::from),
    }
}

/// One link: its target, and the parameters that matter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Link<'a> {
    target: &'a str,
    relations: Option<&'a str>,
    anchor: Option<&'a str>,
}

impl<'a> Link<'a> {
    /// Whether it speaks of the document itself, and not of another (section 3.2).
    fn is_of(&self, at: &Url) -> bool {
        self.anchor.is_none_or(|it| at.join(it).is_ok_and(|it| it == *at))
    }

    fn has_relation(&self, name: &str) -> bool {
        self.relations.is_some_and(|it| it.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(name)))
    }

    /// Takes note of a parameter; of several with one name the first counts (section 3.3).
    fn note(&mut self, name: &str, value: &'a str) {
        let place = match name.to_ascii_lowercase().as_str() {
            "rel" => &mut self.relations,
            "anchor" => &mut self.anchor,
            _ => return,
        };
        place.get_or_insert(value);
    }
}

/// The links of one field's value. What cannot be read ends it.
fn links(value: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let mut link = Link { target, ..Link::default() };
        rest = after;
        while let Some((name, value, after)) = parameter(rest) {
            link.note(name, value);
            rest = after;
        }
        Some(link)
    })
}

/// The next parameter of a link, its name and value, and what stands behind it; `None` where the link ends.
fn parameter(rest: &str) -> Option<(&str, &str, &str)> {
    let rest = rest.trim_ascii_start().strip_prefix(';')?.trim_ascii_start();
    let end = rest.find([';', ',', '=']).unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end)?;
    let Some(value) = after.strip_prefix('=').map(str::trim_ascii_start) else {
        return Some((name.trim_ascii(), "", after));
    };
    if let Some(quoted) = value.strip_prefix('"') {
        // An escaped character is none that a relation or an address holds: it need not be resolved, only passed.
        let mut is_escaped = false;
        let end = quoted.find(|it: char| {
            let ends = it == '"' && !is_escaped;
            is_escaped = it == '\\' && !is_escaped;
            ends
        })?;
        let (value, after) = quoted.split_at_checked(end)?;
        return Some((name.trim_ascii(), value, after.strip_prefix('"')?));
    }
    let end = value.find([';', ',']).unwrap_or(value.len());
    let (value, after) = value.split_at_checked(end)?;
    Some((name.trim_ascii(), value.trim_ascii(), after))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};
    use url::Url;

    use super::Links;

    fn said(lines: &[&str]) -> Links {
        let mut fields = HeaderMap::new();
        for line in lines {
            fields.append(header::LINK, HeaderValue::from_str(line).unwrap());
        }
        Links::of(&fields, &Url::parse("https://acme.example/press/rss.xml").unwrap())
    }

    fn links(hub: &str, topic: &str) -> Links {
        let some = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
        Links { hub: some(hub), topic: some(topic) }
    }

    #[test]
    fn hub_and_self_are_found_in_one_line_or_several_in_any_order_and_letter_case() {
        let both = links("https://hub.example/", "https://acme.example/rss");
        assert_eq!(
            said(&["<https://hub.example/>; rel=\"hub\", <https://acme.example/rss>; rel=\"self\""]),
            both
        );
        assert_eq!(said(&["<https://acme.example/rss>;rel=self", "<https://hub.example/>;REL=Hub"]), both);
        let crowded = "</x>; title=\"a, <b>; rel=hub \\\" c\"; rel=next, <https://hub.example/> ; type=\"x\" ; rel=\"x hub\"";
        assert_eq!(said(&[crowded, "<https://acme.example/rss>; rel = self"]), both);
    }

    #[test]
    fn the_first_hub_counts_and_a_topic_that_stands_whole_is_kept_letter_by_letter() {
        let found =
            said(&["<https://one.example>; rel=hub, <https://two.example>; rel=hub", "<../All>; rel=self"]);
        assert_eq!(found, links("https://one.example", "https://acme.example/All"));
        assert_eq!(
            said(&["<HTTPS://Acme.example:443/a%7eb>; rel=self"]).topic.unwrap(),
            "HTTPS://Acme.example:443/a%7eb"
        );
    }

    #[test]
    fn links_of_other_documents_and_of_other_schemes_say_nothing() {
        assert_eq!(said(&["<https://hub.example/>; rel=hub; anchor=\"/other\""]), Links::default());
        assert_eq!(said(&["<https://h.example/>; rel=hub; anchor=\"\""]), links("https://h.example/", ""));
        assert_eq!(said(&["<ftp://hub.example/>; rel=hub, <javascript:1>; rel=self"]), Links::default());
        assert_eq!(said(&["<https://hub.example/>; rel=hubs; rel=hub"]), Links::default());
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        for broken in [
            "",
            "<",
            "<>",
            "hub",
            "<https://h.example/",
            "<https://h.example/>; rel=\"hub",
            "<a>;;;rel",
            ",,,",
        ] {
            assert_eq!(said(&[broken]).hub, None, "{broken}");
        }
        assert_eq!(
            said(&["<a>; rel=\"x, <https://h.example/>; rel=hub"]).hub.as_deref(),
            Some("https://h.example/")
        );
    }
}
