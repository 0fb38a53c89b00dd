//! What begins: values checked, start tags written.

use std::borrow::Cow;

use super::{
    super::{
        escape::{decode, push_attribute},
        frames,
        policy::{Allowed, EVERYWHERE, LINK_REL, Role, Value, find},
        scan::Tag,
        value::value,
    },
    Tidier,
    parts::{Kind, Open},
    speech::{self, Speech},
};

/// What the policy lets stand of an attribute: its name and its value.
pub(super) type Stated<'a> = (&'static str, Cow<'a, str>);

impl Tidier<'_> {
    pub(super) fn start(&mut self, tag: &Tag<'_>) {
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
            _ => self.open(element, values),
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

    pub(super) fn open(&mut self, element: &'static Allowed, mut values: Vec<Stated<'_>>) {
        let element = self.at_home(element);
        let around = speech::around(&self.open);
        let hears = !matches!(
            element.role,
            Role::Division | Role::Inline | Role::Around | Role::Reading | Role::Player
        );
        if hears {
            around.state(&mut values);
        }
        let begin = self.html.len();
        // A link that leads nowhere and a span that says nothing go, and what is in them stays.
        let is_bare = match element.name {
            "a" => !has(&values, "href"),
            "span" => values.is_empty(),
            _ => false,
        };
        if !is_bare && element.role != Role::Division {
            self.write_start(element, &values);
        }
        let before = self.open.last().map_or(0, |it| it.pieces);
        let pieces = if is_bare { before } else { self.pieces.len() };
        // What is bare goes like words, whatever it is.
        let role = if is_bare { Role::Inline } else { element.role };
        let speech = Speech::within(role, &values, around);
        let speaks = speech::is_stated(&values);
        let (content, elements) = (self.html.len(), self.elements);
        self.open.push(Open { element, begin, content, pieces, elements, is_bare, speaks, speech });
        if element.role == Role::Player && has(&values, "src") {
            // Its own address is the first of its files.
            self.finish(Kind::File);
        }
    }

    /// The element that a tag opens here: a caption or a title without what it belongs to is a box like any other.
    fn at_home(&self, element: &'static Allowed) -> &'static Allowed {
        let home = match element.name {
            "figcaption" => "figure",
            "summary" => "details",
            _ => return element,
        };
        // Boxes go, and words go from around what is a block.
        let goes = |it: &Open| it.is_bare || matches!(it.element.role, Role::Division | Role::Inline);
        let is_at_home =
            self.open.iter().rev().find(|it| !goes(it)).is_some_and(|it| it.element.name == home);
        find("div").filter(|_| !is_at_home).unwrap_or(element)
    }

    /// What the policy lets stand of a tag's values, made safe, in the order in which they were written.
    pub(super) fn values<'a>(&mut self, element: &'static Allowed, tag: &Tag<'a>) -> Vec<Stated<'a>> {
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
}

/// An image that nobody sees.
fn is_unseen(values: &[Stated<'_>]) -> bool {
    let is_side = |name: &str| matches!(name, "width" | "height");
    values.iter().any(|(name, value)| is_side(name) && value.parse::<u32>().is_ok_and(|pixels| pixels <= 1))
}

fn has(values: &[Stated<'_>], name: &str) -> bool {
    values.iter().any(|(it, _)| *it == name)
}
