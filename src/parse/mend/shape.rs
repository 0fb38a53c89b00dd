//! Puts a document's pieces in order: which element is open, where a feed, an entry or a field begins and ends.
//! Unclosed elements are closed, stray end tags dropped, and nothing recurses.

use std::{borrow::Cow, sync::Arc};

use url::Url;

use super::{
    leaf::{self, Leaf},
    person::Person,
    role::{
        self, Role, is_structure, lower, never_inside, role_beside, role_in_company, role_in_image,
        role_in_origin, role_inside,
    },
    scan::{Scanner, Tag, Token},
    sheet::{Family, Field, Fields, Form, Sheet},
    space::{Scopes, Space},
    tally::Tally,
};
use crate::{model::Flaw, parse::Limits};

/// One open element.
#[derive(Debug)]
struct Frame<'a> {
    name: &'a str,
    role: Role,
    scope: usize,
    bases: usize,
    languages: usize,
    /// Bytes of the document that were still to come where it began.
    left: usize,
}

/// A document while it is read.
pub(super) struct Shape<'a> {
    limits: &'a Limits,
    frames: Vec<Frame<'a>>,
    /// Start tags that were dropped because too many elements were open.
    too_deep: usize,
    scopes: Scopes<'a>,
    bases: Vec<Arc<Url>>,
    languages: Vec<Arc<str>>,
    leaf: Option<Leaf<'a>>,
    person: Option<Person>,
    entry: Option<Fields<'a>>,
    /// Whether a web page is the outermost element.
    is_page: bool,
    sheet: Sheet<'a>,
}

