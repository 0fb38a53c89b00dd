//! One node polls a source at a time, however long a fetch takes; and a node that dies holds nothing for long.

use std::{collections::HashMap, sync::Arc, time::Duration};

use pressroll::ingest::{Ask, Limits, Round, Terms};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{HOUR_MS, RSS, Setting, World, document, items};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_node_has_claimed_ahead_no_other_asks_until_that_node_is_dead() {
    let world = World::with(Setting { others: 6, rounds_max: 2, ..quick() }).await;
    // As many of one host as of many hosts.
    world.ingest.take(Terms { per_host_max: 6, ..world.terms.clone() });
    let other = world.beside("two").await;
    (0..6).for_each(|n| world.publisher.serve(&format!("/other-{n}.xml"), Script::silent()));
    let mut polling = JoinSet::new();
    let (ingest, others) = (Arc::clone(&world.ingest), world.others.clone());
    polling.spawn(async move { ingest.round_of(&others, |_, _| {}).await });
    let asked = || world.publisher.requests().into_iter().map(|it| it.path).collect::<Vec<_>>();
    let held = || world.rows("SELECT url FROM source_state WHERE lease_owner = 'one'");
    eventually("two requests", || async { (asked().len() == 2).then_some(()) }).await;
    eventually("leases ahead of them", || async { (held().len() > 2).then_some(()) }).await;
    assert!(held().len() <= 4, "no more than will be asked soon: {:?}", held());
    let is_ahead =
        |path: &str| !asked().iter().any(|it| it == path) && held().iter().any(|it| it.contains(path));
    let ahead = world.others.iter().find(|it| is_ahead(it.url.path())).unwrap();
    for _ in 0..4 {
        assert_eq!(other.ingest.round(ahead, Ask::Now).await.unwrap(), Round::Busy);
        world.pass(20_000);
        let until_ms = world.now_ms() + Limits::default().lease_ms;
        let longer = format!("SELECT 1 FROM source_state WHERE lease_until_ms = {until_ms}");
        eventually("longer leases", || async { (world.rows(&longer).len() > 2).then_some(()) }).await;
    }

    polling.shutdown().await;
    assert_eq!(other.ingest.round(ahead, Ask::Now).await.unwrap(), Round::Busy, "its lease has not run out");
    world.pass(FREE_AGAIN_MS);
    world.publish_at(ahead.url.path(), &items(0..2));
    assert!(matches!(other.ingest.round(ahead, Ask::Now).await.unwrap(), Round::Kept { new: 2, .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_claimed_ahead_is_not_asked_once_the_configuration_has_taken_it_out() {
    let world = World::with(Setting { others: 6, rounds_max: 2, ..Setting::default() }).await;
    let ahead = Terms { per_host_max: 6, ..world.terms.clone() };
    world.ingest.take(ahead.clone());
    let slow = || Script::drip("x".repeat(60), Duration::from_millis(20));
    (0..6).for_each(|n| world.publisher.serve(&format!("/other-{n}.xml"), slow()));
    let (shutdown, mut polling) = (CancellationToken::new(), JoinSet::new());
    polling.spawn(Arc::clone(&world.ingest).run(shutdown.clone()));
    let asked = || world.publisher.requests().iter().filter(|it| it.path.contains("other")).count();
    let held = || world.rows("SELECT source_id FROM source_state WHERE lease_owner = 'one'").len();
    eventually("two requests", || async { (asked() == 2).then_some(()) }).await;
    eventually("leases ahead of them", || async { (held() > 2).then_some(()) }).await;
    let sources = HashMap::from([(world.source.id.clone(), Arc::clone(&world.source))]);
    world.ingest.take(Terms { sources: Arc::new(sources), ..ahead });
    eventually("no lease", || async { (held() == 0).then_some(()) }).await;
    assert_eq!(asked(), 2, "those that were being asked");
    shutdown.cancel();
    polling.join_next().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sources_that_have_not_changed_are_asked_once_each_and_all_of_them_are_kept() {
    let world = World::with(Setting { others: 40, rounds_max: 8, ..Setting::default() }).await;
    for n in 0..40 {
        let script = Script::document(RSS, document(&items(n..n + 1), world.now_ms()));
        world.publisher.serve(&format!("/other-{n}.xml"), script.etag(&format!("\"{n}\"")));
    }
    for is_first in [true, false] {
        world.pass(HOUR_MS);
        let mut unchanged = 0;
        world
            .ingest
            .round_of(&world.others, |_, outcome| {
                unchanged += usize::from(outcome.unwrap() == Round::Unchanged)
            })
            .await;
        assert_eq!(unchanged, if is_first { 0 } else { 40 });
        let kept = format!("lease_owner IS NULL AND succeeded_ms = {0} AND next_at_ms > {0}", world.now_ms());
        assert_eq!(world.rows(&format!("SELECT 1 FROM source_state WHERE {kept}")).len(), 40);
    }
    let requests = world.publisher.requests();
    let conditional = requests.iter().filter(|it| it.header("if-none-match").is_some()).count();
    assert_eq!((requests.len(), conditional), (80, 40));
}
