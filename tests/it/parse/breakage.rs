//! Real captures, broken in the ways in which publishers break theirs: what they said before is still read.

use std::fs;

use pressroll::model::{Draft, Feed};

use super::{corpus::captures, read};

/// What readers see of an entry, and what it is known by.
fn face(draft: &Draft) -> (Option<&str>, Option<&str>, Option<&str>, Option<i64>) {
    (
        draft.identity.guid.as_deref(),
        draft.title.as_deref(),
        draft.link.as_deref(),
        draft.published.map(|it| it.instant_ms),
    )
}

/// Captures in UTF-8 with at least three entries.
fn whole() -> Vec<(String, String, Feed)> {
    let captures = captures().into_iter().filter_map(|(name, file)| {
        let text = String::from_utf8(fs::read(file).unwrap()).ok()?;
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
            return None;
        }
        let feed = read(text.as_bytes(), None).ok().filter(|it| it.drafts.len() >= 3)?;
        Some((name, text, feed))
    });
    captures.collect()
}

/// A document broken in one way; `None` where that cannot be done to it.
type Breakage = fn(&str) -> Option<String>;

fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    text.contains(from).then(|| text.replace(from, to))
}

/// What stands between the start tag of the root and its end, with a change.
fn root(text: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let at = ["<rss", "<feed", "<rdf:RDF"].iter().find_map(|it| text.find(it))?;
    let end = at + text[at..].find('>')?;
    Some(format!("{}{}{}", &text[..at], change(&text[at..end])?, &text[end..]))
}

/// The same text without CDATA sections, where a change would mean something else.
fn escaped(text: &str) -> Option<&str> {
    (!text.contains("<![CDATA[")).then_some(text)
}

const BREAKAGES: &[(&str, Breakage)] = &[
    ("white space before the declaration", |it| Some(format!("\n\n  {it}"))),
    ("a byte order mark before white space", |it| {
        Some(format!("\u{feff}\n{}", it.trim_start_matches('\u{feff}')))
    }),
    ("a warning before the document", |it| {
        Some(format!("<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b><br />\n{it}"))
    }),
    ("text before the document", |it| Some(format!("Notice: undefined index & more {it}"))),
    ("a comment before the document", |it| Some(format!("<!-- cached -- by <x> -->{it}"))),
    ("markup after the document", |it| {
        Some(format!("{it}\n<script>track('a && b');</script><!-- 0.3 s -->"))
    }),
    ("a second document type", |it| {
        Some(format!("<!DOCTYPE rss SYSTEM 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>{it}"))
    }),
    ("no end", |it| it.rfind("</").map(|at| it[..at].to_owned())),
    ("no version", |it| root(it, |tag| replaced(tag, " version=\"2.0\"", ""))),
    ("an odd version", |it| root(it, |tag| replaced(tag, " version=\"2.0\"", " version=\"0.94\""))),
    ("an old namespace", |it| {
        root(it, |tag| replaced(tag, "<rss", "<rss xmlns=\"http://backend.userland.com/RSS2\""))
    }),
    ("a foreign namespace", |it| {
        root(it, |tag| replaced(tag, "<rss", "<rss xmlns=\"http://madeup.example/ns\""))
    }),
    ("an https namespace", |it| {
        root(it, |tag| replaced(tag, "http://www.w3.org/2005/Atom", "https://www.w3.org/2005/Atom/"))
    }),
    ("no namespace", |it| root(it, |tag| replaced(tag, " xmlns=\"http://www.w3.org/2005/Atom\"", ""))),
    ("undeclared prefixes", |it| {
        root(it, |tag| {
            let kept: Vec<&str> = tag.split_whitespace().filter(|it| !it.starts_with("xmlns:")).collect();
            (kept.len() < tag.split_whitespace().count()).then(|| kept.join(" "))
        })
    }),
    ("attributes without quotes", |it| root(it, |tag| replaced(tag, "version=\"2.0\"", "version=2.0"))),
    ("single quotes", |it| root(it, |tag| replaced(tag, "\"", "'"))),
    ("duplicate attributes", |it| {
        root(it, |tag| replaced(tag, "version=\"2.0\"", "version=\"2.0\" version=\"2.0\""))
    }),
    ("control characters", |it| replaced(it, "</title>", "\u{8}\u{0}\u{b}</title>")),
    ("bare ampersands", |it| replaced(escaped(it)?, "<title>", "<title>R&D, M&A & AT&T: ")),
    ("names of letters", |it| replaced(escaped(it)?, "<title>", "<title>Caf&eacute;&nbsp;&ndash; ")),
    ("unknown references", |it| replaced(escaped(it)?, "<title>", "<title>&nonsense; &#xFFFFFFFF; &#0; ")),
    ("items without an end", |it| replaced(it, "</item>", "")),
    ("entries without an end", |it| replaced(it, "</entry>", "")),
    ("a channel without an end", |it| replaced(it, "</channel>", "")),
    ("titles without an end", |it| replaced(it, "</title>", "")),
    ("stray end tags", |it| replaced(it, "</title>", "</title></b></span></div>")),
    ("mis-nested ends", mis_nested),
    ("capital letters", |it| Some(it).filter(|it| it.contains("<rss")).map(capitals)),
    ("an inner document", |it| Some(format!("<html><body>{it}</body></html>"))),
];

