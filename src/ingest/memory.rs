//! What the last document of each source held, so that an entry which stands in it unchanged never reaches the store.
//!
//! A memory is a mirror of rows: for each entry that stands in a source's document a hash of what its publisher stated,
//! and its row. It is believed only while the source's state is the very one that was written together with
//! it: every change to those rows is committed with a state of its own, so whatever another node or process has kept
//! meanwhile shows. Without a memory the same answer comes out of the store, at more cost.

use std::{
    collections::HashMap,
    hash::BuildHasher as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use foldhash::quality::RandomState;

use crate::model::{Draft, EntryId, PollState, SourceId};

/// Bounds of a [`Memory`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimits {
    /// Sources that are remembered.
    pub sources_max: usize,
    /// Entries that are remembered of all sources together; each takes 32 bytes.
    pub entries_max: usize,
    /// Entries of one document: a larger one is not remembered.
    pub document_entries_max: usize,
}

impl Default for MemoryLimits {
    fn default() -> Self {
        Self { sources_max: 50_000, entries_max: 1_000_000, document_entries_max: 10_000 }
    }
}

impl MemoryLimits {
    /// Nothing is remembered.
    pub const NONE: Self = Self { sources_max: 0, entries_max: 0, document_entries_max: 0 };
}

/// An entry that stood in a document when it was last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Hash of what its publisher stated: [`Print::hash`].
    pub print: u64,
    /// Its row.
    pub id: EntryId,
    /// Hashes of what another entry of the document could share with it.
    pub keys: SharedKeys,
}

/// Hashes of an entry's guid and of its link (or, without both, of its text); 0 where it has none. Entries that share
/// one are told apart together; entries that share none do not concern each other.
pub type SharedKeys = [u64; 2];

/// A draft in short: an eighth of the cost of [`Draft::fingerprint`], and good in this process alone, whose random keys
/// no publisher knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Hash of everything the publisher stated.
    pub hash: u64,
    /// Whether no other draft of its document has the same.
    pub is_own: bool,
}

/// What a source's document held, in the order of the hashes.
type Document = Arc<[Seen]>;

/// What is remembered of a source when its next document comes: nothing, or all that stood in the last one.
#[derive(Clone, Debug)]
pub struct Recollection {
    hasher: RandomState,
    document: Option<Document>,
}

impl Recollection {
    /// Whether the last document is remembered.
    pub fn is_any(&self) -> bool {
        self.document.is_some()
    }

    /// Whether these are all that stood in the last document.
    pub fn is_all(&self, unchanged: &[Seen]) -> bool {
        self.document.as_ref().is_some_and(|it| it.len() == unchanged.len())
    }

    /// The drafts of a document in short.
    pub fn prints(&self, drafts: &[Draft]) -> Vec<Print> {
        let hashes: Vec<u64> = drafts.iter().map(|it| self.hasher.hash_one(it)).collect();
        let mut sorted = hashes.clone();
        sorted.sort_unstable();
        let is_own = |hash: u64| {
            let first = sorted.partition_point(|it| *it < hash);
            sorted.get(first + 1) != Some(&hash)
        };
        hashes.iter().map(|hash| Print { hash: *hash, is_own: is_own(*hash) }).collect()
    }

    /// The entry that a draft is, if it is unchanged: its hash occurs once in both documents.
    pub fn find(&self, print: &Print) -> Option<Seen> {
        let document = self.document.as_ref()?;
        let first = document.partition_point(|it| it.print < print.hash);
        let found = document.get(first).filter(|it| it.print == print.hash)?;
        let is_twice = document.get(first + 1).is_some_and(|it| it.print == print.hash);
        (print.is_own && !is_twice).then_some(*found)
    }
}

/// What is known after a round of the entries that stand in its document.
#[derive(Clone, Debug)]
pub enum Standing {
    /// The document was not read, or was empty: what stood in it before still does.
    AsBefore,
    /// These stand in it, and their rows say what was seen.
    These(Vec<Seen>),
    /// Some row says something else than the document.
    Unclear,
}

impl Standing {
    /// Adds an entry whose row says, or will say, what was seen.
    pub fn with(&mut self, seen: Seen) {
        if let Self::These(all) = self {
            all.push(seen);
        }
    }
}

/// The last documents of many sources. There is no order in which they are pushed out: what finds no room is not
/// remembered, because sources are asked in turns, and the one asked longest ago is the next to be asked.
#[derive(Debug, Default)]
pub struct Memory {
    limits: MemoryLimits,
    hasher: RandomState,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    sources: HashMap<SourceId, Remembered>,
    entries: usize,
}

#[derive(Debug)]
struct Remembered {
    /// Hash of the state that was kept together with it.
    state: u64,
    document: Document,
}

