//! OPML 1.0 and 2.0, in any character set and however broken: the feeds that it lists, where they stand, and all that
//! it says of them.
//!
//! Names and values stay as they were written. Attributes with a prefix carry its declaration with them, so that each
//! feed can be taken out of its document without loss.

use std::collections::HashMap;

use super::{
    Limits, decode,
    mend::{Scanner, Tag, Tally, Token},
};
use crate::model::{
    Document,
    outline::{self, Attribute, Folder},
};

/// Largest document, bytes, before and after decoding.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;
/// Most outlines that are read; the rest is counted.
pub const OUTLINES_MAX: usize = 20_000;
/// Most bytes that all feeds together are given: their folders' names, repeated for each, and everything said of them.
pub const LISTED_BYTES_MAX: usize = 16 << 20;
/// Most outlines that are open at the same time; deeper ones stand in the deepest of these.
const DEPTH_MAX: usize = 64;

/// One feed of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its address as written: `xmlUrl`, without the white space around it.
    pub address: String,
    /// The outlines around it, the outermost first. Of several feeds in one folder the first carries what the list
    /// says of the folder beyond its name.
    pub folders: Vec<Folder>,
    /// Everything else that the list says of it.
    pub attributes: Vec<Attribute>,
}

impl Listed {
    /// An attribute by its name, in any letter case; empty ones count as absent.
    pub fn said(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).filter(|it| !it.is_empty())
    }

    /// What it takes to keep, about.
    fn bytes(&self) -> usize {
        let said = |it: &[Attribute]| it.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let folders = self.folders.iter().map(|it| it.text.len() + said(&it.attributes));
        self.address.len() + said(&self.attributes) + folders.sum::<usize>()
    }

    /// What it is called: `title`, else `text`.
    pub fn title(&self) -> Option<&str> {
        self.said("title").or_else(|| self.said("text"))
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The feeds, in document order.
    pub feeds: Vec<Listed>,
    /// Names of outlines that are neither a feed nor hold one, in document order.
    pub without_address: Vec<String>,
    /// Attributes that could not be kept: with names or values that XML does not allow, or beyond a limit.
    pub lost_attributes: usize,
    /// Outlines beyond [`OUTLINES_MAX`].
    pub beyond: usize,
}

/// Why a document is no list of feeds. The sentences are for people.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum OpmlError {
    /// Nothing but white space.
    #[error("the document is empty")]
    Empty,
    /// Another kind of document.
    #[error("this is no OPML: it has no <opml> and no <outline>")]
    NotOpml,
    /// Larger than [`DOCUMENT_BYTES_MAX`].
    #[error("the document is larger than {} MiB, the most that is read", DOCUMENT_BYTES_MAX >> 20)]
    TooLarge,
    /// More than [`LISTED_BYTES_MAX`] is said of its feeds, as only folders within folders with very long names do.
    #[error(
        "its feeds and the folders around each come to more than {} MiB, the most that is read",
        LISTED_BYTES_MAX >> 20
    )]
    TooMuch,
}

/// Reads a document. Takes time and memory in proportion to its size.
///
/// # Errors
/// [`OpmlError`]; of a broken document whatever can be read is.
pub fn read(document: &Document<'_>) -> Result<List, OpmlError> {
    if document.bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(OpmlError::TooLarge);
    }
    let mut tally = Tally::default();
    let text = decode::decode(document.bytes, document.content_type, &mut tally);
    if text.trim().is_empty() {
        return Err(OpmlError::Empty);
    }
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(OpmlError::TooLarge);
    }
    let limits = Limits::default();
    let mut scanner = Scanner::new(&text, &limits);
    let mut reader = Reader::default();
    while let Some(token) = scanner.next(&mut tally) {
        match token {
            Token::Open(tag) if tag.name.eq_ignore_ascii_case("outline") => reader.open(&tag),
            Token::Open(tag) => {
                reader.is_opml |= tag.name.eq_ignore_ascii_case("opml");
                reader.declared.extend(declarations(&tag));
            }
            Token::Close(name) if name.eq_ignore_ascii_case("outline") => reader.close(),
            Token::Close(_) | Token::Text(_) => {}
        }
        if reader.given > LISTED_BYTES_MAX {
            return Err(OpmlError::TooMuch);
        }
    }
    while !reader.around.is_empty() {
        reader.close();
    }
    if reader.is_opml { Ok(reader.list) } else { Err(OpmlError::NotOpml) }
}

/// An outline that is still open.
struct Around {
    /// What its children stand in; `None` where that has no name, or lies too deep: then they stand in what is around it.
    folder: Option<Folder>,
    /// What it is called, for one that turns out to hold nothing.
    name: String,
    is_feed: bool,
    holds: bool,
    declared: HashMap<String, String>,
}

#[derive(Default)]
struct Reader {
    list: List,
    around: Vec<Around>,
    outlines: usize,
    /// Bytes that the feeds were given so far.
    given: usize,
    /// Open outlines that [`Reader::around`] does not hold.
    deeper: usize,
    is_opml: bool,
    /// Prefixes that the elements above all outlines declare.
    declared: HashMap<String, String>,
}

