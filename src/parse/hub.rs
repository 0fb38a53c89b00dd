//! The hubs that push a feed, and what the feed calls itself (WebSub, section 4): `link` of Atom, also inside RSS, and
//! `hubs` and `feed_url` of JSON Feed. RSS's own `cloud` is another protocol,
//! which is read and not spoken.

use url::Url;

use super::{
    media,
    mend::{Field, Fields, Space},
};
use crate::model::Cloud;

/// Hubs of one feed at most; the first ones are kept.
pub(super) const HUBS_MAX: usize = 10;

/// A feed's links to its hubs and itself, as far as they have been found; of itself the first counts.
#[derive(Debug, Default)]
pub(super) struct Hub {
    pub(super) hubs: Vec<String>,
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
                "hub" if self.hubs.len() < HUBS_MAX && !self.hubs.contains(&address) => {
                    self.hubs.push(address.clone());
                }
                "self" if self.topic.is_none() => self.topic = Some(address.clone()),
                _ => {}
            }
        }
    }
}

fn address(link: &Field<'_>) -> Option<String> {
    whole(link.attribute("href")?, link.base.as_deref())
}

/// A feed's `cloud`, if it names a server, a path and a protocol. Without a port it is that of http.
pub(super) fn cloud(feed: &Fields<'_>) -> Option<Cloud> {
    let field = feed.fields.iter().find(|it| it.is(Space::Native, "cloud"))?;
    let stated = |name: &str| field.attribute(name).map(str::to_owned);
    Some(Cloud {
        domain: stated("domain")?,
        port: field.attribute("port").map_or(Some(80), |it| it.parse().ok())?,
        path: stated("path")?,
        procedure: stated("registerprocedure"),
        protocol: stated("protocol")?.to_ascii_lowercase(),
    })
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
