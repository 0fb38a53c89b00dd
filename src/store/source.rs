//! The SQL of sources: what polling has found out, and who polls now.

use std::{borrow::Cow, sync::LazyLock};

use crate::model::{PollState, draft::Cadence, habit::Habit, signs::Signs};

use super::{
    StoreError,
    value::{Columns, Insert, Value, damaged, placeholders},
};

/// The columns of [`PollState`], in the order in which [`bind`] gives and [`read`] takes them.
const STATE: &str = "next_at_ms, gone, has_history, reader_version, polled_ms, succeeded_ms, brought_ms, failures, \
    failing_since_ms, retry_until_ms, host_until_ms, moved_times, cadence_interval_min, cadence_base_min, \
    cadence_skip_hours, cadence_skip_days, etag, last_modified, body_hash, next_why, error, error_class, moved_to, \
    offers, habit, hub, topic, feed_title, feed_link, feed_logo, repairs, signs";

/// Those of them by which readers know it.
const NAMES: [&str; 3] = ["feed_title", "feed_link", "feed_logo"];

/// A new source is due at once. At another address it is asked as if for the first time, and whoever still reads the
/// old address loses the lease; what is kept of it stays.
const READDRESS: &str = "ON CONFLICT (source_id) DO UPDATE SET url = excluded.url, next_at_ms = excluded.next_at_ms, next_why = '', \
    etag = NULL, last_modified = NULL, body_hash = NULL, failures = 0, failing_since_ms = 0, error = NULL, \
    error_class = '', retry_until_ms = 0, host_until_ms = 0, moved_to = NULL, moved_times = 0, offers = '', \
    hub = NULL, topic = NULL, signs = '', gone = FALSE, lease_owner = NULL, lease_until_ms = 0 WHERE source_state.url <> excluded.url";
/// Sources whose time has come, the longest waiting first.
pub(super) const DUE: &str = "SELECT source_id FROM source_state \
    WHERE next_at_ms <= $1 AND lease_until_ms <= $1 AND NOT gone ORDER BY next_at_ms";
/// Gives up a lease, if it is ours.
pub(super) const RELEASE: &str = "UPDATE source_state SET lease_owner = NULL, lease_until_ms = 0 \
    WHERE source_id = $1 AND lease_owner = $2";
/// Brings the next poll of the source `$2` forward to `$1`, if it would come later, the source is not gone, and its server
/// has not asked to be left alone until after that.
pub(super) const HASTEN: &str = "UPDATE source_state SET next_at_ms = $1, next_why = '' \
    WHERE source_id = $2 AND next_at_ms > $1 AND retry_until_ms <= $1 AND host_until_ms <= $1 AND NOT gone";
/// Puts the poll of the source `$3` off to `$1` for the reason `$2`, if it is due at `$4` and nobody is asking it.
pub(super) const PUT_OFF: &str = "UPDATE source_state SET next_at_ms = $1, next_why = $2 \
    WHERE source_id = $3 AND next_at_ms <= $4 AND lease_until_ms <= $4";
/// Whether anything is dated behind `$1` that can only lie in the past, or near it.
pub(super) const AHEAD: &str =
    "SELECT source_id FROM source_state WHERE polled_ms > $1 OR lease_until_ms > $1 LIMIT 1";
/// A source that was asked behind `$2`: by a clock that was wrong. It is asked again at `$1`, and whatever was to be
/// waited for was counted by that clock.
pub(super) const SET_RIGHT: &str = "UPDATE source_state SET next_at_ms = $1, polled_ms = $1, retry_until_ms = 0, \
    host_until_ms = 0, next_why = 'The clock was wrong when it was last asked.' WHERE polled_ms > $2";
