//! What several tests need: a scripted publisher, a test clock, the whole app on a loopback port.

pub(crate) mod publisher;
