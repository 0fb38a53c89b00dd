//! What is kept under an old id, and what the site's secrets come from.

use super::{NOW, filled, place, source, with_urls};

#[tokio::test]
async fn an_heir_gets_the_entries_and_the_state_of_its_old_id() {
    let place = place();
    let (store, all) = filled(&place, &["old", "wire"], 3).await;
    let (old, heir) = (source("old"), source("heir"));
    let state = store.poll_state(&old).await.unwrap().unwrap();
    let before = store.change().await.unwrap();
    store.inherit(&[(old.clone(), heir.clone())]).await.unwrap();
    assert_eq!(store.poll_state(&heir).await.unwrap(), Some(state));
    assert_eq!(store.poll_state(&old).await.unwrap(), None, "nothing is left under the old id");
    let kept = store.entries(&all.iter().map(|it| it.id).collect::<Vec<_>>()).await.unwrap();
    for (now, then) in kept.iter().zip(&all) {
        assert_eq!(now.source, if then.source == old { heir.clone() } else { then.source.clone() });
        assert_eq!(
            (&now.public_id, now.order_ms),
            (&then.public_id, then.order_ms),
            "readers see no difference"
        );
    }
    assert_eq!(store.changed_since(before).await.unwrap().1, std::slice::from_ref(&heir));
    let again = store.change().await.unwrap();
    store.inherit(&[(old, heir)]).await.unwrap();
    assert_eq!(store.change().await.unwrap(), again, "an old id that nothing is kept under is passed over");
}

#[tokio::test]
async fn an_heir_that_has_something_keeps_its_own() {
    let place = place();
    let (store, _) = filled(&place, &["old", "heir"], 3).await;
    let (old, heir) = (source("old"), source("heir"));
    let state = store.poll_state(&heir).await.unwrap();
    let count = store.count_entries().await.unwrap().values().sum::<i64>();
    store.inherit(&[(old.clone(), heir.clone())]).await.unwrap();
    assert_eq!(store.poll_state(&heir).await.unwrap(), state);
    let counts = store.count_entries().await.unwrap();
    assert_eq!(counts.values().sum::<i64>(), count, "no entry is lost");
    assert!(counts[&heir] >= 3, "{counts:?}");
}

#[tokio::test]
async fn the_next_poll_is_brought_forward_and_never_put_off() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    assert!(!store.hasten(&source("acme"), NOW + 1).await.unwrap(), "it is due already");
    assert!(store.hasten(&source("acme"), NOW - 5).await.unwrap());
    assert_eq!(store.poll_state(&source("acme")).await.unwrap().unwrap().next_at_ms, NOW - 5);
    assert!(!store.hasten(&source("nobody"), NOW).await.unwrap());
}

#[tokio::test]
async fn the_first_word_on_the_secret_of_a_site_holds() {
    let place = place();
    let store = place.open().await;
    assert_eq!(store.secret("first").await.unwrap(), "first");
    assert_eq!(store.secret("second").await.unwrap(), "first");
}
