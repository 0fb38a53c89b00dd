//! Any text into lawful JSON that serde_json reads: what is missing is added, what is wrong left out, and a document
//! that is cut off ends behind its last complete entry. One pass over the text, no recursion, memory in proportion to it.

use super::{
    super::mend::Tally,
    scan::{Kind, Scanner, Token},
};
use crate::model::Flaw;

/// Arrays and objects open at the same time; deeper ones are left out. serde_json itself gives up at 128.
const DEPTH_MAX: usize = 64;

/// Values of a document: the rest is left out. Even the smallest object takes half a kilobyte once it is read.
pub(super) const VALUES_MAX: usize = 1 << 18;

/// Lawful JSON.
pub(super) struct Lawful {
    pub(super) text: String,
    /// Whether what it was made of ends in the middle.
    pub(super) is_cut_off: bool,
}

/// `text`, from its first brace or bracket, as lawful JSON. Numbers that would lose digits as such become texts.
pub(super) fn lawful(text: &str, tally: &mut Tally) -> Lawful {
    let mut scanner = Scanner::new(text);
    let mut writer = Writer {
        out: String::with_capacity(text.len()),
        frames: Vec::new(),
        too_deep: 0,
        values: 0,
        name: None,
        is_separated: true,
        whole: Whole { length: 0, open: 0, depth_max: if text.starts_with('[') { 1 } else { 2 } },
        tally,
    };
    while let Some(token) = scanner.next() {
        writer.take(token);
        if writer.frames.is_empty() {
            return Lawful { text: writer.out, is_cut_off: false };
        }
    }
    Lawful { text: writer.end(), is_cut_off: true }
}

/// An open array or object.
struct Frame {
    kind: Kind,
    has_members: bool,
}

/// How far the output is worth keeping where the document is cut off.
struct Whole {
    /// Bytes of it.
    length: usize,
    /// Arrays and objects that are open there.
    open: usize,
    /// How deep whole values stand: entries of a list in the document, or of the document that is a list.
    depth_max: usize,
}

struct Writer<'a, 't> {
    out: String,
    frames: Vec<Frame>,
    /// Arrays and objects open in one that was left out.
    too_deep: usize,
    values: usize,
    /// The name of the member whose value comes next, its escapes as written.
    name: Option<&'a str>,
    /// Whether a comma, or the beginning, stands before what comes next.
    is_separated: bool,
    whole: Whole,
    tally: &'t mut Tally,
}

impl<'a> Writer<'a, '_> {
    fn take(&mut self, token: Token<'a>) {
        if self.too_deep > 0 {
            match token {
                Token::Open(_) => self.too_deep += 1,
                Token::Close(_) => self.too_deep -= 1,
                _ => {}
            }
            return;
        }
        let wants_name = self.name.is_none() && self.frames.last().is_some_and(|it| it.kind == Kind::Object);
        match token {
            Token::Comma => self.comma(),
            Token::Colon => {}
            Token::Close(kind) => self.close(kind),
            Token::Text(name) if wants_name => self.name = Some(name),
            // A name as JavaScript lets one write it.
            Token::Word(name) if wants_name && name.bytes().all(is_name) => {
                self.tally.note(Flaw::BrokenJson);
                self.name = Some(name);
            }
            _ if wants_name => {
                self.tally.note(Flaw::BrokenJson);
                self.too_deep = usize::from(matches!(token, Token::Open(_)));
            }
            _ if self.values >= VALUES_MAX => self.leave_out(token),
            Token::Open(kind) => self.open(kind),
            Token::Text(text) => {
                self.begin_value();
                push_text(&mut self.out, text, self.tally);
                self.end_value();
            }
            Token::Word(word) => {
                self.begin_value();
                push_word(&mut self.out, word, self.tally);
                self.end_value();
            }
        }
    }

    fn comma(&mut self) {
        if self.is_separated {
            self.tally.note(Flaw::BrokenJson);
        }
        if self.name.take().is_some() {
            self.tally.note(Flaw::BrokenJson);
        }
        self.is_separated = true;
    }

    fn leave_out(&mut self, value: Token<'_>) {
        self.tally.note(Flaw::FieldBeyond);
        self.too_deep = usize::from(matches!(value, Token::Open(_)));
        self.name = None;
        self.is_separated = false;
    }

    fn open(&mut self, kind: Kind) {
        self.begin_value();
        if self.frames.len() >= DEPTH_MAX {
            self.tally.note(Flaw::ElementTooDeep);
            self.too_deep = 1;
            self.out.push_str("null");
            return self.end_value();
        }
        self.out.push(if kind == Kind::Array { '[' } else { '{' });
        self.frames.push(Frame { kind, has_members: false });
        self.is_separated = true;
        self.keep();
    }

    /// Ends the innermost array or object of this kind, and with it all inside it.
    fn close(&mut self, kind: Kind) {
        let Some(at) = self.frames.iter().rposition(|it| it.kind == kind) else {
            return self.tally.note(Flaw::BrokenJson);
        };
        if self.is_separated && self.frames.last().is_some_and(|it| it.has_members) {
            self.tally.note(Flaw::BrokenJson);
        }
        if self.name.take().is_some() {
            self.tally.note(Flaw::BrokenJson);
        }
        while self.frames.len() > at {
            if self.frames.len() > at + 1 {
                self.tally.note(Flaw::BrokenJson);
            }
            self.close_one();
        }
    }

    fn close_one(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.out.push(if frame.kind == Kind::Array { ']' } else { '}' });
        self.end_value();
    }

    /// Writes what stands before a value: a comma, and its name.
    fn begin_value(&mut self) {
        self.values += 1;
        let Some(frame) = self.frames.last_mut() else { return };
        if !self.is_separated {
            self.tally.note(Flaw::BrokenJson);
        }
        if std::mem::replace(&mut frame.has_members, true) {
            self.out.push(',');
        }
        if let Some(name) = self.name.take() {
            push_text(&mut self.out, name, self.tally);
            self.out.push(':');
        }
    }

    fn end_value(&mut self) {
        self.is_separated = false;
        self.keep();
    }

    /// Remembers that all so far is whole, where it is.
    fn keep(&mut self) {
        if self.frames.len() <= self.whole.depth_max {
            self.whole = Whole { length: self.out.len(), open: self.frames.len(), ..self.whole };
        }
    }

    /// Ends a document that stops in the middle: behind its last complete entry.
    fn end(mut self) -> String {
        self.tally.note_cut();
        if self.frames.len() > self.whole.open {
            self.tally.note(Flaw::IncompleteEntry);
        }
        self.out.truncate(self.whole.length);
        self.frames.truncate(self.whole.open);
        while !self.frames.is_empty() {
            self.close_one();
        }
        self.out
    }
}

