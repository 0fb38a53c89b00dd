//! Copying everything that is kept from one store into another, whatever their engines.
//!
//! The reading side sees one moment of its store and hands rows over in parts; the writing side keeps all of them in one
//! transaction, after reading back what it has written.

use tokio::sync::{
    Mutex,
    mpsc::{Receiver, Sender},
};

use crate::{
    model::Hash128,
    store::{
        Limits, StoreError,
        session::{Session, Work},
        value::{Columns, Insert, Value, placeholders},
    },
};

/// A table that is copied.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// Its columns, those of its key first.
    columns: &'static [&'static str],
    /// How many columns its key has.
    keys: usize,
    /// Whether a new store holds its rows already, with other values.
    is_seeded: bool,
}

/// Everything that is kept, in an order in which references find what they name. Leases stay behind: they are of
/// processes that work on the store they are in.
pub const TABLES: [Table; 11] = [
    Table { name: "site", columns: &["name", "value"], keys: 1, is_seeded: false },
    Table { name: "counter", columns: &["name", "value"], keys: 1, is_seeded: true },
    Table {
        name: "source_state",
        columns: &[
            "source_id",
            "url",
            "next_at_ms",
            "changed_seq",
            "gone",
            "has_history",
            "reader_version",
            "polled_ms",
            "succeeded_ms",
            "brought_ms",
            "failures",
            "failing_since_ms",
            "retry_until_ms",
            "host_until_ms",
            "moved_times",
            "cadence_interval_min",
            "cadence_base_min",
            "cadence_skip_hours",
            "cadence_skip_days",
            "etag",
            "last_modified",
            "body_hash",
            "next_why",
            "error",
            "error_class",
            "moved_to",
            "offers",
            "habit",
            "hub",
            "topic",
            "feed_title",
            "feed_link",
            "feed_logo",
            "repairs",
            "signs",
            "pictures_wanted",
        ],
        keys: 1,
        is_seeded: false,
    },
    Table {
        name: "entry",
        columns: &[
            "id",
            "source_id",
            "identity",
            "public_id",
            "canonical",
            "raw_hash",
            "policy_version",
            "order_ms",
            "tie",
            "first_seen_ms",
            "visible_ms",
            "changed_ms",
            "in_document",
            "left_ms",
            "published_ms",
            "published_offset_min",
            "published_precision",
            "updated_ms",
            "updated_offset_min",
            "updated_precision",
            "language",
            "guid",
            "link",
            "stated_link",
            "content_key",
            "title_key",
            "title",
            "authors",
            "categories",
            "media",
            "excerpt",
            "content_html",
            "origin",
            "press",
            "withdrawn_ms",
            "pictures_due_ms",
            "pictures_failures",
            "pictures_error",
            "pictured_ms",
        ],
        keys: 1,
        is_seeded: false,
    },
    Table {
        name: "appearance",
        columns: &["publication", "entry_id", "public_id", "shown_ms"],
        keys: 2,
        is_seeded: false,
    },
    Table {
        name: "picture",
        columns: &["entry_id", "rank", "is_lead", "path", "address", "alt", "width", "height", "changed_seq"],
        keys: 2,
        is_seeded: false,
    },
    Table { name: "picture_gone", columns: &["path", "changed_seq", "gone_ms"], keys: 1, is_seeded: false },
    Table {
        name: "logo",
        columns: &["address", "path", "width", "height", "due_ms", "failures", "error", "changed_seq"],
        keys: 1,
        is_seeded: false,
    },
    Table { name: "edition", columns: &["path", "hash", "changed_ms"], keys: 1, is_seeded: false },
    Table {
        name: "subscription",
        columns: &[
            "token",
            "source_id",
            "hub",
            "topic",
            "callback",
            "secret",
            "stage",
            "revision",
            "next_at_ms",
            "expires_ms",
            "pushed_ms",
            "failures",
            "error",
        ],
        keys: 1,
        is_seeded: false,
    },
    Table {
        name: "verdict",
        columns: &["entry_id", "publication", "verdict", "decided_ms", "actor", "reason"],
        keys: 2,
        is_seeded: false,
    },
];

/// Columns of one row.
type Cells = Vec<Value<'static>>;

/// What goes from one side to the other.
#[derive(Debug)]
pub enum Part {
    /// How many rows will come.
    Total(u64),
    /// Rows of one table.
    Rows(&'static Table, Vec<Cells>),
    /// That was all: without it the reading side has broken off.
    End,
}

/// How many rows there are, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    rows: u64,
    sum: Option<Hash128>,
}

impl Tally {
    fn add(&mut self, rows: &[Cells]) {
        for row in rows {
            let hash = hash(row);
            self.sum = Some(self.sum.map_or(hash, |sum| sum.plus(hash)));
        }
        self.rows += rows.len() as u64;
    }
}

