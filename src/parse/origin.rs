//! Where an entry was copied from: RSS `<source url="…">`, or Atom's `source` with what the feed said of itself there.

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
