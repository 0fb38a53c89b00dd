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
