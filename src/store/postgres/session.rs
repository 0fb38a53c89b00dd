//! One transaction on a connection to a server, as the store's work sees it.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
    time::Duration,
};

use deadpool_postgres::{Client, Object};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::listen::CALL;
use crate::{
    model::EntryId,
    store::{
        Limits, Order, Place, StoreError, entry,
        session::{Session, batches},
        value::{Columns, Insert, Value, damaged},
    },
};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// It sees one moment, and changes nothing.
    Read,
    /// Each of its statements sees what was committed before it.
    Write,
    /// It changes the tables themselves.
    Migrate,
}

/// A connection inside a transaction.
pub(super) struct Wire {
    /// Taken when the transaction has ended well.
    client: Option<Client>,
    /// Whether other nodes are to hear of it.
    has_changed: AtomicBool,
}

impl Wire {
    /// Begins a transaction.
    pub(super) async fn begin(client: Client, begin: Begin) -> Result<Self, StoreError> {
        let statement = match begin {
            Begin::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Begin::Write | Begin::Migrate => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        let wire = Self { client: Some(client), has_changed: AtomicBool::new(false) };
        wire.client()?.batch_execute(statement).await?;
        Ok(wire)
    }

    /// Keeps what was done, and tells other nodes of it.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let committed = self.client()?.batch_execute("COMMIT").await;
        committed.map_err(|error| match error.into() {
            StoreError::Away { reason } => StoreError::Unanswered { reason },
            error => error,
        })?;
        let Some(client) = self.client.take() else { return Ok(()) };
        if self.has_changed.load(Ordering::Relaxed) {
            // After the transaction and not in it: an engine that knows no NOTIFY keeps what was done all the same, and
            // the other nodes find it when they look.
            let most = Duration::from_millis(Limits::CALL_MS_MAX);
            if tokio::time::timeout(most, client.batch_execute(CALL)).await.is_err() {
                drop(Object::take(client));
            }
        }
        Ok(())
    }

    /// Takes back what was done; a connection on which that fails is closed, which does it too.
    pub(super) async fn roll_back(mut self) {
        if let Ok(client) = self.client()
            && client.batch_execute("ROLLBACK").await.is_ok()
        {
            drop(self.client.take());
        }
    }

    fn client(&self) -> Result<&Client, StoreError> {
        self.client.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Wire {
    /// A transaction that nobody ended, because its work was given up, ends with its connection.
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

impl Session for Wire {
    fn has_changed(&self) {
        self.has_changed.store(true, Ordering::Relaxed);
    }

    async fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Columns>, StoreError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        let rows = client.query(&statement, &parameters(values)).await?;
        rows.iter().map(columns).collect()
    }

    async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.execute(&statement, &parameters(values)).await?)
    }

