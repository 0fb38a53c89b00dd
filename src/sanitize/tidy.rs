//! What ammonia lets through, checked once more and made neat: addresses, values, emptiness, boxes.
//!
//! Everything is written once, in the order in which it is read, and elements are finished from the inside out: the end
//! of one decides whether what was written of it stays, loses its tags or goes. So nothing here recurses, and hardly
//! anything is written twice.

use std::borrow::Cow;

use url::Url;

use super::{
    escape::{decode, push_attribute, push_escaped},
    frames,
    policy::{Allowed, EVERYWHERE, LINK_REL, Role, Value, find},
    scan::{Scanner, Tag, Token, is_space},
    text,
    value::value,
};

/// Room for what is written beyond what is read: this part of it.
const ROOM_SHARE: usize = 8;

/// Tidied HTML, and how many elements it has.
pub(super) struct Tidied {
    pub(super) html: String,
    pub(super) elements: usize,
}

/// What a finished part of an element's content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Spaces and line breaks: nothing to see.
    Blank,
    /// Words and what stands among them.
    Words,
    /// What is a block by itself.
    Block,
    /// What a figure says of what it shows.
    Caption,
    /// A file of a player.
    File,
    /// What was a box around words only: a paragraph, where the parent does not show the same.
    Box,
}

impl Kind {
    fn is_of_words(self) -> bool {
        matches!(self, Self::Blank | Self::Words)
    }
}

/// A finished part of an element's content: from the end of the part before to its own.
#[derive(Clone, Copy, Debug)]
struct Piece {
    kind: Kind,
    end: usize,
}

/// An element whose end has not come.
#[derive(Clone, Copy, Debug)]
struct Open {
    element: &'static Allowed,
    /// Where its start tag begins in what is written, and where its content does.
    begin: usize,
    content: usize,
    /// How many pieces came before its own.
    pieces: usize,
    /// Whether it has no tags, whatever comes: its pieces are its parent's from the beginning.
    is_bare: bool,
}

/// What the policy lets stand of an attribute: its name and its value.
type Stated<'a> = (&'static str, Cow<'a, str>);

/// Makes clean HTML neat. `html` is what ammonia wrote: well nested, with nothing but what the policy allows.
pub(super) fn tidy(html: &str, base: Option<&Url>) -> Tidied {
    // Every link gets a relation, which makes it longer.
    let out = String::with_capacity(html.len() + html.len() / ROOM_SHARE);
    let mut tidier =
        Tidier { base, html: out, pieces: Vec::new(), open: Vec::new(), elements: 0, last_link: None };
    for token in Scanner::new(html) {
        match token {
            Token::Text(text) => tidier.text(text),
            Token::Start(tag) => tidier.start(&tag),
            // A frame is written whole where it begins.
            Token::End("iframe") => {}
            Token::End(_) => tidier.end(),
            Token::Aside => {}
        }
    }
    tidier.settle_boxes(0, 0);
    let Tidier { mut html, elements, .. } = tidier;
    trim(&mut html, 0);
    Tidied { html, elements }
}

struct Tidier<'a> {
    base: Option<&'a Url>,
    /// All that is written so far.
    html: String,
    /// The finished parts of it, of everything whose parent is open.
    pieces: Vec<Piece>,
    open: Vec<Open>,
    elements: usize,
    /// The last link as it was written, and what became of it: many texts lead to one place again and again.
    last_link: Option<(String, Option<String>)>,
}

