//! The engine in one file: SQLite, one thread that writes and a few that read beside it.
//!
//! SQLite is blocking C code. It runs on threads of its own and answers through channels, so that nothing here ever
//! blocks the runtime. A piece of work that was handed over is done even if nobody waits for its answer any more.

mod crew;
mod entries;
mod open;
mod outgoing;
#[cfg(test)]
mod plans;
mod rounds;
mod sources;

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, ErrorCode, Row, Transaction, TransactionBehavior, types::ToSqlOutput};

use crate::model::SourceId;

use self::crew::Crew;
use super::{
    Limits, StoreError, site,
    value::{Columns, Value, damaged},
};

/// A store in one SQLite file. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Sqlite {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    node: String,
    writer: Crew,
    readers: Crew,
    adopted: Mutex<Arc<HashSet<SourceId>>>,
    ids: tokio::sync::Mutex<rounds::Block>,
}

impl Sqlite {
    /// Opens the file `path`, made if there is none, and brings its tables up to date.
    pub(super) async fn open(path: &Path, node: &str) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let writer = open::writer(&path)?;
            let readers = (0..Limits::READERS).map(|_| open::reader(&path)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, StoreError>((writer, readers))
        });
        let (writer, readers) = opened.await.map_err(|_| StoreError::Closed)??;
        let inner = Inner {
            node: node.to_owned(),
            writer: Crew::start("store-writer", vec![writer], Limits::WRITES_WAITING_MAX)?,
            readers: Crew::start("store-reader", readers, Limits::READS_WAITING_MAX)?,
            adopted: Mutex::default(),
            ids: tokio::sync::Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Lets what waits be done, moves the write-ahead log into the file, and ends the threads. A second time it does
    /// nothing.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.stop().await;
        let checkpoint = |connection: &mut Connection| {
            Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?)
        };
        let done = match self.inner.writer.ask(checkpoint).await {
            Err(StoreError::Closed) => Ok(()),
            done => done,
        };
        self.inner.writer.stop().await;
        done
    }

    /// Runs `work` in a transaction that sees one moment of the store.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let job = move |connection: &mut Connection| work(&connection.transaction()?);
        self.inner.readers.ask(job).await
    }

    /// Runs `work` in a transaction that writes: all of it is kept, or nothing.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let job = move |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        self.inner.writer.ask(job).await
    }

    /// The sources that this node polls.
    fn adopted(&self) -> Arc<HashSet<SourceId>> {
        Arc::clone(&self.inner.adopted.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this node polls `sources`.
    fn set_adopted(&self, sources: HashSet<SourceId>) {
        *self.inner.adopted.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(sources);
    }
}

/// Moves the change counter on; the last thing that a writing transaction does, so that commit order is number order.
fn change(on: &Transaction<'_>) -> Result<i64, StoreError> {
    first(on, site::COUNT_ON, &[1.into(), site::CHANGE.into()], |mut row| row.int())?
        .ok_or_else(|| damaged("the change counter is missing"))
}

/// Runs a statement that brings no rows; how many it wrote.
fn execute(on: &Connection, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
    Ok(on.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?)
}

/// Runs a statement and takes each of its rows.
fn rows<T>(
    on: &Connection,
    sql: &str,
    values: &[Value<'_>],
    mut take: impl FnMut(Columns) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut taken = Vec::new();
    each(on, sql, values, |row| {
        taken.push(take(row)?);
        Ok(true)
    })?;
    Ok(taken)
}

/// Runs a statement and takes its first row, if it has one.
fn first<T>(
    on: &Connection,
    sql: &str,
    values: &[Value<'_>],
    take: impl FnOnce(Columns) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let (mut take, mut taken) = (Some(take), None);
    // All rows are stepped over: a statement that writes has written only when it has been run to its end.
    each(on, sql, values, |row| {
        if let Some(take) = take.take() {
            taken = Some(take(row)?);
        }
        Ok(true)
    })?;
    Ok(taken)
}

/// Runs a statement and hands over its rows until `take` has had enough.
fn each(
    on: &Connection,
    sql: &str,
    values: &[Value<'_>],
    mut take: impl FnMut(Columns) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let mut statement = on.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if !take(columns(row)?)? {
            break;
        }
    }
    Ok(())
}

fn columns(row: &Row<'_>) -> Result<Columns, StoreError> {
    let count = row.as_ref().column_count();
    let mut values = Vec::with_capacity(count);
    for at in 0..count {
        values.push(match row.get_ref(at)? {
            rusqlite::types::ValueRef::Null => Value::Null,
            rusqlite::types::ValueRef::Integer(number) => Value::Int(number),
            rusqlite::types::ValueRef::Text(bytes) => {
                let text = str::from_utf8(bytes).map_err(|_| damaged("a text is not UTF-8"))?;
                Value::Text(text.to_owned().into())
            }
            _ => return Err(damaged("a column holds neither number nor text")),
        });
    }
    Ok(Columns::new(values))
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(rusqlite::types::Value::Null),
            Self::Int(number) => ToSqlOutput::from(*number),
            Self::Bool(truth) => ToSqlOutput::from(*truth),
            Self::Text(text) => ToSqlOutput::from(text.as_ref()),
        })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Engine(Box::new(error)),
        }
    }
}
