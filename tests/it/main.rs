//! The one test binary: behaviours, looked at from outside.

mod support;

mod chain;
mod cli;
mod config;
mod demo;
mod fetch;
mod layering;
mod parse;
mod render;
mod render_pages;
mod sanitize;
mod select;
mod store;
mod web;
