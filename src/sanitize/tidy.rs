//! What ammonia lets through, checked once more and made neat: addresses, values, emptiness, boxes.
//!
//! Elements are finished from the inside out. Each becomes a few pieces that its parent takes over, so that nothing here
//! recurses and nothing is looked at twice.

use std::borrow::Cow;

use url::Url;

use super::{
    policy::{Allowed, EVERYWHERE, Role, Value, find},
    scan::{Scanner, Tag, Token, is_space},
    text, url as address,
};

/// Longest value of a text attribute, in bytes.
const ATTRIBUTE_BYTES_MAX: usize = 2_000;
/// Room for any tag without attributes, bytes.
const TAG_BYTES: usize = 16;
/// Widest span of a cell, and highest number of a list.
const DIGITS_MAX: usize = 5;

/// Tidied HTML, and how many elements it has.
pub(super) struct Tidied {
    pub(super) html: String,
    pub(super) elements: usize,
}

/// A finished part of a parent's content.
enum Piece {
    /// Words and what stands among them; `solid` if there is anything to see.
    Words { html: String, solid: bool },
    /// What is a block by itself.
    Block(String),
    /// A file of a player.
    File(String),
    /// What was a box around words only: a paragraph, where the parent does not show the same.
    Box(String),
}

impl Piece {
    /// Bytes that it takes in its parent.
    fn room(&self) -> usize {
        match self {
            Self::Words { html, .. } | Self::Block(html) | Self::File(html) => html.len(),
            Self::Box(words) => "<p></p>".len() + words.len(),
        }
    }
}

/// An element whose end has not come.
struct Open {
    element: &'static Allowed,
    values: Values,
    pieces: Vec<Piece>,
}

/// What the policy lets stand of a tag's attributes.
type Values = Vec<(&'static str, String)>;

/// Makes clean HTML neat. `html` is what ammonia wrote: well nested, with nothing but what the policy allows.
pub(super) fn tidy(html: &str, base: Option<&Url>) -> Tidied {
    let mut tidier = Tidier { base, open: Vec::new(), done: Vec::new(), elements: 0 };
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) => tidier.text(text),
            Token::Start(tag) => tidier.start(&tag),
            Token::End(_) => tidier.end(),
            Token::Aside => {}
        }
    }
    let pieces = std::mem::take(&mut tidier.done);
    let mut html = String::with_capacity(pieces.iter().map(Piece::room).sum());
    tidier.join(pieces, &mut html);
    html.truncate(html.trim_end_matches(is_space).len());
    html.drain(..html.len() - html.trim_start_matches(is_space).len());
    Tidied { html, elements: tidier.elements }
}

struct Tidier<'a> {
    base: Option<&'a Url>,
    open: Vec<Open>,
    done: Vec<Piece>,
    elements: usize,
}

