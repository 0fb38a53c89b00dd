//! A proxy: what stands between us and the internet where the operator says so.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use super::source::Network;

/// The operator's proxy, and who is asked straight all the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// `http://user:password@host:port`. It may hold a password: [`Proxy::place`] is what may be seen of it.
    pub url: Url,
    /// Who is asked without it.
    pub around: Vec<Around>,
}

impl Proxy {
    /// Host and port, for people to read.
    pub fn place(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Proxy").field("place", &self.place()).field("around", &self.around).finish()
    }
}

/// One entry of `no_proxy`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Around {
    /// A name, and every name below it: `corp.example`.
    Name(String),
    /// Every name below one: `*.corp.example`.
    Below(String),
    /// A network: addresses written in it, and names whose addresses all lie in it.
    Network(Network),
}

impl Around {
    /// Reads a name, `*.` and a name, or a network; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(network) = Network::parse(text.trim_matches(['[', ']'])) {
            return Some(Self::Network(network));
        }
        let below = text.strip_prefix("*.").or_else(|| text.strip_prefix('.'));
        // The same reading as in an address, so that names compare whatever their case and alphabet.
        match Host::parse(below.unwrap_or(text)).ok()? {
            Host::Domain(name) if !name.contains('*') => {
                let name = plain(&name).to_owned();
                Some(if below.is_some() { Self::Below(name) } else { Self::Name(name) })
            }
            _ => None,
        }
    }

    /// Whether a name as it stands in an address is meant.
    pub fn covers_name(&self, name: &str) -> bool {
        let name = plain(name);
        let is_below = |top: &str| name.strip_suffix(top).is_some_and(|it| it.ends_with('.'));
        match self {
            Self::Name(top) => name == top || is_below(top),
            Self::Below(top) => is_below(top),
            Self::Network(_) => false,
        }
    }

    /// Whether an address is meant.
    pub fn covers(&self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(address))
    }
}

/// A name without the dot that may end it.
fn plain(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}
