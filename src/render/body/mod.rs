//! The whole text of an entry, dressed for where it will stand: a feed, a page of ours, a widget on somebody's page.
//!
//! What comes in is clean already. Here it is fitted: images come from where the publication says, headings begin below the
//! title, tables may scroll, and what every release of a company ends with is folded away.

mod clearing;
mod film;
mod folds;
mod images;
mod parts;
mod phrases;
mod writer;

pub(super) use film::frame_origin;
pub(super) use images::SIZES;

use super::{document::Permits, words::Words};
use crate::model::{CleanHtml, Picture, Site, publication::Images};

/// Where a text will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// In a feed, for readers of every kind: plain HTML, absolute addresses, nothing folded.
    Feed,
    /// In a page of ours.
    Page,
    /// In a frame on somebody else's page: nothing of a third party, and links open outside of the frame.
    Widget,
}

/// How a text is to be dressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dress<'a> {
    /// Where it will stand.
    pub(super) sink: Sink,
    /// How images reach a reader.
    pub(super) images: Images,
    /// The images of the entry that are kept.
    pub(super) pictures: &'a [Picture],
    /// The publisher's address of the picture that is shown above the text already.
    pub(super) lead: Option<&'a str>,
    /// The site, for absolute addresses.
    pub(super) site: &'a Site,
    /// The level of the heading above: the text's own begin one below.
    pub(super) level: u8,
    /// What is said by ourselves.
    pub(super) words: &'static Words,
}

/// A dressed text.
#[derive(Debug, Default)]
pub(super) struct Dressed {
    /// The HTML.
    pub(super) html: String,
    /// What its document has to let in.
    pub(super) permits: Permits,
    /// What the text said of the picture that is shown above it already; text, not markup.
    pub(super) lead_caption: Option<String>,
}

/// `content` as HTML for a place where nothing has to be let in first.
pub(super) fn body(content: &CleanHtml, dress: &Dress<'_>) -> String {
    dressed(content, dress).html
}

/// `content` as HTML, and what a document that holds it has to let in.
pub(super) fn dressed(content: &CleanHtml, dress: &Dress<'_>) -> Dressed {
    let mut parts = parts::parts(content);
    clearing::clear(&mut parts, |tag| images::image(tag, dress).is_some());
    let folds = match dress.sink {
        Sink::Feed => Vec::new(),
        Sink::Page | Sink::Widget => folds::folds(&parts),
    };
    let mut dressed = writer::write(&parts, &folds, dress);
    dressed.lead_caption = dress.lead.and_then(|it| clearing::caption_of(&parts, it));
    // What is left between images that are gone is nothing to show, and would stand in the way of the excerpt.
    if dressed.html.trim().is_empty() {
        dressed.html.clear();
    }
    dressed
}
