//! The SQL of what belongs to the whole site: what was fixed when the store was made, and the counters.

/// The counter of entry ids.
pub(super) const ENTRY_ID: &str = "entry_id";
/// The counter of changes.
pub(super) const CHANGE: &str = "change";

/// What was fixed under a name.
pub(super) const FIXED: &str = "SELECT value FROM site WHERE name = $1";
/// Fixes a value, unless there is one.
pub(super) const FIX: &str = "INSERT INTO site (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
/// How far a counter has come.
pub(super) const COUNTER: &str = "SELECT value FROM counter WHERE name = $1";
/// Moves a counter on and says how far it has come.
pub(super) const COUNT_ON: &str = "UPDATE counter SET value = value + $1 WHERE name = $2 RETURNING value";
