//! Whether two entries that carry one id are one release. Anybody may claim an id; the words tell.

use std::collections::HashSet;

use super::{Candidate, fold::fold, home::Nearness};
use crate::model::Entry;

/// Of the pieces of the shorter title so many must stand in the longer one, percent.
const SHARED_PERCENT_MIN: usize = 60;

/// Whether two entries with one id are one release: alike in title, or the same in another language. What shares an id
/// alone is something else, and is shown under another id.
pub(super) fn is_one_release(one: &Entry, other: &Entry) -> bool {
    is_translation(one, other) || are_alike(&fold(one.title.as_str()), &fold(other.title.as_str()))
}

fn is_translation(one: &Entry, other: &Entry) -> bool {
    let language = |it: &Entry| it.language.as_deref().and_then(|it| it.split('-').next().map(str::to_owned));
    language(one).zip(language(other)).is_some_and(|(one, other)| one != other)
}

fn are_alike(one: &str, other: &str) -> bool {
    // Where one of them is a single word, or in a script without spaces, pairs of letters stand for words.
    let in_words = [one, other].iter().all(|it| words(it).count() > 1);
    let pieces = |it: &str| -> HashSet<String> {
        if in_words {
            return words(it).map(str::to_owned).collect();
        }
        let letters: Vec<char> = it.chars().filter(|it| it.is_alphanumeric()).collect();
        letters.windows(2).map(|it| it.iter().collect()).collect()
    };
    let (one_pieces, other_pieces) = (pieces(one), pieces(other));
    let fewer = one_pieces.len().min(other_pieces.len());
    let shared = one_pieces.intersection(&other_pieces).count();
    one == other || (fewer > 0 && shared * 100 >= fewer * SHARED_PERCENT_MIN)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty())
}

/// Whether `candidate` speaks from the host that its own id names.
pub(super) fn owns_its_id(candidate: &Candidate) -> bool {
    let guid = candidate.kept.entry.identity.guid.as_deref();
    guid.is_some_and(|it| Nearness::of(it, candidate) > Nearness::Abroad)
}

/// Whether `candidate` carries the id of `owner` from abroad with words and a link of its own: it never leads the story,
/// whatever its priority.
pub(super) fn is_mere_claim(candidate: &Candidate, owner: &Candidate) -> bool {
    let (own, owners) = (&candidate.kept, &owner.kept);
    own.entry.identity.guid == owners.entry.identity.guid
        && !owns_its_id(candidate)
        && (own.canonical.is_none() || own.canonical != owners.canonical)
        && fold(own.entry.title.as_str()) != fold(owners.entry.title.as_str())
}