/// A lease that runs longer than any does.
pub(super) const FREE: &str = "UPDATE source_state SET lease_until_ms = $1 WHERE lease_until_ms > $2";
/// Sources whose host wants to be left alone after `$1`, and until when.
pub(super) const RESTING: &str = "SELECT source_id, host_until_ms FROM source_state WHERE host_until_ms > $1";
/// The source `$1` with the state and address of the source `$2`, if there is none yet. Nobody holds its lease.
pub(super) fn inherit() -> String {
    format!(
        "INSERT INTO source_state (source_id, url, {STATE}) SELECT $1, url, {STATE} FROM source_state \
         WHERE source_id = $2 ON CONFLICT (source_id) DO NOTHING"
    )
}
/// Forgets a source.
pub(super) const FORGET: &str = "DELETE FROM source_state WHERE source_id = $1 \
    AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.source_id = source_state.source_id)";

/// Who holds leases at `$1`.
pub(super) const HOLDERS: &str =
    "SELECT DISTINCT lease_owner FROM source_state WHERE lease_owner IS NOT NULL AND lease_until_ms > $1";
/// Takes every lease from one node.
pub(super) const DISMISS: &str =
    "UPDATE source_state SET lease_owner = NULL, lease_until_ms = 0 WHERE lease_owner = $1";
/// Notes under which change a source's entries last changed.
pub(super) const CHANGED: &str = "UPDATE source_state SET changed_seq = $1 WHERE source_id = $2";
/// Keeps everybody else from changing a source until the transaction ends.
pub(super) const HOLD: &str = "UPDATE source_state SET changed_seq = changed_seq WHERE source_id = $1";
/// Sources whose entries changed after a change.
pub(super) const CHANGED_SINCE: &str = "SELECT source_id FROM source_state WHERE changed_seq > $1";

/// Takes sources on: id, address and now of each.
pub(super) const ADOPT: Insert<'_> = Insert {
    table: "source_state",
    columns: Cow::Borrowed("source_id, url, next_at_ms"),
    conflict: Cow::Borrowed(READDRESS),
};

/// Prolongs the leases on `count` sources until `$1`, those of them that are the node `$2`'s.
pub(super) fn renew(count: usize) -> String {
    let list = placeholders(3, count);
    format!("UPDATE source_state SET lease_until_ms = $1 WHERE lease_owner = $2 AND source_id IN ({list})")
}

/// How `count` feeds called themselves and their sites, and their logos as far as they are kept.
pub(super) fn names(count: usize) -> String {
    let list = placeholders(1, count);
    format!(
        "SELECT source_id, feed_title, feed_link, logo.path, logo.address, logo.width, logo.height \
         FROM source_state LEFT JOIN logo ON logo.address = feed_logo WHERE source_id IN ({list})"
    )
}

/// All sources with their states.
pub(super) fn all() -> String {
    format!("SELECT source_id, {STATE} FROM source_state")
}

/// One source's state.
pub(super) static ONE: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {STATE} FROM source_state WHERE source_id = $1"));

/// Takes the lease `$1` until `$2` on the source `$3` at the address `$4`, if nobody holds one at `$5` and it is due at
/// `$6`. The test stands in the statement that writes, so that of two that ask at once only one gets it. The state is read
/// afterwards: SQLite makes and removes a table of its own for every statement that returns what it wrote.
pub(super) const CLAIM: &str = "UPDATE source_state SET lease_owner = $1, lease_until_ms = $2 \
    WHERE source_id = $3 AND url = $4 AND lease_until_ms <= $5 AND next_at_ms <= $6";

/// Writes a state and gives up the lease, if it is ours: the state's columns, then the source, then our name.
pub(super) static SETTLE: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<&str> = STATE.split(", ").collect();
    let changes: Vec<String> = columns.iter().zip(1..).map(|(name, at)| format!("{name} = ${at}")).collect();
    let (changes, source, owner) = (changes.join(", "), columns.len() + 1, columns.len() + 2);
    format!(
        "UPDATE source_state SET {changes}, lease_owner = NULL, lease_until_ms = 0 \
         WHERE source_id = ${source} AND lease_owner = ${owner}"
    )
});

