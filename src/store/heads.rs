//! The places of each source's newest entries, remembered from one question to the next.
//!
//! A publication asks for the newest of its sources again whenever one of them has changed, and nothing is new at the
//! others. What is remembered holds up to a change number: a question first hears which sources have changed since, and
//! those are forgotten. So the answer is that of the store at the question's own moment, whichever process has written.
//! Only what is changed behind the counter's back, by hand, stays unseen until the source changes again.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Limits, Order, Place};
use crate::model::SourceId;

/// The newest places of one source in one order.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// The places, newest first.
    pub(super) places: Arc<[Place]>,
    /// Whether the source has no others.
    pub(super) is_all: bool,
}

impl Head {
    /// As much of it as is remembered.
    fn cut(self) -> Self {
        match self.places.get(..Limits::HEAD_PLACES_MAX) {
            Some(first) if first.len() < self.places.len() => Self { places: first.into(), is_all: false },
            _ => self,
        }
    }
}

/// What one question knows of its sources.
pub(super) type Known = HashMap<SourceId, Head>;

/// The heads of many sources. None is pushed out by another: what finds no room is looked up each time.
#[derive(Debug, Default)]
pub(super) struct Heads(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// The change number up to which all of this is true; none while nothing is remembered.
    seen: Option<i64>,
    stated: Known,
    visible: Known,
    /// Places that are remembered.
    places: usize,
}

impl Heads {
    /// The change number since which a question has to hear of changes.
    pub(super) fn seen(&self) -> Option<i64> {
        self.held().seen
    }

    /// What is known of `sources` at the moment of change `now`, before which `changed` have changed since `since`: what
    /// [`Heads::seen`] said when the question began.
    pub(super) fn recall(
        &self,
        (since, now): (Option<i64>, i64),
        changed: &[SourceId],
        sources: &BTreeSet<SourceId>,
        order: Order,
    ) -> Known {
        let mut held = self.held();
        match (held.seen, since) {
            // The store was put back to an earlier moment.
            (_, Some(since)) if now < since => {
                *held = Held::default();
                return Known::new();
            }
            // What is remembered is of a later moment than this question.
            (Some(seen), _) if now < seen => return Known::new(),
            // Others have begun to remember meanwhile, and not everything that changed since then was heard.
            (Some(seen), since) if seen < now && since.is_none_or(|it| seen < it) => return Known::new(),
            // Others may have forgotten some of them already: to forget more than needed does no harm.
            _ => {
                changed.iter().for_each(|it| held.forget(it));
                held.seen = Some(now);
            }
        }
        let known = held.of(order);
        sources.iter().filter_map(|it| Some((it.clone(), known.get(it)?.clone()))).collect()
    }

    /// Takes note of what a question found at the moment of change `now`.
    pub(super) fn note(&self, now: i64, order: Order, found: impl Iterator<Item = (SourceId, Head)>) {
        let mut held = self.held();
        // Something may have changed since, of which this question knows nothing.
        if held.seen != Some(now) {
            return;
        }
        for (source, head) in found {
            let head = head.cut();
            let (count, before) =
                (head.places.len(), held.of(order).get(&source).map_or(0, |it| it.places.len()));
            // Another question of the same moment may have looked further.
            if count >= before && held.places - before + count <= Limits::HEADS_PLACES_MAX {
                held.places = held.places - before + count;
                held.of(order).insert(source, head);
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn of(&mut self, order: Order) -> &mut Known {
        match order {
            Order::Stated => &mut self.stated,
            Order::Visible => &mut self.visible,
        }
    }

    fn forget(&mut self, source: &SourceId) {
        for order in [Order::Stated, Order::Visible] {
            let gone = self.of(order).remove(source);
            self.places -= gone.map_or(0, |it| it.places.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Heads, Limits, Order, Place, SourceId};
    use crate::model::EntryId;

    fn source(name: &str) -> SourceId {
        SourceId::new(name).unwrap()
    }

    fn head(count: usize) -> Head {
        let place = |at: usize| Place { moment_ms: -(at as i64), tie: 0, id: EntryId(at as i64) };
        Head { places: (0..count).map(place).collect(), is_all: true }
    }

    /// Notes a head of each of these at the moment `now`.
    fn note(heads: &Heads, now: i64, names: &[&str]) {
        heads.note(now, Order::Stated, names.iter().map(|it| (source(it), head(2))));
    }

    /// Which of "a", "b" and "c" are known to a question.
    fn known(heads: &Heads, since: Option<i64>, now: i64, changed: &[&str]) -> String {
        let changed: Vec<SourceId> = changed.iter().map(|it| source(it)).collect();
        let all = ["a", "b", "c"].map(source).into();
        let known = heads.recall((since, now), &changed, &all, Order::Stated);
        all.iter().filter(|it| known.contains_key(it)).map(SourceId::as_str).collect()
    }

    #[test]
    fn what_changed_is_forgotten_and_the_rest_is_known() {
        let heads = Heads::default();
        assert_eq!(known(&heads, None, 7, &[]), "");
        note(&heads, 7, &["a", "b", "c"]);
        assert_eq!(known(&heads, heads.seen(), 7, &[]), "abc");
        assert_eq!(known(&heads, heads.seen(), 9, &["b"]), "ac");
        note(&heads, 7, &["b"]);
        assert_eq!(known(&heads, heads.seen(), 9, &[]), "ac", "what was found before the change is too late");
    }

    #[test]
    fn a_question_that_heard_too_little_is_told_nothing() {
        let heads = Heads::default();
        assert_eq!(known(&heads, None, 7, &[]), "");
        note(&heads, 7, &["a"]);
        assert_eq!(
            known(&heads, None, 8, &[]),
            "",
            "it asked for no changes, because nothing was remembered"
        );
        assert_eq!(known(&heads, Some(5), 8, &["c"]), "a", "it heard of more than it needed");
        assert_eq!(known(&heads, Some(5), 6, &[]), "", "its moment lies before what is remembered");
        assert_eq!(known(&heads, Some(8), 8, &[]), "a", "which stays");
        assert_eq!(known(&heads, Some(8), 6, &[]), "", "the store was put back");
        assert_eq!(known(&heads, Some(6), 7, &[]), "", "and what was of later moments is forgotten");
        note(&heads, 7, &["b"]);
        assert_eq!(known(&heads, Some(8), 9, &[]), "", "it heard nothing of what changed between 7 and 8");
    }

    #[test]
    fn the_orders_are_apart_and_what_is_too_long_is_remembered_in_part() {
        let heads = Heads::default();
        assert_eq!(known(&heads, None, 1, &[]), "");
        heads.note(1, Order::Visible, [(source("a"), head(1))].into_iter());
        heads.note(1, Order::Stated, [(source("b"), head(Limits::HEAD_PLACES_MAX + 1))].into_iter());
        heads.note(1, Order::Stated, [(source("c"), head(3))].into_iter());
        note(&heads, 1, &["c"]);
        let all = heads.recall((Some(1), 1), &[], &["a", "b", "c"].map(source).into(), Order::Stated);
        let mut lengths: Vec<_> =
            all.iter().map(|(it, head)| (it.as_str(), head.places.len(), head.is_all)).collect();
        lengths.sort_unstable();
        assert_eq!(lengths, [("b", Limits::HEAD_PLACES_MAX, false), ("c", 3, true)], "the longer one stays");
    }
}
