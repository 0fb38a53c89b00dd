//! OPML in and out: what a list says of a feed, and where it stands, is the same after a round through feeds.toml.

use std::{collections::BTreeSet, fmt::Write as _, time::Instant};

use pressroll::{
    model::Document,
    parse::opml::{self, Listed},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Folder, run, say, stderr, stdout};

fn read(bytes: &[u8]) -> opml::List {
    opml::read(&Document { bytes, content_type: None, base: None }).unwrap()
}

/// A fresh feeds.toml with the list imported, and what was printed.
fn imported(list: &[u8]) -> (Folder, std::process::Output) {
    let folder = Folder::new();
    folder.write("feeds.toml", "version = 1\n[site]\ncontact = \"a@b.example\"\n");
    std::fs::write(folder.path().join("list.opml"), list).unwrap();
    let output = run(folder.path(), &["import", "list.opml"]);
    (folder, output)
}

fn exported(folder: &Folder) -> Vec<u8> {
    let output = run(folder.path(), &["export", "opml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    output.stdout
}

/// Address, names of folders, and everything that is said, of each feed; also what is said of each folder.
fn facts(list: &opml::List) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for feed in &list.feeds {
        let path: Vec<&str> = feed.folders.iter().map(|it| it.text.as_str()).collect();
        for (name, value) in &feed.attributes {
            facts.insert(format!("{} {path:?} {name}={value:?}", feed.address));
        }
        for (depth, folder) in feed.folders.iter().enumerate() {
            for (name, value) in &folder.attributes {
                facts.insert(format!("{:?} {name}={value:?}", &path[..=depth]));
            }
        }
    }
    facts
}

const LIST: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<opml version="1.1" xmlns:n="urn:notes"><head><title>Mine</title></head><body>
 <outline text="Énergie" isOpen="true" n:colour="red">
  <outline text="Oil &amp; Gas"><outline type="rss" text="Acme" title="Acme press" xmlUrl="https://acme.example/feed"
    htmlUrl="https://acme.example/" language="en-US" n:score="5" custom="a&#10;b"/></outline>
  <outline text="Beta" type="atom" xmlUrl="feed://beta.example/atom?a=1&amp;b=2" category="/x,/y z"/>
 </outline>
 <outline text="Loose" xmlUrl="https://loose.example/rss"/>
 <outline text="A note"/>
 <outline text="Local" xmlUrl="file:///etc/passwd"/>
 <outline text="Folder"><outline text="Acme again" xmlUrl="http://www.acme.example/feed/" n:score="6"/></outline>
</body></opml>"#;

#[test]
fn a_list_becomes_sources_with_everything_that_it_says() {
    let latin: Vec<u8> = LIST.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    let (folder, output) = imported(&latin);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for expected in [
        "A note: it has no address",
        "Local: its address is neither",
        "3 sources added",
        "keeps each place",
        "tag:Énergie",
    ] {
        assert!(stderr(&output).contains(expected), "{expected} in {}", stderr(&output));
    }
    let row = stdout(&output).lines().find(|it| it.contains("acme")).unwrap().to_owned();
    let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(cells, ["acme-press", "https://acme.example/feed", "Énergie, Oil & Gas, Folder"]);
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
    let out = read(&exported(&folder));
    let (there, here) = (facts(&out), facts(&read(&latin)));
    for fact in here.iter().filter(|it| !it.contains("passwd")) {
        let same = fact
            .replace("feed://beta", "http://beta")
            .replace("http://www.acme.example/feed/", "https://acme.example/feed");
        assert!(there.contains(&same), "{same} in {there:#?}");
    }
    assert_eq!(out.feeds.len(), 4);
}

#[test]
fn what_was_exported_is_imported_as_the_same() {
    let (first, _) = imported(LIST.as_bytes());
    let once = exported(&first);
    let (second, output) = imported(&once);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (left, right) = (first.path().join("feeds.toml"), second.path().join("feeds.toml"));
    assert_eq!(std::fs::read_to_string(left).unwrap(), std::fs::read_to_string(right).unwrap());
    assert_eq!(exported(&second), once);
}

#[test]
fn a_list_that_is_broken_gives_what_can_be_read() {
    let broken = "<opml><body><outline text=R&D><outline text='A & B' xmlUrl=https://a.example/feed>\
                  <outline title=\"&eacute;t&eacute;\" XMLURL=\"https://b.example/feed?a&b\"></outline></body>";
    let list = read(broken.as_bytes());
    let found: Vec<_> = list.feeds.iter().map(|it| (it.title().unwrap(), it.address.as_str())).collect();
    assert_eq!(found, [("A & B", "https://a.example/feed"), ("été", "https://b.example/feed?a&b")]);
    let old = read(
        b"<opml><outline type=rss url=https://c.example/ title=C><outline type=link url=https://d.example/>",
    );
    assert_eq!((old.feeds.len(), old.without_address.len()), (1, 1));
    let utf_16: Vec<u8> =
        std::iter::once(0xfeff).chain(broken.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf_16).feeds, list.feeds);
    for other in ["", "hello", "<rss><channel/></rss>", "<html><a href=x>y</a></html>"] {
        let folder = Folder::new();
        folder.write("feeds.toml", "version = 1\n");
        folder.write("x", other);
        let output = run(folder.path(), &["import", "x"]);
        assert_eq!(output.status.code(), Some(2), "{other}");
        assert!(stderr(&output).contains("x cannot be imported"), "{}", stderr(&output));
    }
}

