//! What polling costs beside the requests that it is made of.
//!
//! `cargo bench --bench poll` polls 10,000 sources of a publisher on this machine, which runs as a process of its own. A
//! bare loop of requests asks the same at the same time of day, in turns: with the same validators, as many at once, over as
//! many connections, and reads every body to its end and does nothing with it. It does so over each way of `way.rs` one after
//! the other, or only over those that `--over NAME` names, once for each. `--sources N` and `--rounds N` say how much;
//! `--strict` ends with 1 if a law is broken widely. It fails where pressroll makes more connections than the loop.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod alone;
mod bare;
#[path = "../store/clock.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod clock;
mod document;
mod publisher;
mod serve;
mod site;
#[path = "../store/table.rs"]
mod table;
mod way;
#[path = "../store/world.rs"]
#[expect(dead_code, reason = "the store's bench uses more of it")]
mod world;

use std::{fs, path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, Result, ensure};
use tokio::runtime::{Builder, Runtime};

use self::{
    alone::Figures,
    bare::Bare,
    clock::Watch,
    publisher::Publisher,
    site::Site,
    table::Table,
    way::{WAYS, Way},
};

/// Requests that run at once, as in a site.
const AT_ONCE: usize = 32;
/// Of how many sources one has changed in a round.
const CHANGED_ONE_IN: usize = 20;
/// How many connections, or full handshakes, pressroll may make in a round beyond those of the bare loop: now and then a
/// connection breaks off.
const CONNECTIONS_SPARE: usize = 20;

/// What both sides found in a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    fresh: usize,
    unchanged: usize,
}

/// What is asked for.
struct Order {
    over: Vec<Way>,
    sources: usize,
    rounds: usize,
    is_strict: bool,
}

