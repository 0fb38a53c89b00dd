//! The press policy: what a release may bring onto other people's pages, in one table, each with its reason.

use std::sync::LazyLock;

/// Most elements of one entry.
pub const ELEMENTS_MAX: usize = 15_000;
/// Deepest nesting: the cost of building a tree grows with its square.
pub const DEPTH_MAX: usize = 128;
/// Longest element name that anything here knows, bytes.
const NAME_BYTES_MAX: usize = 16;
/// What every link says about its target: it must not reach back, and we do not vouch for it.
pub(super) const LINK_REL: &str = "noopener noreferrer nofollow";

/// What an element is in the structure of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Stands by itself and holds anything.
    Block,
    /// A box without a meaning; it becomes a paragraph, or nothing.
    Division,
    /// A paragraph: any block ends it.
    Paragraph,
    /// A heading: it holds words only.
    Heading,
    /// Holds items, and nothing else.
    List,
    /// An item of a list.
    Item,
    /// Holds terms and descriptions, and nothing else.
    Terms,
    /// A term or a description.
    Term,
    /// Holds a caption and groups of rows.
    Table,
    /// A group of rows.
    Rows,
    /// A row.
    Row,
    /// A cell: what is open outside of it cannot be closed from inside.
    Cell,
    /// A table's caption; as closed to the outside as a cell.
    Caption,
    /// Words within a line.
    Inline,
    /// Words within a line, or whole blocks.
    Around,
    /// A reading within `ruby`.
    Reading,
    /// A player of sound or film.
    Player,
    /// One of the files that a player may take.
    Source,
    /// Has no content.
    Void,
    /// A frame of a film: a block, and never anything in it.
    Frame,
}

/// What an attribute's value must be; anything else, and the attribute goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The address of a page, a mailbox or a telephone.
    Link,
    /// The address of a sound or a film.
    Resource,
    /// The address of an image, and not of one that only counts readers.
    Image,
    /// The address of a player of films, by exact host and path.
    Frame,
    /// Text.
    Text,
    /// Pixels or a count: up to five digits.
    Digits,
    /// A media type.
    MediaType,
    /// A moment, a day or a duration.
    DateTime,
    /// What a header cell stands for.
    Scope,
    /// `ltr`, `rtl` or `auto`.
    Direction,
    /// A BCP 47 tag.
    Language,
}

/// One element that may stay, and why.
#[derive(Debug)]
pub struct Allowed {
    /// Its name.
    pub name: &'static str,
    /// What it is for in a press release.
    pub why: &'static str,
    pub(super) role: Role,
    pub(super) attributes: &'static [(&'static str, Value)],
}

impl Allowed {
    /// The attributes that may stay on it, beside `lang` and `dir`.
    pub fn attribute_names(&self) -> impl Iterator<Item = &'static str> {
        self.attributes.iter().map(|(name, _)| *name)
    }
}

/// Attributes that may stay on every element: without them, text in another script is read and set wrongly.
pub(super) const EVERYWHERE: &[(&str, Value)] = &[("dir", Value::Direction), ("lang", Value::Language)];

const NONE: &[(&str, Value)] = &[];
const IMAGE: &[(&str, Value)] =
    &[("src", Value::Image), ("alt", Value::Text), ("width", Value::Digits), ("height", Value::Digits)];
const FRAME: &[(&str, Value)] =
    &[("src", Value::Frame), ("title", Value::Text), ("width", Value::Digits), ("height", Value::Digits)];
const CELL: &[(&str, Value)] = &[("colspan", Value::Digits), ("rowspan", Value::Digits)];
const HEAD_CELL: &[(&str, Value)] =
    &[("colspan", Value::Digits), ("rowspan", Value::Digits), ("scope", Value::Scope)];

const fn allow(
    name: &'static str,
    role: Role,
    attributes: &'static [(&'static str, Value)],
    why: &'static str,
) -> Allowed {
    Allowed { name, why, role, attributes }
}

