//! Bringing the tables up to date.

use crate::store::{
    StoreError,
    schema::{CURRENT, MIGRATIONS, Migration, ORIGIN, RECORD, TABLE, TAKE, VERSION},
    session::{Session, Work},
};

/// The version under which the row stands whose lock is the lease of migrations.
const ORIGIN_VERSION: i64 = 0;
/// What that row is called.
const ORIGIN_NAME: &str = "origin";
/// Tables by which a store of ours is known.
const MARKS: [&str; 2] = ["migration", "source_state"];

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No tables.
    Nothing,
    /// Tables of another program.
    Foreign,
    /// Ours, of this version.
    Version(i64),
}

/// Looks at what is there, before anything is written.
pub struct Inspect;

impl Work for Inspect {
    type Answer = Found;

    async fn run<S: Session>(&self, on: &S) -> Result<Found, StoreError> {
        let tables = on.tables().await?;
        if tables.is_empty() || tables == [MARKS[0]] {
            return Ok(Found::Nothing);
        }
        if !MARKS.iter().all(|mark| tables.iter().any(|it| it == mark)) {
            return Ok(Found::Foreign);
        }
        let found = current(on).await?;
        if found > VERSION {
            Err(StoreError::Newer { found, known: VERSION })
        } else {
            Ok(Found::Version(found))
        }
    }
}

/// Makes the place where steps are recorded.
pub struct Prepare;

impl Work for Prepare {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        on.script(TABLE).await?;
        on.execute(ORIGIN, &[ORIGIN_VERSION.into(), ORIGIN_NAME.into()]).await.map(drop)
    }
}

/// Applies every step that is missing, all in one transaction, so that no process ever finds a schema between the old one
/// and the new one. Another process may have done so since we looked.
pub struct Steps;

impl Work for Steps {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        on.execute(TAKE, &[ORIGIN_NAME.into(), ORIGIN_VERSION.into()]).await?;
        let found = current(on).await?;
        for Migration { version, name, text } in MIGRATIONS.iter().filter(|it| it.version > found) {
            on.script(text).await?;
            on.execute(RECORD, &[(*version).into(), (*name).into()]).await?;
        }
        Ok(())
    }
}

async fn current<S: Session>(on: &S) -> Result<i64, StoreError> {
    on.first(CURRENT, &[]).await?.map_or(Ok(0), |mut row| row.int())
}
