//! What had to be mended in a document: which flaw, how often, and where first.

use serde::{Serialize, Serializer};

use super::Flaw;

/// A place in a document as its publisher serves it; both count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in the line; a byte order mark is none.
    pub column: u32,
}

impl Place {
    /// Where every document begins.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Where one stands who read `text` from here on.
    pub fn after(self, text: &str) -> Self {
        let mut here = self;
        let mut letters = text.chars().peekable();
        while let Some(it) = letters.next() {
            let is_break = it == '\n' || (it == '\r' && letters.peek().is_some_and(|it| *it != '\n'));
            if is_break {
                here = Self { line: here.line.saturating_add(1), column: 1 };
            } else {
                here.column = here.column.saturating_add(1);
            }
        }
        here
    }

    /// The place that `inner` is in the whole, where `inner` was counted from this one on.
    pub fn plus(self, inner: Self) -> Self {
        let line = self.line.saturating_add(inner.line - Self::START.line);
        match inner.line {
            1 => Self { line, column: self.column.saturating_add(inner.column - Self::START.column) },
            _ => Self { line, column: inner.column },
        }
    }
}

/// One flaw that was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Repair {
    /// Which.
    #[serde(rename = "what", serialize_with = "name")]
    pub flaw: Flaw,
    /// How many times.
    pub count: u32,
    /// Where it was met first, if it is at one place.
    #[serde(flatten)]
    pub place: Option<Place>,
}

fn name<S: Serializer>(flaw: &Flaw, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(flaw.name())
}

impl Repair {
    /// `3 bare ampersands`.
    pub fn counted(&self) -> String {
        let name = if self.count == 1 { self.flaw.name() } else { self.flaw.plural() };
        format!("{} {name}", self.count)
    }

    /// As it is kept: `3 × bare ampersand (12:40)`, or without a place.
    fn kept(&self) -> String {
        let place = self.place.map(|it| format!(" ({}:{})", it.line, it.column));
        format!("{} × {}{}", self.count, self.flaw.name(), place.unwrap_or_default())
    }

    fn recalled(text: &str) -> Option<Self> {
        let (count, rest) = text.split_once(" × ")?;
        let (name, place) = match rest.strip_suffix(')').and_then(|it| it.rsplit_once(" (")) {
            Some((name, place)) => (name, Some(place.split_once(':')?)),
            None => (rest, None),
        };
        let place = match place {
            Some((line, column)) => Some(Place { line: line.parse().ok()?, column: column.parse().ok()? }),
            None => None,
        };
        Some(Self { flaw: Flaw::named(name)?, count: count.parse().ok()?, place })
    }
}

/// `3 bare ampersands, 1 unknown entity`; empty where nothing was mended.
pub fn told(repairs: &[Repair]) -> String {
    repairs.iter().map(Repair::counted).collect::<Vec<_>>().join(", ")
}

/// Repairs as they are kept with what polling has found out: `3 × bare ampersand (12:40), 1 × unknown entity (14:7)`.
pub fn kept(repairs: &[Repair]) -> String {
    repairs.iter().map(Repair::kept).collect::<Vec<_>>().join(", ")
}

/// Repairs as they were kept. What an earlier version kept has no places; what this one does not know is left out until
/// the document is read again.
pub fn recalled(text: &str) -> Vec<Repair> {
    text.split(", ").filter_map(Repair::recalled).collect()
}
