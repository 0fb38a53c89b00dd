//! Combined feeds: what goes out, in which words, and that readers get back what went in.

mod hostile;
mod lists;
mod origins;
mod policy;
mod python;
mod round_trip;
mod standards;

use feed_rs::model::{Entry, Feed};
use pressroll::{model::Format, render};
use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;

use super::sample::World;

/// The world's feed in `format`, as text.
fn rendered(world: &World, format: Format) -> String {
    String::from_utf8(render::feed(format, &world.sheet())).expect("feeds are UTF-8")
}

/// The world's JSON Feed as a value.
fn json(world: &World) -> Value {
    serde_json::from_slice(&render::feed(Format::Json, &world.sheet())).expect("JSON")
}

/// The world's feed in `format`, read again by feed-rs.
fn read_back(world: &World, format: Format) -> Feed {
    feed_rs::parser::parse(rendered(world, format).as_bytes()).expect("a feed")
}

/// The first entry as feed-rs reads it.
fn first(world: &World, format: Format) -> Entry {
    read_back(world, format).entries.into_iter().next().expect("an entry")
}

/// Fails unless `xml` is one well-formed XML 1.0 document: matched tags, known entities, legal characters, whole
/// attributes, one root.
fn assert_well_formed(xml: &str) {
    let legal = |it: char| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    assert!(xml.chars().all(legal), "a character that XML 1.0 forbids");
    let mut reader = Reader::from_str(xml);
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        let event = reader.read_event().expect("well-formed XML");
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            for attribute in tag.attributes() {
                let value = attribute.expect("unique, quoted attributes");
                let value = value.normalized_value(XmlVersion::Explicit1_0);
                value.expect("known entities");
            }
            roots += usize::from(depth == 0);
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::GeneralRef(name) => {
                let known = ["amp", "lt", "gt", "quot", "apos"].contains(&&*name) || name.starts_with('#');
                assert!(known, "unknown entity {}", &*name);
            }
            Event::Text(text) if depth == 0 => assert!(text.trim().is_empty()),
            Event::DocType(_) => unreachable!("no feed of ours has a document type"),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((depth, roots), (0, 1), "one root element, closed");
}

/// How often `needle` stands in `text`.
fn count(text: &str, needle: &str) -> usize {
    text.matches(needle).count()
}

/// Fails unless the feed is well-formed XML, or JSON.
fn assert_parses(world: &World, format: Format) {
    match format {
        Format::Json => assert!(json(world).is_object()),
        Format::Rss | Format::Atom => assert_well_formed(&rendered(world, format)),
    }
}
