//! Opening the file: what it is, how it is used, and its tables brought up to date.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::store::{
    Limits, StoreError,
    schema::{CURRENT, MIGRATIONS, Migration, RECORD, TABLE, VERSION},
};

/// The connection that writes; its tables are those of this program.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty() && !it.is_dir()) {
        return Err(StoreError::NoFolder { folder: folder.to_owned() });
    }
    let create = OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = connect(path, create).map_err(|error| explain(path, error))?;
    look(path, &connection)?;
    // A file without write permission is opened for reading without a word.
    if connection.is_readonly("main")? {
        let reason = "it may only be read".to_owned();
        return Err(StoreError::Open { path: path.to_owned(), reason });
    }
    prepare(&connection, Limits::WRITER_CACHE_KIB).map_err(|error| explain(path, error))?;
    for migration in &MIGRATIONS {
        apply(&mut connection, migration)?;
    }
    Ok(connection)
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

/// Refuses what is not ours, before anything is written to it.
fn look(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let count = |sql: &str| -> Result<i64, StoreError> {
        connection.query_row(sql, (), |row| row.get(0)).map_err(|error| explain(path, error))
    };
    if count("SELECT COUNT(*) FROM sqlite_schema")? == 0 {
        return Ok(());
    }
    let marks =
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('migration', 'source_state')";
    if count(marks)? < 2 {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
            reason: "it is the database of another program",
        });
    }
    let found = count(CURRENT)?;
    if found > VERSION { Err(StoreError::Newer { found, known: VERSION }) } else { Ok(()) }
}

/// Applies one step unless it has been: another process may have done so since we looked.
fn apply(connection: &mut Connection, migration: &Migration) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(TABLE, ())?;
    let current: i64 = transaction.query_row(CURRENT, (), |row| row.get(0))?;
    if current >= migration.version {
        return Ok(());
    }
    // By this name SQLite makes the key the row's own number, which saves an index and a step to each row.
    let text = migration.text.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
    transaction.execute_batch(&text)?;
    transaction.execute(RECORD, (migration.version, migration.name))?;
    Ok(transaction.commit()?)
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
