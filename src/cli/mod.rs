//! The composition root: arguments, wiring, one file per command.

mod account;
mod add;
mod arguments;
mod backup;
mod card;
mod changes;
mod check;
mod discover;
mod doctor;
mod documents;
mod embed;
mod export;
mod fetch;
mod import;
mod init;
mod layout;
mod letter;
mod manual;
mod migrate;
mod moments;
mod node;
mod outcome;
mod output;
mod progress;
mod register;
mod reload;
mod render;
mod serve;
mod standing;
mod status;
mod trial;
mod wiring;

pub mod demo;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser as _;

use arguments::{Arguments, Command};
use outcome::{Failure, Outcome};

/// How long what still hangs may hold the process back, milliseconds.
const STOP_MS_MAX: u64 = 500;

/// Runs the command that the process was started with, and says how it ended.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(arguments));
            // A look-up of a name that hangs must not keep the process.
            runtime.shutdown_timeout(Duration::from_millis(STOP_MS_MAX));
            outcome
        }
        Err(error) => {
            Err(Failure::store(anyhow::anyhow!("the system gave no threads to work with: {error}")))
        }
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

async fn run(arguments: Arguments) -> Outcome {
    let Arguments { command, general } = arguments;
    match command {
        Command::Serve => serve::run(&general).await,
        Command::Demo => demo::run(&general).await,
        Command::Init(options) => init::run(&general, &options).await,
        Command::Discover(options) => discover::run(&general, &options).await,
        Command::Add(options) => add::run(&general, &options).await,
        Command::Import(options) => import::run(&general, &options),
        Command::Export(options) => export::run(&general, &options),
        Command::Check(options) => check::run(&general, &options).await,
        Command::Fetch(options) => fetch::run(&general, &options).await,
        Command::Parse(options) => documents::parse(&options),
        Command::Sanitize(options) => documents::sanitize(&options),
        Command::Render(options) => render::run(&general, &options).await,
        Command::Embed(options) => embed::run(&general, &options),
        Command::Status(options) => status::run(&general, &options).await,
        Command::Doctor => doctor::run(&general).await,
        Command::Migrate(options) => migrate::run(&general, &options).await,
        Command::Backup(options) => backup::run(&general, &options).await,
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::man(),
    }
}

/// The wall clock: read here, handed to everyone.
pub(crate) fn wall_clock() -> crate::model::Clock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock comes from")]
    let now = jiff::Timestamp::now;
    Arc::new(now)
}
