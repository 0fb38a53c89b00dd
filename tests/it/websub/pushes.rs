//! What hubs bring, and what becomes of it.

use std::{sync::Arc, time::Duration};

use pressroll::{
    ingest::{
        Ask, Round, WebSubLimits,
        websub::{Heard, Pushed},
    },
    store::Stage,
};
use tokio::task::JoinSet;

use super::{HUB, Node, announcing};
use crate::{
    ingest::{HOUR_MS, Setting},
    support::{eventually, publisher::Script},
};

const STANDING: &str = "SELECT title FROM entry WHERE in_document ORDER BY title";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_says_nothing_of_what_it_does_not_hold_and_polling_goes_on_as_it_was() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let before = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
    node.world.pass(HOUR_MS);
    assert_eq!(node.push_releases(&errand, &[3]).await, Heard::Taken);
    node.holds(3).await;
    assert_eq!(node.world.rows(STANDING).len(), 3, "the first two stand where they stood");
    let after = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
    assert_eq!(after.brought_ms, node.world.now_ms());
    assert_ne!(after.habit, before.habit, "it teaches when the source publishes");
    let (brought_ms, habit) = (before.brought_ms, before.habit.clone());
    assert_eq!(pressroll::model::PollState { brought_ms, habit, ..after }, before);
    // The document that was read last is still known.
    assert_eq!(node.poll().await, Round::Unchanged);
    let asked = node.world.publisher.requests_for("/press.xml");
    assert!(asked.last().unwrap().header("if-none-match").is_some());
    // The next one holds the pushed release, too: nothing in it is new or changed.
    let Round::Kept { entries, new, changed, .. } = node.publish(&[1, 2, 3]).await else {
        panic!("nothing came")
    };
    assert_eq!((entries, new, changed), (3, 0, 0));
    let Round::Kept { new, .. } = node.publish(&[2, 3, 4]).await else { panic!("nothing came") };
    assert_eq!((new, node.world.rows(STANDING).len()), (1, 3), "what left the document is seen to have left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_had_to_be_mended_in_a_push_is_remembered_and_a_sound_one_takes_nothing_back() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let flawed =
        announcing("https://h.example/", "https://t.example/", &[3]).replace("Release number", "R&D");
    for (document, standing) in
        [(flawed, 3), (announcing("https://h.example/", "https://t.example/", &[4]), 4)]
    {
        node.world.pass(1);
        assert_eq!(node.push(&errand, document).await, Heard::Taken);
        node.holds(standing).await;
        let state = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
        let repairs = pressroll::model::repair::recalled(&state.repairs);
        assert!(repairs.iter().any(|it| it.flaw.name() == "bare ampersand"), "{state:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_corrects_an_entry_and_the_same_push_again_changes_nothing() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let ids = |all: &[pressroll::model::Kept]| all.iter().map(|it| it.public_id.clone()).collect::<Vec<_>>();
    let before = ids(&node.world.kept().await);
    let corrected =
        announcing("https://h.example/", "https://t.example/", &[1]).replace("Release number 1", "Corrected");
    node.world.pass(1);
    for _ in 0..3 {
        assert_eq!(node.push(&errand, corrected.clone()).await, Heard::Taken);
    }
    assert_eq!(node.push_releases(&errand, &[3]).await, Heard::Taken);
    node.holds(3).await;
    let kept = node.world.kept().await;
    assert_eq!(kept.iter().filter(|it| it.entry.title.as_str() == "Corrected").count(), 1);
    assert_eq!(ids(&kept)[1..], before, "under the ids that readers know");
    let change = node.world.store.change().await.unwrap();
    assert_eq!(node.push(&errand, corrected).await, Heard::Taken);
    assert_eq!(node.push_releases(&errand, &[4]).await, Heard::Taken);
    node.holds(4).await;
    assert_eq!(node.world.store.change().await.unwrap(), change + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_waits_for_a_round_that_is_under_way() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let document = announcing(node.world.publisher.url(HUB).as_str(), "https://t.example/", &[1, 2, 5]);
    let polls = node.world.publisher.requests_for("/press.xml").len();
    node.world.publisher.serve("/press.xml", Script::drip(document, Duration::from_millis(1)));
    let mut polling = JoinSet::new();
    let (ingest, source) = (Arc::clone(&node.world.ingest), Arc::clone(&node.world.source));
    polling.spawn(async move { ingest.round(&source, Ask::Now).await });
    eventually("the poll", || async {
        (node.world.publisher.requests_for("/press.xml").len() > polls).then_some(())
    })
    .await;
    assert_eq!(node.push_releases(&errand, &[4]).await, Heard::Taken);
    assert!(matches!(polling.join_next().await.unwrap().unwrap(), Ok(Round::Kept { new: 1, .. })));
    node.holds(4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_polled_for_at_once_but_not_twice_a_minute() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    for body in ["", "{}", "this is no feed", "<html><body>news</body></html>"] {
        node.poll().await;
        node.world.pass(60_000);
        let state = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
        assert!(state.next_at_ms > node.world.now_ms());
        assert_eq!(node.push(&errand, body.to_owned()).await, Heard::Taken);
        eventually("the next poll to be now", || async {
            let state = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
            (state.next_at_ms == node.world.now_ms()).then_some(())
        })
        .await;
    }
    let state = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
    assert_eq!((state.failures, state.error), (0, None), "a push is no poll");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_hammers_is_told_to_come_back() {
    let limits = WebSubLimits { pushes_per_minute_max: 3, ..WebSubLimits::default() };
    let node = Node::with(Setting::default(), limits).await;
    let errand = node.verified(864_000).await;
    for number in 3..6 {
        assert_eq!(node.push_releases(&errand, &[number]).await, Heard::Taken);
    }
    assert_eq!(node.push_releases(&errand, &[6]).await, Heard::TooOften);
    node.world.pass(60_000);
    assert_eq!(node.push_releases(&errand, &[6]).await, Heard::Taken);
    node.holds(6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_being_pushed_is_bounded_in_number_and_bytes() {
    let limits =
        WebSubLimits { pushes_max: 3, pushed_bytes_max: 20 << 10, room_ms_max: 1, ..WebSubLimits::default() };
    let node = Node::with(Setting::default(), limits).await;
    let errand = node.verified(864_000).await;
    let caller = async |bytes| node.subscriber.caller(errand.token(), bytes).await.map(|it| it.bytes_max);
    assert_eq!(caller(Some((20 << 10) + 1)).await, Err(Heard::TooLarge));
    assert_eq!(caller(Some(u64::MAX)).await, Err(Heard::TooLarge));
    assert_eq!(caller(None).await, Ok(20 << 10), "what does not say how large it is may be as large as all");
    let held = node.subscriber.caller(errand.token(), Some(15 << 10)).await.unwrap();
    assert_eq!(caller(Some(6 << 10)).await, Err(Heard::Later));
    let more = [caller(Some(1)).await, caller(Some(1)).await];
    assert_eq!(more, [Ok(1), Ok(1)], "a caller that has gone holds nothing");
    let all = [
        held,
        node.subscriber.caller(errand.token(), Some(1)).await.unwrap(),
        node.subscriber.caller(errand.token(), Some(1)).await.unwrap(),
    ];
    assert_eq!(caller(Some(1)).await, Err(Heard::Later));
    drop(all);
    assert_eq!(node.push_releases(&errand, &[3]).await, Heard::Taken);
    node.holds(3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_before_a_stop_is_read_and_nothing_is_taken_after() {
    let mut node = Node::new().await;
    let errand = node.verified(864_000).await;
    for number in 3..40 {
        assert_eq!(node.push_releases(&errand, &[number]).await, Heard::Taken);
    }
    node.stop().await;
    assert_eq!(node.world.kept().await.len(), 39);
    assert_eq!(node.push_releases(&errand, &[50]).await, Heard::Later);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_push_is_thrown_away_is_kept_for_the_operator_until_a_good_one_comes() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let caller = node.subscriber.caller(errand.token(), None).await.unwrap();
    let bad = Pushed { signature: Some("sha256=00".into()), content_type: None, body: "<rss/>".into() };
    assert_eq!(node.subscriber.pushed(caller, bad).await, Heard::Taken);
    let it = node.subscription().await;
    assert_eq!((it.stage, it.error.as_deref()), (Stage::Active, Some("its signature is wrong")));
    assert_eq!(it.pushed_ms, 0);
    assert_eq!(node.push_releases(&errand, &[3]).await, Heard::Taken);
    eventually("the good push to be noted", || async {
        let it = node.subscription().await;
        (it.pushed_ms == node.world.now_ms() && it.error.is_none()).then_some(())
    })
    .await;
    let shown = format!("{:?}", node.subscription().await);
    assert!(!shown.contains(errand.token()) && !shown.contains(errand.get("hub.secret")), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_is_polled_slowly_as_long_as_its_hub_pushes_whatever_is_new() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let wait_h = async || {
        let state = node.world.store.poll_state(&node.world.source.id).await.unwrap().unwrap();
        ((state.next_at_ms - node.world.now_ms()) / HOUR_MS, state.next_why)
    };
    assert_eq!(wait_h().await.0, 0, "a hub that has not pushed yet changes nothing");
    node.world.pass(1);
    assert_eq!(node.push_releases(&errand, &[3]).await, Heard::Taken);
    eventually("the push to be noted", || async { (node.subscription().await.pushed_ms > 0).then_some(()) })
        .await;
    node.poll().await;
    let (hours, why) = wait_h().await;
    assert!(hours == 6 && why.ends_with(" A hub pushes it meanwhile."), "{hours} h: {why}");
    // It has not pushed what this poll finds.
    node.world.pass(6 * HOUR_MS);
    node.publish(&[1, 2, 3, 4]).await;
    assert_eq!(wait_h().await.0, 0);
    node.world.pass(1);
    assert_eq!(node.push_releases(&errand, &[5]).await, Heard::Taken);
    eventually("the push to be noted", || async {
        (node.subscription().await.pushed_ms == node.world.now_ms()).then_some(())
    })
    .await;
    node.poll().await;
    assert_eq!(wait_h().await.0, 6, "it is relied on again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tombstone_that_is_pushed_takes_back_what_stands() {
    let node = Node::new().await;
    let errand = node.verified(864_000).await;
    let tombstone = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>\
                     <at:deleted-entry ref='guid-1' when='2026-10-30T09:00:00Z'/></feed>";
    let before = node.world.store.change().await.unwrap();
    assert_eq!(node.push(&errand, tombstone.to_owned()).await, Heard::Taken);
    let taken = "SELECT guid FROM entry WHERE withdrawn_ms IS NOT NULL";
    eventually("the entry to be taken back", || async {
        (node.world.rows(taken) == ["Text(\"guid-1\")"]).then_some(())
    })
    .await;
    assert!(node.world.store.change().await.unwrap() > before, "readers hear of it");
    assert_eq!(node.world.rows(STANDING).len(), 2, "a push says nothing of what stands in the document");
}
