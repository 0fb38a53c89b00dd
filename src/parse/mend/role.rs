//! What an element is for, by its name and where it stands.

use std::borrow::Cow;

use super::{leaf::Leaf, scan::Tag, sheet::Family, space::Space};

/// What an open element is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Root, `channel`, or anything around entries.
    Around,
    Entry,
    /// Atom's author or contributor.
    Person,
    /// `media:group`, `media:content` and nested categories: their children are the entry's.
    Group,
    Leaf,
    /// An element inside a field.
    Markup,
    /// Nothing inside is read.
    Skip,
}

/// Fields that no HTML is called like: where one begins inside another, the other was never closed.
const NEVER_INSIDE: &[&str] = &[
    "item",
    "entry",
    "guid",
    "pubdate",
    "category",
    "comments",
    "enclosure",
    "author",
    "published",
    "updated",
    "issued",
    "modified",
    "id",
];

/// Fields that end an unclosed title, link, guid, date or enclosure, besides [`NEVER_INSIDE`].
const NEVER_IN_SHORT: &[&str] = &["link", "description", "content", "summary", "title", "language"];

/// What an element directly inside an entry is for.
pub(super) fn role_inside(space: Space, name: &str, tag: &Tag<'_>, family: Family) -> Role {
    match (space, name) {
        (Space::Native, "author" | "contributor") => Role::Person,
        (Space::Native, "source") if family == Family::Rss || tag.attribute("url").is_some() => Role::Leaf,
        (Space::Native, "source" | "image" | "textinput") => Role::Skip,
        (Space::Media, "group" | "content") | (Space::Itunes, "category") => Role::Group,
        (Space::Xhtml, "body" | "div") => Role::Leaf,
        (Space::Other | Space::Rdf | Space::Xhtml, _) => Role::Skip,
        _ => Role::Leaf,
    }
}

/// Whether an element of this name can only mean that the open field was never closed.
pub(super) fn never_inside(open: &Leaf<'_>, space: Space, local: &str) -> bool {
    if space != Space::Native || open.is_inline() {
        return false;
    }
    let among = |names: &[&str]| names.iter().any(|it| it.eq_ignore_ascii_case(local));
    let is_short = matches!(open.name.as_ref(), "title" | "link" | "guid" | "pubdate" | "enclosure");
    among(NEVER_INSIDE) || (is_short && among(NEVER_IN_SHORT))
}

/// Whether a name is one that feeds are built of.
pub(super) fn is_structure(local: &str) -> bool {
    ["rss", "rdf", "feed", "channel", "item", "entry"].iter().any(|it| it.eq_ignore_ascii_case(local))
}

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|it| it.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
