//! Which part of a text is what all releases of a company end with, so that it may be folded away.
//!
//! A section begins with a heading, with words in bold or with a line of its own, by the table of `phrases`; it lasts until a
//! heading of the same or a higher level begins something else.

use super::{
    super::{characters::text_as_html, words::Words},
    parts::{Part, words},
    phrases::{PHRASES, Topic, Way},
};
use crate::model::markup::Piece;

/// Longest head of a section, characters.
const HEAD_CHARS_MAX: usize = 80;
/// How much of a paragraph is read to find out what it says, bytes.
const READ_BYTES_MAX: usize = 2_000;
/// Within how much of a section's text the name of its head is expected, bytes.
const NAMED_BYTES_MAX: usize = 400;
/// Blocks that are searched for that name.
const NAMED_BLOCKS_MAX: usize = 4;
/// Most words of a name.
const NAME_WORDS_MAX: usize = 6;
/// Below every heading: the level of a section that begins without one.
const NO_LEVEL: u8 = 7;

/// Words before a name that say nothing of whose it is.
const ARTICLES: &[&str] = &[
    "the", "la", "le", "les", "der", "die", "das", "den", "dem", "el", "los", "las", "group", "groupe",
    "grupo", "gruppe",
];
/// Words that a head may go on with.
const CONNECTING: &[&str] = &[
    "at",
    "for",
    "of",
    "and",
    "in",
    "on",
    "to",
    "regarding",
    "concerning",
    "about",
    "under",
    "de",
    "du",
    "des",
    "et",
    "pour",
    "chez",
    "und",
    "für",
    "bei",
    "der",
    "y",
    "para",
    "del",
    "en",
];

/// A paragraph begins a fold only behind so much text, bytes.
const BEFORE_BYTES_MIN: usize = 32;
/// A paragraph this long says more than whom to ask, bytes.
const NEWS_BYTES: usize = 240;

/// A part of a text that is folded away.
#[derive(Debug)]
pub(super) struct Fold {
    /// The first part that belongs to it, and the first that does not any more.
    from: usize,
    pub(super) to: usize,
    /// What it is about, in order, each once.
    topics: Vec<Topic>,
}

impl Fold {
    /// Writes what opens or closes the fold, if it does so before the part `at`.
    pub(super) fn write_at(&self, at: usize, words: &Words, html: &mut String) {
        if at == self.to {
            html.push_str("</details>");
        }
        if at == self.from {
            let name = |topic: &Topic| match topic {
                Topic::About => words.about_company,
                Topic::Contacts => words.contacts,
                Topic::Notices => words.notices,
            };
            let names: Vec<&str> = self.topics.iter().map(name).collect();
            html.push_str("<details class=\"fold\"><summary>");
            html.push_str(&text_as_html(&names.join(" · ")));
            html.push_str("</summary>");
        }
    }
}

/// What stands at the top of a text: an element, or words beside elements.
struct Block {
    from: usize,
    to: usize,
    /// The level of a heading.
    level: Option<u8>,
    is_paragraph: bool,
}