/// Writes when a source was asked and will be, and gives up the lease, if it is ours: what is left of a round in which
/// nothing else has changed.
pub(super) const SETTLE_PACE: &str = "UPDATE source_state SET next_at_ms = $1, next_why = $2, polled_ms = $3, \
    succeeded_ms = $4, lease_owner = NULL, lease_until_ms = 0 WHERE source_id = $5 AND lease_owner = $6";

/// The same as [`SETTLE`], if besides the feed calls itself and its site what it called them before: so nobody has to look first.
pub(super) static SETTLE_NAMED: LazyLock<String> = LazyLock::new(|| {
    let named = STATE.split(", ").zip(1..).filter(|(name, _)| NAMES.contains(name));
    let same = named.map(|(name, at)| format!(" AND {name} IS NOT DISTINCT FROM ${at}"));
    format!("{}{}", *SETTLE, same.collect::<String>())
});

/// The columns of a state.
pub(super) fn bind(state: &PollState) -> Vec<Value<'_>> {
    vec![
        state.next_at_ms.into(),
        state.gone.into(),
        state.has_history.into(),
        state.reader_version.into(),
        state.polled_ms.into(),
        state.succeeded_ms.into(),
        state.brought_ms.into(),
        i64::from(state.failures).into(),
        state.failing_since_ms.into(),
        state.retry_until_ms.into(),
        state.host_until_ms.into(),
        i64::from(state.moved_times).into(),
        state.cadence.interval_min.map(i64::from).into(),
        state.cadence.base_min.map(i64::from).into(),
        i64::from(state.cadence.skip_hours).into(),
        i64::from(state.cadence.skip_days).into(),
        state.etag.as_ref().into(),
        state.last_modified.as_ref().into(),
        state.body_hash.as_ref().into(),
        (&state.next_why).into(),
        state.error.as_ref().into(),
        (&state.error_class).into(),
        state.moved_to.as_ref().into(),
        state.offers.join("\n").into(),
        state.habit.to_string().into(),
        state.hub.as_ref().into(),
        state.topic.as_ref().into(),
        state.feed_title.as_ref().into(),
        state.feed_link.as_ref().into(),
        state.feed_logo.as_ref().into(),
        (&state.repairs).into(),
        state.signs.to_string().into(),
    ]
}

/// The columns of a state that [`SETTLE_PACE`] writes.
pub(super) fn bind_pace(state: &PollState) -> Vec<Value<'_>> {
    vec![state.next_at_ms.into(), (&state.next_why).into(), state.polled_ms.into(), state.succeeded_ms.into()]
}

/// The state that the next columns hold.
pub(super) fn read(row: &mut Columns) -> Result<PollState, StoreError> {
    let small = |number: i64| u32::try_from(number).map_err(|_| damaged("a source's count is out of range"));
    Ok(PollState {
        next_at_ms: row.int()?,
        gone: row.truth()?,
        has_history: row.truth()?,
        reader_version: row.int()?,
        polled_ms: row.int()?,
        succeeded_ms: row.int()?,
        brought_ms: row.int()?,
        failures: small(row.int()?)?,
        failing_since_ms: row.int()?,
        retry_until_ms: row.int()?,
        host_until_ms: row.int()?,
        moved_times: small(row.int()?)?,
        cadence: Cadence {
            interval_min: row.maybe_int()?.map(small).transpose()?,
            base_min: row.maybe_int()?.map(small).transpose()?,
            skip_hours: small(row.int()?)?,
            skip_days: small(row.int()?)?,
        },
        etag: row.maybe_text()?,
        last_modified: row.maybe_text()?,
        body_hash: row.maybe_text()?,
        next_why: row.text()?,
        error: row.maybe_text()?,
        error_class: row.text()?,
        moved_to: row.maybe_text()?,
        offers: row.text()?.lines().map(str::to_owned).collect(),
        habit: Habit::read(&row.text()?),
        hub: row.maybe_text()?,
        topic: row.maybe_text()?,
        feed_title: row.maybe_text()?,
        feed_link: row.maybe_text()?,
        feed_logo: row.maybe_text()?,
        repairs: row.text()?,
        signs: Signs::read(&row.text()?),
    })
}
