//! The beginning of a text, for lists and widgets: whole sentences if possible, whole words if not, in any script.

use std::sync::LazyLock;

use icu::segmenter::{
    GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter, WordSegmenterBorrowed,
    options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions},
};

use super::{
    policy::{Role, find},
    scan::{Scanner, Token},
    text::line,
    tidy::decode,
};
use crate::model::{CleanHtml, PlainText};

/// Bytes of text that are read for each grapheme that is wanted: marks and joined emoji take many.
const GRAPHEME_BYTES: usize = 16;
/// A sentence's end is worth cutting at if it leaves at least this share of what there is room for, percent.
const SENTENCE_SHARE_PERCENT: usize = 60;

/// The words of clean HTML, blocks kept apart by spaces; at most `graphemes_max` graphemes.
///
/// Longer text ends with its last whole sentence, if that fills `SENTENCE_SHARE_PERCENT` of the room; else with its last
/// whole word and "…". Readings of `ruby` are left out: they repeat the words before them.
pub fn excerpt(html: &CleanHtml, graphemes_max: usize) -> PlainText {
    PlainText::vouch(cut(&beginning(html, graphemes_max), graphemes_max))
}

/// Words enough for `graphemes_max` graphemes, in any script.
pub(super) fn beginning(html: &CleanHtml, graphemes_max: usize) -> String {
    words(html, graphemes_max.saturating_mul(GRAPHEME_BYTES).max(GRAPHEME_BYTES))
}

/// The words of clean HTML as one line; reading stops after `bytes_max` bytes.
pub(super) fn words(html: &CleanHtml, bytes_max: usize) -> String {
    let mut out = String::new();
    let mut readings = 0_usize;
    for token in Scanner::new(html.as_str()) {
        if out.len() >= bytes_max {
            break;
        }
        match token {
            Token::Text(text) if readings == 0 => out.push_str(&decode(text)),
            Token::Start(tag) => match find(tag.name) {
                Some(element) if element.role == Role::Reading => readings += 1,
                Some(element) if parts(element.role, tag.name) => out.push(' '),
                _ => {}
            },
            Token::End(name) => match find(name) {
                Some(element) if element.role == Role::Reading => readings = readings.saturating_sub(1),
                Some(element) if parts(element.role, name) => out.push(' '),
                _ => {}
            },
            Token::Text(_) | Token::Aside => {}
        }
    }
    line(&out)
}

/// Whether an element keeps the words before and after it apart.
fn parts(role: Role, name: &str) -> bool {
    !matches!(role, Role::Inline | Role::Around | Role::Source | Role::Void) || matches!(name, "br" | "hr")
}

/// At most `graphemes_max` graphemes of a line of text, ending well.
pub(super) fn cut(text: &str, graphemes_max: usize) -> String {
    let ends: Vec<usize> = if text.is_ascii() {
        // A line of ASCII has no graphemes of two characters: it holds no line break.
        (1..=text.len().min(graphemes_max + 1)).collect()
    } else {
        GraphemeClusterSegmenter::new().segment_str(text).skip(1).take(graphemes_max + 1).collect()
    };
    if ends.len() <= graphemes_max {
        return text.to_owned();
    }
    let room = ends.get(graphemes_max.saturating_sub(1)).copied().unwrap_or(0);
    let share = ends.get(graphemes_max * SENTENCE_SHARE_PERCENT / 100).copied().unwrap_or(0);
    // One character more than there is room for shows whether the room ends with a sentence or a word.
    let seen = text.get(..ends.last().copied().unwrap_or(room)).unwrap_or(text);
    let sentence = SentenceSegmenter::new(SentenceBreakInvariantOptions::default())
        .segment_str(seen)
        .filter(|end| *end <= room && *end >= share && *end < seen.len())
        .last();
    if let Some(end) = sentence {
        return text.get(..end).unwrap_or_default().trim_end().to_owned();
    }
    // The last place is for "…".
    let room = ends.get(graphemes_max.saturating_sub(2)).copied().unwrap_or(0);
    let word = WORDS.segment_str(seen).filter(|end| *end <= room && *end > room / 2).last();
    let kept = text.get(..word.unwrap_or(room)).unwrap_or_default();
    format!("{}…", kept.trim_end_matches(|it: char| it.is_whitespace() || ",;:、，；：–—-".contains(it)))
}

/// Words of every script; those that are written without spaces come from a dictionary.
static WORDS: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));
