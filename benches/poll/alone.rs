//! A process for each way, so that none finds the memory as another has left it.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    str::FromStr,
};

use anyhow::{Context, Result, ensure};

use crate::{Order, way::Way};

/// The argument that makes a process measure one way and say its figures last.
pub const ARGUMENT: &str = "alone";
/// What the line of the figures begins with.
const MARK: &str = "figures ";

/// What laws speak of, as ratios.
pub struct Figures {
    /// CPU of pressroll and of the bare loop where nothing has changed.
    pub quiet: f64,
    /// The same where a few sources have changed.
    pub busy: f64,
    /// Memory after all rounds and after the first.
    pub memory: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{MARK}{} {} {}", self.quiet, self.busy, self.memory)
    }
}

impl FromStr for Figures {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self> {
        let mut figures = line.split(' ').map(str::parse);
        let mut next = || figures.next().context("a figure is missing")?.context("not a figure");
        Ok(Self { quiet: next()?, busy: next()?, memory: next()? })
    }
}

/// What the process for this way measures; what else it says goes to standard output as it comes.
pub fn measured(way: Way, order: &Order) -> Result<Figures> {
    let (sources, rounds) = (order.sources.to_string(), order.rounds.to_string());
    let mut child = Command::new(std::env::current_exe()?)
        .args([ARGUMENT, "--over", way.name, "--sources", &sources, "--rounds", &rounds])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut figures = None;
    for line in BufReader::new(child.stdout.take().context("no way back")?).lines() {
        let line = line?;
        match line.strip_prefix(MARK) {
            Some(said) => figures = Some(said.parse()?),
            None => println!("{line}"),
        }
    }
    let ended = child.wait()?;
    ensure!(ended.success(), "{} was not measured: {ended}", way.name);
    figures.context("it said no figures")
}
