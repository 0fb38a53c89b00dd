//! A process killed in the middle of its rounds.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use pressroll::{
    model::entry::Kept,
    store::{Claim, Limits, Order, Schema, Store},
};

use super::{LEASE_MS, NOW, Place, bring, kept, lease, round, source, with_urls};

/// Names the folder in which the killed process works; only the test sets it, for the process that it starts.
const FOLDER: &str = "PRESSROLL_TEST_KILLED_IN";
/// Entries that each round brings: all are there, or none.
const ENTRIES: usize = 20;
/// Rounds that are acknowledged before the process is killed, one number a life.
const LIVES: [usize; 6] = [1, 2, 3, 7, 1, 12];

/// Keeps rounds for ever, and says so after each.
async fn work(place: &str) {
    let store = Store::open("sqlite:press.db", Path::new(place), "killed", Schema::Update).await.unwrap();
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let acme = source("acme");
    // The lease of the process that was killed has run out by now.
    store.claim(&Claim { until_ms: NOW, ..lease(&acme, NOW + LEASE_MS * 2) }).await.unwrap().unwrap();
    store.release(&acme).await.unwrap();
    loop {
        let ids = store.entry_ids(ENTRIES).await.unwrap();
        let last = ids[ENTRIES - 1].0;
        let entries: Vec<Kept> = ids.into_iter().map(|id| kept(id, &acme, NOW + id.0)).collect();
        let number = bring(&store, round(&acme, entries)).await;
        writeln!(std::io::stderr(), "kept {last} {number}").unwrap();
    }
}

/// Starts this test in a process of its own, kills it after some rounds, and gives the last that it acknowledged: the
/// last entry's id and the change.
fn live_and_die(place: &Place, rounds: usize) -> (i64, i64) {
    let name = "store::crash::a_killed_process_loses_no_round_and_keeps_no_half";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(FOLDER, place.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let kept = lines.filter_map(|line| line.unwrap().strip_prefix("kept ").map(str::to_owned));
    let last = kept.take(rounds).last().expect("the process kept something");
    child.kill().unwrap();
    child.wait().unwrap();
    let (id, number) = last.split_once(' ').unwrap();
    (id.parse().unwrap(), number.parse().unwrap())
}

#[tokio::test]
async fn a_killed_process_loses_no_round_and_keeps_no_half() {
    if let Ok(place) = std::env::var(FOLDER) {
        return work(&place).await;
    }
    let place = Place::file();
    let mut before = 0;
    for rounds in LIVES {
        let (last_id, number) = live_and_die(&place, rounds);
        assert_eq!(place.look("PRAGMA integrity_check"), "ok");
        let store = place.open().await;
        let read = store.newest(&[source("acme")], Order::Stated, Limits::ENTRIES_MAX).await.unwrap();
        assert_eq!(read.len() % ENTRIES, 0, "a round was kept by half");
        assert!(read.len() >= before + rounds * ENTRIES, "an acknowledged round is missing");
        assert!(read.iter().any(|it| it.id.0 == last_id), "the last acknowledged round is missing");
        assert!(store.change().await.unwrap() >= number);
        let next = store.entry_ids(1).await.unwrap()[0];
        assert!(read.iter().all(|it| it.id < next), "an id would be given twice");
        before = read.len();
        store.close().await.unwrap();
    }
}
