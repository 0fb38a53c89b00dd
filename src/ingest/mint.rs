//! The id that readers know an entry by: the publisher's own where it is one, else one of ours.

use url::Url;

use crate::model::{Hash128, SourceId};

/// Longest guid that is handed on as an id, in bytes; a longer one is hashed.
const ID_BYTES_MAX: usize = 1000;

/// Who mints: fixed when the store was made, so that minted ids never change (RFC 4151).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mint {
    /// A host name.
    pub authority: String,
    /// A year, such as 2026.
    pub year: i16,
}

impl Mint {
    /// `tag:{authority},{year}:{source}/{hash of what identifies the entry}`.
    pub fn id(&self, source: &SourceId, identity: &str) -> String {
        format!("tag:{},{}:{source}/{}", self.authority, self.year, Hash128::of(identity.as_bytes()).hex())
    }
}

/// The guid, where it can serve as an id all over the world: an http(s) address, a `tag:` or a `urn:`.
pub fn global(guid: &str) -> Option<&str> {
    let lower = guid.get(..guid.len().min(8)).unwrap_or(guid).to_ascii_lowercase();
    let names_a_scheme = ["http://", "https://", "tag:", "urn:"].iter().any(|it| lower.starts_with(it));
    let is_one_word = !guid.chars().any(|it| it.is_whitespace() || it.is_control());
    (names_a_scheme && is_one_word && guid.len() <= ID_BYTES_MAX && guid.len() > 8).then_some(guid)
}

/// The host that a global guid names: the address's, or the authority of a `tag:`; `None` for a `urn:`.
fn named_host(guid: &str) -> Option<String> {
    if let Some(tag) = guid.strip_prefix("tag:") {
        let authority = tag.split([',', ':']).next()?;
        return Some(bare(authority.rsplit('@').next()?));
    }
    Url::parse(guid).ok()?.host_str().map(bare)
}

/// A host in the form in which two hosts are compared.
pub fn bare(host: &str) -> String {
    host.trim_start_matches("www.").to_ascii_lowercase()
}

/// Whether `guid` names the host `home`, or one above or below it: `feeds.acme.example` speaks for `acme.example`.
pub fn is_own(guid: &str, home: Option<&str>) -> bool {
    let below =
        |one: &str, other: &str| one.strip_suffix(other).is_some_and(|it| it.is_empty() || it.ends_with('.'));
    match (named_host(guid), home) {
        (Some(named), Some(home)) => named.contains('.') && (below(&named, home) || below(home, &named)),
        _ => false,
    }
}
