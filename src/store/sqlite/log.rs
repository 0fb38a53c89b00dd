//! The write-ahead log, moved into the file.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use crate::store::{Limits, StoreError};

/// When the log was last moved.
#[derive(Debug)]
pub(super) struct Turn(Mutex<Instant>);

impl Default for Turn {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl Turn {
    /// Whether it is time to move it; who is told so does it.
    pub(super) fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.elapsed() >= Duration::from_millis(Limits::LOG_MS);
        if is_due {
            *last = Instant::now();
        }
        is_due
    }
}

/// Moves everything and empties the log; the store is about to be closed.
pub(super) fn move_all(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?)
}

/// Moves what no reader needs any more, without waiting for any.
pub(super) fn move_some(connection: &mut Connection) -> Result<(), StoreError> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), |_| Ok(()))?)
}