impl Tidier<'_> {
    fn push(&mut self, piece: Piece) {
        let pieces = match self.open.last_mut() {
            Some(open) => &mut open.pieces,
            None => &mut self.done,
        };
        match (pieces.last_mut(), piece) {
            (Some(Piece::Words { html, solid }), Piece::Words { html: more, solid: too }) => {
                html.push_str(&more);
                *solid |= too;
            }
            (_, piece) => pieces.push(piece),
        }
    }

    fn text(&mut self, written: &str) {
        let decoded = decode(written);
        let text = text::body(&decoded);
        let solid = text.chars().any(|it| !it.is_whitespace());
        let mut html = String::with_capacity(written.len());
        push_escaped(&mut html, &text);
        self.push(Piece::Words { html, solid });
    }

    fn start(&mut self, tag: &Tag<'_>) {
        // Ammonia writes nothing that the policy does not know.
        let Some(element) = find(tag.name) else { return };
        let values = self.values(element, tag);
        match element.role {
            Role::Void => self.void(element, &values),
            Role::Source => {
                if has(&values, "src") {
                    self.elements += 1;
                    self.push(Piece::File(start_tag(element, &values, 0)));
                }
            }
            _ => self.open.push(Open { element, values, pieces: Vec::new() }),
        }
    }

    fn void(&mut self, element: &'static Allowed, values: &Values) {
        let piece = match element.name {
            "br" => Piece::Words { html: "<br>".to_owned(), solid: false },
            "hr" => Piece::Block("<hr>".to_owned()),
            _ if !has(values, "src") || is_tracker(values) => return,
            _ => Piece::Words { html: start_tag(element, values, 0), solid: true },
        };
        self.elements += 1;
        self.push(piece);
    }

    /// What the policy lets stand of a tag's values, made safe, in the order in which they were written.
    fn values(&self, element: &'static Allowed, tag: &Tag<'_>) -> Values {
        let mut values = Values::new();
        for (name, written) in tag.attributes() {
            let known = element.attributes.iter().chain(EVERYWHERE).find(|it| it.0 == name);
            let value = known.and_then(|(_, value)| self.value(*value, &decode(written)));
            if let (Some((name, _)), Some(value)) = (known, value) {
                values.push((name, value));
            }
        }
        match element.name {
            "a" => values.push(("rel", super::policy::LINK_REL.to_owned())),
            "audio" | "video" => values.push(("controls", String::new())),
            "img" if !has(&values, "alt") => values.push(("alt", String::new())),
            _ => {}
        }
        values
    }

    fn value(&self, kind: Value, written: &str) -> Option<String> {
        let short = |longest: usize, fits: fn(char) -> bool| {
            let trimmed = written.trim();
            let good = !trimmed.is_empty() && trimmed.len() <= longest && trimmed.chars().all(fits);
            good.then(|| trimmed.to_owned())
        };
        match kind {
            Value::Link => address::target(written, self.base),
            Value::Resource => address::link(written, self.base),
            Value::Text => {
                let text = text::line(written);
                let kept = text.get(..text.floor_char_boundary(ATTRIBUTE_BYTES_MAX)).unwrap_or_default();
                Some(kept.trim_end().to_owned())
            }
            Value::Digits => {
                let trimmed = written.trim();
                let digits = trimmed.strip_suffix("px").unwrap_or(trimmed);
                let good =
                    (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
                good.then(|| digits.to_owned())
            }
            Value::MediaType => short(100, |it| it.is_ascii_alphanumeric() || "/+-.;= ,\"".contains(it)),
            Value::DateTime => short(40, |it| it.is_ascii_alphanumeric() || "-+:. ".contains(it)),
            Value::Scope => one_of(written, &["row", "col", "rowgroup", "colgroup"]),
            Value::Direction => one_of(written, &["ltr", "rtl", "auto"]),
            Value::Language => text::language(written),
        }
    }

    fn end(&mut self) {
        let Some(Open { element, values, pieces }) = self.open.pop() else { return };
        let solid = pieces.iter().any(|it| !matches!(it, Piece::Words { solid: false, .. }));
        let has_block = pieces.iter().any(|it| !matches!(it, Piece::Words { .. }));
        match element.role {
            Role::Division => self.end_division(pieces, solid, has_block),
            Role::Player => self.end_player(element, &values, pieces),
            Role::Inline | Role::Around | Role::Reading if !solid || means_nothing(element, &values) => {
                self.unwrap(pieces)
            }
            Role::Inline if has_block => self.unwrap(pieces),
            Role::Inline | Role::Around | Role::Reading => {
                let html = self.whole(element, &values, pieces);
                self.push(if has_block { Piece::Block(html) } else { Piece::Words { html, solid: true } });
            }
            // An empty cell keeps its neighbours in their columns.
            Role::Cell => {
                let html = self.whole(element, &values, pieces);
                self.push(if solid { Piece::Block(html) } else { Piece::Words { html, solid: false } });
            }
            _ if !solid => {}
            _ => {
                let html = self.whole(element, &values, pieces);
                self.push(Piece::Block(html));
            }
        }
    }

    /// A box goes. Words alone in it become a paragraph; beside blocks, each run of words becomes one.
    fn end_division(&mut self, pieces: Vec<Piece>, solid: bool, has_block: bool) {
        if !solid {
            return;
        }
        for piece in pieces {
            match piece {
                Piece::Words { html, solid: true } => {
                    let trimmed = html.trim_matches(is_space).to_owned();
                    if has_block {
                        self.elements += 1;
                        self.push(Piece::Block(format!("<p>{trimmed}</p>")));
                    } else {
                        self.push(Piece::Box(trimmed));
                    }
                }
                piece => self.push(piece),
            }
        }
    }

    /// A player keeps its files; what it would show instead of playing goes. Without a file it goes itself.
    fn end_player(&mut self, element: &'static Allowed, values: &Values, mut pieces: Vec<Piece>) {
        pieces.retain(|it| matches!(it, Piece::File(_)));
        if pieces.is_empty() && !has(values, "src") {
            return;
        }
        let html = self.whole(element, values, pieces);
        self.push(Piece::Words { html, solid: true });
    }

    fn unwrap(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            self.push(piece);
        }
    }

    /// The element with its content.
    fn whole(&mut self, element: &'static Allowed, values: &Values, mut pieces: Vec<Piece>) -> String {
        self.elements += 1;
        let holds_words = matches!(
            element.role,
            Role::Item | Role::Term | Role::Cell | Role::Caption | Role::Heading | Role::Paragraph
        ) || matches!(element.name, "figcaption" | "summary");
        let solid = |it: &&Piece| !matches!(it, Piece::Words { solid: false, .. });
        if holds_words && pieces.iter().filter(solid).count() == 1 {
            for piece in &mut pieces {
                if let Piece::Box(html) = piece {
                    *piece = Piece::Words { html: std::mem::take(html), solid: true };
                }
            }
        }
        let mut html = start_tag(element, values, pieces.iter().map(Piece::room).sum());
        let inside = html.len();
        self.join(pieces, &mut html);
        // A parser drops one line feed after `<pre>`: without any there is none to drop.
        if element.name == "pre" {
            let skipped = html.get(inside..).map_or(0, |it| it.len() - it.trim_start_matches('\n').len());
            html.drain(inside..inside + skipped);
        }
        html.push_str("</");
        html.push_str(element.name);
        html.push('>');
        html
    }

    fn join(&mut self, pieces: Vec<Piece>, html: &mut String) {
        for piece in pieces {
            match piece {
                Piece::Words { html: more, .. } | Piece::Block(more) | Piece::File(more) => {
                    html.push_str(&more)
                }
                Piece::Box(words) => {
                    self.elements += 1;
                    html.push_str("<p>");
                    html.push_str(&words);
                    html.push_str("</p>");
                }
            }
        }
    }
}

