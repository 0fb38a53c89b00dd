//! The doors: which module may import which, and which foreign crates it alone may name.
//!
//! [`DOORS`] is the whole architecture in one table. It is ordered and every door points up, so that a circle cannot
//! be written down, let alone compiled. An import that it forbids is a question of design, not a row to add.

mod evasions;
mod reader;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use reader::{Name, Names};

/// A room of the house, the rooms whose doors it may use, and the crates that it alone may name.
pub(crate) struct Door {
    /// The top-level module.
    pub(crate) module: &'static str,
    /// What it may import.
    pub(crate) may_import: &'static [&'static str],
    /// Crates that no other module names, except where a second one lists them too.
    pub(crate) alone_names: &'static [&'static str],
}

const fn door(
    module: &'static str,
    may_import: &'static [&'static str],
    alone_names: &'static [&'static str],
) -> Door {
    Door { module, may_import, alone_names }
}

/// The table, in the order in which data flows. Rooms that are still to be built have their place already.
pub(crate) const DOORS: &[Door] = &[
    door("model", &[], &[]),
    door("config", &["model"], &["toml", "toml_edit"]),
    door("fetch", &["model"], &["reqwest"]),
    door("parse", &["model"], &["feed_rs", "chrono", "whatlang"]),
    door("sanitize", &["model"], &["ammonia"]),
    door("media", &["model", "fetch"], &["image", "webp", "moka"]),
    door("story", &["model"], &[]),
    door("store", &["model"], &["rusqlite", "tokio_postgres", "deadpool_postgres"]),
    door("select", &["model"], &[]),
    door("render", &["model"], &["rss", "atom_syndication"]),
    door("ingest", &["model", "fetch", "parse", "sanitize", "media", "story", "store"], &[]),
    door("publish", &["model", "store", "select", "render"], &["moka"]),
    door("push", &["model", "fetch", "store"], &[]),
    door(
        "web",
        &["model", "store", "render", "ingest", "publish", "media", "push"],
        &["axum", "tower_http", "hyper", "hyper_util"],
    ),
    door(
        "cli",
        &[
            "model", "config", "fetch", "parse", "sanitize", "media", "story", "store", "select", "render",
            "ingest", "publish", "push", "web",
        ],
        &["clap", "anyhow"],
    ),
];

/// Lines of a source file at most.
const FILE_LINES_MAX: usize = 400;

/// Words that say nothing about what a module is for, and one that means something else in this trade.
const NAMES_REFUSED: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "service", "services", "newsroom",
    "misc", "shared",
];

/// Whether `end` is how a name of the wall clock ends.
const WALL_CLOCK: &[&[&str]] = &[&["SystemTime", "now"], &["Timestamp", "now"], &["Zoned", "now"]];

#[test]
fn the_table_is_ordered_and_every_door_points_up() {
    for (row, it) in DOORS.iter().enumerate() {
        for target in it.may_import {
            let place = DOORS.iter().position(|other| other.module == *target);
            assert!(place.is_some_and(|place| place < row), "{} -> {target} does not point up", it.module);
        }
    }
}

#[test]
fn modules_import_only_through_their_doors() {
    refuse_all(|file, wrong| {
        for name in &file.names.all {
            wrong.extend(forbidden_import(&file.module, name));
        }
    });
}

#[test]
fn foreign_crates_are_named_only_by_their_owners() {
    refuse_all(|file, wrong| {
        for name in &file.names.all {
            wrong.extend(forbidden_crate(&file.module, name));
        }
    });
}

#[test]
fn owned_crates_are_not_handed_on() {
    refuse_all(|file, wrong| {
        for name in &file.names.handed_on {
            if owners(&name.segments()[0]).next().is_some() {
                wrong.push(format!("hands on {}", name.segments().join("::")));
            }
        }
    });
}

#[test]
fn nothing_goes_round_the_reader() {
    refuse_all(|file, wrong| wrong.extend(file.names.evasions.iter().cloned()));
}

#[test]
fn clean_text_is_vouched_for_only_where_it_is_made_or_read_back() {
    refuse_all(|file, wrong| {
        let may = matches!(file.module.as_str(), "model" | "sanitize" | "store");
        if !may && file.names.all.iter().any(|it| it.ends_with(&["vouch"])) {
            wrong.push("calls `vouch`".to_owned());
        }
    });
}

#[test]
fn the_clock_and_the_environment_are_read_only_at_the_edge() {
    refuse_all(|file, wrong| {
        for name in &file.names.all {
            let reads_clock = WALL_CLOCK.iter().any(|end| name.ends_with(end));
            if reads_clock && file.module != "cli" {
                wrong.push(format!("{} reads the clock", name.segments().join("::")));
            }
            let reads_environment =
                ["var", "var_os", "vars", "vars_os"].iter().any(|it| name.ends_with(&["env", it]));
            if reads_environment && !matches!(file.module.as_str(), "cli" | "config") {
                wrong.push(format!("{} reads the environment", name.segments().join("::")));
            }
        }
    });
}

#[test]
fn module_names_say_what_a_module_is_for() {
    refuse_all(|file, wrong| {
        for segment in file.scope.iter().chain(&file.names.modules) {
            if NAMES_REFUSED.contains(&segment.as_str()) {
                wrong.push(format!("a module named {segment}"));
            }
        }
    });
}

