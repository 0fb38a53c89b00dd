//! Pictures as readers load them: which one stands for an entry, at which addresses, in which sizes.
//!
//! What may be seen follows from two words of the operator: the publication's `images` and the source's `republish`. Both
//! are asked here, and in `outgoing` for feeds.

use url::Url;

use super::document::picture_origin;
use crate::model::{
    MediaKind, Picture, Publication, Shown, Site, picture::Encoding, publication::Images, source::Republish,
};

/// The width whose JPEG is for whoever knows no list of sizes, pixels.
const USUAL_WIDTH: u32 = 640;
/// Space kept for a picture whose publisher states no size, pixels: three to two.
const SIZE_DEFAULT: (u32, u32) = (600, 400);
/// The largest stated side that is believed, pixels.
const SIDE_MAX: u32 = 20_000;

/// A picture as a page sets it.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// Absolute address, http or https.
    pub(super) src: String,
    /// The same in several widths, as `srcset` lists them; empty where there is one only.
    pub(super) sources: String,
    /// What it shows, as its publisher says; empty where it says nothing.
    pub(super) alt: String,
    /// Width in pixels.
    pub(super) width: u32,
    /// Height in pixels.
    pub(super) height: u32,
    /// Whether it is a logo: seen whole, with space around it.
    pub(super) is_logo: bool,
}

/// The picture that stands for an entry, if one may be shown.
pub(super) fn of_entry(site: &Site, publication: &Publication, shown: &Shown) -> Option<Setting> {
    if shown.source.source.republish != Republish::Full {
        return None;
    }
    match publication.images {
        Images::Proxy => shown.kept.lead.as_ref().map(|it| ours(site, it)),
        Images::Link => linked(shown),
        Images::None => None,
    }
}

/// The logo that stands in for the picture of an entry that has none. It is the publisher's or the publication's own, not
/// the entry's: `republish` says nothing of it.
pub(super) fn logo(site: &Site, publication: &Publication, shown: &Shown) -> Option<Setting> {
    let picture = shown.source.logo.as_ref().filter(|_| publication.images == Images::Proxy)?;
    // The name of whom it stands for is said beside it.
    Some(Setting { alt: String::new(), is_logo: true, ..ours(site, picture) })
}

/// A picture of our own origin.
pub(super) fn ours(site: &Site, picture: &Picture) -> Setting {
    let usual = picture.widths().filter(|it| *it <= USUAL_WIDTH).last().unwrap_or(USUAL_WIDTH);
    Setting {
        src: site.address(&picture.at(usual, Encoding::Jpeg)),
        sources: sources(site, picture),
        alt: picture.alt.clone(),
        width: picture.width,
        height: picture.height,
        is_logo: false,
    }
}

/// A picture in all its widths, as `srcset` lists them (HTML, section 4.8.4.2.1).
pub(super) fn sources(site: &Site, picture: &Picture) -> String {
    let one = |width: u32| {
        let (pixels, _) = picture.size(width);
        format!("{} {pixels}w", site.address(&picture.at(width, Encoding::Webp)))
    };
    picture.widths().map(one).collect::<Vec<_>>().join(", ")
}

/// The picture that stands for a page where it is shared (Open Graph): its address, and its size and words where they
/// are known.
#[derive(Clone, Debug)]
pub(super) struct Card {
    /// Absolute address.
    pub(super) src: String,
    /// Width and height, pixels.
    pub(super) size: Option<(u32, u32)>,
    /// What it shows; empty where nothing is said.
    pub(super) alt: String,
}

/// The card of an entry: its picture, else the logo that stands in for it.
pub(super) fn card(site: &Site, publication: &Publication, shown: &Shown) -> Option<Card> {
    let setting = of_entry(site, publication, shown).or_else(|| logo(site, publication, shown))?;
    let own = if setting.is_logo { shown.source.logo.as_ref() } else { shown.kept.lead.as_ref() };
    let largest = own.filter(|_| !setting.sources.is_empty()).map(|it| largest(site, it));
    Some(match largest {
        Some((src, size)) => Card { src, size: Some(size), alt: setting.alt },
        None => Card { src: setting.src, size: None, alt: setting.alt },
    })
}

/// A picture at its largest, for whatever takes one address: its address and size.
pub(super) fn largest(site: &Site, picture: &Picture) -> (String, (u32, u32)) {
    let width = picture.widths().last().unwrap_or(USUAL_WIDTH);
    (site.address(&picture.at(width, Encoding::Jpeg)), picture.size(width))
}

/// The first stated picture that may be loaded from its publisher.
fn linked(shown: &Shown) -> Option<Setting> {
    let media = &shown.kept.entry.media;
    let (media, address) = media.iter().filter(|it| it.kind == MediaKind::Image).find_map(|it| {
        let address = Url::parse(&it.url).ok()?;
        picture_origin(&address).map(|_| (it, address))
    })?;
    let stated = media.width.zip(media.height);
    let is_believed = |size: &(u32, u32)| [size.0, size.1].iter().all(|it| (1..=SIDE_MAX).contains(it));
    let (width, height) = stated.filter(is_believed).unwrap_or(SIZE_DEFAULT);
    let alt = media.alt.clone().unwrap_or_default();
    Some(Setting { src: address.into(), sources: String::new(), alt, width, height, is_logo: false })
}
