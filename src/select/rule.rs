//! What a selection's rules let in: words, languages, kinds, age.

use std::cell::OnceCell;

use regex::{Regex, RegexBuilder};

use super::{
    Candidate, SelectError,
    fold::{fields, fold},
};
use crate::model::{
    Selection, SourceKind,
    rule::{Rule, Term},
};

/// Largest compiled regular expression, in bytes, and largest cache of one while it runs.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// The rules of one selection, compiled.
#[derive(Debug)]
pub(super) struct Filter {
    include: Vec<Line>,
    exclude: Vec<Line>,
    languages: Vec<String>,
    kinds: Vec<SourceKind>,
    max_age_ms: Option<i64>,
}

/// One line: all of its terms must be found.
#[derive(Debug)]
struct Line(Vec<Sought>);

#[derive(Debug)]
enum Sought {
    Words(String),
    Stem(String),
    Pattern(Regex),
}

/// The searched texts of one candidate, folded when first asked for.
pub(super) struct Texts<'a> {
    candidate: &'a Candidate,
    fields: OnceCell<Vec<String>>,
    folded: OnceCell<Vec<String>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(candidate: &'a Candidate) -> Self {
        Self { candidate, fields: OnceCell::new(), folded: OnceCell::new() }
    }

    fn fields(&self) -> &[String] {
        self.fields.get_or_init(|| fields(&self.candidate.kept.entry))
    }

    fn folded(&self) -> &[String] {
        self.folded.get_or_init(|| self.fields().iter().map(|it| fold(it)).collect())
    }
}

impl Filter {
    /// Compiles the rules of a selection.
    pub(super) fn new(selection: &Selection) -> Result<Self, SelectError> {
        let lines = |rules: &[Rule]| rules.iter().map(Line::new).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            include: lines(&selection.include)?,
            exclude: lines(&selection.exclude)?,
            languages: selection.languages.clone(),
            kinds: selection.kinds.clone(),
            max_age_ms: selection.max_age.map(|it| i64::try_from(it.as_millis()).unwrap_or(i64::MAX)),
        })
    }

    /// Whether the rules let an entry in, its age left aside.
    pub(super) fn lets_in(&self, candidate: &Candidate, texts: &Texts<'_>) -> bool {
        let kind = candidate.source.kind;
        let language = candidate.kept.entry.language.as_deref();
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.languages.is_empty() || self.languages.iter().any(|it| speaks(language, it)))
            && (self.include.is_empty() || self.include.iter().any(|it| it.matches(texts)))
            && !self.exclude.iter().any(|it| it.matches(texts))
    }

    /// When an entry of this date is too old, unix milliseconds; `None` for never.
    pub(super) fn leaves_ms(&self, dated_ms: i64) -> Option<i64> {
        self.max_age_ms.map(|it| dated_ms.saturating_add(it))
    }
}

/// Whether an entry's language is the wanted one: `fr` lets in `fr-be`, and `fr-be` only that. What states no language is in none.
pub fn speaks(language: Option<&str>, wanted: &str) -> bool {
    let Some(rest) = language.and_then(|it| {
        it.get(..wanted.len()).filter(|it| it.eq_ignore_ascii_case(wanted))?;
        it.get(wanted.len()..)
    }) else {
        return false;
    };
    !wanted.is_empty() && (rest.is_empty() || rest.starts_with('-'))
}

impl Line {
    fn new(rule: &Rule) -> Result<Self, SelectError> {
        let sought = |term: &Term| match term {
            Term::Words(words) => Ok(Sought::Words(fold(words))),
            Term::Stem(stem) => Ok(Sought::Stem(fold(stem))),
            Term::Regex(pattern) => RegexBuilder::new(pattern)
                .case_insensitive(true)
                .size_limit(REGEX_BYTES_MAX)
                .dfa_size_limit(REGEX_BYTES_MAX)
                .build()
                .map(Sought::Pattern)
                .map_err(|reason| SelectError::Regex { line: rule.line.clone(), reason: reason.to_string() }),
        };
        rule.terms.iter().map(sought).collect::<Result<_, _>>().map(Self)
    }

    fn matches(&self, texts: &Texts<'_>) -> bool {
        self.0.iter().all(|it| match it {
            Sought::Words(words) => texts.folded().iter().any(|text| holds(text, words, false)),
            Sought::Stem(stem) => texts.folded().iter().any(|text| holds(text, stem, true)),
            Sought::Pattern(pattern) => texts.fields().iter().any(|text| pattern.is_match(text)),
        })
    }
}

/// Whether folded `text` holds folded `words` as whole words; as a beginning of words where `stem` is set.
fn holds(text: &str, words: &str, stem: bool) -> bool {
    let (Some(first), Some(last)) = (words.chars().next(), words.chars().next_back()) else { return false };
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|it| it.find(words)).map(|it| it + from) {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|it| it.chars().next());
        if parted(before, first) && (stem || parted(after, last)) {
            return true;
        }
        from = at + first.len_utf8();
    }
    false
}

/// Whether a word may end between a neighbour and a word's outer character: at anything that is no letter or digit, and
/// anywhere in scripts that are written without spaces.
fn parted(neighbour: Option<char>, edge: char) -> bool {
    neighbour.is_none_or(|it| !it.is_alphanumeric() || is_unspaced(it) || is_unspaced(edge))
}

/// Thai, Lao, Burmese, Khmer, Chinese and Japanese.
fn is_unspaced(it: char) -> bool {
    matches!(it,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
