//! What feed-rs 3.0.0 by itself panics at or gives up on is read, and what would take the process with it is never
//! handed to it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::parser::{self, Builder};
use pressroll::parse::{Limits, ParseError, stages};

use super::{GOOD, read, rss, titles};
use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

/// How feed-rs alone ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alone {
    Panics,
    Fails,
    Reads(usize),
}

fn alone(bytes: &[u8]) -> Alone {
    match catch_unwind(|| parser::parse(bytes)) {
        Ok(Ok(feed)) => Alone::Reads(feed.entries.len()),
        Ok(Err(_)) => Alone::Fails,
        Err(_) => Alone::Panics,
    }
}

fn utf_16(text: &str, unit: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn utf_16_and_ucs_2_are_read_where_feed_rs_panics() {
    let mut panics = 0;
    for encoding in ["UTF-16", "UTF-16BE", "ISO-10646-UCS-2", "UCS-2", "csUnicode", "UTF-8"] {
        let declaration = format!("<?xml version='1.0' encoding='{encoding}'?>");
        let text = rss(&format!("<item><title>Grüße, 世界</title></item>{}", GOOD.repeat(200)));
        let text = text.replacen("<?xml version='1.0'?>", &declaration, 1);
        let marked = format!("\u{feff}{text}");
        for (bytes, how) in [
            (utf_16(&marked, u16::to_be_bytes), "big, with mark"),
            (utf_16(&marked, u16::to_le_bytes), "little, with mark"),
            (utf_16(&text, u16::to_be_bytes), "big, without mark"),
            (utf_16(&text, u16::to_le_bytes), "little, without mark"),
            (text.clone().into_bytes(), "not UTF-16 at all"),
        ] {
            let feed = read(&bytes, None).unwrap_or_else(|error| panic!("{encoding}, {how}: {error}"));
            assert_eq!(feed.drafts.len(), 201, "{encoding}, {how}");
            assert_eq!(feed.drafts[0].title.as_deref(), Some("Grüße, 世界"), "{encoding}, {how}");
            panics += usize::from(alone(&bytes) == Alone::Panics);
        }
    }
    // Whichever order of bytes the declaration does not mean. Where this fails, feed-rs has been mended.
    assert_eq!(panics, 14);
}

#[test]
fn durations_that_feed_rs_panics_at_are_no_fault_of_their_entry() {
    let huge = "9".repeat(40);
    for element in [
        format!("<itunes:duration>{huge}</itunes:duration>"),
        format!("<itunes:duration>{huge}:00:00</itunes:duration>"),
        format!("<media:thumbnail url='http://a.example/b' time='{huge}:00:00.5'/>"),
        format!("<media:text start='{huge}'>words</media:text>"),
    ] {
        let text = rss(&format!("<item><title>odd</title>{element}</item>{GOOD}"));
        assert_eq!(alone(text.as_bytes()), Alone::Panics, "{element}");
        assert_eq!(titles(&read(text.as_bytes(), None).unwrap()), ["odd", "ok"], "{element}");
    }
}

#[test]
fn a_document_that_feed_rs_fails_at_amid_media_spoils_no_later_one() {
    let bad = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'><entry><title>odd</title>\
               <media:group><media:title type='x'>t</media:title></media:group></entry></feed>";
    let good = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>ok</title></entry></feed>";
    assert_eq!(alone(bad.as_bytes()), Alone::Fails);
    let used = Builder::new().build();
    assert!(used.parse(bad.as_bytes()).is_err());
    let again = catch_unwind(AssertUnwindSafe(|| used.parse(good.as_bytes()).is_ok()));
    assert!(again.is_err(), "a parser of feed-rs that failed once panics at the next document");
    assert_eq!(titles(&read(bad.as_bytes(), None).unwrap()), ["odd"]);
    assert_eq!(titles(&read(good.as_bytes(), None).unwrap()), ["ok"]);
}

/// A document whose entries only feed-rs sees: for mending they stand in a comment.
fn hidden(inside: &str) -> String {
    format!(
        "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' x=\"> <!-- = \"><channel><item><title>hidden</title>\
         {inside}</item></channel></rss>-->"
    )
}

#[test]
fn what_only_feed_rs_sees_is_read_from_the_document_as_it_came() {
    let text = hidden("");
    let limits = Limits::default();
    assert_eq!(stages::mend(&text, None, &limits).entries(), 0);
    assert_eq!(titles(&read(text.as_bytes(), None).unwrap()), ["hidden"]);
}

#[test]
fn a_panic_of_feed_rs_is_one_document_s_error() {
    let text = hidden("<media:text start='99999999999999999999999'>words</media:text>");
    assert_eq!(alone(text.as_bytes()), Alone::Panics);
    assert!(matches!(stages::read(&text), Err(ParseError::Panicked)));
    assert!(read(text.as_bytes(), None).is_ok_and(|it| it.drafts.is_empty()));
    assert_eq!(titles(&read(rss(GOOD).as_bytes(), None).unwrap()), ["ok"]);
}

#[test]
fn nesting_that_would_overflow_the_stack_of_feed_rs_is_not_handed_to_it() {
    for pieces in [
        "<media:group>",
        "<media:group><![CDATA[</a>]]>",
        "<media:group><?p </a>?>",
        "<media:group x='</a>'>",
    ] {
        let text = hidden(&format!("{}{}", pieces.repeat(100_000), "</media:group>".repeat(100_000)));
        let feed = read(text.as_bytes(), None);
        assert!(feed.is_ok_and(|it| it.drafts.is_empty()), "{pieces}");
    }
}

#[test]
fn media_that_feed_rs_would_multiply_is_not_handed_to_it() {
    let inside = "<media:thumbnail url='http://a.example/b'/>".repeat(5_000)
        + &"<media:group><media:content url='http://a.example/c'/></media:group>".repeat(5_000);
    let feed = read(hidden(&inside).as_bytes(), None);
    assert!(feed.is_ok_and(|it| it.drafts.is_empty()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_whose_document_makes_feed_rs_panic_delays_and_spoils_no_other() {
    let publisher = Publisher::start().await;
    let panics = hidden("<media:text start='99999999999999999999999'>words</media:text>");
    let mut config = "version = 1\n".to_owned();
    for (id, text) in [("panics", panics), ("good", rss(GOOD))] {
        let path = format!("/{id}.xml");
        publisher.serve(&path, Script::document("application/xml", text));
        let url = publisher.url(&path);
        config +=
            &format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n");
    }
    config += "[[brand]]\nslug = \"all\"\ntitle = \"All\"\nsources = [\"panics\", \"good\"]\n";
    let folder = Folder::new();
    folder.write("feeds.toml", &config);
    let fetched = run(folder.path(), &["fetch", "--json"]);
    let fetched: serde_json::Value =
        serde_json::from_slice(&fetched.stdout).unwrap_or_else(|_| panic!("{}", stderr(&fetched)));
    assert_eq!(fetched["sources"].as_array().unwrap().len(), 2, "{fetched}");
    let output = run(folder.path(), &["render", "brands/all", "--format", "rss"]);
    assert!(stdout(&output).contains("<title>ok</title>"), "{}", stdout(&output));
}
