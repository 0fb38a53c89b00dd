//! Tells apart what stands where a feed should be, once it is known to be none.

use serde_json::Value;

use super::mend::Sheet;
use crate::model::Instead;

/// How far into a page is looked for what it is, bytes.
const LOOKED_AT_BYTES: usize = 64 << 10;

/// How files begin that are no text (RFC 8118 for PDF; the others as their formats say). None of them can begin a feed.
const BEGINNINGS: [(&[u8], Instead); 19] = [
    (b"%PDF-", Instead::Pdf),
    (b"\x89PNG\r\n\x1a\n", Instead::Image),
    (b"\xff\xd8\xff", Instead::Image),
    (b"GIF87a", Instead::Image),
    (b"GIF89a", Instead::Image),
    (b"\0\0\x01\0", Instead::Image),
    (b"II*\0", Instead::Image),
    (b"MM\0*", Instead::Image),
    (b"PK\x03\x04", Instead::Packed),
    (b"\x1f\x8b", Instead::Packed),
    (b"BZh", Instead::Packed),
    (b"\xfd7zXZ\0", Instead::Packed),
    (b"\x28\xb5\x2f\xfd", Instead::Packed),
    (b"7z\xbc\xaf\x27\x1c", Instead::Packed),
    (b"Rar!\x1a\x07", Instead::Packed),
    (b"ID3", Instead::Recording),
    (b"OggS", Instead::Recording),
    (b"fLaC", Instead::Recording),
    (b"\x1a\x45\xdf\xa3", Instead::Recording),
];

/// What a file is that begins as no text does.
pub(super) fn of_bytes(bytes: &[u8]) -> Option<Instead> {
    let known = BEGINNINGS.iter().find(|(begin, _)| bytes.starts_with(begin)).map(|it| it.1);
    known.or_else(|| match (bytes.get(..4)?, bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => Some(Instead::Image),
        (b"RIFF", _, b"WAVE" | b"AVI ") => Some(Instead::Recording),
        (_, b"ftyp", b"avif" | b"heic" | b"mif1") => Some(Instead::Image),
        (_, b"ftyp", _) => Some(Instead::Recording),
        _ => None,
    })
}

/// What a JSON document is that is not JSON Feed.
pub(super) fn of_json(document: &Value) -> Instead {
    let has = |names: &[&str]| names.iter().any(|it| document.get(it).is_some_and(|it| !it.is_null()));
    let fails = has(&["error", "errors", "fault", "exception"])
        || (has(&["message", "detail", "msg"]) && has(&["code", "status", "statusCode", "title"]));
    if fails { Instead::Failure } else { Instead::Json }
}

/// What a document is that has no feed in it; `bytes` are the document's as it came.
pub(super) fn of_sheet(text: &str, bytes: &[u8], sheet: &Sheet<'_>) -> Instead {
    match sheet.root.as_deref() {
        Some("opml") => Instead::Outline,
        Some("urlset" | "sitemapindex") => Instead::Sitemap,
        Some("svg") => Instead::Image,
        Some("error" | "fault" | "exception") => Instead::Failure,
        Some(root) if sheet.says_html || is_of_a_page(root) => of_page(text),
        None if sheet.says_html => of_page(text),
        Some(_) => Instead::Xml,
        None if text.starts_with(['[', '"']) && serde_json::from_str::<Value>(text).is_ok() => Instead::Json,
        None if bytes.contains(&0) && text.contains(char::REPLACEMENT_CHARACTER) => Instead::Binary,
        None => Instead::Text,
    }
}

/// Whether an element of this name begins a web page, or a part of one that somebody took for a whole.
pub(super) fn is_of_a_page(name: &str) -> bool {
    const NAMES: [&str; 30] = [
        "a", "article", "b", "body", "br", "center", "div", "font", "form", "frameset", "h1", "h2", "h3",
        "head", "header", "hr", "html", "iframe", "img", "main", "meta", "noscript", "p", "pre", "script",
        "section", "span", "style", "table", "ul",
    ];
    NAMES.contains(&name)
}

/// What a page is for. Only its beginning is looked at, where titles and such scripts stand.
fn of_page(text: &str) -> Instead {
    /// What pages that look at a browser first say of themselves, by the makers of such protection.
    const CHALLENGES: [&str; 12] = [
        "checking your browser",
        "checking if the site connection is secure",
        "verify you are human",
        "verifying you are human",
        "enable javascript and cookies to continue",
        "ddos protection by",
        "/cdn-cgi/challenge-platform/",
        "cf-browser-verification",
        "_incapsula_resource",
        "captcha-delivery.com",
        "px-captcha",
        "awswafintegration",
    ];
    /// Titles of pages that want a login.
    const LOGINS: [&str; 15] = [
        "log in",
        "login",
        "log on",
        "logon",
        "sign in",
        "signin",
        "sign-in",
        "anmeld",
        "einloggen",
        "connexion",
        "se connecter",
        "iniciar ses",
        "accedi",
        "inloggen",
        "authenti",
    ];
    let head = text.get(..text.floor_char_boundary(LOOKED_AT_BYTES)).unwrap_or_default().to_lowercase();
    let title = head.split_once("<title").and_then(|(_, rest)| rest.split_once('>'));
    let title = title.and_then(|(_, rest)| rest.split_once("</")).map_or("", |(title, _)| title.trim());
    let wants_password =
        ["type=\"password\"", "type='password'", "type=password"].iter().any(|it| head.contains(it));
    if title == "just a moment..."
        || title.starts_with("attention required!")
        || CHALLENGES.iter().any(|it| head.contains(it))
    {
        Instead::Challenge
    } else if wants_password && LOGINS.iter().any(|it| title.contains(it)) {
        Instead::Login
    } else {
        Instead::Page
    }
}
