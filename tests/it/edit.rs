//! Adding to feeds.toml: everything that stands there stays, byte for byte, whatever way it is written in.

use std::path::Path;

use pressroll::{
    config::{
        self, Config, Overrides,
        edit::{Change, EditError, NewSource},
    },
    model::{PublicationPath, SourceId},
};

use proptest::prelude::*;

use crate::support::Folder;

fn new(id: &str) -> NewSource {
    NewSource {
        id: SourceId::new(id).unwrap(),
        url: format!("https://{id}.example/feed").parse().unwrap(),
        title: Some("A \"new\" one".to_owned()),
        language: None,
        tags: Vec::new(),
        allow_networks: Vec::new(),
        outlines: Vec::new(),
    }
}

fn lines(id: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"https://{id}.example/feed\"\ntitle = \"A \\\"new\\\" one\"")
}

fn adding(file: &Path, ids: &[&str], to: Option<&str>) -> Result<Change, EditError> {
    let loaded = config::load(file, &Overrides::default()).unwrap_or_else(|it| panic!("{it}"));
    let sources: Vec<NewSource> = ids.iter().map(|it| new(it)).collect();
    let to = to.map(|it| PublicationPath::parse(it).unwrap());
    Change::adding(&sources, to.as_ref(), &loaded, &Overrides::default())
}

/// The file after `ids` were added, and what it then declares.
fn added(before: &str, ids: &[&str], to: Option<&str>) -> (String, Config) {
    let folder = Folder::new();
    let file = folder.write("feeds.toml", before);
    adding(&file, ids, to).unwrap_or_else(|it| panic!("{it}\n{before}")).write().unwrap();
    let after = std::fs::read_to_string(&file).unwrap();
    let config =
        config::load(&file, &Overrides::default()).unwrap_or_else(|it| panic!("{it}\n{after}")).config;
    (after, config)
}

/// The old text with `pieces` put in, each at its mark `@`.
fn with(marked: &str, pieces: &[&str]) -> (String, String) {
    assert_eq!(marked.matches('@').count(), pieces.len());
    let mut parts = marked.split('@');
    let mut after = parts.next().unwrap().to_owned();
    for (piece, part) in pieces.iter().zip(parts) {
        after.push_str(piece);
        after.push_str(part);
    }
    (marked.replace('@', ""), after)
}

#[test]
fn a_source_goes_in_behind_the_last_one_and_nothing_else_moves() {
    let marked = "# Ours\nversion = 1 # always\n\n[[source]] # first\nid = \"a\"   # never changes\n\
                  url = 'https://a.example/feed'\n[source.headers] # secret\nX-Key = \"plain\" # ours\n\
                  # every = \"5m\"@\n\n# The brand\n[[brand]]\nslug = \"b\"\n  title=\"B\"\nsources = [\"a\"] # one\n\n\n";
    let (before, after) = with(marked, &[&format!("\n\n{}", lines("z"))]);
    let (written, config) = added(&before, &["z"], None);
    assert_eq!(written, after);
    assert_eq!(config.sources.len(), 2);
    assert_eq!(config.sources[1].title.as_deref(), Some("A \"new\" one"));
}

#[test]
fn a_comment_right_above_the_next_table_stays_with_it() {
    let marked = "version = 1\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"@\n# The brand\n[[brand]]\n\
                  slug = \"b\"\ntitle = \"B\"\nsources = [\"a\"]";
    let (before, after) = with(marked, &[&format!("\n\n{}\n", lines("z"))]);
    assert_eq!(added(&before, &["z"], None).0, after);
}

#[test]
fn a_file_without_a_source_and_without_a_last_line_end_gets_its_first() {
    for start in ["version = 1", "\u{feff}version = 1", "# only this\nversion = 1 # end"] {
        let (written, config) = added(start, &["z", "y"], None);
        assert_eq!(written, format!("{start}\n\n{}\n\n{}", lines("z"), lines("y")));
        assert_eq!(config.sources.len(), 2);
    }
}

#[test]
fn lines_end_as_they_did() {
    let marked = "version = 1\r\n\r\n[[source]]\r\nid = \"a\"\r\nurl = \"https://a.example/feed\" # it\r\ntitle = \"\"\"\r\nA\"\"\"@\r\n\r\n\
                  [[brand]]\r\nslug = \"b\"\r\ntitle = \"B\"\r\nsources = [\r\n\t\"a\",@\r\n]\r\n";
    let marked = marked.replace("\"\"\"\r\nA\"\"\"", "\"A\"");
    let block = format!("\n\n{}", lines("z")).replace('\n', "\r\n");
    let (before, after) = with(&marked, &[&block, "\r\n\t\"z\","]);
    assert_eq!(added(&before, &["z"], Some("brands/b")).0, after);
}

