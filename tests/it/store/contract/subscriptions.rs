//! Subscriptions at hubs: looked for, taken on, and changed by whoever has seen them as they are.

use pressroll::{
    model::{PollState, SourceId, source::Secret},
    store::{Announced, Round, Stage, Store, StoreError, Subscription},
};

use super::{NOW, keep, place, round, source, with_urls};

const CALLBACK: &str = "https://press.example/websub/";

/// Makes a source announce a hub.
async fn announce(store: &Store, id: &SourceId, hub: Option<&str>) {
    let state = PollState {
        hub: hub.map(str::to_owned),
        topic: hub.map(|_| format!("https://{id}.example/all")),
        ..round(id, Vec::new()).state
    };
    keep(store, Round { state, ..round(id, Vec::new()) }).await;
}

fn wanted(id: &SourceId, hub: &str) -> Subscription {
    Subscription {
        token: Secret(format!("token-of-{id}-at-{hub}").into()),
        source: id.clone(),
        hub: hub.to_owned(),
        topic: format!("https://{id}.example/all"),
        callback: CALLBACK.to_owned(),
        secret: Secret("geheim".into()),
        stage: Stage::Asked,
        revision: 0,
        next_at_ms: NOW,
        expires_ms: 0,
        pushed_ms: 0,
        failures: 0,
        error: None,
    }
}

#[tokio::test]
async fn an_announced_hub_is_looked_for_until_there_is_a_subscription_that_is_called_here() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme", "wire"]), NOW).await.unwrap();
    let (acme, hub) = (source("acme"), "https://hub.example/");
    assert!(store.unsubscribed(CALLBACK).await.unwrap().is_empty());
    announce(&store, &acme, Some(hub)).await;
    let announced =
        Announced { source: acme.clone(), hub: hub.into(), topic: "https://acme.example/all".into() };
    assert_eq!(store.unsubscribed(CALLBACK).await.unwrap(), std::slice::from_ref(&announced));
    let first = wanted(&acme, hub);
    store.subscribe(&first).await.unwrap();
    assert!(store.unsubscribed(CALLBACK).await.unwrap().is_empty());
    assert_eq!(store.subscription(&first.token.0).await.unwrap(), Some(first.clone()));
    assert_eq!(store.subscription("nobody").await.unwrap(), None);
    // The same once more changes nothing, whoever else had the thought.
    store.subscribe(&Subscription { token: Secret("another".into()), ..first.clone() }).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap(), std::slice::from_ref(&first));
    // At another address it is to be called there.
    let moved = "https://elsewhere.example/websub/";
    assert_eq!(store.unsubscribed(moved).await.unwrap(), [announced]);
    store
        .subscribe(&Subscription { callback: moved.into(), token: Secret("b".into()), ..first.clone() })
        .await
        .unwrap();
    let it = store.subscriptions().await.unwrap().remove(0);
    assert_eq!((it.callback.as_str(), &it.token, it.revision), (moved, &first.token, 1));
}

#[tokio::test]
async fn who_changes_a_subscription_must_have_seen_it_as_it_is() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    store.subscribe(&wanted(&source("acme"), "https://hub.example/")).await.unwrap();
    let read = store.subscriptions().await.unwrap().remove(0);
    let active = Subscription {
        stage: Stage::Active,
        next_at_ms: NOW + 800,
        expires_ms: NOW + 1_000,
        pushed_ms: NOW - 5,
        failures: 7,
        error: Some("trop tôt".into()),
        ..read.clone()
    };
    assert!(store.change_subscription(&active).await.unwrap());
    let now = Subscription { revision: 1, ..active.clone() };
    assert_eq!(store.subscriptions().await.unwrap(), std::slice::from_ref(&now));
    assert!(!store.change_subscription(&read).await.unwrap());
    assert!(!store.forget_subscription(&read).await.unwrap());
    assert_eq!(store.subscriptions().await.unwrap(), std::slice::from_ref(&now));
    assert!(store.forget_subscription(&now).await.unwrap());
    assert!(!store.forget_subscription(&now).await.unwrap());
    assert!(!store.change_subscription(&now).await.unwrap(), "what is forgotten does not come back");
}

#[tokio::test]
async fn what_is_due_comes_in_the_order_in_which_it_waits() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme", "wire", "blog"]), NOW).await.unwrap();
    for (name, wait_ms) in [("acme", 20), ("wire", 10), ("blog", 21)] {
        let it = wanted(&source(name), "https://hub.example/");
        store.subscribe(&Subscription { next_at_ms: NOW + wait_ms, ..it }).await.unwrap();
    }
    let due = store.due_subscriptions(NOW + 20).await.unwrap();
    assert_eq!(due.iter().map(|it| it.source.as_str()).collect::<Vec<_>>(), ["wire", "acme"]);
    assert!(store.due_subscriptions(NOW + 9).await.unwrap().is_empty());
    let all = store.subscriptions().await.unwrap();
    assert_eq!(all.iter().map(|it| it.source.as_str()).collect::<Vec<_>>(), ["acme", "blog", "wire"]);
}