/// A link that leads nowhere, a span that says nothing.
fn means_nothing(element: &Allowed, values: &Values) -> bool {
    (element.name == "a" && !has(values, "href")) || (element.name == "span" && values.is_empty())
}

/// An image that nobody sees, or of a host that only counts readers.
fn is_tracker(values: &Values) -> bool {
    let unseen = |name: &str| {
        values.iter().any(|(it, value)| *it == name && value.parse::<u32>().is_ok_and(|pixels| pixels <= 1))
    };
    let counted = values.iter().any(|(it, value)| *it == "src" && address::is_pixel(value));
    unseen("width") || unseen("height") || counted
}

fn has(values: &Values, name: &str) -> bool {
    values.iter().any(|(it, _)| *it == name)
}

fn one_of(written: &str, choices: &[&str]) -> Option<String> {
    let lower = written.trim().to_ascii_lowercase();
    choices.contains(&lower.as_str()).then_some(lower)
}

/// A start tag, with room for `inside` bytes and the end tag after it.
fn start_tag(element: &Allowed, values: &Values, inside: usize) -> String {
    let stated: usize = values.iter().map(|(name, value)| name.len() + value.len() + " =\"\"".len()).sum();
    let mut html = String::with_capacity(2 * TAG_BYTES + stated + inside);
    html.push('<');
    html.push_str(element.name);
    for (name, value) in values {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        for (at, part) in value.split('"').enumerate() {
            html.push_str(if at == 0 { "" } else { "&quot;" });
            push_escaped(&mut html, part);
        }
        html.push('"');
    }
    html.push('>');
    html
}

/// Writes text as a parser reads it again.
fn push_escaped(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|it| matches!(it, b'&' | b'<' | b'>')) {
        let (before, sign) = rest.split_at(at);
        let (sign, after) = sign.split_at(1);
        html.push_str(before);
        html.push_str(match sign {
            "&" => "&amp;",
            "<" => "&lt;",
            _ => "&gt;",
        });
        rest = after;
    }
    html.push_str(rest);
}

/// Undoes what a serializer of HTML escapes, and nothing else.
pub(super) fn decode(written: &str) -> Cow<'_, str> {
    if !written.contains('&') {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len());
    let mut parts = written.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let known = [("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("nbsp;", "\u{a0}")];
        match known.iter().find_map(|(name, is)| part.strip_prefix(name).map(|rest| (*is, rest))) {
            Some((is, rest)) => {
                out.push_str(is);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    Cow::Owned(out)
}
