//! What hubs bring, and what becomes of it.
