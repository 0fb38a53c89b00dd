//! Counts repairs by name.

use crate::model::Repair;

/// What was mended so far, in order of first appearance.
#[derive(Debug, Default)]
pub(in crate::parse) struct Tally(Vec<Repair>);

impl Tally {
    /// Counts one more repair called `what`.
    pub(in crate::parse) fn note(&mut self, what: &'static str) {
        self.add(Repair { what, count: 1 });
    }

    /// Counts repairs that were counted elsewhere.
    pub(in crate::parse) fn add(&mut self, more: Repair) {
        // The names are a handful of constants, so a walk is cheaper than a map.
        match self.0.iter_mut().find(|it| it.what == more.what) {
            Some(repair) => repair.count = repair.count.saturating_add(more.count),
            None => self.0.push(more),
        }
    }

    /// The repairs, for the feed.
    pub(in crate::parse) fn into_repairs(self) -> Vec<Repair> {
        self.0
    }
}
