//! Any HTML into clean HTML: only what the policy names, in a form that leaves a parser nothing to decide, and no different
//! when it is cleaned again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{base, sanitize};

/// Values of attributes that are addresses, and how they begin.
const ADDRESSES: [(&str, &[&str]); 2] =
    [("href", &["http://", "https://", "mailto:", "tel:"]), ("src", &["http://", "https://"])];
/// What frames show, exactly so far.
const PLAYERS: [&str; 2] = ["https://www.youtube-nocookie.com/embed/", "https://player.vimeo.com/video/"];
/// What the product writes beside what the policy lets through.
const OWN: [(&str, &[&str]); 4] = [
    ("a", &["rel"]),
    ("audio", &["controls"]),
    ("video", &["controls"]),
    ("iframe", &["loading", "allowfullscreen", "referrerpolicy", "sandbox"]),
];

fuzz_target!(|input: &[u8]| {
    let raw = String::from_utf8_lossy(input);
    // The last byte says whether there is a base.
    let address = base();
    let base = (input.last().copied().unwrap_or_default() < 128).then_some(&address);
    let clean = sanitize::html(&raw, base);
    assert!(clean.as_str().len() <= sanitize::HTML_BYTES_MAX);
    scan(clean.as_str());
    assert_eq!(sanitize::html(clean.as_str(), base), clean, "cleaned once more");
});

/// Panics at anything but text, start tags and end tags of the policy, in the one form in which they are written.
fn scan(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        assert!(!text.contains('>'), "a bare > in {html}");
        if let Some(end) = tag.strip_prefix('/') {
            let (name, after) = end.split_once('>').expect("an end tag that ends");
            assert_eq!(open.pop(), Some(name), "badly nested: {html}");
            rest = after;
            continue;
        }
        let end = tag.find([' ', '>']).expect("a start tag that ends");
        let (name, mut inside) = tag.split_at(end);
        let element = sanitize::allowed().find(|it| it.name == name);
        let element = element.unwrap_or_else(|| panic!("<{name}> is not of the policy: {html}"));
        assert_ne!(name, "div", "a box is left: {html}");
        while let Some(attribute) = inside.strip_prefix(' ') {
            let (key, value) = attribute.split_once("=\"").expect("a quoted value");
            let (value, after) = value.split_once('"').expect("a value that ends");
            let is_own = OWN.iter().any(|(of, keys)| *of == name && keys.contains(&key));
            let is_known = element.attribute_names().any(|it| it == key) || matches!(key, "dir" | "lang");
            assert!(is_own || is_known, "{key} on {name}: {html}");
            for (_, beginnings) in ADDRESSES.iter().filter(|(it, _)| *it == key) {
                assert!(beginnings.iter().any(|it| value.starts_with(it)), "{key}={value}: {html}");
            }
            assert!(
                name != "iframe" || key != "src" || PLAYERS.iter().any(|it| value.starts_with(it)),
                "{html}"
            );
            assert!(!value.contains(['<', '>']), "a sign in a value: {html}");
            inside = after;
        }
        rest = inside.strip_prefix('>').expect("nothing but attributes");
        if !matches!(name, "br" | "hr" | "img" | "source" | "wbr") {
            open.push(name);
        }
    }
    assert!(!rest.contains('>') && open.is_empty(), "left open: {html}");
    let stays = |it: char| !it.is_control() || matches!(it, '\n' | '\t');
    assert!(html.chars().all(stays), "a control character: {html:?}");
}
