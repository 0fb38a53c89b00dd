//! What cleaning an entry costs, beside the sanitizer that is a part of it.
//!
//! `cargo bench --bench clean` cleans press texts of several kinds, each several times, and prints the least time on
//! processors for one entry. Beside it stands what ammonia alone takes: with the elements and attributes of the press
//! policy, for the same texts as they came out. That is nearly what goes into it on the way, but for word processors,
//! whose many empty spans it still has to read. `--rounds N` says how often.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::indexing_slicing, reason = "the chance of the pace's bench is made of fixed values")]

#[path = "../pace/chance.rs"]
#[expect(dead_code, reason = "the bench of the pace uses more of it")]
mod chance;
#[path = "../store/clock.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod clock;
mod texts;

use std::{collections::HashSet, hint::black_box, time::Duration};

use anyhow::{Context, Result, bail};
use pressroll::{
    model::Draft,
    sanitize::{self, Policy},
};

use self::{clock::Watch, texts::Kind};

/// How many entries of a kind are cleaned in a row.
const ENTRIES: usize = 200;

fn main() -> Result<()> {
    let rounds = rounds(std::env::args().skip(1))?;
    let ammonia = sanitizer();
    println!(
        "Microseconds on processors for one entry; the least of {rounds} rounds of {ENTRIES} entries.\n"
    );
    println!("{:<24}{:>8}{:>10}{:>10}{:>10}", "texts", "bytes", "entry", "ammonia", "our own");
    let (mut all, mut theirs) = (0.0, 0.0);
    for kind in Kind::ALL {
        let drafts: Vec<Draft> = (0..ENTRIES).map(|it| texts::draft(kind, it as u64)).collect();
        let bytes: usize = drafts.iter().filter_map(|it| Some(it.content.as_ref()?.0.len())).sum();
        let policy = Policy::default();
        let clean: Vec<String> = drafts
            .iter()
            .map(|it| sanitize::entry(it.clone(), &policy).content.as_str().to_owned())
            .filter(|it| it.contains(['<', '&']))
            .collect();
        let entry = least(rounds, || drafts.clone(), |it| drop(black_box(sanitize::entry(it, &policy))))?;
        let alone = least(rounds, || clean.clone(), |it| drop(black_box(ammonia.clean(&it).to_string())))?;
        println!(
            "{:<24}{:>8}{:>10.1}{:>10.1}{:>10.1}",
            kind.name(),
            bytes / ENTRIES,
            entry,
            alone,
            entry - alone
        );
        (all, theirs) = (all + entry, theirs + alone);
    }
    let kinds = Kind::ALL.len() as f64;
    println!(
        "{:<32}{:>10.1}{:>10.1}{:>10.1}",
        "all kinds alike",
        all / kinds,
        theirs / kinds,
        (all - theirs) / kinds
    );
    Ok(())
}

/// How many rounds are asked for.
fn rounds(mut arguments: impl Iterator<Item = String>) -> Result<usize> {
    let mut rounds = 25;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--rounds" => {
                let number = arguments.next().and_then(|it| it.parse().ok());
                rounds = number.context("a number is missing")?;
            }
            other => bail!("there is no “{other}”: say --rounds N"),
        }
    }
    Ok(rounds)
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
