//! Letting old entries go, and what never goes.

use pressroll::{
    model::{Appearance, EntryId},
    store::{Order, Pruning, Store},
};

use super::{NOW, filled, keep, kept, place, round, source};

const DAY_MS: i64 = 86_400_000;

/// Everything of `acme` that is older than `oldest_ms`, or beyond the newest `entries_max`.
fn pruning(oldest_ms: Option<i64>, entries_max: Option<usize>) -> Pruning {
    Pruning { source: source("acme"), oldest_ms, entries_max, left_before_ms: NOW, now_ms: NOW }
}

/// The ids that are left of `acme`, newest first.
async fn left(store: &Store) -> Vec<EntryId> {
    let entries = store.newest(&[source("acme")], Order::Stated, 10_000).await.unwrap();
    entries.iter().map(|it| it.id).collect()
}

/// A document that only the entry at `at` still stands in, read at `polled_ms`.
async fn only(store: &Store, id: EntryId, polled_ms: i64) {
    let mut later = round(&source("acme"), Vec::new());
    later.listed = vec![id];
    later.state.polled_ms = polled_ms;
    keep(store, later).await;
}

#[tokio::test]
async fn what_is_too_old_goes_and_what_stands_in_the_document_stays() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 5).await;
    only(&store, all[0].id, NOW).await;
    let before = store.change().await.unwrap();
    let old = pruning(Some(NOW + 3_000), None);
    assert_eq!(store.prune(&old).await.unwrap(), 2, "the first two are too old, besides the one that stands");
    assert_eq!(left(&store).await, [all[4].id, all[3].id, all[0].id]);
    let (_, changed) = store.changed_since(before).await.unwrap();
    assert_eq!(changed, [source("acme")], "what showed them is printed anew");
    assert_eq!(store.prune(&old).await.unwrap(), 0);
    assert_eq!(store.newest(&[source("wire")], Order::Stated, 9).await.unwrap().len(), 5);
}

#[tokio::test]
async fn the_newest_stay_however_old_they_are() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 6).await;
    only(&store, all[5].id, NOW).await;
    assert_eq!(store.prune(&pruning(None, Some(6))).await.unwrap(), 0);
    assert_eq!(store.prune(&pruning(None, Some(2))).await.unwrap(), 4);
    assert_eq!(left(&store).await, [all[5].id, all[4].id]);
    assert_eq!(store.prune(&pruning(None, None)).await.unwrap(), 0, "nothing was asked for");
}

#[tokio::test]
async fn what_left_the_document_lately_may_come_back_and_stays() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 3).await;
    only(&store, all[2].id, NOW + 5 * DAY_MS).await;
    let old = |left_before_ms| Pruning { left_before_ms, ..pruning(Some(NOW + DAY_MS), None) };
    assert_eq!(store.prune(&old(NOW + 4 * DAY_MS)).await.unwrap(), 0);
    assert_eq!(store.prune(&old(NOW + 5 * DAY_MS)).await.unwrap(), 2);
    assert_eq!(left(&store).await, [all[2].id]);
}

#[tokio::test]
async fn what_a_verdict_names_stays() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 3).await;
    only(&store, all[2].id, NOW).await;
    let (named, publication) = (all[0].id.0, "brands/acme");
    place.act(&format!(
        "INSERT INTO verdict (entry_id, publication, verdict, decided_ms, actor, reason) \
         VALUES ({named}, '{publication}', 'withdrawn', {NOW}, 'anna', 'an error')"
    ));
    assert_eq!(store.prune(&pruning(Some(NOW + DAY_MS), Some(1))).await.unwrap(), 1);
    assert_eq!(left(&store).await, [all[2].id, all[0].id]);
}

#[tokio::test]
async fn pruning_goes_in_small_steps_and_takes_along_what_is_remembered() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 1_200).await;
    only(&store, all[1_199].id, NOW).await;
    let seen = |at: usize| Appearance { entry: all[at].id, public_id: format!("urn:{at}"), shown_ms: NOW };
    store.appear("brands/acme", &[seen(0), seen(1_199)]).await.unwrap();
    let mut steps = Vec::new();
    loop {
        match store.prune(&pruning(None, Some(10))).await.unwrap() {
            0 => break,
            gone => steps.push(gone),
        }
    }
    assert_eq!(steps.iter().sum::<usize>(), 1_190);
    assert!(steps.len() > 2, "in small steps: {steps:?}");
    assert_eq!(left(&store).await.len(), 10);
    let remembered = store.appearances("brands/acme", &[all[0].id, all[1_199].id]).await.unwrap();
    assert_eq!(remembered, [seen(1_199)]);
    // A row's number is never given again.
    let fresh = store.entry_ids(1).await.unwrap()[0];
    assert!(all.iter().all(|it| it.id < fresh));
    keep(&store, round(&source("acme"), vec![kept(fresh, &source("acme"), NOW)])).await;
}

#[tokio::test]
async fn one_node_at_a_time_has_a_turn() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    assert!(one.take_turn("pruning", NOW, NOW + 100).await.unwrap());
    assert!(!two.take_turn("pruning", NOW + 99, NOW + 200).await.unwrap());
    assert!(two.take_turn("other", NOW, NOW + 100).await.unwrap());
    assert!(one.take_turn("pruning", NOW + 50, NOW + 300).await.unwrap(), "its own turn is prolonged");
    assert!(!two.take_turn("pruning", NOW + 299, NOW + 400).await.unwrap());
    assert!(two.take_turn("pruning", NOW + 300, NOW + 400).await.unwrap());
    two.dismiss("two").await.unwrap();
    assert!(one.take_turn("pruning", NOW + 301, NOW + 400).await.unwrap(), "who is dismissed has no turn");
}
