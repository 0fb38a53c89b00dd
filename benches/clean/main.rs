//! What cleaning an entry costs, beside the sanitizer that is a part of it.
//!
//! `cargo bench --bench clean` cleans press texts of several kinds, each several times, and prints the least time on
//! processors: how many megabytes a second of HTML as it came. Beside it stand ammonia alone, on the same HTML with the
//! elements and attributes of the press policy, and the tree of html5ever with its serializer, on which both are built: what
//! reading and writing costs that takes nothing out. Then come whole entries, and texts made to cost.
//!
//! The law: cleaning takes at most 1.3 times what ammonia alone does, over all kinds alike, and no text more than 50 ms.
//! Where it is broken, the bench ends with 1. `--rounds N` says how often.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::indexing_slicing, reason = "the chance of the pace's bench is made of fixed values")]

mod attacks;
#[path = "../pace/chance.rs"]
#[expect(dead_code, reason = "the bench of the pace uses more of it")]
mod chance;
#[path = "../store/clock.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod clock;
#[path = "../parse/rounds.rs"]
mod rounds;
mod texts;
mod tree;

use std::{collections::HashSet, hint::black_box, process::ExitCode, time::Duration};

use anyhow::Result;
use pressroll::{
    model::Draft,
    sanitize::{self, Policy},
};

use self::{clock::Watch, texts::Kind};

/// How many entries of a kind are cleaned in a row.
const ENTRIES: usize = 200;
/// What cleaning may cost, in what ammonia alone does.
const LAW: f64 = 1.3;

fn main() -> Result<ExitCode> {
    let rounds = rounds::asked_for(25)?;
    let strict = sanitizer();
    println!(
        "MB/s of HTML as it came, and microseconds for an entry, on processors; the least of {rounds} rounds of {ENTRIES} entries.\n"
    );
    println!(
        "{:<24}{:>8}{:>10}{:>10}{:>12}{:>8}{:>12}",
        "texts", "bytes", "cleaning", "ammonia", "html5ever", "ratio", "entry, µs"
    );
    let (mut all, mut theirs) = (0.0, 0.0);
    for kind in Kind::ALL {
        let drafts: Vec<Draft> = (0..ENTRIES).map(|it| texts::draft(kind, it as u64)).collect();
        let raw: Vec<&str> = drafts.iter().filter_map(|it| Some(it.content.as_ref()?.0.as_str())).collect();
        let bytes = raw.iter().map(|it| it.len()).sum::<usize>() as f64 / ENTRIES as f64;
        let policy = Policy::default();
        let prepare = || raw.clone();
        let ours = least(rounds, prepare, |it| drop(black_box(sanitize::html(it, None))))?;
        let alone = least(rounds, prepare, |it| drop(black_box(strict.clean(it).to_string())))?;
        let bare = least(rounds, prepare, |it| drop(black_box(tree::read_and_written(it))))?;
        let entry = least(rounds, || drafts.clone(), |it| drop(black_box(sanitize::entry(it, &policy))))?;
        println!(
            "{:<24}{bytes:>8.0}{:>10.1}{:>10.1}{:>12.1}{:>8.2}{entry:>12.1}",
            kind.name(),
            bytes / ours,
            bytes / alone,
            bytes / bare,
            ours / alone
        );
        (all, theirs) = (all + ours, theirs + alone);
    }
    let ratio = all / theirs;
    let costly = attacks::measure()?;
    println!(
        "\nLaw: cleaning costs at most {LAW:.1} of ammonia alone, over all kinds: {ratio:.2}; and no text more than {:?}: {costly} do.",
        attacks::ATTACK_MAX
    );
    Ok(if ratio > LAW || costly > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The least time that doing `work` on everything took in any round, in microseconds for each of the entries.
fn least<T>(rounds: usize, prepare: impl Fn() -> Vec<T>, work: impl Fn(T)) -> Result<f64> {
    let mut least = Duration::MAX;
    for _ in 0..rounds {
        let prepared = prepare();
        let mut watch = Watch::default();
        watch.time(|| {
            prepared.into_iter().for_each(&work);
            Ok(())
        })?;
        least = least.min(watch.spent().cpu);
    }
    Ok(least.as_secs_f64() * 1e6 / ENTRIES as f64)
}

/// Ammonia as the press policy sets it up, as far as that can be seen from outside.
fn sanitizer() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    let attributes = sanitize::allowed().map(|it| (it.name, it.attribute_names().collect())).collect();
    builder
        .tags(sanitize::allowed().map(|it| it.name).collect())
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["dir", "lang"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
}
