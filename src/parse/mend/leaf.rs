//! The text of one field while it is being read: references resolved once, child elements written out as markup.

use std::borrow::Cow;

use super::{
    entity::is_xml_char,
    scan::Tag,
    sheet::{Family, Form},
    space::Space,
    tally::Tally,
};
use crate::model::Flaw;

/// Elements that have no end tag in HTML.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Fields whose child elements are markup that belongs to the text; of all others only the text counts.
const MARKED_UP: &[&str] = &[
    "title",
    "subtitle",
    "tagline",
    "info",
    "description",
    "summary",
    "content",
    "encoded",
    "body",
    "div",
    "fullitem",
    "abstract",
    "text",
];

/// Whether HTML knows no end tag for `name`.
pub(super) fn is_void(name: &str) -> bool {
    VOID.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// How a field's text is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    /// Resolved text is the value.
    Escaped,
    /// The markup itself is the value: text in it is escaped again.
    Inline,
    /// Base64.
    Base64,
}

/// A field while it is open.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub(super) space: Space,
    pub(super) name: Cow<'a, str>,
    pub(super) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// How many frames were open when it began, itself not counted.
    pub(super) floor: usize,
    text: Cow<'a, str>,
    form: Form,
    coding: Coding,
    bytes_max: usize,
    /// Child elements open inside.
    depth: usize,
    has_markup: bool,
    /// Whether markup in it has to be escaped.
    is_escaped: bool,
    /// Whether its `type` is none that Atom knows (RFC 4287, section 3.1.1).
    is_odd: bool,
    /// Where the inside of a single wrapping `div` begins and ends.
    wrapper: Option<(usize, Option<usize>)>,
}

impl<'a> Leaf<'a> {
    /// Begins a field. `tag` is its start tag, `name` its local name in lower case.
    pub(super) fn new(space: Space, name: Cow<'a, str>, tag: Tag<'a>, family: Family) -> Self {
        let (form, coding) = coding_of(space, &name, &tag, family);
        let kind = if family == Family::Atom { tag.attribute("type").map(str::trim) } else { None };
        let is_media_type = kind.is_some_and(|it| it.contains('/'));
        let is_known =
            |it: &str| ["text", "html", "xhtml"].iter().any(|known| known.eq_ignore_ascii_case(it));
        let is_typed = space == Space::Native && MARKED_UP.contains(&name.as_ref());
        let is_odd = is_typed && !is_media_type && kind.is_some_and(|it| !is_known(it));
        Self {
            space,
            name,
            attributes: tag.attributes,
            floor: 0,
            text: Cow::Borrowed(""),
            form,
            coding,
            bytes_max: usize::MAX,
            depth: 0,
            has_markup: false,
            is_escaped: coding == Coding::Escaped && !is_media_type,
            is_odd,
            wrapper: None,
        }
    }

    /// Sets where it stands and how much it may hold.
    pub(super) fn bounded(self, floor: usize, bytes_max: usize) -> Self {
        Self { floor, bytes_max, ..self }
    }

    /// Whether it holds a document of its own, in which no element may end it.
    pub(super) fn is_inline(&self) -> bool {
        self.coding == Coding::Inline
    }

    /// Adds text.
    pub(super) fn push_text(&mut self, text: Cow<'a, str>, tally: &mut Tally) {
        if self.has_no_room(text.len(), tally) {
            return;
        }
        if self.depth == 0 && !text.trim().is_empty() && self.wrapper.is_some() {
            self.wrapper = None;
        }
        if self.depth > 0 && !self.is_marked_up() && !self.text.trim().is_empty() {
            // A name or address has no children; what stands in one is something else, nested by mistake.
            return;
        }
        let escape = self.coding == Coding::Inline || (self.depth > 0 && self.is_marked_up());
        if escape && text.contains(['&', '<', '>']) {
            push_escaped(self.text.to_mut(), &text, false);
        } else if self.text.is_empty() {
            self.text = text;
        } else {
            self.text.to_mut().push_str(&text);
        }
    }

    /// Adds a child's start tag; `false` if HTML knows no end tag for it.
    pub(super) fn open(&mut self, name: &str, tag: &Tag<'a>, tally: &mut Tally) -> bool {
        let void = is_void(name);
        let holds = !void && !tag.empty;
        if self.is_marked_up() && !self.has_no_room(name.len() + 2, tally) {
            let first = self.text.trim().is_empty() && !self.has_markup;
            self.has_markup = true;
            if self.depth == 0 && !first {
                self.wrapper = None;
            }
            let bytes_max = self.bytes_max;
            let out = self.text.to_mut();
            write_tag(out, name, tag, bytes_max);
            if tag.empty && !void {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
            if first && holds && self.depth == 0 && name.eq_ignore_ascii_case("div") {
                self.wrapper = Some((out.len(), None));
            }
        }
        if holds {
            self.depth += 1;
        }
        holds
    }

    /// Adds a child's end tag.
    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        if !self.is_marked_up() {
            return;
        }
        let out = self.text.to_mut();
        if self.depth == 0
            && let Some((_, end @ None)) = &mut self.wrapper
        {
            *end = Some(out.len());
        }
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }

