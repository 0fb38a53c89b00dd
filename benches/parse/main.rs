//! What reading a document costs, step by step, beside feed-rs and other readers.
//!
//! `cargo bench --bench parse` reads well-formed documents, small, middling and large: real captures of the corpus beside
//! the project, and press feeds made up here. For each class of documents it prints, least of several rounds, how many
//! megabytes a second each step reads and how many milliseconds on processors a megabyte takes. Beside them stand
//! feed-rs alone on the documents as they came, quick-xml's bare loop of events with namespaces, and fastfeedparser
//! (Python on lxml) where it is installed.
//!
//! The law: mend and hints together cost at most as much as feed-rs alone, for documents of every class. Where it is
//! broken, the bench ends with 1. `--rounds N` says how often.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::indexing_slicing, reason = "the chance of the pace's bench is made of fixed values")]

#[path = "../pace/chance.rs"]
#[expect(dead_code, reason = "the bench of the pace uses more of it")]
mod chance;
#[path = "../store/clock.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod clock;
mod documents;
mod python;
mod rounds;
mod steps;
#[path = "../clean/texts.rs"]
#[expect(dead_code, reason = "the bench of cleaning names the kinds of its texts")]
mod texts;

use std::{collections::HashMap, process::ExitCode};

use anyhow::Result;

use self::{
    documents::Class,
    steps::{Costs, Step},
};

/// What mend and hints together may cost, in what feed-rs alone does.
const LAW: f64 = 1.0;

fn main() -> Result<ExitCode> {
    let rounds = rounds::asked_for(15)?;
    let classes = documents::classes()?;
    println!(
        "Least of {rounds} rounds; MB/s of the document as it came, and milliseconds on processors a MB."
    );
    let python = match python::measure(&classes, rounds) {
        Ok(figures) => figures,
        Err(error) => {
            println!("fastfeedparser is left out: {error:#}");
            HashMap::new()
        }
    };
    let mut broken = 0;
    for class in &classes {
        let costs = steps::measure(class, rounds)?;
        print(class, &costs, python.get(class.name).copied());
        broken += usize::from(ratio(&costs) > LAW);
    }
    println!("\nLaw: mend and hints cost at most {LAW:.1} of feed-rs alone; {broken} classes break it.");
    Ok(if broken > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(class: &Class, costs: &Costs, fastfeedparser: Option<f64>) {
    let bytes = class.bytes() as f64;
    println!("\n{}: {} documents, {:.0} KB each", class.name, class.documents.len(), {
        bytes / 1e3 / class.documents.len() as f64
    });
    let line = |name: &str, seconds: f64| {
        println!("  {name:<34}{:>10.1} MB/s{:>10.2} ms/MB", bytes / 1e6 / seconds, seconds * 1e9 / bytes);
    };
    for step in Step::ALL {
        line(step.name(), costs.of(step));
    }
    if let Some(seconds) = fastfeedparser {
        line("fastfeedparser", seconds);
    }
    let ratio = ratio(costs);
    let verdict = if ratio <= LAW { "kept" } else { "BROKEN" };
    println!("  (mend + hints) / feed-rs alone    {ratio:>10.2}, law {LAW:.1}: {verdict}");
}

fn ratio(costs: &Costs) -> f64 {
    (costs.of(Step::Mend) + costs.of(Step::Hints)) / costs.of(Step::FeedRsAlone)
}
