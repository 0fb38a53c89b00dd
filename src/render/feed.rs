//! The combined feed in each format.

use super::{Sheet, atom, json_feed, outgoing::Outgoing, rss};
use crate::model::Format;

/// The combined feed of `sheet` in `format`: the same sheet gives the same bytes.
pub fn feed(format: Format, sheet: &Sheet<'_>) -> Vec<u8> {
    let whole = Outgoing::of(format, sheet);
    match format {
        Format::Rss => rss::write(&whole),
        Format::Atom => atom::write(&whole),
        Format::Json => json_feed::write(&whole),
    }
}
