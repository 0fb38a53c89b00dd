//! A small typed reader over a parsed TOML table: known keys are taken, and what is left is unknown.
//!
//! serde would stop at its first error; this reader notes a complaint and goes on.

use std::{ops::RangeInclusive, rc::Rc};

use toml::de::{DeTable, DeValue};

use super::{
    complaint::Refusal,
    file::{ConfigFile, Spot},
    notes::Notes,
    overrides::{Overriding, Said},
    suggest::{did_you_mean, quote},
};

/// Most items of one list.
pub(super) const LIST_ITEMS_MAX: usize = 10_000;

/// One table, from which known keys are taken.
pub(super) struct Table<'a> {
    pub(super) notes: &'a Notes,
    /// Its header, for complaints about what is missing.
    pub(super) spot: Spot,
    /// How a sentence calls it: `[server]`, `[[source]]`.
    name: String,
    entries: Option<&'a DeTable<'a>>,
    known: Vec<&'static str>,
    overriding: Option<(&'static str, &'a Overriding<'a>)>,
}

/// One value with its place.
pub(super) struct Value<'a> {
    notes: &'a Notes,
    pub(super) spot: Spot,
    /// The key it stands under.
    key: String,
    raw: Raw<'a>,
}

enum Raw<'a> {
    Toml(&'a DeValue<'a>),
    /// From the command line or the environment, where everything is text.
    Word(String),
}

impl<'a> Table<'a> {
    /// The whole of a file.
    pub(super) fn root(notes: &'a Notes, file: &Rc<ConfigFile>, entries: &'a DeTable<'a>) -> Self {
        let (spot, name) = (Spot::start_of(file), "this file".to_owned());
        Self { notes, spot, name, entries: Some(entries), known: Vec::new(), overriding: None }
    }

