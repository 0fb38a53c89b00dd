//! The one test binary: behaviours, looked at from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by stopping there"
)]

mod support;

mod anomaly;
mod chain;
mod churn;
mod cli;
mod config;
#[cfg(feature = "suite-corpus")]
mod corpus;
mod demo;
mod docs;
mod fetch;
mod ingest;
mod layering;
#[cfg(feature = "suite-postgres")]
mod nodes;
#[cfg(feature = "suite-python")]
mod origin;
mod parse;
mod publish;
mod render;
mod render_pages;
mod sanitize;
mod select;
mod store;
mod suites;
mod supply;
mod upkeep;
mod web;
mod websub;
