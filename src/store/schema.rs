//! The tables' history: numbered files, each applied once, in a transaction of its own.

/// One step from one schema version to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    /// The version that the step leads to; the first is 1.
    pub(super) version: i64,
    /// What the file is called.
    pub(super) name: &'static str,
    /// Its statements, one text for every engine.
    pub(super) text: &'static str,
}

/// Every step, in order.
pub(super) const MIGRATIONS: [Migration; 1] =
    [Migration { version: 1, name: "0001_first", text: include_str!("../../migrations/0001_first.sql") }];

/// The version that this program works with.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Where the steps that were applied are recorded.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL)";
/// The version of a store.
pub(super) const CURRENT: &str = "SELECT COALESCE(MAX(version), 0) FROM migration";
/// Records a step.
pub(super) const RECORD: &str = "INSERT INTO migration (version, name) VALUES ($1, $2)";
