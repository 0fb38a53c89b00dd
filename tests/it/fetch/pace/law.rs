//! What the adaptive pace is worth, on a part of the corpus of `cargo bench --bench pace`: a simulation, the same on
//! every machine.

#[path = "../../../../benches/pace/chance.rs"]
mod chance;
#[path = "../../../../benches/pace/corpus.rs"]
mod corpus;
#[path = "../../../../benches/pace/simulation.rs"]
mod simulation;
#[path = "../../../../benches/pace/verdict.rs"]
mod verdict;

use self::{
    corpus::Kind,
    simulation::{Polled, Span},
    verdict::{HEAD, Verdict},
};

const SPAN: Span = Span { before: 12, learning: 2, counting: 3 };
const SEED: u64 = 77;

/// A fifth of the sources of each kind, at least one.
fn some(kinds: &[(Kind, usize)]) -> Vec<(Kind, usize)> {
    kinds.iter().map(|(kind, sources)| (*kind, (sources / 5).max(1))).collect()
}

#[test]
fn entries_are_detected_in_a_quarter_of_the_time_with_no_more_requests_than_hourly_polling_makes() {
    let polled = simulation::poll(&some(&Kind::KNOWN), SEED, SPAN);
    let all = Verdict::of("all", &polled.iter().collect::<Vec<_>>(), SPAN);
    assert!(all.publications > 500, "{all}");
    assert!(all.keeps_the_law(), "the law is broken:\n{HEAD}\n{all}");
    // Wires publish the most: without them it holds as well.
    let others: Vec<&Polled> = polled.iter().filter(|it| it.kind != Kind::Wire).collect();
    let others = Verdict::of("all but wires", &others, SPAN);
    assert!(others.publications > 50, "{others}");
    assert!(others.keeps_the_law(), "the law is broken without wires:\n{HEAD}\n{others}");
}

#[test]
fn kinds_for_which_nothing_was_chosen_gain_too() {
    let polled = simulation::poll(&some(&Kind::HELD_BACK), SEED, SPAN);
    let all = Verdict::of("all", &polled.iter().collect::<Vec<_>>(), SPAN);
    assert!(all.publications > 100, "{all}");
    assert!(all.part() < 0.5, "{HEAD}\n{all}");
}
