//! The hub's address: redirects of it, and where it may not lie.