#[test]
fn files_are_short_enough_to_be_read_at_once() {
    let files = ["src", "tests"].iter().flat_map(|it| rust_files(&root().join(it)));
    let long: Vec<String> = files
        .map(|file| (fs::read_to_string(&file).unwrap().lines().count(), file))
        .filter(|(lines, _)| *lines > FILE_LINES_MAX)
        .map(|(lines, file)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "\n{}\n", long.join("\n"));
}

#[test]
fn lib_rs_is_a_map_and_nothing_else() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let file = syn::parse_file(&text).unwrap();
    let mut declared = Vec::new();
    for item in file.items {
        let syn::Item::Mod(it) = item else { panic!("lib.rs holds something that is not `mod x;`") };
        assert!(it.content.is_none(), "mod {} stands in lib.rs itself", it.ident);
        declared.push(it.ident.to_string());
    }
    let place = |it: &String| DOORS.iter().position(|door| door.module == it).unwrap_or(usize::MAX);
    assert!(declared.is_sorted_by_key(place), "not in the order of the table: {declared:?}");
    assert!(declared.iter().all(|it| place(it) < DOORS.len()), "a module without a place: {declared:?}");
}

#[test]
fn every_dependency_is_used() {
    let manifest = manifest();
    let named = |folders: &[&str]| -> BTreeSet<String> {
        let read_all = |folder: &&str| {
            let files = rust_files(&root().join(folder));
            files.iter().flat_map(|it| read(it, folder).names.all).collect::<Vec<_>>()
        };
        let foreign = folders.iter().flat_map(read_all).filter_map(|it| match it {
            Name::Foreign(path) => path.first().cloned(),
            Name::Inside(_) | Name::Own(_) => None,
        });
        foreign.collect()
    };
    for (table, folders) in [("dependencies", &["src"][..]), ("dev-dependencies", &["tests", "benches"])] {
        let used = named(folders);
        let unused: Vec<String> = listed(&manifest, table).difference(&used).cloned().collect();
        assert!(unused.is_empty(), "[{table}] lists crates that nothing in {folders:?} names: {unused:?}");
    }
}

/// Why `module` may not have `name`, if it leads into a module that is not in its row.
fn forbidden_import(module: &str, name: &Name) -> Option<String> {
    let Name::Inside(path) = name else { return None };
    let target = path.first()?;
    let may: &[&str] = match module {
        "main" => &["cli"],
        "lib" => return None,
        _ => DOORS.iter().find(|it| it.module == module).map_or(&[], |it| it.may_import),
    };
    let allowed = target == module || may.contains(&target.as_str());
    (!allowed).then(|| format!("{module} may not import {}", path.join("::")))
}

/// Why `module` may not have `name`, if it leads into a crate that belongs to others.
fn forbidden_crate(module: &str, name: &Name) -> Option<String> {
    let Name::Foreign(path) = name else { return None };
    let owners: Vec<&str> = owners(path.first()?).collect();
    let allowed = owners.is_empty() || owners.contains(&module);
    (!allowed).then(|| format!("{} belongs to {}", path.join("::"), owners.join(" and ")))
}

fn owners(foreign: &str) -> impl Iterator<Item = &'static str> {
    DOORS.iter().filter(move |it| it.alone_names.contains(&foreign)).map(|it| it.module)
}

/// A source file, read.
struct Source {
    file: PathBuf,
    /// The top-level module it belongs to; `lib` and `main` for the two roots.
    module: String,
    scope: Vec<String>,
    names: Names,
}

/// Reads every file of src and fails with all that `judge` finds wrong.
fn refuse_all(judge: impl Fn(&Source, &mut Vec<String>)) {
    let mut wrong = BTreeMap::new();
    let files = rust_files(&root().join("src"));
    assert!(files.len() > DOORS.len(), "there is next to nothing in src");
    for file in files {
        let source = read(&file, "src");
        let mut found = Vec::new();
        judge(&source, &mut found);
        if !found.is_empty() {
            wrong.insert(source.file, found);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn read(file: &Path, folder: &str) -> Source {
    let relative = file.strip_prefix(root().join(folder)).unwrap();
    let mut scope: Vec<String> =
        relative.with_extension("").iter().map(|it| it.to_str().unwrap().to_owned()).collect();
    if scope.len() > 1 && scope.last().is_some_and(|it| it == "mod") {
        scope.pop();
    }
    let module = scope[0].clone();
    if scope == ["lib"] {
        scope.clear();
    }
    let path: Vec<&str> = scope.iter().map(String::as_str).collect();
    let names = reader::names(&fs::read_to_string(file).unwrap(), &path, &crates())
        .unwrap_or_else(|it| panic!("{}: {it}", file.display()));
    Source { file: relative.to_owned(), module, scope, names }
}

/// Foreign crates that may be named: those of the manifest, and those that have an owner before they are needed.
fn crates() -> BTreeSet<String> {
    let manifest = manifest();
    let owned = DOORS.iter().flat_map(|it| it.alone_names).map(|it| (*it).to_owned());
    let tables = ["dependencies", "dev-dependencies"];
    tables.iter().flat_map(|it| listed(&manifest, it)).chain(owned).collect()
}

fn listed(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table.map(|it| it.keys().map(|it| it.replace('-', "_")).collect()).unwrap_or_default()
}

fn manifest() -> toml::Table {
    fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`, in a fixed order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|it| it != "node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
