//! What an entry says it is, so that ingest finds it again: the publisher's string as read, the link, and a hash of
//! title and text as the last resort. Nothing here is ever random.

use std::sync::LazyLock;

use crate::model::{Hash128, Identity};

/// How many bytes are looked at together.
const CHECKED_BYTES: usize = 32;

/// Makes an identity. `guid` is the publisher's own string; `title` and `text` may hold markup.
pub(super) fn identity(
    guid: Option<&str>,
    link: Option<&str>,
    title: Option<&str>,
    text: Option<&str>,
) -> Identity {
    let link = link.filter(|it| url::Url::parse(it).is_ok());
    let title = folded(title.unwrap_or_default());
    let text = folded(text.unwrap_or_default());
    Identity {
        guid: guid.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned),
        link: link.map(str::to_owned),
        content: Hash128::of_parts(&[&title, &text]).hex(),
    }
}

/// Letters and digits in lower case, as UTF-8, without tags: what stays the same when a publisher only dresses it
/// differently.
fn folded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    // Once an end was not found there is none further on: each byte is looked at a bounded number of times.
    let mut has_ends = true;
    while has_ends && let Some((before, after)) = parted(rest, b'<') {
        push_folded(&mut out, before);
        let is_tag = after.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '/' | '!'));
        rest = after;
        if is_tag {
            match parted(after, b'>') {
                Some((_, behind)) => rest = behind,
                None => has_ends = false,
            }
        }
    }
    push_folded(&mut out, rest);
    press(&mut out);
    out
}

/// What stands before and behind the first of a sign.
fn parted(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(sign, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Folds what is beyond ASCII, and takes ASCII as it is: that is quicker done of all of it at once.
fn push_folded(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, other) = rest.split_at(ascii_length(rest));
        out.extend_from_slice(plain.as_bytes());
        let (letters, further) = other.split_at(other.find(|it: char| it.is_ascii()).unwrap_or(other.len()));
        let mut bytes = [0; 4];
        for it in letters.chars() {
            if is_small_letter(it) {
                out.extend_from_slice(it.encode_utf8(&mut bytes).as_bytes());
            } else if it.is_alphanumeric() {
                it.to_lowercase().for_each(|it| out.extend_from_slice(it.encode_utf8(&mut bytes).as_bytes()));
            }
        }
        rest = further;
    }
}

/// How much of the beginning is ASCII: looked at in pieces, because most of most texts is.
fn ascii_length(text: &str) -> usize {
    let (pieces, _) = text.as_bytes().as_chunks::<CHECKED_BYTES>();
    let passed = pieces.iter().take_while(|it| it.is_ascii()).count() * CHECKED_BYTES;
    passed + text.bytes().skip(passed).take_while(u8::is_ascii).count()
}

/// Makes ASCII's letters small and takes away all of ASCII but letters and digits. Every byte is written, and only how far
/// the next one goes depends on it: where words end cannot be guessed, and nothing waits for a wrong guess.
fn press(out: &mut Vec<u8>) {
    let mut length = 0;
    // Asked for once: whether it has been made is a question of its own for each byte otherwise.
    let table: &[u8; 256] = &FOLDED;
    for at in 0..out.len() {
        let stays = out.get(at).and_then(|it| table.get(usize::from(*it))).copied().unwrap_or_default();
        if let Some(place) = out.get_mut(length) {
            *place = stays;
        }
        length += usize::from(stays != 0);
    }
    out.truncate(length);
}

/// What each byte becomes; 0 if it goes.
static FOLDED: LazyLock<[u8; 256]> = LazyLock::new(|| {
    std::array::from_fn(|it| match u8::try_from(it) {
        Ok(it) if !it.is_ascii() || it.is_ascii_alphanumeric() => it.to_ascii_lowercase(),
        _ => 0,
    })
});

/// Letters beyond ASCII that have no capitals, or are no capitals: the ranges that most of such text is made of.
fn is_small_letter(it: char) -> bool {
    matches!(it,
        'ß'..='ö' | 'ø'..='ÿ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
