//! Which entries, in which order: pure. Holds the gate.
