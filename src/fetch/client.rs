//! The HTTP clients: one for each distinct set of allowed networks, because a resolver sees a name and nothing else,
//! and one that connects to the operator's proxy and to nobody else. Nearly all sources allow none and share the strict
//! one, its connections and its name look-ups.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use http::HeaderValue;
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore, client::Resumption, crypto::ring, pki_types::CertificateDer};

use super::{
    FetchError, Limits, Lookup, Settings,
    detour::{self, Way},
    guard::Gatekeeper,
    names::Names,
    route::Route,
    sessions::Sessions,
};
use crate::model::{Proxy, source::Network};

/// How many times [`Limits::header_bytes_max`] HTTP/2 lets in: what lies between is refused after it came, in words that
/// say why, where the protocol itself would only speak of an error.
const HTTP2_HEADER_ROOM: usize = 4;

/// Numbers of subscribers whose name is kept ready.
const NAMES_MAX: usize = 1_000;

/// TLS for all clients, and whether it can trust anybody.
pub(super) struct Trust {
    config: ClientConfig,
    /// Roots that could be read.
    roots: usize,
}

impl Trust {
    /// Trusts what the system trusts, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` name in its place, and `further` roots
    /// beside it. A machine without roots still fetches http.
    pub(super) fn of_system(further: &[Vec<u8>]) -> Result<Self, FetchError> {
        let mut roots = RootCertStore::empty();
        // Files that cannot be read, and roots that cannot be understood, are left out: the others still count.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        for root in further {
            let root = CertificateDer::from_slice(root);
            roots.add(root).map_err(|error| FetchError::Setup(format!("a further root: {error}")))?;
        }
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

    /// Remembers the sessions of so many hosts.
    fn remembering(mut self, hosts_max: usize) -> Self {
        self.config.resumption = Resumption::store(Arc::new(Sessions::of(hosts_max)));
        self
    }

    /// Whether an https server could be trusted at all.
    pub(super) fn has_roots(&self) -> bool {
        self.roots > 0
    }
}

/// Whom a client may connect to.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Reach {
    /// The public internet, and these networks: sorted, each once.
    Internet(Vec<Network>),
    /// The operator's proxy.
    Proxy,
}

/// All clients, by whom they may connect to.
pub(super) struct Clients {
    settings: Settings,
    names: Names,
    trust: Trust,
    made: Mutex<HashMap<Reach, reqwest::Client>>,
    /// Our name with each number of subscribers that a source has; there are few of them.
    named: RwLock<HashMap<u32, HeaderValue>>,
}

impl Clients {
    /// Makes the strict client and the proxy's at once, so that bad settings show at start.
    pub(super) fn new(settings: Settings, lookup: Lookup, trust: Trust) -> Result<Self, FetchError> {
        let names = Names::new(lookup, &settings.limits);
        let trust = trust.remembering(settings.limits.tls_hosts_max);
        let (made, named) = (Mutex::default(), RwLock::default());
        let clients = Self { settings, names, trust, made, named };
        clients.reaching(Reach::Internet(Vec::new()))?;
        if clients.proxy().is_some() {
            clients.reaching(Reach::Proxy)?;
        }
        Ok(clients)
    }

    /// The limits that all clients keep.
    pub(super) fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// The operator's proxy.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        self.settings.proxy.as_ref()
    }

    /// Whether an https server could be trusted at all.
    pub(super) fn has_roots(&self) -> bool {
        self.trust.has_roots()
    }

    /// Our name with the number of subscribers in it, as publishers count them; `None` without any.
    pub(super) fn user_agent(&self, subscribers: u32) -> Option<HeaderValue> {
        if subscribers == 0 {
            return None;
        }
        let known = self.named.read().unwrap_or_else(PoisonError::into_inner).get(&subscribers).cloned();
        if known.is_some() {
            return known;
        }
        let name = self.settings.user_agent.as_str();
        let whole = match name.strip_suffix(')') {
            Some(open) => format!("{open}; {subscribers} subscribers)"),
            None => format!("{name} ({subscribers} subscribers)"),
        };
        let value = HeaderValue::from_str(&whole).ok()?;
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        if named.len() < NAMES_MAX {
            named.insert(subscribers, value.clone());
        }
        Some(value)
    }

    /// The client for the place where a round stands, which has passed the first two gates, and whom it hands its
    /// requests to.
    pub(super) async fn towards(&self, route: &Route<'_>) -> Result<(reqwest::Client, Way), FetchError> {
        let way = match self.proxy() {
            Some(proxy) => Box::pin(detour::way(proxy, &self.names, route)).await?,
            None => Way::Straight,
        };
        let reach = match way {
            Way::Detour => Reach::Proxy,
            Way::Straight => {
                let mut networks = route.allowed().to_vec();
                networks.sort_unstable();
                networks.dedup();
                Reach::Internet(networks)
            }
        };
        Ok((self.reaching(reach)?, way))
    }

    fn reaching(&self, reach: Reach) -> Result<reqwest::Client, FetchError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = made.get(&reach) {
            return Ok(client.clone());
        }
        if made.len() >= self.limits().clients_max {
            // Whoever uses one of them keeps it; the others only lose idle connections.
            made.clear();
        }
        let client = self.build(&reach)?;
        made.insert(reach, client.clone());
        Ok(client)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that builds clients, behind the guard"
    )]
    fn build(&self, reach: &Reach) -> Result<reqwest::Client, FetchError> {
        let limits = self.limits();
        let allowed = match reach {
            Reach::Internet(networks) => Some(networks.as_slice().into()),
            Reach::Proxy => None,
        };
        let gatekeeper =
            Gatekeeper { allowed, names: self.names.clone(), addresses_max: limits.addresses_max };
        let http2_header_bytes_max = limits.header_bytes_max.saturating_mul(HTTP2_HEADER_ROOM);
        // No variable of the environment counts: a proxy is used where feeds.toml names one.
        let mut builder = reqwest::Client::builder()
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
            .http2_max_header_list_size(u32::try_from(http2_header_bytes_max).unwrap_or(u32::MAX));
        if let (Reach::Proxy, Some(proxy)) = (reach, self.proxy()) {
            let all = reqwest::Proxy::all(proxy.url.clone());
            builder = builder.proxy(all.map_err(|error| FetchError::Setup(error.without_url().to_string()))?);
        }
        builder.build().map_err(|error| FetchError::Setup(error.without_url().to_string()))
    }
}