fn is_name(it: u8) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$')
}

/// Writes a literal as it is, a number as it is where it loses no digits, and null for what is neither.
fn push_word(out: &mut String, word: &str, tally: &mut Tally) {
    let is_exact = word.parse::<i64>().is_ok_and(|it| it.to_string() == word);
    let is_number = word.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '-' | '+' | '.'))
        && word.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'-' | b'+' | b'.' | b'e' | b'E'));
    if is_exact || matches!(word, "true" | "false" | "null") {
        out.push_str(word);
    } else if is_number {
        out.push('"');
        out.push_str(word);
        out.push('"');
    } else {
        tally.note(Flaw::BrokenJson);
        out.push_str("null");
    }
}

/// Writes a text: control characters are escaped, and escapes that mean nothing become what they stand before.
fn push_text(out: &mut String, text: &str, tally: &mut Tally) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|it| it == b'\\' || it < b' ') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        rest = match from.strip_prefix('\\') {
            Some(escape) => push_escape(out, escape, tally),
            None => {
                tally.note(Flaw::BrokenJson);
                let control = from.bytes().next().unwrap_or_default();
                out.push_str(&format!("\\u{control:04x}"));
                from.get(1..).unwrap_or_default()
            }
        };
    }
    out.push_str(rest);
    out.push('"');
}

/// Writes the escape that `text`, behind a backslash, begins with, and returns what follows it.
fn push_escape<'a>(out: &mut String, text: &'a str, tally: &mut Tally) -> &'a str {
    if let Some(rest) = text.strip_prefix(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']) {
        out.push('\\');
        out.push_str(text.get(..text.len() - rest.len()).unwrap_or_default());
        return rest;
    }
    let Some(unit) = unit(text) else {
        // A line may be broken with a backslash in JavaScript; anything else stands for itself.
        tally.note(Flaw::BrokenJson);
        return text;
    };
    let behind = text.get(5..).unwrap_or_default();
    let second = behind.strip_prefix('\\').and_then(self::unit);
    let pair = [Some(unit), second].into_iter().flatten();
    match char::decode_utf16(pair).next() {
        Some(Ok(it)) => {
            // Both units of a pair, or the first of two.
            let units = it.len_utf16();
            let escapes = text.get(..units * 6 - 1).unwrap_or_default();
            out.push('\\');
            out.push_str(escapes);
            text.get(escapes.len()..).unwrap_or_default()
        }
        _ => {
            tally.note(Flaw::BrokenJson);
            out.push(char::REPLACEMENT_CHARACTER);
            behind
        }
    }
}

/// The unit of UTF-16 that `text`, behind a backslash, states as `u` and four digits.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    digits.bytes().all(|it| it.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}
