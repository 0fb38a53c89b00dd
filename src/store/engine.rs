//! Which engine it is, and everything that is not work in a transaction: opening and closing, health, copies.

use std::path::Path;

use tokio::sync::{Mutex, Notify, mpsc};

use super::{
    Backup, Health, Limits, Opened, Postgres, Schema, Sqlite, Store, StoreError,
    health::Asked,
    node::Node,
    session::Work,
    sqlite::Part,
    work::copying::{Dump, Fill},
};

/// The table of entries.
const ENTRIES: &str = "entry";

impl Store {
    /// Opens the store that `url` names. `node` names this process among all that share the store: leases are held under
    /// it, so no two may have the same.
    ///
    /// `url` is `sqlite:` and a path, taken from `base` where it is relative; the file is made if there is none. Or it is
    /// `postgres://user:password@host:port/database`, and the database must exist. `schema` says what is done with tables of
    /// an older version.
    pub async fn open(url: &str, base: &Path, node: &str, schema: Schema) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Postgres::open(url, node, schema).await?));
        }
        // What is behind the scheme of a server's address may hold a password.
        let shown = url
            .split_once("://")
            .filter(|(scheme, _)| *scheme != "sqlite")
            .map(|(scheme, _)| format!("{scheme}://…"));
        let refuse =
            |advice| StoreError::Url { url: shown.clone().unwrap_or_else(|| url.to_owned()), advice };
        let path = url.strip_prefix("sqlite:").ok_or_else(|| {
            refuse("write “sqlite:” and the path of a file, such as “sqlite:pressroll.db”, or “postgres://user@host/database”")
        })?;
        match path.strip_prefix("//").unwrap_or(path) {
            "" => Err(refuse("the path of a file is missing after “sqlite:”")),
            ":memory:" => {
                Err(refuse("a store in memory would be lost with the process: write the path of a file"))
            }
            path => Ok(Self::Sqlite(Sqlite::open(&base.join(path), node, schema).await?)),
        }
    }

    /// Does `work` in a transaction that sees one moment of the store.
    pub(super) async fn read<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let done = match self {
            Self::Sqlite(engine) => engine.read(work).await,
            Self::Postgres(engine) => engine.read(work).await,
        };
        self.node().pulse.note(Asked::Read, &done);
        done
    }

    /// Does `work` in a transaction that writes: all of it is kept, or nothing.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let done = match self {
            Self::Sqlite(engine) => engine.write(work).await,
            Self::Postgres(engine) => engine.write(work).await,
        };
        self.node().pulse.note(Asked::Write, &done);
        done
    }

    pub(super) fn node(&self) -> &Node {
        match self {
            Self::Sqlite(engine) => engine.node(),
            Self::Postgres(engine) => engine.node(),
        }
    }

    /// Whether other nodes may work on it, with other files of configuration.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// What was found when it was opened, and what was done about it.
    pub fn opened(&self) -> &Opened {
        match self {
            Self::Sqlite(engine) => engine.opened(),
            Self::Postgres(engine) => engine.opened(),
        }
    }

    /// How it does at the moment. What is wrong with it is logged here, once a minute, and nowhere else.
    pub fn health(&self) -> Health {
        self.node().pulse.health()
    }

    /// Rings `bell` when another node has changed something, where the engine tells; it never ends by itself. Who waits
    /// for changes looks at [`Store::changed_since`] besides.
    pub async fn listen(&self, bell: &Notify) {
        match self {
            Self::Sqlite(_) => std::future::pending().await,
            Self::Postgres(engine) => engine.listen(bell).await,
        }
    }

    /// Lets everything that was handed over be done, and closes the store; every later call fails with
    /// [`StoreError::Closed`]. Closing again does nothing.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.close().await,
            Self::Postgres(engine) => {
                engine.close();
                Ok(())
            }
        }
    }

    /// Saves the store as it is at this moment as the SQLite file `to`, which must not be there, while everybody works on.
    /// A store that is opened on that file goes on from there. `progress` hears how much is done, and of how much.
    pub async fn backup(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Backup, StoreError> {
        match self {
            Self::Sqlite(engine) => engine.backup(to, progress).await,
            Self::Postgres(_) => self.save(to, progress).await,
        }
    }

    /// Saves a database as a file, by copying it into one.
    async fn save(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Backup, StoreError> {
        let part = Part::begin(to)?;
        let file = Sqlite::open(part.path(), "backup", Schema::Update).await;
        let file = file.map_err(|error| part.fail(&error))?;
        let copied = self.copy_to(&Self::Sqlite(file.clone()), progress).await;
        let closed = file.close().await;
        let tables = copied.and_then(|it| closed.map(|()| it)).map_err(|error| part.fail(&error))?;
        let entries = tables.iter().find(|(name, _)| *name == ENTRIES).map_or(0, |(_, rows)| *rows);
        Ok(Backup { entries: i64::try_from(entries).unwrap_or(i64::MAX), bytes: part.finish()? })
    }

    /// Copies everything that is kept into `target`, which must hold nothing: all of it, or nothing. How many rows of each
    /// table; they are read back and compared. `progress` hears how many rows are done, and of how many.
    pub async fn copy_to(
        &self,
        target: &Self,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let (sender, receiver) = mpsc::channel(Limits::COPY_PARTS);
        let reading = async {
            match self {
                Self::Sqlite(engine) => engine.read(Dump(sender)).await,
                Self::Postgres(engine) => engine.read_through(Dump(sender)).await,
            }
        };
        let fill = Fill(Mutex::new((receiver, progress)));
        let writing = async {
            match target {
                Self::Sqlite(engine) => engine.write_through(fill).await,
                Self::Postgres(engine) => engine.write_through(fill).await,
            }
        };
        match tokio::join!(reading, writing) {
            // The side that only saw the other one go has nothing to say.
            (Err(error), Err(StoreError::Closed)) => Err(error),
            (_, copied) => copied,
        }
    }
}
