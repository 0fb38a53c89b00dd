//! Order, limits, and what is on record.

use std::collections::HashSet;

use pressroll::{
    model::{Source, publication::LIMIT_MAX},
    select::{Candidate, Picked, Seen},
};
use proptest::prelude::*;

use super::world::{
    DAY, HOUR, NOW, at, candidate, ids, pick, pick_at, publication, remember, source, with, with_guid,
};

#[test]
fn the_newest_come_first_and_ties_are_broken_alike_in_any_order_of_candidates() {
    let acme = source("acme", 100);
    let brand = publication("brands/acme", &[&acme]);
    let mut entries = vec![
        candidate(1, &acme, NOW - 3 * HOUR),
        candidate(2, &acme, NOW - HOUR),
        candidate(3, &acme, NOW - HOUR),
        candidate(4, &acme, NOW - 2 * HOUR),
    ];
    assert_eq!(ids(&pick(&brand, &entries)), [3, 2, 4, 1]);
    entries.reverse();
    assert_eq!(ids(&pick(&brand, &entries)), [3, 2, 4, 1]);
    entries.push(entries[0].clone());
    assert_eq!(ids(&pick(&brand, &entries)), [3, 2, 4, 1], "a candidate given twice counts once");
}

#[test]
fn the_limit_gives_way_to_what_became_visible_in_the_last_two_days() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.limit = 2;
    let entries: Vec<_> = (0..6).map(|day| candidate(day, &acme, NOW - day * DAY / 2 - HOUR)).collect();
    let picked = pick(&brand, &entries);
    assert_eq!(ids(&picked), [0, 1, 2, 3]);
    assert!(!picked.more);
    // The fourth, an hour and a day and a half old, is the first to leave.
    assert_eq!(picked.changes_at, Some(at(NOW + 11 * HOUR)));
    let later = pick_at(&brand, &entries, &Seen::new(), NOW + 11 * HOUR);
    assert_eq!(ids(&later), [0, 1, 2]);
}

#[test]
fn a_first_rounds_old_entries_do_not_count_as_recent() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.limit = 1;
    let entries: Vec<_> = (1..5)
        .map(|it| with(candidate(it, &acme, NOW - it * 10 * DAY), |kept| kept.first_seen_ms = NOW))
        .collect();
    assert_eq!(ids(&pick(&brand, &entries)), [1]);
}

#[test]
fn no_feed_grows_beyond_the_maximum() {
    let acme = source("acme", 100);
    let brand = publication("brands/acme", &[&acme]);
    let entries: Vec<_> = (0..700).map(|it| candidate(it, &acme, NOW - it)).collect();
    let picked = pick(&brand, &entries);
    assert_eq!(picked.shown.len(), LIMIT_MAX);
    assert_eq!(picked.first_shown.len(), LIMIT_MAX);
}

#[test]
fn one_source_brings_only_so_many_of_one_day() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let mut brand = publication("brands/acme", &[&acme, &wire]);
    brand.selection.per_source = Some(2);
    let mut entries: Vec<_> = (1..5).map(|it| candidate(it, &acme, NOW - it * HOUR)).collect();
    entries.push(candidate(5, &wire, NOW - 5 * HOUR));
    entries.push(candidate(6, &acme, NOW - DAY));
    assert_eq!(ids(&pick(&brand, &entries)), [1, 2, 5, 6]);
}

#[test]
fn more_is_asked_for_only_where_there_is_room() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.limit = 2;
    let entries: Vec<_> = (1..4).map(|it| candidate(it, &acme, NOW - it * 30 * DAY)).collect();
    assert!(pick(&brand, &entries[..1]).more);
    assert!(!pick(&brand, &entries[..2]).more);
    assert!(!pick(&brand, &entries).more);
}

#[test]
fn what_is_shown_for_the_first_time_is_on_record_once() {
    let acme = source("acme", 100);
    let brand = publication("brands/acme", &[&acme]);
    let entries = [candidate(1, &acme, NOW - HOUR), candidate(2, &acme, NOW)];
    let picked = pick(&brand, &entries);
    let record: Vec<_> =
        picked.first_shown.iter().map(|it| (it.entry.0, it.public_id.as_str(), it.shown_ms)).collect();
    assert_eq!(record, [(2, "id-2", NOW), (1, "id-1", NOW - HOUR)], "each since it could be seen");
    let mut seen = Seen::new();
    remember(&mut seen, &picked.first_shown);
    let again = pick_at(&brand, &entries, &seen, NOW + HOUR);
    assert!(again.first_shown.is_empty());
    assert_eq!(ids(&again), ids(&picked));
}

/// Entries of three sources that share a few guids and links, some of them within one source.
fn crowd() -> impl Strategy<Value = Vec<Candidate>> {
    let sources = vec![source("acme", 100), source("wire", 50), source("news", 50)];
    let entry = (prop::sample::select(sources), 0..200_i64, 0..12_u32, 0..12_u32);
    prop::collection::vec(entry, 0..40).prop_map(|entries| {
        let made = |(at, (source, hours, guid, link)): (usize, (Source, i64, u32, u32))| {
            let id = i64::try_from(at).unwrap_or_default();
            let linked = with(candidate(id, &source, NOW - hours * HOUR), |kept| {
                kept.canonical = Some(format!("https://acme.example/{link}"));
            });
            if guid < 6 { with_guid(linked, &format!("urn:x:{guid}")) } else { linked }
        };
        entries.into_iter().enumerate().map(made).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_answer_for_one_crowd(entries in crowd(), turn in 0..40_usize) {
        let sources = [source("acme", 100), source("wire", 50), source("news", 50)];
        let mut brand = publication("brands/acme", &[&sources[0], &sources[1], &sources[2]]);
        brand.selection.limit = 8;
        let looks = |it: &Picked| {
            it.shown.iter().map(|it| (it.public_id.clone(), it.dated_ms, it.entry)).collect::<Vec<_>>()
        };
        let first = pick(&brand, &entries);
        let mut turned = entries.clone();
        turned.rotate_left(turn % entries.len().max(1));
        turned.reverse();
        prop_assert_eq!(looks(&pick(&brand, &turned)), looks(&first), "whatever the order of candidates");
        let unique: HashSet<_> = first.shown.iter().map(|it| &it.public_id).collect();
        prop_assert_eq!(unique.len(), first.shown.len());
        prop_assert!(first.shown.is_sorted_by(|one, other| one.dated_ms >= other.dated_ms));
        let mut seen = Seen::new();
        remember(&mut seen, &first.first_shown);
        let second = pick_at(&brand, &turned, &seen, NOW);
        prop_assert_eq!(looks(&second), looks(&first), "being on record changes nothing");
        prop_assert!(second.first_shown.is_empty());
    }
}
