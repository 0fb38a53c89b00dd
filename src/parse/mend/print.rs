//! Writes a sheet as the flat, well-formed RSS 2.0 or Atom 1.0 that feed-rs reads. Every entry carries its place in
//! the document as its id, so that hints find it again; and instead of its long texts their places among its fields,
//! so that they are not copied and read once more. Its link is left to the hints.

use std::fmt::Write;

use url::Url;

use super::{Family, Field, Fields, Form, Sheet, Space};

/// Where an entry's full text may stand, the best first.
const CONTENT: &[(Space, &str)] = &[
    (Space::Content, "encoded"),
    (Space::Native, "content"),
    (Space::Xhtml, "body"),
    (Space::Native, "body"),
    (Space::Xhtml, "div"),
    (Space::Native, "div"),
    (Space::Native, "fullitem"),
];

/// Where its shorter text may stand, the best first.
const SUMMARY: &[(Space, &str)] = &[
    (Space::Native, "description"),
    (Space::Native, "summary"),
    (Space::Dc, "description"),
    (Space::Dc, "abstract"),
    (Space::Media, "description"),
    (Space::Itunes, "summary"),
    (Space::Media, "text"),
    (Space::Itunes, "subtitle"),
    (Space::Native, "subtitle"),
];

/// Where a title may stand, the best first.
const TITLE: &[(Space, &str)] =
    &[(Space::Native, "title"), (Space::Dc, "title"), (Space::Media, "title"), (Space::Itunes, "title")];

/// The document for feed-rs.
pub(in crate::parse) fn print(sheet: &Sheet<'_>) -> String {
    let mut out = String::with_capacity(4096);
    match sheet.family {
        Family::Rss => rss(sheet, &mut out),
        Family::Atom => atom(sheet, &mut out),
    }
    out
}

fn rss(sheet: &Sheet<'_>, out: &mut String) {
    out.push_str("<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>");
    element(out, "title", &[], pick(&sheet.feed, TITLE).map(text_of));
    element(out, "link", &[], feed_link(sheet).as_ref().map(Url::as_str));
    for (at, entry) in sheet.entries.iter().enumerate() {
        out.push_str("<item>");
        element(out, "guid", &[], Some(&at.to_string()));
        element(out, "title", &[], pick(entry, TITLE).map(text_of));
        element(out, "description", &[], place(entry, SUMMARY).map(|(at, _)| at.to_string()).as_deref());
        element(out, "content:encoded", &[], place(entry, CONTENT).map(|(at, _)| at.to_string()).as_deref());
        for field in entry.fields.iter().filter(|it| it.is(Space::Native, "category")) {
            let term = field.text().or_else(|| field.attribute("label")).or_else(|| field.attribute("term"));
            let domain = field.attribute("domain").or_else(|| field.attribute("scheme"));
            element(out, "category", &[("domain", domain)], term);
        }
        out.push_str("</item>");
    }
    out.push_str("</channel></rss>");
}

fn atom(sheet: &Sheet<'_>, out: &mut String) {
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">");
    title(out, &sheet.feed);
    link(out, feed_link(sheet).as_ref().map(Url::as_str));
    for (at, entry) in sheet.entries.iter().enumerate() {
        out.push_str("<entry>");
        element(out, "id", &[], Some(&at.to_string()));
        title(out, entry);
        for (name, wanted) in [("summary", SUMMARY), ("content", CONTENT)] {
            if let Some((at, field)) = place(entry, wanted) {
                construct(out, name, field, &at.to_string());
            }
        }
        for field in entry.fields.iter().filter(|it| it.is(Space::Native, "category")) {
            // A term may be a number or an address; the label is what readers are meant to see.
            let term = field.attribute("label").or_else(|| field.attribute("term")).or_else(|| field.text());
            let Some(term) = term else { continue };
            out.push_str("<category");
            attributes(out, &[("term", Some(term)), ("scheme", field.attribute("scheme"))]);
            out.push_str("/>");
        }
        out.push_str("</entry>");
    }
    out.push_str("</feed>");
}

/// The best field of a list that has text, and where it stands.
fn place<'s, 'a>(fields: &'s Fields<'a>, wanted: &[(Space, &str)]) -> Option<(usize, &'s Field<'a>)> {
    wanted.iter().find_map(|(space, name)| {
        let mut all = fields.fields.iter().enumerate();
        all.find(|(_, it)| it.is(*space, name) && it.text().is_some())
    })
}

/// The best field of a list that has text.
fn pick<'s, 'a>(fields: &'s Fields<'a>, wanted: &[(Space, &str)]) -> Option<&'s Field<'a>> {
    place(fields, wanted).map(|(_, it)| it)
}

fn text_of<'s>(field: &'s Field<'_>) -> &'s str {
    field.text.trim()
}

fn title(out: &mut String, fields: &Fields<'_>) {
    if let Some(field) = pick(fields, TITLE) {
        construct(out, "title", field, text_of(field));
    }
}