    /// Takes the value of `key`, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let overridden = self.overriding.and_then(|(table, from)| from.value(table, key));
        if let Some((spot, word)) = overridden {
            return Some(Value { notes: self.notes, spot, key: key.to_owned(), raw: Raw::Word(word) });
        }
        let value = self.entries?.get(key)?;
        Some(self.value(key, value))
    }

    fn value(&self, key: &str, value: &'a toml::Spanned<DeValue<'a>>) -> Value<'a> {
        let spot = Spot { file: Rc::clone(&self.spot.file), span: value.span() };
        Value { notes: self.notes, spot, key: key.to_owned(), raw: Raw::Toml(value.get_ref()) }
    }

    /// Takes a text and reads it with `reader`.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        reader: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        self.take(key)?.read(reader)
    }

    /// Like [`Table::read`], and complains where the key is missing.
    pub(super) fn need<T>(
        &mut self,
        key: &'static str,
        reader: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        match self.take(key) {
            Some(value) => value.read(reader),
            None => {
                self.missing(key);
                None
            }
        }
    }

    /// Complains that `key` is missing.
    pub(super) fn missing(&self, key: &str) {
        let message = format!("{} has no `{key}`", self.name);
        self.notes.missing(&self.spot, Refusal::new(message));
    }

    /// Takes a whole number within `range`.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        self.take(key)?.number(range)
    }

    /// Takes a number of things within `range`.
    pub(super) fn count(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<usize> {
        self.number(key, range).and_then(|it| usize::try_from(it).ok())
    }

    /// Takes true or false.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.take(key)?.flag()
    }

    /// Takes a list; an absent one is empty.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<Value<'a>> {
        self.take(key).map(|it| it.list()).unwrap_or_default()
    }

    /// Takes a list of texts, each read with `reader`, leaving out those it refused.
    pub(super) fn each<T>(
        &mut self,
        key: &'static str,
        reader: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Vec<T> {
        self.list(key).into_iter().filter_map(|it| it.read(&reader)).collect()
    }

    /// Takes the table under `key`, or an empty one, whose scalars the command line and the environment may replace.
    pub(super) fn settings(&mut self, key: &'static str, from: &'a Overriding<'a>) -> Table<'a> {
        let written = self.take(key).and_then(|it| it.table(&format!("[{key}]")));
        let absent = || Table { entries: None, known: Vec::new(), name: format!("[{key}]"), ..self.same() };
        Table { overriding: Some((key, from)), ..written.unwrap_or_else(absent) }
    }

    fn same(&self) -> Self {
        let (spot, name) = (self.spot.clone(), String::new());
        Self { notes: self.notes, spot, name, entries: None, known: Vec::new(), overriding: None }
    }

    /// Takes the tables under `key`: `[[source]]`. `name` is how a sentence calls one of them.
    pub(super) fn tables(&mut self, key: &'static str, name: &str) -> Vec<Table<'a>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        if let Raw::Toml(DeValue::Table(_)) = value.raw {
            let message = format!("there may be several of these: write {name}, in double brackets");
            self.notes.error(&value.spot, Refusal::new(message));
            return value.table(name).into_iter().collect();
        }
        value.list().into_iter().filter_map(|it| it.table(name)).collect()
    }

    /// All keys with their values, in the order they are written: for tables whose keys are the operator's own.
    pub(super) fn into_pairs(self) -> Vec<(String, Spot, Value<'a>)> {
        let spot = |span| Spot { file: Rc::clone(&self.spot.file), span };
        let mut pairs: Vec<_> = self
            .entries
            .into_iter()
            .flat_map(|entries| entries.iter())
            .map(|(key, value)| {
                (key.get_ref().to_string(), spot(key.span()), self.value(key.get_ref(), value))
            })
            .collect();
        pairs.sort_by_key(|(_, spot, _)| spot.span.start);
        pairs
    }

    /// Complains of every key that nobody took.
    pub(super) fn close(self) {
        for (key, value) in self.entries.into_iter().flat_map(|entries| entries.iter()) {
            let word = key.get_ref();
            // A key without a single letter, not even quotation marks, is what a slip of syntax left behind.
            if self.known.contains(&word.as_ref()) || key.span().is_empty() {
                continue;
            }
            let message = format!("`{}` is not known in {}", plain_key(word), self.name);
            let candidates = self.known.iter().copied();
            let allowed = || format!("known here: {}", self.known.join(", "));
            let help = did_you_mean(word, candidates).unwrap_or_else(allowed);
            let spot = Spot { file: Rc::clone(&self.spot.file), span: key.span() };
            if help.contains("`headers`") {
                spot.file.hide(&value.span());
            }
            self.notes.error(&spot, Refusal::new(message).help(help));
        }
    }
}

fn plain_key(key: &str) -> String {
    quote(key).trim_matches(['“', '”']).to_owned()
}

impl<'a> Value<'a> {
    /// Reads a text with `reader`, and notes why it was refused.
    pub(super) fn read<T>(&self, reader: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        if let Raw::Toml(other) = &self.raw
            && self.text().is_none()
        {
            self.mistyped("a text in quotes", other);
        }
        reader(self.text()?).map_err(|refusal| self.refuse(refusal)).ok()
    }

    /// Reads a whole number within `range`.
    pub(super) fn number(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let number = match &self.raw {
            Raw::Word(word) => word.parse::<i128>().ok(),
            Raw::Toml(DeValue::Integer(it)) => i128::from_str_radix(it.as_str(), it.radix()).ok(),
            Raw::Toml(other) => {
                self.mistyped("a whole number", other);
                return None;
            }
        };
        match number.and_then(|it| u64::try_from(it).ok()).filter(|it| range.contains(it)) {
            Some(number) => Some(number),
            None => {
                let (least, most) = range.into_inner();
                let message = format!("`{}` must be a whole number from {least} to {most}", self.key);
                self.refuse(Refusal::new(message));
                None
            }
        }
    }

    /// Reads true or false.
    pub(super) fn flag(&self) -> Option<bool> {
        match &self.raw {
            Raw::Toml(DeValue::Boolean(it)) => Some(*it),
            Raw::Toml(other) => {
                self.mistyped("true or false", other);
                None
            }
            Raw::Word(word) => match word.as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => {
                    self.refuse(Refusal::new(format!("`{}` must be true or false", self.key)));
                    None
                }
            },
        }
    }

    /// The text that it is, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.raw {
            Raw::Word(word) => Some(word),
            Raw::Toml(DeValue::String(text)) => Some(text),
            Raw::Toml(_) => None,
        }
    }

    /// Whether it is a table.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.raw, Raw::Toml(DeValue::Table(_)))
    }

    /// Its items; none where it is no list.
    pub(super) fn list(self) -> Vec<Value<'a>> {
        match &self.raw {
            Raw::Toml(DeValue::Array(items)) if items.len() > LIST_ITEMS_MAX => {
                let message =
                    format!("`{}` has {} items, at most {LIST_ITEMS_MAX} are read", self.key, items.len());
                self.refuse(Refusal::new(message));
                Vec::new()
            }
            Raw::Toml(DeValue::Array(items)) => {
                let item = |it: &'a toml::Spanned<DeValue<'a>>| Value {
                    notes: self.notes,
                    spot: Spot { file: Rc::clone(&self.spot.file), span: it.span() },
                    key: self.key.clone(),
                    raw: Raw::Toml(it.get_ref()),
                };
                items.iter().map(item).collect()
            }
            Raw::Toml(other) => {
                self.mistyped("a list in [brackets]", other);
                Vec::new()
            }
            Raw::Word(_) => {
                self.refuse(Refusal::new(format!("`{}` is a list: it is set in the file", self.key)));
                Vec::new()
            }
        }
    }

    /// It as a table, which a sentence calls `name`.
    pub(super) fn table(self, name: &str) -> Option<Table<'a>> {
        let Raw::Toml(DeValue::Table(entries)) = self.raw else {
            if let Raw::Toml(other) = self.raw {
                self.mistyped("a table", other);
            }
            return None;
        };
        let (notes, spot, name) = (self.notes, self.spot, name.to_owned());
        Some(Table { notes, spot, name, entries: Some(entries), known: Vec::new(), overriding: None })
    }

    /// Where it was said.
    pub(super) fn said(&self) -> Said {
        Said::at(&self.spot)
    }

    /// Notes why the value was refused.
    pub(super) fn refuse(&self, refusal: Refusal) {
        self.notes.error(&self.spot, refusal);
    }

    /// Notes something about the whole that this value is a part of.
    pub(super) fn refuse_at(&self, spot: &Spot, refusal: Refusal) {
        self.notes.error(spot, refusal);
    }

    /// Notes what the operator should know of a value that can be used.
    pub(super) fn warn(&self, refusal: Refusal) {
        self.notes.warn(&self.spot, refusal);
    }

    /// Notes that this version takes the key but does nothing with it.
    pub(super) fn not_used_yet(&self) {
        self.notes.warn(&self.spot, Refusal::new(format!("`{}` is not used by this version yet", self.key)));
    }

    fn mistyped(&self, wanted: &str, found: &DeValue<'_>) {
        let found = match found {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.refuse(Refusal::new(format!("`{}` must be {wanted}, not {found}", self.key)));
    }
}
