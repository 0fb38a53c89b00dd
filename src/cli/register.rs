//! Which ids and addresses the configuration has: new sources get ids of their own, and none comes in twice.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::{
    config::{self, Config},
    model::{SourceId, id::SLUG_BYTES_MAX},
    select,
};

/// What is left of an id's length for a name, once there is a number behind it.
const NAME_BYTES_MAX: usize = SLUG_BYTES_MAX - "-99999".len();

/// The ids and addresses that are taken.
pub struct Register {
    ids: HashSet<SourceId>,
    addresses: HashMap<String, SourceId>,
    /// The number that was last put behind a name.
    numbers: HashMap<String, usize>,
}

impl Register {
    /// Those of a configuration.
    pub fn of(config: &Config) -> Self {
        // An id that a source had before still names its entries.
        let own = config.sources.iter().flat_map(|it| std::iter::once(&it.id).chain(&it.formerly));
        let ids = own.cloned().collect();
        let addresses = config.sources.iter().map(|it| (key(&it.url), it.id.clone())).collect();
        Self { ids, addresses, numbers: HashMap::new() }
    }

    /// The source that has this address, or one that differs only in http and https, in `www.` or in a slash at its
    /// end.
    pub fn holder(&self, url: &Url) -> Option<&SourceId> {
        self.addresses.get(&key(url))
    }

    /// Gives an address an id that is free: the first of `names` that makes one, else one of its host, with a number
    /// behind it where others have it already.
    pub fn enter(&mut self, url: &Url, names: &[String]) -> SourceId {
        let host = config::slug_of(url).unwrap_or_else(|| "source".to_owned());
        let slugs: Vec<String> = names.iter().chain([&host]).filter_map(|it| slug(it)).collect();
        let free = slugs.iter().filter_map(|it| SourceId::new(it).ok()).find(|it| !self.ids.contains(it));
        let base = slugs.first().cloned().unwrap_or_else(|| "source".to_owned());
        let id = free.unwrap_or_else(|| self.numbered(&base));
        self.ids.insert(id.clone());
        self.addresses.insert(key(url), id.clone());
        id
    }

    fn numbered(&mut self, base: &str) -> SourceId {
        let number = self.numbers.entry(base.to_owned()).or_insert(1);
        loop {
            *number += 1;
            // Letters of a slug with a number behind them are a slug.
            if let Ok(id) = SourceId::new(&format!("{base}-{number}"))
                && !self.ids.contains(&id)
            {
                return id;
            }
        }
    }
}

/// What two addresses of one feed have in common.
fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

/// A name in the letters that an id may have; `None` where it has none of them.
fn slug(name: &str) -> Option<String> {
    let mut slug = String::new();
    for it in select::fold(name).chars() {
        match it {
            it if it.is_ascii_alphanumeric() => slug.push(it),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(NAME_BYTES_MAX);
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_letters_that_addresses_have() {
        assert_eq!(slug("Société Générale – Presse").as_deref(), Some("societe-generale-presse"));
        assert_eq!(slug("  R&D / AT&T  ").as_deref(), Some("r-d-at-t"));
        assert_eq!(slug("日本語"), None);
        assert!(slug(&"long ".repeat(100)).is_some_and(|it| it.len() <= NAME_BYTES_MAX));
    }

    #[test]
    fn addresses_of_one_feed_have_one_key() {
        let of = |text: &str| key(&Url::parse(text).unwrap());
        assert_eq!(of("http://www.a.example/feed/"), of("https://a.example/feed"));
        assert_eq!(of("http://a.example:80/"), of("https://a.example"));
        for other in [
            "https://b.a.example/feed",
            "https://a.example/Feed",
            "https://a.example/feed?x",
            "http://a.example:81/feed",
        ] {
            assert_ne!(of(other), of("https://a.example/feed"), "{other}");
        }
    }
}
