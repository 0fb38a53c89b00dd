//! Any input into small, shallow, well-nested HTML, in one pass.
//!
//! A browser's tree builder mends what is badly nested, and each of its repairs can be made to cost: it walks its stack for
//! every tag, and carries open formatting from one paragraph into the next. So nothing is left to it to repair: every element
//! that is opened here is closed here, in order, with the elements around it that HTML asks for. What a parser then builds
//! has exactly the shape of what is written, which is also why cleaning twice changes nothing.

use std::borrow::Cow;

use super::{
    bytes,
    nest::Writer,
    policy::{Role, known},
    reference::REFERENCE_BYTES_MAX,
    scan::{Scanner, Token},
    skip,
};

/// HTML that is small, shallow and well nested, and whether that is not all that came.
pub(super) struct Bounded {
    pub(super) html: String,
    pub(super) is_cut: bool,
    /// How much of the text was read until that was enough, bytes.
    pub(super) read: usize,
}

/// Reads at most `bytes_max` of `raw`, and writes what the policy knows of it, well nested and of few elements.
pub(super) fn bound(raw: &str, bytes_max: usize, elements_max: usize) -> Bounded {
    let read = without_nulls(cut(raw, bytes_max));
    let mut scanner = Scanner::new(&read);
    let mut writer = Writer::new(read.len(), bytes_max);
    let mut is_cut = raw.len() > bytes_max;
    while !writer.is_full()
        && let Some(token) = scanner.next()
    {
        match token {
            Token::Aside => {}
            Token::Text(text) => writer.text(text),
            Token::End(name) => {
                if let Some(element) = known(name) {
                    writer.end(element);
                }
            }
            // Of what the policy does not know, the tags go and the content stays, but for these.
            Token::Start(tag) => match known(tag.name) {
                Some(_) if writer.elements() >= elements_max => {
                    is_cut = true;
                    break;
                }
                // A browser reads what is in a frame as raw text, and so does whoever never frames anything.
                Some(element) if element.role == Role::Frame => {
                    writer.frame(element, &tag);
                    if !tag.closes_itself {
                        scanner.skip_raw(tag.name);
                    }
                }
                Some(element) => writer.start(element, &tag),
                None if tag.closes_itself => {}
                None => skip::content(&mut scanner, tag.name, &writer),
            },
        }
    }
    is_cut |= writer.has_lost() || scanner.has_swallowed();
    let read = read.len() - scanner.rest().len();
    Bounded { html: writer.finish(), is_cut, read }
}

/// A browser drops them from text; each is an error to its parser, and thousands of errors take their time.
fn without_nulls(raw: &str) -> Cow<'_, str> {
    match bytes::position(raw, |it| it == b'\0') {
        Some(_) => Cow::Owned(raw.replace('\0', "")),
        None => Cow::Borrowed(raw),
    }
}

/// The beginning of `raw`: whole characters, and no half of a character reference.
fn cut(raw: &str, bytes_max: usize) -> &str {
    if raw.len() <= bytes_max {
        return raw;
    }
    let kept = raw.get(..raw.floor_char_boundary(bytes_max)).unwrap_or_default();
    let tail = kept.floor_char_boundary(kept.len().saturating_sub(REFERENCE_BYTES_MAX));
    match kept.rfind('&') {
        Some(at) if at >= tail && !kept.get(at..).is_some_and(|it| it.contains(';')) => {
            kept.get(..at).unwrap_or(kept)
        }
        _ => kept,
    }
}
