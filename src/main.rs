//! The binary: parse the arguments, run, print the error chain, exit.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Reading a feed makes and drops thousands of small strings on several threads at once: the system's allocator takes
/// an eighth of all CPU for that, this one a third of it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    pressroll::cli::main()
}
