//! Which parts of the tests are off, so that nobody takes a green run for more than it is.

use std::io::Write as _;

/// Each suite that needs more than Rust and a C compiler, whether it is on, and what it needs.
const SUITES: [(&str, bool, &str); 4] = [
    ("suite-corpus", cfg!(feature = "suite-corpus"), "the corpus at ../shared/corpus"),
    (
        "suite-postgres",
        cfg!(feature = "suite-postgres"),
        "PostgreSQL 15 (Debian: postgresql-15), or PRESSROLL_TEST_PG",
    ),
    ("suite-python", cfg!(feature = "suite-python"), "Python with feedparser, and ../shared/tools"),
    ("suite-slow", cfg!(feature = "suite-slow"), "the full time-outs of faulty publishers"),
];

#[test]
fn suites_that_are_off_are_named() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let declared: Vec<&str> = features.keys().map(String::as_str).collect();
    assert_eq!(declared, SUITES.map(|(name, ..)| name), "every suite is listed here");
    for (name, _, needs) in SUITES.iter().filter(|(_, is_on, _)| !is_on) {
        // Not by `eprintln`, which the test runner keeps to itself.
        writeln!(std::io::stderr(), "{name} is off: it needs {needs}; turn it on with --features {name}")
            .unwrap();
    }
    writeln!(std::io::stderr(), "the browser's tests are apart: node --test tests/browser/*.test.mjs")
        .unwrap();
}
