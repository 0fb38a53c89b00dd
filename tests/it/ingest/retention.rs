//! Old entries go, and nothing else: what stands in a document, what left it only lately and what somebody decided about
//! stays, and nothing comes back as new.

use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use pressroll::{
    ingest::{Ask, Keep},
    model::PublicationPath,
    publish::{Parts, Programme, Publish},
};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{HOUR_MS, Item, Setting, World, items};
use crate::support::{eventually, publisher::Script};

const DAY_MS: i64 = 24 * HOUR_MS;
/// The numbers of old items, and of new ones.
const OLD: std::ops::Range<usize> = 0..4;
const NEW: std::ops::Range<usize> = 4..6;

fn a_year() -> Keep {
    Keep { age: Some(SignedDuration::from_hours(365 * 24)), ..Keep::ALL }
}

fn newest(entries_max: usize) -> Keep {
    Keep { entries_max: Some(entries_max), ..Keep::ALL }
}

/// Items of the year 2020.
fn old(range: std::ops::Range<usize>) -> Vec<Item> {
    let aged = |(at, it): (usize, Item)| Item { date: format!("Mon, 06 Jan 2020 09:{at:02}:00 GMT"), ..it };
    items(range).into_iter().enumerate().map(aged).collect()
}

impl World {
    /// One pass; how many went.
    async fn prune(&self, keep: Keep) -> u64 {
        self.ingest.prune(&keep, &CancellationToken::new()).await.unwrap()
    }

    fn guids(&self) -> BTreeSet<String> {
        let guid = |it: String| it.trim_start_matches("Text(\"").trim_end_matches("\")").to_owned();
        self.rows("SELECT guid FROM entry").into_iter().map(guid).collect()
    }
}

/// A world in which the old items left the document more than a week ago.
async fn after_a_while() -> World {
    let world = World::new().await;
    assert_eq!(world.round(&[items(NEW), old(OLD)].concat()).await, (6, 0));
    assert_eq!(world.prune(a_year()).await, 0, "what stands in the document stays");
    world.round(&items(NEW)).await;
    world.pass(6 * DAY_MS);
    assert_eq!(world.prune(a_year()).await, 0, "what left it a few days ago stays");
    world.pass(2 * DAY_MS);
    world
}

#[tokio::test]
async fn what_is_too_old_goes_once_it_left_its_document_long_ago() {
    let world = after_a_while().await;
    assert_eq!(
        world.prune(Keep { age: Some(SignedDuration::from_hours(20 * 365 * 24)), ..Keep::ALL }).await,
        0
    );
    assert_eq!(world.prune(a_year()).await, 4);
    assert_eq!(world.prune(a_year()).await, 0, "a second pass finds nothing");
    assert_eq!(world.guids(), ["guid-4", "guid-5"].map(str::to_owned).into());
    assert_eq!(world.round(&items(NEW)).await, (0, 0), "nothing comes back as new");
    assert_eq!(world.rows("SELECT 1 FROM appearance").len(), 0);
}

#[tokio::test]
async fn what_comes_back_within_a_week_is_not_new_and_stays() {
    let world = World::new().await;
    let all = [items(NEW), old(OLD)].concat();
    world.round(&all).await;
    for _ in 0..3 {
        world.round(&items(NEW)).await;
        world.pass(6 * DAY_MS);
        assert_eq!(world.prune(a_year()).await, 0);
        assert_eq!(world.round(&all).await, (0, 0), "another cache answers");
    }
    world.pass(30 * DAY_MS);
    assert_eq!(world.prune(a_year()).await, 0);
    assert_eq!(world.round(&all).await, (0, 0));
}

#[tokio::test]
async fn beyond_the_newest_of_a_source_entries_go_the_oldest_first() {
    let world = after_a_while().await;
    assert_eq!(world.prune(newest(6)).await, 0);
    assert_eq!(world.prune(newest(4)).await, 2);
    let left: BTreeSet<String> = ["guid-2", "guid-3", "guid-4", "guid-5"].map(str::to_owned).into();
    assert_eq!(world.guids(), left);
    assert_eq!(world.prune(newest(1)).await, 2, "two stand in the document");
}

#[tokio::test]
async fn what_somebody_decided_about_stays_with_the_decision() {
    let world = after_a_while().await;
    world.sql(
        "INSERT INTO verdict (entry_id, publication, verdict, decided_ms, actor, reason) \
         SELECT id, '', 'withdrawn', 0, 'desk', 'asked to' FROM entry WHERE guid = 'guid-1'",
    );
    assert_eq!(world.prune(Keep { entries_max: Some(1), ..a_year() }).await, 3);
    assert!(world.guids().contains("guid-1"));
    assert_eq!(world.rows("SELECT 1 FROM verdict").len(), 1);
    assert_eq!(world.round(&[items(NEW), old(OLD)].concat()).await, (3, 0), "the decided one is still known");
}

