//! One transaction of SQLite, as the store's work sees it. Its futures are ready at once: who runs them may block.

use rusqlite::{
    CachedStatement, Row, Transaction,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    model::EntryId,
    store::{
        Order, Place, StoreError, entry,
        session::Session,
        value::{Columns, Insert, Value, damaged},
    },
};

impl Session for Transaction<'_> {
    async fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Columns>, StoreError> {
        taken(&mut self.prepare_cached(sql)?, values)
    }

    async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let written = self.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
        Ok(written as u64)
    }

    async fn rows_of_each(
        &self,
        sql: &str,
        lists: &[Vec<Value<'_>>],
    ) -> Result<Vec<Vec<Columns>>, StoreError> {
        let mut statement = self.prepare_cached(sql)?;
        lists.iter().map(|values| taken(&mut statement, values)).collect()
    }

    async fn execute_each(&self, sql: &str, lists: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError> {
        let mut statement = self.prepare_cached(sql)?;
        let mut run = |values| Ok(statement.execute(rusqlite::params_from_iter(values))? as u64);
        lists.iter().map(&mut run).collect()
    }

    async fn write(&self, insert: &Insert<'_>, rows: &[Vec<Value<'_>>]) -> Result<u64, StoreError> {
        if rows.is_empty() {
            return Ok(0);
        }
        let mut statement = self.prepare_cached(&insert.text(1))?;
        let mut written = 0;
        for row in rows {
            written += statement.execute(rusqlite::params_from_iter(row))? as u64;
        }
        Ok(written)
    }

    async fn script(&self, statements: &str) -> Result<(), StoreError> {
        // By this name SQLite makes the key the row's own number, which saves an index and a step to each row.
        let statements = statements.replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
        Ok(self.execute_batch(&statements)?)
    }

    async fn tables(&self) -> Result<Vec<String>, StoreError> {
        let mut statement =
            self.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
        let names = statement.query_map((), |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    async fn pages(
        &self,
        order: Order,
        walks: &[(&str, Place)],
        rows: usize,
    ) -> Result<Vec<Vec<Place>>, StoreError> {
        let mut statement = self.prepare_cached(&page(order))?;
        let rows = rows as i64;
        let mut pages = Vec::with_capacity(walks.len());
        for (source, last) in walks {
            let mut found = statement.query((source, last.moment_ms, last.tie, last.id.0, rows))?;
            let mut page = Vec::new();
            while let Some(row) = found.next()? {
                page.push(Place { moment_ms: row.get(0)?, tie: row.get(1)?, id: EntryId(row.get(2)?) });
            }
            pages.push(page);
        }
        Ok(pages)
    }
}

/// Runs a statement; the rows that it brings.
fn taken(statement: &mut CachedStatement<'_>, values: &[Value<'_>]) -> Result<Vec<Columns>, StoreError> {
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    let mut taken = Vec::new();
    // To the last one: a statement that writes has written only when it has been run to its end.
    while let Some(row) = rows.next()? {
        taken.push(columns(row)?);
    }
    Ok(taken)
}

/// The next `$5` of the source `$1` after the place `$2`, `$3`, `$4`.
pub(super) fn page(order: Order) -> String {
    let moment = entry::moment(order);
    format!(
        "SELECT {moment}, tie, id FROM entry WHERE source_id = $1 AND ({moment}, tie, id) < ($2, $3, $4) \
         ORDER BY {moment} DESC, tie DESC, id DESC LIMIT $5"
    )
}

fn columns(row: &Row<'_>) -> Result<Columns, StoreError> {
    let count = row.as_ref().column_count();
    let mut values = Vec::with_capacity(count);
    for at in 0..count {
        values.push(match row.get_ref(at)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Text(bytes) => {
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