#[test]
fn sources_written_as_a_list_of_tables_stay_one() {
    let piece = "{ id = \"z\", url = \"https://z.example/feed\", title = \"A \\\"new\\\" one\" }";
    let one = "{ id = \"a\", url = \"https://a.example/feed\" }";
    for (marked, piece) in [
        (format!("version = 1\nsource = [{one}@] # all\n"), format!(", {piece}")),
        (format!("version = 1\nsource = [ {one},@ ]\n"), format!(" {piece},")),
        (format!("version = 1\nsource = [\n  {one}, # a, the first@\n] # all"), format!("\n  {piece},")),
        (format!("version = 1\nsource = [\n  {one}@\n]"), format!(",\n  {piece}")),
        ("version = 1\nsource = [@] # none yet".to_owned(), piece.to_owned()),
    ] {
        let (before, after) = with(&marked, &[&piece]);
        let (written, config) = added(&before, &["z"], None);
        assert_eq!(written, after);
        assert_eq!(config.sources.last().unwrap().id.as_str(), "z");
    }
}

#[test]
fn a_publication_takes_it_however_its_sources_are_written() {
    let head = "version = 1\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"@\n\n";
    let block = format!("\n\n{}", lines("z"));
    let brand = "[[brand]]\nslug = \"b\"\ntitle = \"B\"\n";
    for (rest, pieces) in [
        (format!("{brand}sources = [\"a\"@] # one"), vec![", \"z\""]),
        (format!("{brand}sources = [ \"a\",@ ]"), vec![" \"z\","]),
        (format!("{brand}sources = [\n    \"a\", # the, first@\n    # \"none\",\n]\n"), vec!["\n    \"z\","]),
        (format!("{brand}sources = [\n    \"a\"@ # the, first@\n]\n"), vec![",", "\n    \"z\""]),
        (
            format!(
                "{brand}sources = [\"a\",\n  \"tag:x\"@] # two\n[[brand.look]]\nname = \"n\"\nlayout = \"list\"\n"
            ),
            vec![",\n  \"z\""],
        ),
    ] {
        let tagged = rest.contains("tag:x");
        let head = if tagged { head.replace("\"@", "\"\ntags = [\"x\"]@") } else { head.to_owned() };
        let all: Vec<&str> = std::iter::once(block.as_str()).chain(pieces).collect();
        let (before, after) = with(&format!("{head}{rest}"), &all);
        let (written, config) = added(&before, &["z"], Some("brands/b"));
        assert_eq!(written, after);
        assert_eq!(config.publications[0].selection.sources.last().unwrap().as_str(), "z");
    }
}

#[test]
fn a_group_that_names_only_brands_gets_a_list_of_its_own() {
    let marked = "version = 1\nsource = [{ id = \"a\", url = \"https://a.example/feed\" }@]\n\
        brand = [{ slug = \"b\", title = \"B\", sources = [\"a\"] }]\n[[group]]\nslug = \"g\"\ntitle = \"G\"\n\
        brands = [\"b\"] # its brands@\n[[group.look]]\nname = \"n\"\nlayout = \"list\"\n";
    let item = ", { id = \"z\", url = \"https://z.example/feed\", title = \"A \\\"new\\\" one\" }";
    let (before, after) = with(marked, &[item, "\nsources = [\"z\"]"]);
    assert_eq!(added(&before, &["z"], Some("groups/g")).0, after);
    let inline = marked
        .replace("sources = [\"a\"] }", "sources = [\"a\"@] }")
        .replace("# its brands@", "# its brands");
    let (before, after) = with(&inline, &[item, ", \"z\""]);
    assert_eq!(added(&before, &["z"], Some("brands/b")).0, after);
}

#[test]
fn a_publication_of_a_further_file_takes_its_source_there() {
    let folder = Folder::new();
    let main = folder.write("feeds.toml", "version = 1\nfiles = [\"*.part.toml\"]\n");
    folder.write("one.part.toml", "[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n");
    let other = folder.write("two.part.toml", "[[brand]]\nslug = \"b\"\ntitle = \"B\"\nsources = [\"a\"]\n");
    let change = adding(&main, &["z"], Some("brands/b")).unwrap();
    assert_eq!(change.file(), other);
    change.write().unwrap();
    let loaded = config::load(&main, &Overrides::default()).unwrap();
    assert_eq!(loaded.config.publications[0].selection.sources.len(), 2);
    assert_eq!(std::fs::read_to_string(&main).unwrap(), "version = 1\nfiles = [\"*.part.toml\"]\n");
}

