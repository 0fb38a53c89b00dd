//! Under which id each story is shown: none is given to two, what readers know comes first, and an id that several
//! sources claim belongs to the one whose host it names.

use std::collections::{HashMap, HashSet, hash_map};

use super::{Candidate, Seen, Sifted, home::Nearness, merge::Story};

/// The ids of `stories`, in their order; `candidates` are all that were asked about, shown or not.
///
/// Only what is in `seen`, and then the order of the stories, decides: what has been recorded never changes.
pub(super) fn name(candidates: &[Sifted], stories: &[Story<'_>], seen: &Seen) -> Vec<String> {
    let holders = holders(stories, seen);
    let claims = claims(candidates);
    let mut taken: HashSet<String> = seen.values().map(|it| it.public_id.clone()).collect();
    let mut named: Vec<Option<String>> = stories
        .iter()
        .enumerate()
        .map(|(at, story)| {
            let recorded = story.appearances(seen).into_iter().map(|it| &it.public_id);
            recorded.into_iter().find(|it| holders.get(it.as_str()) == Some(&at)).cloned()
        })
        .collect();
    // A story that is on record under an id that another one holds goes before what nobody has seen.
    for recorded in [true, false] {
        for (story, name) in stories.iter().zip(&mut named) {
            if name.is_some() || story.appearances(seen).is_empty() == recorded {
                continue;
            }
            let mut own = story.members.iter().map(|it| it.candidate).filter(|it| {
                let id = it.kept.public_id.as_str();
                let nearest = claims.get(id).filter(|_| !recorded);
                !taken.contains(id) && nearest.is_none_or(|nearest| Nearness::of(id, it) >= *nearest)
            });
            let id = own.next().map(|it| it.kept.public_id.clone());
            let lead = story.members.first().map(|it| it.candidate);
            let Some(id) = id.or_else(|| lead.map(|it| derived(it, &taken))) else { continue };
            taken.insert(id.clone());
            *name = Some(id);
        }
    }
    named.into_iter().map(Option::unwrap_or_default).collect()
}

/// Which story holds each recorded id, by its place: where the record names several, the one whose own it is, then the
/// first.
fn holders<'a>(stories: &[Story<'_>], seen: &'a Seen) -> HashMap<&'a str, usize> {
    let mut holders = HashMap::new();
    for (at, story) in stories.iter().enumerate() {
        for member in &story.members {
            let candidate = member.candidate;
            let Some(appearance) = seen.get(&candidate.kept.id) else { continue };
            let id = appearance.public_id.as_str();
            let is_own = candidate.kept.public_id == id;
            let rank = (!is_own, appearance.shown_ms, candidate.kept.id);
            match holders.entry(id) {
                hash_map::Entry::Vacant(free) => {
                    free.insert((rank, at));
                }
                hash_map::Entry::Occupied(mut held) if rank < held.get().0 => {
                    held.insert((rank, at));
                }
                hash_map::Entry::Occupied(_) => {}
            }
        }
    }
    holders.into_iter().map(|(id, (_, at))| (id, at)).collect()
}

/// Ids that several candidates claim, with how near the nearest of them is to its home.
fn claims(candidates: &[Sifted]) -> HashMap<&str, Nearness> {
    let mut first: HashMap<&str, &Candidate> = HashMap::new();
    let mut claims: HashMap<&str, Nearness> = HashMap::new();
    for candidate in candidates.iter().map(|it| &it.candidate) {
        let id = candidate.kept.public_id.as_str();
        let other = *first.entry(id).or_insert(candidate);
        if other.kept.id != candidate.kept.id {
            let nearest = claims.entry(id).or_insert_with(|| Nearness::of(id, other));
            *nearest = Nearness::of(id, candidate).max(*nearest);
        }
    }
    claims
}

/// An id for a story that may have none of its members': made of its lead copy's id, source and row, so that it is the
/// same at every picking and on every node.
fn derived(lead: &Candidate, taken: &HashSet<String>) -> String {
    let kept = &lead.kept;
    let joint = if kept.public_id.contains('#') { '.' } else { '#' };
    let mut id = format!("{}{joint}{}.{}", kept.public_id, kept.source, kept.id.0);
    // Whoever claims the derived id too does not get rid of the story either.
    while taken.contains(&id) {
        id.push('+');
    }
    id
}
