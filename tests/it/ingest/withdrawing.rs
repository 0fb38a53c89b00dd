//! Entries that their publisher took back: what a tombstone does, and to whom.

use std::sync::Arc;

use pressroll::{
    ingest::{Ask, Round},
    model::{Kept, Source, entry::is_withdrawn},
    store::Order,
};

use super::{HOUR_MS, START_MS, Setting, World};
use crate::support::publisher::Script;

const ATOM: &str = "application/atom+xml";

/// An Atom feed of entries, each a guid and when it was updated, and of tombstones, each a guid and when it was taken back.
fn atom(entries: &[(&str, &str)], tombstones: &[(&str, &str)]) -> String {
    let entry = |(guid, updated): &(&str, &str)| {
        format!(
            "<entry><id>{guid}</id><title>About {guid}</title><link href=\"https://acme.example/{guid}\"/>\
             <updated>{updated}</updated></entry>"
        )
    };
    let tombstone =
        |(guid, when): &(&str, &str)| format!("<at:deleted-entry ref=\"{guid}\" when=\"{when}\"/>");
    let (entries, tombstones): (String, String) =
        (entries.iter().map(entry).collect(), tombstones.iter().map(tombstone).collect());
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">\
         <title>Acme</title><id>urn:acme</id>{tombstones}{entries}</feed>"
    )
}

/// One round an hour later over this document of `source`: how many entries were new, how many changed.
async fn polled(world: &World, source: &Arc<Source>, document: String) -> (usize, usize) {
    world.pass(HOUR_MS);
    let text = format!("{document}<!-- {} -->", world.now_ms());
    world.publisher.serve(source.url.path(), Script::document(ATOM, text));
    match world.ingest.round(source, Ask::Now).await.unwrap() {
        Round::Kept { new, changed, .. } => (new, changed),
        other => panic!("{other:?}"),
    }
}

/// Guids of the source's entries that are not taken back, sorted.
async fn standing(world: &World, source: &Arc<Source>) -> Vec<String> {
    let kept = world.store.newest(std::slice::from_ref(&source.id), Order::Stated, 100).await.unwrap();
    let stands = |it: &Kept| !is_withdrawn(it.withdrawn_ms, it.entry.stated_ms());
    let mut guids: Vec<String> =
        kept.into_iter().filter(stands).filter_map(|it| it.entry.identity.guid).collect();
    guids.sort();
    guids
}

const MONDAY: &str = "2026-10-26T09:00:00Z";
const TUESDAY: &str = "2026-10-27T09:00:00Z";
const WEDNESDAY: &str = "2026-10-28T09:00:00Z";

#[tokio::test]
async fn a_tombstone_takes_back_what_is_otherwise_unchanged_and_is_told_once() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    let entries = [("one", MONDAY), ("two", MONDAY)];
    assert_eq!(polled(&world, &source, atom(&entries, &[])).await, (2, 0));
    let before = world.store.change().await.unwrap();
    assert_eq!(polled(&world, &source, atom(&entries, &[("one", TUESDAY)])).await, (0, 0));
    assert_eq!(standing(&world, &source).await, ["two"]);
    let after = world.store.change().await.unwrap();
    assert!(after > before, "readers hear of it");
    for repeated in [atom(&entries, &[("one", TUESDAY)]), atom(&entries[1..], &[("one", WEDNESDAY)])] {
        assert_eq!(polled(&world, &source, repeated).await, (0, 0));
    }
    assert_eq!(world.store.change().await.unwrap(), after, "and not again");
    let other = world.beside("two").await;
    assert_eq!(polled(&other, &source, atom(&entries, &[("one", TUESDAY)])).await, (0, 0));
    assert_eq!(standing(&world, &source).await, ["two"], "a process that remembers nothing sees the same");
}

