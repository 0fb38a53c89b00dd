//! What ammonia lets through, checked once more and made neat: addresses, values, emptiness, boxes.
//!
//! Everything is written once, in the order in which it is read, and elements are finished from the inside out: the end
//! of one decides whether what was written of it stays, loses its tags or goes. So nothing here recurses, and hardly
//! anything is written twice.

mod end;
mod parts;
mod speech;
mod start;

use url::Url;

use self::parts::{Kind, Open, Piece};
use super::{
    escape::{decode, push_escaped},
    scan::{Scanner, Token, is_space},
    text,
};

/// Room for what is written beyond what is read: this part of it.
const ROOM_SHARE: usize = 8;

/// Tidied HTML, and how many elements it has.
pub(super) struct Tidied {
    pub(super) html: String,
    pub(super) elements: usize,
}

/// Makes clean HTML neat. `html` is what ammonia wrote: well nested, with nothing but what the policy allows.
pub(super) fn tidy(html: &str, base: Option<&Url>) -> Tidied {
    // Every link gets a relation, which makes it longer.
    let out = String::with_capacity(html.len() + html.len() / ROOM_SHARE);
    let mut tidier =
        Tidier { base, html: out, pieces: Vec::new(), open: Vec::new(), elements: 0, last_link: None };
    for token in Scanner::new(html) {
        tidier.token(token);
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
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::Start(tag) => self.start(&tag),
            // A frame is written whole where it begins.
            Token::End("iframe") => {}
            Token::End(_) => self.end(),
            Token::Aside => {}
        }
    }

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
}

/// Takes the white space at both ends of what is written from `begin` on.
fn trim(html: &mut String, begin: usize) {
    html.truncate(begin + html.get(begin..).map_or(0, |it| it.trim_end_matches(is_space).len()));
    let skipped = html.get(begin..).map_or(0, |it| it.len() - it.trim_start_matches(is_space).len());
    html.drain(begin..begin + skipped);
}
