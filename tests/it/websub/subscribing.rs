//! Asking, renewing, leaving, under a clock of the test's own.

use std::{collections::HashMap, sync::Arc};

use pressroll::{
    ingest::{Ask, Terms, WebSubLimits, websub::Heard},
    store::Stage,
};

use super::{HUB, Node, announcing, errand, errands};
use crate::{
    ingest::Setting,
    support::{eventually, publisher::Script},
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_is_renewed_when_four_fifths_of_it_are_over() {
    let node = Node::new().await;
    let first = node.verified(1_000).await;
    assert_eq!(first.get("hub.lease_seconds"), "864000");
    for renewals in 1..4 {
        let it = node.subscription().await;
        assert_eq!((it.stage, it.expires_ms - node.world.now_ms()), (Stage::Active, 1_000_000));
        assert_eq!(it.next_at_ms - node.world.now_ms(), 800_000);
        assert!(node.world.store.due_subscriptions(it.next_at_ms - 1).await.unwrap().is_empty());
        assert_eq!(errands(&node.world.publisher, HUB).len(), renewals);
        node.world.pass(800_000);
        let again = errand(&node.world.publisher, renewals + 1).await;
        assert_eq!(again.mode(), "subscribe");
        for same in ["hub.callback", "hub.topic", "hub.secret"] {
            assert_eq!(
                again.get(same),
                first.get(same),
                "a hub takes the same request for the same subscription"
            );
        }
        let waiting = node.at(Stage::Active, 1).await;
        assert_eq!(waiting.expires_ms, it.expires_ms, "it is pushed until the old lease ends");
        assert_eq!(node.verify(&again, "subscribe", 1_000).await, Heard::Confirmed("x".into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hub_says_how_long_it_pushes() {
    let node = Node::new().await;
    let errand = node.verified(60).await;
    for (said, lease_s) in [(60, 60), (3_600, 3_600), (0, 864_000), (-5, 864_000), (i64::MAX, 366 * 86_400)] {
        assert_eq!(node.verify(&errand, "subscribe", said).await, Heard::Confirmed("x".into()));
        let it = node.subscription().await;
        assert_eq!(it.expires_ms - node.world.now_ms(), lease_s * 1_000, "{said}");
        // However short a lease is, the hub is not asked more than once a minute.
        assert_eq!(it.next_at_ms - node.world.now_ms(), (lease_s * 800).max(60_000), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_does_not_call_back_is_asked_again_ever_more_rarely() {
    let node = Node::new().await;
    node.publish(&[1]).await;
    for (times, wait_min) in (1_u32..).zip([5, 10, 20, 40, 80, 160, 320, 640, 720, 720]) {
        let it = node.at(Stage::Asked, times).await;
        assert_eq!(it.next_at_ms - node.world.now_ms(), wait_min * MINUTE_MS, "after {times}");
        assert_eq!(it.error.is_some(), times > 1, "{:?}", it.error);
        node.world.pass(wait_min * MINUTE_MS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_in_trouble_is_left_alone_for_as_long_as_it_asks() {
    let node = Node::new().await;
    let trouble = Script::document("text/plain", "we are\nfull").header("X", "y");
    let raw = "HTTP/1.1 503 No\r\nContent-Type: text/plain\r\nRetry-After: 7200\r\nContent-Length: 11\r\n\r\nwe are\nfull";
    node.world.publisher.serve(HUB, Script::in_turn([Script::raw(raw), trouble]));
    node.publish(&[1]).await;
    let it = node.at(Stage::Asked, 1).await;
    assert_eq!(it.next_at_ms - node.world.now_ms(), 120 * MINUTE_MS);
    assert_eq!(it.error.as_deref(), Some("the hub answered with status 503: “we are full”"));
    node.world.pass(120 * MINUTE_MS);
    let it = node.at(Stage::Asked, 2).await;
    assert_eq!(
        node.verify(&errand(&node.world.publisher, 2).await, "subscribe", 60).await,
        Heard::Confirmed("x".into())
    );
    assert_eq!(node.subscription().await.error, None, "{it:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_denies_is_asked_again_after_a_day() {
    let node = Node::new().await;
    let first = node.verified(864_000).await;
    assert_eq!(node.verify(&first, "denied", 0).await, Heard::Taken);
    let it = node.subscription().await;
    assert_eq!((it.stage, it.next_at_ms - node.world.now_ms()), (Stage::Denied, DAY_MS));
    assert_eq!(it.error.as_deref(), Some("the hub refuses to push this feed: “not on our list”"));
    assert_eq!(node.push_releases(&first, &[3]).await, Heard::Unwanted);
    assert_eq!(node.verify(&first, "subscribe", 60).await, Heard::Unknown);
    node.world.pass(DAY_MS);
    let again = errand(&node.world.publisher, 2).await;
    assert_eq!(node.verify(&again, "subscribe", 60).await, Heard::Confirmed("x".into()));
    assert_eq!(node.push_releases(&again, &[3]).await, Heard::Taken);
    node.holds(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_a_feed_names_no_more_is_left_and_the_new_one_is_asked() {
    let node = Node::new().await;
    let first = node.verified(864_000).await;
    let publisher = &node.world.publisher;
    publisher.serve("/other", Script::status(202));
    assert_eq!(node.verify(&first, "unsubscribe", 0).await, Heard::Unknown, "nobody has asked for that");
    let topic = publisher.url("/all").to_string();
    node.publish_as(announcing(publisher.url("/other").as_str(), &topic, &[1, 2, 3])).await;
    let farewell = errand(publisher, 2).await;
    assert_eq!((farewell.mode(), farewell.token()), ("unsubscribe", first.token()));
    assert_eq!((farewell.get("hub.secret"), farewell.get("hub.topic")), ("", topic.as_str()));
    assert_eq!(node.push_releases(&first, &[9]).await, Heard::Unwanted);
    let new =
        eventually("the other hub to be asked", || async { errands(publisher, "/other").first().cloned() })
            .await;
    assert_ne!(new.token(), first.token());
    assert_ne!(new.get("hub.secret"), first.get("hub.secret"));
    assert_eq!(node.verify(&first, "subscribe", 60).await, Heard::Unknown);
    assert_eq!(node.verify(&farewell, "unsubscribe", 0).await, Heard::Confirmed("x".into()));
    assert_eq!(node.verify(&farewell, "unsubscribe", 0).await, Heard::Unknown);
    assert_eq!(node.verify(&new, "subscribe", 60).await, Heard::Confirmed("x".into()));
    assert_eq!(node.subscription().await.hub, publisher.url("/other").to_string());
    // And back: what was being left is wanted again.
    node.publish(&[1, 2, 3, 4]).await;
    assert_eq!(errand(publisher, 3).await.mode(), "subscribe");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_does_not_let_go_is_asked_three_times() {
    let node = Node::new().await;
    node.verified(864_000).await;
    node.publish_as(
        "<rss><channel><title>Acme</title><item><title>One</title></item></channel></rss>".into(),
    )
    .await;
    for (times, wait_min) in [(1, 5), (2, 10), (3, 20)] {
        assert_eq!(errand(&node.world.publisher, 1 + times as usize).await.mode(), "unsubscribe");
        node.at(Stage::Leaving, times).await;
        node.world.pass(wait_min * MINUTE_MS);
    }
    eventually("it to be forgotten", || async {
        node.world.store.subscriptions().await.unwrap().is_empty().then_some(())
    })
    .await;
    assert_eq!(errands(&node.world.publisher, HUB).len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hub_of_a_source_that_is_taken_out_of_the_configuration_is_left() {
    let node = Node::new().await;
    let first = node.verified(864_000).await;
    let others = Terms { sources: Arc::new(HashMap::new()), ..node.world.terms.clone() };
    node.world.ingest.take(others);
    let farewell = errand(&node.world.publisher, 2).await;
    assert_eq!((farewell.mode(), farewell.token()), ("unsubscribe", first.token()));
    assert_eq!(node.verify(&farewell, "unsubscribe", 0).await, Heard::Confirmed("x".into()));
    assert!(node.world.store.subscriptions().await.unwrap().is_empty());
    // It comes back, and is subscribed to again.
    node.world.ingest.take(node.world.terms.clone());
    let again = errand(&node.world.publisher, 3).await;
    assert_eq!(again.mode(), "subscribe");
    assert_ne!(again.token(), first.token());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leave_is_taken_also_for_a_source_that_was_taken_out_while_nothing_ran() {
    let mut node = Node::new().await;
    let first = node.verified(864_000).await;
    node.stop().await;
    let world = node.world.beside("later").await;
    world.ingest.take(Terms { sources: Arc::new(HashMap::new()), ..world.terms.clone() });
    let later = Node::over(world, WebSubLimits::default());
    let it = later.at(Stage::Leaving, 1).await;
    assert_eq!(&*it.token.0, first.token());
    let why = it.error.unwrap();
    assert!(why.contains("is refused"), "what the configuration does not name allows no network: {why}");
    assert_eq!(errands(&later.world.publisher, HUB).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_nodes_one_goes_and_any_is_called() {
    let node = Node::new().await;
    let other = Node::over(node.world.beside("two").await, WebSubLimits::default());
    let mut asked = node.verified(1_000).await;
    for number in 2..6 {
        node.world.pass(800_000);
        asked = errand(&node.world.publisher, number).await;
        let called = if number % 2 == 0 { &other } else { &node };
        assert_eq!(called.verify(&asked, "subscribe", 1_000).await, Heard::Confirmed("x".into()));
        assert_eq!(errands(&node.world.publisher, HUB).len(), number);
    }
    assert_eq!(other.push_releases(&asked, &[3]).await, Heard::Taken);
    node.holds(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_elsewhere_is_not_asked_to_call_an_address_of_this_machine() {
    let node = Node::with(Setting { others: 1, ..Setting::default() }, WebSubLimits::default()).await;
    node.publish_as(announcing("https://hub.example/", "https://acme.example/", &[1])).await;
    let own = announcing(node.world.publisher.url(HUB).as_str(), "https://acme.example/", &[1]);
    node.world.publisher.serve("/other-0.xml", Script::document("application/rss+xml", own));
    node.world.ingest.round(&node.world.others[0], Ask::Now).await.unwrap();
    errand(&node.world.publisher, 1).await;
    assert_eq!(node.subscription().await.source, node.world.others[0].id);
}