    /// The text and its form.
    pub(super) fn finish(self, tally: &mut Tally) -> (Cow<'a, str>, Form) {
        if self.is_odd {
            tally.note(Flaw::UnknownTextType);
        }
        if self.has_markup && self.is_escaped {
            tally.note(Flaw::UnescapedMarkup);
        }
        let form = match self.form {
            Form::Plain | Form::Open if self.has_markup => Form::Html,
            form => form,
        };
        let text = match self.wrapper {
            Some((start, Some(end))) => Cow::Owned(self.text.get(start..end).unwrap_or_default().to_owned()),
            _ => self.text,
        };
        if self.coding != Coding::Base64 {
            return (text, form);
        }
        match super::base64::decode(&text) {
            Some(decoded) => (Cow::Owned(decoded.chars().filter(|it| is_xml_char(*it)).collect()), form),
            None => {
                if !text.trim().is_empty() {
                    tally.note(Flaw::NotBase64);
                }
                (text, form)
            }
        }
    }

    /// Whether child elements are markup that belongs to the text.
    pub(super) fn is_marked_up(&self) -> bool {
        MARKED_UP.contains(&self.name.as_ref())
    }

    fn has_no_room(&self, bytes: usize, tally: &mut Tally) -> bool {
        let full = self.text.len().saturating_add(bytes) > self.bytes_max;
        if full {
            tally.note(Flaw::TextBeyond);
        }
        full
    }
}

/// How to read a field's text, by its `type` and `mode` (Atom 1.0 section 3.1.1, Atom 0.3 section 3.1).
fn coding_of(space: Space, name: &str, tag: &Tag<'_>, family: Family) -> (Form, Coding) {
    let kind = tag.attribute("type").map(|it| it.trim().to_ascii_lowercase());
    let mode = tag.attribute("mode").map(|it| it.trim().to_ascii_lowercase());
    if matches!(name, "body" | "div") {
        return (Form::Html, Coding::Inline);
    }
    let media = matches!(space, Space::Media);
    let form = match kind.as_deref() {
        Some("html" | "text/html" | "xhtml" | "application/xhtml+xml" | "application/html") => Form::Html,
        Some("text" | "text/plain" | "plain") => Form::Plain,
        Some(it) if it.ends_with("/xml") || it.ends_with("+xml") => Form::Html,
        _ if media && matches!(name, "title" | "description" | "text") => Form::Plain,
        _ if family == Family::Rss => Form::Html,
        _ => Form::Open,
    };
    let coding = match (kind.as_deref(), mode.as_deref()) {
        (_, Some("base64")) | (Some("base64"), None) => Coding::Base64,
        (_, Some("escaped")) => Coding::Escaped,
        (Some("html" | "text/html" | "application/xhtml+xml"), Some("xml")) => Coding::Inline,
        (Some("xhtml" | "application/xhtml+xml"), _) => Coding::Inline,
        (Some(it), None) if it.ends_with("/xml") || it.ends_with("+xml") => Coding::Inline,
        // Atom 1.0 section 4.1.3.3: whatever is neither text nor XML is base64.
        (Some(it), None) if family == Family::Atom && it.contains('/') && !it.starts_with("text/") => {
            if form == Form::Html { Coding::Escaped } else { Coding::Base64 }
        }
        _ => Coding::Escaped,
    };
    (form, coding)
}

/// Writes a start tag as HTML reads it: namespace declarations dropped, `xml:lang` as `lang`.
fn write_tag(out: &mut String, name: &str, tag: &Tag<'_>, bytes_max: usize) {
    out.push('<');
    out.push_str(name);
    for (key, value) in &tag.attributes {
        if key.starts_with("xmlns") || *key == "xml:base" || out.len().saturating_add(value.len()) > bytes_max
        {
            continue;
        }
        out.push(' ');
        out.push_str(key.strip_prefix("xml:").unwrap_or(key));
        out.push_str("=\"");
        push_escaped(out, value, true);
        out.push('"');
    }
    out.push_str(if tag.empty && is_void(name) { " />" } else { ">" });
}

/// Appends `text` as HTML text or, where `quoted`, as an attribute's value.
pub(in crate::parse) fn push_escaped(out: &mut String, text: &str, quoted: bool) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quoted => out.push_str("&quot;"),
            it => out.push(it),
        }
    }
}
