//! Where an entry was copied from, as it says itself: RSS `source` and Atom `source` (RFC 4287, section 4.2.11).

use serde::{Deserialize, Serialize};

/// The feed that first carried an entry. In a draft its texts may hold markup; in an entry they are plain, and its
/// addresses are http or https.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The id of that feed, as Atom states it: an address, `tag:` or `urn:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its own address, absolute: RSS `url`, Atom `rel="self"`.
    #[serde(rename = "feed_url", default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// The address of its site, absolute.
    #[serde(rename = "home_page_url", default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
}

impl Origin {
    /// This, unless it says nothing.
    pub fn stated(self) -> Option<Self> {
        (self != Self::default()).then_some(self)
    }
}
