//! Files on the disk: missing, unreadable, several.

use std::{fs, path::PathBuf};

use pressroll::config::{self, Complaints, FILE_BYTES_MAX, Loaded, Overrides, load};

use super::{GOOD, overrides};

/// A folder of its own for one test, removed at its end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pressroll-config-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self) -> Result<Loaded, Complaints> {
        load(&self.0.join("feeds.toml"), &Overrides::default())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_missing_file_says_how_to_get_one() {
    let complaints =
        load(std::path::Path::new("no-such-folder/feeds.toml"), &Overrides::default()).unwrap_err();
    let drawn = complaints.to_string();
    assert_eq!(complaints.len(), 1);
    assert!(drawn.contains("there is no no-such-folder/feeds.toml here"), "{drawn}");
    assert!(drawn.contains("`pressroll init` writes one, `--config FILE` names another"), "{drawn}");
}

#[test]
fn a_file_that_is_no_text_points_at_the_first_wrong_byte() {
    let folder = Folder::new("encoding");
    let mut bytes = b"version = 1\n# caf\xc3\xa9 ".to_vec();
    bytes.extend(b"\xe9t\xe9\n");
    folder.write("feeds.toml", bytes);
    let complaints = folder.load().unwrap_err();
    let first = complaints.iter().next().unwrap();
    assert_eq!((complaints.len(), first.line, first.column), (1, 2, 8));
    assert!(first.message.contains("not UTF-8"), "{complaints}");
}

#[test]
fn a_huge_file_and_a_folder_are_refused() {
    let folder = Folder::new("huge");
    folder.write("feeds.toml", vec![b'#'; FILE_BYTES_MAX as usize + 1]);
    assert!(folder.load().unwrap_err().to_string().contains("larger than 4 MiB"));
    let complaints = load(&std::env::temp_dir(), &Overrides::default()).unwrap_err();
    assert!(complaints.to_string().contains("this is a folder"), "{complaints}");
}

