//! Character references before a parser reads them: those that are plain numbers are read here, and all others are counted.
//!
//! A parser tries every name there is on whatever follows a `&`, and makes a token of each character that it finds: a text of
//! nothing but references takes it longer than a deep tree.

use super::escape;

/// Longest character reference, bytes: a cut does not go through one.
pub(super) const REFERENCE_BYTES_MAX: usize = 40;
/// What the references of a text may cost a parser: bytes of their names, and [`REFERENCE_COST`] for each. Several thousands
/// of accents written by name, and many times what any release has.
pub(super) const REFERENCES_COST_MAX: usize = 128 * 1024;
/// What a reference costs beside its name.
const REFERENCE_COST: usize = 8;

/// What stands behind a `&`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// Nothing that a parser reads as a reference.
    None,
    /// A number, which stands for this character; and how many bytes it takes.
    Is(char, usize),
    /// One that a serializer writes.
    Usual,
    /// A name of so many bytes that may stand for something.
    Named(usize),
}

impl Reference {
    /// Reads what begins `after` a `&` with so much written `before` it.
    pub(super) fn at(after: &str, before: &str, in_attribute: bool) -> Self {
        if !after.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '#') {
            return Self::None;
        }
        if escape::begins_usual(after) {
            return Self::Usual;
        }
        // Behind letters, a character that is written out could end a reference that it was no part of.
        let is_apart = !before.ends_with(|it: char| it.is_ascii_alphanumeric() || it == '#' || it == '&');
        if let Some((is, length)) = number(after).filter(|(it, _)| is_apart || !it.is_ascii()) {
            return Self::Is(is, length);
        }
        let is_name = |it: u8| it.is_ascii_alphanumeric() || it == b'#';
        let name = after.bytes().take(REFERENCE_BYTES_MAX).take_while(|it| is_name(*it)).count();
        // The next parameter of an address: HTML reads no reference there.
        if in_attribute && after.as_bytes().get(name) == Some(&b'=') && !after.starts_with('#') {
            return Self::None;
        }
        Self::Named(name)
    }

    /// What it costs a parser.
    pub(super) fn cost(self) -> usize {
        match self {
            Self::None | Self::Is(..) | Self::Usual => 0,
            Self::Named(bytes) => REFERENCE_COST + bytes,
        }
    }
}

/// A number that stands for a character which means nothing to HTML itself.
fn number(after: &str) -> Option<(char, usize)> {
    let head = after.get(..after.floor_char_boundary(REFERENCE_BYTES_MAX.min(after.len())))?;
    let (digits, _) = head.strip_prefix('#')?.split_once(';')?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    if !digits.bytes().all(|it| it.is_ascii_alphanumeric()) {
        return None;
    }
    let is = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    let is_plain = matches!(is, ' '..='~' | '\u{a0}'..) && !matches!(is, '&' | '<' | '>' | '"' | '\'');
    is_plain.then(|| (is, after.len() - after.split_once(';').map_or(after, |(_, rest)| rest).len()))
}
