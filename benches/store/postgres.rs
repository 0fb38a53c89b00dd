//! The big store in PostgreSQL: copied there, and asked the same.

use std::{path::Path, time::Instant};

use anyhow::{Result, ensure};
use pressroll::store::{Schema, Store};
use tokio_postgres::NoTls;

use crate::{
    growth::{self, BUSY, ENTRIES, QUIET, SOURCES},
    newest,
    table::Table,
    work::Work,
    world,
};

/// What the law allows for the newest, milliseconds.
const NEWEST_MS: f64 = 5.0;

/// Asks the store that `url` names; an empty one is filled from the big store first.
pub fn measure(work: &mut Work, table: &mut Table, url: &str) -> Result<()> {
    let store = work.run(Store::open(url, Path::new("/"), "bench", Schema::Update))?;
    let kept: i64 = work.run(store.count_entries())?.values().sum();
    if kept == 0 {
        fill(work, &store)?;
    } else {
        ensure!(kept == ENTRIES as i64, "it holds {kept} entries: give the bench a database of its own");
    }
    let slowest = newest::ask_all(work, table, &store, ("PostgreSQL", NEWEST_MS))?;
    work.run(store.close())?;
    if slowest > NEWEST_MS { work.run(explain(url)) } else { Ok(()) }
}

fn fill(work: &mut Work, store: &Store) -> Result<()> {
    let path = growth::big(work)?;
    let from = work.store(&path)?;
    let began = Instant::now();
    work.run(from.copy_to(store, |_, _| {}))?;
    println!("postgres: {ENTRIES} entries were copied in {:.0} s", began.elapsed().as_secs_f64());
    Ok(work.run(from.close())?)
}

/// Prints how the server goes about one source of each kind.
async fn explain(url: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let ask = async {
        for at in [0, BUSY, SOURCES - QUIET] {
            let sql = format!(
                "EXPLAIN (ANALYZE, BUFFERS) SELECT order_ms, tie, id FROM entry WHERE source_id = '{}' \
                 ORDER BY order_ms DESC, tie DESC, id DESC LIMIT 2",
                world::source(at)
            );
            for row in client.query(&sql, &[]).await? {
                println!("  {}", row.try_get::<_, String>(0)?);
            }
        }
        Ok(())
    };
    tokio::select! {
        done = ask => done,
        ended = connection => Ok(ended?),
    }
}
