//! The documents are true: links lead somewhere, paths exist, and the table of doors is the one that is enforced.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pressroll::{
    config::{Overrides, store_url},
    fetch,
    store::Limits,
};

use crate::{
    layering::DOORS,
    support::{run, stdout},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|it| panic!("{name}: {it}"))
}

/// Every Markdown document of the project.
fn documents() -> Vec<PathBuf> {
    let folders = ["", "docs"].map(|it| root().join(it));
    let files = folders.iter().flat_map(|it| fs::read_dir(it).unwrap()).map(|it| it.unwrap().path());
    files.filter(|it| it.extension().is_some_and(|it| it == "md")).collect()
}

/// Targets of `[text](target)` and `![text](target)` outside of code blocks.
fn targets(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let ends = prose.split("](").skip(1).filter_map(|it| it.split_once(')'));
    ends.map(|(target, _)| target.to_owned()).collect()
}

/// Rows of the first table after `heading`, cells trimmed, without head and rule.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, section) = text.split_once(heading).unwrap();
    let lines = section.lines().skip_while(|it| !it.starts_with('|')).take_while(|it| it.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|it| it.trim().to_owned()).collect();
    lines.skip(2).map(cells).collect()
}

#[test]
fn every_relative_link_leads_to_a_file() {
    let documents = documents();
    assert!(documents.len() >= 7, "{documents:?}");
    let mut followed = 0;
    for file in documents {
        for target in targets(&fs::read_to_string(&file).unwrap()) {
            let path = target.split('#').next().unwrap();
            if path.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            followed += 1;
            assert!(file.parent().unwrap().join(path).exists(), "{} links to {target}", file.display());
        }
    }
    assert!(followed >= 8);
}

#[test]
fn every_path_of_the_architecture_exists_and_every_module_has_a_row() {
    let rows = table(&document("docs/ARCHITECTURE.md"), "## Where things are");
    let listed: BTreeSet<String> = rows.iter().map(|it| it[0].trim_matches('`').to_owned()).collect();
    for path in &listed {
        assert!(root().join(path).exists(), "{path} is in the architecture but not in the tree");
    }
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let slash = if entry.file_type().unwrap().is_dir() { "/" } else { "" };
        let path = format!("src/{}{slash}", entry.file_name().to_str().unwrap());
        assert!(listed.contains(&path), "{path} has no row in the architecture");
    }
}

#[test]
fn the_doors_of_the_architecture_are_the_doors_that_are_enforced() {
    let rows = table(&document("docs/ARCHITECTURE.md"), "## Doors");
    let list = |names: &[&str]| if names.is_empty() { "-".to_owned() } else { names.join(", ") };
    let enforced: Vec<Vec<String>> = DOORS
        .iter()
        .map(|it| vec![it.module.to_owned(), list(it.may_import), list(it.alone_names)])
        .collect();
    assert_eq!(rows, enforced);
}

#[test]
fn words_of_the_glossary_stand_there_once() {
    let rows = table(&document("docs/GLOSSARY.md"), "# Glossary");
    let words: BTreeSet<&str> = rows.iter().map(|it| it[0].as_str()).collect();
    assert!(rows.len() > 20);
    assert_eq!(words.len(), rows.len(), "a word has two rows");
}

#[test]
fn scripts_that_the_justfile_and_the_documents_call_are_there_and_executable() {
    use std::os::unix::fs::PermissionsExt as _;
    for script in [".ci/run", ".ci/smoke"] {
        let mode = fs::metadata(root().join(script)).unwrap().permissions().mode();
        assert_ne!(mode & 0o111, 0, "{script} is not executable");
    }
    assert!(document("justfile").contains("\n    .ci/run\n"));
    assert!(document(".ci/run").contains(".ci/smoke target/release/pressroll"));
}

#[test]
fn the_readme_opens_with_the_two_commands_and_shows_a_complete_configuration() {
    let readme = document("README.md");
    let opening: Vec<&str> = readme.lines().filter(|it| !it.is_empty()).take(4).collect();
    assert!(opening[2].starts_with("cargo run --release -- demo"), "{opening:?}");
    assert!(opening[3].starts_with("cargo test"), "{opening:?}");
    let block = readme.split("```toml\n").nth(1).and_then(|it| it.split("```").next()).unwrap();
    assert_eq!(block, pressroll::config::SMALLEST);
    assert_eq!(block.lines().count(), 6);
    let loaded =
        pressroll::config::parse("README.md", block, &pressroll::config::Overrides::default()).unwrap();
    assert_eq!(loaded.config.publications.len(), 1);
}

