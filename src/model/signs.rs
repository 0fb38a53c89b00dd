//! How far the guids and links of a source can be relied on to find its entries again: learned from what they did, and
//! kept with the source's state.
//!
//! A document speaks against a sign where entries that were recognised by something else came with another one, or where
//! most entries share one. A few such documents and the source is told by the next sign: by link, then by title and text.
//! A good many documents in a row in which the sign stayed what it was, and it is relied on again.

use std::fmt;

/// Documents that speak against a sign until it is not relied on any more. Once is a move to another system.
const STRIKES_MAX: u8 = 3;
/// Documents in a row in which a sign stayed what it was, until it is relied on again.
const CALM_MIN: u8 = 20;
/// A document speaks against a sign where at least one of so many entries came with another one.
const CHANGED_PART: u32 = 5;
/// Entries that a document must have for what they share to mean anything.
const SHARING_MIN: u32 = 3;
/// The first word of the text: what the others mean.
const VERSION: &str = "1";

/// What entries of a source are told by, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// By the publisher's identity string, as the standards mean it.
    #[default]
    Guid,
    /// By their links: guids are not relied on.
    Link,
    /// By title, text and date: neither guids nor links are relied on.
    Content,
}

impl Basis {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Guid => "guid",
            Self::Link => "link",
            Self::Content => "content",
        }
    }
}

/// What is wrong with a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The same entry comes with another one.
    Changes,
    /// It is handed on from entry to entry, as a place in a list is.
    Places,
    /// Most entries have the same one.
    Shared,
}

/// What one document shows of one sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sighted {
    /// Known entries that came with the same one.
    pub stayed: u32,
    /// Known entries that came with another one.
    pub changed: u32,
    /// Those of them that came with one that another entry had.
    pub handed_on: u32,
    /// Entries that have one.
    pub stated: u32,
    /// Entries that share it with another entry of the document.
    pub shared: u32,
}

/// What is known of one sign of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Record {
    strikes: u8,
    calm: u8,
    fault: Option<Fault>,
    /// How many entries of the last document that spoke against it did so, and of how many.
    against: (u32, u32),
    /// When that was, unix milliseconds.
    at_ms: i64,
}

impl Record {
    fn is_bad(&self) -> bool {
        self.strikes >= STRIKES_MAX
    }

    fn learn(self, seen: Sighted, now_ms: i64) -> Self {
        let known = seen.stayed + seen.changed;
        if seen.stated >= SHARING_MIN && seen.shared * 2 > seen.stated {
            let (fault, against) = (Some(Fault::Shared), (seen.shared, seen.stated));
            Self { strikes: STRIKES_MAX, calm: 0, fault, against, at_ms: now_ms }
        } else if seen.changed > 0 && seen.changed * CHANGED_PART >= known {
            let is_list = seen.handed_on * 2 > seen.changed;
            let fault = Some(if is_list { Fault::Places } else { Fault::Changes });
            let strikes = (self.strikes + 1).min(STRIKES_MAX);
            Self { strikes, calm: 0, fault, against: (seen.changed, known), at_ms: now_ms }
        } else if seen.stayed > 0 && seen.changed == 0 && self.strikes > 0 {
            let calm = self.calm + 1;
            if calm >= CALM_MIN { Self::default() } else { Self { calm, ..self } }
        } else {
            self
        }
    }
}

/// What is known of the signs of a source. It is kept with its state, as a short text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signs {
    guids: Record,
    links: Record,
}

impl Signs {
    /// What its entries are told by.
    pub fn basis(&self) -> Basis {
        match (self.guids.is_bad(), self.links.is_bad()) {
            (false, _) => Basis::Guid,
            (true, false) => Basis::Link,
            (true, true) => Basis::Content,
        }
    }

    /// With what a document has shown of guids and links at `now_ms`.
    #[must_use]
    pub fn learn(self, guids: Sighted, links: Sighted, now_ms: i64) -> Self {
        Self { guids: self.guids.learn(guids, now_ms), links: self.links.learn(links, now_ms) }
    }

    /// What its entries are told by and why, where that is not their guids. `day` writes a moment given in unix
    /// milliseconds.
    pub fn sentence(&self, day: impl Fn(i64) -> String) -> Option<String> {
        let why = |record: &Record, what: &str| {
            let (Some(fault), (count, of)) = (record.fault, record.against) else { return String::new() };
            let day = day(record.at_ms);
            match fault {
                Fault::Changes => {
                    format!("its {what} change from poll to poll ({count} of {of} did on {day})")
                }
                Fault::Places => {
                    format!("its {what} are handed on from entry to entry ({count} of {of} were on {day})")
                }
                Fault::Shared => format!("its entries share {what} ({count} of {of} did on {day})"),
            }
        };
        match self.basis() {
            Basis::Guid => None,
            Basis::Link => Some(format!("by link: {}", why(&self.guids, "guids"))),
            Basis::Content => Some(format!(
                "by title, text and date: {}, and {}",
                why(&self.guids, "guids"),
                why(&self.links, "links")
            )),
        }
    }

    /// What a text of [`Signs`] says; nothing where it says nothing that can be understood.
    pub fn read(text: &str) -> Self {
        Self::understood(text).unwrap_or_default()
    }

    fn understood(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        if words.next() != Some(VERSION) {
            return None;
        }
        let mut record = || {
            let strikes: u8 = words.next()?.parse().ok()?;
            let calm: u8 = words.next()?.parse().ok()?;
            let fault = match words.next()? {
                "changes" => Some(Fault::Changes),
                "places" => Some(Fault::Places),
                "shared" => Some(Fault::Shared),
                _ => None,
            };
            let against = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            let at_ms = words.next()?.parse().ok()?;
            Some(Record {
                strikes: strikes.min(STRIKES_MAX),
                calm: calm.min(CALM_MIN - 1),
                fault,
                against,
                at_ms,
            })
        };
        Some(Self { guids: record()?, links: record()? })
    }
}

impl fmt::Display for Signs {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return Ok(());
        }
        write!(to, "{VERSION}")?;
        [self.guids, self.links].iter().try_for_each(|it| {
            let fault = match it.fault {
                Some(Fault::Changes) => "changes",
                Some(Fault::Places) => "places",
                Some(Fault::Shared) => "shared",
                None => "none",
            };
            let (count, of) = it.against;
            write!(to, " {} {} {fault} {count} {of} {}", it.strikes, it.calm, it.at_ms)
        })
    }
}