#[tokio::test]
async fn a_tombstone_is_no_word_on_what_was_stated_after_it() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    polled(&world, &source, atom(&[("one", TUESDAY)], &[])).await;
    let before = world.store.change().await.unwrap();
    polled(&world, &source, atom(&[("one", TUESDAY)], &[("one", MONDAY)])).await;
    assert_eq!(standing(&world, &source).await, ["one"]);
    assert_eq!(world.store.change().await.unwrap(), before);
    polled(&world, &source, atom(&[("one", TUESDAY)], &[("one", TUESDAY)])).await;
    assert!(standing(&world, &source).await.is_empty(), "nor is the same moment later");
}

#[tokio::test]
async fn what_is_brought_again_with_a_later_date_stands_again_under_its_id() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    polled(&world, &source, atom(&[("one", MONDAY)], &[])).await;
    let id = world.kept().await[0].public_id.clone();
    polled(&world, &source, atom(&[], &[("one", TUESDAY)])).await;
    assert!(standing(&world, &source).await.is_empty());
    assert_eq!(polled(&world, &source, atom(&[("one", MONDAY)], &[])).await, (0, 0));
    assert!(standing(&world, &source).await.is_empty(), "a document that is put back says nothing new");
    assert_eq!(polled(&world, &source, atom(&[("one", WEDNESDAY)], &[("one", TUESDAY)])).await, (0, 1));
    assert_eq!(standing(&world, &source).await, ["one"]);
    let kept = world.kept().await;
    assert_eq!((kept.len(), &kept[0].public_id), (1, &id));
    polled(&world, &source, atom(&[("one", WEDNESDAY)], &[("one", "2026-10-28T10:00:00+01:00")])).await;
    assert!(standing(&world, &source).await.is_empty(), "and can be taken back once more");
}

#[tokio::test]
async fn a_tombstone_of_another_source_does_nothing() {
    let world = World::with(Setting { others: 1, ..Setting::default() }).await;
    let (source, other) = (Arc::clone(&world.source), Arc::clone(&world.others[0]));
    polled(&world, &source, atom(&[("urn:x:1", MONDAY)], &[])).await;
    polled(&world, &other, atom(&[("urn:x:2", MONDAY)], &[("urn:x:1", WEDNESDAY), ("none", MONDAY)])).await;
    assert_eq!(standing(&world, &source).await, ["urn:x:1"]);
    assert_eq!(standing(&world, &other).await, ["urn:x:2"]);
}

#[tokio::test]
async fn an_entry_that_comes_with_its_tombstone_is_never_seen() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    let both = atom(&[("one", MONDAY), ("two", WEDNESDAY)], &[("one", TUESDAY), ("two", TUESDAY)]);
    assert_eq!(polled(&world, &source, both).await, (2, 0));
    assert_eq!(standing(&world, &source).await, ["two"]);
}

#[tokio::test]
async fn a_guid_that_two_entries_share_is_taken_back_from_neither() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    let shared = atom(&[("same", MONDAY), ("two", MONDAY)], &[("same", TUESDAY)])
        .replace("<id>two</id>", "<id>same</id>");
    assert_eq!(polled(&world, &source, shared).await, (2, 0));
    let kept = world.kept().await;
    assert_eq!(kept.iter().filter(|it| it.withdrawn_ms.is_none()).count(), 2, "it is nobody's identity");
}

#[tokio::test]
async fn a_moment_that_is_still_to_come_counts_as_now() {
    let world = World::new().await;
    let source = Arc::clone(&world.source);
    polled(&world, &source, atom(&[("one", MONDAY)], &[])).await;
    polled(&world, &source, atom(&[], &[("one", "2999-01-01T00:00:00Z")])).await;
    assert!(standing(&world, &source).await.is_empty());
    let now = jiff::Timestamp::from_millisecond(START_MS + 3 * HOUR_MS).unwrap().to_string();
    polled(&world, &source, atom(&[("one", &now)], &[])).await;
    assert_eq!(standing(&world, &source).await, ["one"]);
}
