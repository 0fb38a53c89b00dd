//! The newest entries of many sources.

use std::cmp::Reverse;

use pressroll::{
    model::{SourceId, entry::Kept},
    store::{Limits, Order, Pruning, Store},
};
use proptest::prelude::*;

use super::{NOW, Place, filled, keep, kept, place, round, source, with_urls};

/// One entry of the invented worlds: source, order, visible, tie; narrow ranges, so that moments and ties collide.
type Spot = (usize, i64, i64, i64);

async fn world(place: &Place, spots: &[Spot], sources: usize) -> (Store, Vec<SourceId>, Vec<Kept>) {
    let store = place.open().await;
    let names: Vec<String> = (0..sources).map(|at| format!("s{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    store.adopt(&with_urls(&names), NOW).await.unwrap();
    let ids = store.entry_ids(spots.len()).await.unwrap();
    let place = |(id, (at, order, visible, tie)): (_, &Spot)| {
        let mut entry = kept(id, &source(names[*at]), NOW + order);
        (entry.visible_ms, entry.tie) = (NOW + visible, *tie);
        entry
    };
    let all: Vec<Kept> = ids.into_iter().zip(spots).map(place).collect();
    for name in &names {
        let own = all.iter().filter(|it| it.source.as_str() == *name).cloned().collect();
        keep(&store, round(&source(name), own)).await;
    }
    (store, names.iter().map(|name| source(name)).collect(), all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_newest_are_what_sorting_everything_would_give(
        spots in prop::collection::vec((0..7_usize, 0..40_i64, 0..40_i64, 0..3_i64), 0..160),
        asked in prop::collection::vec(0..7_usize, 0..9),
        limit in 0..90_usize,
        visible in any::<bool>(),
    ) {
        let order = if visible { Order::Visible } else { Order::Stated };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (read, mut all) = runtime.block_on(async {
            let place = place();
            let (store, sources, mut all) = world(&place, &spots, 7).await;
            all.retain(|it| asked.iter().any(|at| sources[*at] == it.source));
            let asked: Vec<_> = asked.iter().map(|at| sources[*at].clone()).collect();
            (store.newest(&asked, order, limit).await.unwrap(), all)
        });
        all.sort_by_key(|it| {
            let moment = if visible { it.visible_ms } else { it.order_ms };
            Reverse((moment, it.tie, it.id))
        });
        all.truncate(limit);
        prop_assert_eq!(read, all);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn whatever_another_process_changes_the_next_question_is_answered_with(
        steps in prop::collection::vec((0..4_u8, 0..4_usize, 0..40_i64, 0..12_usize), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let place = place();
            let (asking, changing) = (place.open_as("asking").await, place.open_as("changing").await);
            let names = ["s0", "s1", "s2", "s3"];
            asking.adopt(&with_urls(&names), NOW).await.unwrap();
            let sources = names.map(source);
            let mut brought = names.map(|_| Vec::new());
            for (what, at, order, count) in steps {
                let (own, from) = (&mut brought[at], &sources[at]);
                let edited = own.len().checked_sub(1).map(|last| &mut own[count.min(last)]);
                match (what, edited) {
                    (0, _) => {
                        let id = changing.entry_ids(1).await.unwrap()[0];
                        own.push(kept(id, from, NOW + order));
                        keep(&changing, round(from, own.iter().rev().take(1).cloned().collect())).await;
                    }
                    (1, Some(entry)) => {
                        entry.order_ms = NOW + order;
                        keep(&changing, round(from, vec![entry.clone()])).await;
                    }
                    (2, _) => {
                        let (source, entries_max) = (from.clone(), Some(count));
                        let few = Pruning { source, oldest_ms: None, entries_max, left_before_ms: NOW, now_ms: NOW };
                        changing.prune(&few).await.unwrap();
                    }
                    _ => {}
                }
                for (order, column) in [(Order::Stated, "order_ms"), (Order::Visible, "visible_ms")] {
                    let places = asking.places(&sources[at.min(2)..], order, None, count).await.unwrap();
                    let ids: Vec<String> = places.iter().map(|it| it.id.0.to_string()).collect();
                    let there = place.look(&format!(
                        "SELECT id FROM entry WHERE source_id >= 's{}' \
                         ORDER BY {column} DESC, tie DESC, id DESC LIMIT {count}",
                        at.min(2)
                    ));
                    prop_assert_eq!(ids.join(","), there);
                }
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_source_that_brought_everything_is_walked_to_its_end() {
    let place = place();
    let count = Limits::IN_LIST_MAX * 3;
    let (store, all) = filled(&place, &["loud"], count).await;
    store.adopt(&with_urls(&["loud", "quiet"]), NOW).await.unwrap();
    let read = store.newest(&[source("quiet"), source("loud")], Order::Stated, count + 1).await.unwrap();
    assert!(read.iter().eq(all.iter().rev()), "not all {count} in order");
}

#[tokio::test]
async fn entries_are_counted_by_source() {
    let place = place();
    let (store, _) = filled(&place, &["acme", "wire"], 3).await;
    store.adopt(&with_urls(&["acme", "wire", "silent"]), NOW).await.unwrap();
    let counts = store.count_entries().await.unwrap();
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(source("acme"), 3), (source("wire"), 3)]);
}
