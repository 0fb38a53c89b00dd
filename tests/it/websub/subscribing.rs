//! Asking, renewing, leaving, under a clock of the test's own.
