//! What the store costs: figures beside the laws that they belong to.
//!
//! `cargo bench --bench store` measures everything, `cargo bench --bench store -- insert newest` some parts of it. The
//! parts are `insert`, `unchanged`, `growth`, `newest`, and the address of an empty PostgreSQL
//! database (`postgres://…`) to be asked for the newest too. `--in FOLDER` works there and leaves the big
//! store for the next time; `--strict` ends with 1 if a law is broken widely.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod bare;
mod clock;
mod growth;
mod insert;
mod newest;
mod postgres;
mod table;
mod unchanged;
mod work;
mod world;

use std::process::ExitCode;

use anyhow::Result;

use self::{table::Table, work::Work};

fn main() -> Result<ExitCode> {
    let mut work = Work::from_arguments(std::env::args().skip(1))?;
    let mut table = Table::default();
    for part in work.parts() {
        match part.as_str() {
            "insert" => insert::measure(&work, &mut table)?,
            "unchanged" => unchanged::measure(&work, &mut table)?,
            "growth" => growth::measure(&mut work, &mut table)?,
            url if url.starts_with("postgres") => postgres::measure(&mut work, &mut table, url)?,
            "newest" => newest::measure(&mut work, &mut table)?,
            part => anyhow::bail!(
                "there is no part “{part}”: name insert, unchanged, growth, newest or postgres://…"
            ),
        }
    }
    println!("\n{table}");
    let is_bad = work.is_strict() && table.is_any_broken_widely();
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
