//! What is wrong with a feed that shows only once all of it has been read.

use super::{
    dates,
    hints::{Hints, PUBLISHED, UPDATED},
    mend::{Family, Field, Fields, Sheet, Space},
};
use crate::model::Flaw;

/// Notes it. Entries that have a date, an identity and a whole link are passed over quickly.
pub(super) fn note(sheet: &mut Sheet<'_>, hints: &Hints) {
    let Sheet { entries, tally, family, .. } = sheet;
    for (entry, hint) in entries.iter().zip(&hints.entries) {
        for (read, names) in [(hint.published, PUBLISHED), (hint.updated, UPDATED)] {
            if read.is_none()
                && let Some(date) = unreadable_date(entry, names)
            {
                tally.note_at(Flaw::UnreadableDate, date.left);
            }
        }
        match family {
            // RSS asks for no identity.
            Family::Atom if hint.guid.is_none() => tally.note_at(Flaw::EntryWithoutIdentity, entry.left),
            Family::Atom => {}
            // Atom resolves what is relative.
            Family::Rss => {
                if let Some(link) = relative_link(entry) {
                    tally.note_at(Flaw::RelativeLink, link.left);
                }
            }
        }
    }
}

fn relative_link<'f, 'a>(entry: &'f Fields<'a>) -> Option<&'f Field<'a>> {
    let mut links = entry.fields.iter().filter(|it| it.is(Space::Native, "link"));
    links.find(|it| it.text().is_some_and(|it| !is_absolute(it)))
}

fn unreadable_date<'f, 'a>(entry: &'f Fields<'a>, names: &[(Space, &str)]) -> Option<&'f Field<'a>> {
    let is_date = |it: &&Field<'_>| names.iter().any(|(space, name)| it.is(*space, name));
    let cannot_be_read = |it: &&Field<'_>| it.text().is_some_and(|it| dates::parse(it).is_none());
    entry.fields.iter().filter(is_date).find(cannot_be_read)
}

/// Whether an address begins with a scheme (RFC 3986, section 3.1).
fn is_absolute(address: &str) -> bool {
    let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'+' | b'-' | b'.'))
}
