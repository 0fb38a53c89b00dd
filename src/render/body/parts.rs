//! A text as a flat list of its pieces, each of which knows where its element ends: a tree that nobody has to climb.

use crate::model::{
    CleanHtml,
    markup::{Piece, Tag, decode},
};

/// One piece of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) piece: Piece<'a>,
    /// Where the end tag of what begins here stands; for everything else its own place.
    pub(super) end: usize,
    /// Whether it is left out, with everything up to its end.
    pub(super) is_out: bool,
}

impl<'a> Part<'a> {
    /// The start tag, if it is one.
    pub(super) fn tag(&self) -> Option<Tag<'a>> {
        match self.piece {
            Piece::Start(tag) => Some(tag),
            Piece::Text(_) | Piece::End(_) => None,
        }
    }
}

/// The parts of `content`. What is not closed is closed at the end, and nothing is read after an end tag without a start.
pub(super) fn parts(content: &CleanHtml) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    let close = |parts: &mut Vec<Part<'_>>, begin: usize, at: usize| {
        if let Some(part) = parts.get_mut(begin) {
            part.end = at;
        }
    };
    for piece in content.pieces() {
        let at = parts.len();
        match piece {
            Piece::Start(tag) if !tag.is_void() => open.push((at, tag.name)),
            Piece::Start(_) | Piece::Text(_) => {}
            Piece::End(name) => match open.pop() {
                Some((begin, opened)) if opened == name => close(&mut parts, begin, at),
                Some(other) => {
                    open.push(other);
                    break;
                }
                None => break,
            },
        }
        parts.push(Part { piece, end: at, is_out: false });
    }
    while let Some((begin, name)) = open.pop() {
        let at = parts.len();
        close(&mut parts, begin, at);
        parts.push(Part { piece: Piece::End(name), end: at, is_out: false });
    }
    parts
}

/// The characters from `from` to before `to` as a reader sees them: white space collapsed, `\n` where a line ends, and
/// no more once `bytes_max` are there.
pub(super) fn words(parts: &[Part<'_>], (from, to): (usize, usize), bytes_max: usize) -> String {
    let mut text = String::new();
    let mut at = from;
    while let Some(part) = parts.get(at).filter(|_| at < to && text.len() < bytes_max) {
        at = if part.is_out { part.end } else { at } + 1;
        match part.piece {
            _ if part.is_out => {}
            Piece::Text(written) => push_words(&mut text, &decode(written)),
            Piece::Start(tag) if tag.name == "br" => text.push('\n'),
            Piece::End("p" | "li" | "dd" | "dt" | "td" | "th" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                text.push('\n');
            }
            Piece::Start(_) | Piece::End(_) => {}
        }
    }
    text
}

fn push_words(text: &mut String, more: &str) {
    for it in more.chars() {
        let is_space = it.is_whitespace();
        let is_after_space = text.chars().next_back().is_none_or(char::is_whitespace);
        match (is_space, is_after_space) {
            (true, true) => {}
            (true, false) => text.push(' '),
            (false, _) => text.push(it),
        }
    }
}
