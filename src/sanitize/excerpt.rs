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

/// Bytes of text that are read for each grapheme that is wanted: letters of most scripts take three at most, but marks
/// and joined emoji take many. More is read only where the first was not enough.
const GRAPHEME_BYTES: [usize; 2] = [4, 16];
/// A sentence's end is worth cutting at if it leaves at least this share of what there is room for, percent.
const SENTENCE_SHARE_PERCENT: usize = 60;

/// The words of clean HTML, blocks kept apart by spaces; at most `graphemes_max` graphemes.
///
/// Longer text ends with its last whole sentence, if that fills `SENTENCE_SHARE_PERCENT` of the room; else with its last
/// whole word and "…". Readings of `ruby` are left out: they repeat the words before them.
pub fn excerpt(html: &CleanHtml, graphemes_max: usize) -> PlainText {
    Beginning::of(html, graphemes_max).cut()
}

/// The words at the beginning of a text, and where the graphemes end of which an excerpt may consist.
pub(super) struct Beginning {
    pub(super) words: String,
    ends: Vec<usize>,
    graphemes_max: usize,
}

impl Beginning {
    /// Reads words enough for `graphemes_max` graphemes.
    pub(super) fn of(html: &CleanHtml, graphemes_max: usize) -> Self {
        let [few, many] = GRAPHEME_BYTES.map(|it| graphemes_max.saturating_mul(it).max(it));
        let read = |bytes_max| {
            let words = words(html, bytes_max);
            // Two more than there is room for: what follows could still belong to the last.
            let ends = ends(&words, graphemes_max.saturating_add(2));
            Self { words, ends, graphemes_max }
        };
        let beginning = read(few);
        let is_enough = beginning.ends.len() > graphemes_max.saturating_add(1) || html.as_str().len() <= few;
        if is_enough { beginning } else { read(many) }
    }

    /// At most so many graphemes, ending well.
    pub(super) fn cut(&self) -> PlainText {
        PlainText::vouch(cut(&self.words, &self.ends, self.graphemes_max))
    }
}

/// Where the first `count` graphemes of a line end.
fn ends(text: &str, count: usize) -> Vec<usize> {
    if text.is_ascii() {
        // A line of ASCII has no grapheme of two characters: it holds no line break.
        return (1..=text.len().min(count)).collect();
    }
    GraphemeClusterSegmenter::new().segment_str(text).skip(1).take(count).collect()
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

/// At most `graphemes_max` graphemes of a line of text, ending well; `ends` says where they end, and one more.
fn cut(text: &str, ends: &[usize], graphemes_max: usize) -> String {
    if ends.len() <= graphemes_max {
        return text.to_owned();
    }
    let room = ends.get(graphemes_max.saturating_sub(1)).copied().unwrap_or(0);
    let share = ends.get(graphemes_max * SENTENCE_SHARE_PERCENT / 100).copied().unwrap_or(0);
    // One character more than there is room for shows whether the room ends with a sentence or a word.
    let seen = text.get(..ends.get(graphemes_max).copied().unwrap_or(room)).unwrap_or(text);
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
