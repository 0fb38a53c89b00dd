//! The corpus beside the project: documents that nobody here wrote.

use std::{collections::HashMap, fs, path::PathBuf};

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
    let manifest: HashMap<String, bool> = lines("MANIFEST.tsv")
        .iter()
        .filter_map(|line| {
            let row: Vec<&str> = line.split('\t').collect();
            Some(((*row.first()?).to_owned(), row.get(6) == Some(&"real")))
        })
        .collect();
    let mut seen = 0;
    for (bytes, oracle) in documents() {
        let real = manifest.get(oracle["file"].as_str().unwrap()) == Some(&true);
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
