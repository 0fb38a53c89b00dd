//! The tables' history: numbered files, each applied once, in a transaction of its own.

use std::path::PathBuf;

use super::StoreError;

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
pub(super) const MIGRATIONS: [Migration; 5] = [
    Migration { version: 1, name: "0001_first", text: include_str!("../../migrations/0001_first.sql") },
    Migration {
        version: 2,
        name: "0002_retention",
        text: include_str!("../../migrations/0002_retention.sql"),
    },
    Migration { version: 3, name: "0003_fetching", text: include_str!("../../migrations/0003_fetching.sql") },
    Migration { version: 4, name: "0004_reading", text: include_str!("../../migrations/0004_reading.sql") },
    Migration { version: 5, name: "0005_pictures", text: include_str!("../../migrations/0005_pictures.sql") },
];

/// The version that this program works with.
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Where the steps that were applied are recorded.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL)";
/// The row whose lock is the lease under which steps are applied: who holds it alone may change tables, and the engine
/// takes it back from one that dies.
pub(super) const ORIGIN: &str =
    "INSERT INTO migration (version, name) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING";
/// Takes the lease for the rest of the transaction.
pub(super) const TAKE: &str = "UPDATE migration SET name = $1 WHERE version = $2";
/// The version of a store.
pub(super) const CURRENT: &str = "SELECT COALESCE(MAX(version), 0) FROM migration";
/// Records a step.
pub(super) const RECORD: &str = "INSERT INTO migration (version, name) VALUES ($1, $2)";

/// What to do with a store whose tables an older version made, or nobody yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Make them, or bring them up to date.
    Update,
    /// Leave everything as it is, and refuse.
    AsItIs,
}

impl Schema {
    /// Whether a store of the version `found`, 0 for none, may be opened.
    pub(super) fn check(self, found: i64) -> Result<(), StoreError> {
        match self {
            Self::AsItIs if found == 0 => Err(StoreError::Missing),
            Self::AsItIs if found < VERSION => Err(StoreError::Older { found, known: VERSION }),
            Self::AsItIs | Self::Update => Ok(()),
        }
    }
}

/// What was found when a store was opened, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Schema version that was found; 0 where there was nothing.
    pub found: i64,
    /// Schema version that is there now.
    pub version: i64,
    /// Where the file was saved before its tables were changed.
    pub backup: Option<PathBuf>,
}
