//! Entries of several sources that are one story: the same id, or the same link.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use super::{
    Candidate, Seen, Sifted, Sighting,
    home::Nearness,
    likeness::{is_mere_claim, is_one_release, owns_its_id},
};
use crate::model::{Appearance, EntryId, SourceId};

/// An entry that belongs, with what the gate and the rules said of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) candidate: &'a Candidate,
    pub(super) sighting: Sighting,
}

/// Copies of one release: at most one of each source.
#[derive(Debug)]
pub(super) struct Story<'a> {
    /// Best copy first.
    pub(super) members: Vec<Member<'a>>,
}

impl<'a> Story<'a> {
    /// The earliest appearances of any of its members here, earliest first.
    pub(super) fn appearances<'s>(&self, seen: &'s Seen) -> Vec<&'s Appearance> {
        let mut found: Vec<_> =
            self.members.iter().filter_map(|it| seen.get(&it.candidate.kept.id)).collect();
        found.sort_by_key(|it| (it.shown_ms, it.public_id.clone()));
        found
    }

    /// The moments under which the story is shown with `lead` at its head. A story that has been shown keeps the moments of the copy
    /// that led it then, where a later copy is newer: an old story does not come back as a new one. A copy in another language is
    /// no newer than the best one.
    pub(super) fn moments(&self, lead: &Member<'a>, seen: &Seen) -> Sighting {
        let shown_ms = |it: &Member<'_>| seen.get(&it.candidate.kept.id).map(|it| it.shown_ms);
        let first_ms = self.members.iter().filter_map(shown_ms).min();
        let led = self.members.iter().find(|it| shown_ms(it) == first_ms).unwrap_or(lead);
        Sighting {
            since_ms: lead.sighting.since_ms.min(led.sighting.since_ms),
            dated_ms: lead.sighting.dated_ms.min(led.sighting.dated_ms),
            leaves_ms: lead.sighting.leaves_ms,
        }
    }
}

/// Puts the entries that belong together into stories, in the order of their best members' order.
///
/// `all` are the candidates from which `members` were taken: an id or link that several entries of one source carry names no
/// story, even where only one of them belongs.
pub(super) fn stories<'a>(all: &[Sifted], mut members: Vec<Member<'a>>) -> Vec<Story<'a>> {
    members
        .sort_by_key(|it| (Reverse(it.candidate.kept.order_ms), it.candidate.kept.tie, it.candidate.kept.id));
    let ambiguous = ambiguous(all);
    let mut groups = Groups::new(&members);
    let mut carriers: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (at, member) in members.iter().enumerate() {
        for key in keys(member.candidate).into_iter().flatten().filter(|it| !ambiguous.contains(it)) {
            let others = carriers.entry(key).or_default();
            for other in others.iter().copied() {
                if members.get(other).is_some_and(|it| joins(key, it.candidate, member.candidate)) {
                    groups.join(other, at);
                }
            }
            others.push(at);
        }
    }
    let mut stories: Vec<Story<'a>> = Vec::new();
    let mut story_of: HashMap<usize, usize> = HashMap::new();
    for (at, member) in members.into_iter().enumerate() {
        let number = *story_of.entry(groups.root(at)).or_insert(stories.len());
        match stories.get_mut(number) {
            Some(story) => story.members.push(member),
            None => stories.push(Story { members: vec![member] }),
        }
    }
    for story in &mut stories {
        let owner = story.members.iter().map(|it| it.candidate).find(|it| owns_its_id(it));
        story.members.sort_by_cached_key(|it| {
            let is_claim = owner.is_some_and(|owner| is_mere_claim(it.candidate, owner));
            (is_claim, rank(it.candidate))
        });
    }
    stories
}

/// What makes two entries one story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// An id that is unique in the world.
    Guid(&'a str),
    /// A canonical link.
    Link(&'a str),
}

fn keys(candidate: &Candidate) -> [Option<Key<'_>>; 2] {
    let guid = candidate.kept.entry.identity.guid.as_deref().filter(|it| is_global(it));
    [guid.map(Key::Guid), candidate.kept.canonical.as_deref().map(Key::Link)]
}

/// Whether two entries with one key are one story: a link is enough, an id only with what it names.
fn joins(key: Key<'_>, one: &Candidate, other: &Candidate) -> bool {
    matches!(key, Key::Link(_)) || is_one_release(&one.kept.entry, &other.kept.entry)
}

/// Whether an id is one by its form in the whole world: an address, `tag:` or `urn:`.
fn is_global(guid: &str) -> bool {
    guid.split_once(':').is_some_and(|(scheme, rest)| {
        ["http", "https", "tag", "urn"].iter().any(|it| it.eq_ignore_ascii_case(scheme)) && !rest.is_empty()
    })
}

/// Keys that several entries of one source carry: a home page that every release links to, for instance.
fn ambiguous(all: &[Sifted]) -> HashSet<Key<'_>> {
    let mut carried: HashMap<(&SourceId, Key<'_>), EntryId> = HashMap::new();
    let mut ambiguous = HashSet::new();
    for candidate in all.iter().map(|it| &it.candidate) {
        for key in keys(candidate).into_iter().flatten() {
            let carrier = carried.entry((&candidate.kept.source, key)).or_insert(candidate.kept.id);
            if *carrier != candidate.kept.id {
                ambiguous.insert(key);
            }
        }
    }
    ambiguous
}

/// Which copy leads: the one of the highest priority, then the one that is at home, then the first to come.
fn rank(candidate: &Candidate) -> (Reverse<u32>, bool, i64, i64, EntryId) {
    let kept = &candidate.kept;
    (Reverse(candidate.source.priority), !is_at_home(candidate), kept.first_seen_ms, kept.tie, kept.id)
}

/// Whether an entry's link or id lies on its source's own host.
fn is_at_home(candidate: &Candidate) -> bool {
    let entry = &candidate.kept.entry;
    let mut places = [entry.link.as_deref(), entry.identity.guid.as_deref()].into_iter().flatten();
    places.any(|it| Nearness::of(it, candidate) > Nearness::Abroad)
}

/// Disjoint sets of members, no two of one source in any.
struct Groups<'a> {
    parents: Vec<usize>,
    sources: HashMap<usize, HashSet<&'a SourceId>>,
}

impl<'a> Groups<'a> {
    fn new(members: &[Member<'a>]) -> Self {
        let sources = members
            .iter()
            .enumerate()
            .map(|(at, it)| (at, HashSet::from([&it.candidate.kept.source])))
            .collect();
        Self { parents: (0..members.len()).collect(), sources }
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.parents.get(at).copied().filter(|it| *it != at) {
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(at) {
                *slot = grandparent;
            }
            at = grandparent;
        }
        at
    }

    /// Joins two sets, unless a source would then tell one story twice.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        let apart = match (self.sources.get(&one), self.sources.get(&other)) {
            (Some(left), Some(right)) => left.is_disjoint(right),
            _ => false,
        };
        if !apart {
            return;
        }
        if let Some(slot) = self.parents.get_mut(other) {
            *slot = one;
        }
        let moved = self.sources.remove(&other).unwrap_or_default();
        self.sources.entry(one).or_default().extend(moved);
    }
}
