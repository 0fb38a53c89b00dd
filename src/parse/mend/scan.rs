//! Cuts a document into tags and text, and never fails: what is not a tag is text, what never ends ends with the
//! document. Every byte is looked at a bounded number of times.

use std::borrow::Cow;

use super::{doctype, entity::Entities, tally::Tally};
use crate::{model::Flaw, parse::Limits};

/// Longest attribute value in bytes; the rest is dropped.
const ATTRIBUTE_BYTES_MAX: usize = 64 << 10;

/// A start tag.
#[derive(Debug)]
pub(in crate::parse) struct Tag<'a> {
    pub(in crate::parse) name: &'a str,
    pub(in crate::parse) attributes: Vec<(&'a str, Cow<'a, str>)>,
    pub(in crate::parse) empty: bool,
}

impl Tag<'_> {
    /// An attribute's value by its name as written, in any letter case.
    pub(in crate::parse) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_ref())
    }
}

/// One piece of a document. Comments, processing instructions and the document type are gone.
#[derive(Debug)]
pub(in crate::parse) enum Token<'a> {
    Open(Tag<'a>),
    Close(&'a str),
    /// Text with its references resolved, or a CDATA section's as it stands.
    Text(Cow<'a, str>),
}

/// Reads one document from front to back.
pub(in crate::parse) struct Scanner<'a> {
    rest: &'a str,
    entities: Entities,
    limits: &'a Limits,
    /// Ends that a search did not find; they lie nowhere behind either, and are not looked for again.
    absent: Vec<&'static str>,
    /// Whether a document type says HTML.
    pub(super) html: bool,
    /// Whether a slash at the end of a value without quotes is part of it, as in HTML: `<a href=/news/>`.
    slash_belongs: bool,
}

impl<'a> Scanner<'a> {
    pub(in crate::parse) fn new(text: &'a str, limits: &'a Limits) -> Self {
        let (entities, absent) = (Entities::default(), Vec::new());
        Self { rest: text, entities, limits, absent, html: false, slash_belongs: false }
    }

    /// Reads a web page: as [`Scanner::new`], but for what HTML means otherwise than XML.
    pub(in crate::parse) fn of_page(text: &'a str, limits: &'a Limits) -> Self {
        Self { slash_belongs: true, ..Self::new(text, limits) }
    }

    /// The next piece, or `None` at the end.
    pub(in crate::parse) fn next(&mut self, tally: &mut Tally) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            tally.stand(self.rest.len());
            let Some(after) = self.rest.strip_prefix('<') else {
                let end = memchr::memchr(b'<', self.rest.as_bytes()).unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Token::Text(self.entities.decode(text, self.limits, tally)));
            };
            match after.chars().next() {
                Some('!') => {
                    if let Some(text) = self.declaration(after, tally) {
                        return Some(Token::Text(Cow::Borrowed(text)));
                    }
                }
                Some('?') => {
                    self.rest = match self.find(after, "?>") {
                        Some(at) => after.get(at + 2..).unwrap_or_default(),
                        None => after.split_once('>').map_or("", |(_, rest)| rest),
                    };
                }
                Some('/') => {
                    if let Some(name) = self.close(after.get(1..).unwrap_or_default()) {
                        return Some(Token::Close(name));
                    }
                }
                Some(it) if it.is_alphabetic() || it == '_' => {
                    if let Some(tag) = self.open(after, tally) {
                        return Some(Token::Open(tag));
                    }
                }
                _ => {
                    tally.note(Flaw::BareLessThanSign);
                    self.rest = after;
                    return Some(Token::Text(Cow::Borrowed("<")));
                }
            }
        }
        None
    }

    /// Leaves out what stands before the next end tag called `name`, which is in lower case: the inside of an element
    /// of HTML that holds no markup. Without such a tag the rest of the document is its inside.
    pub(in crate::parse) fn skip_raw(&mut self, name: &str) {
        let is_end = |at: &usize| {
            let after = self.rest.get(at + 2..).unwrap_or_default();
            after.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        let end = self.rest.match_indices("</").map(|(at, _)| at).find(is_end);
        self.rest = self.rest.get(end.unwrap_or(self.rest.len())..).unwrap_or_default();
    }

    /// Finds `end` in `text`, which is always what is left of the document, and remembers when there is none.
    fn find(&mut self, text: &str, end: &'static str) -> Option<usize> {
        if self.absent.contains(&end) {
            return None;
        }
        let at = text.find(end);
        if at.is_none() {
            self.absent.push(end);
        }
        at
    }

    /// A comment, CDATA section or document type; only CDATA has text.
    fn declaration(&mut self, after: &'a str, tally: &mut Tally) -> Option<&'a str> {
        if let Some(inner) = after.strip_prefix("!--") {
            self.rest = match self.find(inner, "-->") {
                Some(at) => inner.get(at + 3..).unwrap_or_default(),
                None => {
                    tally.note(Flaw::UnclosedComment);
                    inner.split_once('>').map_or("", |(_, rest)| rest)
                }
            };
            return None;
        }
        if let Some(inner) = after.strip_prefix("![CDATA[") {
            let Some(at) = self.find(inner, "]]>") else {
                tally.note(Flaw::UnclosedCdata);
                self.rest = "";
                return Some(inner);
            };
            self.rest = inner.get(at + 3..).unwrap_or_default();
            return inner.get(..at);
        }
        let is_doctype = after.get(1..8).is_some_and(|it| it.eq_ignore_ascii_case("DOCTYPE"));
        if is_doctype {
            let name = after.get(8..).unwrap_or_default().trim_start();
            self.html |= name.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("html"));
            self.rest = doctype::read(after, &mut self.entities, self.limits, tally);
        } else {
            tally.note(Flaw::UnknownDeclaration);
            self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
        }
        None
    }

    /// An end tag's name; `None` where the document ends inside it.
    fn close(&mut self, inner: &'a str) -> Option<&'a str> {
        let Some(end) = inner.find(['>', '<']) else {
            self.rest = "";
            return None;
        };
        let (name, rest) = inner.split_at(end);
        self.rest = rest.strip_prefix('>').unwrap_or(rest);
        let name = name.trim();
        Some(name.split_ascii_whitespace().next().unwrap_or(name))
    }

    /// A start tag; `None` where the document ends inside it.
    fn open(&mut self, after: &'a str, tally: &mut Tally) -> Option<Tag<'a>> {
        let end = after.find(|it: char| it.is_ascii_whitespace() || matches!(it, '/' | '>' | '<' | '='));
        let (name, mut rest) = after.split_at(end.unwrap_or(after.len()));
        let mut tag = Tag { name, attributes: Vec::new(), empty: false };
        let here = tally.left();
        loop {
            rest = rest.trim_ascii_start();
            let next = rest.chars().next();
            match next {
                None => {
                    self.rest = "";
                    tally.note_cut();
                    return None;
                }
                Some('>') => {
                    self.rest = rest.strip_prefix('>').unwrap_or(rest);
                    tally.stand(here);
                    return Some(tag);
                }
                Some('<') => {
                    self.rest = rest;
                    tally.stand(here);
                    tally.note(Flaw::UnclosedTag);
                    return Some(tag);
                }
                Some('/') => {
                    rest = rest.strip_prefix('/').unwrap_or(rest);
                    tag.empty = rest.starts_with('>');
                }
                Some('=' | '"' | '\'') => rest = rest.get(1..).unwrap_or_default(),
                Some(_) => rest = self.attribute(rest, &mut tag, tally),
            }
        }
    }

    /// Reads one attribute from the front of `text` into `tag` and returns what follows.
    fn attribute(&mut self, text: &'a str, tag: &mut Tag<'a>, tally: &mut Tally) -> &'a str {
        let end = text
            .find(|it: char| it.is_ascii_whitespace() || matches!(it, '=' | '>' | '<' | '/' | '"' | '\''));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        tally.stand(text.len());
        let (value, rest) = match rest.trim_ascii_start().strip_prefix('=') {
            Some(rest) => {
                let from = rest.trim_ascii_start();
                tally.stand(from.len() - usize::from(from.starts_with(['"', '\''])));
                self.value(from, tally)
            }
            None => {
                tally.note(Flaw::AttributeWithoutValue);
                (name, rest)
            }
        };
        if tag.attributes.iter().any(|(key, _)| *key == name) {
            tally.note(Flaw::DuplicateAttribute);
        } else if tag.attributes.len() >= self.limits.attributes_max {
            tally.note(Flaw::AttributeBeyond);
        } else {
            let cut = value.floor_char_boundary(ATTRIBUTE_BYTES_MAX);
            let value = self.entities.decode(value.get(..cut).unwrap_or_default(), self.limits, tally);
            tag.attributes.push((name, value));
        }
        rest
    }

    /// An attribute's value, quoted or not, and what follows it.
    fn value(&mut self, text: &'a str, tally: &mut Tally) -> (&'a str, &'a str) {
        let quote = match text.chars().next() {
            Some('"') => "\"",
            Some('\'') => "'",
            _ => {
                tally.note(Flaw::AttributeWithoutQuotes);
                let end = text.find(|it: char| it.is_ascii_whitespace() || matches!(it, '>' | '<'));
                let (value, rest) = text.split_at(end.unwrap_or(text.len()));
                return match value.strip_suffix('/').filter(|_| !self.slash_belongs) {
                    Some(shorter) if rest.starts_with('>') => {
                        (shorter, text.get(shorter.len()..).unwrap_or_default())
                    }
                    _ => (value, rest),
                };
            }
        };
        let inner = text.get(1..).unwrap_or_default();
        let whole = self.find(inner, quote).and_then(|at| Some((inner.get(..at)?, inner.get(at + 1..)?)));
        let cut_short = |inner: &'a str| inner.split_at(inner.find(['>', '<']).unwrap_or(inner.len()));
        match whole {
            // A tag inside the value means that its closing quote is missing, unless the value is markup itself.
            Some((value, _))
                if value.contains('<') && value.find('>') < value.find('<') && value.contains('=') =>
            {
                tally.note(Flaw::AttributeWithoutClosingQuote);
                cut_short(inner)
            }
            Some(pair) => pair,
            None => {
                tally.note(Flaw::AttributeWithoutClosingQuote);
                cut_short(inner)
            }
        }
    }
}