impl Memory {
    /// An empty memory.
    pub fn new(limits: MemoryLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// What `source`'s document held when `state` was kept. If another state is there now, it is forgotten.
    pub fn recall(&self, source: &SourceId, state: &PollState) -> Recollection {
        let state = self.hasher.hash_one(state);
        let mut held = self.held();
        let remembered = held.sources.get(source).filter(|it| it.state == state);
        let document = remembered.map(|it| Arc::clone(&it.document));
        if document.is_none() {
            held.forget(source);
        }
        Recollection { hasher: self.hasher.clone(), document }
    }

    /// Takes note of a round that was kept: `before` is the state that it began with, `after` the one that it wrote.
    pub fn note(&self, source: &SourceId, before: &PollState, after: &PollState, standing: Standing) {
        match standing {
            Standing::AsBefore => {
                let (before, after) = (self.hasher.hash_one(before), self.hasher.hash_one(after));
                if let Some(it) = self.held().sources.get_mut(source).filter(|it| it.state == before) {
                    it.state = after;
                }
            }
            Standing::These(mut seen) => {
                seen.sort_unstable_by_key(|it| it.print);
                let remembered = Remembered { state: self.hasher.hash_one(after), document: seen.into() };
                self.held().take(source, remembered, &self.limits);
            }
            Standing::Unclear => self.held().forget(source),
        }
    }

    /// How many sources and entries are remembered.
    pub fn size(&self) -> (usize, usize) {
        let held = self.held();
        (held.sources.len(), held.entries)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn take(&mut self, source: &SourceId, remembered: Remembered, limits: &MemoryLimits) {
        self.forget(source);
        let count = remembered.document.len();
        let fits = self.sources.len() < limits.sources_max
            && count <= limits.document_entries_max
            && self.entries + count <= limits.entries_max;
        if fits {
            self.entries += count;
            self.sources.insert(source.clone(), remembered);
        }
    }

    fn forget(&mut self, source: &SourceId) {
        if let Some(gone) = self.sources.remove(source) {
            self.entries -= gone.document.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Memory, MemoryLimits, Print, Recollection, Seen, Standing};
    use crate::model::{EntryId, PollState, SourceId};

    fn source(name: &str) -> SourceId {
        SourceId::new(name).unwrap_or_else(|error| unreachable!("{error}"))
    }

    fn state(polled_ms: i64) -> PollState {
        PollState { polled_ms, ..PollState::default() }
    }

    fn seen(numbers: &[i64]) -> Standing {
        let seen = |n: &i64| Seen { print: n.unsigned_abs(), id: EntryId(*n), keys: [0, 0] };
        Standing::These(numbers.iter().map(seen).collect())
    }

    fn row(recalled: &Recollection, n: u64) -> Option<i64> {
        recalled.find(&Print { hash: n, is_own: true }).map(|it| it.id.0)
    }

    #[test]
    fn only_the_state_that_was_kept_with_it_brings_a_memory_back() {
        let memory = Memory::new(MemoryLimits::default());
        let acme = source("acme");
        memory.note(&acme, &state(0), &state(1), seen(&[3, 1, 2]));
        assert_eq!(row(&memory.recall(&acme, &state(1)), 2), Some(2));
        memory.note(&acme, &state(1), &state(2), Standing::AsBefore);
        assert!(memory.recall(&acme, &state(2)).is_any(), "a round without a document carries it on");
        assert!(!memory.recall(&acme, &state(3)).is_any(), "somebody else has kept a round");
        assert!(!memory.recall(&acme, &state(2)).is_any(), "what was wrong once is forgotten");
        assert_eq!(memory.size(), (0, 0));
    }

    #[test]
    fn a_round_that_began_with_another_state_does_not_carry_a_memory_on() {
        let memory = Memory::new(MemoryLimits::default());
        memory.note(&source("acme"), &state(0), &state(1), seen(&[1]));
        memory.note(&source("acme"), &state(7), &state(8), Standing::AsBefore);
        assert!(!memory.recall(&source("acme"), &state(8)).is_any());
    }

    #[test]
    fn what_finds_no_room_is_not_remembered_and_what_goes_makes_room() {
        let limits = MemoryLimits { sources_max: 2, entries_max: 5, document_entries_max: 4 };
        let memory = Memory::new(limits);
        let note = |name: &str, standing| memory.note(&source(name), &state(0), &state(1), standing);
        note("a", seen(&[1, 2, 3]));
        note("b", seen(&[1, 2, 3]));
        assert_eq!(memory.size(), (1, 3), "six entries are too many");
        note("b", seen(&[1, 2]));
        note("c", seen(&[]));
        assert_eq!(memory.size(), (2, 5), "three sources are too many");
        note("a", Standing::Unclear);
        assert_eq!(memory.size(), (1, 2));
        note("b", seen(&[1, 2, 3, 4, 5]));
        assert_eq!(memory.size(), (0, 0), "a document of five is too large, and the old one no longer true");
    }

    #[test]
    fn what_occurs_twice_on_either_side_is_not_found() {
        let memory = Memory::new(MemoryLimits::default());
        memory.note(&source("a"), &state(0), &state(1), seen(&[1, 2, 1]));
        let recalled = memory.recall(&source("a"), &state(1));
        assert_eq!((row(&recalled, 1), row(&recalled, 2)), (None, Some(2)));
        assert_eq!(recalled.find(&Print { hash: 2, is_own: false }), None);
    }
}
