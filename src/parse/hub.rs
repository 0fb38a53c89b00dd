//! The hub that pushes a feed, and what the feed calls itself (WebSub, section 4): `link` of Atom, also inside RSS, and
//! `hubs` and `feed_url` of JSON Feed. RSS's own `cloud` is another protocol.

use url::Url;

use super::{
    media,
    mend::{Field, Fields, Space},
};

/// A feed's links to its hub and itself, as far as they have been found; of several the first counts.
#[derive(Debug, Default)]
pub(super) struct Hub {
    pub(super) hub: Option<String>,
    pub(super) topic: Option<String>,
}

impl Hub {
    /// Reads the feed's own fields.
    pub(super) fn of(feed: &Fields<'_>) -> Self {
        let mut found = Self::default();
        for link in feed.fields.iter().filter(|it| it.is(Space::Native, "link")) {
            if let (Some(relations), Some(address)) = (link.attribute("rel"), address(link)) {
                found.note(relations, address);
            }
        }
        found
    }

    /// Takes note of a link with these relations.
    pub(super) fn note(&mut self, relations: &str, address: String) {
        for relation in relations.split_ascii_whitespace() {
            match relation.to_ascii_lowercase().as_str() {
                "hub" => self.hub.get_or_insert(address.clone()),
                "self" => self.topic.get_or_insert(address.clone()),
                _ => continue,
            };
        }
    }
}

fn address(link: &Field<'_>) -> Option<String> {
    whole(link.attribute("href")?, link.base.as_deref())
}

/// An http or https address, made absolute where that is needed. One that stands whole stays as it was written: hubs
/// compare topics letter by letter.
pub(super) fn whole(reference: &str, base: Option<&Url>) -> Option<String> {
    let reference = reference.trim();
    match Url::parse(reference) {
        Ok(url) => matches!(url.scheme(), "http" | "https").then(|| reference.to_owned()),
        Err(_) => media::absolute(reference, base).map(String::from),
    }
}
