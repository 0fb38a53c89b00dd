//! How far what is read agrees with another good reader, field by field, over the whole corpus: its scorer is asked, and
//! no figure may fall below its mark.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{Folder, PRESSROLL};

/// Marks in per cent; a field that is not named may be anything.
type Marks = &'static [(&'static str, f64)];

const REAL: Marks = &[
    ("usable", 99.0),
    ("title", 99.5),
    ("link", 99.0),
    ("id", 99.0),
    ("date", 99.0),
    ("content", 98.5),
    ("authors", 95.0),
    ("categories", 95.0),
    ("all_fields", 88.0),
];
const MALFORMED: Marks = &[
    ("usable", 99.0),
    ("title", 98.5),
    ("link", 97.0),
    ("id", 97.0),
    ("date", 96.0),
    ("content", 95.0),
    ("authors", 95.0),
    ("categories", 90.0),
    ("all_fields", 80.0),
];
const ENCODING: Marks = &[("usable", 95.0)];
const ALL: Marks = &[
    ("usable", 99.0),
    ("title", 98.5),
    ("link", 97.0),
    ("id", 97.0),
    ("date", 97.0),
    ("content", 96.0),
    ("authors", 90.0),
    ("categories", 88.0),
    ("all_fields", 85.0),
];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")
}

/// The corpus with the one slip of its oracle set right that weighs anything: in documents that are not well-formed it
/// leaves references in identities as they were written, so that an identity would change as soon as its publisher
/// mends the document. A test of fields shows what we do instead.
fn with_references_resolved(folder: &Folder) -> PathBuf {
    let (from, to) = (corpus().join("feeds"), folder.path().join("feeds"));
    fs::create_dir_all(&to).unwrap();
    std::os::unix::fs::symlink(from.join("files"), to.join("files")).unwrap();
    fs::copy(from.join("MANIFEST.tsv"), to.join("MANIFEST.tsv")).unwrap();
    let oracle = fs::read_to_string(from.join("ORACLE.jsonl")).unwrap();
    let resolved = oracle.lines().map(|line| {
        let mut document: Value = serde_json::from_str(line).unwrap();
        for entry in document["entries"].as_array_mut().into_iter().flatten() {
            if let Some(id) = entry["id"].as_str() {
                entry["id"] = id.replace("&amp;", "&").into();
            }
        }
        format!("{document}\n")
    });
    fs::write(to.join("ORACLE.jsonl"), resolved.collect::<String>()).unwrap();
    to
}

fn score(set: &str, root: &Path) -> Value {
    let mut command = Command::new("python3");
    command.arg(corpus().join("score.py")).args(["--json", "--set", set, "--root"]).arg(root);
    let output = command.args([PRESSROLL, "parse", "-"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn what_is_read_agrees_with_another_good_reader() {
    let folder = Folder::new();
    let root = with_references_resolved(&folder);
    let mut below = Vec::new();
    for (set, marks) in [("real", REAL), ("malformed", MALFORMED), ("encoding", ENCODING), ("all", ALL)] {
        let scored = score(set, &root);
        assert_eq!(scored["crashed"], 0, "{set}");
        assert!(scored["documents"].as_u64().unwrap() > 50, "{set}: {scored}");
        for (field, mark) in marks {
            let reached = scored[field].as_f64().unwrap();
            if reached < *mark {
                below.push(format!("{set} {field}: {reached} of {mark}"));
            }
        }
    }
    assert!(below.is_empty(), "{below:#?}");
}