#[tokio::test]
async fn what_a_source_announces_no_more_is_stray_until_it_is_being_left() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let (acme, hub) = (source("acme"), "https://hub.example/");
    announce(&store, &acme, Some(hub)).await;
    store.subscribe(&wanted(&acme, hub)).await.unwrap();
    assert!(store.stray_subscriptions().await.unwrap().is_empty());
    for other in [None, Some("https://other.example/")] {
        announce(&store, &acme, other).await;
        assert_eq!(store.stray_subscriptions().await.unwrap().len(), 1, "{other:?}");
    }
    let mut stray = store.stray_subscriptions().await.unwrap().remove(0);
    stray.stage = Stage::Leaving;
    assert!(store.change_subscription(&stray).await.unwrap());
    assert!(store.stray_subscriptions().await.unwrap().is_empty());
    // The new hub is a subscription of its own, and the old one is taken up again where it is wanted again.
    store.subscribe(&wanted(&acme, "https://other.example/")).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap().len(), 2);
    announce(&store, &acme, Some(hub)).await;
    assert_eq!(store.unsubscribed(CALLBACK).await.unwrap().len(), 1);
    store.subscribe(&Subscription { token: Secret("new".into()), ..wanted(&acme, hub) }).await.unwrap();
    let again = store.subscription(&stray.token.0).await.unwrap().unwrap();
    assert_eq!((again.stage, again.revision), (Stage::Asked, 2));
    assert_eq!(store.subscription("new").await.unwrap(), None);
}

#[tokio::test]
async fn a_source_at_another_address_has_no_hub_until_it_announces_one() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let (acme, hub) = (source("acme"), "https://hub.example/");
    announce(&store, &acme, Some(hub)).await;
    store.subscribe(&wanted(&acme, hub)).await.unwrap();
    store.adopt(&[(acme, "https://new.example/rss".to_owned())], NOW).await.unwrap();
    assert_eq!(store.stray_subscriptions().await.unwrap().len(), 1);
    assert!(store.unsubscribed(CALLBACK).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_heir_goes_on_being_pushed() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["old"]), NOW).await.unwrap();
    let (old, heir) = (source("old"), source("heir"));
    announce(&store, &old, Some("https://hub.example/")).await;
    let first = wanted(&old, "https://hub.example/");
    store.subscribe(&first).await.unwrap();
    store.inherit(&[(old, heir.clone())]).await.unwrap();
    assert_eq!(store.subscriptions().await.unwrap(), [Subscription { source: heir, ..first }]);
    assert!(store.stray_subscriptions().await.unwrap().is_empty());
    assert!(store.unsubscribed(CALLBACK).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_source_that_nobody_knows_and_addresses_beyond_measure_are_refused() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let unknown = store.subscribe(&wanted(&source("nobody"), "https://hub.example/")).await;
    assert!(matches!(unknown, Err(StoreError::UnknownSource { .. })), "{unknown:?}");
    let hub = format!("https://hub.example/{}", "x".repeat(1_000));
    let long = store.subscribe(&wanted(&source("acme"), &hub)).await;
    assert!(matches!(long, Err(StoreError::TooLong { what: "hub", .. })), "{long:?}");
}

#[tokio::test]
async fn a_part_of_a_document_takes_nothing_away_and_the_whole_does() {
    let place = place();
    let (store, all) = super::filled(&place, &["acme"], 3).await;
    let acme = source("acme");
    let listed = async || {
        let known = store.known(&acme, Default::default()).await.unwrap();
        known.iter().filter(|it| it.is_listed).map(|it| it.id).collect::<Vec<_>>()
    };
    let id = store.entry_ids(1).await.unwrap()[0];
    let pushed = round(&acme, vec![super::kept(id, &acme, NOW)]);
    store.claim(&super::lease(&acme, NOW)).await.unwrap().unwrap();
    assert!(store.keep_part(pushed.clone()).await.unwrap().is_some());
    assert_eq!(listed().await, all.iter().map(|it| it.id).chain([id]).collect::<Vec<_>>());
    let lost = store.keep_part(pushed.clone()).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost { .. })), "it gave the lease up: {lost:?}");
    keep(&store, pushed).await;
    assert_eq!(listed().await, [id]);
}