#[test]
fn a_login_in_an_address_is_neither_taken_nor_given() {
    let list = "<opml><body><outline text='A' xmlUrl='https://me:secret@a.example/feed'/></body></opml>";
    let (folder, output) = imported(list.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("headers = {") && !stderr(&output).contains("secret@"),
        "{}",
        stderr(&output)
    );
    let config = std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap();
    assert!(config.contains("https://a.example/feed") && !config.contains("secret"), "{config}");
    folder.write("feeds.toml", &format!("{config}\nheaders = {{ X-Key = \"secret\" }}\n"));
    assert!(!String::from_utf8(exported(&folder)).unwrap().contains("secret"));
}

#[test]
fn a_list_that_is_imported_again_adds_nothing_and_says_so() {
    let (folder, _) = imported(LIST.as_bytes());
    let before = std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap();
    let again = run(folder.path(), &["import", "list.opml", "--json"]);
    assert_eq!(again.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(json["added"].as_array().unwrap().len(), 0);
    assert!(json["notes"][2]["why"].as_str().unwrap().contains("it is there already"), "{json}");
    assert_eq!(std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap(), before);
}

#[test]
fn print_only_prints_what_a_file_would_take() {
    let (folder, _) = imported(b"<opml/>");
    folder.write("list.opml", LIST);
    let printed = run(folder.path(), &["import", "list.opml", "--print"]);
    assert_eq!(printed.status.code(), Some(0));
    assert!(!std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap().contains("[[source]]"));
    let object = run(folder.path(), &["import", "list.opml", "--print", "--json"]);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    assert_eq!((&object["added"], &object["lines"]), (&Value::Array(Vec::new()), &stdout(&printed).into()));
    folder.write("feeds.toml", &format!("version = 1\n{}", stdout(&printed)));
    assert_eq!(read(&exported(&folder)).feeds.len(), 4);
}

#[test]
fn five_thousand_feeds_take_about_a_second() {
    let mut list = String::from("<opml version='2.0'><body>");
    for folder in 0..50 {
        write!(list, "<outline text='Folder {folder}'>").unwrap();
        for feed in 0..100 {
            write!(
                list,
                "<outline type='rss' text='Press' xmlUrl='https://h{folder}.example/{feed}' htmlUrl='https://h{folder}.example/'/>"
            )
            .unwrap();
        }
        list.push_str("</outline>");
    }
    let started = Instant::now();
    let (folder, output) = imported(list.as_bytes());
    let took = started.elapsed();
    assert!(stderr(&output).contains("5000 sources added"), "{}", stderr(&output));
    say(&format!("5,000 outlines imported in {} ms", took.as_millis()));
    assert!(took.as_secs() < 20, "{took:?}");
    assert_eq!(read(&exported(&folder)).feeds.len(), 5_000);
}

#[test]
fn a_list_that_means_harm_costs_little() {
    let deep = format!("<opml>{}", "<outline text='x'>".repeat(200_000));
    let wide = format!("<opml>{}", "<outline xmlUrl='https://a.example/' a:b='c'>".repeat(200_000));
    let many = format!("<opml><outline {} xmlUrl='https://a.example/'/>", "a='b' ".repeat(500_000));
    let started = Instant::now();
    assert_eq!(read(deep.as_bytes()).feeds.len(), 0);
    let wide = read(wide.as_bytes());
    assert_eq!((wide.feeds.len(), wide.beyond), (opml::OUTLINES_MAX, 200_000 - opml::OUTLINES_MAX));
    assert_eq!(read(many.as_bytes()).feeds.len(), 1);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn notes_are_told_up_to_a_number_and_say_nothing_to_the_terminal() {
    let list = format!("<opml>{}</opml>", "<outline text='&#155;31m\u{9b}31m red'/>".repeat(30));
    let (folder, output) = imported(list.as_bytes());
    let told = stderr(&output);
    assert_eq!(told.lines().filter(|it| it.contains("has no address")).count(), 20, "{told}");
    assert!(told.contains("and 10 more; --json tells all"), "{told}");
    assert!(!told.contains('\u{9b}'), "{told}");
    let object: Value =
        serde_json::from_slice(&run(folder.path(), &["import", "list.opml", "--json"]).stdout).unwrap();
    assert_eq!(object["notes"].as_array().unwrap().len(), 30);
}

#[test]
fn the_sentence_that_names_a_tag_is_one_that_can_be_written() {
    let list = "<opml><outline text='The &quot;Big&quot; \\ one'><outline xmlUrl='https://a.example/'/></outline></opml>";
    let (_, output) = imported(list.as_bytes());
    let told = stderr(&output);
    assert!(told.contains(r#"sources = ["tag:The \"Big\" \\ one"]"#), "{told}");
}

#[test]
fn long_folders_around_many_feeds_are_refused_before_they_fill_the_memory() {
    let folders = format!("<outline text='{}'>", "x".repeat(4_000)).repeat(16);
    let feeds = "<outline xmlUrl='https://a.example/'/>".repeat(opml::OUTLINES_MAX - 16);
    let list = format!("<opml>{folders}{feeds}");
    assert!(list.len() < opml::DOCUMENT_BYTES_MAX / 16);
    let document = Document { bytes: list.as_bytes(), content_type: None, base: None };
    assert_eq!(opml::read(&document).unwrap_err(), opml::OpmlError::TooMuch);
    let (_, output) = imported(list.as_bytes());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("more than 16 MiB"), "{}", stderr(&output));
}

#[test]
fn a_folder_with_white_space_around_its_name_has_one_name() {
    let list = "<opml><outline text=' News ' title=' News ' isOpen='true'><outline xmlUrl='https://a.example/'/>\
        </outline><outline text=' ' title='Old'><outline xmlUrl='https://b.example/'/></outline></opml>";
    let (folder, output) = imported(list.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let again = read(&exported(&folder));
    let names: Vec<&str> = again.feeds.iter().map(|it| it.folders[0].text.as_str()).collect();
    assert_eq!(names, ["News", "Old"]);
    assert!(again.feeds[0].folders[0].attributes.contains(&("isOpen".to_owned(), "true".to_owned())));
}

/// Texts as people and machines write them, without white space at their ends.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zéß日&<>\"'/,:= ]{1,12}"
        .prop_map(|it| it.trim().to_owned())
        .prop_filter("empty", |it| !it.is_empty())
}

fn attributes() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(vec![
        "htmlUrl",
        "description",
        "type",
        "category",
        "language",
        "custom",
        "n:a",
        "m:b",
        "_x",
    ]);
    prop::collection::btree_map(name, text(), 0..5)
        .prop_map(|it| it.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The folders around a feed, its title, and what else is said of it.
type Told = (Vec<String>, String, Vec<(String, String)>);

/// Feeds with their folders, as a document.
fn document(feeds: &[Told]) -> String {
    let escape = |it: &str| it.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut out = String::from("<opml version=\"2.0\" xmlns:n=\"urn:n\"><body>");
    for (at, (folders, title, attributes)) in feeds.iter().enumerate() {
        for folder in folders {
            write!(out, "<outline text=\"{}\" m:b=\"x\">", escape(folder)).unwrap();
        }
        write!(out, "<outline text=\"{}\" xmlUrl=\"https://h{at}.example/feed\"", escape(title)).unwrap();
        for (name, value) in attributes {
            write!(out, " {name}=\"{}\"", escape(value)).unwrap();
        }
        out.push_str("/>");
        out.push_str(&"</outline>".repeat(folders.len()));
    }
    out + "</body></opml>"
}

proptest! {
    #[test]
    fn whatever_it_is_given_reading_ends(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        text in "(<outline|<opml|</|>|/| |text|xmlUrl|=|'|\"|a|&amp;|:|xmlns){0,60}",
    ) {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let read = opml::read(&Document { bytes, content_type: None, base: None });
            prop_assert!(read.is_err() || read.is_ok_and(|it| it.feeds.iter().all(|it| !it.address.is_empty())));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_on_the_way_through(
        feeds in prop::collection::vec((prop::collection::vec(text(), 0..4), text(), attributes()), 1..6)
    ) {
        let list = document(&feeds);
        let (folder, output) = imported(list.as_bytes());
        prop_assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let out = exported(&folder);
        let (there, here) = (facts(&read(&out)), facts(&read(list.as_bytes())));
        for fact in &here {
            prop_assert!(there.contains(fact), "{} in {:#?}", fact, there);
        }
        let (second, _) = imported(&out);
        prop_assert_eq!(exported(&second), out);
    }
}

#[test]
fn an_outline_that_is_wrong_is_complained_of_at_its_place() {
    let folder = Folder::new();
    for (outline, message) in [
        ("\"x\"", "`outline` must be a list"),
        ("[{ folders = [] }]", "did you mean `folder`"),
        ("[{ folder = [{ name = \"x\" }] }]", "has no `text`"),
        ("[{ folder = [7] }]", "must be a table"),
        ("[{ attributes = { \"a b\" = \"x\" } }]", "is not the name of an attribute"),
        ("[{ attributes = { a = 1 } }]", "must be a text in quotes"),
        ("[{ attributes = { a = \"\\u0007\" } }]", "XML does not allow"),
    ] {
        let source = "version = 1\n[[source]]\nid = \"a\"\nurl = \"https://a.example/\"";
        folder.write("feeds.toml", &format!("{source}\noutline = {outline}\n"));
        let output = run(folder.path(), &["check"]);
        assert_eq!(output.status.code(), Some(1), "{outline}");
        let said = stderr(&output);
        assert!(said.contains("feeds.toml:5:") && said.contains(message), "{outline}: {said}");
    }
    let text = "version = 1\n[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\n[[source.outline]]\nfolder = [\"F\"]\n\
                [source.outline.attributes]\n\"x:y\" = \"z\"\n";
    folder.write("feeds.toml", text);
    let out = String::from_utf8(exported(&folder)).unwrap();
    assert!(out.contains("xmlns:x=\"urn:undeclared:x\"") && out.contains(" x:y=\"z\""), "{out}");
}

#[test]
fn the_first_of_two_names_of_a_feed_is_its_title() {
    let listed = |attributes: &[(&str, &str)]| Listed {
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Listed::default()
    };
    assert_eq!(listed(&[("text", "A"), ("Title", "B")]).title(), Some("B"));
    assert_eq!(listed(&[("text", "A"), ("title", " ")]).title(), Some("A"));
    assert_eq!(listed(&[]).title(), None);
}
