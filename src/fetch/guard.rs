//! The guard: which addresses may be connected to.
//!
//! Three gates use it: the address written in a URL, the same for every redirect, and every address that a name
//! resolves to. The third is a resolver, and the connection is made to exactly what it let through, so that no
//! second look-up can answer differently.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;
use url::{Host, Url};

use super::FetchError;
use crate::model::source::Network;

/// Looks a name up. It may block: it runs on the blocking pool. Tests hand in their own.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The system's resolver, hosts file included: the guard stands behind it.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| Ok((name, 0).to_socket_addrs()?.map(|it| it.ip()).collect()))
}

/// IPv4 networks that are not the public internet, as first address, prefix length and name
/// (IANA's special-purpose registry, RFC 6890, and multicast).
const NOT_PUBLIC_V4: [(Ipv4Addr, u32, &str); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, "“this network” (0.0.0.0/8)"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private (10.0.0.0/8)"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a carrier's shared network (100.64.0.0/10)"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine itself (127.0.0.0/8)"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local (169.254.0.0/16)"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private (172.16.0.0/12)"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "for protocol assignments (192.0.0.0/24)"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "for documentation (192.0.2.0/24)"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "for name service operations (192.31.196.0/24)"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "for 6to4 relays (192.88.99.0/24)"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private (192.168.0.0/16)"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "for benchmarks (198.18.0.0/15)"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "for documentation (198.51.100.0/24)"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "for documentation (203.0.113.0/24)"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast (224.0.0.0/4)"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved (240.0.0.0/4)"),
];

/// IPv6 networks that are not the public internet. The first match names the address; the last line is everything
/// outside of global unicast, see [`named_v6`].
const NOT_PUBLIC_V6: [(Ipv6Addr, u32, &str); 16] = [
    (Ipv6Addr::UNSPECIFIED, 128, "the unspecified address (::)"),
    (Ipv6Addr::LOCALHOST, 128, "this machine itself (::1)"),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "IPv4 in disguise (::ffff:0:0/96)"),
    (Ipv6Addr::UNSPECIFIED, 96, "IPv4 in disguise (::/96)"),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "translated to IPv4 (64:ff9b::/96)"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "translated to IPv4 (64:ff9b:1::/48)"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "for discarding (100::/64)"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "a Teredo tunnel (2001::/32)"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "for protocol assignments (2001::/23)"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "for documentation (2001:db8::/32)"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "a 6to4 tunnel (2002::/16)"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "for documentation (3fff::/20)"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "private (fc00::/7)"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "link-local (fe80::/10)"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "site-local (fec0::/10)"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "multicast (ff00::/8)"),
];

/// Ports at which a stray request can do harm, because what listens there acts on lines it half understands: mail,
/// chat, shells, files, and stores without a password. Feeds live on any other port.
const PORTS_DENIED: [u16; 26] = [
    21, 22, 23, 25, 53, 110, 111, 119, 135, 139, 143, 389, 445, 465, 514, 587, 636, 993, 995, 2049, 3306,
    5432, 6379, 6667, 11211, 27017,
];

/// What `address` is, if it is not on the public internet; `None` if it is.
pub(super) fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => named_v4(address),
        IpAddr::V6(address) => named_v6(address),
    }
}

fn named_v4(address: Ipv4Addr) -> Option<&'static str> {
    let is_in =
        |network: Ipv4Addr, prefix: u32| (address.to_bits() ^ network.to_bits()) >> (32 - prefix) == 0;
    NOT_PUBLIC_V4.iter().find(|(network, prefix, _)| is_in(*network, *prefix)).map(|(_, _, what)| *what)
}

fn named_v6(address: Ipv6Addr) -> Option<&'static str> {
    let is_in =
        |network: Ipv6Addr, prefix: u32| (address.to_bits() ^ network.to_bits()) >> (128 - prefix) == 0;
    let listed = NOT_PUBLIC_V6.iter().find(|(network, prefix, _)| is_in(*network, *prefix));
    let is_global = is_in(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
    listed.map(|(_, _, what)| *what).or((!is_global).then_some("outside of the public internet (2000::/3)"))
}

