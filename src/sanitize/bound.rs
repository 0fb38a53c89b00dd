//! Any input into small, shallow, well-nested HTML, in one pass.
//!
//! A browser's tree builder mends what is badly nested, and each of its repairs can be made to cost: it walks its stack for
//! every tag, and carries open formatting from one paragraph into the next. So nothing is left to it to repair: every element
//! that is opened here is closed here, in order, with the elements around it that HTML asks for. What a parser then builds
//! has exactly the shape of what is written, which is also why cleaning twice changes nothing.

use super::{
    bytes,
    policy::{Allowed, DEPTH_MAX, ELEMENTS_MAX, EVERYWHERE, Role, find, known},
    scan::{Scanner, Tag, Token, is_space},
};

/// Room kept below the deepest element for those that HTML puts around the content of a table: group, row and cell.
const DEPTH_RESERVE: usize = 4;
/// Longest character reference, bytes: a cut does not go through one.
const REFERENCE_BYTES_MAX: usize = 40;
/// Elements that go with their content, which a browser reads as raw text up to the end tag.
const RAW: &[&str] = &["script", "style", "iframe", "noembed", "noframes", "textarea", "title", "xmp"];
/// Elements that go with their content, elements of the same name nested.
const WHOLE: &[&str] = &["svg", "math", "template", "select", "datalist", "canvas", "frameset"];
/// Where lazily loading pages put the address of an image that `src` only holds the place for.
const LAZY_SOURCES: &[&str] = &["data-src", "data-lazy-src", "data-original"];

/// Reads at most `bytes_max` of `raw`, and writes what the policy knows of it, well nested.
pub(super) fn bound(raw: &str, bytes_max: usize) -> String {
    let mut scanner = Scanner::new(cut(raw, bytes_max));
    let out = String::with_capacity(raw.len().min(bytes_max));
    let mut writer = Writer { out, bytes_max, ..Writer::default() };
    while writer.elements < ELEMENTS_MAX
        && !writer.full
        && let Some(token) = scanner.next()
    {
        match token {
            Token::Aside => {}
            Token::Text(text) => writer.text(text),
            Token::End(name) => {
                if let Some(element) = known(name) {
                    writer.end(element);
                }
            }
            // Of what the policy does not know, the tags go and the content stays, but for these.
            Token::Start(tag) => match known(tag.name) {
                Some(element) => writer.start(element, &tag),
                None if tag.closes_itself => {}
                None if is_one_of(RAW, tag.name) => scanner.skip_raw(tag.name),
                None if is_one_of(WHOLE, tag.name) => skip_whole(&mut scanner, tag.name),
                None => {}
            },
        }
    }
    writer.close_to(0);
    writer.out
}

