//! Entries that their publisher took back: `at:deleted-entry` (RFC 6721), in Atom and, as some do, in RSS.

use std::collections::HashSet;

use super::{
    dates,
    mend::{Fields, Space},
};
use crate::model::Tombstone;

/// Tombstones of one document at most; the first ones count.
const TOMBSTONES_MAX: usize = 1_000;

/// Reads the feed's own fields. One without a date that can be read says nothing: it might speak of an entry that was
/// stated later. Of several for one entry the first counts, which is the newest where feeds keep their usual order.
pub(super) fn tombstones(feed: &Fields<'_>) -> Vec<Tombstone> {
    let stated = feed.fields.iter().filter(|it| it.is(Space::Tombstones, "deleted-entry"));
    let read = stated.filter_map(|it| {
        Some(Tombstone { guid: it.attribute("ref")?.to_owned(), when: dates::parse(it.attribute("when")?)? })
    });
    let mut seen = HashSet::new();
    read.filter(|it| seen.insert(it.guid.clone())).take(TOMBSTONES_MAX).collect()
}
