//! What an element is for, by its name and where it stands.

use std::borrow::Cow;

use super::{leaf::Leaf, scan::Tag, sheet::Family, space::Space, tally::Tally};
use crate::{model::Flaw, parse::press};

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
    /// Atom's `source`: what its children say is said of another feed.
    Origin,
    /// RSS's `image`: its children say where a picture is.
    Image,
    /// Holds what a wire says of a company, and nothing else that is read.
    Company,
    /// An element whose attributes say everything.
    Lone,
    /// An element inside a field.
    Markup,
    /// Nothing inside is read.
    Skip,
}

impl Role {
    /// The vocabulary that its children count as, whatever their own is.
    pub(super) fn space(self) -> Option<Space> {
        match self {
            Self::Origin => Some(Space::Origin),
            Self::Image => Some(Space::Image),
            _ => None,
        }
    }

    /// Whether an entry inside can only be another feed's.
    pub(super) fn is_foreign(self) -> bool {
        matches!(self, Self::Origin | Self::Image | Self::Company | Self::Lone | Self::Skip)
    }
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
        (Space::Native, "source") if tag.attribute("url").is_some() => Role::Leaf,
        // In RSS it is Atom's where it has Atom's prefix.
        (Space::Native, "source") if family == Family::Atom || tag.name.contains(':') => Role::Origin,
        (Space::Native, "image") => Role::Image,
        (Space::Native, "textinput") => Role::Skip,
        (Space::Media, "group" | "content") | (Space::Itunes, "category") => Role::Group,
        (Space::Xhtml, "body" | "div") => Role::Leaf,
        (Space::Other, name) if press::is_fact(name) => Role::Leaf,
        (Space::Native | Space::Other, name) if press::is_wrapper(name) => Role::Company,
        (Space::Other | Space::Rdf | Space::Xhtml | Space::Tombstones, _) => Role::Skip,
        _ => Role::Leaf,
    }
}

/// What an element directly inside Atom's `source` is for.
pub(super) fn role_in_origin(space: Space, name: &str) -> Role {
    match (space, name) {
        (Space::Native, "id" | "title" | "link") => Role::Leaf,
        (Space::Native, "author") => Role::Person,
        _ => Role::Skip,
    }
}

/// What an element directly inside RSS's `image` is for.
pub(super) fn role_in_image(space: Space, name: &str) -> Role {
    if (space, name) == (Space::Native, "url") { Role::Leaf } else { Role::Skip }
}

/// What an element is for that stands among others about a company.
pub(super) fn role_in_company(space: Space, name: &str) -> Role {
    match space {
        Space::Native | Space::Other if press::is_fact(name) => Role::Leaf,
        Space::Native | Space::Other if press::is_wrapper(name) => Role::Company,
        _ => Role::Skip,
    }
}

/// What an element around entries is for that is no beginning of a feed.
pub(super) fn role_beside(space: Space, name: &str) -> Role {
    match (space, name) {
        (Space::Native, "cloud") | (Space::Tombstones, "deleted-entry") => Role::Lone,
        (Space::Native, "image") => Role::Image,
        (Space::Native, "textinput" | "items") => Role::Skip,
        // Their hours and days count as the feed's own.
        (Space::Native, "skiphours" | "skipdays") => Role::Around,
        (Space::Native, "author" | "contributor") => Role::Person,
        (Space::Other | Space::Rdf | Space::Xhtml | Space::Tombstones, _) => Role::Skip,
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

/// Whether entries inside these elements of a web page belong to a feed that stands in it, and are not only shown there
/// as an example.
pub(super) fn is_served<'a>(open: impl Iterator<Item = &'a str>) -> bool {
    const SHOWN: [&str; 8] = ["pre", "code", "samp", "textarea", "xmp", "script", "style", "template"];
    let mut is_served = false;
    for name in open {
        is_served |= is_structure(name.rsplit(':').next().unwrap_or(name));
        if SHOWN.iter().any(|it| it.eq_ignore_ascii_case(name)) {
            return false;
        }
    }
    is_served
}

/// Notes what is wrong with the first element of a document: a root that is missing, or `rss` with a version that was
/// never written (RSS 2.0).
pub(super) fn note_root(name: &str, tag: &Tag<'_>, tally: &mut Tally) {
    if matches!(name, "channel" | "item") {
        tally.note(Flaw::MissingRoot);
    }
    if name != "rss" {
        return;
    }
    let known = ["0.90", "0.91", "0.92", "0.93", "0.94", "1.0", "2.0"];
    match tag.attribute("version").map(str::trim) {
        None | Some("") => tally.note(Flaw::MissingVersion),
        Some(it) if known.contains(&it) || it.starts_with("2.0.") => {}
        Some(_) => tally.note(Flaw::UnknownVersion),
    }
}

/// A name in lower case.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|it| it.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
