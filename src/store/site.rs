//! The SQL of what belongs to the whole site: what was fixed when the store was made, and the counters.

/// The counter of entry ids.
pub(super) const ENTRY_ID: &str = "entry_id";
/// The version of the policy that everything which is kept was cleaned by at least.
pub(super) const CLEANED_BY: &str = "cleaned_by";
/// The counter of changes.
pub(super) const CHANGE: &str = "change";

/// What was fixed under a name.
pub(super) const FIXED: &str = "SELECT value FROM site WHERE name = $1";
/// Fixes a value, unless there is one.
pub(super) const FIX: &str = "INSERT INTO site (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
/// Sets a counter that only grows.
pub(super) const RAISE: &str = "UPDATE counter SET value = $1 WHERE name = $2 AND value < $1";
/// How far a counter has come.
pub(super) const COUNTER: &str = "SELECT value FROM counter WHERE name = $1";
/// Moves a counter on and says how far it has come.
pub(super) const COUNT_ON: &str = "UPDATE counter SET value = value + $1 WHERE name = $2 RETURNING value";
/// Takes the turn `$1` for the node `$2` until `$3`, if nobody else has it at `$4`.
pub(super) const TAKE_TURN: &str = "INSERT INTO lease (name, owner, until_ms) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_ms = excluded.until_ms \
    WHERE lease.owner = excluded.owner OR lease.until_ms <= $4";
/// Ends the turns of one node.
pub(super) const END_TURNS: &str = "DELETE FROM lease WHERE owner = $1";
