//! The image picker: which images an entry has, in the order in which they may stand for it, and which of those that are
//! kept does.
//!
//! The rules, in order: content of Media RSS and JSON Feed's `image`, which name the image of the entry; enclosures, which
//! come with it; thumbnails, which are it in small; marks in the text; then the images of the text, the first first. Where
//! none of them fits, the publisher's logo stands in, and where there is none, the publication's: that is decided where it
//! is shown. The still of a film is kept for the film's own place, and never stands for the entry.

use std::borrow::Cow;

use super::{Picture, still};
use crate::model::{
    CleanHtml, Entry, MediaKind, MediaPlace,
    markup::{Piece, Tag},
};

/// Most images of one entry that are kept.
pub const CANDIDATES_MAX: usize = 12;
/// Most images of a text that are looked at.
const LOOKED_AT_MAX: usize = 10 * CANDIDATES_MAX;
/// An image that stands for an entry is at least this wide, pixels.
const LEAD_WIDTH_MIN: u32 = 200;
/// And at least this high, pixels.
const LEAD_HEIGHT_MIN: u32 = 100;
/// One that is more than so many times as wide as it is high is a banner, and one that is as much higher a strip.
const LEAD_RATIO_MAX: u32 = 4;
/// What is said to be smaller on a side is an icon, pixels.
const ICON_PIXELS_MAX: u32 = 64;
/// Words in the name of a file, or of its folder, that say that it belongs to a page and not to what is told: read as whole
/// words.
const FURNITURE: &[&str] = &[
    "avatar",
    "badge",
    "blank",
    "button",
    "emoji",
    "emoticon",
    "favicon",
    "gravatar",
    "icon",
    "icons",
    "pixel",
    "share",
    "smiley",
    "smilies",
    "spacer",
    "sprite",
    "transparent",
];

/// One image of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Absolute address, http or https.
    pub address: String,
    /// What it shows, in words; empty where nothing is said.
    pub alt: String,
    /// Where it is stated first.
    pub place: MediaPlace,
    /// Width in pixels as stated.
    pub width: Option<u32>,
    /// Height in pixels as stated.
    pub height: Option<u32>,
}

impl Candidate {
    /// Whether what is stated of it lets it stand for the entry. A size that nobody states may be any.
    fn may_lead(&self) -> bool {
        if self.place == MediaPlace::Film {
            return false;
        }
        let size = self.width.zip(self.height);
        !is_furniture(&self.address) && size.is_none_or(|(width, height)| fits(width, height))
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width.unwrap_or(0)) * u64::from(self.height.unwrap_or(1))
    }
}

/// The images of an entry, each once: first those that may stand for it, in the order of the rules, then the others, and the
/// stills of its films.
/// Icons and spacers are not among them. At most [`CANDIDATES_MAX`].
pub fn candidates(entry: &Entry) -> Vec<Candidate> {
    let stated = entry.media.iter().filter(|it| it.kind == MediaKind::Image).map(|it| Candidate {
        address: it.url.clone(),
        alt: it.alt.clone().unwrap_or_default(),
        place: it.place,
        width: it.width,
        height: it.height,
    });
    let mut all: Vec<Candidate> = stated.collect();
    // Of what stands in one place the larger comes first: one image is often stated in several sizes.
    all.sort_by_key(|it| (it.place, std::cmp::Reverse(it.pixels())));
    let mut distinct: Vec<Candidate> = Vec::with_capacity(all.len());
    for candidate in all.into_iter().chain(of_text(&entry.content).take(LOOKED_AT_MAX)) {
        let is_icon = |side: Option<u32>| side.is_some_and(|it| it <= ICON_PIXELS_MAX);
        if is_icon(candidate.width) || is_icon(candidate.height) {
            continue;
        }
        match distinct.iter_mut().find(|it| it.address == candidate.address) {
            Some(known) if known.alt.is_empty() => known.alt = candidate.alt,
            Some(_) => {}
            None => distinct.push(candidate),
        }
    }
    let (mut leading, mut others): (Vec<Candidate>, Vec<Candidate>) =
        distinct.into_iter().partition(Candidate::may_lead);
    leading.append(&mut others);
    for still in stills_of(&entry.content) {
        if leading.iter().all(|it| it.address != still.address) {
            leading.push(still);
        }
    }
    leading.truncate(CANDIDATES_MAX);
    leading
}

/// Which of the pictures that are kept of an entry stands for it: the first of its candidates that is large enough, and
/// neither a banner nor a strip.
pub fn lead<'a>(candidates: &[Candidate], kept: &'a [Picture]) -> Option<&'a Picture> {
    let fitting =
        |address: &str| kept.iter().find(|it| it.address == address).filter(|it| fits(it.width, it.height));
    candidates.iter().filter(|it| it.may_lead()).find_map(|it| fitting(&it.address))
}

/// Whether an image of this size, in pixels, may stand for an entry.
fn fits(width: u32, height: u32) -> bool {
    let (long, short) = (width.max(height), width.min(height));
    width >= LEAD_WIDTH_MIN && height >= LEAD_HEIGHT_MIN && long <= short.saturating_mul(LEAD_RATIO_MAX)
}

/// The images of a text, in its order.
fn of_text(content: &CleanHtml) -> impl Iterator<Item = Candidate> {
    let images = content.pieces().filter_map(|piece| match piece {
        Piece::Start(tag) if tag.name == "img" => Some(tag),
        _ => None,
    });
    images.filter_map(|tag: Tag<'_>| {
        let pixels = |name: &str| tag.value(name).and_then(|it| it.parse::<u32>().ok());
        Some(Candidate {
            address: tag.value("src").map(Cow::into_owned).filter(|it| it.starts_with("http"))?,
            alt: tag.value("alt").map(Cow::into_owned).unwrap_or_default(),
            place: MediaPlace::Text,
            width: pixels("width"),
            height: pixels("height"),
        })
    })
}

/// The stills of the films of a text, in its order.
fn stills_of(content: &CleanHtml) -> impl Iterator<Item = Candidate> {
    let films = content.pieces().filter_map(|piece| match piece {
        Piece::Start(tag) => still(&tag),
        _ => None,
    });
    films.take(CANDIDATES_MAX).map(|address| Candidate {
        address,
        alt: String::new(),
        place: MediaPlace::Film,
        width: None,
        height: None,
    })
}

/// Whether an address names an image that belongs to a page: its file or the folder of it is called so.
fn is_furniture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let named = path.rsplit('/').take(2);
    let words = named.flat_map(|it| it.split(|letter: char| !letter.is_ascii_alphanumeric()));
    words.into_iter().any(|word| FURNITURE.iter().any(|it| it.eq_ignore_ascii_case(word)))
}
