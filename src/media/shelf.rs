//! What is kept, in the order in which it was last asked for; the files themselves are on disk.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::PictureId;

/// The pictures that this process knows of.
#[derive(Default)]
pub(super) struct Shelf {
    kept: HashMap<PictureId, Held>,
    /// Those of lower turns were not asked for longer.
    order: BTreeMap<u64, PictureId>,
    bytes: u64,
    turns: u64,
    /// What came and went since the folder is being looked through: it may be found there as it was before.
    meanwhile: Option<HashSet<PictureId>>,
}

struct Held {
    bytes: u64,
    turn: u64,
}

impl Shelf {
    /// Puts a picture first, with the size of its file.
    pub(super) fn put(&mut self, id: PictureId, bytes: u64) {
        self.take(&id);
        self.turns += 1;
        self.kept.insert(id, Held { bytes, turn: self.turns });
        self.order.insert(self.turns, id);
        self.bytes += bytes;
    }

    /// Puts a picture first that was asked for; whether it was known.
    pub(super) fn touch(&mut self, id: &PictureId) -> bool {
        match self.take(id) {
            Some(bytes) => self.put(*id, bytes),
            None => return false,
        }
        true
    }

    /// Forgets a picture; the size of its file.
    pub(super) fn take(&mut self, id: &PictureId) -> Option<u64> {
        if let Some(meanwhile) = &mut self.meanwhile {
            meanwhile.insert(*id);
        }
        let held = self.kept.remove(id)?;
        self.order.remove(&held.turn);
        self.bytes -= held.bytes;
        Some(held.bytes)
    }

    /// Forgets those that were not asked for longest, until what is left takes `limit_bytes` at most.
    pub(super) fn shed(&mut self, limit_bytes: u64) -> Vec<PictureId> {
        let mut shed = Vec::new();
        while self.bytes > limit_bytes
            && let Some((_, id)) = self.order.first_key_value()
        {
            let id = *id;
            self.take(&id);
            shed.push(id);
        }
        shed
    }

    /// Whether the folder may be looked through now: not where that is being done already. What comes and goes from here
    /// on is remembered until [`Shelf::end_survey`].
    pub(super) fn begin_survey(&mut self) -> bool {
        let is_alone = self.meanwhile.is_none();
        self.meanwhile.get_or_insert_default();
        is_alone
    }

    /// Puts what was found in the place of what was known, except what came or went meanwhile. Where nothing could be
    /// found out, everything stays as it is.
    pub(super) fn end_survey(&mut self, found: Option<impl IntoIterator<Item = (PictureId, u64)>>) {
        let meanwhile = self.meanwhile.take().unwrap_or_default();
        let Some(found) = found else { return };
        let before = std::mem::take(self);
        for (id, bytes) in found.into_iter().filter(|(id, _)| !meanwhile.contains(id)) {
            self.put(id, bytes);
        }
        for id in before.order.values().filter(|it| meanwhile.contains(it)) {
            if let Some(held) = before.kept.get(id) {
                self.put(*id, held.bytes);
            }
        }
    }

    /// What all files take together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_forgets_nothing_that_came_and_brings_nothing_back_that_went_meanwhile() {
        let [stays, comes, goes, unknown] =
            ["stays", "comes", "goes", "unknown"].map(|it| PictureId::of(it, &[]));
        let mut shelf = Shelf::default();
        shelf.put(stays, 1);
        shelf.put(goes, 10);
        assert!(shelf.begin_survey() && !shelf.begin_survey());
        shelf.put(comes, 100);
        shelf.take(&goes);
        shelf.end_survey(Some([(goes, 10), (stays, 1), (unknown, 1_000)]));
        assert_eq!((shelf.len(), shelf.bytes()), (3, 1_101));
        assert!(!shelf.touch(&goes));
        assert_eq!(shelf.shed(101), [stays, unknown], "what came last goes last");

        assert!(shelf.begin_survey());
        shelf.end_survey(None::<[(PictureId, u64); 0]>);
        assert_eq!((shelf.len(), shelf.bytes()), (1, 100), "a folder that cannot be read takes nothing away");
    }
}