#[test]
fn the_readme_names_every_command() {
    let readme = document("README.md");
    let commands =
        ["serve", "demo", "init", "check", "fetch", "status", "render", "embed", "parse", "sanitize"];
    let more = ["doctor", "discover", "add", "import", "export", "migrate", "backup", "completions", "man"];
    for command in commands.iter().chain(&more) {
        assert!(readme.contains(&format!("`pressroll {command}")), "{command}");
    }
}

#[test]
fn every_command_that_the_documents_name_is_one() {
    let help = stdout(&run(root(), &["--help"]));
    let mut named = 0;
    for file in documents() {
        let text = fs::read_to_string(&file).unwrap();
        for word in text.split("`pressroll ").skip(1).filter_map(|it| it.split([' ', '`', '\n']).next()) {
            let known = word.starts_with('-') || help.contains(&format!("\n  {word} "));
            assert!(known, "{} names `pressroll {word}`", file.display());
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn every_parameter_of_a_store_that_operations_lists_is_taken() {
    let rows = table(&document("docs/OPERATIONS.md"), "## PostgreSQL");
    let read = |url: &str| store_url(url, Path::new(""), &Overrides::default().environment);
    for row in &rows {
        let name = row[0].trim_matches('`');
        let address = match name {
            "host" => "postgres:///press?host=/run/postgresql".to_owned(),
            "sslmode" => "postgres://db/press?sslmode=verify-full".to_owned(),
            "target_session_attrs" => "postgres://db/press?target_session_attrs=read-write".to_owned(),
            "connect_timeout" => "postgres://db/press?connect_timeout=3".to_owned(),
            _ => format!("postgres://db/press?{name}=/x"),
        };
        assert_eq!(read(&address).as_deref(), Ok(address.as_str()));
    }
    let known = read("postgres://db/press?nonsense=1").unwrap_err();
    let known = known.rsplit_once("known here: ").unwrap().1.split(", ").count();
    assert_eq!(rows.len(), known, "each that is taken is listed");
}

#[test]
fn the_limits_of_store_and_fetch_are_those_that_operations_lists() {
    let rows = table(&document("docs/OPERATIONS.md"), "## Limits worth knowing");
    let said = |what: &str| {
        let row = rows.iter().find(|it| it[0].contains(what)).unwrap_or_else(|| panic!("{what} has no row"));
        row[1].replace(',', "")
    };
    let seconds = |ms: u64| format!("{} s", ms / 1_000);
    let fetch = fetch::Limits::default();
    assert!(fetch.entries_max <= Limits::ROUND_ENTRIES_MAX, "the store keeps whatever is let in");
    assert!(said("entries of one document").contains(&fetch.entries_max.to_string()));
    assert!(said("redirects of one fetch").starts_with(&fetch.redirects_max.to_string()));
    let head = format!(
        "{} fields, {} KiB, {} KiB each",
        fetch.headers_max,
        fetch.header_bytes_max >> 10,
        fetch.header_value_bytes_max >> 10
    );
    assert_eq!(said("the head of an answer"), head.replace(',', ""));
    let names = format!("{} s", fetch.lookup_timeout.as_secs());
    assert!(said("looking up a name").starts_with(&names));
    assert!(said("looking up a name").contains(&format!("connecting {} s", fetch.connect_timeout.as_secs())));
    assert!(said("a guid, link or id").contains(&Limits::KEY_BYTES_MAX.to_string()));
    assert!(said("connections to a database").contains(&Limits::CONNECTIONS.to_string()));
    for ms in [Limits::CONNECT_MS_MAX, Limits::CONNECTION_WAIT_MS_MAX, Limits::WORK_MS_MAX] {
        assert!(said("reaching a database").contains(&seconds(ms)), "{ms}");
    }
    assert!(said("SQLite's log").contains(&format!("{} pages", Limits::LOG_PAGES)));
    assert!(said("SQLite's log").contains(&format!("{} MiB", Limits::LOG_BYTES_MAX >> 20)));
    assert!(said("one step of retention").contains(&Limits::PRUNE_ROWS.to_string()));
}

#[test]
fn both_licences_are_there_in_full() {
    assert!(document("LICENSE-MIT").contains("THE SOFTWARE IS PROVIDED \"AS IS\""));
    let apache = document("LICENSE-APACHE");
    assert!(apache.contains("9. Accepting Warranty") && apache.contains("END OF TERMS AND CONDITIONS"));
    assert!(document("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
}
