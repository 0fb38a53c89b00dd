//! Every maximum of fetching, in one place.

use std::time::Duration;

use crate::model::draft::ENTRIES_MAX;

/// What a publisher may cost us, at most. Times are whole durations, sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first look-up to the last byte of the body, redirects included: a slow drip ends here.
    pub timeout: Duration,
    /// For one TCP connection with its TLS handshake, name look-up included.
    pub connect_timeout: Duration,
    /// For one look-up of a name.
    pub lookup_timeout: Duration,
    /// Largest body, counted after content codings were undone.
    pub body_bytes_max: u64,
    /// Largest image, counted likewise.
    pub image_bytes_max: u64,
    /// Most entries of one document that are taken in; those that stand first.
    pub entries_max: usize,
    /// Largest head of an answer: all names and values of its header fields together.
    pub header_bytes_max: usize,
    /// Largest value of one header field.
    pub header_value_bytes_max: usize,
    /// Most header fields in one answer.
    pub headers_max: usize,
    /// Most redirects followed in one round.
    pub redirects_max: u32,
    /// Longest `Retry-After` that is believed.
    pub retry_after_max: Duration,
    /// How long an idle connection is kept for the next source on the same host.
    pub idle_timeout: Duration,
    /// Most idle connections kept for one host.
    pub idle_connections_max: usize,
    /// Most hosts whose TLS sessions are remembered: a source is asked about once an hour, its connection is closed by then,
    /// and a session that is taken up again costs both sides half of a handshake. A host takes about 6 KiB, most of it its
    /// certificates. Beyond that many, the host that was met first is forgotten.
    pub tls_hosts_max: usize,
    /// Most addresses of one name that are tried.
    pub addresses_max: usize,
    /// Most name look-ups at the same time; the system's resolver blocks a thread for each.
    pub lookups_max: usize,
    /// Most clients kept at the same time: one for each distinct set of `allow_networks`.
    pub clients_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            lookup_timeout: Duration::from_secs(8),
            body_bytes_max: 8 << 20,
            image_bytes_max: 5 << 20,
            entries_max: ENTRIES_MAX,
            header_bytes_max: 64 << 10,
            header_value_bytes_max: 16 << 10,
            headers_max: 100,
            redirects_max: 5,
            retry_after_max: Duration::from_hours(24),
            idle_timeout: Duration::from_secs(30),
            idle_connections_max: 2,
            tls_hosts_max: 1_000,
            addresses_max: 8,
            lookups_max: 32,
            clients_max: 64,
        }
    }
}
