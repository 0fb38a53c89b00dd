//! The binary: parse the arguments, run, print the error chain, exit.

fn main() {}
