//! A document that came again with other bytes and the same entries.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use pressroll::{
    ingest::{Memory, MemoryLimits, matching, memory::Standing, sift},
    model::Draft,
    store::{Round, Store},
};
use tokio::task::JoinSet;

use crate::{
    clock::{Watch, median},
    table::Table,
    work::{self, ROUNDS, Work},
    world,
};

const SOURCES: usize = 1_000;
const ENTRIES_PER_SOURCE: usize = 100;
/// How often all documents come again while they are remembered.
const TIMES: usize = 3;

/// A process that has just started.
struct Reader {
    store: Store,
    memory: Memory,
}

/// Keeps the entries once, and then reads the same documents again and again.
pub fn measure(work: &Work, table: &mut Table) -> Result<()> {
    println!("unchanged: {SOURCES} documents of {ENTRIES_PER_SOURCE} entries that are kept already");
    let path = work.path("unchanged.db");
    let store = work.new_store(&path, SOURCES)?;
    fill(work, &store)?;
    let reader = Arc::new(Reader { store, memory: Memory::new(MemoryLimits::default()) });
    println!("  recognised from the store: {:6.2} µs of CPU for each entry", all(work, &reader, 1)?);
    let mut remembered = Vec::new();
    for round in 2..2 + TIMES as i64 {
        let each = all(work, &reader, round)?;
        println!("  recognised by memory:      {each:6.2} µs of CPU for each entry");
        remembered.push(each);
    }
    table.note("unchanged: CPU for each of 100,000 entries", median(remembered), 2.0, "µs");
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

/// Reads every document, as many at once as ingest does; microseconds of CPU for each entry.
fn all(work: &Work, reader: &Arc<Reader>, round: i64) -> Result<f64> {
    let mut watch = Watch::default();
    let sources: Vec<usize> = (0..SOURCES).collect();
    for batch in sources.chunks(ROUNDS) {
        let drafts = |at| (0..ENTRIES_PER_SOURCE).map(|it| world::story(at, it, 10).draft()).collect();
        let documents: Vec<(usize, Vec<Draft>)> = batch.iter().map(|at| (*at, drafts(*at))).collect();
        let one = |(at, drafts)| Arc::clone(reader).one(at, round, drafts);
        let rounds = async { documents.into_iter().map(one).collect::<JoinSet<_>>().join_all().await };
        let read = watch.time(|| Ok(work.run(rounds)))?;
        read.into_iter().collect::<Result<Vec<_>>>()?;
    }
    Ok(watch.spent().cpu.as_secs_f64() / (SOURCES * ENTRIES_PER_SOURCE) as f64 * 1e6)
}

impl Reader {
    /// One round with nothing new, as ingest makes it once the document is parsed; the document is given back.
    async fn one(self: Arc<Self>, at: usize, round: i64, drafts: Vec<Draft>) -> Result<Vec<Draft>> {
        let source = world::source(at);
        let before = self.store.claim(&work::claim(at)).await?;
        let before = before.context("nobody else holds a lease")?;
        let recalled = self.memory.recall(&source, &before);
        let (mut seen, claims) = sift(&drafts, &recalled);
        let is_remembered = claims.is_empty();
        if !is_remembered {
            let known = self.store.known(&source, matching::lookup(&claims)).await?;
            let matches = matching::matches(claims, known, &seen);
            let unchanged = |it: &matching::Match| {
                let row = it.known.as_ref().filter(|row| row.raw_hash == it.claim.raw_hash)?;
                Some(it.claim.seen(row.id))
            };
            seen.extend(matches.iter().filter_map(unchanged));
        }
        ensure!(seen.len() == ENTRIES_PER_SOURCE, "{} entries were recognised as unchanged", seen.len());
        let state = world::state(at, round);
        // What stands in the document is said again only if it is not what stood in it before.
        let is_as_before = is_remembered && recalled.is_all(&seen);
        let (listed, standing) = if is_as_before {
            (Vec::new(), Standing::AsBefore)
        } else {
            (seen.iter().map(|it| it.id).collect(), Standing::These(seen))
        };
        let kept = Round { source: source.clone(), state: state.clone(), arrivals: Vec::new(), listed };
        self.store.keep(kept).await?;
        self.memory.note(&source, &before, &state, standing);
        Ok(drafts)
    }
}
