//! TLS sessions that can be taken up again, one a host.

use rustls::{
    NamedGroup,
    client::{
        ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue,
    },
    pki_types::ServerName,
};

/// Sessions of one host that rustls keeps room for: it divides the room that it is given by this number.
const ROOM_OF_A_HOST: usize = 8;

/// What rustls keeps in memory, but the last ticket alone of each host.
///
/// Servers hand out two at a time and a poll uses one of them, so that eight would be kept of every host before long, each
/// with the host's certificates: five times as much, for nothing.
#[derive(Debug)]
pub(super) struct Sessions(ClientSessionMemoryCache);

impl Sessions {
    /// Room for so many hosts. Beyond it, the one that was met first is forgotten.
    pub(super) fn of(hosts_max: usize) -> Self {
        Self(ClientSessionMemoryCache::new(hosts_max.saturating_mul(ROOM_OF_A_HOST)))
    }
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(server, group);
    }

    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        self.0.kx_hint(server)
    }

    fn set_tls12_session(&self, server: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.0.set_tls12_session(server, session);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(server)
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.0.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        while self.0.take_tls13_ticket(&server).is_some() {}
        self.0.insert_tls13_ticket(server, ticket);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(server)
    }
}