/// Whether a connection to `address` is refused, and as what.
fn refusal(address: IpAddr, allowed: &[Network]) -> Option<&'static str> {
    not_public(address).filter(|_| !allowed.iter().any(|it| it.contains(address)))
}

/// The first two gates: scheme, port, and the address if it is written in the URL. The url crate has already turned
/// decimal, octal, hexadecimal and shortened forms into the address that they mean.
///
/// `own` says whether this is the source's own address, for which the operator could allow a network.
pub(super) fn check_url(url: &Url, allowed: &[Network], own: bool) -> Result<(), FetchError> {
    let refused = |why: &str| FetchError::Url { url: shown(url), why: why.to_owned() };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused("only http and https are fetched"));
    }
    if let Some(port) = url.port_or_known_default().filter(|it| PORTS_DENIED.contains(it) || *it == 0) {
        return Err(refused(&format!("port {port} belongs to another kind of server")));
    }
    let address = match url.host() {
        None => return Err(refused("it names no host")),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    match refusal(address, allowed) {
        None => Ok(()),
        Some(what) => Err(FetchError::Forbidden { host: host(url), address, what, own }),
    }
}

/// The host of `url` for a sentence.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or("(no host)").to_owned()
}

/// `url` for a sentence: without userinfo, query and fragment, which may hold secrets.
pub(super) fn shown(url: &Url) -> String {
    let mut plain = url.clone();
    // A URL that cannot have userinfo has none to take away.
    let _ = plain.set_username("");
    let _ = plain.set_password(None);
    plain.set_query(None);
    plain.set_fragment(None);
    plain.to_string()
}

/// Why a look-up led to no connection; found again in the chain of what the client reports.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreachable {
    /// Every address of the name is refused; this is the first of them.
    #[error("{address} is {what}")]
    Refused {
        /// The address.
        address: IpAddr,
        /// What it is.
        what: &'static str,
    },
    /// The name has no address.
    #[error("the name has no address")]
    Nameless,
    /// The look-up failed.
    #[error("{0}")]
    Failed(String),
}

/// The third gate: resolves names, and lets through only addresses that may be connected to.
pub(super) struct Gatekeeper {
    /// Networks allowed beside the public internet.
    pub(super) allowed: Arc<[Network]>,
    /// How names are looked up.
    pub(super) lookup: Lookup,
    /// Turns at the blocking pool; one is held until its look-up has really ended, even if nobody waits any more.
    pub(super) turns: Arc<Semaphore>,
    /// Most addresses let through.
    pub(super) addresses_max: usize,
}

impl Gatekeeper {
    /// Keeps what may be connected to; refuses if nothing is left.
    fn vet(
        allowed: &[Network],
        found: Vec<IpAddr>,
        addresses_max: usize,
    ) -> Result<Vec<IpAddr>, Unreachable> {
        let Some(first) = found.first().copied() else { return Err(Unreachable::Nameless) };
        let vetted: Vec<IpAddr> =
            found.into_iter().filter(|it| refusal(*it, allowed).is_none()).take(addresses_max).collect();
        match refusal(first, allowed) {
            Some(what) if vetted.is_empty() => Err(Unreachable::Refused { address: first, what }),
            _ => Ok(vetted),
        }
    }
}

impl Resolve for Gatekeeper {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, lookup, turns) = (self.allowed.clone(), self.lookup.clone(), self.turns.clone());
        let addresses_max = self.addresses_max;
        Box::pin(async move {
            let turn = turns.acquire_owned().await?;
            let found = tokio::task::spawn_blocking(move || {
                let found = lookup(name.as_str());
                drop(turn);
                found
            });
            let found = found.await?.map_err(|error| Unreachable::Failed(error.to_string()))?;
            let vetted = Self::vet(&allowed, found, addresses_max)?;
            // Port 0 stands for the port of the URL.
            let addresses: Addrs = Box::new(vetted.into_iter().map(|it| SocketAddr::new(it, 0)));
            Ok(addresses)
        })
    }
}
