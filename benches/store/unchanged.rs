//! A document that came again with other bytes and the same entries.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pressroll::{
    ingest::{
        Memory, MemoryLimits, matching,
        memory::{Seen, Standing},
        sift,
    },
    model::{Draft, EntryId, PollState},
    store::{Round, Store},
};

use crate::{
    clock::{Cost, Watch},
    table::Table,
    work::{self, Work},
    world,
};

const SOURCES: usize = 1_000;
const ENTRIES_PER_SOURCE: usize = 100;
/// How often all documents come again while they are remembered.
const TIMES: usize = 3;

/// A process that has just started, and what its steps cost.
struct Reader<'a> {
    work: &'a Work,
    store: Store,
    memory: Memory,
    recognising: Watch,
    storing: Watch,
}

/// Keeps the entries once, and then reads the same documents again and again.
pub fn measure(work: &Work, table: &mut Table) -> Result<()> {
    println!("unchanged: {SOURCES} documents of {ENTRIES_PER_SOURCE} entries that are kept already");
    let path = work.path("unchanged.db");
    let store = work.new_store(&path, SOURCES)?;
    fill(work, &store)?;
    let memory = Memory::new(MemoryLimits::default());
    let mut reader = Reader { work, store, memory, recognising: Watch::default(), storing: Watch::default() };
    let mut remembered = Vec::new();
    for time in 0..=TIMES {
        let each = reader.all(time as i64 + 1)?;
        if time > 0 {
            remembered.push(each);
        }
    }
    let best = remembered.into_iter().fold(f64::INFINITY, f64::min);
    table.note("unchanged: CPU for each of 100,000 entries", best, 2.0, "µs");
    work.run(reader.store.close())?;
    work::remove(&path)
}

fn fill(work: &Work, store: &Store) -> Result<()> {
    for at in 0..SOURCES {
        let ids = work.run(store.entry_ids(ENTRIES_PER_SOURCE))?;
        let stories = (0..ENTRIES_PER_SOURCE).map(|number| world::story(at, number, 10));
        let arrivals = stories.zip(ids).map(|(story, id)| {
            let mut arrival = story.arrival(id);
            arrival.raw_hash = story.draft().fingerprint();
            arrival
        });
        let (source, state) = (world::source(at), world::state(at, 0));
        let round = Round { source, state, arrivals: arrivals.collect(), listed: Vec::new() };
        work.run(work::keep(store, vec![(at, round)]))?;
    }
    Ok(())
}

impl Reader<'_> {
    /// Reads every document; microseconds of CPU for each entry.
    fn all(&mut self, round: i64) -> Result<f64> {
        let before = [self.recognising.spent(), self.storing.spent()];
        for at in 0..SOURCES {
            let drafts = (0..ENTRIES_PER_SOURCE).map(|it| world::story(at, it, 10).draft());
            self.one(at, round, &drafts.collect::<Vec<_>>())?;
        }
        let [recognising, storing] = before;
        let recognising = each(recognising, self.recognising.spent());
        let storing = each(storing, self.storing.spent());
        let how = if round == 1 { "from the store" } else { "by memory" };
        println!("  {how}: {recognising:5.2} µs of CPU to recognise an entry, {storing:5.2} µs in the store");
        Ok(recognising + storing)
    }

    /// One round with nothing new, as ingest makes it once the document is parsed.
    fn one(&mut self, at: usize, round: i64, drafts: &[Draft]) -> Result<()> {
        let (source, claim) = (world::source(at), work::claim(at));
        let before = self.storing.time(|| Ok(self.work.run(self.store.claim(&claim))?))?;
        let before = before.context("nobody else holds a lease")?;
        let (mut seen, claims) =
            self.recognising.time(|| Ok(sift(drafts, &self.memory.recall(&source, &before))))?;
        if !claims.is_empty() {
            let keys = matching::lookup(&claims);
            let known = self.storing.time(|| Ok(self.work.run(self.store.known(&source, keys))?))?;
            let matches = self.recognising.time(|| Ok(matching::matches(claims, known, &seen)))?;
            let unchanged = |it: &matching::Match| {
                let row = it.known.as_ref().filter(|row| row.raw_hash == it.claim.raw_hash)?;
                Some(it.claim.seen(row.id))
            };
            seen.extend(matches.iter().filter_map(unchanged));
        }
        ensure!(seen.len() == ENTRIES_PER_SOURCE, "{} entries were recognised as unchanged", seen.len());
        self.keep(at, round, &before, seen)
    }

    fn keep(&mut self, at: usize, round: i64, before: &PollState, seen: Vec<Seen>) -> Result<()> {
        let (source, state) = (world::source(at), world::state(at, round));
        let listed: Vec<EntryId> = seen.iter().map(|it| it.id).collect();
        let kept = Round { source: source.clone(), state: state.clone(), arrivals: Vec::new(), listed };
        self.storing.time(|| Ok(self.work.run(self.store.keep(kept))?))?;
        self.recognising.time(|| {
            self.memory.note(&source, before, &state, Standing::These(seen));
            Ok(())
        })
    }
}

/// Microseconds of CPU for each entry of all documents.
fn each(before: Cost, after: Cost) -> f64 {
    let spent: Duration = after.cpu.saturating_sub(before.cpu);
    spent.as_secs_f64() / (SOURCES * ENTRIES_PER_SOURCE) as f64 * 1e6
}