#[test]
fn what_could_not_be_loaded_is_never_written() {
    let folder = Folder::new();
    let text =
        "version = 1\nfiles = [\"more.toml\"]\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n";
    let file = folder.write("feeds.toml", text);
    folder.write("more.toml", "[[source]]\nid = \"z\"\nurl = \"https://z.example/feed\"\n");
    let error = adding(&file, &["z"], None).unwrap_err();
    assert!(matches!(error, EditError::Refused(_)) && error.to_string().contains("two sources"), "{error}");
    assert!(
        !error.to_string().contains("contact"),
        "what was only warned of before is not the reason: {error}"
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn what_somebody_else_wrote_meanwhile_is_not_lost() {
    let folder = Folder::new();
    let file = folder.write("feeds.toml", "version = 1\n");
    let change = adding(&file, &["z"], None).unwrap();
    folder.write("feeds.toml", "version = 1 # theirs\n");
    assert!(matches!(change.write().unwrap_err(), EditError::Changed { .. }));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "version = 1 # theirs\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let real = folder.write("real.toml", "version = 1\n");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("feeds.toml");
    std::os::unix::fs::symlink("real.toml", &link).unwrap();
    adding(&link, &["z"], None).unwrap().write().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(std::fs::read_to_string(&real).unwrap().contains("z.example"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
}

/// A file of one source and one brand, in one of the many ways in which people write it.
fn files() -> impl Strategy<Value = String> {
    let comment = prop::sample::select(vec!["", " # , ] \" here", "\n# a line, of its own"]);
    let gap = prop::sample::select(vec!["\n", "\n\n", "\n\n# between\n", "\n# above\n"]);
    let source = prop::sample::select(vec![
        "[[source]]\nid = \"a\"COMMENT\nurl = \"https://a.example/feed\"COMMENT",
        "[[source]]COMMENT\nurl = 'https://a.example/feed'\nid = 'a'\ntags = [\n 'x', # ]\n]COMMENT\n\
         [source.headers]\nX-A = \"[[brand]]\"COMMENT",
        "[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n[[source.outline]]\nfolder = [\"\"\"F\n[[x]]\"\"\"]COMMENT",
    ]);
    let brand = prop::sample::select(vec![
        "[[brand]]\nslug = \"b\"\ntitle = \"B\"\nsources = [\"a\"]COMMENT",
        "[[brand]]COMMENT\nsources = [\n\t'a',COMMENT\n]\nslug = \"b\"\ntitle = \"B\"COMMENT",
        "[[brand]]\nslug = \"b\"\ntitle = \"B\"\nsources = [ # , first\n  \"a\"COMMENT\n  ]",
        "[[brand]]\nslug = \"b\"\ntitle = \"B\"\nsources = [\"a\" ,COMMENT\n]\n[[brand.look]]\nname = \"n\"COMMENT\n\
         layout = \"list\"",
    ]);
    let turns = any::<[bool; 4]>();
    (source, brand, gap, comment, turns).prop_map(|(source, brand, gap, comment, [crlf, end, turn, mark])| {
        let (first, second) = if turn { (brand, source) } else { (source, brand) };
        let file = format!("version = 1COMMENT{gap}{first}{gap}{second}").replace("COMMENT", comment);
        let file = if end { file + "\n" } else { file };
        let file = if crlf { file.replace('\n', "\r\n") } else { file };
        if mark { format!("\u{feff}{file}") } else { file }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_a_file_is_written_all_of_it_stays(before in files()) {
        let (after, config) = added(&before, &["z", "y"], Some("brands/b"));
        let ids: Vec<&str> = config.sources.iter().map(|it| it.id.as_str()).collect();
        prop_assert_eq!(ids, ["a", "z", "y"]);
        let shown = &config.publications[0].selection.sources;
        prop_assert_eq!(shown.iter().map(|it| it.as_str()).collect::<Vec<_>>(), ["a", "z", "y"]);
        let mut rest = after.chars();
        prop_assert!(before.chars().all(|it| rest.any(|other| other == it)), "{before}\n---\n{after}");
        let lone = |text: &str| text.replace("\r\n", "").contains('\n');
        prop_assert_eq!(lone(&after), lone(&before), "{:?}", after);
        prop_assert_eq!(after.ends_with('\n'), before.ends_with('\n'));
        for line in before.lines().filter(|it| it.starts_with('#') || it.starts_with('[')) {
            prop_assert!(after.lines().any(|it| it == line), "{line} in\n{after}");
        }
    }
}

#[test]
fn the_starter_and_the_reference_take_a_source() {
    let starter = config::starter(None, &[]);
    let (after, _) = added(&starter, &["z"], Some("brands/nasa"));
    let without: String = after.replace(&format!("{}\n\n", lines("z")), "").replace(", \"z\"]", "]");
    assert_eq!(without, starter);
    let reference = include_str!("../../feeds.toml");
    let (after, _) = added(reference, &["z"], None);
    assert_eq!(after.replace(&format!("\n\n{}", lines("z")), ""), reference);
}