/// The last field of each item ends behind it.
fn mis_nested(text: &str) -> Option<String> {
    let (items, rest) = text.rsplit_once("</item>")?;
    let moved = items.split("</item>").map(|it| {
        let (before, name) = it.trim_end().strip_suffix('>')?.rsplit_once("</")?;
        Some(format!("{before}</item></{name}>"))
    });
    Some(moved.collect::<Option<String>>()? + rest)
}

/// The names of RSS's own elements in capital letters.
fn capitals(text: &str) -> String {
    ["item", "title", "link", "description", "channel", "guid", "pubDate"].iter().fold(
        text.to_owned(),
        |text, name| {
            let upper = name.to_uppercase();
            let ends = [("<", ">"), ("</", ">"), ("<", " ")];
            ends.iter().fold(text, |text, (open, close)| {
                text.replace(&format!("{open}{name}{close}"), &format!("{open}{upper}{close}"))
            })
        },
    )
}

#[test]
fn a_broken_capture_still_has_every_entry() {
    let whole = whole();
    assert!(whole.len() > 100, "{}", whole.len());
    let mut lost = Vec::new();
    for (what, breakage) in BREAKAGES {
        let mut tried = 0;
        for (name, text, feed) in &whole {
            let Some(broken) = breakage(text) else { continue };
            tried += 1;
            let drafts = read(broken.as_bytes(), None).map(|it| it.drafts).unwrap_or_default();
            let known =
                |it: &Draft| (face(it).0.map(str::to_owned), face(it).2.map(str::to_owned), face(it).3);
            let same = drafts.len() == feed.drafts.len()
                && drafts.iter().zip(&feed.drafts).all(|(one, other)| known(one) == known(other));
            if !same {
                lost.push(format!("{what}: {name}: {} of {}", drafts.len(), feed.drafts.len()));
            }
        }
        assert!(tried > 0, "{what} can be done to no capture");
    }
    assert!(lost.is_empty(), "{}:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn a_capture_that_is_cut_off_anywhere_keeps_its_complete_entries() {
    const CUTS: usize = 60;
    let mut lost = Vec::new();
    for (name, text, feed) in whole().into_iter().filter(|(_, text, _)| text.len() < 200_000) {
        for at in (1..CUTS).map(|it| text.floor_char_boundary(text.len() * it / CUTS)) {
            let cut = &text[..at];
            let ends = ["</item>", "</entry>"].map(|it| cut.matches(it).count());
            let drafts = read(cut.as_bytes(), None).map(|it| it.drafts).unwrap_or_default();
            let complete = ends[0].max(ends[1]).min(feed.drafts.len());
            let kept = drafts
                .iter()
                .zip(&feed.drafts)
                .take(complete)
                .filter(|(one, other)| face(one) == face(other));
            let kept = kept.count();
            if kept < complete || drafts.len() > complete + 1 {
                lost.push(format!("{name} at {at}: {kept} of {complete}, {} in all", drafts.len()));
            }
        }
    }
    assert!(lost.is_empty(), "{}:\n{}", lost.len(), lost.join("\n"));
}
