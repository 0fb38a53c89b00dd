//! What only a server can show: answers that are lost, nodes that wait for each other, what others keep there.

use pressroll::store::{Order, Pruning, Round, Schema, Store, StoreError};

use super::{NOW, filled, keep, lease, place, round, source, with_urls};
use crate::support::cutter::{Cutter, Line};

/// Opens the line again at once, so that what was cut off finds a server when it tries again.
async fn reopen(cutter: &Cutter) {
    while !cutter.is_closed() {
        tokio::task::yield_now().await;
    }
    cutter.set(Line::Open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_that_was_granted_is_never_said_to_be_somebody_elses() {
    let place = place();
    let cutter = Cutter::start(&place.url()).await;
    let store = Store::open(cutter.url(), place.path(), "one", Schema::Update).await.unwrap();
    let acme = source("acme");
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let mut unsure = 0;
    for messages in 1.. {
        store.dismiss("one").await.unwrap();
        cutter.set(Line::CutAfter(messages));
        let claim = lease(&acme, NOW);
        let claimed = tokio::select! {
            claimed = async { tokio::join!(store.claim(&claim), reopen(&cutter)).0 } => claimed,
            // A cut that nothing is left for never comes.
            () = tokio::time::sleep(std::time::Duration::from_secs(2)) => break,
        };
        match claimed {
            Ok(state) => assert!(state.is_some(), "cut after {messages}: nobody else holds it"),
            Err(StoreError::Unanswered { .. }) => unsure += 1,
            Err(error) => panic!("cut after {messages}: {error:?}"),
        }
    }
    assert!(unsure > 0, "no cut fell where the answer was lost");
}

#[tokio::test]
async fn pruning_waits_for_a_round_with_empty_hands_and_spares_what_the_round_puts_back() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 5).await;
    let acme = source("acme");
    keep(&store, Round { listed: vec![all[4].id], ..round(&acme, Vec::new()) }).await;
    let (keeping, connection) = tokio_postgres::connect(&place.url(), tokio_postgres::NoTls).await.unwrap();
    let mut running = tokio::task::JoinSet::new();
    running.spawn(connection);
    keeping
        .batch_execute("BEGIN; UPDATE source_state SET failures = 0 WHERE source_id = 'acme'")
        .await
        .unwrap();

    let old = Pruning {
        source: acme.clone(),
        oldest_ms: Some(NOW + 9_000),
        entries_max: None,
        left_before_ms: NOW,
        now_ms: NOW,
    };
    let meanwhile = async {
        let waiting = "SELECT COUNT(*) FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while place.look(waiting) == "0" {
            tokio::task::yield_now().await;
        }
        // Every writer needs it: it would fail here, and the round would wait for it for ever.
        place.act("SELECT value FROM counter WHERE name = 'change' FOR UPDATE NOWAIT");
        let id = all[0].id.0;
        keeping
            .batch_execute(&format!("UPDATE entry SET in_document = TRUE WHERE id = {id}; COMMIT"))
            .await
            .unwrap();
    };
    let (gone, ()) = tokio::join!(store.prune(&old), meanwhile);
    assert_eq!(gone.unwrap(), 3);
    let left = store.newest(&[acme], Order::Stated, 9).await.unwrap();
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [all[4].id, all[0].id]);
}

#[tokio::test]
async fn what_an_extension_shows_in_a_new_database_makes_it_nobodys() {
    let place = place();
    place.act("CREATE VIEW statistics AS SELECT 1 AS calls");
    let store = place.open().await;
    assert_eq!(store.opened().found, 0);
    store.close().await.unwrap();
    assert_eq!(place.open().await.opened().found, 5);
    let other = super::place();
    other.act("CREATE TABLE invoice (number BIGINT)");
    let refused = Store::open(&other.url(), other.path(), "one", Schema::Update).await.unwrap_err();
    assert!(refused.to_string().contains("tables of another program"), "{refused}");
}
