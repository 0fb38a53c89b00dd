//! Hints: what the operator may have meant, and how a value is quoted in a sentence.

use super::file::login_of;

/// Longest word that is compared with others, in characters.
const COMPARED_CHARS_MAX: usize = 64;
/// Most words that are compared with one other.
const CANDIDATES_MAX: usize = 2_000;
/// Longest quotation of a value in a sentence, in characters.
const QUOTED_CHARS_MAX: usize = 60;

/// The candidate that `word` is most likely a slip of, if any is near enough.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    if length == 0 || length > COMPARED_CHARS_MAX {
        return None;
    }
    let distance_max = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|it| it.chars().count().abs_diff(length) <= distance_max)
        .take(CANDIDATES_MAX)
        .map(|it| (strsim::osa_distance(&word, &it.to_lowercase()), it))
        .filter(|(distance, _)| *distance <= distance_max)
        .min()
        .map(|(_, it)| it)
}

/// “did you mean `sources`?”, where something is near enough.
pub(super) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|it| format!("did you mean `{it}`?"))
}

/// A value in quotation marks: one line, no control characters, cut where it is long, and of an address with a user name
/// or password in it the scheme alone.
pub(super) fn quote(text: &str) -> String {
    if let Some(scheme) = login_of(text).and_then(|start| text.get(..start)) {
        return format!("{}***”", quote(scheme).trim_end_matches('”'));
    }
    let mut plain: String = text
        .chars()
        .take(QUOTED_CHARS_MAX)
        .map(|it| if it.is_control() { char::REPLACEMENT_CHARACTER } else { it })
        .collect();
    if text.chars().nth(QUOTED_CHARS_MAX).is_some() {
        plain.push('…');
    }
    format!("“{plain}”")
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn listing<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|it| format!("`{it}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
