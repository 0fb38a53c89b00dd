//! Values between rows and types, for every engine: integers of 64 bits, booleans, texts without NUL.

use std::borrow::Cow;

use serde::{Serialize, de::DeserializeOwned};

use super::StoreError;

/// One parameter or one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// BIGINT.
    Int(i64),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT.
    Text(Cow<'a, str>),
}

impl<'a> From<&'a str> for Value<'a> {
    /// NUL is removed: one engine refuses it, the other cuts texts there.
    fn from(text: &'a str) -> Self {
        if has_nul(text) { text.replace('\0', "").into() } else { Self::Text(Cow::Borrowed(text)) }
    }
}

/// Every text that is kept passes here: whole blocks are looked at without a branch, several times as fast as stopping
/// at the first NUL.
fn has_nul(text: &str) -> bool {
    let any = |block: &[u8]| block.iter().fold(false, |found, byte| found | (*byte == 0));
    text.as_bytes().chunks(256).any(any)
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        let text = if has_nul(&text) { text.replace('\0', "") } else { text };
        Self::Text(Cow::Owned(text))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A list or a record as JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> Value<'static> {
    // What we write is strings, numbers and lists of them: into memory it cannot fail.
    serde_json::to_string(value).unwrap_or_default().into()
}

/// The columns of one row, taken from left to right in the order in which the statement names them.
#[derive(Debug)]
pub(super) struct Columns {
    row: std::vec::IntoIter<Value<'static>>,
}

impl Columns {
    /// Begins at the first column.
    pub(super) fn new(row: Vec<Value<'static>>) -> Self {
        Self { row: row.into_iter() }
    }

    /// The columns that are left.
    pub(super) fn rest(self) -> Vec<Value<'static>> {
        self.row.collect()
    }

    /// The next column, a number.
    pub(super) fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or_else(|| damaged("a number is missing"))
    }

    /// The next column, a number or nothing.
    pub(super) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.row.next() {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            _ => Err(damaged("a number was expected")),
        }
    }

    /// The next column, true or false; an engine without booleans gives 0 or 1.
    pub(super) fn truth(&mut self) -> Result<bool, StoreError> {
        match self.row.next() {
            Some(Value::Bool(truth)) => Ok(truth),
            Some(Value::Int(number)) => Ok(number != 0),
            _ => Err(damaged("true or false was expected")),
        }
    }

    /// The next column, a text.
    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        self.maybe_text()?.ok_or_else(|| damaged("a text is missing"))
    }

    /// The next column, a text or nothing.
    pub(super) fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.row.next() {
            Some(Value::Text(text)) => Ok(Some(text.into_owned())),
            Some(Value::Null) => Ok(None),
            _ => Err(damaged("a text was expected")),
        }
    }

    /// The next column, JSON or nothing.
    pub(super) fn maybe_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, StoreError> {
        let read = |it: String| serde_json::from_str(&it).map_err(|error| damaged(&error.to_string()));
        self.maybe_text()?.map(read).transpose()
    }

    /// The next column, JSON.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        serde_json::from_str(&self.text()?).map_err(|error| damaged(&error.to_string()))
    }
}

/// A row that this program cannot have written.
pub(super) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}

/// `$first, $first+1, …`, `count` of them.
pub(super) fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}

/// `($1, $2), ($3, $4), …`: `rows` of them with `columns` each.
fn tuples(rows: usize, columns: usize) -> String {
    let row = |at: usize| format!("({})", placeholders(at * columns + 1, columns));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// A statement that inserts rows, however many at a time.
#[derive(Clone, Debug)]
pub(super) struct Insert<'a> {
    /// The table.
    pub(super) table: &'a str,
    /// Its columns, with commas.
    pub(super) columns: Cow<'a, str>,
    /// What is to happen where a row is there already.
    pub(super) conflict: Cow<'a, str>,
}

impl Insert<'_> {
    /// The statement for `rows` rows: the values of all columns of each, one row after the other.
    pub(super) fn text(&self, rows: usize) -> String {
        let Self { table, columns, conflict } = self;
        let values = tuples(rows, columns.split(',').count());
        format!("INSERT INTO {table} ({columns}) VALUES {values} {conflict}")
    }
}

/// The values of one `IN (…)`, filled up to a power of two by repeating the last: few lengths make few statements to
/// prepare, and a repeated value finds nothing twice.
pub(super) fn in_list<'a>(chunk: &[Value<'a>]) -> Vec<Value<'a>> {
    let mut values = chunk.to_vec();
    if let Some(last) = chunk.last() {
        values.resize(chunk.len().next_power_of_two(), last.clone());
    }
    values
}
