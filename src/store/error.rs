//! What can go wrong, said so that somebody can do something about it.

use std::path::PathBuf;

use crate::model::SourceId;

/// Why the store could not be opened, or did not do what was asked. Nothing of a failed call is kept, but for
/// [`StoreError::Unanswered`], which leaves that open.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `store.url` names no engine that this program has, or no file.
    #[error("store.url is “{url}”: {advice}")]
    Url {
        /// As written.
        url: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// The folder that should hold the file does not exist.
    #[error("the folder “{}” does not exist, so no store can be made in it: create the folder, or change store.url", folder.display())]
    NoFolder {
        /// The missing folder.
        folder: PathBuf,
    },
    /// The file cannot be opened for reading and writing.
    #[error("cannot open the store “{}”: {reason}; the user who runs pressroll must be able to write this file and its folder", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The engine's words.
        reason: String,
    },
    /// The file is something else.
    #[error("“{}” is not a pressroll store: {reason}; move it away, or change store.url", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        reason: &'static str,
    },
    /// There is no store yet, and none was to be made.
    #[error(
        "there is no store yet at this address: `pressroll serve`, `fetch` or `migrate` makes it; if there should be one, check store.url"
    )]
    Missing,
    /// An older pressroll made the tables, and they were to be left as they are.
    #[error(
        "the store has schema version {found}, this pressroll works with version {known}: `pressroll migrate` brings it up to date, and saves a file beside itself before"
    )]
    Older {
        /// Version in the store.
        found: i64,
        /// Version that this program works with.
        known: i64,
    },
    /// A newer pressroll has changed the tables.
    #[error(
        "the store has schema version {found}, this pressroll knows versions up to {known}: start a newer pressroll, or restore a backup"
    )]
    Newer {
        /// Version in the store.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The database server does not answer, or turned us away for the moment.
    #[error("the database does not answer: {reason}")]
    Away {
        /// What happened, and what may help.
        reason: String,
    },
    /// The database server was lost before it said whether it kept what was asked: it may be kept, or not.
    #[error("the database has not said whether it did what was asked: {reason}")]
    Unanswered {
        /// What happened.
        reason: String,
    },
    /// The database server does not let us in, or not at this database.
    #[error("the database refuses pressroll: {reason}")]
    Refused {
        /// The server's words, and what may help.
        reason: String,
    },
    /// The file could not be saved before its tables are changed, or a backup could not be written.
    #[error("cannot save the store as “{}”: {reason}", path.display())]
    Backup {
        /// Where to.
        path: PathBuf,
        /// What happened, and what may help.
        reason: String,
    },
    /// What is to be filled holds something already.
    #[error("the store to be filled is not empty: its table {table} holds rows; name an empty one")]
    NotEmpty {
        /// The first table that holds rows.
        table: &'static str,
    },
    /// What was copied is not what is there now.
    #[error(
        "what was copied into {table} is not what was read; nothing was kept: try again with both stores at rest"
    )]
    CopyDiffers {
        /// The table.
        table: &'static str,
    },
    /// Others wrote the same rows at the same time, again and again.
    #[error("others write the same rows at the same time; try again")]
    Contended,
    /// A row stands in the way that has the same key.
    #[error("a row with the same key is there already")]
    Duplicate,
    /// Another process has kept the store locked for longer than we wait.
    #[error("the store is locked by another program: find out which one holds it, end it, and try again")]
    Busy,
    /// The disk is full; writing again may succeed when there is space.
    #[error("the disk that holds the store is full: make space; nothing that was kept is lost")]
    Full,
    /// Another node polls this source now, or its address has changed meanwhile: what the round brought is dropped.
    #[error("the lease on source “{source_id}” is not ours any more")]
    LeaseLost {
        /// The source.
        source_id: SourceId,
    },
    /// Nobody has adopted this source.
    #[error("the store does not know the source “{source_id}”")]
    UnknownSource {
        /// The source.
        source_id: SourceId,
    },
    /// More than a limit allows.
    #[error("{count} {what} at once are more than the store takes ({max})")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many came.
        count: usize,
        /// How many may come.
        max: usize,
    },
    /// A key that an index cannot hold.
    #[error("the {what} of an entry has {bytes} bytes, the store takes {max}")]
    TooLong {
        /// Which key.
        what: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// The longest, in bytes.
        max: usize,
    },
    /// Two entries of one source under one id or identity, or an entry under another source's id.
    #[error("two entries claim the {what} “{key}”")]
    Conflict {
        /// Which key: `id` or `identity`.
        what: &'static str,
        /// Its value.
        key: String,
    },
    /// A row that this program cannot have written.
    #[error("the store is damaged: {0}; restore a backup")]
    Damaged(String),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// Anything else that the engine reports.
    #[error("the store failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Whether it is the store's own trouble, and not that of what was asked.
    pub fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::Busy
                | Self::Full
                | Self::Damaged(_)
                | Self::Engine(_)
                | Self::Open { .. }
                | Self::Away { .. }
                | Self::Unanswered { .. }
                | Self::Refused { .. }
                | Self::Contended
        )
    }

    /// The error with its causes, for the log.
    pub(super) fn in_full(&self) -> String {
        in_full(self)
    }

    /// Refuses `count` of `what` when they are more than `max`.
    pub(super) fn bound(what: &'static str, count: usize, max: usize) -> Result<(), Self> {
        if count > max { Err(Self::TooMany { what, count, max }) } else { Ok(()) }
    }
}

/// An error with its causes. What engines say of themselves holds no password.
pub(super) fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
