//! Tolerant XML: any text into one well-formed, flat document that feed-rs reads without loss, and the fields it was
//! made of, for the hints.
//!
//! `scan` cuts the text into tags and text, `shape` finds the feed, its entries and their fields, `print` writes
//! them again. One pass over the text, no recursion, memory in proportion to it.

mod base64;
mod doctype;
mod entity;
mod leaf;
mod person;
mod print;
mod role;
mod scan;
mod shape;
mod sheet;
mod space;
mod tally;

pub(super) use entity::{is_xml_char, is_xml_text};
pub(super) use leaf::push_escaped;
pub(super) use print::{entry_link, feed_link, print};
pub(super) use scan::{Scanner, Tag, Token};
pub(super) use sheet::{Family, Field, Fields, Form, Sheet};
pub(super) use space::Space;
pub(super) use tally::Tally;

use url::Url;

use super::Limits;

/// Reads `text`, decoded and free of illegal characters, which stands at `base`.
pub(super) fn read<'a>(text: &'a str, base: Option<&Url>, limits: &'a Limits) -> Sheet<'a> {
    shape::Shape::read(text, base, limits)
}
