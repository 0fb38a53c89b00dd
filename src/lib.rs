//! pressroll turns scattered press-release and news feeds into one trustworthy stream, and shows it on brand pages
//! and in groups. The modules, in the order in which data flows through them:

pub mod model;

pub mod config;

pub mod fetch;

pub mod parse;

pub mod sanitize;

pub mod media;

pub mod store;

pub mod select;

pub mod render;

pub mod ingest;

pub mod publish;

pub mod web;

pub mod cli;
