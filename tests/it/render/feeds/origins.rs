//! Whom feeds name as the source of an entry that was copied, and what they carry on of wires' facts.

use pressroll::model::{Format, Isin, Origin, Press, Ticker};
use serde_json::json;

use super::{assert_well_formed, first, json, rendered};
use crate::render::sample::{World, entry};

/// A world of one entry that says this of where it was copied from.
fn copied(origin: Origin) -> World {
    let mut world = World::with(1);
    entry(&mut world.shown[0]).origin = Some(origin);
    world
}

fn whole() -> Origin {
    Origin {
        id: Some("tag:first.example,2026:press".to_owned()),
        title: Some("First & last".to_owned()),
        feed: Some("https://first.example/atom".to_owned()),
        homepage: Some("https://www.first.example/".to_owned()),
    }
}

#[test]
fn an_entry_that_has_an_origin_keeps_it() {
    let world = copied(whole());
    let rss = rendered(&world, Format::Rss);
    assert!(rss.contains("<source url=\"https://first.example/atom\">First &amp; last</source>"), "{rss}");
    assert!(!rss.contains("acme releases"), "{rss}");
    let atom = rendered(&world, Format::Atom);
    let (_, source) = atom.split_once("<source>").unwrap();
    let (source, _) = source.split_once("</source>").unwrap();
    for part in [
        "<title>First &amp; last</title>",
        "<id>tag:first.example,2026:press</id>",
        "<updated>2026-03-01T09:30:00+00:00</updated>",
        "<link href=\"https://first.example/atom\" rel=\"self\"/>",
        "<link href=\"https://www.first.example/\" rel=\"alternate\"/>",
        "<name>First &amp; last</name>",
    ] {
        assert!(source.contains(part), "{part} in {source}");
    }
    assert_eq!(first(&world, Format::Atom).source.as_deref(), None, "feed-rs reads no such thing");
    let ours = &json(&world)["items"][0]["_pressroll"];
    assert_eq!(ours["source_id"], "acme", "our own source stays named");
    assert_eq!(
        ours["origin"],
        json!({ "id": "tag:first.example,2026:press", "title": "First & last",
            "feed_url": "https://first.example/atom", "home_page_url": "https://www.first.example/" })
    );
}

#[test]
fn an_origin_is_named_by_what_it_has() {
    let world = copied(Origin { id: None, title: None, feed: None, ..whole() });
    let rss = rendered(&world, Format::Rss);
    assert!(rss.contains("<source url=\"https://www.first.example/\">first.example</source>"), "{rss}");
    let atom = rendered(&world, Format::Atom);
    assert!(atom.contains("<id>https://www.first.example/</id>"), "{atom}");
}

#[test]
fn a_name_without_an_address_is_no_origin_to_name() {
    let world = copied(Origin { title: Some("Reuters".to_owned()), ..Origin::default() });
    let rss = rendered(&world, Format::Rss);
    assert!(rss.contains("<source url=\"https://acme.example/feed.xml\">acme releases</source>"), "{rss}");
    let atom = rendered(&world, Format::Atom);
    assert!(atom.contains("<id>https://acme.example/feed.xml</id>"), "{atom}");
    assert_eq!(json(&world)["items"][0]["_pressroll"]["origin"], json!({ "title": "Reuters" }));
}

#[test]
fn addresses_of_an_origin_are_those_of_the_web() {
    for bad in ["javascript:alert(1)", "ftp://first.example/", "data:text/html,x", "http:///x"] {
        let world = copied(Origin {
            feed: Some(bad.to_owned()),
            homepage: Some(bad.to_owned()),
            ..Origin::default()
        });
        for format in [Format::Rss, Format::Atom] {
            let feed = rendered(&world, format);
            assert_well_formed(&feed);
            assert!(!feed.contains(bad), "{bad} in {feed}");
        }
    }
}

#[test]
fn what_a_wire_says_of_the_company_goes_out_as_data() {
    let mut world = World::with(1);
    assert!(json(&world)["items"][0]["_pressroll"].get("press").is_none());
    entry(&mut world.shown[0]).press = Press {
        tickers: vec![
            Ticker { exchange: Some("NYSE".to_owned()), symbol: "ACME".to_owned() },
            Ticker { exchange: None, symbol: "ACM".to_owned() },
        ],
        isins: vec![Isin::new("FR0000120073").unwrap()],
        industries: vec!["Health Care".to_owned()],
        ..Press::default()
    };
    assert_eq!(
        json(&world)["items"][0]["_pressroll"]["press"],
        json!({ "tickers": [{ "exchange": "NYSE", "symbol": "ACME" }, { "symbol": "ACM" }],
            "isins": ["FR0000120073"], "industries": ["Health Care"] })
    );
}
