//! The HTTP clients: one for each distinct set of allowed networks, because a resolver sees a name and nothing else.
//! Nearly all sources allow none and share the strict one, its connections and its name look-ups.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use http::HeaderValue;
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::sync::Semaphore;

use super::{FetchError, Limits, Settings, guard::Gatekeeper, guard::Lookup};
use crate::model::source::Network;

/// TLS for all clients, and whether it can trust anybody.
pub(super) struct Trust {
    config: ClientConfig,
    /// Roots that could be read.
    roots: usize,
}

impl Trust {
    /// Trusts what the system trusts. A machine without roots still fetches http.
    pub(super) fn of_system() -> Result<Self, FetchError> {
        let mut roots = RootCertStore::empty();
        // Files that cannot be read, and roots that cannot be understood, are left out: the others still count.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::of(roots)
    }

    /// Trusts `roots` and nothing else. No process-wide provider is set or needed.
    pub(super) fn of(roots: RootCertStore) -> Result<Self, FetchError> {
        let count = roots.len();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| FetchError::Setup(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config, roots: count })
    }

    /// Whether an https server could be trusted at all.
    pub(super) fn has_roots(&self) -> bool {
        self.roots > 0
    }
}

/// All clients, by what they may connect to.
pub(super) struct Clients {
    settings: Settings,
    lookup: Lookup,
    trust: Trust,
    turns: Arc<Semaphore>,
    made: Mutex<HashMap<Vec<Network>, reqwest::Client>>,
}

impl Clients {
    /// Makes the strict client at once, so that bad settings show at start.
    pub(super) fn new(settings: Settings, lookup: Lookup, trust: Trust) -> Result<Self, FetchError> {
        let turns = Arc::new(Semaphore::new(settings.limits.lookups_max));
        let clients = Self { settings, lookup, trust, turns, made: Mutex::default() };
        clients.allowing(&[])?;
        Ok(clients)
    }

    /// The limits that all clients keep.
    pub(super) fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Whether an https server could be trusted at all.
    pub(super) fn has_roots(&self) -> bool {
        self.trust.has_roots()
    }

    /// Our name with the number of subscribers in it, as publishers count them; `None` without any.
    pub(super) fn user_agent(&self, subscribers: u32) -> Option<HeaderValue> {
        let name = self.settings.user_agent.as_str();
        let whole = match name.strip_suffix(')') {
            _ if subscribers == 0 => return None,
            Some(open) => format!("{open}; {subscribers} subscribers)"),
            None => format!("{name} ({subscribers} subscribers)"),
        };
        HeaderValue::from_str(&whole).ok()
    }

    /// The client that may connect to the public internet and to `networks`.
    pub(super) fn allowing(&self, networks: &[Network]) -> Result<reqwest::Client, FetchError> {
        let mut key = networks.to_vec();
        key.sort_unstable();
        key.dedup();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&key) {
            return Ok(client.clone());
        }
        if made.len() >= self.limits().clients_max {
            // Whoever uses one of them keeps it; the others only lose idle connections.
            made.clear();
        }
        let client = self.build(&key)?;
        made.insert(key, client.clone());
        Ok(client)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that builds clients, behind the guard"
    )]
    fn build(&self, networks: &[Network]) -> Result<reqwest::Client, FetchError> {
        let limits = self.limits();
        let gatekeeper = Gatekeeper {
            allowed: networks.into(),
            lookup: self.lookup.clone(),
            turns: self.turns.clone(),
            addresses_max: limits.addresses_max,
        };
        let header_bytes_max = u32::try_from(limits.header_bytes_max).unwrap_or(u32::MAX);
        reqwest::Client::builder()
            .user_agent(&self.settings.user_agent)
            .tls_backend_preconfigured(self.trust.config.clone())
            .dns_resolver(Arc::new(gatekeeper))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(limits.connect_timeout)
            .pool_idle_timeout(limits.idle_timeout)
            .pool_max_idle_per_host(limits.idle_connections_max)
            .http1_max_headers(limits.headers_max)
            .http2_max_header_list_size(header_bytes_max)
            .build()
            .map_err(|error| FetchError::Setup(error.to_string()))
    }
}