/// The press policy. What is not here is taken away; its text stays, unless `bound` names it among what goes whole.
///
/// Never allowed, and why: `id` and `name` (they shadow names of the page), `class` and `style` (they borrow the page's
/// looks, or cover it), event handlers (they are programs), `target` and `ping` (they act on the reader's window and
/// report the reader), `srcset` and `poster` (addresses that nothing would check). Nor
/// `colgroup` and `col`: without a style they say nothing.
pub(super) const POLICY: &[Allowed] = &[
    allow("a", Role::Around, &[("href", Value::Link)], "sources, contacts, further reading"),
    allow("abbr", Role::Inline, &[("title", Value::Text)], "spells out what insiders abbreviate"),
    allow("audio", Role::Player, &[("src", Value::Resource)], "recorded statements"),
    allow("b", Role::Inline, NONE, "datelines and names are set bold"),
    allow("bdi", Role::Inline, NONE, "keeps names of another direction apart"),
    allow("bdo", Role::Inline, NONE, "states a direction where guessing fails"),
    allow("blockquote", Role::Block, NONE, "statements of spokespeople"),
    allow("br", Role::Void, NONE, "addresses and contact blocks have lines"),
    allow("caption", Role::Caption, NONE, "says what a table shows"),
    allow("cite", Role::Inline, NONE, "names of works"),
    allow("code", Role::Inline, NONE, "technical releases quote code"),
    allow("dd", Role::Term, NONE, "facts at a glance"),
    allow("del", Role::Around, NONE, "corrections show what was withdrawn"),
    allow("details", Role::Block, NONE, "long notes to editors are folded away"),
    allow("dfn", Role::Inline, NONE, "notes explain terms where they define them"),
    allow("div", Role::Division, NONE, "keeps apart what the publisher kept apart; none is left in the end"),
    allow("dl", Role::Terms, NONE, "facts at a glance"),
    allow("dt", Role::Term, NONE, "facts at a glance"),
    allow("em", Role::Inline, NONE, "stress"),
    allow("figcaption", Role::Block, NONE, "says what an image shows, and whose it is"),
    allow("figure", Role::Block, NONE, "holds an image and its caption together"),
    allow("h2", Role::Heading, NONE, "sections; the first level is the title's"),
    allow("h3", Role::Heading, NONE, "sections"),
    allow("h4", Role::Heading, NONE, "sections"),
    allow("h5", Role::Heading, NONE, "sections"),
    allow("h6", Role::Heading, NONE, "sections"),
    allow("hr", Role::Void, NONE, "sets the notes to editors apart"),
    allow("i", Role::Inline, NONE, "foreign words, names of ships"),
    allow(
        "iframe",
        Role::Frame,
        FRAME,
        "films of YouTube and Vimeo by exact host and path; every other frame is a page of its own",
    ),
    allow("img", Role::Void, IMAGE, "product and people pictures"),
    allow("ins", Role::Around, NONE, "corrections show what was added"),
    allow("kbd", Role::Inline, NONE, "technical releases quote keys"),
    allow("li", Role::Item, NONE, "lists of highlights"),
    allow("mark", Role::Inline, NONE, "highlighted figures"),
    allow("ol", Role::List, &[("start", Value::Digits)], "steps and rankings"),
    allow("p", Role::Paragraph, NONE, "paragraphs"),
    allow("pre", Role::Block, NONE, "tables of figures set in plain text"),
    allow("q", Role::Inline, NONE, "statements within a sentence"),
    allow("rp", Role::Reading, NONE, "readings of names in Japanese and Chinese"),
    allow("rt", Role::Reading, NONE, "readings of names in Japanese and Chinese"),
    allow("ruby", Role::Inline, NONE, "readings of names in Japanese and Chinese"),
    allow("s", Role::Inline, NONE, "what no longer holds"),
    allow("samp", Role::Inline, NONE, "technical releases quote output"),
    allow("small", Role::Inline, NONE, "legal notes"),
    allow(
        "source",
        Role::Source,
        &[("src", Value::Resource), ("type", Value::MediaType)],
        "formats of a film",
    ),
    allow("span", Role::Inline, NONE, "carries a language or a direction; without one it goes"),
    allow("strong", Role::Inline, NONE, "importance"),
    allow("sub", Role::Inline, NONE, "formulas: CO₂"),
    allow("summary", Role::Block, NONE, "the title of what is folded away"),
    allow("sup", Role::Inline, NONE, "formulas, footnotes, trade marks"),
    allow("table", Role::Table, NONE, "results of the quarter"),
    allow("tbody", Role::Rows, NONE, "results of the quarter"),
    allow("td", Role::Cell, CELL, "results of the quarter"),
    allow("tfoot", Role::Rows, NONE, "totals"),
    allow("th", Role::Cell, HEAD_CELL, "says what a row or column holds"),
    allow("thead", Role::Rows, NONE, "says what the columns hold"),
    allow("time", Role::Inline, &[("datetime", Value::DateTime)], "dates that programs can read"),
    allow("tr", Role::Row, NONE, "results of the quarter"),
    allow("u", Role::Inline, NONE, "marks of proper names in Chinese, misspelt words"),
    allow("ul", Role::List, NONE, "lists of highlights"),
    allow("var", Role::Inline, NONE, "formulas name their quantities"),
    allow(
        "video",
        Role::Player,
        &[("src", Value::Resource), ("width", Value::Digits), ("height", Value::Digits)],
        "product films",
    ),
    allow("wbr", Role::Void, NONE, "long names and addresses may break here"),
];

/// Every element that may stay, in alphabetical order.
pub fn allowed() -> impl Iterator<Item = &'static Allowed> {
    POLICY.iter()
}

/// The policy's word on an element, by its lower-case name.
pub(super) fn find(name: &str) -> Option<&'static Allowed> {
    /// The elements of each letter. They are few: to compare them is faster than any table of names.
    static BY_LETTER: LazyLock<[&[Allowed]; 26]> = LazyLock::new(|| {
        std::array::from_fn(|at| {
            let letter = b'a' + at as u8;
            let from = POLICY.partition_point(|it| it.name.as_bytes() < [letter].as_slice());
            let to = POLICY.partition_point(|it| it.name.as_bytes() < [letter + 1].as_slice());
            POLICY.get(from..to).unwrap_or_default()
        })
    });
    let letter = name.bytes().next()?.checked_sub(b'a')?;
    BY_LETTER.get(usize::from(letter))?.iter().find(|it| it.name == name)
}

/// The policy's word on what a tag of this name opens, in any letter case; some names mean the same as others.
pub(super) fn known(name: &str) -> Option<&'static Allowed> {
    find(name).or_else(|| {
        let lower = if name.len() <= NAME_BYTES_MAX { name.to_ascii_lowercase() } else { return None };
        find(match lower.as_str() {
            "h1" => "h2",
            "strike" => "s",
            "tt" => "code",
            "acronym" => "abbr",
            "dir" | "menu" => "ul",
            "section" | "article" | "header" | "footer" | "main" | "aside" | "nav" | "center" | "address"
            | "hgroup" | "form" | "fieldset" | "legend" | "dialog" | "body" => "div",
            same => same,
        })
    })
}
