//! A store that grows to 1,000,000 entries: what the tenth 100,000 cost beside the first.

use std::{collections::HashMap, path::PathBuf};

use anyhow::Result;
use pressroll::{model::EntryId, store::Round};

use crate::{
    clock::Watch,
    table::Table,
    work::{self, Work},
    world::{self, Dice},
};

/// Sources of the big store; the first [`BUSY`] are the busiest, the last [`QUIET`] the quietest.
pub const SOURCES: usize = 10_000;
/// Sources with very many entries.
pub const BUSY: usize = 200;
/// Sources with very few entries, all of them old.
pub const QUIET: usize = 200;
/// Entries of the big store.
pub const ENTRIES: usize = 1_000_000;
/// Entries that stand in a document at most beside those that a round brings.
const STANDING: usize = 100;
const ROUND: usize = 100;

/// One round that is to come: whose, and how many entries it brings.
struct Plan {
    at: usize,
    count: usize,
}

/// Builds the big store anew and notes how its cost grew.
pub fn measure(work: &mut Work, table: &mut Table) -> Result<()> {
    let tenths = build(work)?;
    if let [first, .., last] = tenths.as_slice() {
        table.note("growth: the tenth 100,000 beside the first, CPU", last.0 / first.0, 2.0, "times");
        table.note("growth: the tenth 100,000 beside the first, wall", last.1 / first.1, 2.0, "times");
    }
    Ok(())
}

/// The file of the big store, built if this run has none.
pub fn big(work: &mut Work) -> Result<PathBuf> {
    let path = path(work);
    if !path.exists() {
        build(work)?;
    }
    Ok(path)
}

fn path(work: &Work) -> PathBuf {
    work.path("big.db")
}

/// Microseconds of CPU and on the wall for each entry, of each tenth.
fn build(work: &mut Work) -> Result<Vec<(f64, f64)>> {
    println!("growth: {ENTRIES} new entries of {SOURCES} sources, in rounds of at most {ROUND}");
    // Under another name until it is whole: a store that was left half built is not taken for the big one.
    let path = work.path("growing.db");
    let store = work.new_store(&path, SOURCES)?;
    let mut coming = Coming { numbers: vec![0; SOURCES], standing: HashMap::new() };
    let mut plans = plans().into_iter().peekable();
    let mut tenths = Vec::new();
    while plans.peek().is_some() {
        let (mut watch, mut entries) = (Watch::default(), 0);
        while entries < ENTRIES / 10 && plans.peek().is_some() {
            let some: Vec<Plan> = plans.by_ref().take(10).collect();
            let count = some.iter().map(|it| it.count).sum();
            let mut ids = watch.time(|| Ok(work.run(store.entry_ids(count))?))?.into_iter();
            let rounds = some.iter().map(|it| coming.next(it, &mut ids)).collect();
            watch.time(|| work::keep(work, &store, rounds))?;
            entries += count;
        }
        let each = |time: std::time::Duration| time.as_secs_f64() / entries as f64 * 1e6;
        let (cpu, wall) = (each(watch.spent().cpu), each(watch.spent().wall));
        println!(
            "  {:2}: {entries} entries at {cpu:6.1} µs of CPU, {wall:6.1} µs on the wall",
            tenths.len() + 1
        );
        tenths.push((cpu, wall));
    }
    work.run(store.close())?;
    std::fs::rename(&path, self::path(work))?;
    println!("  {} MB", std::fs::metadata(self::path(work))?.len() / 1_000_000);
    Ok(tenths)
}

/// How many entries source number `at` has in the end.
fn entries_of(at: usize) -> usize {
    let (busiest, middle) = (20, SOURCES - BUSY - QUIET);
    match at {
        _ if at < busiest => 6_000,
        _ if at < BUSY => 1_000,
        _ if at >= SOURCES - QUIET => 5,
        // What the others have together is left for the middle.
        _ => (ENTRIES - busiest * 6_000 - (BUSY - busiest) * 1_000 - QUIET * 5 + at % middle) / middle,
    }
}

/// All rounds, in an order that mixes busy and quiet sources evenly.
fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for at in 0..SOURCES {
        let mut left = entries_of(at);
        while left > 0 {
            let count = left.min(ROUND);
            plans.push(Plan { at, count });
            left -= count;
        }
    }
    Dice::new(2).shuffle(&mut plans);
    plans
}

/// How far each source has come, and what stands in its document.
struct Coming {
    numbers: Vec<usize>,
    standing: HashMap<usize, Vec<EntryId>>,
}

impl Coming {
    fn next(
        &mut self,
        &Plan { at, count }: &Plan,
        ids: &mut impl Iterator<Item = EntryId>,
    ) -> (usize, Round) {
        let years = if at >= SOURCES - QUIET { 2 } else { 10 };
        let mut arrivals = Vec::with_capacity(count);
        for id in ids.take(count) {
            if let Some(number) = self.numbers.get_mut(at) {
                arrivals.push(world::story(at, *number, years).arrival(id));
                *number += 1;
            }
        }
        let standing = self.standing.entry(at).or_default();
        let listed = standing.split_off(standing.len().saturating_sub(STANDING));
        standing.clone_from(&listed);
        standing.extend(arrivals.iter().map(|it| it.kept.id));
        (
            at,
            Round {
                source: world::source(at),
                state: world::state(at, count as i64),
                arrivals,
                listed,
                withdrawn: Vec::new(),
            },
        )
    }
}
