//! Plain text: titles, names, categories, excerpts.

use std::{borrow::Cow, sync::LazyLock};

use ammonia::Builder;
use icu::segmenter::GraphemeClusterSegmenter;

use super::{
    bytes,
    escape::{self, decode},
    markup::without_tags,
};
use crate::model::PlainText;

/// Longest title, name or category, in graphemes: what a reader takes for one character.
pub const TEXT_GRAPHEMES_MAX: usize = 300;
/// Longest one in bytes: a single grapheme may have any number of marks.
pub const TEXT_BYTES_MAX: usize = 4_096;
/// What is read of one at all, in bytes.
const RAW_BYTES_MAX: usize = 16 * 1024;
/// Longest language tag, in bytes (RFC 5646, section 4.4.1).
const LANGUAGE_BYTES_MAX: usize = 35;
/// Longest character reference between `&` and `;`, in bytes.
const REFERENCE_BYTES_MAX: usize = 32;

/// Text of a publisher as plain text of one line: a title, a name, a category.
///
/// Feeds put text, HTML and HTML escaped twice into these places, and rarely say which. Entities are decoded once. Tags go
/// where they are evidently markup: those of HTML that come in pairs, and those that stand alone by nature (`<br>`, `<p>`); so
/// `<b>New</b> pump` loses its tags, and `How to use the <b> tag` and `a < b` keep every character. Where tags come to light
/// only by decoding, the text was escaped twice, and its entities are decoded once more. White space becomes single spaces;
/// control characters, bidi marks, overrides and isolates, and invisible characters go; joiners and no-break spaces stay. Longer text
/// ends after [`TEXT_GRAPHEMES_MAX`] graphemes with "…".
pub fn text(raw: &str) -> PlainText {
    let raw = raw.get(..raw.floor_char_boundary(RAW_BYTES_MAX)).unwrap_or_default();
    let shown = without_tags(raw).map_or(Cow::Borrowed(raw), Cow::Owned);
    let once = without_entities(&shown);
    let stripped = without_tags(&once);
    let text = stripped.as_deref().map_or(once, without_entities);
    PlainText::vouch(shorten(line(&text), TEXT_GRAPHEMES_MAX, TEXT_BYTES_MAX))
}

/// Text as one line: single spaces, nothing invisible, nothing that turns the direction of what follows.
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if plain(text, true) == text.len() && !text.contains("  ") {
        return Cow::Borrowed(text.trim_matches(' '));
    }
    let mut line = Line::with_capacity(text.len());
    line.push(text);
    Cow::Owned(line.finish())
}

/// A line of text that comes in parts.
#[derive(Debug)]
pub(super) struct Line {
    out: String,
    flag: bool,
}

impl Line {
    /// An empty line with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), flag: false }
    }

    /// Writes what comes next.
    pub(super) fn push(&mut self, text: &str) {
        let has_runs_of_spaces = text.contains("  ");
        let mut rest = text;
        while let Some(it) = rest.chars().next() {
            // Nearly all of nearly every text stays as it is, and is copied in one piece.
            let settled = if it == ' ' { 0 } else { plain(rest, !has_runs_of_spaces) };
            if settled == 0 {
                self.push_doubtful(it);
                rest = rest.get(it.len_utf8()..).unwrap_or_default();
            } else {
                let (settled, other) = rest.split_at(settled);
                self.out.push_str(settled);
                (self.flag, rest) = (false, other);
            }
        }
    }

    /// Writes a character that may have to be written otherwise, or not at all.
    fn push_doubtful(&mut self, it: char) {
        // Tag characters are the letters of some flags, and invisible everywhere else.
        self.flag = it == '\u{1f3f4}' || (self.flag && ('\u{e0020}'..='\u{e007f}').contains(&it));
        if it.is_whitespace() {
            // Of a run of spaces one stays: one that holds together only if all of them do.
            match (self.out.chars().next_back(), is_joining_space(it)) {
                (Some(' '), _) => {}
                (Some(last), true) if is_joining_space(last) => {}
                (Some(last), false) if is_joining_space(last) => {
                    self.out.pop();
                    self.out.push(' ');
                }
                (_, true) => self.out.push(it),
                (_, false) => self.out.push(' '),
            }
        } else if self.flag || !is_unwanted(it) || (is_glyph_selector(it) && self.out.ends_with(is_ideograph))
        {
            self.out.push(it);
        }
    }

    /// The line, without spaces at its ends; empty where nothing of it can be seen.
    pub(super) fn finish(mut self) -> String {
        if self.out.chars().all(shows_nothing) {
            return String::new();
        }
        self.out.truncate(self.out.trim_end().len());
        self.out.drain(..self.out.len() - self.out.trim_start().len());
        self.out
    }
}

