//! The one test binary: behaviours, looked at from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by stopping there"
)]

mod support;

mod chain;
mod cli;
mod config;
mod demo;
mod docs;
mod fetch;
mod layering;
mod parse;
mod render;
mod sanitize;
mod select;
mod store;
mod supply;
mod web;