#[tokio::test]
async fn an_edited_entry_is_as_old_as_it_was() {
    let world = World::new().await;
    let mut all = [items(NEW), old(OLD)].concat();
    world.round(&all).await;
    all[3].text += " Corrected.";
    assert_eq!(world.round(&all).await, (0, 1));
    world.round(&items(NEW)).await;
    world.pass(8 * DAY_MS);
    assert_eq!(world.prune(a_year()).await, 4);
}

#[tokio::test]
async fn one_node_prunes_at_a_time_and_the_next_one_not_at_once() {
    let world = after_a_while().await;
    let other = world.beside("two").await;
    let now_ms = world.now_ms();
    assert!(other.store.take_turn("retention", now_ms, now_ms + HOUR_MS).await.unwrap());
    assert_eq!(world.prune(a_year()).await, 0, "the other is at it");
    world.pass(HOUR_MS);
    assert_eq!(world.prune(a_year()).await, 4, "the other has died");
    world.round(&[items(NEW), old(OLD)].concat()).await;
    world.round(&items(NEW)).await;
    world.pass(8 * DAY_MS);
    assert_eq!(world.prune(newest(5)).await, 1);
    assert_eq!(other.prune(newest(4)).await, 0, "it has just been done");
    world.pass(HOUR_MS);
    assert_eq!(other.prune(newest(4)).await, 1);
}

#[tokio::test]
async fn a_source_that_is_polled_no_more_is_pruned_too_and_a_stop_ends_a_pass() {
    let world = World::with(Setting { others: 1, ..Setting::default() }).await;
    world.publish(&[items(NEW), old(OLD)].concat());
    world.ingest.round(&world.source, Ask::Now).await.unwrap();
    world.publish(&items(NEW));
    world.ingest.round(&world.source, Ask::Now).await.unwrap();
    world.pass(8 * DAY_MS);
    world.store.adopt(&[], world.now_ms()).await.unwrap();
    let stopped = CancellationToken::new();
    stopped.cancel();
    let went = world.ingest.prune(&newest(1), &stopped).await.unwrap();
    assert_eq!((went, world.guids().len()), (4, 2), "a stop is heard after a step");
    assert_eq!(world.prune(newest(1)).await, 0, "and what stands in the document stays");
}

#[tokio::test]
async fn many_go_in_steps_and_all_are_counted() {
    let world = World::new().await;
    world.round(&[items(NEW), old(10..1_210)].concat()).await;
    world.round(&items(NEW)).await;
    world.pass(8 * DAY_MS);
    assert_eq!(world.prune(a_year()).await, 1_200);
    assert_eq!(world.guids().len(), 2);
}

#[tokio::test]
async fn without_settings_nothing_is_asked_and_nothing_goes() {
    let world = after_a_while().await;
    let shutdown = CancellationToken::new();
    let mut retaining = JoinSet::new();
    retaining.spawn(Arc::clone(&world.ingest).retain(Keep::ALL, shutdown.clone()));
    world.store.close().await.unwrap();
    shutdown.cancel();
    retaining.join_next().await.unwrap().unwrap();
    assert_eq!(world.guids().len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_goes_disappears_from_the_edition_that_still_showed_it() {
    let world = after_a_while().await;
    let (kept, shutdown) = (Arc::new(Notify::new()), CancellationToken::new());
    let publish = Publish::new(Parts {
        store: world.store.clone(),
        programme: Programme {
            site: Arc::new(world.config.site.clone()),
            sources: world.config.sources.clone(),
            publications: world.config.publications.clone(),
        },
        clock: world.clock(),
        kept: Arc::clone(&kept),
    });
    let publish = Arc::new(publish.unwrap());
    let stand = publish.stand();
    let mut printing = JoinSet::new();
    printing.spawn(publish.run(shutdown.clone()));
    let shows = |count: usize| {
        let (stand, kept) = (Arc::clone(&stand), Arc::clone(&kept));
        let brand = PublicationPath::parse("brands/acme").unwrap();
        eventually("the edition", move || {
            kept.notify_one();
            let standing = stand.standing();
            let shown = standing.showings.get(&brand).map(|it| it.shown.len());
            async move { (shown == Some(count)).then_some(()) }
        })
    };
    shows(6).await;
    assert_eq!(world.prune(a_year()).await, 4);
    shows(2).await;
    world.publisher.serve("/press.xml", Script::status(500));
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert_eq!(world.round(&items(NEW)).await, (0, 0));
    shutdown.cancel();
    printing.join_next().await.unwrap().unwrap();
}
