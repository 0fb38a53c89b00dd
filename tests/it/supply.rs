//! What comes into the tree: licences and origins of every dependency, against deny.toml.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every package of the lock file that this machine compiles, the project itself left out.
fn packages() -> Vec<Value> {
    let version = Command::new(env!("CARGO")).args(["--version", "--verbose"]).output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|it| it.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().filter(|it| it["name"] != "pressroll").cloned().collect()
}

fn rules() -> toml::Table {
    fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

fn allowed() -> BTreeSet<String> {
    let rules = rules();
    let list = rules["licenses"]["allow"].as_array().unwrap();
    list.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// Licences of `expression` (SPDX, or the old slash) that are used; `None` if what is allowed does not satisfy it.
fn used(expression: &str, allowed: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let expression = expression.trim();
    let outer = |word: &str| -> Option<(String, String)> {
        let mut depth = 0;
        expression.char_indices().find_map(|(at, symbol)| {
            depth += i32::from(symbol == '(') - i32::from(symbol == ')');
            let rest = &expression[at..];
            (depth == 0 && rest.starts_with(word))
                .then(|| (expression[..at].to_owned(), rest[word.len()..].to_owned()))
        })
    };
    for or in [" OR ", "/"] {
        if let Some((left, right)) = outer(or) {
            return used(&left, allowed).or_else(|| used(&right, allowed));
        }
    }
    if let Some((left, right)) = outer(" AND ") {
        return Some(used(&left, allowed)?.union(&used(&right, allowed)?).cloned().collect());
    }
    if let Some(inner) = expression.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        return used(inner, allowed);
    }
    allowed.contains(expression).then(|| [expression.to_owned()].into())
}

#[test]
fn every_dependency_has_an_allowed_licence_and_every_allowed_licence_a_dependency() {
    let allowed = allowed();
    let mut needed = BTreeSet::new();
    let mut refused = Vec::new();
    for package in packages() {
        let licence = package["license"].as_str().unwrap_or("none");
        match used(licence, &allowed) {
            Some(found) => needed.extend(found),
            None => refused.push(format!("{}: {licence}", package["name"])),
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
    let idle: Vec<&String> = allowed.difference(&needed).collect();
    assert!(idle.is_empty(), "deny.toml allows what no dependency needs: {idle:?}");
}

#[test]
fn every_dependency_comes_from_the_registry() {
    let packages = packages();
    assert!(packages.len() > 50);
    for package in packages {
        let source = package["source"].as_str();
        assert_eq!(
            source,
            Some("registry+https://github.com/rust-lang/crates.io-index"),
            "{}",
            package["name"]
        );
    }
}

#[test]
fn banned_crates_are_absent() {
    let rules = rules();
    let banned = rules["bans"]["deny"].as_array().unwrap();
    assert!(!banned.is_empty());
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        assert!(banned.iter().all(|it| it["crate"].as_str() != Some(name)), "{name} is banned in deny.toml");
    }
}

#[test]
fn licence_expressions_are_read_as_written() {
    let allowed: BTreeSet<String> = ["MIT", "ISC"].map(str::to_owned).into();
    for satisfied in ["MIT", "MIT/Apache-2.0", "Apache-2.0 OR MIT", "(GPL-3.0 OR MIT) AND ISC", "MIT AND ISC"]
    {
        assert!(used(satisfied, &allowed).is_some(), "{satisfied}");
    }
    for unsatisfied in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR Apache-2.0) AND MIT", "none"] {
        assert!(used(unsatisfied, &allowed).is_none(), "{unsatisfied}");
    }
}