#[test]
fn further_files_add_sources_and_publications() {
    let folder = Folder::new("further");
    folder.write("feeds.toml", format!("files = ['brands/*.toml', 'brands/b.toml', '*.toml']\n{GOOD}"));
    folder.write("brands/b.toml", "[[source]]\nid = 'b'\nurl = 'https://b.example/'\ntags = ['acme']\n");
    folder.write(
        "brands/a.toml",
        "version = 1\n[[brand]]\nslug = 'all'\ntitle = 'All'\nsources = ['tag:acme']\n",
    );
    folder.write("brands/.old.toml", "nonsense");
    folder.write("brands/a.toml~", "nonsense");
    let loaded = folder.load().unwrap_or_else(|it| panic!("{it}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    assert_eq!(loaded.config.publications[1].selection.sources.len(), 2);
    let names: Vec<_> = loaded.files.iter().map(|it| it.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["feeds.toml", "a.toml", "b.toml"], "each file once, sorted");
}

#[test]
fn complaints_of_all_files_come_in_one_run_and_name_their_file() {
    let folder = Folder::new("complaints");
    folder.write("feeds.toml", format!("files = ['b/*.toml']\n{GOOD}limitt = 1\n"));
    folder.write(
        "b/1.toml",
        "[[source]]\nid = 'acme-press'\nurl = 'https://b.example/'\n[site]\ntitle = 'x'\n",
    );
    folder.write("b/2.toml", "[[brand]]\nslug = 'x'\ntitle = 'X'\nsources = ['nowhere']\n");
    let complaints = folder.load().unwrap_err();
    let places: Vec<_> =
        complaints.iter().map(|it| (it.file.rsplit('/').next().unwrap(), it.line, it.column)).collect();
    assert_eq!(places, [("feeds.toml", 13, 1), ("1.toml", 2, 6), ("1.toml", 4, 1), ("2.toml", 4, 12)]);
    let drawn = complaints.to_string();
    assert!(drawn.contains("the first is at") && drawn.contains("feeds.toml, line 6"), "{drawn}");
    assert!(drawn.contains("`site` belongs into"), "{drawn}");
}

#[test]
fn a_pattern_or_name_that_finds_nothing_is_refused() {
    let folder = Folder::new("nothing");
    for (name, help) in [("nope/*.toml", "take the pattern out"), ("nope.toml", "put the file back")] {
        folder.write("feeds.toml", format!("files = ['{name}']\n{GOOD}"));
        let complaints = folder.load().unwrap_err();
        let first = complaints.iter().next().unwrap();
        assert_eq!((complaints.len(), first.line, first.column), (1, 1, 10));
        assert_eq!(first.message, format!("“{name}” finds no file"));
        assert!(first.help.as_ref().unwrap().starts_with(help), "{complaints}");
    }
}

#[test]
fn a_further_file_that_was_emptied_is_refused_and_takes_nothing_with_it() {
    let folder = Folder::new("emptied");
    folder.write("feeds.toml", format!("files = ['more.toml']\n{GOOD}"));
    for text in ["", " \n\t\n", "\u{feff}\n"] {
        folder.write("more.toml", text);
        let complaints = folder.load().unwrap_err();
        let first = complaints.iter().next().unwrap();
        assert_eq!((complaints.len(), first.line), (1, 0), "{complaints}");
        assert!(first.file.ends_with("more.toml") && first.message.contains("this file is empty"));
    }
    folder.write("more.toml", "# nothing yet\n");
    assert!(folder.load().is_ok(), "whoever writes a comment means it");
}

#[test]
fn header_values_come_from_files_beside_the_configuration() {
    let folder = Folder::new("header");
    let header = "headers = { Authorization = \"file:secrets/auth\" }\n";
    folder.write("feeds.toml", GOOD.replace("tags =", &format!("{header}tags =")));
    folder.write("secrets/auth", "Bearer s3cret\r\n");
    let loaded = folder.load().unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(&*loaded.config.sources[0].headers[0].1.0, "Bearer s3cret");
    folder.write("secrets/auth", "");
    assert!(folder.load().unwrap_err().to_string().contains("is empty"));
}

#[test]
fn the_environment_of_the_process_is_not_read_behind_the_callers_back() {
    let empty = overrides(&[], &[]);
    let text = GOOD.replace("tags =", "headers = { A = \"env:PATH\" }\ntags =");
    let complaints = pressroll::config::parse("feeds.toml", &text, &empty).unwrap_err();
    assert!(complaints.to_string().contains("`PATH` is not set"), "{complaints}");
    assert!(pressroll::config::parse("feeds.toml", &text, &Overrides::of_process(Vec::new())).is_ok());
}

#[test]
fn a_configuration_changes_with_the_bytes_of_its_files_and_with_what_its_patterns_find() {
    let folder = Folder::new("content");
    let main = format!("files = [\"more/*.toml\"]\n{GOOD}").replace(
        "[[brand]]",
        "[[source]]\nid = \"own\"\nurl = \"https://own.example/\"\nheaders = { X-Key = \"file:key\" }\n[[brand]]",
    );
    let main = main.replace("version = 1\n", "").replacen("files", "version = 1\nfiles", 1);
    let path = folder.write("feeds.toml", &main);
    folder.write("key", "one");
    folder.write("more/a.toml", "# none yet");
    let look = config::look(&path, &Overrides::default());
    assert!(look.outcome.is_ok(), "{}", look.outcome.unwrap_err());
    let content = look.content;
    let is_same = || content.again() == content;
    assert!(is_same());
    folder.write("unused", "x");
    folder.write("feeds.toml", &main);
    let again = folder.write("other.toml", &main);
    fs::rename(again, &path).unwrap();
    assert!(is_same(), "the same bytes, written anew or in another file");
    for (name, other, before) in [
        ("feeds.toml", "version = 1", Some(main.as_str())),
        ("key", "two", Some("one")),
        ("more/a.toml", "# a word", Some("# none yet")),
        ("more/b.toml", "", None),
    ] {
        let changed = folder.write(name, other);
        assert!(!is_same(), "{name}");
        match before {
            Some(text) => drop(folder.write(name, text)),
            None => fs::remove_file(&changed).unwrap(),
        }
        assert!(is_same(), "{name} is as it was");
    }
    fs::remove_file(&path).unwrap();
    assert!(!is_same());
}

#[test]
fn the_content_of_what_cannot_be_used_is_known_too() {
    let folder = Folder::new("bad-content");
    let path = folder.0.join("feeds.toml");
    let missing = config::look(&path, &Overrides::default());
    assert!(missing.outcome.is_err() && missing.content.again() == missing.content);
    folder.write("feeds.toml", "version = ");
    assert!(missing.content.again() != missing.content, "it came");
    let broken = config::look(&path, &Overrides::default());
    assert!(broken.outcome.is_err() && broken.content.again() == broken.content);
    folder.write("feeds.toml", GOOD);
    assert!(broken.content.again() != broken.content);
}
