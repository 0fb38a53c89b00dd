//! All of the hostile payloads beside the project.

use std::{fs, path::Path};

use url::Url;

use super::check::complaint;
use pressroll::sanitize;

#[test]
fn no_hostile_payload_leaves_more_than_the_policy_allows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/html/hostile.ndjson");
    let file = if file.exists() {
        file
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/html/hostile.ndjson")
    };
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
