//! Character and entity references: HTML's names, a document's own declarations (bounded), and numbers.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use super::tally::Tally;
use crate::{model::Flaw, parse::Limits};

/// The named references of HTML, one a line: name, space, text.
static HTML_NAMES: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("entities.txt").lines().filter_map(|line| line.split_once(' ')).collect());

/// Longest name of a reference, in bytes: HTML's longest has 31.
const NAME_BYTES_MAX: usize = 64;

/// How many bytes are looked at together, whatever the first of them is.
const CHECKED_BYTES: usize = 256;

/// What windows-1252 has at 0x80 to 0x9F: a reference to one of these numbers means the letter seen there, because
/// no publisher means a C1 control.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Whether XML 1.0 (section 2.2) allows the character.
pub(in crate::parse) fn is_xml_char(it: char) -> bool {
    match it {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => it >= ' ',
    }
}

/// Whether XML 1.0 allows every character of `text`. Most documents are cleared by their bytes alone: only what begins
/// with 0xEF can be U+FFFE or U+FFFF.
pub(in crate::parse) fn is_xml_text(text: &str) -> bool {
    let plain = |it: u8| (it >= b' ' && it != 0xef) || matches!(it, b'\t' | b'\n' | b'\r');
    // A piece is looked at whole, because then many bytes are compared at once.
    let is_plain = |piece: &[u8]| piece.iter().fold(true, |so_far, it| so_far & plain(*it));
    text.as_bytes().chunks(CHECKED_BYTES).all(is_plain) || text.chars().all(is_xml_char)
}

/// What one reference stands for.
enum Meaning<'a> {
    Text(&'a str),
    Char(char),
    Illegal,
    Unknown,
}

/// The references a document may use.
#[derive(Debug, Default)]
pub(super) struct Entities {
    declared: HashMap<String, String>,
    spent_bytes: usize,
}

impl Entities {
    /// Takes a document type's declaration. References inside `value` are resolved now, from what was declared
    /// before, so that nothing is ever expanded twice over and a cycle cannot exist.
    pub(super) fn declare(&mut self, name: &str, value: &str, limits: &Limits, tally: &mut Tally) {
        if self.declared.contains_key(name) {
            return;
        }
        if self.declared.len() >= limits.entities_max {
            tally.note(Flaw::EntityBeyond);
            return;
        }
        let resolved = self.decode(value, limits, &mut Tally::default()).into_owned();
        if resolved.len() > limits.entity_bytes_max {
            tally.note(Flaw::EntityBeyond);
            return;
        }
        self.declared.insert(name.to_owned(), resolved);
    }

    /// Resolves every reference in `text` once.
    pub(super) fn decode<'a>(&mut self, text: &'a str, limits: &Limits, tally: &mut Tally) -> Cow<'a, str> {
        let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
        let mut out = String::with_capacity(text.len());
        let (before, mut rest) = text.split_at(first);
        out.push_str(before);
        while let Some(after) = rest.strip_prefix('&') {
            let at = text.len() - rest.len();
            let (name, tail) = reference(after);
            let Some(name) = name else {
                tally.note_behind(Flaw::BareAmpersand, at);
                out.push('&');
                rest = copy_until_ampersand(after, &mut out);
                continue;
            };
            match meaning(&self.declared, name) {
                Meaning::Text(value) if self.declared.contains_key(name) => {
                    if self.spent_bytes.saturating_add(value.len()) > limits.expansion_bytes_max {
                        tally.note_behind(Flaw::EntityBeyond, at);
                    } else {
                        self.spent_bytes = self.spent_bytes.saturating_add(value.len());
                        out.push_str(value);
                    }
                }
                Meaning::Text(value) => {
                    if !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
                        tally.note_behind(Flaw::UndeclaredEntity, at);
                    }
                    out.push_str(value);
                }
                Meaning::Char(value) => out.push(value),
                Meaning::Illegal => tally.note_behind(Flaw::IllegalCharacter, at),
                Meaning::Unknown => {
                    tally.note_behind(Flaw::UnknownEntity, at);
                    out.push('&');
                    out.push_str(name);
                    out.push(';');
                }
            }
            rest = copy_until_ampersand(tail, &mut out);
        }
        Cow::Owned(out)
    }
}

/// Copies what stands before the next `&` and returns the rest, which is empty or begins with it.
fn copy_until_ampersand<'a>(text: &'a str, out: &mut String) -> &'a str {
    let (before, rest) = text.split_at(memchr::memchr(b'&', text.as_bytes()).unwrap_or(text.len()));
    out.push_str(before);
    rest
}

/// The name after an `&`, if it is one and ends with `;`, and what follows.
fn reference(after: &str) -> (Option<&str>, &str) {
    let length = after
        .bytes()
        .take(NAME_BYTES_MAX)
        .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b'#' | b'_' | b'-' | b'.' | b':'))
        .count();
    let (name, tail) = after.split_at(length);
    match tail.strip_prefix(';') {
        Some(tail) if !name.is_empty() => (Some(name), tail),
        _ => (None, after),
    }
}

fn meaning<'a>(declared: &'a HashMap<String, String>, name: &str) -> Meaning<'a> {
    if let Some(digits) = name.strip_prefix('#') {
        return number(digits);
    }
    match name {
        "amp" => Meaning::Text("&"),
        "lt" => Meaning::Text("<"),
        "gt" => Meaning::Text(">"),
        "quot" => Meaning::Text("\""),
        "apos" => Meaning::Text("'"),
        _ => match declared.get(name).map(String::as_str).or_else(|| HTML_NAMES.get(name).copied()) {
            Some(text) => Meaning::Text(text),
            None => Meaning::Unknown,
        },
    }
}

fn number(digits: &str) -> Meaning<'static> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    let Ok(code) = code else {
        // Too large for any character, or not a number at all.
        let numeric = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_hexdigit() || it == b'x');
        return if numeric { Meaning::Illegal } else { Meaning::Unknown };
    };
    if let 0x80..=0x9f = code {
        let letter = usize::try_from(code - 0x80).ok().and_then(|at| WINDOWS_1252.get(at));
        return letter.map_or(Meaning::Illegal, |it| Meaning::Char(*it));
    }
    match char::from_u32(code).filter(|it| is_xml_char(*it)) {
        Some(it) => Meaning::Char(it),
        None => Meaning::Illegal,
    }
}
