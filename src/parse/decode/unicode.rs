//! The encodings of Unicode: how to know them, and how to read them where they are spoiled.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// UTF-8 in which single bytes may be wrong, and how many were: those are read as windows-1252, which is what a template
/// pastes in. A character that the end of the document cuts off is left out.
pub(super) fn utf_8(bytes: &[u8]) -> (Cow<'_, str>, u32) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), 0);
    }
    let whole = without_cut(bytes);
    if let Ok(text) = std::str::from_utf8(whole) {
        return (Cow::Borrowed(text), 1);
    }
    let mut out = String::with_capacity(bytes.len());
    let mut spoiled = 0_u32;
    for chunk in whole.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            spoiled = spoiled.saturating_add(1);
            out.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    (Cow::Owned(out), spoiled)
}

/// Without the beginning of a UTF-8 character at the very end.
pub(super) fn without_cut(bytes: &[u8]) -> &[u8] {
    // A character has four bytes at most, so its beginning is among the last three.
    for length in 1..=bytes.len().min(3) {
        let (before, end) = bytes.split_at(bytes.len() - length);
        match std::str::from_utf8(end) {
            Err(error) if error.valid_up_to() == 0 && error.error_len().is_none() => return before,
            _ => {}
        }
    }
    bytes
}

/// Whether bytes that are not valid UTF-8 are nevertheless more of it than not: a cut or a stray byte spoiled them. Each
/// further byte of a character counts, because each is one more that another character set would not have by chance.
pub(super) fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().map(|it| it.len_utf8() - 1).sum::<usize>();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad.saturating_mul(2)
}

/// UTF-16 without a byte order mark: markup begins with ASCII, so every other byte is zero.
pub(super) fn utf_16_by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [0, first, 0, second] if *first != 0 && *second != 0 => Some(UTF_16BE),
        [first, 0, second, 0] if *first != 0 && *second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// Which way round the units of UTF-32 are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Big,
    Little,
}

/// UTF-32 by its byte order mark.
pub(super) fn utf_32_by_mark(bytes: &[u8]) -> Option<Ends> {
    match bytes.get(..4)? {
        [0, 0, 0xfe, 0xff] => Some(Ends::Big),
        [0xff, 0xfe, 0, 0] => Some(Ends::Little),
        _ => None,
    }
}

/// UTF-32 without a byte order mark: three of four bytes are zero.
pub(super) fn utf_32_by_zeros(bytes: &[u8]) -> Option<Ends> {
    match bytes.get(..4)? {
        [0, 0, 0, first] if *first != 0 => Some(Ends::Big),
        [first, 0, 0, 0] if *first != 0 => Some(Ends::Little),
        _ => None,
    }
}

/// Decodes UTF-32; encoding_rs leaves it out, as HTML does.
pub(super) fn utf_32(bytes: &[u8], ends: Ends) -> String {
    let number = |it: &[u8; 4]| match ends {
        Ends::Big => u32::from_be_bytes(*it),
        Ends::Little => u32::from_le_bytes(*it),
    };
    let units = bytes.as_chunks::<4>().0.iter();
    units.map(|it| char::from_u32(number(it)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
