//! The gate: the one place that decides whether an entry may be seen, and since when. Every output asks it.

use std::collections::HashSet;

use super::Candidate;
use crate::model::{Appearance, Moderation, Publication, SourceId, entry::is_withdrawn, source::FutureDates};

/// A publication's gate.
#[derive(Clone, Debug)]
pub struct Gate {
    moderation: Moderation,
    trusted: HashSet<SourceId>,
}

/// What the gate says of one entry at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It may be seen.
    Visible {
        /// Since when, unix milliseconds.
        since_ms: i64,
        /// Whether the gate kept it back after it had come: then it is dated by `since_ms`, so that readers that poll by
        /// date see it.
        kept_back: bool,
    },
    /// It may not be seen.
    Hidden {
        /// When the gate opens by itself, unix milliseconds; `None` if it does not.
        until_ms: Option<i64>,
    },
}

impl Gate {
    /// The gate of a publication.
    pub fn new(publication: &Publication) -> Self {
        Self { moderation: publication.moderation, trusted: publication.trusted.iter().cloned().collect() }
    }

    /// Whether an entry may be seen at `now_ms` (unix milliseconds), and since when; `shown` is how the publication has shown it.
    ///
    /// Open lets everything pass since it came. A hold lets an entry pass when it has lasted, a review not at all; both let trusted
    /// sources pass at once. Where the source embargoes future dates, what came ahead of its date does not pass before it. What readers
    /// have seen is not kept back again by a date that moves on later, and is not dated anew. What its publisher took back does
    /// not pass at all, until it is stated anew.
    pub fn passage(&self, candidate: &Candidate, shown: Option<&Appearance>, now_ms: i64) -> Passage {
        let kept = &candidate.kept;
        if is_withdrawn(kept.withdrawn_ms, kept.entry.stated_ms()) {
            return Passage::Hidden { until_ms: None };
        }
        let held_ms = match self.moderation {
            Moderation::Open => 0,
            _ if self.trusted.contains(&kept.source) => 0,
            Moderation::Hold(_) => self.hold_ms(),
            Moderation::Review => return Passage::Hidden { until_ms: None },
        };
        let mut since_ms = kept.visible_ms.saturating_add(held_ms);
        // What came ahead of its date was ordered by when it came; a date that is bumped later does not move the order.
        if candidate.source.dates == FutureDates::Embargo
            && kept.order_ms == kept.first_seen_ms
            && let Some(published) = kept.entry.published
        {
            since_ms = since_ms.max(published.instant_ms);
        }
        if let Some(shown) = shown {
            since_ms = since_ms.min(shown.shown_ms);
        }
        // An entry of a first round that is older than the hold was never kept back.
        let kept_back = since_ms > kept.first_seen_ms;
        if kept_back && since_ms > now_ms {
            return Passage::Hidden { until_ms: Some(since_ms) };
        }
        Passage::Visible { since_ms, kept_back }
    }

    /// How long the gate holds what nobody has approved, milliseconds.
    pub(super) fn hold_ms(&self) -> i64 {
        match self.moderation {
            Moderation::Hold(length) => i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(0),
            Moderation::Open | Moderation::Review => 0,
        }
    }
}
