//! What stands in a document, flat and in order: the feed's fields and each entry's. It is what feed-rs is handed
//! (see `print`) and what the hints are read from.

use std::{borrow::Cow, sync::Arc};

use url::Url;

use super::{space::Space, tally::Tally};

/// Which standard a document follows, by its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Family {
    /// RSS of any version.
    Rss,
    /// Atom of any version.
    Atom,
}

/// What a field's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Form {
    /// Text that means itself.
    Plain,
    /// HTML.
    Html,
    /// What the standard leaves open: a publisher may write either.
    Open,
}

/// One child element of a feed or entry.
#[derive(Debug)]
pub(in crate::parse) struct Field<'a> {
    /// Its vocabulary.
    pub(in crate::parse) space: Space,
    /// Its local name in lower case.
    pub(in crate::parse) name: Cow<'a, str>,
    /// Attributes with their names as written.
    pub(in crate::parse) attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Its text, references resolved once; child elements written out as markup.
    pub(in crate::parse) text: Cow<'a, str>,
    /// How to read `text`.
    pub(in crate::parse) form: Form,
    /// What relative references in it resolve against.
    pub(in crate::parse) base: Option<Arc<Url>>,
    /// Bytes of the document that were still to come where it begins.
    pub(in crate::parse) left: usize,
}

impl Field<'_> {
    /// Whether it is `name` of `space`.
    pub(in crate::parse) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    /// An attribute's trimmed value, by local name in any letter case; `None` when empty.
    pub(in crate::parse) fn attribute(&self, name: &str) -> Option<&str> {
        let local = |key: &str| key.rsplit(':').next().is_some_and(|it| it.eq_ignore_ascii_case(name));
        let value = self.attributes.iter().find(|(key, _)| local(key)).map(|(_, value)| value.trim());
        value.filter(|it| !it.is_empty())
    }

    /// The trimmed text; `None` when empty.
    pub(in crate::parse) fn text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|it| !it.is_empty())
    }
}

/// A feed's own part, or one entry.
#[derive(Debug, Default)]
pub(in crate::parse) struct Fields<'a> {
    /// In document order.
    pub(in crate::parse) fields: Vec<Field<'a>>,
    /// `rdf:about` of an entry.
    pub(in crate::parse) about: Option<String>,
    /// `xml:lang` in force.
    pub(in crate::parse) language: Option<Arc<str>>,
    /// What relative references resolve against.
    pub(in crate::parse) base: Option<Arc<Url>>,
    /// Bytes of the document that were still to come where it begins.
    pub(in crate::parse) left: usize,
}

impl Fields<'_> {
    /// The first field called `name` of `space` that has text.
    pub(in crate::parse) fn first(&self, space: Space, name: &str) -> Option<&Field<'_>> {
        self.fields.iter().find(|it| it.is(space, name) && it.text().is_some())
    }
}

/// A whole document.
#[derive(Debug)]
pub(in crate::parse) struct Sheet<'a> {
    /// By its root.
    pub(in crate::parse) family: Family,
    /// The feed's own fields.
    pub(in crate::parse) feed: Fields<'a>,
    /// Entries in document order.
    pub(in crate::parse) entries: Vec<Fields<'a>>,
    /// Whether anything of a feed was seen at all.
    pub(in crate::parse) is_feed: bool,
    /// Local name of its first element, in lower case.
    pub(in crate::parse) root: Option<Cow<'a, str>>,
    /// Whether its document type says that it is HTML.
    pub(in crate::parse) says_html: bool,
    /// What was mended.
    pub(in crate::parse) tally: Tally,
}
