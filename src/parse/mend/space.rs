//! Which vocabulary an element belongs to, whatever address or prefix its publisher gave it.

/// A vocabulary that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::parse) enum Space {
    /// RSS of any age and Atom of any age, or no namespace at all.
    Native,
    /// `content:encoded`.
    Content,
    /// Dublin Core, elements and terms.
    Dc,
    /// Media RSS.
    Media,
    /// Apple's podcast elements.
    Itunes,
    /// Syndication: how often to poll.
    Sy,
    /// FeedBurner's original links, and those of its like.
    FeedBurner,
    /// RDF's own names.
    Rdf,
    /// XHTML.
    Xhtml,
    /// Entries that were taken back (RFC 6721).
    Tombstones,
    /// No vocabulary of its own: what Atom's `source` says of the feed that an entry was copied from.
    Origin,
    /// No vocabulary of its own: what RSS's `image` says of a picture.
    Image,
    /// Anything else.
    Other,
}

/// Namespace addresses, without scheme, letter case, final slash or number sign.
const ADDRESSES: &[(&str, Space)] = &[
    ("purl.org/rss/1.0", Space::Native),
    ("purl.org/net/rss1.1", Space::Native),
    ("purl.org/rss/2.0", Space::Native),
    ("my.netscape.com/rdf/simple/0.9", Space::Native),
    ("channel.netscape.com/rdf/simple/0.9", Space::Native),
    ("my.netscape.com/publish/formats/rss-0.9.dtd", Space::Native),
    ("my.netscape.com/publish/formats/rss-0.91.dtd", Space::Native),
    ("my.netscape.com/rdf/simple/0.91", Space::Native),
    ("backend.userland.com/rss", Space::Native),
    ("backend.userland.com/rss2", Space::Native),
    ("backend.userland.com/rss091", Space::Native),
    ("backend.userland.com/rss092", Space::Native),
    ("blogs.law.harvard.edu/tech/rss", Space::Native),
    ("cyber.law.harvard.edu/rss/rss.html", Space::Native),
    ("www.rssboard.org/rss-specification", Space::Native),
    ("www.rss-board.org/rss-2-0", Space::Native),
    ("www.w3.org/2005/atom", Space::Native),
    ("purl.org/atom/ns", Space::Native),
    ("purl.org/atom/ns#draft-ietf-atompub-format", Space::Native),
    ("example.com/newformat", Space::Native),
    ("example.com/necho", Space::Native),
    ("purl.org/echo", Space::Native),
    ("uri/of/echo/namespace", Space::Native),
    ("purl.org/pie", Space::Native),
    ("purl.org/rss/1.0/modules/rss091", Space::Native),
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/dc/elements/1.1", Space::Dc),
    ("purl.org/dc/elements/1.0", Space::Dc),
    ("purl.org/dc/terms", Space::Dc),
    ("dublincore.org/documents/dcmi-namespace", Space::Dc),
    ("search.yahoo.com/mrss", Space::Media),
    ("tools.search.yahoo.com/mrss", Space::Media),
    ("video.search.yahoo.com/mrss", Space::Media),
    ("www.rssboard.org/media-rss", Space::Media),
    ("www.itunes.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("example.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("purl.org/rss/1.0/modules/syndication", Space::Sy),
    ("rssnamespace.org/feedburner/ext/1.0", Space::FeedBurner),
    ("www.pheedo.com/namespace/pheedo", Space::FeedBurner),
    ("purl.org/atompub/tombstones/1.0", Space::Tombstones),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf),
    ("www.w3.org/1999/xhtml", Space::Xhtml),
];

/// Prefixes as everybody writes them, for documents that forgot to declare them.
const PREFIXES: &[(&str, Space)] = &[
    ("rss", Space::Native),
    ("atom", Space::Native),
    ("atom10", Space::Native),
    ("a10", Space::Native),
    ("content", Space::Content),
    ("dc", Space::Dc),
    ("dcterms", Space::Dc),
    ("media", Space::Media),
    ("itunes", Space::Itunes),
    ("sy", Space::Sy),
    ("feedburner", Space::FeedBurner),
    ("pheedo", Space::FeedBurner),
    ("at", Space::Tombstones),
    ("rdf", Space::Rdf),
    ("xhtml", Space::Xhtml),
];

impl Space {
    /// The vocabulary behind a namespace address.
    pub(super) fn of_address(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let name =
            address.strip_prefix("http://").or_else(|| address.strip_prefix("https://")).unwrap_or(&address);
        let name = name.trim_end_matches(['/', '#']);
        if name.is_empty() {
            return Self::Native;
        }
        ADDRESSES.iter().find(|(known, _)| *known == name).map_or(Self::Other, |(_, space)| *space)
    }

    /// The vocabulary that an undeclared prefix usually means.
    pub(super) fn of_prefix(prefix: &str) -> Self {
        PREFIXES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(prefix))
            .map_or(Self::Other, |(_, space)| *space)
    }
}

/// The namespaces in force at one place of a document.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    declared: Vec<(&'a str, Space)>,
}

impl<'a> Scopes<'a> {
    /// How many declarations are in force: the mark to go back to.
    pub(super) fn mark(&self) -> usize {
        self.declared.len()
    }

    /// Forgets what was declared since `mark`.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.declared.truncate(mark);
    }

    /// Puts a declaration in force; `prefix` is empty for the default namespace.
    pub(super) fn declare(&mut self, prefix: &'a str, space: Space) {
        self.declared.push((prefix, space));
    }

    /// The vocabulary of a name as written, its local part, and whether its prefix was declared.
    pub(super) fn resolve<'n>(&self, name: &'n str) -> (Space, &'n str, bool) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let found = self.declared.iter().rev().find(|(known, _)| *known == prefix);
        match found {
            Some((_, space)) => (*space, local, true),
            None if prefix.is_empty() => (Space::Native, local, true),
            None => (Space::of_prefix(prefix), local, false),
        }
    }
}
