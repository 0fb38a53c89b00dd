//! `pressroll completions` and `pressroll man`: made from the arguments themselves.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;

use super::{
    arguments::Arguments,
    outcome::{Failure, Outcome},
    output,
};

/// A completion script for `shell`.
pub fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "pressroll", &mut script);
    output::write(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// The manual: the page of the program, then one for each command.
pub fn man() -> Outcome {
    let mut command = Arguments::command();
    command.build();
    let mut pages = Vec::new();
    let page = |command: clap::Command, pages: &mut Vec<u8>| {
        clap_mangen::Man::new(command)
            .render(pages)
            .context("the manual cannot be written")
            .map_err(Failure::usage)
    };
    page(command.clone(), &mut pages)?;
    for command in command.get_subcommands().filter(|it| it.get_name() != "help") {
        page(command.clone(), &mut pages)?;
    }
    output::write(&pages)?;
    Ok(ExitCode::SUCCESS)
}
