//! Hostile documents cost little, break nothing, and keep what is readable.

use std::time::{Duration, Instant};

use pressroll::{
    model::Document,
    parse::{Limits, ParseError, feed_within},
};
use proptest::prelude::*;

use super::{GOOD, content, feed, only, read, repaired, rss, titles};

#[test]
fn nesting_a_hundred_thousand_deep_keeps_the_entries_around_it() {
    let deep = format!("{GOOD}{}{}{GOOD}", "<x>".repeat(100_000), "</x>".repeat(100_000));
    assert_eq!(titles(&feed(&rss(&deep))), ["ok", "ok"]);
    let inside = format!("<item><title>ok</title><description>{}text", "<b>".repeat(100_000));
    let feed = feed(&rss(&inside));
    assert!(repaired(&feed, "element beyond the depth limit") > 99_000);
    assert!(content(&only(feed)).contains("text"));
}

#[test]
fn entities_of_the_document_are_taken_and_bombs_are_not() {
    let declared = "<!DOCTYPE rss [<!ENTITY co 'Acme &amp; Co'><!ENTITY two '&co;, &co;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>";
    let text = rss("<item><title>&two;</title><description>a&x;b</description></item>");
    let draft = only(feed(&text.replacen("<rss", &format!("{declared}<rss"), 1)));
    assert_eq!(draft.title.as_deref(), Some("Acme & Co, Acme & Co"));
    assert_eq!(content(&draft), "a&x;b");
    let mut bomb = String::from("<!DOCTYPE rss [<!ENTITY a0 'lol'>");
    for at in 1..40 {
        bomb.push_str(&format!("<!ENTITY a{at} '{}'>", format!("&a{};", at - 1).repeat(10)));
    }
    bomb.push_str("]>");
    let text = rss(&format!("<item><title>{}</title></item>", "&a3;&a39;".repeat(2000)));
    let feed = feed(&text.replacen("<rss", &format!("{bomb}<rss"), 1));
    assert!(repaired(&feed, "entity beyond the limit") > 0);
    assert!(feed.drafts[0].title.as_ref().unwrap().len() < 2 << 20);
}

#[test]
fn limits_leave_out_and_say_so() {
    let limits = Limits { entries_max: 2, text_bytes_max: 50, fields_max: 3, ..Limits::default() };
    let categories = "<category>c</category>".repeat(9);
    let long = "word ".repeat(100);
    let text = rss(&format!(
        "<item>{categories}</item><item><title>ok</title><description>{long}</description></item>{GOOD}"
    ));
    let feed =
        feed_within(&Document { bytes: text.as_bytes(), content_type: None, base: None }, &limits).unwrap();
    assert_eq!(feed.drafts.len(), 2);
    assert_eq!(repaired(&feed, "entry beyond the limit"), 1);
    assert_eq!(repaired(&feed, "field beyond the limit"), 6);
    assert!(repaired(&feed, "text beyond the limit") > 0);
    let limits = Limits { document_bytes_max: 100, ..Limits::default() };
    let error = feed_within(&Document { bytes: text.as_bytes(), content_type: None, base: None }, &limits)
        .unwrap_err();
    assert!(matches!(error, ParseError::TooLarge { bytes_max: 100, .. }));
    assert_eq!(
        error.to_string(),
        format!("the document has {} bytes, the most that is read is 100", text.len())
    );
}

#[test]
fn cost_grows_with_size_and_not_faster() {
    for piece in [
        "<a x=\"",
        "<a x=\"><b y='>",
        "<!--",
        "<![CDATA[",
        "<?",
        "<",
        "&",
        "<!DOCTYPE [",
        "<a b=c ",
        "</b>",
        "<item>",
        "&lt;",
        "&lt;a",
        "]]&gt;",
        "<b>",
        "<p x='<",
        "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "<title>",
        "<a xmlns:p='u'>",
        "<a xmlns='http://p.example/'>",
        "<a xml:base='b/'>",
        "<a xml:lang='en'>",
        "<p:a q:b='c'>",
        "<!",
        "<!a <!--",
        "<![CDATA[]]>",
        "<![CDATA[<![CDATA[]]>",
        "<!-- --!>",
        "<?a ?>",
        "<a\t",
        "</",
        "<a b='&",
        "<a b=\"'>",
        "<a b='\">",
        "<a b=\"> < = ",
        "&#x",
        "&#1114112;",
        "&a;&b",
        "<media:group>",
        "<media:content url='a'>",
        "<author><name>",
        "<source><title>",
        "<category>a</category>",
        "<dc:subject>a",
        "<link>a</link>",
        "<enclosure url='a'/>",
        "<item/>",
        "<content type='base64'>AA",
        "<div>",
        "<entry><id>",
        "]]>",
        "'\"",
    ] {
        let text = rss(&format!("{GOOD}<item><description>{}", piece.repeat(600_000 / piece.len())));
        let start = Instant::now();
        let feed = read(text.as_bytes(), None).unwrap();
        let took = start.elapsed();
        assert_eq!(feed.drafts[0].title.as_deref(), Some("ok"), "{piece}");
        // Quadratic behaviour would take minutes here; the bound is wide because tests share their machine.
        assert!(took < Duration::from_secs(20), "{piece} took {took:?}");
    }
}