/// An Atom text construct (RFC 4287 section 3.1) with a type that is always one of the three: the field's. What is
/// written is the field's text or its place.
fn construct(out: &mut String, name: &str, field: &Field<'_>, written: &str) {
    let html = match field.form {
        Form::Html => true,
        Form::Plain => false,
        // Publishers leave `type` out far more often than they mean text that looks like markup.
        Form::Open => looks_like_html(&field.text),
    };
    element(out, name, &[("type", Some(if html { "html" } else { "text" }))], Some(written));
}

fn link(out: &mut String, href: Option<&str>) {
    if href.is_some() {
        out.push_str("<link");
        attributes(out, &[("rel", Some("alternate")), ("href", href)]);
        out.push_str("/>");
    }
}

/// An element with text, as CDATA: nothing in it needs a reference. Without text there is no element.
fn element(out: &mut String, name: &str, attrs: &[(&str, Option<&str>)], text: Option<&str>) {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return };
    out.push('<');
    out.push_str(name);
    attributes(out, attrs);
    out.push_str("><![CDATA[");
    for (at, part) in text.split("]]>").enumerate() {
        if at > 0 {
            out.push_str("]]]]><![CDATA[>");
        }
        out.push_str(part);
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "]]></{name}>");
}

fn attributes(out: &mut String, attributes: &[(&str, Option<&str>)]) {
    for (key, value) in attributes {
        let Some(value) = value else { continue };
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        super::push_escaped(out, value, true);
        out.push('"');
    }
}

/// Whether text of unstated type is meant as HTML: it has an end tag, a lone tag of HTML or a reference.
fn looks_like_html(text: &str) -> bool {
    let reference = |text: &str| {
        let mut parts = text.split('&').skip(1).filter_map(|it| it.split_once(';'));
        parts.any(|(name, _)| {
            (2..9).contains(&name.len()) && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#')
        })
    };
    let tag = |text: &str| {
        text.split('<').skip(1).any(|it| {
            let it = it.strip_prefix('/').unwrap_or(it);
            let end = it.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(it.len());
            let name = it.get(..end).unwrap_or_default();
            HTML.iter().any(|known| known.eq_ignore_ascii_case(name)) && it.contains('>')
        })
    };
    tag(text) || reference(text)
}

/// Elements whose tags in a text of unstated type show that it is HTML.
const HTML: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "script",
    "span",
    "strong",
    "table",
    "td",
    "tr",
    "u",
    "ul",
];

/// The site a feed belongs to, absolute.
pub(in crate::parse) fn feed_link(sheet: &Sheet<'_>) -> Option<Url> {
    let text = best_link(&sheet.feed, sheet.family)?;
    Url::parse(&text).ok().filter(|it| matches!(it.scheme(), "http" | "https"))
}

/// An entry's link to the original, absolute where a base is known.
pub(in crate::parse) fn entry_link(entry: &Fields<'_>, family: Family) -> Option<String> {
    best_link(entry, family).or_else(|| permalink(entry))
}

fn best_link(fields: &Fields<'_>, family: Family) -> Option<String> {
    let links = || fields.fields.iter().filter(|it| it.is(Space::Native, "link"));
    let texts =
        || links().find_map(|it| it.text().filter(|_| it.attribute("rel").is_none()).map(|text| (it, text)));
    let hrefs = |html: bool| {
        links().find_map(|it| {
            let href = it.attribute("href").or_else(|| it.text())?;
            let rel = it.attribute("rel").map_or("alternate", |it| it.rsplit('/').next().unwrap_or(it));
            let kind = it.attribute("type").is_none_or(|it| it.contains("html"));
            (rel.eq_ignore_ascii_case("alternate") && (kind || !html)).then_some((it, href))
        })
    };
    let (field, text) = match family {
        Family::Rss => texts().or_else(|| hrefs(true)).or_else(|| hrefs(false)),
        Family::Atom => hrefs(true).or_else(|| hrefs(false)).or_else(texts),
    }?;
    resolve(field, text)
}

/// The identity as the link, where it is an address of whatever scheme and does not say that it is none; which addresses
/// may be followed is not decided here.
fn permalink(entry: &Fields<'_>) -> Option<String> {
    let field = entry.first(Space::Native, "guid").or_else(|| entry.first(Space::Native, "id"));
    let Some(field) = field else { return entry.about.as_deref().and_then(address) };
    match field.attribute("ispermalink").map(str::to_ascii_lowercase).as_deref() {
        // What says that it is a link may be a relative one.
        Some("true") => resolve(field, field.text()?).filter(|it| Url::parse(it).is_ok()),
        None => field.text().and_then(address),
        Some(_) => None,
    }
}

/// A reference made absolute where the field's base is known, else as it stands. In an address `&amp;` is an
/// ampersand that was escaped once too often.
fn resolve(field: &Field<'_>, reference: &str) -> Option<String> {
    let reference = reference.replace("&amp;", "&");
    if let Some(address) = address(&reference) {
        return Some(address);
    }
    let absolute = field.base.as_ref().and_then(|base| base.join(&reference).ok());
    Some(absolute.map_or(reference, String::from))
}

/// An absolute address as it is written, without an empty query or fragment: those say nothing.
fn address(text: &str) -> Option<String> {
    Url::parse(text).ok()?;
    Some(text.trim_end_matches('#').trim_end_matches('?').to_owned())
}
