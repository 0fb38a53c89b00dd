//! The demo's publishers: their feeds read, move, and lead somewhere.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use pressroll::cli::demo::{Desk, HostPage, IMAGES, Press, host_page, image};

const ORIGIN: &str = "http://127.0.0.1:4321";

fn start() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn press() -> Press {
    Press::new(ORIGIN, start()).unwrap()
}

fn read(desk: Desk, now: Timestamp) -> feed_rs::model::Feed {
    let document = press().document(desk, now).unwrap();
    feed_rs::parser::parse(document.body.as_bytes()).unwrap_or_else(|it| panic!("{desk:?}: {it}"))
}

/// The desks whose feeds any strict reader can read.
fn sound() -> impl Iterator<Item = Desk> {
    Desk::ALL.into_iter().filter(|it| *it != Desk::Broken)
}

#[test]
fn every_sound_feed_has_entries_with_title_text_link_and_date() {
    for desk in sound() {
        let feed = read(desk, after(600));
        assert!(feed.entries.len() >= 5, "{desk:?} has only {} entries", feed.entries.len());
        for entry in feed.entries {
            assert!(!entry.title.unwrap().content.is_empty());
            assert!(entry.links[0].href.starts_with(ORIGIN));
            assert!(entry.published.is_some(), "{desk:?}: {} has no date", entry.id);
            assert!(entry.content.is_some_and(|it| it.body.is_some_and(|it| it.contains("<p>"))));
        }
    }
}

#[test]
fn four_formats_and_four_languages_are_spoken() {
    let formats: BTreeSet<String> = sound().map(|it| format!("{:?}", read(it, start()).feed_type)).collect();
    assert_eq!(formats.into_iter().collect::<Vec<_>>(), ["Atom", "JSON", "RSS1", "RSS2"]);
    let languages: BTreeSet<String> =
        sound().filter_map(|it| read(it, start()).language).map(|it| it.to_lowercase()).collect();
    assert!(["de", "en", "fr", "ja"].iter().all(|it| languages.contains(*it)), "{languages:?}");
}

#[test]
fn one_more_release_goes_out_every_half_minute() {
    let press = press();
    let count = |now| -> usize {
        let companies = [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk, Desk::Tokyo];
        companies.into_iter().map(|it| press.releases(it, now).unwrap().len()).sum()
    };
    let first = count(start());
    for step in 0..40 {
        assert_eq!(count(after(30 * step)), first + step as usize);
        assert_eq!(count(after(30 * step + 29)), first + step as usize);
    }
}

#[test]
fn a_feed_stays_bounded_and_its_latest_release_young_after_a_week() {
    let now = after(7 * 24 * 3600);
    for desk in [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk, Desk::Tokyo] {
        let releases = press().releases(desk, now).unwrap();
        assert!(releases.len() <= 32);
        assert!(now.as_second() - releases[0].published.as_second() < 120);
        assert!(releases.iter().all(|it| it.published <= now));
    }
}

#[test]
fn moving_releases_have_titles_of_their_own_for_an_hour() {
    for desk in [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk, Desk::Tokyo] {
        let mut titles = BTreeSet::new();
        let mut slugs = BTreeSet::new();
        for minute in 0..60 {
            for release in press().releases(desk, after(60 * minute)).unwrap() {
                assert!(!release.title.contains('{') && !release.body.contains('{'), "{}", release.title);
                slugs.insert(release.slug);
                titles.insert(release.title);
            }
        }
        assert!(titles.len() > 30);
        assert_eq!(titles.len(), slugs.len(), "{desk:?} says the same twice in an hour");
    }
}

#[test]
fn the_same_moment_gives_the_same_bytes_and_a_new_release_other_ones() {
    for desk in Desk::ALL {
        assert_eq!(press().document(desk, after(95)).unwrap(), press().document(desk, after(95)).unwrap());
    }
    let body = |now| press().document(Desk::Merwede, now).unwrap().body;
    assert_eq!(body(after(31)), body(after(149)));
    assert_ne!(body(after(149)), body(after(151)));
}

#[test]
fn every_link_and_picture_of_the_feeds_leads_somewhere() {
    let now = after(900);
    let mut pictures = 0;
    for desk in Desk::ALL {
        for release in press().releases(desk, now).unwrap() {
            let page = press().article(&release.path(), now).unwrap();
            let title = release.title.replace('&', "&#38;");
            assert!(page.is_some_and(|it| it.contains(&title)), "{}", release.path());
            if let Some(name) = release.image {
                pictures += 1;
                assert!(image(&name).is_some_and(|it| it.starts_with(&[0xff, 0xd8])), "{name}");
            }
        }
        assert!(press().article(&format!("/{}/", desk.name()), now).unwrap().is_some());
    }
    assert!(pictures > 20);
    assert!(press().article("/merwede/releases/note-9999", now).unwrap().is_none());
    assert!(press().article("/nobody/", now).unwrap().is_none());
}

#[test]
fn the_wire_carries_copies_under_the_same_id_and_copies_with_campaign_tags() {
    let now = after(1200);
    let wire = read(Desk::Wire, now);
    let ids: BTreeSet<String> = wire.entries.iter().map(|it| it.id.clone()).collect();
    let shared = [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk]
        .into_iter()
        .flat_map(|it| read(it, now).entries)
        .filter(|it| ids.contains(&it.id))
        .count();
    let tagged = wire.entries.iter().filter(|it| it.links[0].href.contains("?utm_source=tideway&")).count();
    assert!(shared >= 3, "{shared}");
    assert!(tagged >= 3, "{tagged}");
}

#[test]
fn the_broken_feed_is_broken_in_the_promised_ways() {
    let document = press().document(Desk::Broken, start()).unwrap();
    assert!(document.body.contains("R&D vouchers") && document.body.contains("&nbsp;"));
    assert_eq!(document.body.matches("</item>").count(), 3);
    assert_eq!(document.body.matches("<item>").count(), 4);
    assert!(!document.body.contains("</category>") && !document.body.contains("</rss>"));
    assert!(feed_rs::parser::parse(document.body.as_bytes()).is_err());
}

#[test]
fn pictures_are_small_enough_to_travel_in_the_binary() {
    for name in IMAGES {
        assert!(image(name).is_some_and(|it| it.len() <= 40_000), "{name}");
    }
}

#[test]
fn the_brand_page_holds_both_widgets_as_they_were_pasted() {
    let page = HostPage {
        list_snippet: "<iframe src=\"/a?layout=list&amp;count=5\" title=\"List\"></iframe>",
        cards_snippet: "<iframe src=\"/a?layout=cards\" title=\"Cards\"></iframe>",
        releases_url: "http://127.0.0.1:1/brands/merwede",
        subscribe_url: "http://127.0.0.1:1/brands/merwede/subscribe",
        hero_url: "http://127.0.0.1:2/images/harbour.jpg",
    };
    let html = host_page(&page).unwrap();
    assert!(html.contains(page.list_snippet) && html.contains(page.cards_snippet));
    assert!(html.contains(page.hero_url));
}
