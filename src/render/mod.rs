//! Entries into bytes: feeds, widgets, pages; the only place that names rss and atom_syndication.
//!
//! Everything here is a pure function of its arguments: the same entries give the same bytes, on every node and after
//! every restart. No clock, no random number, no hash order.

pub mod accent;
mod atom;
mod attachments;
mod body;
mod characters;
pub mod dates;
pub mod document;
pub mod edition;
pub mod embed;
pub mod entry;
mod feed;
mod json_feed;
mod listing;
mod moment;
pub mod oembed;
pub mod opml;
pub mod outgoing;
pub mod page;
mod pictures;
mod rss;
mod style;
pub mod widget;
pub mod words;

pub use document::Document;
pub use edition::Edition;
pub use feed::feed;
pub use opml::{opml, source_opml, subscriptions};

use crate::model::{Publication, Shown, Site};

/// What one publication shows at one moment: the input of every format.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The site it appears on.
    pub site: &'a Site,
    /// The publication.
    pub publication: &'a Publication,
    /// Its entries, in the order they are shown.
    pub shown: &'a [Shown],
    /// Set when only entries of this language were picked (`?lang=fr`).
    pub lang: Option<&'a str>,
}

impl Sheet<'_> {
    /// The path of the publication below the site: `/brands/acme`.
    pub fn path(&self) -> String {
        format!("/{}", self.publication.path)
    }

    /// The absolute address of `rest` below the publication: `address("/feed.rss")`.
    pub fn address(&self, rest: &str) -> String {
        self.site.address(&format!("/{}{rest}", self.publication.path))
    }
}
