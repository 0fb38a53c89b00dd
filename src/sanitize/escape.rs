//! The references of HTML that a serializer writes: made and undone.

use std::borrow::Cow;

use super::bytes;

/// What a serializer of HTML escapes: the names and what they stand for.
const USUAL: [(&str, &str); 5] =
    [("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("nbsp;", "\u{a0}")];

/// Writes text as a parser reads it again.
pub(super) fn push_escaped(html: &mut String, text: &str) {
    push(html, text, |it| matches!(it, b'&' | b'<' | b'>'));
}

/// Writes an attribute, with the space before it.
pub(super) fn push_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    push(html, value, |it| matches!(it, b'&' | b'<' | b'>' | b'"'));
    html.push('"');
}

fn push(html: &mut String, text: &str, is_sign: impl Fn(u8) -> bool) {
    let mut rest = text;
    while let Some(at) = bytes::position(rest, &is_sign) {
        let (before, sign) = rest.split_at(at);
        let (sign, after) = sign.split_at(1);
        html.push_str(before);
        html.push_str(match sign {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            _ => "&quot;",
        });
        rest = after;
    }
    html.push_str(rest);
}

/// Whether a reference of this name is one that [`decode`] knows.
pub(super) fn is_usual(name: &str) -> bool {
    USUAL.iter().any(|(it, _)| it.strip_suffix(';') == Some(name))
}

/// Whether what stands behind a `&` begins with a reference that [`decode`] knows, its end included.
pub(super) fn begins_usual(part: &str) -> bool {
    usual(part).is_some()
}

/// What a reference stands for that a serializer writes, and what comes after it.
fn usual(part: &str) -> Option<(&'static str, &str)> {
    USUAL.iter().find_map(|(name, is)| part.strip_prefix(name).map(|rest| (*is, rest)))
}

/// Undoes what a serializer of HTML escapes, and nothing else.
pub(super) fn decode(written: &str) -> Cow<'_, str> {
    let Some(first) = bytes::position(written, |it| it == b'&') else { return Cow::Borrowed(written) };
    let mut out = String::with_capacity(written.len());
    let (before, referring) = written.split_at(first);
    out.push_str(before);
    for part in referring.split('&').skip(1) {
        match usual(part) {
            Some((is, rest)) => {
                out.push_str(is);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    Cow::Owned(out)
}
