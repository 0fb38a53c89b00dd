//! The binary: parse the arguments, run, print the error chain, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    pressroll::cli::main()
}
