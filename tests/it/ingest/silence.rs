//! A source that comes back after a long silence, or from another address: what is older than its last good answer is no
//! news.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pressroll::ingest::{Ask, Round};

use super::{HOUR_MS, Item, START_MS, World, items};
use crate::support::publisher::Script;

const DAY_MS: i64 = 24 * HOUR_MS;

/// An item of another number whose date is this many days after the start.
fn dated(n: usize, days: i64) -> Item {
    let date = Timestamp::from_millisecond(START_MS + days * DAY_MS).unwrap();
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Item { date, ..items(n..n + 1).remove(0) }
}

/// Stated and visible moments, in days since the start, by title.
async fn moments(world: &World) -> BTreeMap<String, (i64, i64)> {
    let days = |ms: i64| (ms - START_MS).div_euclid(DAY_MS);
    let kept = world.kept().await.into_iter();
    kept.map(|it| (it.entry.title.to_string(), (days(it.order_ms), days(it.visible_ms)))).collect()
}

fn title(n: usize) -> String {
    format!("Release number {n}")
}

#[tokio::test]
async fn after_weeks_the_old_is_filed_under_its_dates_and_the_new_is_news() {
    let world = World::new().await;
    world.round(&[dated(0, -1)]).await;
    world.pass(30 * DAY_MS);
    // Ten that were never seen, though they are older than the last good answer; two that came since; one undated.
    let mut back: Vec<Item> = (1..=10).map(|n| dated(n, -20)).collect();
    back.extend([dated(0, -1), dated(11, 10), dated(12, 29), Item { date: String::new(), ..dated(13, 0) }]);
    assert_eq!(world.round(&back).await, (13, 0));
    let moments = moments(&world).await;
    for n in 1..=10 {
        assert_eq!(moments[&title(n)], (-20, -20), "{n}");
    }
    assert_eq!([0, 11, 12, 13].map(|n| moments[&title(n)]), [(-1, -1), (10, 30), (29, 30), (30, 30)]);
}

#[tokio::test]
async fn while_a_source_is_asked_as_ever_an_entry_that_is_dated_back_is_news() {
    let world = World::new().await;
    world.round(&[dated(0, -1)]).await;
    world.pass(DAY_MS);
    world.round(&[dated(0, -1), dated(1, -20)]).await;
    assert_eq!(moments(&world).await[&title(1)], (-20, 1));
}

#[tokio::test]
async fn an_outage_of_the_publisher_is_a_silence() {
    let world = World::new().await;
    world.round(&[dated(0, -1)]).await;
    for _ in 0..3 {
        world.pass(DAY_MS);
        world.publisher.serve("/press.xml", Script::status(503));
        world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    }
    world.round(&[dated(1, -20), dated(2, 1)]).await;
    let moments = moments(&world).await;
    assert_eq!([1, 2].map(|n| moments[&title(n)]), [(-20, -20), (1, 3)]);
}

#[tokio::test]
async fn a_longer_document_at_another_address_floods_nobody() {
    let world = World::new().await;
    world.round(&[dated(0, -1)]).await;
    let elsewhere = world.publisher.url("/all.xml");
    let source = pressroll::model::Source { url: elsewhere.clone(), ..world.source.as_ref().clone() };
    world.store.adopt(&[(source.id.clone(), elsewhere.to_string())], world.now_ms()).await.unwrap();
    world.pass(HOUR_MS);
    let all: Vec<Item> = [dated(0, -1)].into_iter().chain((1..=5).map(|n| dated(n, -20))).collect();
    world.publish_at("/all.xml", &all);
    let round = world.ingest.round(&std::sync::Arc::new(source), Ask::Now).await.unwrap();
    assert!(matches!(round, Round::Kept { new: 5, .. }), "{round:?}");
    let moments = moments(&world).await;
    assert!((1..=5).all(|n| moments[&title(n)] == (-20, -20)), "{moments:?}");
}
