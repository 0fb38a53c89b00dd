//! The detour: which addresses are asked through the operator's proxy, and which of them not at all.
//!
//! The connection goes to the proxy, which looks the name up by itself, so that the guard cannot vet what is connected
//! to. What can be known here is refused here: addresses written out, and names that lead to private addresses on this
//! machine. A name that only the proxy can look up is the proxy's to judge.

use std::net::IpAddr;

use url::Host;

use super::{
    FetchError,
    errors::{self, Asked, cause, causes, innermost},
    guard::{self, Unreachable},
    names::Names,
    route::Route,
};
use crate::model::Proxy;

/// How the client calls what went wrong between us and the proxy while it made a connection for us.
const TUNNEL: &str = "tunnel error: ";

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

/// The class of what the client reports of a request that was handed to `proxy`, before a body is read.
pub(super) fn of_request(error: reqwest::Error, asked: Asked<'_>, proxy: &Proxy) -> FetchError {
    let error = error.without_url();
    let tunnel = causes(&error).find_map(|it| it.to_string().strip_prefix(TUNNEL).map(str::to_owned));
    let why = if let Some(unreachable) = cause::<Unreachable>(&error) {
        format!("its name could not be resolved: {unreachable}")
    } else if cause::<rustls::Error>(&error).is_some() {
        // Connections to the proxy itself are plain: this is the other end's.
        return errors::of_request(error, asked);
    } else if error.is_timeout() {
        format!("there was none within {} s", asked.connect_timeout.as_secs_f64())
    } else {
        match tunnel.as_deref() {
            Some("proxy authorization required") => return unwelcome(proxy, &guard::host(asked.at)),
            Some("unsuccessful") => "it refused to make one".to_owned(),
            Some("unexpected end of file" | "io error establishing tunnel") => "it hung up".to_owned(),
            Some("proxy response headers too long") => "its answer is too long".to_owned(),
            // Once a tunnel stands, what fails in it is the other end's.
            None if asked.secure || !error.is_connect() => return errors::of_request(error, asked),
            _ => format!("it could not be connected to: {}", innermost(&error)),
        }
    };
    FetchError::Proxy { proxy: proxy.place(), host: guard::host(asked.at), why }
}

/// The proxy wants a login, or another one.
pub(super) fn unwelcome(proxy: &Proxy, host: &str) -> FetchError {
    let why = if proxy.url.username().is_empty() {
        "it wants a login (status 407): write one into its address, as in \
         `[fetch] proxy = \"http://user:password@host:port\"`, or better, into the variable that `env:NAME` names"
    } else {
        "it does not accept the login that `[fetch] proxy` holds (status 407)"
    };
    FetchError::Proxy { proxy: proxy.place(), host: host.to_owned(), why: why.to_owned() }
}