    async fn rows_of_each(
        &self,
        sql: &str,
        lists: &[Vec<Value<'_>>],
    ) -> Result<Vec<Vec<Columns>>, StoreError> {
        let client = self.client()?;
        let statement = &client.prepare_cached(sql).await?;
        let ask = |values| async move { client.query(statement, &parameters(values)).await };
        let found = pipelined(lists.iter().map(|it| ask(it))).await?;
        found.iter().map(|rows| rows.iter().map(columns).collect()).collect()
    }

    async fn execute_each(&self, sql: &str, lists: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError> {
        let client = self.client()?;
        let statement = &client.prepare_cached(sql).await?;
        let ask = |values| async move { client.execute(statement, &parameters(values)).await };
        Ok(pipelined(lists.iter().map(|it| ask(it))).await?)
    }

    async fn write(&self, insert: &Insert<'_>, rows: &[Vec<Value<'_>>]) -> Result<u64, StoreError> {
        let client = self.client()?;
        let mut written = 0;
        for batch in batches(rows) {
            let statement = client.prepare_cached(&insert.text(batch.len())).await?;
            let values = batch.iter().flatten().map(|it| it as &(dyn ToSql + Sync));
            written += client.execute(&statement, &values.collect::<Vec<_>>()).await?;
        }
        Ok(written)
    }

    async fn script(&self, statements: &str) -> Result<(), StoreError> {
        Ok(self.client()?.batch_execute(statements).await?)
    }

    async fn tables(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
            WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";
        let rows = self.client()?.query(sql, &[]).await?;
        let mut names = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        names.sort();
        Ok(names)
    }

    async fn pages(
        &self,
        order: Order,
        walks: &[(&str, Place)],
        rows: usize,
    ) -> Result<Vec<Vec<Place>>, StoreError> {
        let client = self.client()?;
        let statement = client.prepare_cached(&pages(order)).await?;
        let column = |take: fn(&Place) -> i64| walks.iter().map(|(_, it)| take(it)).collect::<Vec<i64>>();
        let sources: Vec<&str> = walks.iter().map(|(source, _)| *source).collect();
        let (moments, ties, ids) = (column(|it| it.moment_ms), column(|it| it.tie), column(|it| it.id.0));
        let found = client.query(&statement, &[&sources, &moments, &ties, &ids, &(rows as i64)]).await?;
        let mut pages = vec![Vec::new(); walks.len()];
        for row in found {
            let at = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default();
            let place =
                Place { moment_ms: row.try_get(1)?, tie: row.try_get(2)?, id: EntryId(row.try_get(3)?) };
            // Ordinal numbers begin at one.
            if let Some(page) = at.checked_sub(1).and_then(|at| pages.get_mut(at)) {
                page.push(place);
            }
        }
        // Sorted here: the server would compare again what comes in order from its index.
        pages.iter_mut().for_each(|page| page.sort_unstable_by(|left, right| right.cmp(left)));
        Ok(pages)
    }
}

/// The next `$5` of each of the sources `$1` after the places `$2`, `$3`, `$4`, each with its walk's number.
///
/// LATERAL makes the server go along the index for one source after the other, whatever it thinks of the table.
fn pages(order: Order) -> String {
    let moment = entry::moment(order);
    format!(
        "SELECT walk.number, page.moment, page.tie, page.id \
         FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) \
         WITH ORDINALITY AS walk (source_id, moment, tie, id, number) \
         CROSS JOIN LATERAL (SELECT {moment} AS moment, tie, id FROM entry \
         WHERE entry.source_id = walk.source_id \
         AND ({moment}, entry.tie, entry.id) < (walk.moment, walk.tie, walk.id) \
         ORDER BY {moment} DESC, tie DESC, id DESC LIMIT $5) AS page"
    )
}

/// What these bring, each begun without waiting for the one before: the server does them in that order.
async fn pipelined<T, A>(asked: impl Iterator<Item = A>) -> Result<Vec<T>, tokio_postgres::Error>
where
    A: Future<Output = Result<T, tokio_postgres::Error>>,
{
    let mut asked: Vec<_> = asked.map(|it| (Box::pin(it), None)).collect();
    poll_fn(|context| {
        let mut is_all = true;
        for (question, answer) in asked.iter_mut().filter(|it| it.1.is_none()) {
            match Pin::as_mut(question).poll(context) {
                Poll::Ready(came) => *answer = Some(came),
                Poll::Pending => is_all = false,
            }
        }
        if is_all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    asked.into_iter().filter_map(|it| it.1).collect()
}

fn parameters<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|it| it as &(dyn ToSql + Sync)).collect()
}

fn columns(row: &Row) -> Result<Columns, StoreError> {
    let value = |(at, column): (usize, &tokio_postgres::Column)| {
        let kind = column.type_();
        Ok(match *kind {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(at)?.into(),
            Type::TEXT | Type::VARCHAR => {
                row.try_get::<_, Option<String>>(at)?.map_or(Value::Null, |text| Value::Text(text.into()))
            }
            _ => return Err(damaged(&format!("a column is of the type {kind}"))),
        })
    };
    let values = row.columns().iter().enumerate().map(value);
    Ok(Columns::new(values.collect::<Result<_, StoreError>>()?))
}
