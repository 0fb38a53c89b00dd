//! What Python's feedparser, the most used reader of feeds, makes of ours.
#![cfg(feature = "suite-python")]

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use pressroll::{
    model::{Format, Shown},
    render,
};
use serde_json::Value;

use crate::render::sample::{World, document, entry, text};

const READ: &str = "
import json, sys
try:
    import feedparser
except ImportError:
    sys.exit('feedparser is missing: pip install feedparser==6.0.14')
feed = feedparser.parse(sys.stdin.buffer.read())
json.dump({
    'bozo': int(bool(feed.bozo)), 'why': str(feed.get('bozo_exception', '')), 'version': feed.version,
    'title': feed.feed.get('title'), 'language': feed.feed.get('language'),
    'entries': [{
        'id': it.get('id'), 'title': it.get('title'), 'link': it.get('link'), 'summary': it.get('summary'),
        'content': it.content[0].value if 'content' in it else None, 'published': it.get('published_parsed'),
        'authors': [one.get('name') for one in it.get('authors', [])],
        'tags': [one.term for one in it.get('tags', [])], 'source': it.get('source', {}).get('title'),
        'enclosures': [one.href for one in it.get('enclosures', [])],
    } for it in feed.entries]}, sys.stdout)
";

fn feedparser(bytes: &[u8]) -> Value {
    let mut python = Command::new("python3")
        .args(["-c", READ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is missing: apt-get install python3");
    python.stdin.take().expect("a pipe").write_all(bytes).expect("python reads");
    let output = python.wait_with_output().expect("python ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn feedparser_reads_every_entry_without_complaint() {
    let mut world = World::with(30);
    let rich = entry(&mut world.shown[0]);
    rich.title = text("R&D “élan” ]]> 🚀 \u{8}");
    rich.media.insert(0, document("https://acme.example/report.pdf"));
    for (format, version) in [(Format::Rss, "rss20"), (Format::Atom, "atom10")] {
        let read = feedparser(&render::feed(format, &world.sheet()));
        assert_eq!(
            (&read["bozo"], &read["version"]),
            (&Value::from(0), &Value::from(version)),
            "{}",
            read["why"]
        );
        assert_eq!((&read["title"], &read["language"]), (&Value::from("Acme"), &Value::from("en")));
        let entries = read["entries"].as_array().expect("entries");
        assert_eq!(entries.len(), 30);
        assert_eq!(entries[0]["title"], "R&D “élan” ]]> 🚀");
        assert!(
            entries[0]["enclosures"]
                .as_array()
                .is_some_and(|it| it.contains(&"https://acme.example/report.pdf".into()))
        );
        for (shown, read) in world.shown.iter().zip(entries) {
            assert_entry(shown, read);
        }
    }
}

fn assert_entry(shown: &Shown, read: &Value) {
    // Entry 1 is of 1 March, entry 30 of 30 March.
    let number = shown.kept.id.0;
    assert_eq!(read["id"], shown.public_id.as_str());
    assert_eq!(read["link"], format!("https://acme.example/news/{number}"));
    assert_eq!(read["summary"], format!("Text of release {number}. Second paragraph."));
    assert_eq!(read["content"], shown.kept.entry.content.as_str());
    let day: Vec<_> = read["published"].as_array().into_iter().flatten().take(3).cloned().collect();
    assert_eq!(day, [2026, 3, number].map(Value::from));
    assert_eq!(read["authors"], Value::from(vec!["Ada Example"]));
    assert_eq!(read["tags"], Value::from(vec!["Energy"]));
    assert_eq!(read["source"], "acme releases");
}

#[test]
fn feedparser_reads_hostile_and_empty_feeds_without_complaint() {
    let mut hostile = World::with(2);
    for shown in &mut hostile.shown {
        entry(shown).title = text("a\u{0}b\u{8}c\u{b}\u{fffe}\u{ffff} <script>alert(1)</script> ]]> &bogus;");
        entry(shown).authors = vec![text("]]>\u{1f}")];
    }
    for (world, count) in [(&hostile, 2), (&World::with(0), 0)] {
        for format in [Format::Rss, Format::Atom] {
            let read = feedparser(&render::feed(format, &world.sheet()));
            assert_eq!(read["bozo"], 0, "{}: {}", format.name(), read["why"]);
            assert_eq!(read["entries"].as_array().map(Vec::len), Some(count));
        }
    }
}
