//! The composition root: arguments, wiring, one file per command.

pub mod demo;
