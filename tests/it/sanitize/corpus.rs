//! All of the hostile payloads beside the project.

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use url::Url;

use super::check::complaint;
use crate::support::PRESSROLL;
use pressroll::sanitize;

#[test]
fn no_hostile_payload_leaves_more_than_the_policy_allows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/html/hostile.ndjson");
    let base = Url::parse("https://www.acme.example/press/").unwrap();
    let mut seen = 0;
    for line in fs::read_to_string(file).unwrap().lines() {
        let payload: serde_json::Value = serde_json::from_str(line).unwrap();
        let raw = payload["html"].as_str().unwrap();
        for base in [None, Some(&base)] {
            let once = sanitize::html(raw, base);
            assert_eq!(complaint(once.as_str()), None, "{}\n{raw}\n{}", payload["id"], once.as_str());
            let twice = sanitize::html(once.as_str(), base);
            assert_eq!(once, twice, "{}\n{raw}", payload["id"]);
        }
        let title = sanitize::text(raw);
        assert!(title.as_str().len() <= sanitize::TEXT_BYTES_MAX, "{}", payload["id"]);
        seen += 1;
    }
    assert_eq!(seen, 3_350);
}

#[test]
fn whole_feed_documents_read_as_html_come_out_clean_and_stable() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds");
    let mut folders = vec![folder];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            // Twice as escaped as in a feed: the markup of entries stands where a release's would.
            let raw =
                String::from_utf8_lossy(&fs::read(&file).unwrap()).replace("&lt;", "<").replace("&gt;", ">");
            let once = sanitize::html(&raw, None);
            assert_eq!(complaint(once.as_str()), None, "{}", file.display());
            assert_eq!(sanitize::html(once.as_str(), None), once, "{}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 3_000, "{seen}");
}

#[test]
fn twenty_processes_clean_every_hostile_payload_into_the_same_bytes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/html/hostile.ndjson");
    let cleaned = || {
        let output = Command::new(PRESSROLL)
            .args(["sanitize", "--ndjson", "--base", "https://acme.example/", "-"])
            .stdin(Stdio::from(File::open(&file).unwrap()))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let first = cleaned();
    assert_eq!(first.split(|it| *it == b'\n').filter(|it| !it.is_empty()).count(), 3_350);
    for process in 1..20 {
        assert!(cleaned() == first, "process {process} writes other bytes");
    }
}
