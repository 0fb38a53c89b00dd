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
/// What hourly polling makes for each source.
const REQUESTS_A_DAY_MAX: f64 = 24.0;

/// A fifth of the sources of each kind, at least one.
fn some(kinds: &[(Kind, usize)]) -> Vec<(Kind, usize)> {
    kinds.iter().map(|(kind, sources)| (*kind, (sources / 5).max(1))).collect()
}

/// All these sources together, and the table of their kinds.
fn verdict(polled: &[Polled]) -> (Verdict, String) {
    let of = |name: &str, keep: &dyn Fn(&Polled) -> bool| {
        Verdict::of(name, &polled.iter().filter(|it| keep(it)).collect::<Vec<_>>(), SPAN)
    };
    let all = of("all", &|_| true);
    let lines =
        Kind::KNOWN.iter().chain(&Kind::HELD_BACK).map(|(kind, _)| of(kind.name(), &|it| it.kind == *kind));
    let lines = lines.filter(|it| it.sources > 0).map(|it| format!("{it}\n"));
    let table = format!("{HEAD}\n{}{all}", lines.collect::<String>());
    (all, table)
}

#[test]
fn entries_are_detected_in_a_quarter_of_the_time_with_no_more_requests_than_hourly_polling_makes() {
    let mut polled = simulation::poll(&some(&Kind::KNOWN), SEED, SPAN);
    let (all, table) = verdict(&polled);
    assert!(all.publications > 500 && all.keeps_the_law(), "{table}");
    assert!(all.requests_a_day <= REQUESTS_A_DAY_MAX, "{table}");
    // Wires publish the most: without them it holds as well.
    polled.retain(|it| it.kind != Kind::Wire);
    let (others, table) = verdict(&polled);
    assert!(others.publications > 50 && others.keeps_the_law(), "{table}");
}

#[test]
fn kinds_for_which_nothing_was_chosen_gain_too() {
    let (all, table) = verdict(&simulation::poll(&some(&Kind::HELD_BACK), SEED, SPAN));
    assert!(all.publications > 100 && all.part() < 0.5, "{table}");
}
