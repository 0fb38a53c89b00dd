//! What wires say of the company behind a release. Each has a namespace of its own, so elements go by their local names,
//! and categories by how their scheme ends: one table for all of them.

use super::mend::{Field, Fields, Space};
use crate::model::{Category, Isin, Press, Ticker, press::FACTS_MAX};

/// Longest symbol, bytes.
const SYMBOL_BYTES_MAX: usize = 12;
/// Longest name of an exchange, bytes.
const EXCHANGE_BYTES_MAX: usize = 40;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Ticker,
    Exchange,
    Isin,
    Organization,
    Industry,
    Subject,
    Contact,
}

/// Local names of elements, and last parts of schemes, in lower case. Newswires, PRISM (`prism:ticker`) and the company
/// module of RSS 1.0 (`company:symbol`) use them.
const NAMES: &[(&str, Fact)] = &[
    ("ticker", Fact::Ticker),
    ("tickers", Fact::Ticker),
    ("tickersymbol", Fact::Ticker),
    ("stocksymbol", Fact::Ticker),
    ("symbol", Fact::Ticker),
    ("exchange", Fact::Exchange),
    ("stockexchange", Fact::Exchange),
    ("isin", Fact::Isin),
    ("isincode", Fact::Isin),
    ("organization", Fact::Organization),
    ("organisation", Fact::Organization),
    ("org", Fact::Organization),
    ("companyname", Fact::Organization),
    ("industry", Fact::Industry),
    ("industrycode", Fact::Industry),
    ("sector", Fact::Industry),
    ("subject", Fact::Subject),
    ("subjectcode", Fact::Subject),
    ("contact", Fact::Contact),
    ("contactname", Fact::Contact),
    ("contactemail", Fact::Contact),
    ("contactphone", Fact::Contact),
    ("presscontact", Fact::Contact),
];

/// What only a scheme says: shops have elements of this name, which count what is in stock.
const STOCK: &str = "stock";

/// Elements that only hold such elements together.
const WRAPPERS: &[&str] = &[
    "companies",
    "company",
    "contacts",
    "industries",
    "instrument",
    "instruments",
    "organizations",
    "securities",
    "security",
    "stocks",
    "subjects",
    "symbols",
];

fn fact(name: &str) -> Option<Fact> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, fact)| *fact)
}

/// Whether an element of an unknown namespace, by its local name in lower case, says something of a company.
pub(super) fn is_fact(name: &str) -> bool {
    fact(name).is_some()
}

/// Whether it holds elements that do.
pub(super) fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name)
}

/// Reads the elements of an entry.
pub(super) fn press(entry: &Fields<'_>) -> Press {
    let mut found = Found::default();
    for field in entry.fields.iter().filter(|it| matches!(it.space, Space::Native | Space::Other)) {
        if let Some(fact) = fact(&field.name) {
            found.take(fact, field);
        }
    }
    found.press
}

/// Adds what categories say whose schemes tell what they are.
pub(super) fn add_categories(press: &mut Press, categories: &[Category]) {
    let mut found = Found { press: std::mem::take(press), exchange: None };
    for category in categories {
        let scheme = category.scheme.as_deref().unwrap_or_default().trim_end_matches(['/', '#']);
        let last = scheme.rsplit(['/', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
        let fact = if last == STOCK { Some(Fact::Ticker) } else { fact(&last) };
        if let Some(fact) = fact {
            found.say(fact, &category.term);
        }
    }
    *press = found.press;
}

/// Facts while they are read.
#[derive(Debug, Default)]
struct Found {
    press: Press,
    /// An exchange whose symbol is still to come.
    exchange: Option<String>,
}

impl Found {
    fn take(&mut self, fact: Fact, field: &Field<'_>) {
        if let (Fact::Ticker, Some(place)) = (fact, field.attribute("exchange")) {
            self.exchange = exchange(place);
        }
        let stated =
            field.text().or_else(|| field.attribute("symbol")).or_else(|| field.attribute("resource"));
        if let Some(text) = stated {
            self.say(fact, text);
        }
    }

    fn say(&mut self, fact: Fact, text: &str) {
        let press = &mut self.press;
        match fact {
            Fact::Ticker => {
                parts(text).for_each(|it| add(&mut press.tickers, ticker(it, &mut self.exchange)));
            }
            Fact::Exchange => self.place(text),
            Fact::Isin => parts(text).for_each(|it| add(&mut press.isins, isin(it))),
            Fact::Organization => add(&mut press.organizations, name(text)),
            Fact::Industry => add(&mut press.industries, name(text)),
            Fact::Subject => add(&mut press.subjects, name(text)),
            Fact::Contact => add(&mut press.contacts, name(text)),
        }
    }

    /// An exchange in an element of its own belongs to the symbol before it, if that has none, else to the next one.
    fn place(&mut self, text: &str) {
        let exchange = exchange(text);
        match self.press.tickers.last_mut().filter(|it| it.exchange.is_none()) {
            Some(ticker) => ticker.exchange = exchange,
            None => self.exchange = exchange,
        }
    }
}

fn add<T: PartialEq>(to: &mut Vec<T>, stated: Option<T>) {
    if let Some(stated) = stated.filter(|it| to.len() < FACTS_MAX && !to.contains(it)) {
        to.push(stated);
    }
}

/// Several in one element are told apart by commas, semicolons or bars.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|']).take(FACTS_MAX)
}

fn name(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|it| !it.is_empty())
}

/// `NYSE:ACME`, `(NASDAQ: ACME)`, `$ACME`, `ACME`; without an exchange of its own the one that is waiting for its symbol.
/// A bare number may be anything.
fn ticker(text: &str, waiting: &mut Option<String>) -> Option<Ticker> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']);
    let (exchange, symbol) = match text.rsplit_once(':') {
        Some((place, symbol)) => (Some(exchange(place)?), symbol),
        None => (waiting.take(), text),
    };
    let symbol = symbol.trim().trim_start_matches('$');
    let inner = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'/' | b'^');
    let fits = (1..=SYMBOL_BYTES_MAX).contains(&symbol.len()) && symbol.bytes().all(inner);
    let tells = match exchange {
        Some(_) => symbol.bytes().any(|it| it.is_ascii_alphanumeric()),
        None => symbol.bytes().any(|it| it.is_ascii_alphabetic()),
    };
    (fits && tells).then(|| Ticker { exchange, symbol: symbol.to_ascii_uppercase() })
}

/// A name of letters, digits and spaces, such as `OTC Markets`.
fn exchange(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = |it: char| it.is_alphanumeric() || matches!(it, ' ' | '.' | '-' | '&' | '/');
    let fits =
        text.len() <= EXCHANGE_BYTES_MAX && text.chars().all(inner) && text.contains(char::is_alphanumeric);
    fits.then(|| text.to_owned())
}

/// The number alone, or `ISIN: ` before it.
fn isin(text: &str) -> Option<Isin> {
    Isin::new(text.rsplit(':').next().unwrap_or(text))
}
