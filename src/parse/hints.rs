//! What feed-rs drops or reads otherwise than publishers mean it: identities, dates with their offsets, names,
//! subjects, media, languages, bases, and how often to poll.

use super::{
    cadence::cadence,
    dates,
    hub::{self, Hub},
    media::{self, Gallery},
    mend::{Family, Field, Fields, Sheet, Space, entry_link},
    origin::origin,
    press::press,
    tombstones::tombstones,
};
use crate::model::{Category, Cloud, Media, Origin, Press, Stated, Tombstone, draft::Cadence};

/// Where an entry's date of publication may stand, the best first.
pub(super) const PUBLISHED: &[(Space, &str)] = &[
    (Space::Native, "pubdate"),
    (Space::Native, "published"),
    (Space::Native, "issued"),
    (Space::Dc, "date"),
    (Space::Dc, "issued"),
    (Space::Dc, "created"),
    (Space::Native, "created"),
    (Space::Native, "date"),
    (Space::Native, "pubdatetime"),
];

/// Where the date of its last change may stand, the best first.
pub(super) const UPDATED: &[(Space, &str)] = &[
    (Space::Native, "updated"),
    (Space::Native, "modified"),
    (Space::Dc, "modified"),
    (Space::Native, "lastbuilddate"),
];

/// Authors and categories of one entry at most, each.
pub(super) const NAMES_MAX: usize = 100;

/// Names of a feed's authors that its entries inherit, in bytes together: each entry has a copy.
const INHERITED_BYTES_MAX: usize = 2_000;

/// What one entry says besides what feed-rs reads.
#[derive(Debug, Default)]
pub(super) struct Hint {
    pub(super) guid: Option<String>,
    /// The link as stated: feed-rs writes it in another way.
    pub(super) link: Option<String>,
    /// The address behind a link that a feed service rewrote.
    pub(super) original: Option<String>,
    pub(super) published: Option<Stated>,
    pub(super) updated: Option<Stated>,
    pub(super) authors: Vec<String>,
    pub(super) categories: Vec<Category>,
    pub(super) media: Vec<Media>,
    pub(super) language: Option<String>,
    pub(super) base: Option<String>,
    pub(super) origin: Option<Origin>,
    pub(super) press: Press,
}

/// What the document says besides what feed-rs reads.
#[derive(Debug, Default)]
pub(super) struct Hints {
    pub(super) language: Option<String>,
    pub(super) logo: Option<String>,
    pub(super) cadence: Cadence,
    pub(super) hub: Hub,
    pub(super) cloud: Option<Cloud>,
    pub(super) tombstones: Vec<Tombstone>,
    /// One for each entry, in document order.
    pub(super) entries: Vec<Hint>,
}

/// Reads the hints of a sheet.
pub(super) fn read(sheet: &Sheet<'_>) -> Hints {
    let own = |name: &str, space| sheet.feed.first(space, name).and_then(|it| language(it.text()?));
    let by_attribute = || sheet.feed.language.as_deref().and_then(language);
    let feed_language =
        own("language", Space::Native).or_else(|| own("language", Space::Dc)).or_else(by_attribute);
    let feed_authors = match sheet.family {
        Family::Atom => to_inherit(authors(&sheet.feed)),
        // RSS names editors of the channel, who are not authors of its entries.
        Family::Rss => Vec::new(),
    };
    let entries = sheet.entries.iter().map(|entry| {
        let link = entry_link(entry, sheet.family);
        Hint { link, ..hint(entry, &feed_authors, feed_language.as_deref()) }
    });
    Hints {
        logo: media::logo(&sheet.feed),
        cadence: cadence(&sheet.feed),
        hub: Hub::of(&sheet.feed),
        cloud: hub::cloud(&sheet.feed),
        tombstones: tombstones(&sheet.feed),
        entries: entries.collect(),
        language: feed_language,
    }
}

fn hint(entry: &Fields<'_>, feed_authors: &[String], feed_language: Option<&str>) -> Hint {
    let mut gallery = Gallery::default();
    for field in &entry.fields {
        gallery.take(field);
    }
    let own = authors(entry);
    let stated = entry.first(Space::Dc, "language").or_else(|| entry.first(Space::Native, "language"));
    let spoken = stated.and_then(|it| language(it.text()?));
    let content =
        |it: &&Field<'_>| matches!(it.name.as_ref(), "content" | "encoded" | "description" | "summary");
    let base = entry.fields.iter().find(content).and_then(|it| it.base.as_ref()).or(entry.base.as_ref());
    Hint {
        guid: guid(entry),
        link: None,
        original: entry.first(Space::FeedBurner, "origlink").and_then(Field::text).map(str::to_owned),
        published: date(entry, PUBLISHED),
        updated: date(entry, UPDATED),
        authors: if own.is_empty() { inherited(entry, feed_authors) } else { own },
        categories: subjects(entry),
        media: gallery.into_media(),
        language: spoken
            .or_else(|| entry.language.as_deref().and_then(language))
            .or_else(|| feed_language.map(str::to_owned)),
        base: base.map(|it| it.as_str().to_owned()),
        origin: origin(entry),
        press: press(entry),
    }
}

