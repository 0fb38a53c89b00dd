//! The same inserts by rusqlite alone: the least that they can cost with these tables.

use std::path::Path;

use anyhow::Result;
use pressroll::{
    model::{PlainText, Precision, Stated},
    store::{Arrival, Limits},
};
use rusqlite::{Connection, TransactionBehavior, params_from_iter, types::Value};

const COLUMNS: &str = "id, source_id, identity, public_id, canonical, raw_hash, policy_version, order_ms, tie, \
    first_seen_ms, visible_ms, changed_ms, in_document, published_ms, published_offset_min, published_precision, \
    updated_ms, updated_offset_min, updated_precision, language, guid, link, stated_link, content_key, title_key, \
    title, authors, categories, media, excerpt, content_html";

/// A connection to a file that the store has made, with the store's own settings.
pub struct Bare(Connection);

impl Bare {
    /// Opens the file.
    pub fn open(path: &Path) -> Result<Self> {
        let on = Connection::open(path)?;
        on.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        on.pragma_update(None, "synchronous", "normal")?;
        on.pragma_update(None, "foreign_keys", true)?;
        on.pragma_update(None, "temp_store", "memory")?;
        on.pragma_update(None, "cache_size", -Limits::WRITER_CACHE_KIB)?;
        on.pragma_update_and_check(None, "wal_autocheckpoint", Limits::LOG_PAGES, |_| Ok(()))?;
        on.pragma_update_and_check(None, "journal_size_limit", Limits::LOG_BYTES_MAX, |_| Ok(()))?;
        Ok(Self(on))
    }

    /// Inserts the rows in one transaction, by one prepared statement.
    pub fn insert(&mut self, rows: &[Vec<Value>]) -> Result<()> {
        let places: Vec<String> = (1..=COLUMNS.split(',').count()).map(|at| format!("?{at}")).collect();
        let sql = format!("INSERT INTO entry ({COLUMNS}) VALUES ({})", places.join(", "));
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut statement = transaction.prepare_cached(&sql)?;
        for row in rows {
            statement.execute(params_from_iter(row))?;
        }
        drop(statement);
        Ok(transaction.commit()?)
    }

    /// A number that the file answers with.
    pub fn count(&self, sql: &str) -> Result<i64> {
        Ok(self.0.query_row(sql, (), |row| row.get(0))?)
    }
}

/// The row of an arrival, ready to be bound.
pub fn row(arrival: &Arrival) -> Result<Vec<Value>> {
    let Arrival { kept, identity, title_key, raw_hash, policy_version, .. } = arrival;
    let entry = &kept.entry;
    let [published_ms, published_offset, published_precision] = date(entry.published);
    let [updated_ms, updated_offset, updated_precision] = date(entry.updated);
    let authors: Vec<&str> = entry.authors.iter().map(PlainText::as_str).collect();
    Ok(vec![
        kept.id.0.into(),
        kept.source.as_str().to_owned().into(),
        identity.clone().into(),
        kept.public_id.clone().into(),
        kept.canonical.clone().into(),
        raw_hash.hex().into(),
        (*policy_version).into(),
        kept.order_ms.into(),
        kept.tie.into(),
        kept.first_seen_ms.into(),
        kept.visible_ms.into(),
        kept.updated_ms.into(),
        true.into(),
        published_ms,
        published_offset,
        published_precision,
        updated_ms,
        updated_offset,
        updated_precision,
        entry.language.clone().into(),
        entry.identity.guid.clone().into(),
        entry.link.clone().into(),
        Value::Null,
        entry.identity.content.clone().into(),
        title_key.clone().into(),
        entry.title.as_str().to_owned().into(),
        serde_json::to_string(&authors)?.into(),
        serde_json::to_string(&entry.categories)?.into(),
        serde_json::to_string(&entry.media)?.into(),
        entry.excerpt.as_str().to_owned().into(),
        entry.content.as_str().to_owned().into(),
    ])
}

fn date(date: Option<Stated>) -> [Value; 3] {
    let precision = date.map(|it| match it.precision {
        Precision::Second => "second".to_owned(),
        Precision::Day => "day".to_owned(),
    });
    [date.map(|it| it.instant_ms).into(), date.map(|it| i64::from(it.offset_min)).into(), precision.into()]
}
