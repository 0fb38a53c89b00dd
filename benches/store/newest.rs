//! The newest entries of many sources, out of the big store.

use std::time::Instant;

use anyhow::{Result, ensure};
use pressroll::{
    model::SourceId,
    store::{Order, Store},
};

use crate::{
    clock::{Watch, percentile},
    growth::{self, BUSY, QUIET, SOURCES},
    table::Table,
    work::Work,
    world::{self, Dice},
};

/// How often each question is asked; of sources that change, until each has been named once.
const TIMES: usize = 300;
/// Sources that one question names.
const NAMED: usize = 200;
/// Entries that one answer brings.
const LIMIT: usize = 50;

/// Asks the big store in SQLite.
pub fn measure(work: &mut Work, table: &mut Table) -> Result<()> {
    let path = growth::big(work)?;
    let store = work.store(&path)?;
    ask_all(work, table, &store, ("SQLite", 1.0))?;
    work.run(store.close())?;
    Ok(())
}

/// Asks for the newest of the busiest, the quietest and any sources; `engine` is its name, and the milliseconds that
/// its law allows. The slowest of the medians, milliseconds.
pub fn ask_all(work: &Work, table: &mut Table, store: &Store, engine: (&str, f64)) -> Result<f64> {
    println!("newest: {LIMIT} entries of {NAMED} out of {SOURCES} sources, {}", engine.0);
    let mut dice = Dice::new(3);
    let mut any: Vec<usize> = (0..SOURCES).collect();
    dice.shuffle(&mut any);
    let any = any.into_iter().take(NAMED).collect();
    // A publication asks for the same sources again and again; others each time have never been asked for before.
    let kinds: [(&str, Vec<usize>); 4] = [
        ("busiest", (0..BUSY).collect()),
        ("quietest", (SOURCES - QUIET..SOURCES).collect()),
        ("any", any),
        ("changing", (0..SOURCES).collect()),
    ];
    let mut slowest = 0.0_f64;
    for order in [Order::Stated, Order::Visible] {
        for (kind, among) in &kinds {
            let mut among = among.clone();
            dice.shuffle(&mut among);
            let questions = if among.len() > NAMED { among.len() / NAMED } else { TIMES };
            let (mut times, mut watch) = (Vec::with_capacity(questions), Watch::default());
            watch.time(|| {
                for named in among.chunks(NAMED).cycle().take(questions) {
                    let sources: Vec<SourceId> = named.iter().map(|at| world::source(*at)).collect();
                    let began = Instant::now();
                    let newest = work.run(store.newest(&sources, order, LIMIT))?;
                    times.push(began.elapsed().as_secs_f64() * 1e3);
                    ensure!(newest.len() == LIMIT, "{} entries of {kind} sources were found", newest.len());
                }
                Ok(())
            })?;
            let cpu = watch.spent().cpu.as_secs_f64() / questions as f64 * 1e3;
            let (middle, late) = (percentile(times.clone(), 50), percentile(times, 99));
            println!(
                "  {kind:8} by {order:7?}: {middle:6.2} ms in the middle, {late:6.2} ms at the 99th of 100, \
                 {cpu:6.2} ms of CPU here"
            );
            slowest = slowest.max(middle);
            // The first question of all reads from a disk that nobody has read: it is shown, and held to no law.
            if questions == TIMES {
                let what = format!("newest of {kind} sources by {order:?}, {}", engine.0);
                table.note(what, middle, engine.1, "ms");
            }
        }
    }
    Ok(slowest)
}