/// A row's hash, the same on both engines: one of them keeps booleans as numbers.
fn hash(row: &[Value<'_>]) -> Hash128 {
    let mut parts: Vec<Vec<u8>> = Vec::with_capacity(row.len());
    for value in row {
        parts.push(match value {
            Value::Null => vec![0],
            Value::Int(number) => [&[1], number.to_le_bytes().as_slice()].concat(),
            Value::Bool(truth) => [&[1], i64::from(*truth).to_le_bytes().as_slice()].concat(),
            Value::Text(text) => [&[2], text.as_bytes()].concat(),
        });
    }
    Hash128::of_parts(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

impl Table {
    /// The first page, or the one after the row whose key is `last`.
    async fn page<S: Session>(&self, on: &S, last: Option<&Cells>) -> Result<Vec<Cells>, StoreError> {
        let key = self.columns.iter().take(self.keys).copied().collect::<Vec<_>>().join(", ");
        let mut values: Vec<Value<'_>> =
            last.map(|it| it.iter().take(self.keys).cloned().collect()).unwrap_or_default();
        let after = match values.len() {
            0 => String::new(),
            count => format!("WHERE ({key}) > ({})", placeholders(1, count)),
        };
        values.push((Limits::COPY_ROWS as i64).into());
        let (columns, name, limit) = (self.columns.join(", "), self.name, values.len());
        let sql = format!("SELECT {columns} FROM {name} {after} ORDER BY {key} LIMIT ${limit}");
        Ok(on.rows(&sql, &values).await?.into_iter().map(Columns::rest).collect())
    }

    async fn count<S: Session>(&self, on: &S) -> Result<u64, StoreError> {
        let row = on.first(&format!("SELECT COUNT(*) FROM {}", self.name), &[]).await?;
        Ok(row.map_or(Ok(0), |mut row| row.int())?.unsigned_abs())
    }

    async fn insert<S: Session>(&self, on: &S, rows: &[Cells]) -> Result<(), StoreError> {
        let over =
            if self.is_seeded { "ON CONFLICT (name) DO UPDATE SET value = excluded.value" } else { "" };
        let columns = self.columns.join(", ").into();
        let insert = Insert { table: self.name, columns, conflict: over.into() };
        on.write(&insert, rows).await.map(drop)
    }

    async fn tally<S: Session>(&self, on: &S) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        let mut last: Option<Cells> = None;
        loop {
            let page = self.page(on, last.as_ref()).await?;
            tally.add(&page);
            match page.last() {
                Some(row) => last = Some(row.clone()),
                None => return Ok(tally),
            }
        }
    }
}

/// Hands everything over.
pub struct Dump(pub Sender<Part>);

impl Work for Dump {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        // Who takes the parts has gone: its own error says why.
        let gone = |_| StoreError::Closed;
        let mut total = 0;
        for table in &TABLES {
            total += table.count(on).await?;
        }
        self.0.send(Part::Total(total)).await.map_err(gone)?;
        for table in &TABLES {
            let mut last: Option<Cells> = None;
            loop {
                let page = table.page(on, last.as_ref()).await?;
                let Some(row) = page.last() else { break };
                last = Some(row.clone());
                self.0.send(Part::Rows(table, page)).await.map_err(gone)?;
            }
        }
        self.0.send(Part::End).await.map_err(gone)
    }
}

/// Takes everything, into a store that holds nothing; how many rows of each table. Hears of each part: rows that have
/// come, and rows that will.
pub struct Fill<P>(pub Mutex<(Receiver<Part>, P)>);

impl<P: FnMut(u64, u64) + Send + 'static> Work for Fill<P> {
    type Answer = Vec<(&'static str, u64)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        for table in TABLES.iter().filter(|it| !it.is_seeded) {
            if table.count(on).await? > 0 {
                return Err(StoreError::NotEmpty { table: table.name });
            }
        }
        let mut tallies = [Tally::default(); TABLES.len()];
        self.take(on, &mut tallies).await?;
        for (table, tally) in TABLES.iter().zip(&tallies) {
            if table.tally(on).await? != *tally {
                return Err(StoreError::CopyDiffers { table: table.name });
            }
        }
        Ok(TABLES.iter().zip(tallies).map(|(table, tally)| (table.name, tally.rows)).collect())
    }
}

impl<P: FnMut(u64, u64)> Fill<P> {
    /// Keeps what comes until the end has come.
    async fn take<S: Session>(&self, on: &S, tallies: &mut [Tally]) -> Result<(), StoreError> {
        let mut taking = self.0.lock().await;
        let (parts, progress) = &mut *taking;
        let (mut come, mut total) = (0, 0);
        loop {
            match parts.recv().await {
                Some(Part::Total(rows)) => total = rows,
                Some(Part::Rows(table, rows)) => {
                    table.insert(on, &rows).await?;
                    come += rows.len() as u64;
                    let tally = TABLES.iter().zip(tallies.iter_mut()).find(|(it, _)| it.name == table.name);
                    if let Some((_, tally)) = tally {
                        tally.add(&rows);
                    }
                    progress(come, total);
                }
                Some(Part::End) => return Ok(()),
                // The error of the reading side says why.
                None => return Err(StoreError::Closed),
            }
        }
    }
}
