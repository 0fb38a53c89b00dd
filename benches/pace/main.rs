//! What the adaptive pace is worth: from publication to detection, beside polling evenly with as many requests.
//!
//! `cargo bench --bench pace` polls sources of several kinds for 24 weeks in a simulation and counts the second half.
//! The constants of the pace were chosen with the first seed and the first kinds; other seeds and kinds are held back,
//! and printed apart. `--strict` ends with 1 if a law is broken.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "everything is made of fixed values: a wrong one should stop the bench"
)]

mod chance;
mod corpus;
mod simulation;
mod verdict;

use std::process::ExitCode;

use self::{
    corpus::Kind,
    simulation::{Polled, Span},
    verdict::Verdict,
};

/// The seed with which the constants were chosen, and others.
const SEEDS: [u64; 4] = [1, 2, 3, 4];
const SPAN: Span = Span { before: 12, learning: 12, counting: 12 };
/// From the first poll on: only the dates in the first document teach anything.
const FRESH: Span = Span { before: 12, learning: 0, counting: 4 };

fn main() -> ExitCode {
    println!("Requests for a source in a day; minutes from publication to detection.\n");
    let mut is_kept = true;
    for seed in SEEDS {
        let what = if seed == 1 { "the seed the constants were chosen with" } else { "held back" };
        is_kept &= show(&format!("seed {seed} ({what})"), &Kind::KNOWN, seed, SPAN);
    }
    show("seed 1, the first four weeks after adoption", &Kind::KNOWN, 1, FRESH);
    for seed in SEEDS {
        show(&format!("seed {seed}, kinds that were held back"), &Kind::HELD_BACK, seed, SPAN);
    }
    println!("law: {}", if is_kept { "kept" } else { "BROKEN" });
    let is_strict = std::env::args().any(|it| it == "--strict");
    if is_strict && !is_kept { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Prints one table. Whether the law is kept over all its publications, and without those of wires.
fn show(title: &str, kinds: &[(Kind, usize)], seed: u64, span: Span) -> bool {
    let polled = simulation::poll(kinds, seed, span);
    println!("{title}");
    println!("{}", verdict::HEAD);
    for (kind, _) in kinds {
        let these: Vec<&Polled> = polled.iter().filter(|it| it.kind == *kind).collect();
        println!("{}", Verdict::of(kind.name(), &these, span));
    }
    let all = Verdict::of("all", &polled.iter().collect::<Vec<_>>(), span);
    println!("{all}");
    let mut is_kept = all.keeps_the_law();
    let others: Vec<&Polled> = polled.iter().filter(|it| it.kind != Kind::Wire).collect();
    if others.len() < polled.len() {
        // Wires publish the most, and hide the others.
        let others = Verdict::of("all but wires", &others, span);
        println!("{others}");
        is_kept &= others.keeps_the_law();
    }
    println!();
    is_kept
}
