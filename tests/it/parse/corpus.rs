//! The corpus beside the project: documents that nobody here wrote.

use std::{collections::BTreeMap, fs, path::PathBuf};

use pressroll::{
    model::Document,
    parse::{self, ParseError, report},
};
use serde_json::Value;
use url::Url;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds")
}

fn lines(name: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines().map(str::to_owned).collect()
}

/// Every document with the oracle's word on it.
fn documents() -> Vec<(Vec<u8>, Value)> {
    let read = |line: &String| {
        let oracle: Value = serde_json::from_str(line).unwrap();
        let file = root().join("files").join(oracle["file"].as_str().unwrap());
        (fs::read(&file).unwrap(), oracle)
    };
    lines("ORACLE.jsonl").iter().map(read).collect()
}

#[test]
fn no_document_panics_and_every_text_is_fit_for_xml() {
    let mut read = 0;
    for (bytes, oracle) in documents() {
        let base = oracle["base"].as_str().and_then(|it| Url::parse(it).ok());
        let result = parse::feed(&Document {
            bytes: &bytes,
            content_type: oracle["ctype"].as_str(),
            base: base.as_ref(),
        });
        assert!(!matches!(result, Err(ParseError::Panicked)), "{}", oracle["file"]);
        let text = report(&result).to_string();
        assert!(!text.contains("\\u00") && !text.contains('\u{ffff}'), "{}", oracle["file"]);
        read += usize::from(result.is_ok());
    }
    assert!(read > 3_000, "{read}");
}

/// Names and files of the documents that the manifest calls real captures.
pub fn captures() -> BTreeMap<String, PathBuf> {
    let lines = lines("MANIFEST.tsv");
    let rows = lines.iter().map(|line| line.split('\t').collect::<Vec<_>>());
    let real = rows.filter(|row| row.get(6) == Some(&"real"));
    real.map(|row| (row[0].to_owned(), root().join("files").join(row[0]))).collect()
}

#[test]
fn well_formed_captures_need_no_repair_but_for_what_a_webmaster_would_want_to_know() {
    let manifest = lines("MANIFEST.tsv");
    let real: Vec<&str> = manifest
        .iter()
        .filter_map(|line| {
            let row: Vec<&str> = line.split('\t').collect();
            (row.get(6) == Some(&"real")).then(|| row.first().copied())?
        })
        .collect();
    // What well-formed XML can still get wrong, and here does: an Atom entry without its id, links that are no addresses,
    // and UTF-8 that calls itself ISO-8859-1, which no parser of XML can notice.
    let known = ["entry without identity", "link that is not absolute", "wrong character set"];
    let (mut clean, mut mended, mut broken) = (0, 0, 0);
    for (bytes, oracle) in documents() {
        let file = oracle["file"].as_str().unwrap();
        if !real.contains(&file) {
            continue;
        }
        let content_type = oracle["ctype"].as_str();
        let Ok(feed) = parse::feed(&Document { bytes: &bytes, content_type, base: None }) else { continue };
        let is_well_formed = oracle["bozo"] == 0;
        match (is_well_formed, feed.repairs.is_empty()) {
            (true, true) => clean += 1,
            (true, false) => mended += 1,
            (false, false) => broken += 1,
            (false, true) => {}
        }
        for repair in feed.repairs.iter().filter(|_| is_well_formed) {
            assert!(known.contains(&repair.flaw.name()), "{file}: {repair:?}");
        }
    }
    assert!(clean > 180 && mended <= 3 && broken >= 20, "{clean} clean, {mended} mended, {broken} broken");
}

