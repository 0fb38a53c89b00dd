//! The SQL of subscriptions at WebSub hubs.

/// Forgets the subscription of a source.
pub(super) const FORGET: &str = "DELETE FROM subscription WHERE source_id = $1";
