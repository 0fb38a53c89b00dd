//! The order of the witnesses, proved: on every document of the corpus that is not plain ASCII, each of the 720
//! possible orders is held against what another reader made of titles and texts. Those that are UTF-8 are asked about a
//! second time, sent as the ISO 8859-1 that web servers add by themselves. Whether transport or declaration is asked first
//! makes no difference to any of them: RFC 7303 (section 3.2) decides it.
#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null")]
#![expect(clippy::panic, reason = "without its corpus the proof fails")]

use std::{collections::HashSet, fs, path::PathBuf};

use serde_json::Value;

use super::{
    ORDER, believe,
    witness::{Bytes, Reading, Witness},
};
use crate::{model::Document, parse};

/// What a witness's reading of one document is worth: whether it is sure, and how many texts come out right.
#[derive(Clone, Copy)]
struct Worth {
    is_sure: bool,
    right: usize,
}

/// All that is known of one document: what each witness makes of it, in the order of [`ORDER`].
type Worths = [Option<Worth>; ORDER.len()];

/// Letters and digits only.
fn key(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many titles and texts of `text`, read as a feed, are those that the oracle has.
fn right(text: &str, oracle: &Value) -> usize {
    let base = oracle["base"].as_str().and_then(|it| url::Url::parse(it).ok());
    let document = Document { bytes: text.as_bytes(), content_type: None, base: base.as_ref() };
    let got = parse::report(&parse::feed(&document));
    let none = Vec::new();
    let list = |of: &Value| of["entries"].as_array().cloned().unwrap_or(none.clone());
    let same = |one: &Value, other: &Value| usize::from(!key(one).is_empty() && key(one) == key(other));
    let entries = list(oracle).into_iter().zip(list(&got));
    same(&oracle["title"], &got["title"])
        + entries
            .map(|(wanted, got)| {
                let text = same(&wanted["content"], &got["content"]);
                same(&wanted["title"], &got["title"]) + text.max(same(&wanted["content"], &got["summary"]))
            })
            .sum::<usize>()
}

fn worths(bytes: &[u8], content_type: Option<&str>, oracle: &Value) -> Worths {
    let document = Bytes { bytes, content_type };
    let mut known: Vec<(String, usize)> = Vec::new();
    ORDER.map(|witness| {
        let reading = witness.read(document)?;
        let right = match known.iter().find(|(text, _)| *text == *reading.text) {
            Some((_, right)) => *right,
            None => {
                let right = right(&reading.text, oracle);
                known.push((reading.text.into_owned(), right));
                right
            }
        };
        Some(Worth { is_sure: reading.is_sure, right })
    })
}

/// Every document of the corpus that is not plain ASCII, as it was sent; and as it might have been, if it is UTF-8.
fn documents() -> Vec<Worths> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds");
    let oracles = fs::read_to_string(root.join("ORACLE.jsonl"));
    let oracles = oracles.unwrap_or_else(|error| panic!("the corpus beside the project is missing: {error}"));
    let of_line = |line: &str| {
        let oracle: Value = serde_json::from_str(line).ok()?;
        let bytes = fs::read(root.join("files").join(oracle["file"].as_str()?)).ok()?;
        let content_types = [oracle["ctype"].as_str(), Some("text/xml; charset=ISO-8859-1")];
        let sent = match (bytes.is_ascii(), std::str::from_utf8(&bytes)) {
            (true, _) => 0,
            (false, Ok(_)) => 2,
            (false, Err(_)) => 1,
        };
        Some(content_types.into_iter().take(sent).map(|it| worths(&bytes, it, &oracle)).collect::<Vec<_>>())
    };
    oracles.lines().filter_map(of_line).flatten().collect()
}

fn place(witness: Witness) -> usize {
    ORDER.iter().position(|it| *it == witness).unwrap_or_default()
}

/// How many texts of all documents come out right if the witnesses are asked in `order`.
fn score(order: &[Witness], documents: &[Worths]) -> usize {
    let of_one = |worths: &Worths| {
        let empty = |is_sure| Reading { text: "".into(), is_sure, spoiled: 0 };
        let ask = |witness| worths.get(place(witness)).copied().flatten().map(|it| empty(it.is_sure));
        let believed = believe(order, ask).0;
        believed.and_then(|it| worths.get(place(it)).copied().flatten()).map_or(0, |it| it.right)
    };
    documents.iter().map(of_one).sum()
}

/// Every order of the witnesses.
fn orders() -> Vec<Vec<Witness>> {
    let mut orders = vec![Vec::new()];
    for _ in ORDER {
        let longer = |order: Vec<Witness>| {
            let left = ORDER.into_iter().filter(|it| !order.contains(it)).collect::<Vec<_>>();
            left.into_iter().map(move |it| [order.as_slice(), &[it]].concat())
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    orders
}

#[test]
fn no_other_order_of_the_witnesses_reads_more_of_the_corpus() {
    use Witness::{Declaration, Guess, Mark, Transport, Utf8, Zeros};
    let documents = documents();
    assert!(documents.len() > 200, "{}", documents.len());
    let ours = score(&ORDER, &documents);
    let orders = orders();
    assert_eq!(orders.len(), 720);
    assert_eq!(orders.iter().map(|it| format!("{it:?}")).collect::<HashSet<_>>().len(), 720);
    let scores: Vec<usize> = orders.iter().map(|it| score(it, &documents)).collect();
    let worse = scores.iter().filter(|it| **it < ours).count();
    assert_eq!(scores.iter().max(), Some(&ours), "{worse} orders are worse");
    // Not because the corpus cannot tell them apart.
    for order in [
        [Mark, Zeros, Transport, Utf8, Declaration, Guess],
        [Mark, Zeros, Declaration, Utf8, Transport, Guess],
        [Mark, Zeros, Utf8, Guess, Transport, Declaration],
        [Guess, Mark, Zeros, Utf8, Transport, Declaration],
    ] {
        let theirs = score(&order, &documents);
        assert!(theirs < ours, "{order:?} reads {theirs} texts, {ORDER:?} {ours}");
    }
    assert!(worse > 500, "{worse}");
}
