//! Publishers to store: rounds, and when they run.