/// What is to be folded, in order; nothing where that would be all there is.
pub(super) fn folds(parts: &[Part<'_>]) -> Vec<Fold> {
    let blocks = blocks(parts);
    let mut folds: Vec<Fold> = Vec::new();
    let mut level = None;
    let mut is_left = false;
    let mut before_bytes = 0_usize;
    for (at, block) in blocks.iter().enumerate() {
        let bytes = words(parts, (block.from, block.to), NEWS_BYTES).len();
        // A release may begin with whom to ask: what comes before the news hides none of it.
        let is_early = block.level.is_none() && before_bytes < BEFORE_BYTES_MIN;
        let opening = topic(parts, &blocks, at).filter(|_| !is_early);
        before_bytes = before_bytes.saturating_add(bytes);
        let is_news = bytes >= NEWS_BYTES && level == Some(NO_LEVEL);
        match (opening, level, folds.last_mut()) {
            (Some(topic), Some(_), Some(fold)) => {
                level = Some(block.level.unwrap_or(NO_LEVEL));
                fold.to = block.to;
                if !fold.topics.contains(&topic) {
                    fold.topics.push(topic);
                }
            }
            (Some(topic), ..) => {
                level = Some(block.level.unwrap_or(NO_LEVEL));
                folds.push(Fold { from: block.from, to: block.to, topics: vec![topic] });
            }
            // Whom to ask is said in few words: a long paragraph after it is told to everybody.
            (None, Some(_), Some(fold)) if is_news && fold.topics.last() == Some(&Topic::Contacts) => {
                level = None;
                is_left = true;
            }
            (None, Some(open), Some(fold)) if block.level.is_none_or(|it| it > open) => fold.to = block.to,
            (None, ..) => {
                level = None;
                is_left |= block.level.is_none() && has_content(parts, block);
            }
        }
    }
    if is_left { folds } else { Vec::new() }
}

fn blocks(parts: &[Part<'_>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let to = part.end + 1;
        if !part.is_out {
            let name = part.tag().map_or("", |it| it.name);
            let level = match name.as_bytes() {
                [b'h', level @ b'2'..=b'6'] => Some(level - b'0'),
                _ => None,
            };
            blocks.push(Block { from: at, to, level, is_paragraph: name == "p" });
        }
        at = to;
    }
    blocks
}

/// Whether something is to be seen of a block that is no heading.
fn has_content(parts: &[Part<'_>], block: &Block) -> bool {
    let within = parts.get(block.from..block.to).unwrap_or_default();
    within.iter().any(|it| match it.piece {
        Piece::Text(written) => !it.is_out && !written.trim().is_empty(),
        Piece::Start(tag) => !it.is_out && matches!(tag.name, "img" | "iframe" | "audio" | "video"),
        Piece::End(_) => false,
    })
}

/// What the section is about that begins with a block, if one does that is to be folded.
fn topic(parts: &[Part<'_>], blocks: &[Block], at: usize) -> Option<Topic> {
    let block = blocks.get(at)?;
    if block.level.is_none() && !block.is_paragraph {
        return None;
    }
    let said = plain(&words(parts, (block.from, block.to), READ_BYTES_MAX));
    let heads = match block.level {
        Some(_) => vec![said.trim().to_owned()],
        None => paragraph_heads(parts, block, &said),
    };
    let next = || {
        let after = blocks.iter().skip(at + 1).take(NAMED_BLOCKS_MAX);
        after.map(|it| plain(&words(parts, (it.from, it.to), NAMED_BYTES_MAX))).collect::<String>()
    };
    let lower = said.trim_start().to_lowercase();
    let begins = |head: &str, way: Way, phrase: &str| match way {
        Way::Alone => strip(head, phrase).is_some_and(|it| it.trim().is_empty()),
        Way::First => strip(head, phrase).is_some_and(goes_on),
        Way::Named => strip(head, phrase).and_then(name).is_some_and(|name| {
            let rest = said.trim_start().get(head.len()..).unwrap_or_default();
            let text = format!("{rest} {}", next());
            within(&text, NAMED_BYTES_MAX).contains(name)
        }),
        Way::Saying(_) => false,
    };
    let found = PHRASES.iter().find(|it| match it.way {
        Way::Saying(too) => block.is_paragraph && lower.starts_with(it.words) && lower.contains(too),
        way => heads.iter().any(|head| begins(head, way, it.words)),
    });
    found.map(|it| it.topic)
}

/// What may be the head of a section that a paragraph begins: the words in bold, the first line, what is before a colon.
fn paragraph_heads(parts: &[Part<'_>], block: &Block, said: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let first = parts.get(block.from + 1);
    if let Some(bold) = first.filter(|it| it.tag().is_some_and(|it| matches!(it.name, "strong" | "b"))) {
        heads.push(plain(&words(parts, (block.from + 1, bold.end), READ_BYTES_MAX)));
    }
    let line = said.trim_start().split('\n').next().unwrap_or_default();
    if !line.trim_end().ends_with(['.', '!', '?', '…']) {
        heads.push(line.to_owned());
    }
    heads.extend(line.split_once(':').map(|(head, _)| head.to_owned()));
    let trimmed = heads.into_iter().map(|it| it.trim().trim_end_matches(is_end).trim_end().to_owned());
    trimmed.filter(|it| it.chars().count() <= HEAD_CHARS_MAX).collect()
}

/// What may stand behind the head of a section.
fn is_end(it: char) -> bool {
    matches!(it, ':' | '.' | '-' | '–' | '—' | '|')
}

/// Text with one kind of apostrophe and without line breaks at its end.
fn plain(text: &str) -> String {
    text.trim_end().replace(['’', 'ʼ'], "'") + "\n"
}

/// What follows `phrase`, which is in lower case, at the beginning of `text`, which is in any.
fn strip<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for wanted in phrase.chars() {
        let had = rest.next()?;
        if had != wanted && !had.to_lowercase().eq(std::iter::once(wanted)) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether a head that begins with a phrase is still that of such a section: `Media contact (Europe)`, not `Media
/// relations team wins award`.
fn goes_on(rest: &str) -> bool {
    let begins_word = rest.starts_with(char::is_alphanumeric);
    let words: Vec<&str> = rest.split_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    let is_mark = first.starts_with(|it: char| !it.is_alphanumeric());
    !begins_word && (words.len() <= 2 || is_mark || CONNECTING.contains(&first.to_lowercase().as_str()))
}

/// The first word of a name that says whose it is: `Acme` of `the Acme Group`. Numbers and words in lower case are no
/// names.
fn name(text: &str) -> Option<&str> {
    let is_short = text.split_whitespace().count() <= NAME_WORDS_MAX;
    let bare = |it: &'_ str| it.len() > 1 && !ARTICLES.contains(&it.to_lowercase().as_str());
    let words = text.split(|it: char| it.is_whitespace() || it == '\'');
    let mut words = words.map(|it| it.trim_matches(|it: char| !it.is_alphanumeric()));
    let word = words.find(|it| bare(it)).filter(|_| is_short)?;
    let is_word = word.chars().any(char::is_alphabetic);
    let begins_name = word.chars().next().is_some_and(|it| !it.is_lowercase());
    (is_word && begins_name).then_some(word)
}

/// The beginning of a text, at most `bytes_max` long.
fn within(text: &str, bytes_max: usize) -> &str {
    let mut end = bytes_max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
