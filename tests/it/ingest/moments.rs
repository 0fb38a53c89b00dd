//! The four moments of an entry, each kept for itself: as stated, as stated to be changed, as first seen, as last seen to
//! change.

use super::{HOUR_MS, Item, START_MS, World, items};

#[tokio::test]
async fn a_date_in_the_future_is_kept_as_stated_and_orders_as_now() {
    let world = World::new().await;
    let future = Item { date: "Fri, 01 Jan 2999 00:00:00 +0200".to_owned(), ..items(0..1).remove(0) };
    assert_eq!(world.round(&[future]).await, (1, 0));
    let kept = world.kept().await.remove(0);
    let stated = kept.entry.published.unwrap();
    assert_eq!((stated.timestamp().to_string().as_str(), stated.offset_min), ("2998-12-31T22:00:00Z", 120));
    let now_ms = START_MS + HOUR_MS;
    assert_eq!((kept.order_ms, kept.first_seen_ms, kept.updated_ms), (now_ms, now_ms, now_ms));
}

#[tokio::test]
async fn a_change_moves_only_the_moment_of_the_change() {
    let world = World::new().await;
    let first = items(0..1);
    world.round(&first).await;
    let before = world.kept().await.remove(0);
    let changed = Item { text: "What it is about now.".to_owned(), ..first[0].clone() };
    assert_eq!(world.round(&[changed]).await, (0, 1));
    let after = world.kept().await.remove(0);
    assert_eq!(after.entry.published, before.entry.published);
    assert_eq!(after.order_ms, before.order_ms);
    assert_eq!((after.first_seen_ms, before.first_seen_ms), (START_MS + HOUR_MS, START_MS + HOUR_MS));
    assert_eq!((before.updated_ms, after.updated_ms), (before.order_ms, START_MS + 2 * HOUR_MS));
}