impl<'a> Shape<'a> {
    /// Reads `text`, which stands at `base`.
    pub(super) fn read(text: &'a str, base: Option<&Url>, limits: &'a Limits) -> Sheet<'a> {
        let mut scanner = Scanner::new(text, limits);
        let mut shape = Self {
            limits,
            frames: Vec::new(),
            too_deep: 0,
            scopes: Scopes::default(),
            bases: base.map(|it| Arc::new(it.clone())).into_iter().collect(),
            languages: Vec::new(),
            leaf: None,
            person: None,
            entry: None,
            is_page: false,
            sheet: Sheet {
                family: Family::Rss,
                feed: Fields::default(),
                entries: Vec::new(),
                is_feed: false,
                root: None,
                says_html: false,
                tally: Tally::default(),
            },
        };
        while let Some(token) = scanner.next(&mut shape.sheet.tally) {
            match token {
                Token::Open(tag) => shape.open(tag),
                Token::Close(name) => shape.close(name),
                Token::Text(text) => shape.text(text),
            }
        }
        shape.sheet.says_html = scanner.html;
        shape.finish()
    }

    fn finish(mut self) -> Sheet<'a> {
        if !self.frames.is_empty() {
            self.sheet.tally.note_cut();
            self.end_cut_off();
        }
        self.sheet.feed.base = self.sheet.feed.base.take().or_else(|| self.bases.first().cloned());
        self.sheet
    }

    /// Ends a document that stops in the middle. An address, identity or date that was cut off would be a wrong one, and an
    /// entry without its neighbour's kind of identity would come back as another once the document is whole: both go.
    fn end_cut_off(&mut self) {
        if self.leaf.as_ref().is_some_and(|leaf| !leaf.is_marked_up() || leaf.name == "title") {
            let floor = self.leaf.take().map_or(0, |leaf| leaf.floor);
            self.close_to(floor);
        }
        let Some(entry) = &self.entry else { return self.close_to(0) };
        let has = |of: &Fields<'a>, name| of.fields.iter().any(|it| it.is(Space::Native, name));
        let lacks = |of, name| has(of, name) && !has(entry, name);
        let neighbour = self.sheet.entries.last();
        if neighbour.map_or(entry.fields.is_empty(), |of| {
            ["guid", "id", "link", "title"].into_iter().any(|it| lacks(of, it))
        }) {
            self.sheet.tally.note_at(Flaw::IncompleteEntry, entry.left);
            self.entry = None;
        }
        self.close_to(0);
    }

    fn text(&mut self, text: Cow<'a, str>) {
        if let Some(leaf) = &mut self.leaf {
            leaf.push_text(text, &mut self.sheet.tally);
        } else if let (Some(Role::Person), Some(person)) = (self.role(), &mut self.person) {
            person.push(&text, self.limits.text_bytes_max);
        } else if self.frames.is_empty() && !text.trim().is_empty() {
            self.sheet.tally.note(Flaw::TextOutsideRoot);
        }
    }

    fn role(&self) -> Option<Role> {
        self.frames.last().map(|it| it.role)
    }

    fn open(&mut self, tag: Tag<'a>) {
        if self.frames.len() >= self.limits.depth_max {
            self.sheet.tally.note(Flaw::ElementTooDeep);
            self.too_deep += usize::from(!tag.empty);
            return;
        }
        let mut frame = self.frame(tag.name);
        let (space, local) = self.enter(&tag);
        if let Some(open) = &self.leaf {
            if !never_inside(open, space, local) {
                self.markup(frame, tag, space, local);
                return;
            }
            let floor = open.floor;
            frame = self.close_before(floor, &tag);
        }
        let name = lower(local);
        if self.sheet.root.is_none() {
            self.sheet.root = Some(name.clone());
            role::note_root(&name, &tag, &mut self.sheet.tally);
        }
        let role = self.role_of(space, &name, &tag);
        if role == Role::Entry && self.entry.is_some() {
            let at = self.frames.iter().rposition(|it| it.role == Role::Entry);
            frame = self.close_before(at.unwrap_or(0), &tag);
        }
        let empty = tag.empty;
        self.begin(role, space, name, tag);
        self.frames.push(Frame { role, ..frame });
        if empty {
            self.close_to(self.frames.len().saturating_sub(1));
        }
    }

    /// An element that begins here; what it puts in force ends with it.
    fn frame(&self, name: &'a str) -> Frame<'a> {
        let (scope, bases, languages) = (self.scopes.mark(), self.bases.len(), self.languages.len());
        Frame { name, role: Role::Skip, scope, bases, languages, left: self.sheet.tally.left() }
    }

    /// Closes elements until `count` are open, because `tag` cannot stand inside them. What it puts in force went with
    /// them, and is put in force again.
    fn close_before(&mut self, count: usize, tag: &Tag<'a>) -> Frame<'a> {
        let left = self.frames.get(count).map_or(0, |it| it.left);
        self.sheet.tally.note_at(Flaw::UnclosedElement, left);
        self.close_to(count);
        let frame = self.frame(tag.name);
        self.enter(tag);
        frame
    }

    /// Puts the tag's namespaces, base and language in force and tells what it is.
    fn enter(&mut self, tag: &Tag<'a>) -> (Space, &'a str) {
        for (key, value) in &tag.attributes {
            let prefix = match *key {
                "xml:base" => {
                    let base = match self.bases.last() {
                        Some(outer) => outer.join(value.trim()).ok(),
                        None => Url::parse(value.trim()).ok(),
                    };
                    let base = base.filter(|it| it.as_str().len() <= self.limits.base_bytes_max);
                    self.bases.extend(base.map(Arc::new));
                    continue;
                }
                "xml:lang" => {
                    self.languages.push(value.trim().into());
                    continue;
                }
                "xmlns" => "",
                _ => match key.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            if self.scopes.mark() < self.limits.namespaces_max {
                self.scopes.declare(prefix, Space::of_address(value));
            }
        }
        let (space, local, declared) = self.scopes.resolve(tag.name);
        if !declared {
            self.sheet.tally.note(Flaw::UndeclaredPrefix);
        }
        // HTML has no elements of these names either: a feed in a page may have forgotten its own namespace.
        let is_foreign = matches!(space, Space::Other | Space::Xhtml) && is_structure(local);
        if is_foreign && (!tag.name.contains(':') || self.frames.is_empty()) {
            self.sheet.tally.note(Flaw::UnknownNamespace);
            let prefix = tag.name.split_once(':').map_or("", |(prefix, _)| prefix);
            self.scopes.declare(prefix, Space::Native);
            return (Space::Native, local);
        }
        (space, local)
    }

    /// What an element outside any field is for.
    fn role_of(&mut self, space: Space, name: &str, tag: &Tag<'a>) -> Role {
        let role = self.role();
        if space == Space::Native && matches!(name, "item" | "entry") {
            let is_shown = || !role::is_served(self.frames.iter().map(|it| it.name));
            let is_inside = self.entry.is_some() && role.is_some_and(Role::is_foreign);
            let foreign = is_inside || self.is_page && is_shown();
            return if foreign { Role::Skip } else { Role::Entry };
        }
        match role {
            None | Some(Role::Around) => self.role_around(space, name),
            Some(Role::Person) => Role::Leaf,
            Some(Role::Entry | Role::Group) => role_inside(space, name, tag, self.sheet.family),
            Some(Role::Origin) => role_in_origin(space, name),
            Some(Role::Image) => role_in_image(space, name),
            Some(Role::Company) => role_in_company(space, name),
            // An element that only wraps others around entries; inside an entry nothing of it is read.
            _ => Role::Skip,
        }
    }

    fn role_around(&mut self, space: Space, name: &str) -> Role {
        let first = self.frames.is_empty();
        match (space, name) {
            (Space::Native | Space::Rdf, "rss" | "rdf" | "feed" | "channel") => {
                self.sheet.is_feed = true;
                if first && name == "feed" {
                    self.sheet.family = Family::Atom;
                }
                Role::Around
            }
            (Space::Native | Space::Xhtml, "html" | "head" | "body") if first => {
                self.is_page = true;
                Role::Skip
            }
            _ if first => Role::Around,
            _ => role_beside(space, name),
        }
    }

    fn begin(&mut self, role: Role, space: Space, name: Cow<'a, str>, tag: Tag<'a>) {
        match role {
            Role::Around => {
                let language = self.languages.last().cloned();
                let feed = &mut self.sheet.feed;
                feed.language = feed.language.take().or(language);
                feed.base = feed.base.take().or_else(|| self.bases.last().cloned());
            }
            Role::Entry => {
                if self.frames.is_empty() && name == "entry" {
                    self.sheet.family = Family::Atom;
                }
                self.sheet.is_feed = true;
                let about = tag.attributes.iter().find(|(key, _)| *key == "about" || key.ends_with(":about"));
                self.entry = Some(Fields {
                    fields: Vec::new(),
                    about: about.map(|(_, value)| value.trim().to_owned()).filter(|it| !it.is_empty()),
                    language: self.languages.last().cloned(),
                    base: self.bases.last().cloned(),
                    left: self.sheet.tally.left(),
                });
            }
            Role::Person => self.person = Some(Person::default()),
            Role::Group | Role::Lone if name != "group" => {
                let attributes = tag.attributes;
                let text = Cow::Borrowed("");
                let (form, base) = (Form::Plain, self.bases.last().cloned());
                let left = self.sheet.tally.left();
                self.keep(Field { space, name, attributes, text, form, base, left });
            }
            Role::Leaf => {
                let leaf = Leaf::new(space, name, tag, self.sheet.family);
                self.leaf = Some(leaf.bounded(self.frames.len(), self.limits.text_bytes_max));
            }
            _ => {}
        }
    }

    /// A start tag inside a field.
    fn markup(&mut self, frame: Frame<'a>, tag: Tag<'a>, space: Space, local: &'a str) {
        let name = if space == Space::Xhtml || tag.name.len() == local.len() { local } else { tag.name };
        let holds = self.leaf.as_mut().is_some_and(|leaf| leaf.open(name, &tag, &mut self.sheet.tally));
        if holds {
            self.frames.push(Frame { role: Role::Markup, ..frame });
        } else {
            self.leave(&frame);
        }
    }

    fn close(&mut self, name: &'a str) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        match self.frames.iter().rposition(|it| it.name.eq_ignore_ascii_case(name)) {
            Some(at) => {
                if self.frames.get(at).is_some_and(|it| it.name != name) {
                    self.sheet.tally.note(Flaw::MiscasedEndTag);
                }
                for it in self.frames.iter().skip(at + 1) {
                    self.sheet.tally.note_at(Flaw::UnclosedElement, it.left);
                }
                self.close_to(at);
            }
            None if self.leaf.is_some() && leaf::is_void(name) => {}
            None => self.sheet.tally.note(Flaw::StrayEndTag),
        }
    }

    /// Closes elements until `count` are open.
    fn close_to(&mut self, count: usize) {
        while self.frames.len() > count {
            let Some(frame) = self.frames.pop() else { return };
            match frame.role {
                Role::Markup => {
                    let (space, local, _) = self.scopes.resolve(frame.name);
                    let name = if space == Space::Xhtml { local } else { frame.name };
                    if let Some(leaf) = &mut self.leaf {
                        leaf.close(name);
                    }
                }
                Role::Leaf => self.end_leaf(frame.left),
                Role::Person => self.end_person(&frame),
                Role::Entry => self.end_entry(),
                _ => {}
            }
            self.leave(&frame);
        }
    }

    fn leave(&mut self, frame: &Frame<'a>) {
        self.scopes.back_to(frame.scope);
        self.bases.truncate(frame.bases);
        self.languages.truncate(frame.languages);
    }

    fn end_leaf(&mut self, left: usize) {
        let Some(mut leaf) = self.leaf.take() else { return };
        let (space, name) = (leaf.space, std::mem::take(&mut leaf.name));
        let attributes = std::mem::take(&mut leaf.attributes);
        self.sheet.tally.stand(left);
        let (text, form) = leaf.finish(&mut self.sheet.tally);
        if let (Some(Role::Person), Some(person)) = (self.role(), &mut self.person) {
            return person.take(&name, &text);
        }
        let base = self.bases.last().cloned();
        self.keep(Field { space, name, attributes, text, form, base, left });
    }

    fn end_person(&mut self, frame: &Frame<'a>) {
        let Some(text) = self.person.take().and_then(Person::told) else { return };
        let name = lower(frame.name.rsplit(':').next().unwrap_or(frame.name));
        let (space, form, base, left) = (Space::Native, Form::Plain, self.bases.last().cloned(), frame.left);
        self.keep(Field { space, name, attributes: Vec::new(), text: text.into(), form, base, left });
    }

    fn end_entry(&mut self) {
        let Some(entry) = self.entry.take() else { return };
        if self.sheet.entries.len() < self.limits.entries_max {
            self.sheet.entries.push(entry);
        } else {
            self.sheet.tally.note_at(Flaw::EntryBeyond, entry.left);
        }
    }

    fn keep(&mut self, field: Field<'a>) {
        let space = self.role().and_then(Role::space).unwrap_or(field.space);
        let (to, fields_max) = match &mut self.entry {
            Some(entry) => (entry, self.limits.fields_max),
            None => (&mut self.sheet.feed, self.limits.feed_fields_max(space)),
        };
        if to.fields.len() < fields_max {
            to.fields.push(Field { space, ..field });
        } else {
            self.sheet.tally.note_at(Flaw::FieldBeyond, field.left);
        }
    }
}
