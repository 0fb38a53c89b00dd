//! A document that came again with other bytes and the same entries.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use pressroll::{
    ingest::{Memory, MemoryLimits, matching, memory::Standing, sift},
    model::{Draft, EntryId, PollState, SourceId, signs::Basis},
    store::{Round, Store},
};

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
struct Reader<'a> {
    work: &'a Work,
    store: Store,
    memory: Memory,
}

/// Keeps the entries once, and then reads the same documents again and again.
pub fn measure(work: &Work, table: &mut Table) -> Result<()> {
    println!("unchanged: {SOURCES} documents of {ENTRIES_PER_SOURCE} entries that are kept already");
    let path = work.path("unchanged.db");
    let store = work.new_store(&path, SOURCES)?;
    fill(work, &store)?;
    let reader = Reader { work, store, memory: Memory::new(MemoryLimits::default()) };
    println!("  recognised from the store: {:6.2} µs of CPU for each entry", reader.all(1, ROUNDS)?);
    let mut remembered = Vec::new();
    for round in 2..2 + TIMES as i64 {
        let each = reader.all(round, ROUNDS)?;
        println!("  recognised by memory:      {each:6.2} µs of CPU for each entry");
        remembered.push(each);
    }
    let alone = reader.all(2 + TIMES as i64, 1)?;
    println!("  … each round for itself:   {alone:6.2} µs of CPU for each entry");
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
        work::keep(work, store, vec![(at, round)])?;
    }
    Ok(())
}

impl Reader<'_> {
    /// Reads every document; microseconds of CPU for each entry.
    fn all(&self, round: i64, at_once: usize) -> Result<f64> {
        let mut watch = Watch::default();
        let sources: Vec<usize> = (0..SOURCES).collect();
        for batch in sources.chunks(at_once) {
            self.at_once(batch, round, &mut watch)?;
        }
        Ok(watch.spent().cpu.as_secs_f64() / (SOURCES * ENTRIES_PER_SOURCE) as f64 * 1e6)
    }

    /// Rounds with nothing new that run at once. Making a document is not counted, and it is made where it would be parsed:
    /// just before it is looked at.
    fn at_once(&self, batch: &[usize], round: i64, watch: &mut Watch) -> Result<()> {
        let claim = |at: &usize| {
            let (store, claim) = (self.store.clone(), work::claim(*at));
            async move { store.claim(&claim).await?.context("nobody else holds a lease") }
        };
        let befores = watch.time(|| self.work.at_once(batch.iter().map(claim)))?;
        let (mut rounds, mut standings) = (Vec::new(), Vec::new());
        for (at, before) in batch.iter().zip(befores) {
            let draft = |number| world::story(*at, number, 10).draft();
            let drafts: Vec<Draft> = (0..ENTRIES_PER_SOURCE).map(draft).collect();
            let (source, state) = (world::source(*at), world::state(*at, round));
            let (listed, standing) = watch.time(|| self.read(&source, &before, &drafts))?;
            rounds.push(Arc::new(Round { source, state, arrivals: Vec::new(), listed }));
            standings.push((before, standing));
        }
        watch.time(|| {
            let keep = |round: &Arc<Round>| {
                let (store, round) = (self.store.clone(), Arc::clone(round));
                async move { Ok(store.keep(round).await?) }
            };
            self.work.at_once(rounds.iter().map(keep))?;
            for (round, (before, standing)) in rounds.iter().zip(standings) {
                self.memory.note(&round.source, &before, &round.state, standing);
            }
            Ok(())
        })
    }

    /// Recognises the entries of a document.
    fn read(
        &self,
        source: &SourceId,
        before: &PollState,
        drafts: &[Draft],
    ) -> Result<(Vec<EntryId>, Standing)> {
        let recalled = self.memory.recall(source, before);
        let (mut seen, claims) = sift(drafts, &recalled);
        let is_remembered = claims.is_empty();
        if !is_remembered {
            let known =
                self.work.run(self.store.known(source, matching::lookup(&claims, &seen, Basis::Guid)))?;
            let matches = matching::matches(claims, known, &seen, Basis::Guid);
            let unchanged = |it: &matching::Match| {
                let row = it.known.as_ref().filter(|row| row.raw_hash == it.claim.raw_hash)?;
                Some(it.claim.seen(row.id))
            };
            seen.extend(matches.iter().filter_map(unchanged));
        }
        ensure!(seen.len() == ENTRIES_PER_SOURCE, "{} entries were recognised as unchanged", seen.len());
        // What stands in the document is said again only if it is not what stood in it before.
        if is_remembered && recalled.is_all(&seen) {
            return Ok((Vec::new(), Standing::AsBefore));
        }
        Ok((seen.iter().map(|it| it.id).collect(), Standing::These(seen)))
    }
}
