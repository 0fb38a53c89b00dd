//! The engine in one file: SQLite, one thread that writes and a few that read beside it.
//!
//! SQLite is blocking C code. It runs on threads of its own and answers through channels, so that nothing here ever
//! blocks the runtime. A piece of work that was handed over is done even if nobody waits for its answer any more.

mod backup;
mod crew;
mod group;
mod log;
mod open;
#[cfg(test)]
mod plans;
mod session;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, ffi};
use tokio::runtime::Handle;

pub(super) use self::backup::Part;
use self::crew::Crew;
use super::{Backup, Limits, Schema, StoreError, health::Asked, node::Node, schema::Opened, session::Work};

/// A store in one SQLite file. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Sqlite {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    node: Node,
    opened: Opened,
    writer: Crew,
    readers: Crew,
    log: log::Turn,
}

impl Sqlite {
    /// Opens the file `path`, made if there is none.
    pub(super) async fn open(path: &Path, node: &str, schema: Schema) -> Result<Self, StoreError> {
        let (file, runtime) = (path.to_owned(), Handle::current());
        let opening = tokio::task::spawn_blocking(move || {
            let (writer, opened) = open::writer(&file, schema, &runtime)?;
            let readers = (0..Limits::READERS).map(|_| open::reader(&file)).collect::<Result<Vec<_>, _>>()?;
            Ok::<_, StoreError>((writer, readers, opened))
        });
        let (writer, readers, opened) = opening.await.map_err(|_| StoreError::Closed)??;
        let inner = Inner {
            path: path.to_owned(),
            node: Node::new(node),
            opened,
            writer: Crew::start("store-writer", vec![writer], Limits::WRITES_WAITING_MAX)?,
            readers: Crew::start("store-reader", readers, Limits::READS_WAITING_MAX)?,
            log: log::Turn::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub(super) fn node(&self) -> &Node {
        &self.inner.node
    }

    pub(super) fn opened(&self) -> &Opened {
        &self.inner.opened
    }

    /// Lets what waits be done, moves the write-ahead log into the file, and ends the threads. A second time it does
    /// nothing.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.stop().await;
        let done = match self.inner.writer.ask(log::move_all).await {
            Err(StoreError::Closed) => Ok(()),
            done => done,
        };
        self.inner.writer.stop().await;
        done
    }

    /// Does `work` in a transaction that sees one moment of the store.
    pub(super) async fn read<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let runtime = Handle::current();
        let job = move |connection: &mut Connection| runtime.block_on(work.run(&connection.transaction()?));
        self.inner.readers.ask(job).await
    }

    /// Writes with `work`, which cannot be done twice and takes its time.
    pub(super) async fn write_through<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let runtime = Handle::current();
        let job = move |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = runtime.block_on(work.run(&transaction))?;
            transaction.commit()?;
            Ok(done)
        };
        self.inner.writer.ask(job).await
    }

    /// Does `work` in a transaction that writes: all of it is kept, or nothing.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let done = self.inner.writer.write(work).await;
        if done.is_ok() && self.inner.log.is_due() {
            // SQLite moves its log by itself as well, but tells nobody when that fails.
            self.node().pulse.note(Asked::Write, &self.inner.writer.ask(log::move_some).await);
        }
        done
    }

    /// Saves the store as it is now as the file `to`.
    pub(super) async fn backup(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Backup, StoreError> {
        let (from, to) = (self.inner.path.clone(), to.to_owned());
        let saving = tokio::task::spawn_blocking(move || backup::save(&from, &to, progress));
        saving.await.map_err(|_| StoreError::Closed)?
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ if error.sqlite_extended_error_code() == Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => Self::Duplicate,
            _ => Self::Engine(Box::new(error)),
        }
    }
}