#[test]
fn real_captures_have_every_entry_that_the_oracle_has() {
    let captures = captures();
    let mut seen = 0;
    for (bytes, oracle) in documents() {
        let real = captures.contains_key(oracle["file"].as_str().unwrap());
        let wanted = oracle["entries"].as_array().map_or(0, Vec::len);
        if !real || wanted == 0 {
            continue;
        }
        let content_type = oracle["ctype"].as_str();
        let feed = parse::feed(&Document { bytes: &bytes, content_type, base: None }).unwrap();
        assert_eq!(feed.drafts.len(), wanted, "{}", oracle["file"]);
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

/// What feed-rs reads in a document by itself, without anything of ours before it.
fn plainly(bytes: &[u8], base: Option<&Url>) -> Option<feed_rs::model::Feed> {
    let parser = feed_rs::parser::Builder::new().base_uri(base).sanitize_content(false).build();
    let read = std::panic::AssertUnwindSafe(|| parser.parse(bytes).ok());
    std::panic::catch_unwind(read).ok().flatten()
}

/// Letters and digits, without tags and references: what two readings of one text have in common.
fn letters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        rest = after.split_once('>').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether one of these links leads to the original, as far as its relation says.
fn is_original(links: &[feed_rs::model::Link]) -> bool {
    links.iter().any(|it| it.rel.as_deref().is_none_or(|it| it == "alternate"))
}

#[test]
fn no_document_that_feed_rs_reads_by_itself_gets_worse() {
    let (mut read, mut worse) = (0, Vec::new());
    for (bytes, oracle) in documents() {
        let base = oracle["base"].as_str().and_then(|it| Url::parse(it).ok());
        let Some(plain) = plainly(&bytes, base.as_ref()).filter(|it| !it.entries.is_empty()) else {
            continue;
        };
        read += 1;
        let (content_type, base) = (oracle["ctype"].as_str(), base.as_ref());
        let ours = parse::feed(&Document { bytes: &bytes, content_type, base });
        let drafts = ours.map(|it| it.drafts).unwrap_or_default();
        let mut note = |what: &str, theirs: String, ours: String| {
            worse.push(format!("{} {what}: {theirs} | {ours}", oracle["file"].as_str().unwrap_or_default()));
        };
        if drafts.len() < plain.entries.len() {
            note("entries", plain.entries.len().to_string(), drafts.len().to_string());
            continue;
        }
        if drafts.len() > plain.entries.len() {
            continue;
        }
        for (at, (theirs, ours)) in plain.entries.iter().zip(&drafts).enumerate() {
            let title = theirs.title.as_ref().map(|it| letters(&it.content)).unwrap_or_default();
            if !title.is_empty() && letters(ours.title.as_deref().unwrap_or_default()).is_empty() {
                note("title", title, format!("{:?}", ours.title));
            }
            // feed-rs takes comments for links to the original too: the oracle does not.
            let has_link = oracle["entries"][at]["link"].is_string() && !theirs.links.is_empty();
            if has_link && ours.link.is_none() && is_original(&theirs.links) {
                note("link", theirs.links[0].href.clone(), "none".to_owned());
            }
            if theirs.published.is_some() && ours.published.is_none() && ours.updated.is_none() {
                note("date", format!("{:?}", theirs.published), "none".to_owned());
            }
            let text = theirs.content.as_ref().and_then(|it| it.body.as_deref());
            let text = text.or(theirs.summary.as_ref().map(|it| it.content.as_str())).map(letters);
            if text.as_ref().is_some_and(|it| !it.is_empty()) && ours.content.is_none() {
                note("content", text.unwrap_or_default(), "none".to_owned());
            }
            // A term may be an address or a number: its label is as good.
            for category in theirs.categories.iter().filter(|it| !it.term.trim().is_empty()) {
                let words =
                    [Some(&category.term), category.label.as_ref()].map(|it| it.map(|it| letters(it)));
                if ours.categories.iter().all(|own| !words.contains(&Some(letters(&own.term)))) {
                    note("category", category.term.clone(), format!("{:?}", ours.categories));
                }
            }
        }
    }
    assert!(read > 1_500, "{read}");
    assert!(worse.is_empty(), "{} of {read}:\n{}", worse.len(), worse.join("\n"));
}
