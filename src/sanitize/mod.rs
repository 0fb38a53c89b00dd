//! Drafts into entries that may be shown; the only place that names ammonia.
