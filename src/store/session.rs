//! What a piece of the store's work sees of an engine, so that it is written once for all of them.

use super::{
    Limits, Order, Place, StoreError,
    value::{Columns, Insert, Value},
};

/// One transaction on one connection of an engine.
pub(super) trait Session {
    /// Runs a statement; the rows that it brings.
    async fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Columns>, StoreError>;

    /// Runs a statement that brings no rows; how many it wrote.
    async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs a statement once for each of these lists of values, one after another; the rows that each of them brings.
    ///
    /// A server is handed all of them without waiting in between. It takes them in their order, so that two who write the
    /// same rows do not stand in each other's way if both give them in the order of their keys.
    async fn rows_of_each(
        &self,
        sql: &str,
        lists: &[Vec<Value<'_>>],
    ) -> Result<Vec<Vec<Columns>>, StoreError>;

    /// The same for a statement that brings no rows; how many each of them wrote.
    async fn execute_each(&self, sql: &str, lists: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError>;

    /// Writes rows; how many of them.
    ///
    /// How many go into one statement is the engine's to know: a server is asked less often for many at once, SQLite runs
    /// a statement for one row, prepared once, a tenth faster than one for many.
    async fn write(&self, insert: &Insert<'_>, rows: &[Vec<Value<'_>>]) -> Result<u64, StoreError>;

    /// Runs statements without values, one after another.
    async fn script(&self, statements: &str) -> Result<(), StoreError>;

    /// The names of the tables that are there.
    async fn tables(&self) -> Result<Vec<String>, StoreError>;

    /// The next places of several sources in an order, at most `rows` of each, newest first: one page for each walk.
    ///
    /// This is the one question that engines are asked in texts of their own: left to its planner, PostgreSQL answers it
    /// by reading the whole table.
    async fn pages(
        &self,
        order: Order,
        walks: &[(&str, Place)],
        rows: usize,
    ) -> Result<Vec<Vec<Place>>, StoreError>;

    /// Hears that the transaction changes what other nodes look at.
    fn has_changed(&self) {}

    /// Runs a statement; its first row.
    async fn first(&self, sql: &str, values: &[Value<'_>]) -> Result<Option<Columns>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }
}

/// Something that is done in one transaction: all of it is kept, or nothing.
///
/// An engine that has to break a transaction off runs the work again, so that it must not remember what it did.
pub(super) trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + 'static;

    /// Does it.
    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError>;
}

/// `rows` in parts of which each goes into one statement: most as large as they may be, the rest in powers of two, so
/// that there are few statements to prepare.
pub(super) fn batches<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut batches = Vec::new();
    while !rows.is_empty() {
        let largest = 1 << rows.len().ilog2();
        let (batch, rest) = rows.split_at(largest.min(Limits::BATCH_ROWS));
        batches.push(batch);
        rows = rest;
    }
    batches
}
