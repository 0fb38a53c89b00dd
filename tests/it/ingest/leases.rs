//! One node polls a source at a time, however long a fetch takes; and a node that dies holds nothing for long.

use std::{sync::Arc, time::Duration};

use pressroll::ingest::{Ask, Limits, Round};

use tokio::task::JoinSet;

use super::{Setting, World, items};
use crate::support::{eventually, publisher::Script};

/// What a killed node may cost at most.
const FREE_AGAIN_MS: i64 = 60_000;

fn quick() -> Setting {
    Setting { limits: Limits { renew_ms: 10, ..Limits::default() }, ..Setting::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_that_takes_longer_than_a_lease_keeps_it_and_a_dead_node_loses_it_within_a_minute() {
    let world = World::with(quick()).await;
    let other = world.beside("two").await;
    world.publisher.serve("/press.xml", Script::silent());
    let mut polling = JoinSet::new();
    let (ingest, source) = (Arc::clone(&world.ingest), Arc::clone(&world.source));
    polling.spawn(async move { ingest.round_of(&[source], |_, _| {}).await });
    eventually("a request", || async { world.publisher.requests().first().cloned() }).await;
    // Three minutes pass, and the publisher is still silent.
    for _ in 0..9 {
        world.pass(20_000);
        let until_ms = world.now_ms() + Limits::default().lease_ms;
        eventually("a longer lease", || async {
            let held = world.rows("SELECT lease_until_ms FROM source_state");
            (held == [format!("Integer({until_ms})")]).then_some(())
        })
        .await;
        assert_eq!(other.ingest.round(&other.source, Ask::Now).await.unwrap(), Round::Busy);
    }
    polling.shutdown().await;
    world.pass(FREE_AGAIN_MS);
    assert_eq!(other.round(&items(0..2)).await, (2, 0), "free again");
    assert_eq!(world.publisher.requests().len(), 2, "nobody else has asked meanwhile");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_another_node_has_just_asked_is_not_asked_again() {
    let world = World::new().await;
    let other = world.beside("two").await;
    world.round(&items(0..2)).await;
    assert_eq!(other.ingest.round(&other.source, Ask::IfDue).await.unwrap(), Round::Busy);
    assert_eq!(world.publisher.requests().len(), 1);
    assert!(matches!(other.ingest.round(&other.source, Ask::Now).await.unwrap(), Round::Unchanged));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_that_breaks_off_gives_its_lease_back() {
    let world = World::with(Setting { others: 1, ..quick() }).await;
    let other = world.beside("two").await;
    world.publisher.serve("/press.xml", Script::silent());
    world.publisher.serve("/other-0.xml", Script::silent());
    let broken = world.ingest.round(&world.source, Ask::Now);
    assert!(tokio::time::timeout(Duration::from_millis(200), broken).await.is_err(), "it waits");
    assert_eq!(other.ingest.round(&other.source, Ask::Now).await.unwrap(), Round::Busy);
    // While the node polls something else, what broke off is not prolonged with it.
    let mut polling = JoinSet::new();
    let (ingest, another) = (Arc::clone(&world.ingest), world.others.clone());
    polling.spawn(async move { ingest.round_of(&another, |_, _| {}).await });
    let held = "SELECT source_id FROM source_state WHERE lease_owner = 'one'";
    eventually("one lease", || async { (world.rows(held) == ["Text(\"other-0\")"]).then_some(()) }).await;
}
