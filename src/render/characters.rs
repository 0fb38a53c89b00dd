//! The last look at text before it leaves: what XML cannot carry, and what is not an address, stays behind.
//!
//! Entries were cleaned when they came. This door does not rely on it: one U+0008 in one title would make every
//! XML parser refuse the whole combined feed.

use std::borrow::Cow;

use url::Url;

/// Longest language tag that is written out, in bytes; RFC 5646 advises room for 35.
const LANGUAGE_BYTES_MAX: usize = 35;

/// Room for escapes beside JSON: this part of it.
const ESCAPES_SHARE: usize = 8;

/// Whether XML 1.0 allows `it` (production 2, `Char`). A `char` is never a surrogate.
fn is_xml(it: char) -> bool {
    matches!(it, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// `text` without the characters that XML 1.0 forbids.
pub(super) fn xml_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_xml) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|it| is_xml(*it)).collect())
}

/// One line of text, trimmed; `None` where nothing is left.
pub(super) fn line(text: &str) -> Option<Cow<'_, str>> {
    match xml_text(text) {
        Cow::Borrowed(text) => Some(text.trim()).filter(|it| !it.is_empty()).map(Cow::Borrowed),
        Cow::Owned(text) => Some(text.trim().to_owned()).filter(|it| !it.is_empty()).map(Cow::Owned),
    }
}

/// Plain text as the HTML that shows it.
pub(super) fn text_as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 16);
    for it in text.chars() {
        match it {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            other => html.push(other),
        }
    }
    html
}

/// Plain text as the value of an attribute between double quotes.
pub(super) fn attribute(text: &str) -> String {
    text_as_html(text).replace('"', "&quot;")
}

/// The same JSON without a tag in it: `<` stands within strings only, where an escape means the same. Were a cache to hand
/// it out as HTML, its quotes would no longer hold attributes together, and texts would run.
pub(super) fn inert_json(json: &[u8]) -> Vec<u8> {
    let mut parts = json.split(|it| *it == b'<');
    let mut out = Vec::with_capacity(json.len() + json.len() / ESCAPES_SHARE);
    out.extend_from_slice(parts.next().unwrap_or_default());
    for part in parts {
        out.extend_from_slice(b"\\u003c");
        out.extend_from_slice(part);
    }
    out
}

/// `text` as an absolute http or https address, in the ASCII form that every reader understands, without user name
/// and password; `None` for anything else.
pub(super) fn web_address(text: &str) -> Option<String> {
    let mut url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    // Both fail only for addresses that cannot have either, which http addresses always can.
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(url.into())
}

/// `tag` if it has the shape of a language tag (RFC 5646: letters, digits and hyphens).
pub(super) fn language(tag: &str) -> Option<&str> {
    let subtag = |it: &str| matches!(it.len(), 1..=8) && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let begins = tag.bytes().next().is_some_and(|it| it.is_ascii_alphabetic());
    (begins && tag.len() <= LANGUAGE_BYTES_MAX && tag.split('-').all(subtag)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_of_xml_1_0_pass() {
        let all =
            "a\u{0}\u{8}\u{b}\u{1f}\t\n\r\u{7f}\u{85}\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{ffff}\u{10ffff}";
        assert_eq!(xml_text(all), "a\t\n\r\u{7f}\u{85}\u{d7ff}\u{e000}\u{fffd}\u{10ffff}");
    }

    #[test]
    fn a_line_of_nothing_visible_is_no_line() {
        assert_eq!(line(" \u{8}\n "), None);
        assert_eq!(line(" a\u{8}b ").as_deref(), Some("ab"));
    }

    #[test]
    fn only_absolute_http_addresses_are_addresses() {
        for bad in
            ["", "/news/1", "javascript:alert(1)", "ftp://a.example/", "file:///etc/passwd", "https://"]
        {
            assert_eq!(web_address(bad), None, "{bad}");
        }
        assert_eq!(web_address("https://me:secret@a.example/x").as_deref(), Some("https://a.example/x"));
        assert_eq!(web_address("http://a.example/é").as_deref(), Some("http://a.example/%C3%A9"));
    }

    #[test]
    fn a_language_tag_has_its_shape() {
        for good in ["en", "pt-br", "zh-hans-cn", "sl-rozaj-biske-1994"] {
            assert_eq!(language(good), Some(good));
        }
        for bad in ["", "en_US", "-", "en-", "1", "français", "a\"b"] {
            assert_eq!(language(bad), None, "{bad}");
        }
    }
}