#[test]
fn cost_of_json_and_of_document_types_grows_with_size_and_not_faster() {
    let start = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"title\":\"ok\"}";
    for piece in ["[", "{\"a\":", "{\"tags\":[\"a\"]},", "\"\\u0000", "{},", ",[],{},"] {
        let items = piece.repeat(600_000 / piece.len());
        assert_quick(&format!("{start},{items}"), piece);
        assert_quick(&format!("{start},{items}{{}}]}}"), piece);
    }
    for piece in ["<!ENTITY a 'b'>", "<!ENTITY a '", "<!-- -->", "<!--", "<?a", "'", "%a;", "<!ENTITY % b '>"]
    {
        let subset = piece.repeat(600_000 / piece.len());
        let text = rss(GOOD).replacen("<rss", &format!("<!DOCTYPE rss [{subset}]><rss"), 1);
        assert_quick(&text, piece);
    }
}

/// Reads a text, whatever comes of it, in a time that no quadratic work would leave.
fn assert_quick(text: &str, piece: &str) {
    let start = Instant::now();
    let _ = read(text.as_bytes(), None);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{piece} took {took:?}");
}

#[test]
fn what_makes_feed_rs_panic_is_an_entry_like_any_other() {
    let durations = "<media:content url='http://a.example/a' duration='9'/><media:thumbnail url='http://a.example/b' \
                     time='99999999999999999999999:00:00.99999'/><itunes:duration>99999999999999999999999</itunes:duration>";
    let feed = feed(&rss(&format!("<item><title>ok</title>{durations}</item>")));
    assert_eq!(titles(&feed), ["ok"]);
    let broken = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'><entry>\
                  <media:group><media:title type='x'/></entry>";
    assert!(read(broken.as_bytes(), None).is_ok());
    assert_eq!(titles(&super::feed(&rss(GOOD))), ["ok"], "a bad document does not spoil the next");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, Some("text/xml"));
    }

    #[test]
    fn no_soup_of_markup_panics_or_lets_a_control_character_through(
        pieces in proptest::collection::vec(proptest::sample::select(SOUP), 0..60),
        atom in any::<bool>(),
    ) {
        let root = if atom { "<feed>" } else { "<rss><channel>" };
        let text = format!("{root}{}", pieces.concat());
        if let Ok(feed) = read(text.as_bytes(), None) {
            let json = serde_json::to_string(&feed.drafts).unwrap();
            prop_assert!(!json.contains("\\u00") && !json.contains('\u{ffff}'), "{}", json);
        }
    }
}

const SOUP: &[&str] = &[
    "<item>",
    "</item>",
    "<entry>",
    "</entry>",
    "<title>",
    "</title>",
    "<title type='xhtml'>",
    "<link href='",
    "'",
    "\"",
    ">",
    "<",
    "</",
    "/>",
    "&",
    "&#0;",
    "&#x1F;",
    "&lt;",
    "&eacute;",
    "\u{1}",
    "\0",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<content type='application/octet-stream'>AAEC</content>",
    "<description>",
    "</description>",
    "<b>",
    "</b>",
    "text",
    "<media:group>",
    "<media:content url='x'>",
    "</media:group>",
    "<author>",
    "<name>",
    "</author>",
    "<source>",
    "xmlns='x'",
    " xml:base='::'",
    "<!DOCTYPE x [<!ENTITY a '&a;'>]>",
    "&a;",
    "<guid>",
    "<pubDate>1 2 3</pubDate>",
    "é",
];