/// The beginning of `raw`: whole characters, and no half of a character reference.
fn cut(raw: &str, bytes_max: usize) -> &str {
    if raw.len() <= bytes_max {
        return raw;
    }
    let kept = raw.get(..raw.floor_char_boundary(bytes_max)).unwrap_or_default();
    let tail = kept.floor_char_boundary(kept.len().saturating_sub(REFERENCE_BYTES_MAX));
    match kept.rfind('&') {
        Some(at) if at >= tail && !kept.get(at..).is_some_and(|it| it.contains(';')) => {
            kept.get(..at).unwrap_or(kept)
        }
        _ => kept,
    }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Passes over an element that nests, to its end tag or the end of the text.
fn skip_whole(scanner: &mut Scanner<'_>, name: &str) {
    let mut open = 1_usize;
    while open > 0
        && let Some(token) = scanner.next()
    {
        match token {
            Token::Start(tag) if tag.closes_itself => {}
            Token::Start(tag) if tag.name.eq_ignore_ascii_case(name) => open += 1,
            Token::Start(tag) if is_one_of(RAW, tag.name) => scanner.skip_raw(tag.name),
            Token::End(end) if end.eq_ignore_ascii_case(name) => open -= 1,
            Token::Start(_) | Token::End(_) | Token::Text(_) | Token::Aside => {}
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<&'static Allowed>,
    /// Start tags that were not written although the policy knows them: their end tags are not written either.
    unopened: Vec<&'static str>,
    elements: usize,
    /// How much may be written, and whether that is reached.
    bytes_max: usize,
    full: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if !text.chars().all(is_space) {
            self.make_room();
        }
        // The scanner gives a "<" only where it begins no tag.
        let next = |text: &str| bytes::position(text, |it| matches!(it, b'&' | b'<')).unwrap_or(text.len());
        let (first, mut rest) = text.split_at(next(text));
        self.out.push_str(first);
        while !rest.is_empty() {
            let (sign, after) = rest.split_at(1);
            let (part, further) = after.split_at(next(after));
            let begins = part.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '#');
            let escaped = match (sign, begins) {
                ("&", true) => "&",
                ("&", false) => "&amp;",
                _ => "&lt;",
            };
            // Escapes make the text longer than it came.
            if self.out.len() + escaped.len() + part.len() > self.bytes_max {
                self.full = true;
                return;
            }
            self.out.push_str(escaped);
            self.out.push_str(part);
            rest = further;
        }
    }

    fn start(&mut self, element: &'static Allowed, tag: &Tag<'_>) {
        if self.place(element) {
            self.write(element, Some(tag));
        } else if !matches!(element.role, Role::Void | Role::Source) {
            self.unopened.push(element.name);
        }
    }

    /// Closes and opens what must be closed and opened for `element` to stand here; false if it may not stand at all.
    fn place(&mut self, element: &'static Allowed) -> bool {
        let room = self.open.len() + DEPTH_RESERVE <= DEPTH_MAX;
        match element.role {
            Role::Table | Role::List | Role::Terms if !room => return false,
            Role::Item => return self.place_under(Role::List),
            Role::Term => return self.place_under(Role::Terms),
            Role::Rows | Role::Row | Role::Cell | Role::Caption => return self.place_in_table(element.role),
            Role::Reading => return self.place_reading(),
            Role::Source => return self.open.last().is_some_and(|it| it.role == Role::Player),
            _ => {}
        }
        let is_block = !matches!(element.role, Role::Inline | Role::Around | Role::Player | Role::Void);
        if is_block || element.name == "hr" {
            // Readings belong to the words before them: no block comes between.
            while let Some(at) = self.position(|it| it.name == "ruby", is_wall) {
                self.close_to(at);
            }
            if let Some(at) = self.nearest(|it| it == Role::Heading) {
                if matches!(element.role, Role::Division | Role::Paragraph) {
                    return false;
                }
                self.close_to(at);
            }
            if let Some(at) = self.nearest(|it| it == Role::Paragraph) {
                self.close_to(at);
            }
        }
        if element.name == "a" && !self.leave_link() {
            return false;
        }
        self.make_room();
        element.role == Role::Void || self.open.len() < DEPTH_MAX
    }

    /// No link stands within a link: closes the open one. False where that would close more than words.
    fn leave_link(&mut self) -> bool {
        match self.position(|it| it.name == "a", is_wall) {
            Some(at) if self.only_words_above(at) => {
                self.close_to(at);
                true
            }
            Some(_) => false,
            None => !self.open.iter().any(|it| it.name == "a"),
        }
    }

    /// An item or term stands directly in its list; without one it is a paragraph.
    fn place_under(&mut self, holder: Role) -> bool {
        let Some(at) = self.nearest(|it| it == holder) else {
            if let Some(paragraph) = find("p").filter(|it| self.place(it)) {
                self.write(paragraph, None);
            }
            return false;
        };
        self.close_to(at + 1);
        true
    }

    /// Groups, rows and cells stand in the nearest table, with the levels between that are missing.
    fn place_in_table(&mut self, role: Role) -> bool {
        let above = |it: Role| match role {
            Role::Cell => matches!(it, Role::Row | Role::Rows | Role::Table),
            Role::Row => matches!(it, Role::Rows | Role::Table),
            _ => it == Role::Table,
        };
        let Some(at) = self.open.iter().rposition(|it| above(it.role)) else { return false };
        self.close_to(at + 1);
        while let Some(missing) = self.open.last().and_then(|it| required_child(it)) {
            if missing.role == role || role == Role::Caption {
                break;
            }
            self.write(missing, None);
        }
        self.open.len() < DEPTH_MAX
    }

    /// A reading stands directly in its `ruby`.
    fn place_reading(&mut self) -> bool {
        let Some(at) = self.position(|it| it.name == "ruby", is_wall).filter(|at| self.only_words_above(*at))
        else {
            return false;
        };
        self.close_to(at + 1);
        self.open.len() < DEPTH_MAX
    }

    /// Opens what the innermost element must hold before anything else can stand in it.
    fn make_room(&mut self) {
        while let Some(missing) = self.open.last().and_then(|it| required_child(it)) {
            self.write(missing, None);
        }
    }

    fn end(&mut self, element: &Allowed) {
        if self.unopened.last().is_some_and(|it| *it == element.name) {
            self.unopened.pop();
            return;
        }
        let wall: fn(&Allowed) -> bool = match element.role {
            Role::Rows | Role::Row | Role::Cell | Role::Caption => |it| it.role == Role::Table,
            Role::Item => |it| is_wall(it) || it.role == Role::List,
            Role::Term => |it| is_wall(it) || it.role == Role::Terms,
            _ => is_wall,
        };
        let is_it = |it: &Allowed| {
            it.name == element.name || (it.role == Role::Heading && element.role == Role::Heading)
        };
        let Some(at) = self.position(is_it, wall) else { return };
        let of_words = matches!(element.role, Role::Inline | Role::Around | Role::Reading);
        if !of_words || self.only_words_above(at) {
            self.close_to(at);
        }
    }

    /// Where the innermost element is that `wanted` knows, looking outwards up to the first `wall`.
    fn position(&self, wanted: impl Fn(&Allowed) -> bool, wall: impl Fn(&Allowed) -> bool) -> Option<usize> {
        for (at, element) in self.open.iter().enumerate().rev() {
            if wanted(element) {
                return Some(at);
            }
            if wall(element) {
                return None;
            }
        }
        None
    }

    fn nearest(&self, wanted: impl Fn(Role) -> bool) -> Option<usize> {
        self.position(|it| wanted(it.role), is_wall)
    }

    /// Whether nothing but words, paragraphs and boxes is open inside of the element at `at`.
    fn only_words_above(&self, at: usize) -> bool {
        let words = |it: &Allowed| {
            matches!(
                it.role,
                Role::Inline
                    | Role::Around
                    | Role::Reading
                    | Role::Paragraph
                    | Role::Division
                    | Role::Heading
            )
        };
        self.open.iter().skip(at + 1).all(|it| words(it))
    }

    /// Writes a start tag with the attributes that the policy allows on it.
    fn write(&mut self, element: &'static Allowed, tag: Option<&Tag<'_>>) {
        self.elements += 1;
        self.full |= self.out.len() >= self.bytes_max;
        self.out.push('<');
        self.out.push_str(element.name);
        if let Some(tag) = tag {
            self.attributes(element, tag);
        }
        self.out.push('>');
        if !matches!(element.role, Role::Void | Role::Source) {
            self.open.push(element);
        }
    }

    fn attributes(&mut self, element: &'static Allowed, tag: &Tag<'_>) {
        let mut written: Vec<&str> = Vec::new();
        let mut lazy = None;
        for (name, value) in tag.attributes() {
            let is = |it: &&(&'static str, _)| it.0.eq_ignore_ascii_case(name);
            if let Some((name, _)) = element.attributes.iter().chain(EVERYWHERE).find(is) {
                let placeholder =
                    value.is_empty() || value.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("data:"));
                let holds_the_place = element.name == "img" && *name == "src" && placeholder;
                if !written.contains(name) && !holds_the_place {
                    written.push(name);
                    self.attribute(name, value);
                }
            } else if LAZY_SOURCES.iter().any(|it| it.eq_ignore_ascii_case(name)) {
                lazy = lazy.or(Some(value));
            }
        }
        if let Some(value) = lazy.filter(|_| element.name == "img" && !written.contains(&"src")) {
            self.attribute("src", value);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for (at, part) in value.split('"').enumerate() {
            self.out.push_str(if at == 0 { "" } else { "&quot;" });
            self.out.push_str(part);
        }
        self.out.push('"');
    }

    /// Closes everything that is open inside of the first `depth` elements.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(element) = self.open.pop()
        {
            self.out.push_str("</");
            self.out.push_str(element.name);
            self.out.push('>');
        }
    }
}

/// What cannot be closed from inside: a cell, a caption, a table.
fn is_wall(element: &Allowed) -> bool {
    matches!(element.role, Role::Cell | Role::Caption | Role::Table)
}

/// The element that must come first in one that cannot hold text.
fn required_child(element: &Allowed) -> Option<&'static Allowed> {
    match element.role {
        Role::Table => find("tbody"),
        Role::Rows => find("tr"),
        Role::Row => find("td"),
        Role::List => find("li"),
        Role::Terms => find("dd"),
        _ => None,
    }
}
