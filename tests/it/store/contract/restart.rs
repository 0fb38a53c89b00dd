//! Opening: what comes back after a restart, and who makes the tables.

use pressroll::{
    model::{Appearance, Hash128, PollState, draft::Cadence, habit::Habit},
    store::{Minting, Order},
};

use super::{NOW, bring, filled, place, round, source, with_urls};

#[tokio::test]
async fn a_restart_keeps_everything() {
    let place = place();
    let (store, mut all) = filled(&place, &["acme", "wire"], 3).await;
    let acme = source("acme");
    let state = PollState {
        etag: Some("W/\"a b\"".to_owned()),
        last_modified: Some("yesterday, more or less".to_owned()),
        body_hash: Some("00ff".to_owned()),
        reader_version: 7,
        next_at_ms: NOW + 1,
        next_why: "the publisher asks for an hour".to_owned(),
        polled_ms: NOW + 2,
        succeeded_ms: NOW + 3,
        brought_ms: NOW + 4,
        failures: 5,
        failing_since_ms: NOW - 6,
        retry_until_ms: NOW + 7,
        host_until_ms: NOW + 8,
        error: Some("it answered 500".to_owned()),
        error_class: "status".to_owned(),
        moved_to: Some("https://new.example/".to_owned()),
        moved_times: 2,
        offers: vec!["https://acme.example/a\"b".to_owned(), "https://acme.example/feed".to_owned()],
        habit: Habit::read(""),
        hub: Some("https://hub.example/".to_owned()),
        topic: Some("https://acme.example/self".to_owned()),
        gone: true,
        feed_title: Some("Acme".to_owned()),
        feed_link: Some("https://acme.example/".to_owned()),
        feed_logo: Some("https://acme.example/logo.png".into()),
        cadence: Cadence {
            interval_min: Some(60),
            base_min: Some(15),
            skip_hours: 0b1001,
            skip_days: 0b110_0000,
        },
        has_history: true,
        repairs: "bare ampersand (3)".to_owned(),
        signs: pressroll::model::signs::Signs::read("1 3 0 changes 17 20 1795323534045 1 4 none 0 0 0"),
    };
    let number =
        bring(&store, pressroll::store::Round { state: state.clone(), ..round(&acme, Vec::new()) }).await;
    let shown = Appearance { entry: all[0].id, public_id: "urn:example:first".to_owned(), shown_ms: NOW + 8 };
    store.appear("brands/acme", std::slice::from_ref(&shown)).await.unwrap();
    let edition = [("/brands/acme/feed.rss".to_owned(), Hash128::of(b"x"))];
    let changed = store.editions(&edition, NOW).await.unwrap();
    store.close().await.unwrap();

    let store = place.open().await;
    assert_eq!(store.poll_state(&acme).await.unwrap(), Some(state.clone()));
    let states = store.poll_states().await.unwrap();
    assert_eq!(states.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["acme", "wire"]);
    assert_eq!(states[0].1, state);
    all.sort_by_key(|it| std::cmp::Reverse((it.order_ms, it.tie, it.id)));
    let both = [source("wire"), acme];
    assert_eq!(store.newest(&both, Order::Stated, 100).await.unwrap(), all);
    assert_eq!(store.appearances("brands/acme", &[all[0].id, shown.entry]).await.unwrap(), [shown]);
    assert_eq!(store.editions(&edition, NOW + 50_000).await.unwrap(), changed);
    assert!(store.change().await.unwrap() > number);
    let next = store.entry_ids(1).await.unwrap()[0];
    assert!(all.iter().all(|it| it.id < next), "{next:?} was given before");
}

#[tokio::test]
async fn authority_and_year_are_fixed_when_the_store_is_made() {
    let place = place();
    let first = Minting { authority: "press.example.com".to_owned(), year: 2024 };
    let store = place.open().await;
    assert_eq!(store.identity("press.example.com", 2024).await.unwrap(), first);
    assert_eq!(store.identity("other.example", 2031).await.unwrap(), first);
    store.close().await.unwrap();
    assert_eq!(place.open().await.identity("other.example", 2031).await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_may_make_the_same_store_at_once() {
    let place = std::sync::Arc::new(place());
    let mut openings = tokio::task::JoinSet::new();
    for at in 0..8 {
        let place = std::sync::Arc::clone(&place);
        openings.spawn(async move { place.open_as(&format!("node-{at}")).await });
    }
    let stores = openings.join_all().await;
    assert_eq!(place.look("SELECT version FROM migration ORDER BY version"), "0,1,2,3,4,5");
    stores[0].adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    for store in &stores {
        assert_eq!(store.poll_states().await.unwrap().len(), 1);
    }
}
