//! The way through the press policy: bounded, cleaned, tidied.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{
    bound, bytes, escape,
    notice::{NOTICE_BYTES_MAX, NOTICE_ELEMENTS},
    policy::{ELEMENTS_MAX, EVERYWHERE, POLICY},
    scan::is_space,
    tidy::{self, Tidied},
};
use crate::model::CleanHtml;

/// Longest text that is read of one entry, and longest that comes out, in bytes.
pub const HTML_BYTES_MAX: usize = 256 * 1024;
/// Room for the end tags of a text that is cut, bytes.
const CLOSING_BYTES: usize = 2 * 1024;
/// How often a text is cut shorter because what comes out of it is longer than it may be.
const CUTS_MAX: usize = 8;

/// How much may come out of a text.
struct Room {
    bytes: usize,
    elements: usize,
}

const WHOLE: Room = Room { bytes: HTML_BYTES_MAX, elements: ELEMENTS_MAX };
const BESIDE_NOTICE: Room =
    Room { bytes: HTML_BYTES_MAX - NOTICE_BYTES_MAX, elements: ELEMENTS_MAX - NOTICE_ELEMENTS };

/// Clean HTML, and whether that is not all that there was.
pub(super) struct Cleaned {
    pub(super) html: String,
    pub(super) is_cut: bool,
    elements: usize,
}

/// The sanitizer proper: built once, never changed.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let attributes = POLICY.iter().map(|it| (it.name, it.attribute_names().collect())).collect();
    builder
        .tags(POLICY.iter().map(|it| it.name).collect())
        .tag_attributes(attributes)
        .generic_attributes(EVERYWHERE.iter().map(|(name, _)| *name).collect())
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        // Relative addresses pass here: the base differs from call to call, and `tidy` checks every address again.
        .url_relative(UrlRelative::PassThrough)
        // `tidy` writes the relation of every link that it lets stand.
        .link_rel(None)
        .strip_comments(true);
    builder
});

/// Cleans `raw` by the press policy.
///
/// Three steps: `bound` makes any input small, shallow and well nested; ammonia parses that as a browser does and keeps
/// what the policy allows; `tidy` checks every address and value and takes away what has become empty. Relative addresses
/// resolve against `base` and go where there is none. The same input gives the same output, and clean HTML is not changed
/// by cleaning it again. At most [`HTML_BYTES_MAX`] are read, and at most that comes out.
pub fn html(raw: &str, base: Option<&Url>) -> CleanHtml {
    CleanHtml::vouch(cleaned(measured(raw), base, &WHOLE).html)
}

/// As [`html`]; where not all is kept, there is room for the notice that says so.
pub(super) fn with_room(raw: &str, base: Option<&Url>) -> Cleaned {
    let raw = measured(raw);
    if raw.len() <= HTML_BYTES_MAX {
        let whole = cleaned(raw, base, &WHOLE);
        let has_room = whole.html.len() <= BESIDE_NOTICE.bytes && whole.elements <= BESIDE_NOTICE.elements;
        if !whole.is_cut || has_room {
            return whole;
        }
    }
    cleaned(raw, base, &BESIDE_NOTICE)
}

/// What counts of a text. White space at its ends goes anyway; a line break that a file, a pipe or a feed puts behind a text
/// as long as may be must not make it one that is cut.
fn measured(raw: &str) -> &str {
    raw.trim_matches(is_space)
}

fn cleaned(raw: &str, base: Option<&Url>, room: &Room) -> Cleaned {
    // A text that is cut is closed, too.
    let mut bytes_max = if raw.len() > room.bytes { room.bytes - CLOSING_BYTES } else { room.bytes };
    for cuts in 0..CUTS_MAX {
        let bounded = bound::bound(raw, bytes_max, room.elements);
        let clean = if is_text(&bounded.html) { bounded.html } else { parsed(&bounded.html) };
        let Tidied { html, elements } = tidy::tidy(&clean, base);
        if html.len() <= room.bytes && elements <= room.elements {
            return Cleaned { html, elements, is_cut: bounded.is_cut || cuts > 0 };
        }
        // Escapes and link relations made it longer than it may be: read less of it.
        let read = bounded.read;
        let by_bytes = read * room.bytes / html.len().max(room.bytes);
        let by_elements = read * room.elements / elements.max(room.elements);
        bytes_max = by_bytes.min(by_elements) / 10 * 9;
    }
    Cleaned { html: String::new(), elements: 0, is_cut: true }
}

/// Whether a parser reads this as the very text that it is and writes it again as it stands: no markup, no reference but
/// those that it writes itself.
fn is_text(html: &str) -> bool {
    let is_clear = |it: &str| bytes::position(it, |it| matches!(it, b'<' | b'>' | b'\r' | b'\0')).is_none();
    is_clear(html) && html.split('&').skip(1).all(escape::begins_usual)
}

/// What the sanitizer keeps of HTML.
fn parsed(html: &str) -> String {
    let mut clean = Vec::with_capacity(html.len());
    // Writing into memory cannot fail, and a tree of text is written as text.
    let written = SANITIZER.clean(html).write_to(&mut clean);
    written.ok().and_then(|()| String::from_utf8(clean).ok()).unwrap_or_default()
}
