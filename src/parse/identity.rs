//! What an entry says it is, so that ingest finds it again: the publisher's string as read, the link, and a hash of
//! title and text as the last resort. Nothing here is ever random.

use crate::model::{Hash128, Identity};

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
        content: Hash128::of_parts(&[title.as_bytes(), text.as_bytes()]).hex(),
    }
}

/// Letters and digits in lower case, without tags: what stays the same when a publisher only dresses it differently.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Once an end was not found there is none further on: each byte is looked at a bounded number of times.
    let mut has_ends = true;
    while has_ends && let Some((before, after)) = rest.split_once('<') {
        push_folded(&mut out, before);
        let is_tag = after.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '/' | '!'));
        rest = after;
        if is_tag {
            match after.split_once('>') {
                Some((_, behind)) => rest = behind,
                None => has_ends = false,
            }
        }
    }
    push_folded(&mut out, rest);
    out
}

fn push_folded(out: &mut String, text: &str) {
    for it in text.chars() {
        if it.is_ascii_alphanumeric() {
            out.push(it.to_ascii_lowercase());
        } else if is_small_letter(it) {
            out.push(it);
        } else if !it.is_ascii() && it.is_alphanumeric() {
            out.extend(it.to_lowercase());
        }
    }
}

/// Letters beyond ASCII that have no capitals, or are no capitals: the ranges that most of such text is made of.
fn is_small_letter(it: char) -> bool {
    matches!(it,
        'ß'..='ö' | 'ø'..='ÿ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}