impl Order {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut order = Self { over: Vec::new(), sources: 10_000, rounds: 5, is_strict: false };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} of what?"));
            match argument.as_str() {
                "--bench" => {}
                "--strict" => order.is_strict = true,
                "--over" => order.over.push(Way::named(&value()?)?),
                "--sources" => order.sources = value()?.parse()?,
                "--rounds" => order.rounds = value()?.parse()?,
                other => anyhow::bail!(
                    "there is no “{other}”: say --over NAME, --sources N, --rounds N or --strict"
                ),
            }
        }
        if order.over.is_empty() {
            order.over.extend(WAYS);
        }
        Ok(order)
    }
}

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|it| it == serve::ARGUMENT).is_some() {
        serve::serve(arguments)?;
        return Ok(ExitCode::SUCCESS);
    }
    let is_alone = arguments.next_if(|it| it == alone::ARGUMENT).is_some();
    let order = Order::read(arguments)?;
    if is_alone {
        order.over.iter().try_for_each(|way| measure(*way, &order).map(|it| println!("{it}")))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::default();
    for way in &order.over {
        let Figures { quiet, busy, memory } = alone::measured(*way, &order)?;
        let (name, times) = (way.name, "CPU, times that of a bare loop of requests");
        table.note(format!("{name}, nothing changed: {times}"), quiet, 1.3, "×");
        table.note(format!("{name}, 95 % unchanged: {times}"), busy, 1.3, "×");
        table.note(format!("{name}: memory after all rounds, times that after the first"), memory, 1.1, "×");
    }
    println!("\n{table}");
    let is_bad = order.is_strict && table.is_any_broken_widely();
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Measures one way.
fn measure(way: Way, order: &Order) -> Result<Figures> {
    let folder = std::env::temp_dir().join(format!("pressroll-poll-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure_in(&folder, way, order);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure_in(folder: &Path, way: Way, order: &Order) -> Result<Figures> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let mut publisher = Publisher::start(way, order.sources)?;
    let mut pair = Pair {
        bare: Bare::new(&publisher, order.sources)?,
        site: runtime.block_on(Site::open(&publisher, order.sources, folder))?,
        runtime: &runtime,
    };
    println!("{}: {}", way.name, way.words);
    let hosts = publisher.hosts();
    println!("  {} sources on {hosts} hosts: all documents come for the first time", order.sources);
    pair.round(&mut publisher)?;
    let begin_kib = resident_kib();
    let quiet = pair.rounds(&mut publisher, order.rounds, false)?;
    println!("  nothing changed, so that only asking costs: {}", quiet.words(order.sources));
    let busy = pair.rounds(&mut publisher, order.rounds, true)?;
    println!(
        "  one in {CHANGED_ONE_IN} changed, and is read, cleaned and kept: {}",
        busy.words(order.sources)
    );
    let end_kib = resident_kib();
    println!("  memory: {} MiB after the first round, {} MiB at the end", begin_kib >> 10, end_kib >> 10);
    Ok(Figures { quiet: quiet.ratio(), busy: busy.ratio(), memory: end_kib as f64 / begin_kib as f64 })
}

/// CPU that one round costs either side: the least of several, for what else runs on this machine only adds to it.
#[derive(Clone, Copy)]
struct Cost {
    bare: Duration,
    site: Duration,
}

impl Cost {
    fn ratio(self) -> f64 {
        self.site.as_secs_f64() / self.bare.as_secs_f64()
    }

    fn words(self, polls: usize) -> String {
        let each = |it: Duration| it.as_secs_f64() * 1e6 / polls as f64;
        let (bare, site, ratio) = (each(self.bare), each(self.site), self.ratio());
        format!("bare {bare:.1} µs of CPU for each poll, pressroll {site:.1} µs: {ratio:.2} ×")
    }
}

/// The two sides that ask.
struct Pair<'a> {
    bare: Bare,
    site: Site,
    runtime: &'a Runtime,
}

impl Pair<'_> {
    /// Several rounds, in each of which every twentieth source has changed or none; what the cheapest of each side costs.
    fn rounds(&mut self, publisher: &mut Publisher, rounds: usize, is_changing: bool) -> Result<Cost> {
        let mut least = Cost { bare: Duration::MAX, site: Duration::MAX };
        for round in 0..rounds {
            if is_changing {
                publisher.change(round % CHANGED_ONE_IN)?;
            }
            let cost = self.round(publisher)?;
            least = Cost { bare: least.bare.min(cost.bare), site: least.site.min(cost.site) };
        }
        Ok(least)
    }

    /// Both ask every source once, the bare loop first. The end of a connection is part of what it costs.
    fn round(&mut self, publisher: &mut Publisher) -> Result<Cost> {
        let (mut bare, mut site) = (Watch::default(), Watch::default());
        let before = publisher.connections()?;
        let wanted = bare.time(|| {
            let found = self.runtime.block_on(self.bare.round())?;
            publisher.settle().map(|()| found)
        })?;
        let between = publisher.connections()?;
        let found = site.time(|| {
            let found = self.runtime.block_on(self.site.round())?;
            publisher.settle().map(|()| found)
        })?;
        let after = publisher.connections()?;
        ensure!(found == wanted, "the bare loop found {wanted:?}, pressroll {found:?}");
        let cost = Cost { bare: bare.spent().cpu, site: site.spent().cpu };
        let (wanted, made) = (between.since(before), after.since(between));
        let millis = |it: Duration| it.as_secs_f64() * 1e3;
        println!(
            "  {:5} fresh, {:5} unchanged: bare {:5.0} ms over {wanted}, pressroll {:5.0} ms over {made}: {:.2} ×",
            found.fresh,
            found.unchanged,
            millis(cost.bare),
            millis(cost.site),
            cost.ratio(),
        );
        ensure!(
            made.made <= wanted.made + CONNECTIONS_SPARE && made.full() <= wanted.full() + CONNECTIONS_SPARE,
            "pressroll costs publishers more than a bare loop does: {made}, the loop {wanted}"
        );
        Ok(cost)
    }
}

/// Memory that this process holds, KiB; 0 where the system does not say.
fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
