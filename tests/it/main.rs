//! The one test binary: behaviours, looked at from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by stopping there"
)]

mod support;

mod add;
mod anomaly;
mod chain;
mod churn;
mod cli;
mod config;
#[cfg(feature = "suite-corpus")]
mod corpus;
mod demo;
mod discover;
mod docs;
mod doctor;
mod edit;
mod fetch;
mod health;
mod hostile;
mod ingest;
mod layering;
mod media;
mod mended;
#[cfg(feature = "suite-postgres")]
mod nodes;
mod opml;
#[cfg(feature = "suite-python")]
mod origin;
mod parse;
mod picker;
mod ping;
mod publish;
mod reload;
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