fn guid(entry: &Fields<'_>) -> Option<String> {
    let stated = [(Space::Native, "guid"), (Space::Native, "id")];
    // Of several the last counts, as in every other reader.
    let last = |space, name| entry.fields.iter().rev().find(|it| it.is(space, name) && it.text().is_some());
    let own = stated.iter().find_map(|(space, name)| last(*space, name)?.text());
    let named = || entry.first(Space::Dc, "identifier").and_then(Field::text);
    own.or(entry.about.as_deref()).or_else(named).map(str::to_owned)
}

fn date(entry: &Fields<'_>, wanted: &[(Space, &str)]) -> Option<Stated> {
    wanted.iter().find_map(|(space, name)| {
        let mut found = entry.fields.iter().rev().filter(|it| it.is(*space, name));
        found.find_map(|it| dates::parse(it.text()?))
    })
}

/// Where authors may stand: of these groups the first one that names somebody counts.
const AUTHORS: &[&[(Space, &str)]] = &[
    &[(Space::Native, "author"), (Space::Dc, "creator")],
    &[(Space::Dc, "author"), (Space::Itunes, "author"), (Space::Media, "credit")],
    &[(Space::Dc, "contributor"), (Space::Native, "contributor")],
    &[(Space::Dc, "publisher")],
];

fn authors(fields: &Fields<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    // Media RSS credits producers, composers and owners as well.
    let is_author = |it: &Field<'_>| {
        it.space != Space::Media || it.attribute("role").is_some_and(|it| it.eq_ignore_ascii_case("author"))
    };
    for wanted in AUTHORS {
        let named = |it: &&Field<'_>| wanted.iter().any(|(space, name)| it.is(*space, name)) && is_author(it);
        for field in fields.fields.iter().filter(named) {
            let Some(name) = field.text().map(person) else { continue };
            if !name.is_empty() && names.len() < NAMES_MAX && !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            break;
        }
    }
    names
}

/// Who wrote an entry that does not say it: the authors of the feed that it was copied from, else those of the feed
/// (RFC 4287, section 4.2.1).
fn inherited(entry: &Fields<'_>, feed_authors: &[String]) -> Vec<String> {
    let copied = entry.fields.iter().filter(|it| it.is(Space::Origin, "author")).take(NAMES_MAX);
    let names: Vec<String> = copied.filter_map(|it| it.text().map(person)).collect();
    if names.is_empty() { feed_authors.to_vec() } else { names }
}

/// The first names of a feed's authors, as many as its entries can have.
pub(super) fn to_inherit(names: Vec<String>) -> Vec<String> {
    let mut bytes = 0_usize;
    let fits = |it: &String| {
        bytes = bytes.saturating_add(it.len());
        bytes <= INHERITED_BYTES_MAX
    };
    names.into_iter().take_while(fits).collect()
}

/// The name in `mail (Name)`, `Name <mail>`, `Name (mail)`; the mail address only where there is nothing else.
pub(super) fn person(text: &str) -> String {
    let text = text.trim();
    let inside = |open: char, close: char| {
        let (before, rest) = text.split_once(open)?;
        let (inner, _) = rest.split_once(close)?;
        Some((before.trim(), inner.trim()))
    };
    let named = |it: &str| !it.is_empty() && !it.contains('@');
    for pair in [inside('<', '>'), inside('(', ')')].into_iter().flatten() {
        match pair {
            (name, mail) if named(name) && mail.contains('@') => return name.trim_matches('"').to_owned(),
            (mail, name) if mail.contains('@') && named(name) => return name.to_owned(),
            _ => {}
        }
    }
    match text.split_once(' ') {
        Some((mail, name)) if mail.contains('@') && named(name.trim()) => name.trim().to_owned(),
        _ => text.to_owned(),
    }
}

/// Categories that stand elsewhere than in `category`.
fn subjects(entry: &Fields<'_>) -> Vec<Category> {
    let mut found = Vec::new();
    for field in &entry.fields {
        let scheme = || field.attribute("scheme").map(str::to_owned);
        match (field.space, field.name.as_ref()) {
            (Space::Dc, "subject") => {
                found.extend(field.text().map(|it| Category { term: it.to_owned(), scheme: scheme() }));
            }
            (Space::Media, "category") => {
                let term = field.attribute("label").or_else(|| field.text());
                found.extend(term.map(|it| Category { term: it.to_owned(), scheme: scheme() }));
            }
            (Space::Itunes, "category") => {
                found
                    .extend(field.attribute("text").map(|it| Category { term: it.to_owned(), scheme: None }));
            }
            (Space::Itunes | Space::Media, "keywords") => {
                let terms =
                    field.text().unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty());
                found.extend(terms.take(NAMES_MAX).map(|it| Category { term: it.to_owned(), scheme: None }));
            }
            _ => {}
        }
    }
    found.truncate(NAMES_MAX);
    found
}

/// A language tag as stated, lower case, with hyphens; `None` if it cannot be one.
pub(super) fn language(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-").to_ascii_lowercase();
    let fits =
        (2..=35).contains(&tag.len()) && tag.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    fits.then_some(tag)
}
