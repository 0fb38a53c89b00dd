//! A document that came again with other bytes and the same entries.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pressroll::{
    ingest::matching,
    model::{Draft, EntryId, Hash128},
    store::{Round, Store},
};

use crate::{
    clock::Watch,
    table::Table,
    work::{self, Work},
    world,
};

const SOURCES: usize = 1_000;
const ENTRIES_PER_SOURCE: usize = 100;

/// What the steps of a round cost together.
#[derive(Default)]
struct Watches {
    print: Watch,
    recognise: Watch,
    store: Watch,
}

/// Keeps the entries once, and then reads the same documents again.
pub fn measure(work: &Work, table: &mut Table) -> Result<()> {
    println!("unchanged: {SOURCES} documents of {ENTRIES_PER_SOURCE} entries that are kept already");
    let path = work.path("unchanged.db");
    let store = work.new_store(&path, SOURCES)?;
    for at in 0..SOURCES {
        let ids = work.run(store.entry_ids(ENTRIES_PER_SOURCE))?;
        let drafts = (0..ENTRIES_PER_SOURCE).map(|number| world::story(at, number, 10));
        let arrivals = drafts.zip(ids).map(|(story, id)| {
            let mut arrival = story.arrival(id);
            arrival.raw_hash = story.draft().fingerprint();
            arrival
        });
        let (source, state) = (world::source(at), world::state(at, 0));
        let round = Round { source, state, arrivals: arrivals.collect(), listed: Vec::new() };
        work.run(work::keep(&store, vec![(at, round)]))?;
    }
    let mut watches = Watches::default();
    for at in 0..SOURCES {
        let drafts: Vec<Draft> = (0..ENTRIES_PER_SOURCE).map(|it| world::story(at, it, 10).draft()).collect();
        again(work, &store, at, &drafts, &mut watches)?;
    }
    let each = |time: Duration| time.as_secs_f64() / (SOURCES * ENTRIES_PER_SOURCE) as f64 * 1e6;
    let Watches { print, recognise, store: kept } = watches;
    let [print, recognise, kept] = [print, recognise, kept].map(|it| each(it.spent().cpu));
    println!(
        "  {print:5.2} µs of CPU to hash a draft, {recognise:5.2} to recognise it, {kept:5.2} in the store"
    );
    table.note("unchanged: CPU for each of 100,000 entries", print + recognise + kept, 2.0, "µs");
    work.run(store.close())?;
    work::remove(&path)
}

/// One round with nothing new.
fn again(work: &Work, store: &Store, at: usize, drafts: &[Draft], watches: &mut Watches) -> Result<()> {
    let source = world::source(at);
    let prints: Vec<Hash128> = watches.print.time(|| Ok(drafts.iter().map(Draft::fingerprint).collect()))?;
    let (claims, keys) = watches.recognise.time(|| {
        let claims = matching::claims(drafts);
        let keys = matching::lookup(&claims);
        Ok((claims, keys))
    })?;
    let known = watches.store.time(|| {
        work.run(async {
            let until_ms = world::NOW_MS + 60_000;
            let claimed = store.claim(&source, &world::address(at), world::NOW_MS, until_ms).await?;
            claimed.context("nobody else holds a lease")?;
            Ok(store.known(&source, keys).await?)
        })
    })?;
    let listed: Vec<EntryId> = watches.recognise.time(|| {
        let same = |it: &matching::Match| {
            let known = it.known.as_ref().filter(|row| prints.get(it.claim.at) == Some(&row.raw_hash))?;
            Some(known.id)
        };
        Ok(matching::matches(claims, known).iter().filter_map(same).collect())
    })?;
    ensure!(listed.len() == ENTRIES_PER_SOURCE, "{} entries were recognised as unchanged", listed.len());
    let round = Round { source, state: world::state(at, 1), arrivals: Vec::new(), listed };
    watches.store.time(|| work.run(async { Ok(store.keep(round).await?) }))?;
    Ok(())
}
