//! Clean HTML read piece by piece.
//!
//! What the sanitizer writes has one spelling: names in lower case, every value between double quotes, five
//! references, every element closed but those that have no content. So reading it needs no parser of HTML, only care.

use std::borrow::Cow;

/// The references that clean HTML is written with, and what they stand for.
const REFERENCES: [(&str, &str); 5] =
    [("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("nbsp;", "\u{a0}")];

/// Elements without content: no end tag follows them.
const VOID: [&str; 5] = ["br", "hr", "img", "source", "wbr"];

/// One piece of clean HTML, borrowed from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Characters as they are written, references included.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag, by the element's name.
    End(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The element's name, lower case.
    pub name: &'a str,
    /// The whole tag as it is written, from `<` to `>`.
    pub written: &'a str,
    /// Everything between the name and `>`.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Whether the element has no content, and so no end tag.
    pub fn is_void(&self) -> bool {
        VOID.contains(&self.name)
    }

    /// Its attributes in order: name, and value as it is written. [`decode`] says what a value stands for.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (name, value, after) = attribute(rest)?;
            rest = after;
            Some((name, value))
        })
    }

    /// What an attribute says, decoded; `None` where it is not there.
    pub fn value(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes().find(|(it, _)| *it == name).map(|(_, written)| decode(written))
    }
}

/// The pieces of clean HTML in order. They end where something is written otherwise than a sanitizer writes it: nobody
/// has vouched for what that might mean.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// The pieces of `html`.
    pub(super) fn of(html: &'a str) -> Self {
        Self { rest: html }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let length = match self.rest.find('<') {
            None if self.rest.is_empty() => return None,
            None => self.rest.len(),
            Some(0) => return self.tag(),
            Some(at) => at,
        };
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(Piece::Text(text))
    }
}

impl<'a> Pieces<'a> {
    /// The tag that the rest begins with. Values hold no `>`: it is written as a reference in them.
    fn tag(&mut self) -> Option<Piece<'a>> {
        let whole = std::mem::take(&mut self.rest);
        let (written, rest) = whole.split_at(whole.find('>')? + 1);
        let inner = written.strip_prefix('<')?.strip_suffix('>')?;
        let piece = match inner.strip_prefix('/') {
            Some(name) => is_name(name).then_some(Piece::End(name))?,
            None => {
                let (name, attributes) = inner.split_at(inner.find(' ').unwrap_or(inner.len()));
                let tag = Tag { name, written, attributes };
                (is_name(name) && are_attributes(attributes)).then_some(Piece::Start(tag))?
            }
        };
        self.rest = rest;
        Some(piece)
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|it| it.is_ascii_lowercase())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

/// The first attribute with the space before it: name, value as written, and what follows.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.strip_prefix(' ')?.split_once("=\"")?;
    let (value, rest) = rest.split_once('"')?;
    (is_name(name) && !value.contains('<')).then_some((name, value, rest))
}

fn are_attributes(mut text: &str) -> bool {
    while let Some((_, _, rest)) = attribute(text) {
        text = rest;
    }
    text.is_empty()
}

/// What is written in clean HTML, text or value, as the characters that it stands for.
pub fn decode(written: &str) -> Cow<'_, str> {
    let mut parts = written.split('&');
    let first = parts.next().unwrap_or_default();
    if first.len() == written.len() {
        return Cow::Borrowed(written);
    }
    let mut text = String::with_capacity(written.len());
    text.push_str(first);
    for part in parts {
        let known = REFERENCES.iter().find_map(|(name, is)| part.strip_prefix(name).map(|rest| (*is, rest)));
        let (is, rest) = known.unwrap_or(("&", part));
        text.push_str(is);
        text.push_str(rest);
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Pieces, decode};

    /// The pieces, each in a word or two.
    fn read(html: &str) -> Vec<String> {
        let said = |it| match it {
            Piece::Text(text) => text.to_owned(),
            Piece::Start(tag) => {
                let values = tag.attributes().map(|(name, value)| format!(" {name}:{}", decode(value)));
                format!("+{}{}", tag.name, values.collect::<String>())
            }
            Piece::End(name) => format!("-{name}"),
        };
        Pieces::of(html).map(said).collect()
    }

    #[test]
    fn text_and_tags_come_in_order_with_what_their_values_stand_for() {
        let html = r#"A &amp; B<p lang="fr">c<img src="https://a.example/?a=1&amp;b=2" alt="&quot;&lt;x&gt;&nbsp;&quot;"></p>"#;
        let expected =
            ["A &amp; B", "+p lang:fr", "c", "+img src:https://a.example/?a=1&b=2 alt:\"<x>\u{a0}\"", "-p"];
        assert_eq!(read(html), expected);
        assert_eq!(
            read(r#"<video src="https://a.example/f" controls="">"#),
            ["+video src:https://a.example/f controls:"]
        );
    }

    #[test]
    fn nothing_is_read_from_where_the_spelling_is_not_a_sanitizers() {
        for odd in
            ["<P>x", "<p class=a>x", "<p onclick>x", "<p  a=\"b\">x", "<!--x-->y", "<br/>x", "<p", "< p>"]
        {
            assert_eq!(read(&format!("before{odd}after")), ["before"], "{odd}");
        }
        assert_eq!(read("<p a=\"1\"b=\"2\">"), Vec::<String>::new());
        assert_eq!(read("<p a=\"<b>\">"), Vec::<String>::new());
    }

    #[test]
    fn a_reference_is_decoded_once() {
        assert_eq!(decode("&amp;lt;&nbsp;&copy; &"), "&lt;\u{a0}&copy; &");
    }
}
