//! Whose an address is: what lies on the host from which the operator polls a source is that source's own.

use url::Url;

use super::Candidate;

/// How near an address lies to a source's home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// On another host, or on none.
    Abroad,
    /// On a host above or below its own.
    Near,
    /// On its own host.
    AtHome,
}

impl Nearness {
    /// How near `address` (a link or an id) lies to where the operator polls the candidate's source: what a feed says
    /// of its own home is only its word.
    pub(super) fn of(address: &str, candidate: &Candidate) -> Self {
        let (Some(place), Some(home)) = (host(address), host(candidate.source.url.as_str())) else {
            return Self::Abroad;
        };
        let below = |one: &str, other: &str| one.strip_suffix(other).is_some_and(|it| it.ends_with('.'));
        match () {
            () if place == home => Self::AtHome,
            () if below(&place, &home) || below(&home, &place) => Self::Near,
            () => Self::Abroad,
        }
    }
}

/// The host that an address names, or the authority of a `tag:`; without a leading `www.`, lower case.
fn host(address: &str) -> Option<String> {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    if let Some((scheme, rest)) = address.split_once(':')
        && scheme.eq_ignore_ascii_case("tag")
    {
        let (authority, _) = rest.split_once(',')?;
        return Some(bare(authority.rsplit('@').next().unwrap_or(authority)));
    }
    Url::parse(address).ok()?.host_str().map(bare)
}
