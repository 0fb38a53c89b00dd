//! Opening the file: what it is, how it is used, and its tables brought up to date.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};
use tokio::runtime::Handle;

use super::backup;
use crate::store::{
    Limits, Schema, StoreError,
    schema::{Opened, VERSION},
    session::Work as _,
    work::schema::{Found, Inspect, Prepare, Steps},
};

/// The connection that writes, and what was found; its tables are those of this program.
pub(super) fn writer(
    path: &Path,
    schema: Schema,
    runtime: &Handle,
) -> Result<(Connection, Opened), StoreError> {
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty() && !it.is_dir()) {
        return Err(StoreError::NoFolder { folder: folder.to_owned() });
    }
    if !path.exists() {
        schema.check(0)?;
    }
    let mut connection =
        connect(path, OpenFlags::SQLITE_OPEN_CREATE).map_err(|error| explain(path, error))?;
    let found = look(path, &mut connection, runtime)?;
    // A file without write permission is opened for reading without a word.
    if connection.is_readonly("main")? {
        let reason = "it may only be read".to_owned();
        return Err(StoreError::Open { path: path.to_owned(), reason });
    }
    schema.check(found)?;
    prepare(&connection, Limits::WRITER_CACHE_KIB).map_err(|error| explain(path, error))?;
    let opened = if found < VERSION {
        migrate(path, &mut connection, runtime)?
    } else {
        Opened { found, version: VERSION, backup: None }
    };
    Ok((connection, opened))
}

/// Brings the tables up to date: all steps in one transaction, which nobody else writes beside. So of several processes
/// that start on an old file one saves and changes it, and the others wait for that.
fn migrate(path: &Path, connection: &mut Connection, runtime: &Handle) -> Result<Opened, StoreError> {
    connection.busy_timeout(Duration::from_millis(Limits::MIGRATION_MS_MAX))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = match runtime.block_on(Inspect.run(&transaction))? {
        Found::Version(version) => version,
        Found::Nothing | Found::Foreign => 0,
    };
    let backup = if (1..VERSION).contains(&found) { Some(backup::save_version(path, found)?) } else { None };
    if found < VERSION {
        runtime.block_on(Prepare.run(&transaction))?;
        runtime.block_on(Steps.run(&transaction))?;
    }
    transaction.commit()?;
    connection.busy_timeout(Duration::from_millis(Limits::BUSY_MS_MAX))?;
    Ok(Opened { found, version: VERSION, backup })
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection = connect(path, OpenFlags::empty())?;
        prepare(&connection, Limits::READER_CACHE_KIB)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(|error| explain(path, error))
}

fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_millis(Limits::BUSY_MS_MAX))?;
    Ok(connection)
}

/// Write-ahead log, so that reading and writing do not wait for each other; synced at its checkpoints, so that a killed
/// process loses nothing and a power cut at most what came after the last one.
fn prepare(connection: &Connection, cache_kib: i64) -> rusqlite::Result<()> {
    log_ahead(connection)?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", Limits::LOG_PAGES, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", Limits::LOG_BYTES_MAX, |_| Ok(()))?;
    // One plan for a statement, whatever its values: else each use of a kept statement with LIMIT $n parses it anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(Limits::STATEMENTS);
    Ok(())
}

/// Switches to the write-ahead log. Of several processes that switch a new file at once SQLite turns all but one away
/// without waiting, so the waiting is done here.
fn log_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && began.elapsed() < Duration::from_millis(Limits::BUSY_MS_MAX) =>
            {
                thread::sleep(Duration::from_millis(Limits::RETRY_MS));
            }
            switched => return switched,
        }
    }
}

/// The schema version that is there, 0 for none. What is not ours is refused before anything is written to it.
fn look(path: &Path, connection: &mut Connection, runtime: &Handle) -> Result<i64, StoreError> {
    // What can be said of the file itself shows at the first thing that is read of it.
    let first = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", (), |_| Ok(()));
    first.map_err(|error| explain(path, error))?;
    let found = runtime.block_on(Inspect.run(&connection.transaction()?))?;
    match found {
        Found::Nothing => Ok(0),
        Found::Version(version) => Ok(version),
        Found::Foreign => Err(StoreError::Foreign {
            path: path.to_owned(),
            reason: "it is the database of another program",
        }),
    }
}

/// An error of opening, with what to do about it.
fn explain(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::NotADatabase) => {
            StoreError::Foreign { path: path.to_owned(), reason: "it is not a database" }
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            let reason = if path.is_dir() { "it is a folder".to_owned() } else { error.to_string() };
            StoreError::Open { path: path.to_owned(), reason }
        }
        _ => error.into(),
    }
}
