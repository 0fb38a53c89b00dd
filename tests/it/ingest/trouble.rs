//! A store that is away for a while: publishers are left alone, nothing that came is thrown away for a moment's trouble,
//! and polling goes on by itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pressroll::{
    ingest::{Ask, Limits, Round, RoundError},
    model::Source,
    store::Health,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{HOUR_MS, Setting, World, items};
use crate::support::eventually;

/// Polling goes on this soon after the store is well again.
const RESUMED: Duration = Duration::from_secs(5);

/// No round can be kept.
const NOTHING_KEPT: &str = "CREATE TRIGGER trouble BEFORE UPDATE OF polled_ms ON source_state \
    BEGIN SELECT RAISE(ABORT, 'as a disk that fails'); END";
/// Nobody gets a lease.
const NO_LEASE: &str = "CREATE TRIGGER trouble BEFORE UPDATE OF lease_owner ON source_state \
    BEGIN SELECT RAISE(ABORT, 'as a disk that fails'); END";
/// The round of one source cannot be kept.
const ONE_NOT_KEPT: &str = "CREATE TRIGGER trouble BEFORE UPDATE OF polled_ms ON source_state \
    WHEN NEW.source_id = 'other-3' BEGIN SELECT RAISE(ABORT, 'as a disk that fails'); END";
const WELL_AGAIN: &str = "DROP TRIGGER trouble";

async fn failing(world: &World) {
    eventually("trouble", || async { (world.store.health() != Health::Well).then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_came_while_the_store_was_away_is_kept_when_it_is_back() {
    let world = World::new().await;
    world.publish(&items(0..3));
    world.sql(NOTHING_KEPT);
    let (ingest, source) = (Arc::clone(&world.ingest), Arc::clone(&world.source));
    let mut round = JoinSet::new();
    round.spawn(async move { ingest.round(&source, Ask::Now).await });
    failing(&world).await;
    world.sql(WELL_AGAIN);
    let Round::Kept { new, .. } = round.join_next().await.unwrap().unwrap().unwrap() else {
        panic!("not kept")
    };
    assert_eq!((new, world.publisher.requests().len()), (3, 1), "asked once");
    assert_eq!(world.round(&items(0..3)).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_store_in_trouble_did_not_keep_is_asked_for_again_as_if_it_had_not_been() {
    let limits = Limits { store_tries_max: 1, ..Limits::default() };
    let world = World::with(Setting { limits, ..Setting::default() }).await;
    world.round(&items(0..2)).await;
    let before = world.rows("SELECT * FROM source_state");
    world.sql(NOTHING_KEPT);
    world.pass(HOUR_MS);
    world.publish(&items(0..4));
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert_eq!(world.rows("SELECT * FROM source_state"), before, "no failure of the source's, and no lease");
    world.sql(WELL_AGAIN);
    assert_eq!(world.round(&items(0..4)).await, (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_lease_nothing_is_fetched_and_polling_goes_on_by_itself() {
    let world = World::new().await;
    world.publish(&items(0..3));
    world.sql(NO_LEASE);
    let shutdown = CancellationToken::new();
    let mut polling = JoinSet::new();
    polling.spawn(Arc::clone(&world.ingest).run(shutdown.clone()));
    failing(&world).await;
    assert_eq!(world.publisher.requests().len(), 0);
    world.sql(WELL_AGAIN);
    let well = Instant::now();
    eventually("the entries", || async { (world.kept().await.len() == 3).then_some(()) }).await;
    assert!(well.elapsed() < RESUMED, "{:?}", well.elapsed());
    shutdown.cancel();
    polling.join_next().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_nothing_can_be_kept_publishers_are_asked_one_after_the_other_and_not_all_at_once() {
    let limits = Limits { store_tries_max: 1, ..Limits::default() };
    let world = World::with(Setting { limits, rounds_max: 50, others: 30, ..Setting::default() }).await;
    world.sql(NOTHING_KEPT);
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    failing(&world).await;
    let asked = |count: usize| {
        let publisher = Arc::clone(&world.publisher);
        eventually("requests", move || {
            let count = (publisher.requests().len() >= count).then_some(Instant::now());
            async move { count }
        })
    };
    let shutdown = CancellationToken::new();
    let mut polling = JoinSet::new();
    polling.spawn(Arc::clone(&world.ingest).run(shutdown.clone()));
    let (one, two) = (asked(2).await, asked(3).await);
    assert!(two - one > Duration::from_secs(1), "{:?}", two - one);
    world.sql(WELL_AGAIN);
    let all = asked(2 + 31).await;
    assert!(all - two < 2 * RESUMED, "{:?}", all - two);
    shutdown.cancel();
    polling.join_next().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_polling_of_many_ends_early_when_nothing_can_be_kept() {
    let limits = Limits { store_tries_max: 1, ..Limits::default() };
    let world = World::with(Setting { limits, others: 20, ..Setting::default() }).await;
    world.sql(NOTHING_KEPT);
    let mut words = Vec::new();
    world.ingest.round_of(&world.others, |_, outcome| words.push(outcome.unwrap_err().to_string())).await;
    let not_asked = words.iter().filter(|it| *it == "not asked, because the store fails").count();
    assert_eq!((words.len(), not_asked), (20, 19), "{words:?}");
    assert_eq!(world.publisher.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_in_the_middle_of_a_batch_keeps_what_it_says_and_gives_every_lease_back() {
    let limits = Limits { store_tries_max: 1, ..Limits::default() };
    let world = World::with(Setting { limits, rounds_max: 8, others: 8, ..Setting::default() }).await;
    let polled = "SELECT 1 FROM source_state WHERE polled_ms > 0";
    let leased = "SELECT 1 FROM source_state WHERE lease_owner IS NOT NULL";
    world.sql(ONE_NOT_KEPT);
    let (mut failed, mut missing) = (0, 0);
    let each = |_: &Source, outcome: Result<Round, RoundError>| match outcome.unwrap_err() {
        RoundError::Fetch(_) => missing += 1,
        _ => failed += 1,
    };
    world.ingest.round_of(&world.others, each).await;
    assert!(failed > 0 && failed + missing == 8, "{failed} of 8 could not be kept, {missing} were missing");
    assert_eq!(world.rows(polled).len(), missing, "what is said to be kept is, and nothing else");
    assert_eq!(world.rows(leased).len(), 0);

    world.sql(WELL_AGAIN);
    let mut missing = 0;
    let each = |_: &Source, outcome: Result<Round, RoundError>| {
        missing += usize::from(matches!(outcome.unwrap_err(), RoundError::Fetch(_)));
    };
    world.ingest.round_of(&world.others, each).await;
    assert_eq!((missing, world.rows(polled).len(), world.rows(leased).len()), (8, 8, 0));
}
