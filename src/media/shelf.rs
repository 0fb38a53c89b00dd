//! What is kept, in the order in which it was last asked for; the files themselves are on disk.

use std::collections::{BTreeMap, HashMap};

use super::PictureId;

/// The pictures that this process knows of.
#[derive(Default)]
pub(super) struct Shelf {
    kept: HashMap<PictureId, Held>,
    /// Those of lower turns were not asked for longer.
    order: BTreeMap<u64, PictureId>,
    bytes: u64,
    turns: u64,
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

    /// What all files take together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }
}
