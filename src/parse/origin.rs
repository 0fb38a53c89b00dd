//! Where an entry was copied from: RSS `<source url="…">`, Atom's `source` with what the feed said of itself there, and in a
//! JSON Feed of another pressroll what that says in its own member.

use serde_json::Value;
use url::Url;

use super::{
    hub::whole,
    mend::{Field, Fields, Space},
};
use crate::model::Origin;

/// What an entry says; of RSS's word and Atom's each fills the gaps of the other.
pub(super) fn origin(entry: &Fields<'_>) -> Option<Origin> {
    let stated = entry.fields.iter().find(|it| it.is(Space::Native, "source"));
    let text = |name: &str| entry.first(Space::Origin, name).and_then(Field::text).map(str::to_owned);
    let title = text("title").or_else(|| Some(stated?.text()?.to_owned()));
    let feed = || stated.and_then(|it| whole(it.attribute("url")?, it.base.as_deref()));
    let origin = Origin {
        id: text("id"),
        title,
        feed: link(entry, "self").or_else(feed),
        homepage: link(entry, "alternate"),
    };
    origin.stated()
}

/// The first link of this relation; one without a relation is the site's.
fn link(entry: &Fields<'_>, relation: &str) -> Option<String> {
    let mut links = entry.fields.iter().filter(|it| it.is(Space::Origin, "link"));
    links.find_map(|it| {
        let own = it.attribute("rel").map_or("alternate", |it| it.rsplit('/').next().unwrap_or(it));
        let fits = own.eq_ignore_ascii_case(relation);
        fits.then(|| whole(it.attribute("href").or_else(|| it.text())?, it.base.as_deref())).flatten()
    })
}

/// What `_pressroll` of an item says: the entry's origin, else the source it came from, as RSS and Atom of the same
/// publication name it.
pub(super) fn of_json(item: &Value, base: Option<&Url>) -> Option<Origin> {
    let ours = item.get("_pressroll")?;
    let text =
        |of: &Value, name: &str| Some(of.get(name)?.as_str()?.trim().to_owned()).filter(|it| !it.is_empty());
    let address = |of: &Value, name: &str| whole(&text(of, name)?, base);
    let copied = ours.get("origin").map(|it| Origin {
        id: text(it, "id"),
        title: text(it, "title"),
        feed: address(it, "feed_url"),
        homepage: address(it, "home_page_url"),
    });
    let source = || Origin {
        id: None,
        title: text(ours, "source_title"),
        feed: address(ours, "source_feed_url"),
        homepage: address(ours, "source_home_page_url"),
    };
    let named = |it: &Origin| it.feed.is_some() || it.homepage.is_some();
    copied.filter(named).unwrap_or_else(source).stated()
}
