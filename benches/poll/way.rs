//! The ways that publishers are asked over.

use anyhow::{Context, Result};

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1 in the clear.
    Plain,
    /// HTTP/1.1 over TLS.
    Tls,
    /// HTTP/2 over TLS.
    Http2,
}

/// A way to ask. Publishers close a connection that is idle for 5 to 75 seconds, and a source is asked about once an hour:
/// on the open internet nearly every poll makes a connection of its own, and only what is polled together shares one.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// As `--over` names it.
    pub name: &'static str,
    /// For a sentence.
    pub words: &'static str,
    /// What is spoken.
    pub protocol: Protocol,
    /// Whether the publisher keeps connections open; else it closes each after its first answer.
    pub is_kept: bool,
    /// How many hosts there are at most; source after source lies on the next of them.
    hosts_max: usize,
}

/// Few enough that connections are kept, many enough that no host is asked so often that it is given pauses.
const SHARED_HOSTS: usize = 100;
/// Few enough that a client remembers sessions of all: rustls has room for those of 32.
const REMEMBERED_HOSTS: usize = 30;

/// As many as many sources lie on: pressroll remembers them all, and a client that nobody has told to does not.
const MANY_HOSTS: usize = 1_000;

/// All of them.
pub const WAYS: [Way; 7] = [
    Way {
        name: "plain",
        words: "HTTP/1.1, connections are kept open",
        protocol: Protocol::Plain,
        is_kept: true,
        hosts_max: SHARED_HOSTS,
    },
    Way {
        name: "tls",
        words: "HTTP/1.1 over TLS, connections are kept open",
        protocol: Protocol::Tls,
        is_kept: true,
        hosts_max: SHARED_HOSTS,
    },
    Way {
        name: "h2",
        words: "HTTP/2 over TLS, connections are kept open",
        protocol: Protocol::Http2,
        is_kept: true,
        hosts_max: SHARED_HOSTS,
    },
    Way {
        name: "tls-resumed",
        words: "HTTP/1.1 over TLS, each poll makes a connection, on so few hosts that sessions are resumed",
        protocol: Protocol::Tls,
        is_kept: false,
        hosts_max: REMEMBERED_HOSTS,
    },
    Way {
        name: "tls-hourly",
        words: "HTTP/1.1 over TLS, each poll makes a connection, on more hosts than rustls remembers by itself",
        protocol: Protocol::Tls,
        is_kept: false,
        hosts_max: MANY_HOSTS,
    },
    Way {
        name: "tls-fresh",
        words: "HTTP/1.1 over TLS, each poll makes a connection, to a host for each source",
        protocol: Protocol::Tls,
        is_kept: false,
        hosts_max: usize::MAX,
    },
    Way {
        name: "h2-fresh",
        words: "HTTP/2 over TLS, each poll makes a connection, to a host for each source",
        protocol: Protocol::Http2,
        is_kept: false,
        hosts_max: usize::MAX,
    },
];

impl Way {
    /// The one of this name.
    pub fn named(name: &str) -> Result<Self> {
        let names = WAYS.map(|it| it.name).join(", ");
        WAYS.into_iter().find(|it| it.name == name).with_context(|| format!("“{name}” is none of {names}"))
    }

    /// How many hosts that many sources lie on.
    pub fn hosts(&self, sources: usize) -> usize {
        sources.min(self.hosts_max)
    }

    /// Whether connections are encrypted.
    pub fn is_secure(&self) -> bool {
        self.protocol != Protocol::Plain
    }
}