/// Text of a body: line breaks and spaces as they are, without what no XML document may hold, without overrides of direction,
/// and without isolates that do not both begin and end in it: what they turn would reach beyond it.
pub(super) fn body(text: &str) -> Cow<'_, str> {
    let settled = bytes::beginning(text, is_clear_in_body, stays_in_body);
    if settled == text.len() {
        return Cow::Borrowed(text);
    }
    let (settled, rest) = text.split_at(settled);
    let mut out = String::with_capacity(text.len());
    out.push_str(settled);
    let mut all = rest.chars().peekable();
    // Where isolates begin whose ends have not come.
    let mut begun = Vec::new();
    while let Some(it) = all.next() {
        match it {
            '\u{2066}'..='\u{2068}' => {
                begun.push(out.len());
                out.push(it);
            }
            '\u{2069}' if begun.pop().is_none() => {}
            '\u{2069}' => out.push(it),
            '\r' if all.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            it if stays_in_body(it) => out.push(it),
            _ => {}
        }
    }
    Cow::Owned(without(&out, &begun, '\u{2066}'.len_utf8()))
}

/// A text without the `length` bytes at each of the places.
fn without(text: &str, places: &[usize], length: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for place in places {
        out.push_str(text.get(from..*place).unwrap_or_default());
        from = place + length;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// How much of the beginning of what a serializer has written stays as it is in a body.
pub(super) fn settled_in_body(written: &str) -> usize {
    let is_clear = |it| is_clear_in_body(it) && !matches!(it, b'&' | b'<' | b'>');
    bytes::beginning(written, is_clear, stays_in_body)
}

fn stays_in_body(it: char) -> bool {
    let turns = matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    matches!(it, '\n' | '\t') || !(it.is_control() || turns || it == '\u{feff}' || is_noncharacter(it))
}

/// Whether all that a byte can be a part of stays in a body, whatever the bytes beside it are.
fn is_clear_in_body(it: u8) -> bool {
    matches!(it, b' '..=b'~' | b'\n' | b'\t' | 0x80..=0xc1 | 0xc3..=0xe1 | 0xe3..=0xee)
}

/// A language tag in lower case, if it has the shape of one (BCP 47): letters, digits and hyphens.
pub(super) fn language(raw: &str) -> Option<String> {
    let tag = raw.trim().replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let good = (2..=8).contains(&primary.len())
        && primary.bytes().all(|it| it.is_ascii_lowercase())
        && parts.all(|it| (1..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric()));
    (good && tag.len() <= LANGUAGE_BYTES_MAX).then_some(tag)
}

/// The first `graphemes_max` graphemes, the last of them "…" where there are more.
fn shorten(text: Cow<'_, str>, graphemes_max: usize, bytes_max: usize) -> String {
    if text.len() <= graphemes_max.min(bytes_max) {
        return text.into_owned();
    }
    let mut cut = 0;
    for (before, end) in GraphemeClusterSegmenter::new().segment_str(&text).skip(1).enumerate() {
        if end == text.len() && before < graphemes_max && end <= bytes_max {
            return text.into_owned();
        }
        if before + 1 >= graphemes_max || end + '…'.len_utf8() > bytes_max {
            break;
        }
        cut = end;
    }
    format!("{}…", text.get(..cut).unwrap_or_default().trim_end())
}

/// Characters that can be seen, and mean the same wherever they stand: the ranges in which there are no others.
fn is_plain(it: char) -> bool {
    matches!(it,
        '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{34e}' | '\u{350}'..='\u{61b}' | '\u{61d}'..='\u{115e}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3163}' | '\u{3165}'..='\u{fdcf}')
}

/// Whether all that a byte can be a part of is plain, whatever the bytes beside it are.
fn is_plain_byte(it: u8) -> bool {
    matches!(it, b'!'..=b'~' | 0x80..=0xbf | 0xc3..=0xcc | 0xce..=0xd7 | 0xe4..=0xee)
}

/// How much of the beginning of a text is plain characters, and spaces if they count.
fn plain(text: &str, with_spaces: bool) -> usize {
    if with_spaces {
        bytes::beginning(text, |it| it == b' ' || is_plain_byte(it), is_plain)
    } else {
        bytes::beginning(text, is_plain_byte, is_plain)
    }
}

/// No-break spaces: they hold a number and its unit together.
fn is_joining_space(it: char) -> bool {
    matches!(it, '\u{a0}' | '\u{202f}')
}

fn is_noncharacter(it: char) -> bool {
    (u32::from(it) & 0xfffe) == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&it)
}

/// Selects one of the forms of an ideograph, as names of people and places in Japanese need it.
fn is_glyph_selector(it: char) -> bool {
    ('\u{e0100}'..='\u{e01ef}').contains(&it)
}

fn is_ideograph(it: char) -> bool {
    matches!(it, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What stays among other characters and shows nothing by itself: spaces, joiners, selectors, the cell of braille without a
/// dot, the place of an object that is not there, fillers and joiners of old scripts and of music.
fn shows_nothing(it: char) -> bool {
    it.is_whitespace()
        || matches!(it,
            '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff0}'..='\u{fff8}' | '\u{fffc}' | '\u{13430}'..='\u{13440}' | '\u{16fe4}' | '\u{1d159}'
            | '\u{e0100}'..='\u{e01ef}')
}

/// What no line of text needs: control characters, overrides and isolates of direction, what cannot be seen.
fn is_unwanted(it: char) -> bool {
    it.is_control()
        || is_noncharacter(it)
        || matches!(it,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Decodes every entity that ends with a semicolon, once. HTML's table of names is the sanitizer's.
fn without_entities(text: &str) -> Cow<'_, str> {
    static NO_TAGS: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let (mut has_references, mut has_rare_ones) = (false, false);
    let mut safe = String::with_capacity(text.len() + 16);
    let mut parts = text.split('&');
    safe.push_str(&parts.next().unwrap_or_default().replace('<', "&lt;"));
    for part in parts {
        let name = part.split(';').next().filter(|it| it.len() < part.len().min(REFERENCE_BYTES_MAX));
        let is_reference = name.is_some_and(|it| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#')
        });
        has_references |= is_reference;
        has_rare_ones |= is_reference && !name.is_some_and(escape::is_usual);
        safe.push_str(if is_reference { "&" } else { "&amp;" });
        safe.push_str(&part.replace('<', "&lt;"));
    }
    if !has_references {
        return Cow::Borrowed(text);
    }
    // The few that a serializer writes need no table, where there is nothing else that a parser reads otherwise.
    if !has_rare_ones && !text.contains(['\r', '\0']) {
        return decode(text);
    }
    Cow::Owned(decode(&NO_TAGS.clean(&safe).to_string()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_clear_in_body, is_plain, is_plain_byte, stays_in_body};

    #[test]
    fn bytes_that_are_called_clear_are_a_part_of_nothing_that_goes() {
        let mut buffer = [0; 4];
        for it in '\0'..=char::MAX {
            let bytes = it.encode_utf8(&mut buffer).as_bytes();
            assert!(is_plain(it) || !bytes.iter().all(|it| is_plain_byte(*it)), "{it:?}");
            assert!(stays_in_body(it) || !bytes.iter().all(|it| is_clear_in_body(*it)), "{it:?}");
        }
        assert!("Größe 本日".bytes().all(is_clear_in_body));
    }
}
