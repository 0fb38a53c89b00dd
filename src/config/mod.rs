//! feeds.toml into plain values: every complaint in one run, each with its line and column.
