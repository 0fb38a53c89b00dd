//! The way through the press policy: bounded, cleaned, tidied.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{
    bound, bytes, escape,
    policy::{ELEMENTS_MAX, EVERYWHERE, POLICY},
    tidy,
};
use crate::model::CleanHtml;

/// Longest text that is read of one entry, and longest that comes out, in bytes.
pub const HTML_BYTES_MAX: usize = 256 * 1024;
/// How often a text is cut shorter because what comes out of it is longer than it may be.
const CUTS_MAX: usize = 8;

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
    let mut bytes_max = HTML_BYTES_MAX;
    for _ in 0..CUTS_MAX {
        let bounded = bound::bound(raw, bytes_max);
        let clean = if is_text(&bounded) { bounded } else { parsed(&bounded) };
        let tidied = tidy::tidy(&clean, base);
        if tidied.html.len() <= HTML_BYTES_MAX && tidied.elements <= ELEMENTS_MAX {
            return CleanHtml::vouch(tidied.html);
        }
        // Escapes and link relations made it longer than it may be: read less of it.
        let read = bytes_max.min(raw.len());
        let by_bytes = read * HTML_BYTES_MAX / tidied.html.len().max(HTML_BYTES_MAX);
        let by_elements = read * ELEMENTS_MAX / tidied.elements.max(ELEMENTS_MAX);
        bytes_max = by_bytes.min(by_elements) / 10 * 9;
    }
    CleanHtml::default()
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
