//! Store to editions: what readers are handed.
