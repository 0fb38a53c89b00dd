//! The guard: which addresses may be connected to.
//!
//! Three gates use it: the address written in a URL, the same for every redirect, and every address that a name
//! resolves to. The third is a resolver, and the connection is made to exactly what it let through, so that no
//! second look-up can answer differently.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::{FetchError, names::Names};
use crate::model::source::Network;

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
    let outside = || (!is_global).then_some("outside of the public internet (2000::/3)");
    listed.map(|(_, _, what)| *what).or_else(outside).or_else(|| isatap(address))
}

/// An interface identifier that holds an IPv4 address (ISATAP, RFC 5214, section 6.1), which may not be public.
fn isatap(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let is_isatap = (bits >> 32) & 0xfcff_ffff == 0x5efe;
    let inside = Ipv4Addr::from_bits(u32::try_from(bits & 0xffff_ffff).unwrap_or_default());
    (is_isatap && named_v4(inside).is_some()).then_some("a tunnel to IPv4 that is not public (ISATAP)")
}

/// Whether a connection to `address` is refused, and as what.
pub(super) fn refusal(address: IpAddr, allowed: &[Network]) -> Option<&'static str> {
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
        Some(Host::Domain(name)) if !is_this_machine(name) => return Ok(()),
        // As good as an address, whoever is asked for it: where IPv6 is allowed, that is what its look-up is held to.
        Some(Host::Domain(_)) if refusal(Ipv6Addr::LOCALHOST.into(), allowed).is_none() => return Ok(()),
        Some(Host::Domain(_)) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    match refusal(address, allowed) {
        None => Ok(()),
        Some(what) => Err(FetchError::Forbidden { host: host(url), address, what, own }),
    }
}

/// Names that mean loopback everywhere (RFC 6761, section 6.3), whatever a resolver or a proxy says of them.
fn is_this_machine(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.').next() == Some("localhost")
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
    /// The look-up failed, or brought nothing.
    #[error("{0}")]
    Failed(String),
}

/// The third gate: resolves names, and lets through only addresses that may be connected to.
pub(super) struct Gatekeeper {
    /// Networks allowed beside the public internet; `None` for the operator's own proxy, which may stand anywhere.
    pub(super) allowed: Option<Arc<[Network]>>,
    /// How names are looked up.
    pub(super) names: Names,
    /// Most addresses let through.
    pub(super) addresses_max: usize,
}

/// Keeps what may be connected to; refuses if nothing is left.
fn vet(found: Vec<IpAddr>, allowed: Option<&[Network]>) -> Result<Vec<IpAddr>, Unreachable> {
    let Some(allowed) = allowed else { return Ok(found) };
    let mut refused = None;
    let mut vetted = Vec::with_capacity(found.len());
    for address in found {
        match refusal(address, allowed) {
            None => vetted.push(address),
            Some(what) => refused = refused.or(Some(Unreachable::Refused { address, what })),
        }
    }
    match refused {
        Some(refused) if vetted.is_empty() => Err(refused),
        _ => Ok(vetted),
    }
}

impl Resolve for Gatekeeper {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, names, addresses_max) = (self.allowed.clone(), self.names.clone(), self.addresses_max);
        Box::pin(async move {
            let found = names.find(name.as_str().to_owned()).await.map_err(Unreachable::Failed)?;
            let vetted = vet(found, allowed.as_deref())?;
            // Port 0 stands for the port of the URL.
            let addresses: Addrs =
                Box::new(vetted.into_iter().take(addresses_max).map(|it| SocketAddr::new(it, 0)));
            Ok(addresses)
        })
    }
}
