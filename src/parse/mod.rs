//! Bytes into a feed of drafts, however broken they are; the only place that names feed_rs.
