//! The SQL of what went out: editions, and the ids under which publications showed their entries.

use std::borrow::Cow;

use crate::model::{Appearance, EntryId};

use super::{
    StoreError,
    value::{Columns, Insert, placeholders},
};

/// Milliseconds in the second that HTTP dates count in.
const SECOND_MS: i64 = 1_000;

/// Notes the hashes of editions: path, hash and moment of each. Another hash than the one kept is a change at that moment,
/// or a second after the last one if that is later, so that the date always moves and never goes back.
pub(super) const NOTE: Insert<'_> = Insert {
    table: "edition",
    columns: Cow::Borrowed("path, hash, changed_ms"),
    conflict: Cow::Borrowed(
        "ON CONFLICT (path) DO UPDATE SET hash = excluded.hash, changed_ms = CASE \
         WHEN edition.hash = excluded.hash THEN edition.changed_ms \
         WHEN edition.changed_ms >= excluded.changed_ms THEN edition.changed_ms + 1000 \
         ELSE excluded.changed_ms END RETURNING path, changed_ms",
    ),
};
/// Notes under which ids a publication shows entries, unless it has shown them already: publication, entry, id and moment
/// of each.
pub(super) const APPEAR: Insert<'_> = Insert {
    table: "appearance",
    columns: Cow::Borrowed("publication, entry_id, public_id, shown_ms"),
    conflict: Cow::Borrowed("ON CONFLICT (publication, entry_id) DO NOTHING"),
};

/// What is noted of `count` editions.
pub(super) fn noted(count: usize) -> String {
    format!("SELECT path, hash, changed_ms FROM edition WHERE path IN ({})", placeholders(1, count))
}

/// The paths of noted editions that are like `$1`, at most `$2`.
pub(super) const PATHS: &str = "SELECT path FROM edition WHERE path LIKE $1 LIMIT $2";

/// How the publication `$1` has shown `count` entries.
pub(super) fn appearances(count: usize) -> String {
    let list = placeholders(2, count);
    format!(
        "SELECT entry_id, public_id, shown_ms FROM appearance WHERE publication = $1 AND entry_id IN ({list})"
    )
}

/// Forgets how `count` entries were shown.
pub(super) fn forget(count: usize) -> String {
    format!("DELETE FROM appearance WHERE entry_id IN ({})", placeholders(1, count))
}

/// An appearance of a row.
pub(super) fn read_appearance(mut row: Columns) -> Result<Appearance, StoreError> {
    Ok(Appearance { entry: EntryId(row.int()?), public_id: row.text()?, shown_ms: row.int()? })
}

/// A moment as HTTP writes it: whole seconds.
pub(super) fn whole_second(ms: i64) -> i64 {
    ms.div_euclid(SECOND_MS) * SECOND_MS
}
