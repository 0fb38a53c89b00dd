//! Tags out of text, in one pass and without a tree: where HTML says that a tag begins and ends, and nothing more.
//!
//! It borrows from what it reads, decodes nothing and never looks at a byte more than a fixed number of times.

use super::bytes;

/// One piece of HTML, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Characters, with their entities. A `<` in it begins no tag.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag's name, as written.
    End(&'a str),
    /// A comment, a declaration or a processing instruction.
    Aside,
}

/// A start tag, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Its name, in the publisher's letter case.
    pub(super) name: &'a str,
    /// Whether it ends with `/>`.
    pub(super) closes_itself: bool,
    inside: &'a str,
}

impl<'a> Tag<'a> {
    /// Its attributes in order: names and values as written, entities not decoded.
    pub(super) fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.inside, slash_last: false }
    }
}

/// Reads attributes one by one, until the tag's `>` or the end of the text.
#[derive(Clone, Debug)]
pub(super) struct Attributes<'a> {
    rest: &'a str,
    slash_last: bool,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.rest.trim_start_matches(|it| is_space(it) || it == '/');
        let skipped = self.rest.get(..self.rest.len() - from.len()).unwrap_or_default();
        self.slash_last = skipped.ends_with('/');
        self.rest = from;
        if from.is_empty() || from.starts_with('>') {
            return None;
        }
        self.slash_last = false;
        let ends_name = |it: u8| matches!(it, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>' | b'=');
        // A "=" at the very beginning belongs to the name.
        let name_end = from.bytes().skip(1).position(ends_name).map_or(from.len(), |it| it + 1);
        let (name, after) = from.split_at_checked(name_end)?;
        let Some(value) = after.trim_start_matches(is_space).strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start_matches(is_space);
        let quoted =
            value.strip_prefix('"').map(|it| (b'"', it)).or(value.strip_prefix('\'').map(|it| (b'\'', it)));
        if let Some((quote, inner)) = quoted {
            // A quote that never ends takes the rest of the text with it, and the tag is none.
            let end = bytes::position(inner, |it| it == quote).unwrap_or(inner.len());
            let (value, rest) = inner.split_at_checked(end)?;
            self.rest = rest.get(1..).unwrap_or_default();
            return Some((name, value));
        }
        let end = value.find(|it| is_space(it) || it == '>').unwrap_or(value.len());
        let (value, rest) = value.split_at_checked(end)?;
        self.rest = rest;
        Some((name, value))
    }
}

/// The scanner: an iterator over tokens.
#[derive(Clone, Debug)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
    swallowed: bool,
}

impl<'a> Scanner<'a> {
    /// Begins at the beginning of `html`.
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html, swallowed: false }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Whether the rest of the text was passed over for want of what ends a comment, a tag or an element, and is more than
    /// spaces and the letters of one tag.
    pub(super) fn has_swallowed(&self) -> bool {
        self.swallowed
    }

    /// Passes over the rest of the text because `content`, with which it ends, never does.
    pub(super) fn swallow(&mut self, content: &str) {
        self.swallowed |= !content.chars().all(is_space);
        self.rest = "";
    }

    /// Passes over characters that no tag is among, if they begin here. Only what is not HTML can have them.
    pub(super) fn skip_character_data(&mut self) -> bool {
        let Some(after) = self.rest.strip_prefix("<![CDATA[") else { return false };
        match after.split_once("]]>") {
            Some((_, rest)) => self.rest = rest,
            None => self.swallow(after),
        }
        true
    }

    /// Passes over everything up to and including the end tag of `name`: what a browser reads as raw text.
    /// Without an end tag that is all the rest.
    pub(super) fn skip_raw(&mut self, name: &str) {
        let content = self.rest;
        while let Some((_, after)) = self.rest.split_once("</") {
            self.rest = after;
            let is_it = after.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
            let ends = after.get(name.len()..).and_then(|it| it.chars().next());
            if is_it && ends.is_none_or(|it| is_space(it) || matches!(it, '/' | '>')) {
                self.rest = after.split_once('>').map_or("", |(_, rest)| rest);
                return;
            }
        }
        self.swallow(content);
    }

    /// A start tag whose name begins at `after`.
    fn start(&mut self, after: &'a str) -> Option<Token<'a>> {
        let (name, inside) = split_name(after);
        if let Some(rest) = inside.strip_prefix('>') {
            self.rest = rest;
            return Some(Token::Start(Tag { name, closes_itself: false, inside }));
        }
        let mut attributes = Attributes { rest: inside, slash_last: false };
        attributes.by_ref().for_each(drop);
        self.close(inside, &attributes)?;
        Some(Token::Start(Tag { name, closes_itself: attributes.slash_last, inside }))
    }

    /// An end tag whose name begins at `after`. It may carry attributes, which mean nothing.
    fn end(&mut self, after: &'a str) -> Option<Token<'a>> {
        let (name, inside) = split_name(after);
        let mut attributes = Attributes { rest: inside, slash_last: false };
        attributes.by_ref().for_each(drop);
        self.close(inside, &attributes)?;
        Some(Token::End(name))
    }

    /// Passes over a comment whose text begins at `after`.
    fn skip_comment(&mut self, after: &'a str) {
        if let Some(rest) = after.strip_prefix('>').or(after.strip_prefix("->")) {
            self.rest = rest;
            return;
        }
        let mut rest = after;
        while let Some((_, found)) = rest.split_once("--") {
            if let Some(past) = found.strip_prefix('>').or(found.strip_prefix("!>")) {
                self.rest = past;
                return;
            }
            // "--->" ends a comment too: the second hyphen may be the first of the ending.
            rest = found;
            if let Some(past) = found.strip_prefix("->") {
                self.rest = past;
                return;
            }
        }
        self.swallow(after);
    }

    /// The `>` of a tag whose inside was read. A tag that the text's end cuts off is no tag, and if there is a `>` in it, a
    /// quote that never ends took more with it than a tag.
    fn close(&mut self, inside: &str, read: &Attributes<'a>) -> Option<()> {
        self.rest = read.rest;
        match self.rest.strip_prefix('>') {
            Some(rest) => self.rest = rest,
            None => {
                self.swallowed |= inside.contains('>');
                return None;
            }
        }
        Some(())
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let Some(after) = self.rest.strip_prefix('<') else {
            let end = bytes::position(self.rest, |it| it == b'<').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest;
            return (!text.is_empty()).then_some(Token::Text(text));
        };
        let letter = |text: &str| text.starts_with(|it: char| it.is_ascii_alphabetic());
        if letter(after) {
            return self.start(after);
        }
        if let Some(end) = after.strip_prefix('/').filter(|it| letter(it)) {
            return self.end(end);
        }
        if let Some(comment) = after.strip_prefix("!--") {
            self.skip_comment(comment);
            return Some(Token::Aside);
        }
        if let Some(aside) = after.strip_prefix(['!', '?', '/']) {
            match aside.split_once('>') {
                Some((_, rest)) => self.rest = rest,
                None => self.swallow(aside),
            }
            return Some(Token::Aside);
        }
        let (text, rest) = self.rest.split_at_checked(1)?;
        self.rest = rest;
        Some(Token::Text(text))
    }
}

/// A tag's name, and what comes after it.
fn split_name(after: &str) -> (&str, &str) {
    let ends = |it: u8| matches!(it, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>');
    let end = after.bytes().position(ends).unwrap_or(after.len());
    after.split_at_checked(end).unwrap_or((after, ""))
}

/// What HTML calls white space: tab, line feed, form feed, carriage return and space.
pub(super) fn is_space(it: char) -> bool {
    matches!(it, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}
