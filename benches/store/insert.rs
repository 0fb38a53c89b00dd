//! New entries, through the store and by rusqlite alone, by turns in one run.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use pressroll::{
    model::EntryId,
    store::{Arrival, Round, Store},
};

use crate::{
    bare::{self, Bare},
    clock::{Cost, Watch, median},
    table::Table,
    work::{self, Work},
    world::{self, Dice},
};

/// How often the whole is measured.
const TIMES: usize = 3;
const SOURCES: usize = 1_000;
const ENTRIES_PER_SOURCE: usize = 100;
/// Entries that rusqlite alone inserts in one transaction; the store keeps as many in rounds of 50 and 100.
const BATCH: usize = 1_000;

/// Where a round stands: source, first entry, and how many.
type Plan = Vec<(usize, usize, usize)>;

/// Prints each measurement and notes the ratio in the middle.
pub fn measure(work: &Work, table: &mut Table) -> Result<()> {
    println!(
        "insert: {} new entries of 2.4 KB, the store beside rusqlite alone",
        SOURCES * ENTRIES_PER_SOURCE
    );
    let (mut cpu, mut wall) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let [store, bare] = once(work)?;
        let each = |cost: Cost| {
            let entries = (SOURCES * ENTRIES_PER_SOURCE) as f64;
            (cost.cpu.as_secs_f64() / entries * 1e6, cost.wall.as_secs_f64() / entries * 1e6)
        };
        let ((store_cpu, store_wall), (bare_cpu, bare_wall)) = (each(store), each(bare));
        println!(
            "  store {store_cpu:6.1} µs of CPU, {store_wall:6.1} µs on the wall; rusqlite {bare_cpu:6.1}, \
             {bare_wall:6.1}; ratio {:.2} and {:.2}",
            store_cpu / bare_cpu,
            store_wall / bare_wall
        );
        cpu.push(store_cpu / bare_cpu);
        wall.push(store_wall / bare_wall);
    }
    table.note("insert: 100,000 new entries, CPU beside rusqlite", median(cpu), 1.3, "times");
    table.note("insert: 100,000 new entries, wall beside rusqlite", median(wall), 1.3, "times");
    Ok(())
}

fn once(work: &Work) -> Result<[Cost; 2]> {
    let (path, bare_path) = (work.path("insert.db"), work.path("bare.db"));
    let store = work.new_store(&path, SOURCES)?;
    work.run(work.new_store(&bare_path, SOURCES)?.close())?;
    let mut bare = Bare::open(&bare_path)?;
    let (mut store_watch, mut bare_watch) = (Watch::default(), Watch::default());
    let ids = store_watch.time(|| Ok(work.run(store.entry_ids(SOURCES * ENTRIES_PER_SOURCE))?))?;
    let mut coming = Rounds { ids: ids.into_iter(), standing: HashMap::new() };
    for plan in batches() {
        let rounds: Vec<_> = plan.iter().map(|it| coming.next(it)).collect();
        let rows = rounds
            .iter()
            .flat_map(|(_, round)| &round.arrivals)
            .map(bare::row)
            .collect::<Result<Vec<_>>>()?;
        store_watch.time(|| work::keep(work, &store, rounds))?;
        bare_watch.time(|| bare.insert(&rows))?;
    }
    finish(work, store, &bare, &path)?;
    drop(bare);
    work::remove(&path)?;
    work::remove(&bare_path)?;
    Ok([store_watch.spent(), bare_watch.spent()])
}

/// Both have kept the same, or the comparison is none.
fn finish(work: &Work, store: Store, bare: &Bare, path: &std::path::Path) -> Result<()> {
    work.run(store.close())?;
    let same = "SELECT SUM(id * LENGTH(content_html) + LENGTH(media) + tie % 1000) FROM entry";
    ensure!(Bare::open(path)?.count(same)? == bare.count(same)?, "the two files differ");
    Ok(())
}

/// Half of the sources come in one round of 100, the others in two of 50; a batch is of 1,000 entries.
fn batches() -> Vec<Plan> {
    let mut plan = Plan::new();
    for at in 0..SOURCES {
        if at % 2 == 0 {
            plan.push((at, 0, ENTRIES_PER_SOURCE));
        } else {
            plan.extend([
                (at, 0, ENTRIES_PER_SOURCE / 2),
                (at, ENTRIES_PER_SOURCE / 2, ENTRIES_PER_SOURCE / 2),
            ]);
        }
    }
    Dice::new(1).shuffle(&mut plan);
    let mut batches = vec![Plan::new()];
    let mut filled = 0;
    for round in plan {
        if filled >= BATCH {
            batches.push(Plan::new());
            filled = 0;
        }
        filled += round.2;
        if let Some(last) = batches.last_mut() {
            last.push(round);
        }
    }
    batches
}

/// Where rounds come from: ids that are left, and what stands in each source's document.
struct Rounds {
    ids: std::vec::IntoIter<EntryId>,
    standing: HashMap<usize, Vec<EntryId>>,
}

impl Rounds {
    /// A round that brings `count` new entries from `first` on; what the source brought before still stands there.
    fn next(&mut self, &(at, first, count): &(usize, usize, usize)) -> (usize, Round) {
        let arrivals: Vec<Arrival> = (first..first + count)
            .zip(&mut self.ids)
            .map(|(number, id)| world::story(at, number, 10).arrival(id))
            .collect();
        let standing = self.standing.entry(at).or_default();
        let listed = standing.clone();
        standing.extend(arrivals.iter().map(|it| it.kept.id));
        (
            at,
            Round {
                source: world::source(at),
                state: world::state(at, first as i64),
                arrivals,
                listed,
                withdrawn: Vec::new(),
            },
        )
    }
}
