//! Which items of one document are one entry, said twice.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher as _},
};

use super::likeness::{is_edited, names_an_entry};

/// What an item says, as far as repetitions are told by it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Its guid.
    pub guid: Option<&'a str>,
    /// Its link in the form in which two are compared.
    pub link: Option<&'a str>,
    /// Its title, folded.
    pub title: &'a str,
    /// Hash of title and text; `None` where it has neither.
    pub content: Option<&'a str>,
    /// Its date, unix milliseconds.
    pub stated_ms: Option<i64>,
}

/// What the items of a document have said so far.
#[derive(Debug, Default)]
pub struct Repetitions<'a> {
    said: HashSet<u64>,
    /// The titles under which a guid and a link first came together.
    titles: HashMap<u64, &'a str>,
}

impl<'a> Repetitions<'a> {
    /// Takes note of an item; whether it says again what another one has said.
    ///
    /// Publishers list an entry twice, or list two versions of it, and publishers give all their entries one guid, one
    /// link, or one title. So it takes two signs, and where the guid or link may be everybody's, all of them.
    pub fn notes(&mut self, item: &Said<'a>) -> bool {
        let Said { guid, link, title, content, stated_ms } = *item;
        let title = Some(title).filter(|it| !it.is_empty());
        let is_own_page = link.is_some_and(names_an_entry);
        let mut repeats = false;
        let mut note = |key: Option<u64>| repeats |= key.is_some_and(|it| !self.said.insert(it));
        if let Some(guid) = guid {
            note(content.map(|it| hash(("guid", guid, it, stated_ms))));
            note(title.zip(stated_ms).map(|it| hash(("guid and title", guid, it))));
            if content.is_none() {
                note(Some(hash(("guid and link", guid, link, stated_ms))));
            }
        }
        if let Some(link) = link {
            note(content.map(|it| hash(("link", link, it, stated_ms))));
            if guid.is_none() {
                note(title.zip(stated_ms).map(|it| hash(("link and title", link, it))));
                note(title.filter(|_| is_own_page).map(|it| hash(("page and title", link, it))));
            }
            if guid.is_none() && content.is_none() {
                note(Some(hash(("link", link, stated_ms))));
            }
        }
        if guid.is_none() && link.is_none() {
            note(Some(hash(("content", content, stated_ms))));
        }
        repeats || self.is_version(guid.zip(link).filter(|_| is_own_page), title)
    }

    /// Whether an item has the guid and the link of another one, and its title, edited or not: another version of it.
    fn is_version(&mut self, of: Option<(&str, &str)>, title: Option<&'a str>) -> bool {
        let Some(of) = of else { return false };
        let title = title.unwrap_or_default();
        match self.titles.get(&hash(of)) {
            Some(first) => *first == title || is_edited(first, title),
            None => {
                self.titles.insert(hash(of), title);
                false
            }
        }
    }
}

fn hash(signs: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    signs.hash(&mut hasher);
    hasher.finish()
}
