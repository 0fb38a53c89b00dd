//! Where a store of these tests is kept: in a file, or in a database.

use std::path::{Path, PathBuf};

use pressroll::store::{Schema, Store};

use crate::support::Folder;
#[cfg(feature = "suite-postgres")]
use crate::support::postgres;

/// A place of its own for one test's store, gone at its end.
pub struct Place {
    folder: Folder,
    #[cfg(feature = "suite-postgres")]
    database: Option<postgres::Database>,
}

impl Place {
    /// A file.
    pub fn file() -> Self {
        Self {
            folder: Folder::new(),
            #[cfg(feature = "suite-postgres")]
            database: None,
        }
    }

    /// A database.
    #[cfg(feature = "suite-postgres")]
    pub fn database() -> Self {
        Self { folder: Folder::new(), database: Some(postgres::database()) }
    }

    /// What `store.url` says.
    pub fn url(&self) -> String {
        #[cfg(feature = "suite-postgres")]
        if let Some(database) = &self.database {
            return database.url().to_owned();
        }
        "sqlite:press.db".to_owned()
    }

    /// The folder in which the file lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The file.
    pub fn press(&self) -> PathBuf {
        self.path().join("press.db")
    }

    /// The store, opened by a process called `node`.
    pub async fn open_as(&self, node: &str) -> Store {
        Store::open(&self.url(), self.path(), node, Schema::Update).await.unwrap()
    }

    /// The store, opened by a process called `one`.
    pub async fn open(&self) -> Store {
        self.open_as("one").await
    }

    /// What another program sees: the first column of each row, as text, joined by commas.
    pub fn look(&self, sql: &str) -> String {
        #[cfg(feature = "suite-postgres")]
        if let Some(database) = &self.database {
            let firsts = database.sql(sql).into_iter().map(|mut row| row.remove(0));
            return firsts.collect::<Vec<_>>().join(",");
        }
        use rusqlite::types::Value::{Integer, Text};
        let connection = rusqlite::Connection::open(self.press()).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map((), |row| {
            Ok(match row.get(0)? {
                Integer(number) => number.to_string(),
                Text(text) => text,
                other => format!("{other:?}"),
            })
        });
        rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap().join(",")
    }

    /// What another program does.
    pub fn act(&self, sql: &str) {
        #[cfg(feature = "suite-postgres")]
        if let Some(database) = &self.database {
            database.sql(sql);
            return;
        }
        rusqlite::Connection::open(self.press()).unwrap().execute_batch(sql).unwrap();
    }

    /// From now on `what`, such as `UPDATE ON entry`, fails with `word`.
    pub fn forbid(&self, what: &str, word: &str) {
        #[cfg(feature = "suite-postgres")]
        if self.database.is_some() {
            self.act(&format!(
                "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''{word}''; END'; \
                 CREATE TRIGGER forbidden BEFORE {what} FOR EACH ROW EXECUTE FUNCTION forbid()"
            ));
            return;
        }
        self.act(&format!("CREATE TRIGGER forbidden BEFORE {what} BEGIN SELECT RAISE(ABORT, '{word}'); END"));
    }
}
