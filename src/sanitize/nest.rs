//! Elements written as they come, and always well nested.
//!
//! What must be closed or opened before an element can stand somewhere is closed and opened here, by rules that need no
//! tree: a list of what is open is enough.

use super::{
    bytes, frames,
    policy::{Allowed, DEPTH_MAX, EVERYWHERE, Role, find, known},
    reference::{REFERENCES_COST_MAX, Reference},
    scan::{Tag, is_space},
    trackers,
};

/// Room kept below the deepest element for those that HTML puts around the content of a table: group, row and cell.
const DEPTH_RESERVE: usize = 4;
/// Where lazily loading pages put the address of an image that `src` only holds the place for.
const LAZY_SOURCES: &[&str] = &["data-src", "data-lazy-src", "data-original"];
/// Longest value of an attribute that is read, bytes as written: an address whose every character is a reference fits.
const ATTRIBUTE_BYTES_MAX: usize = 32 * 1024;

/// Writes elements so that a parser has nothing to mend.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
    open: Vec<&'static Allowed>,
    /// Start tags that were not written although the policy knows them: their end tags are not written either.
    unopened: Vec<&'static str>,
    elements: usize,
    /// How much may be written, and whether that is reached.
    bytes_max: usize,
    full: bool,
    /// Whether a player or a frame stood too deep to be written; of all else the words stay.
    lost: bool,
    /// What the references cost that were written so far.
    cost: usize,
}

impl Writer {
    /// With room for so many bytes, of which at most so many are written.
    pub(super) fn new(bytes: usize, bytes_max: usize) -> Self {
        Self { out: String::with_capacity(bytes), bytes_max, ..Self::default() }
    }

    /// How many elements were written.
    pub(super) fn elements(&self) -> usize {
        self.elements
    }

    /// Whether no more may be written.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// Whether an end tag of this name would end something.
    pub(super) fn has_open(&self, name: &str) -> bool {
        known(name).is_some_and(|element| self.open.iter().any(|it| it.name == element.name))
    }

    /// Whether something that came is not in what was written.
    pub(super) fn has_lost(&self) -> bool {
        self.full || self.lost
    }

    /// All that was written, and the end of whatever is open.
    pub(super) fn finish(mut self) -> String {
        self.close_to(0);
        self.out
    }

    /// Writes text; its references stay as they are.
    pub(super) fn text(&mut self, text: &str) {
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
            let reference =
                if sign == "&" { Reference::at(after, &self.out, false) } else { Reference::None };
            self.cost += reference.cost();
            let mut buffer = [0; 4];
            let (escaped, part) = match (sign, reference) {
                ("&", Reference::Is(it, length)) => {
                    (&*it.encode_utf8(&mut buffer), part.get(length..).unwrap_or_default())
                }
                ("&", Reference::None) => ("&amp;", part),
                ("&", _) => ("&", part),
                _ => ("&lt;", part),
            };
            // Escapes make the text longer than it came.
            if self.out.len() + escaped.len() + part.len() > self.bytes_max || self.cost > REFERENCES_COST_MAX
            {
                self.full = true;
                return;
            }
            self.out.push_str(escaped);
            self.out.push_str(part);
            rest = further;
        }
    }

    /// Writes a start tag where its element may stand.
    pub(super) fn start(&mut self, element: &'static Allowed, tag: &Tag<'_>) {
        if element.name == "img" && trackers::is_unseen(tag.attributes()) {
            return;
        }
        if self.place(element) {
            self.write(element, Some(tag));
        } else if !matches!(element.role, Role::Void | Role::Source) {
            self.lost |= element.role == Role::Player;
            self.unopened.push(element.name);
        }
    }

    /// Writes a frame with nothing in it. Whether it may stand is seen where its address is checked.
    pub(super) fn frame(&mut self, element: &'static Allowed, tag: &Tag<'_>) {
        let is_source =
            |(name, value): (&str, &str)| name.eq_ignore_ascii_case("src") && frames::may_be(value);
        if !tag.attributes().any(is_source) {
            return;
        }
        if self.leave_link() && self.place(element) {
            self.write(element, Some(tag));
            self.close_to(self.open.len().saturating_sub(1));
        } else {
            self.lost = true;
        }
    }

    /// Closes and opens what must be closed and opened for `element` to stand here; false if it may not stand at all.
    fn place(&mut self, element: &'static Allowed) -> bool {
        let room = self.open.len() + DEPTH_RESERVE <= DEPTH_MAX;
        match element.role {
            Role::Table | Role::List | Role::Terms if !room => return false,
            // HTML allows no table in a caption: what its cells say goes on in the table that is open.
            Role::Table if self.open.iter().any(|it| it.role == Role::Caption) => return false,
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
        // Nor a player: two things to press cannot be one.
        if (element.name == "a" || element.role == Role::Player) && !self.leave_link() {
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

    /// Closes an element, if it is open and may be closed from here.
    pub(super) fn end(&mut self, element: &Allowed) {
        if self.unopened.last().is_some_and(|it| *it == element.name) {
            self.unopened.pop();
            return;
        }
        let wall: fn(&Allowed) -> bool = match element.role {
            // A table ends whatever of it is open: few bother to end its last cell and row.
            Role::Table => |_| false,
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
                if !written.contains(name) && !holds_the_place && value.len() <= ATTRIBUTE_BYTES_MAX {
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
        let begin = self.out.len();
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        let mut rest = value;
        while let Some(at) = bytes::position(rest, |it| matches!(it, b'&' | b'"')) {
            let (before, sign) = rest.split_at(at);
            let (sign, after) = sign.split_at(1);
            self.out.push_str(before);
            rest = after;
            if sign == "\"" {
                self.out.push_str("&quot;");
                continue;
            }
            let reference = Reference::at(after, &self.out, true);
            self.cost += reference.cost();
            if self.cost > REFERENCES_COST_MAX {
                self.out.truncate(begin);
                self.full = true;
                return;
            }
            match reference {
                Reference::Is(it, length) => {
                    self.out.push(it);
                    rest = after.get(length..).unwrap_or_default();
                }
                Reference::None => self.out.push_str("&amp;"),
                Reference::Usual | Reference::Named(_) => self.out.push('&'),
            }
        }
        self.out.push_str(rest);
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
