//! What an entry says of where it was copied from and of the company behind it: texts plain, addresses http or https.

use ::url::Url;

use super::{text, url};
use crate::model::{Origin, Press};

/// Whatever is left of an origin. An id may be an address or a name of its own, and is never one to open.
pub(super) fn origin(stated: Origin, base: Option<&Url>) -> Option<Origin> {
    let address = |it: Option<String>| it.and_then(|it| url::link(&it, base));
    let cleaned = Origin {
        id: stated.id.as_deref().and_then(id),
        title: stated.title.as_deref().and_then(plain),
        feed: address(stated.feed),
        homepage: address(stated.homepage),
    };
    cleaned.stated()
}

/// Tickers and ISINs are of few letters from the beginning.
pub(super) fn press(stated: Press) -> Press {
    Press {
        organizations: each(&stated.organizations),
        industries: each(&stated.industries),
        subjects: each(&stated.subjects),
        contacts: each(&stated.contacts),
        ..stated
    }
}

fn each(texts: &[String]) -> Vec<String> {
    let mut cleaned = Vec::with_capacity(texts.len());
    for text in texts.iter().filter_map(|it| plain(it)) {
        if !cleaned.contains(&text) {
            cleaned.push(text);
        }
    }
    cleaned
}

fn plain(stated: &str) -> Option<String> {
    Some(text::text(stated).as_str().to_owned()).filter(|it| !it.is_empty())
}

/// An id as it stands, if it is an address, `tag:` or `urn:`.
fn id(stated: &str) -> Option<String> {
    let stated = stated.trim();
    let bare = stated.len() <= url::URL_BYTES_MAX && stated.bytes().all(|it| it.is_ascii_graphic());
    let scheme = Url::parse(stated).ok().filter(|_| bare)?.scheme().to_owned();
    ["http", "https", "tag", "urn"].contains(&scheme.as_str()).then(|| stated.to_owned())
}
