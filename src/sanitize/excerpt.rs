//! The beginning of a text, for lists and widgets: whole sentences if possible, whole words if not, in any script.

use std::{borrow::Cow, sync::LazyLock};

use icu::segmenter::{
    GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter, WordSegmenterBorrowed,
    options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions},
};

use super::{
    escape::decode,
    policy::{Allowed, Role, find},
    scan::{Scanner, Tag, Token},
    text::Line,
};
use crate::model::{CleanHtml, PlainText};

/// Bytes of text that are read for each grapheme that is wanted: of Latin letters nearly all take one, of most scripts three
/// at most, but marks and joined emoji take many. More is read only where what was read before was not enough.
const GRAPHEME_BYTES: [usize; 3] = [2, 4, 16];
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
        let mut beginning = Self { words: String::new(), ends: Vec::new(), graphemes_max };
        for bytes in GRAPHEME_BYTES {
            let bytes_max = graphemes_max.saturating_mul(bytes).max(bytes);
            beginning.words = words(html, bytes_max);
            // Two more than there is room for: what follows could still belong to the last.
            beginning.ends = ends(&beginning.words, graphemes_max.saturating_add(2));
            if beginning.ends.len() > graphemes_max.saturating_add(1) || html.as_str().len() <= bytes_max {
                break;
            }
        }
        beginning
    }

    /// At most so many graphemes, ending well.
    pub(super) fn cut(&self) -> PlainText {
        PlainText::vouch(cut(&self.words, &self.ends, self.graphemes_max))
    }
}

/// Where the first `count` graphemes of a line end.
fn ends(line: &str, count: usize) -> Vec<usize> {
    let mut ends = Vec::with_capacity(count.min(line.len()).saturating_add(1));
    // One character more could still belong to the last.
    for (at, it) in line.char_indices().take(count.saturating_add(1)) {
        if !is_grapheme(it) {
            return GraphemeClusterSegmenter::new().segment_str(line).skip(1).take(count).collect();
        }
        ends.push(at + it.len_utf8());
    }
    ends.truncate(count);
    ends
}

/// Whether a character of a line is a grapheme of its own among others of which this is true: Latin, Greek and Cyrillic
/// letters that need no marks, punctuation, kana, ideographs and syllables of Hangul.
fn is_grapheme(it: char) -> bool {
    matches!(it,
        ' '..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{58a}' | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}' | '\u{20a0}'..='\u{20bf}' | '\u{3001}'..='\u{3029}' | '\u{3030}'..='\u{3098}'
        | '\u{309b}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff9d}')
}

/// The words of clean HTML as one line; reading stops after `bytes_max` bytes.
pub(super) fn words(html: &CleanHtml, bytes_max: usize) -> String {
    let mut line = Line::with_capacity(bytes_max.min(html.as_str().len()));
    let (mut read, mut readings) = (0, 0_usize);
    for token in Scanner::new(html.as_str()) {
        if read >= bytes_max {
            break;
        }
        let words = match token {
            Token::Text(text) if readings == 0 => decode(text),
            Token::Start(Tag { name, .. }) | Token::End(name) => match find(name) {
                Some(element) if element.role == Role::Reading => {
                    let is_end = matches!(token, Token::End(_));
                    readings = if is_end { readings.saturating_sub(1) } else { readings + 1 };
                    continue;
                }
                Some(element) if parts(element) => Cow::Borrowed(" "),
                _ => continue,
            },
            Token::Text(_) | Token::Aside => continue,
        };
        line.push(&words);
        read += words.len();
    }
    line.finish()
}

/// Whether an element keeps the words before and after it apart.
fn parts(element: &Allowed) -> bool {
    !matches!(element.role, Role::Inline | Role::Around | Role::Source | Role::Void)
        || matches!(element.name, "br" | "hr")
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
    // Whatever came before a letter, what comes after it is the same: the last one is early enough to begin with.
    let is_letter = |it: char| it.is_alphabetic() && is_grapheme(it);
    let from = seen.get(..share).and_then(|it| it.rfind(is_letter)).unwrap_or(0);
    let sentence = SentenceSegmenter::new(SentenceBreakInvariantOptions::default())
        .segment_str(seen.get(from..).unwrap_or_default())
        .map(|end| from + end)
        .take_while(|end| *end <= room)
        .filter(|end| *end >= share && *end < seen.len())
        .last();
    if let Some(end) = sentence {
        return text.get(..end).unwrap_or_default().trim_end().to_owned();
    }
    // The last place is for "…". A space is always between two words.
    let room = graphemes_max.checked_sub(2).and_then(|it| ends.get(it)).copied().unwrap_or(0);
    let from = seen.get(..room).and_then(|it| it.rfind(' ')).unwrap_or(0);
    let word = WORDS
        .segment_str(seen.get(from..).unwrap_or_default())
        .map(|end| from + end)
        .take_while(|end| *end <= room)
        .filter(|end| *end > room / 2)
        .last();
    let kept = text.get(..word.unwrap_or(room)).unwrap_or_default();
    format!("{}…", kept.trim_end_matches(|it: char| it.is_whitespace() || ",;:、，；：–—-".contains(it)))
}

/// Words of every script; those that are written without spaces come from a dictionary.
static WORDS: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()));

#[cfg(test)]
mod tests {
    use super::{GraphemeClusterSegmenter, is_grapheme};

    #[test]
    fn what_is_called_a_grapheme_is_one_beside_any_other() {
        let neighbours = [' ', 'e', '©', 'が', '語', '가', '각', '〰', '！'];
        assert!(neighbours.into_iter().all(is_grapheme));
        let segmenter = GraphemeClusterSegmenter::new();
        let mut seen = 0;
        for it in (' '..=char::MAX).filter(|it| is_grapheme(*it)) {
            for other in neighbours {
                let line = format!("{it}{other}{it}{it}{other}");
                assert_eq!(segmenter.segment_str(&line).count(), 1 + line.chars().count(), "{line:?}");
            }
            seen += 1;
        }
        assert!(seen > 30_000, "{seen}");
    }
}
