//! OPML: what a reader subscribes to in one go.

use std::sync::Arc;

use pressroll::{
    model::SourceKind,
    render::{opml, source_opml},
};
use quick_xml::{Reader, XmlVersion, events::Event};

use super::assert_well_formed;
use crate::render::sample::{World, publication, site, source};

/// The outlines of an OPML document: name and value of every attribute, in order.
fn outlines(xml: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("XML") {
            Event::Empty(tag) | Event::Start(tag) if tag.name().as_ref() == "outline" => {
                let attribute = |it: quick_xml::events::attributes::Attribute<'_>| {
                    let value = it.normalized_value(XmlVersion::Explicit1_0);
                    let name = it.key.as_ref().to_owned();
                    (name, value.expect("a value").into_owned())
                };
                found.push(tag.attributes().map(|it| attribute(it.expect("an attribute"))).collect());
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn value<'a>(outline: &'a [(String, String)], name: &str) -> Option<&'a str> {
    outline.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
}

#[test]
fn listed_publications_are_outlines_with_their_feeds() {
    let (brand, group) =
        (publication("brands/acme", "Acme"), publication("groups/energy", "Energy & “heat” <x>"));
    let mut hidden = publication("brands/hidden", "Hidden");
    hidden.listed = false;
    let xml = String::from_utf8(opml(&site(), &[&brand, &hidden, &group])).expect("UTF-8");
    assert_well_formed(&xml);
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">"));
    assert!(xml.contains("<title>Example press</title>"));
    let found = outlines(&xml);
    assert_eq!(found.len(), 2);
    assert_eq!(value(&found[0], "type"), Some("rss"));
    assert_eq!(value(&found[0], "text"), Some("Acme"));
    assert_eq!(value(&found[0], "title"), Some("Acme"));
    assert_eq!(value(&found[0], "xmlUrl"), Some("https://www.example.com/press/brands/acme/feed.rss"));
    assert_eq!(value(&found[0], "htmlUrl"), Some("https://www.acme.example/"));
    assert_eq!(value(&found[0], "language"), Some("en"));
    assert_eq!(value(&found[1], "text"), Some("Energy & “heat” <x>"));
    assert_eq!(value(&found[1], "category"), Some("/groups"));
}

#[test]
fn sources_are_outlines_with_their_own_feeds() {
    let world = World::with(0);
    let mut tagged = source("acme", SourceKind::Press);
    let mut policy = (*tagged.source).clone();
    policy.tags = vec!["acme".to_owned(), "energy".to_owned()];
    policy.language = Some("fr".to_owned());
    policy.url = "https://me:hunter2@acme.example/feed.xml?a=1&b=2".parse().expect("an address");
    tagged.source = Arc::new(policy);
    let mut local = source("local", SourceKind::Press);
    let mut file = (*local.source).clone();
    file.url = "file:///srv/press.xml".parse().expect("an address");
    local.source = Arc::new(file);
    let sources = [Arc::new(tagged), Arc::new(local), Arc::new(source("wire", SourceKind::Wire))];
    let xml = String::from_utf8(source_opml(&world.sheet(), &sources)).expect("UTF-8");
    assert_well_formed(&xml);
    assert!(!xml.contains("hunter2") && !xml.contains("/srv"));
    let found = outlines(&xml);
    assert_eq!(found.len(), 2);
    assert_eq!(value(&found[0], "xmlUrl"), Some("https://acme.example/feed.xml?a=1&b=2"));
    assert_eq!(value(&found[0], "htmlUrl"), Some("https://acme.example/"));
    assert_eq!(value(&found[0], "language"), Some("fr"));
    assert_eq!(value(&found[0], "category"), Some("/acme,/energy"));
    assert_eq!(value(&found[1], "text"), Some("wire releases"));
}

#[test]
fn a_hostile_title_leaves_the_list_well_formed() {
    for nasty in ["]]>\u{8}", "\"><outline text=\"x\"/>", "&bogus;", "\u{ffff}"] {
        let brand = publication("brands/acme", nasty);
        let xml = String::from_utf8(opml(&site(), &[&brand])).expect("UTF-8");
        assert_well_formed(&xml);
        assert_eq!(outlines(&xml).len(), 1, "{nasty:?}");
    }
}

#[test]
fn a_list_of_nothing_is_well_formed() {
    assert_well_formed(&String::from_utf8(opml(&site(), &[])).expect("UTF-8"));
}