impl Reader {
    fn open(&mut self, tag: &Tag<'_>) {
        self.is_opml = true;
        self.outlines += 1;
        if self.outlines > OUTLINES_MAX {
            self.list.beyond += 1;
            self.deeper += usize::from(!tag.empty);
            return;
        }
        let declared: HashMap<String, String> = declarations(tag).collect();
        let address = address(tag);
        let attributes = self.attributes(tag, &declared);
        let is_feed = address.is_some();
        let named = |name: &str| tag.attribute(name).map(str::trim).filter(|it| !it.is_empty());
        let name = named("text").or_else(|| named("title")).map(str::to_owned);
        if let Some(address) = address {
            let folders = self.folders();
            let listed = Listed { address, folders, attributes: attributes.clone() };
            self.given += listed.bytes();
            self.list.feeds.push(listed);
        }
        if tag.empty {
            if !is_feed {
                self.list.without_address.push(name.unwrap_or_default());
            }
            return;
        }
        if self.around.len() >= DEPTH_MAX {
            self.deeper += 1;
            return;
        }
        let depth = self.around.iter().filter(|it| it.folder.is_some()).count();
        let folder = name.clone().filter(|_| depth < outline::FOLDERS_MAX).map(|text| {
            let said = if is_feed { Vec::new() } else { attributes };
            let text = text.get(..text.floor_char_boundary(outline::VALUE_BYTES_MAX)).unwrap_or_default();
            Folder { attributes: beyond_name(said, text), text: text.to_owned() }
        });
        self.around.push(Around { folder, name: name.unwrap_or_default(), is_feed, holds: false, declared });
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(closed) = self.around.pop() else { return };
        if !closed.is_feed && !closed.holds {
            self.list.without_address.push(closed.name);
        }
    }

    /// The folders that a feed at this place stands in. What is said of a folder is given away once.
    fn folders(&mut self) -> Vec<Folder> {
        let mut folders = Vec::new();
        for around in &mut self.around {
            around.holds = true;
            if let Some(folder) = &mut around.folder {
                let attributes = std::mem::take(&mut folder.attributes);
                folders.push(Folder { text: folder.text.clone(), attributes });
            }
        }
        folders
    }

    /// What a tag says besides an address, each attribute with the declaration of its prefix before it.
    fn attributes(&mut self, tag: &Tag<'_>, own: &HashMap<String, String>) -> Vec<Attribute> {
        let mut kept: Vec<Attribute> = Vec::new();
        for (name, value) in &tag.attributes {
            if is_declaration(name) || name.eq_ignore_ascii_case("xmlUrl") {
                continue;
            }
            let declaration = outline::prefix(name).map(|prefix| (format!("xmlns:{prefix}"), prefix));
            let fits = outline::is_name(name) && outline::is_value(value);
            // A declaration may come with it.
            if !fits || kept.len() + 1 >= outline::ATTRIBUTES_MAX {
                self.list.lost_attributes += 1;
                continue;
            }
            if let Some((declaration, prefix)) = declaration
                && !kept.iter().any(|(it, _)| *it == declaration)
            {
                let meaning = self.meaning(prefix, own);
                kept.push((declaration, meaning));
            }
            kept.push(((*name).to_owned(), value.clone().into_owned()));
        }
        kept
    }

    /// What a prefix stands for, as the nearest element around says.
    fn meaning(&self, prefix: &str, own: &HashMap<String, String>) -> String {
        let around = self.around.iter().rev().map(|it| &it.declared);
        let mut scopes = std::iter::once(own).chain(around).chain(std::iter::once(&self.declared));
        let said = scopes.find_map(|it| it.get(prefix)).filter(|it| !it.is_empty() && outline::is_value(it));
        said.cloned().unwrap_or_else(|| outline::undeclared(prefix))
    }
}

/// The address of a feed: `xmlUrl`, or `url` where an old list says that it is one of a feed.
fn address(tag: &Tag<'_>) -> Option<String> {
    let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    let is_feed = matches!(kind.as_str(), "atom" | "feed" | "rss");
    let old = || tag.attribute("url").filter(|_| is_feed);
    let stated = |it: &str| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
    tag.attribute("xmlUrl").and_then(stated).or_else(|| old().and_then(stated))
}

/// Without its name, which may have stood there with white space around it or have been its `title`, and without a
/// `title` that says the same.
fn beyond_name(attributes: Vec<Attribute>, text: &str) -> Vec<Attribute> {
    let follows = |(name, value): &Attribute| name == "text" || (name == "title" && value == text);
    attributes.into_iter().filter(|it| !follows(it)).collect()
}

fn is_declaration(name: &str) -> bool {
    name == "xmlns" || name.starts_with("xmlns:")
}

/// Prefixes that a tag declares, and what they stand for.
fn declarations(tag: &Tag<'_>) -> impl Iterator<Item = (String, String)> {
    tag.attributes.iter().filter_map(|(name, value)| {
        let prefix = name.strip_prefix("xmlns:")?;
        Some((prefix.to_owned(), value.clone().into_owned()))
    })
}
