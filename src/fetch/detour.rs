//! The detour: which addresses are asked through the operator's proxy, and which of them not at all.
//!
//! The connection goes to the proxy, which looks the name up by itself, so that the guard cannot vet what is connected
//! to. What can be known here is refused here: addresses written out, and names that lead to private addresses on this
//! machine. A name that only the proxy can look up is the proxy's to judge.

use std::net::IpAddr;

use url::Host;

use super::{FetchError, guard, names::Names, route::Route};
use crate::model::Proxy;

/// Whom a request is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To the address itself.
    Straight,
    /// To the proxy.
    Detour,
}

/// Which way to the place where a round stands, which has passed the first two gates.
pub(super) async fn way(proxy: &Proxy, names: &Names, route: &Route<'_>) -> Result<Way, FetchError> {
    let url = route.at();
    let is_around = |address: &IpAddr| proxy.around.iter().any(|it| it.covers(*address));
    let name = match url.host() {
        Some(Host::Domain(name)) => name,
        Some(Host::Ipv4(address)) => return Ok(turning(is_around(&address.into()))),
        Some(Host::Ipv6(address)) => return Ok(turning(is_around(&address.into()))),
        None => return Ok(Way::Straight),
    };
    if proxy.around.iter().any(|it| it.covers_name(name)) {
        return Ok(Way::Straight);
    }
    let Ok(found) = names.find(name.to_owned()).await else { return Ok(Way::Detour) };
    if found.iter().all(is_around) {
        return Ok(Way::Straight);
    }
    // One private address among public ones is enough: nobody here chooses which of them the proxy takes.
    let refused = found.iter().find_map(|it| Some((*it, guard::refusal(*it, route.allowed())?)));
    match refused {
        None => Ok(Way::Detour),
        Some((address, what)) => {
            Err(FetchError::Forbidden { host: guard::host(url), address, what, own: route.is_own() })
        }
    }
}

fn turning(is_around: bool) -> Way {
    if is_around { Way::Straight } else { Way::Detour }
}