impl Tidier<'_> {
    /// Makes what was written since the last piece a piece of the innermost element.
    fn finish(&mut self, kind: Kind) {
        self.add(Piece { kind, end: self.html.len() });
    }

    fn add(&mut self, piece: Piece) {
        let before = self.open.last().map_or(0, |it| it.pieces);
        match self.pieces.get_mut(before..).and_then(<[Piece]>::last_mut) {
            Some(last) if last.kind.is_of_words() && piece.kind.is_of_words() => {
                let is_blank = last.kind == Kind::Blank && piece.kind == Kind::Blank;
                *last = Piece { kind: if is_blank { Kind::Blank } else { Kind::Words }, end: piece.end };
            }
            Some(last) if last.kind == Kind::Block && piece.kind == Kind::Block => last.end = piece.end,
            _ => self.pieces.push(piece),
        }
    }

    fn text(&mut self, written: &str) {
        let begin = self.html.len();
        let (settled, rest) = written.split_at(text::settled_in_body(written));
        self.html.push_str(settled);
        if !rest.is_empty() {
            push_escaped(&mut self.html, &text::body(&decode(rest)));
        }
        let is_blank = self.html.get(begin..).is_none_or(|it| it.chars().all(char::is_whitespace));
        self.finish(if is_blank { Kind::Blank } else { Kind::Words });
    }

    fn start(&mut self, tag: &Tag<'_>) {
        // Ammonia writes nothing that the policy does not know.
        let Some(element) = find(tag.name) else { return };
        let values = self.values(element, tag);
        match element.role {
            Role::Void => self.void(element, &values),
            Role::Frame => self.frame(element, &values),
            Role::Source if has(&values, "src") => {
                self.write_start(element, &values);
                self.elements += 1;
                self.finish(Kind::File);
            }
            Role::Source => {}
            _ => self.open(element, &values),
        }
    }

    fn void(&mut self, element: &'static Allowed, values: &[Stated<'_>]) {
        let (kind, values) = match element.name {
            "br" | "wbr" => (Kind::Blank, [].as_slice()),
            "hr" => (Kind::Block, [].as_slice()),
            _ if !has(values, "src") || is_unseen(values) => return,
            _ => (Kind::Words, values),
        };
        self.write_start(element, values);
        self.elements += 1;
        self.finish(kind);
    }

    fn frame(&mut self, element: &Allowed, values: &[Stated<'_>]) {
        let find = |name| values.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_ref());
        let Some(address) = find("src").filter(|_| !is_unseen(values)) else { return };
        let title = find("title").filter(|it| !it.is_empty());
        self.html.push('<');
        self.html.push_str(element.name);
        for (name, value) in frames::attributes(address, title, find("width").zip(find("height"))) {
            push_attribute(&mut self.html, name, value);
        }
        self.html.push_str("></iframe>");
        self.elements += 1;
        self.finish(Kind::Block);
    }

    fn open(&mut self, element: &'static Allowed, values: &[Stated<'_>]) {
        let begin = self.html.len();
        // A link that leads nowhere and a span that says nothing go, and what is in them stays.
        let is_bare = match element.name {
            "a" => !has(values, "href"),
            "span" => values.is_empty(),
            _ => false,
        };
        if !is_bare && element.role != Role::Division {
            self.write_start(element, values);
        }
        let before = self.open.last().map_or(0, |it| it.pieces);
        let pieces = if is_bare { before } else { self.pieces.len() };
        self.open.push(Open { element, begin, content: self.html.len(), pieces, is_bare });
        if element.role == Role::Player && has(values, "src") {
            // Its own address is the first of its files.
            self.finish(Kind::File);
        }
    }

    /// What the policy lets stand of a tag's values, made safe, in the order in which they were written.
    fn values<'a>(&mut self, element: &'static Allowed, tag: &Tag<'a>) -> Vec<Stated<'a>> {
        let mut values = Vec::new();
        for (name, written) in tag.attributes() {
            let known = element.attributes.iter().chain(EVERYWHERE).find(|it| it.0 == name);
            let Some((name, kind)) = known else { continue };
            let good = match (kind, decode(written)) {
                (Value::Link, written) => self.link(&written).map(Cow::Owned),
                (kind, Cow::Borrowed(written)) => value(*kind, written, self.base),
                (kind, Cow::Owned(decoded)) => {
                    value(*kind, &decoded, self.base).map(|it| Cow::Owned(it.into_owned()))
                }
            };
            values.extend(good.map(|it| (*name, it)));
        }
        match element.name {
            "a" => values.push(("rel", Cow::Borrowed(LINK_REL))),
            "audio" | "video" => values.push(("controls", Cow::Borrowed(""))),
            "img" if !has(&values, "alt") => values.push(("alt", Cow::Borrowed(""))),
            _ => {}
        }
        values
    }

    /// Where a link leads, if it may.
    fn link(&mut self, written: &str) -> Option<String> {
        if let Some((_, made)) = self.last_link.as_ref().filter(|(last, _)| last == written) {
            return made.clone();
        }
        let made = value(Value::Link, written, self.base).map(Cow::into_owned);
        self.last_link = Some((written.to_owned(), made.clone()));
        made
    }

    fn write_start(&mut self, element: &Allowed, values: &[Stated<'_>]) {
        self.html.push('<');
        self.html.push_str(element.name);
        for (name, value) in values {
            push_attribute(&mut self.html, name, value);
        }
        self.html.push('>');
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop().filter(|it| !it.is_bare) else { return };
        let pieces = self.pieces.get(open.pieces..).unwrap_or_default();
        let is_blank = pieces.iter().all(|it| it.kind == Kind::Blank);
        let has_block = pieces.iter().any(|it| !it.kind.is_of_words());
        let is_said_only = pieces.iter().all(|it| matches!(it.kind, Kind::Blank | Kind::Caption));
        match open.element.role {
            Role::Player => self.end_player(open),
            // An empty cell keeps its neighbours in their columns.
            Role::Cell => self.close(open, if is_blank { Kind::Blank } else { Kind::Block }),
            Role::Inline | Role::Around | Role::Reading if is_blank => self.unwrap(open),
            _ if is_blank => self.remove(open),
            Role::Inline if has_block => self.unwrap(open),
            Role::Inline | Role::Around | Role::Reading => {
                self.close(open, if has_block { Kind::Block } else { Kind::Words });
            }
            Role::Division if has_block => self.end_division(open),
            // Its picture is gone, and these words say what it showed.
            _ if open.element.name == "figure" && is_said_only => self.remove(open),
            _ if open.element.name == "figcaption" => self.close(open, Kind::Caption),
            Role::Division => {
                trim(&mut self.html, open.content);
                self.pieces.truncate(open.pieces);
                self.finish(Kind::Box);
            }
            _ => self.close(open, Kind::Block),
        }
    }

    /// A box around blocks goes, and each run of words beside them becomes a paragraph.
    fn end_division(&mut self, open: Open) {
        // Of boxes within boxes the innermost has done it all: what it wrote is its parents' as it stands.
        if !self.pieces.iter().skip(open.pieces).any(|it| it.kind == Kind::Words) {
            return;
        }
        let content = self.html.split_off(open.content);
        let mut begin = 0;
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            let end = end - open.content;
            let part = content.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Words {
                self.write_paragraph(part.trim_matches(is_space));
                self.finish(Kind::Block);
            } else {
                self.html.push_str(part);
                self.finish(kind);
            }
        }
    }

    /// A player keeps its files; what it would show instead of playing goes. Without a file it goes itself.
    fn end_player(&mut self, open: Open) {
        let content = self.html.split_off(open.content);
        let (mut begin, mut files) = (0, 0);
        for Piece { kind, end } in self.pieces.drain(open.pieces..) {
            let end = end - open.content;
            if kind == Kind::File {
                self.html.push_str(content.get(begin..end).unwrap_or_default());
                files += 1;
            }
            begin = end;
        }
        if files == 0 { self.remove(open) } else { self.close(open, Kind::Words) }
    }

    /// It goes with all that is in it.
    fn remove(&mut self, open: Open) {
        self.html.truncate(open.begin);
        self.pieces.truncate(open.pieces);
    }

    /// Its tags go; what is in it becomes its parent's.
    fn unwrap(&mut self, open: Open) {
        let tag = open.content - open.begin;
        self.html.drain(open.begin..open.content);
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            self.add(Piece { kind, end: end - tag });
        }
    }

    /// It stays, with all that is in it.
    fn close(&mut self, open: Open, kind: Kind) {
        self.elements += 1;
        let holds_words = matches!(
            open.element.role,
            Role::Item | Role::Term | Role::Cell | Role::Caption | Role::Heading | Role::Paragraph
        ) || matches!(open.element.name, "figcaption" | "summary");
        let pieces = self.pieces.get(open.pieces..).unwrap_or_default();
        let is_alone = pieces.iter().filter(|it| it.kind != Kind::Blank).count() == 1;
        if !(holds_words && is_alone) {
            self.settle_boxes(open.content, open.pieces);
        }
        // A parser drops one line feed after `<pre>`: without any there is none to drop.
        if open.element.name == "pre" {
            let content = self.html.get(open.content..).unwrap_or_default();
            let skipped = content.len() - content.trim_start_matches('\n').len();
            self.html.drain(open.content..open.content + skipped);
        }
        self.html.push_str("</");
        self.html.push_str(open.element.name);
        self.html.push('>');
        self.pieces.truncate(open.pieces);
        self.finish(kind);
    }

    /// Makes paragraphs of the boxes among the last pieces, which are all that is written from `content` on.
    fn settle_boxes(&mut self, content: usize, pieces: usize) {
        if !self.pieces.iter().skip(pieces).any(|it| it.kind == Kind::Box) {
            return;
        }
        let last = self.pieces.split_off(pieces);
        let written = self.html.split_off(content);
        let mut begin = 0;
        for Piece { kind, end } in last {
            let end = end - content;
            let part = written.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Box {
                self.write_paragraph(part);
            } else {
                self.html.push_str(part);
            }
        }
    }

    fn write_paragraph(&mut self, words: &str) {
        self.elements += 1;
        self.html.push_str("<p>");
        self.html.push_str(words);
        self.html.push_str("</p>");
    }
}

/// Takes the white space at both ends of what is written from `begin` on.
fn trim(html: &mut String, begin: usize) {
    html.truncate(begin + html.get(begin..).map_or(0, |it| it.trim_end_matches(is_space).len()));
    let skipped = html.get(begin..).map_or(0, |it| it.len() - it.trim_start_matches(is_space).len());
    html.drain(begin..begin + skipped);
}

/// An image that nobody sees.
fn is_unseen(values: &[Stated<'_>]) -> bool {
    let is_side = |name: &str| matches!(name, "width" | "height");
    values.iter().any(|(name, value)| is_side(name) && value.parse::<u32>().is_ok_and(|pixels| pixels <= 1))
}

fn has(values: &[Stated<'_>], name: &str) -> bool {
    values.iter().any(|(it, _)| *it == name)
}
