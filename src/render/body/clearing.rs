//! What is left out of a text: images that are not shown here, and whatever holds nothing without them.

use super::parts::{Part, words};
use crate::model::markup::{Piece, Tag};

/// Longest caption that goes along with its picture, bytes: it is where the words and the rights of an image are said.
const CAPTION_BYTES_MAX: usize = 1024;

/// An element that has begun.
#[derive(Default)]
struct Open<'a> {
    begin: usize,
    name: &'a str,
    /// Whether an image was left out of it.
    has_lost: bool,
    /// Whether something is left to see, captions aside.
    has_left: bool,
}

/// Leaves out the images that are not to be shown, then what is empty without them: a link around one, a paragraph, a
/// figure of which only the caption is left. What was empty before stays as it is.
pub(super) fn clear(parts: &mut [Part<'_>], is_shown: impl Fn(&Tag<'_>) -> bool) {
    let mut open = vec![Open::default()];
    for at in 0..parts.len() {
        let Some(part) = parts.get_mut(at) else { return };
        match part.piece {
            Piece::Text(written) => saw(&mut open, !written.trim().is_empty()),
            Piece::Start(tag) if tag.name == "img" => {
                part.is_out = !is_shown(&tag);
                let is_out = part.is_out;
                saw(&mut open, !is_out);
                lost(&mut open, is_out);
            }
            // A line break after an image that is gone would begin the text.
            Piece::Start(tag) if tag.name == "br" => {
                part.is_out = open.last().is_some_and(|it| it.has_lost && !it.has_left);
            }
            // A place where a word may break shows nothing.
            Piece::Start(tag) if tag.name == "wbr" => {}
            Piece::Start(tag) if tag.is_void() => saw(&mut open, true),
            Piece::Start(tag) => open.push(Open { begin: at, name: tag.name, ..Open::default() }),
            Piece::End(_) => {
                let Some(ended) = open.pop() else { return };
                let is_empty = ended.has_lost && !ended.has_left;
                let is_out = is_empty && !is_of_table(ended.name);
                if let Some(begun) = parts.get_mut(ended.begin) {
                    begun.is_out = is_out;
                }
                let is_film = matches!(ended.name, "iframe" | "audio" | "video");
                saw(&mut open, is_film || (ended.has_left && !is_caption(ended.name)));
                lost(&mut open, is_empty);
            }
        }
    }
}

/// What the figure around the image at `address` says of it, where both were left out together.
pub(super) fn caption_of(parts: &[Part<'_>], address: &str) -> Option<String> {
    let is_named = |part: &Part<'_>, name: &str| part.tag().is_some_and(|it| it.name == name);
    let is_it = |tag: Tag<'_>| tag.name == "img" && tag.value("src").is_some_and(|it| it == address);
    let image = parts.iter().position(|it| it.tag().is_some_and(is_it))?;
    let is_around = |it: &Part<'_>| it.is_out && it.end > image && is_named(it, "figure");
    let begin = parts.get(..image)?.iter().rposition(is_around)?;
    let within = parts.get(begin..parts.get(begin)?.end)?;
    let at = begin + within.iter().position(|it| is_named(it, "figcaption"))?;
    let said = words(parts, (at + 1, parts.get(at)?.end), CAPTION_BYTES_MAX);
    Some(said.trim().replace('\n', " ")).filter(|it| !it.is_empty())
}

/// Notes that the innermost element has something to see.
fn saw(open: &mut [Open<'_>], is_seen: bool) {
    if let Some(it) = open.last_mut() {
        it.has_left |= is_seen;
    }
}

/// Notes that something was left out of the innermost element.
fn lost(open: &mut [Open<'_>], is_lost: bool) {
    if let Some(it) = open.last_mut() {
        it.has_lost |= is_lost;
    }
}

/// What says something about its neighbours, and nothing without them.
fn is_caption(name: &str) -> bool {
    matches!(name, "figcaption" | "caption" | "summary")
}

/// What a table cannot spare: every row has its columns.
fn is_of_table(name: &str) -> bool {
    matches!(name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot")
}
