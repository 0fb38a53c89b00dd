//! What was mended is counted, named and placed, as whoever serves the document would look for it.

use pressroll::model::{Feed, Flaw, Place, Repair, repair};
use serde_json::json;

use super::{feed, item, read, rss};

fn place(feed: &Feed, what: &str) -> Option<(u32, u32)> {
    let found = feed.repairs.iter().find(|it| it.flaw.name() == what);
    found.unwrap_or_else(|| panic!("{what} in {:?}", feed.repairs)).place.map(|it| (it.line, it.column))
}

#[test]
fn each_flaw_is_placed_where_it_stands_first_in_the_document_as_it_is_served() {
    let text = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel>\n<title>R&D, M&A</title>\n\
                <item>\n  <title>Ça & là &nbsp; &foo;</title>\n  <link href=\"a?b&c\" title=x>http://a.example/1</link>\n\
                  <pubDate>soon</pubDate>\n</item></wrong>\n</channel></rss>";
    let read = feed(text);
    let at = |what: &str| place(&read, what).unwrap();
    assert_eq!(at("bare ampersand"), (3, 9));
    assert_eq!(at("undeclared entity"), (5, 18));
    assert_eq!(at("unknown entity"), (5, 25));
    assert_eq!(at("attribute without quotes"), (6, 28));
    assert_eq!(at("date that cannot be read"), (7, 1));
    assert_eq!(at("stray end tag"), (8, 8));
    assert_eq!(repair::told(&read.repairs).split(", ").next(), Some("4 bare ampersands"));
}

#[test]
fn what_decoding_takes_away_counts_in_lines_and_columns() {
    let inner = "<rss version='2.0'><channel><title>A & B</title></channel></rss>";
    for (before, place_of) in [
        ("", (1, 38)),
        ("\u{feff}", (1, 38)),
        ("<?xml version='1.0'?>", (1, 59)),
        ("<?xml version='1.0'?>\r\n\r\n", (3, 38)),
        ("\u{feff}<?xml version='1.0'?>\n<!-- é -->", (2, 48)),
        ("\n\n  <?xml version='1.0'?>", (3, 61)),
    ] {
        let read = feed(&format!("{before}{inner}"));
        assert_eq!(place(&read, "bare ampersand"), Some(place_of), "{before:?}");
    }
    let mut utf_16 = vec![0xff, 0xfe];
    utf_16.extend(format!("<?xml version='1.0'?>\n{inner}").encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(place(&read(&utf_16, None).unwrap(), "bare ampersand"), Some((2, 38)));
    let spoiled = read(
        b"<?xml version='1.0'?>\n<rss version='2.0'><channel><title>\xc3\xa9\xc3\xa9\xc3\xa9 \x96</title>",
        None,
    );
    assert_eq!(place(&spoiled.unwrap(), "invalid UTF-8"), Some((2, 40)));
    let control =
        feed("<?xml version='1.0'?>\n<rss version='2.0'><channel><title>\u{b}x</title></channel></rss>");
    assert_eq!(place(&control, "illegal character"), Some((2, 36)));
    let blank = feed(&format!("\n<?xml version='1.0'?>{inner}"));
    assert_eq!(place(&blank, "white space before the XML declaration"), Some((1, 1)));
}

#[test]
fn unclosed_elements_are_placed_where_they_open_and_a_cut_where_it_is() {
    let unclosed = feed(&rss("\n<item>\n<title>One\n<link>http://a.example/1</link></item>"));
    assert_eq!(place(&unclosed, "unclosed element"), Some((3, 1)));
    let cut = feed("<rss version='2.0'><channel>\n<item><title>One</title></item>\n<item>");
    assert_eq!(place(&cut, "truncated document"), Some((3, 7)));
    let cut_in_tag = feed("<rss version='2.0'><channel>\n<item><title>One</title></item>\n<item><ti");
    let cuts = cut_in_tag.repairs.iter().find(|it| it.flaw == Flaw::TruncatedDocument).unwrap();
    assert_eq!(cuts.count, 1, "a document is cut once");
}

#[test]
fn what_a_webmaster_can_put_right_is_a_repair() {
    let named = |text: &str, what: &str| {
        let read = feed(text);
        assert!(read.repairs.iter().any(|it| it.flaw.name() == what), "{what} in {:?}", read.repairs);
    };
    let item = "<item><title>One</title><link>http://a.example/1</link></item>";
    named(&format!("<rss><channel>{item}</channel></rss>"), "missing version");
    named(&format!("<rss version='3'><channel>{item}</channel></rss>"), "unknown version");
    named(&format!("<channel>{item}</channel>"), "missing root element");
    named(
        &format!("<rss version='2.0'><channel>{item}</channel></rss>\nDone."),
        "text outside the root element",
    );
    named(&rss("<item><title>One</Title></item>"), "end tag in other letters");
    named(&rss("<item><title>One</title><link>/news/1</link></item>"), "link that is not absolute");
    named(
        &rss("<item><guid>1</guid><description><p>x</p></description></item>"),
        "text with markup that is not escaped",
    );
    let atom = |inside: &str| {
        format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:x:1</id>{inside}</entry></feed>")
    };
    named(&atom("<title type='plain'>One</title>"), "unknown type of text");
    named(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title></entry></feed>",
        "entry without identity",
    );
    named(
        "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"title\": \"One\"}]}",
        "entry without identity",
    );
    named(&atom("<title>One</title><updated>tomorrow</updated>"), "date that cannot be read");
    named(
        "{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [\"x\", {\"id\": \"1\"}]}",
        "entry that is no object",
    );
    let declared = |charset: &str| {
        format!(
            "<?xml version='1.0' encoding='{charset}'?><rss version='2.0'><channel><title>é</title></channel></rss>"
        )
    };
    named(&declared("iso-8859-1"), "wrong character set");
    assert_eq!(feed(&declared("utf-8")).repairs, []);
    let by_header = read(declared("utf-8").as_bytes(), Some("application/xml; charset=iso-8859-1")).unwrap();
    assert_eq!(repair::told(&by_header.repairs), "1 wrong character set");
}

#[test]
fn what_the_standards_allow_is_none() {
    for sound in [
        rss("<item><guid>1</guid><title>T</title><pubDate>Sat, 07 Sep 2002 09:42:31 GMT</pubDate></item>"),
        rss("<item><link>https://a.example/1?a=1&amp;b=2</link><description><![CDATA[<p>R&D</p>]]></description></item>"),
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY acme 'Acme'>]><rss version='2.0'><channel><title>&acme;</title></channel></rss>"
            .to_owned(),
        "<!-- one --><feed xmlns='http://www.w3.org/2005/Atom'><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>\
         <b>T</b></div></title><entry><id>urn:x:1</id><link href='/1' type='text/html'/><content type='image/png' src='/a.png'/>\
         <updated>2002-09-07T09:42:31Z</updated></entry></feed><!-- two -->"
            .to_owned(),
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
         <channel rdf:about='http://a.example/'><title>T</title></channel>\
         <item rdf:about='http://a.example/1'><title>One</title><link>http://a.example/1</link></item></rdf:RDF>"
            .to_owned(),
        "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"T\", \"items\": [{\"id\": \"1\", \"content_text\": \"x\"}]}"
            .to_owned(),
    ] {
        assert_eq!(feed(&sound).repairs, [], "{sound}");
    }
    assert!(item("<title>T</title>").title.is_some());
}

#[test]
fn repairs_are_plain_in_json_and_come_back_from_how_they_are_kept() {
    let repairs = [
        Repair { flaw: Flaw::BareAmpersand, count: 3, place: Some(Place { line: 12, column: 40 }) },
        Repair { flaw: Flaw::UnknownEntity, count: 1, place: None },
    ];
    let object = json!([{ "what": "bare ampersand", "count": 3, "line": 12, "column": 40 }, { "what": "unknown entity", "count": 1 }]);
    assert_eq!(serde_json::to_value(repairs).unwrap(), object);
    assert_eq!(repair::told(&repairs), "3 bare ampersands, 1 unknown entity");
    assert_eq!(repair::kept(&repairs), "3 × bare ampersand (12:40), 1 × unknown entity");
    assert_eq!(repair::recalled(&repair::kept(&repairs)), repairs);
    let every: Vec<Repair> =
        Flaw::all().map(|flaw| Repair { flaw, count: 2, place: Some(Place::START) }).collect();
    assert_eq!(repair::recalled(&repair::kept(&every)), every);
    assert_eq!(
        repair::recalled("4 × bare ampersand, 2 × flaw of tomorrow").len(),
        1,
        "what nobody knows is left out"
    );
    assert_eq!(repair::recalled(""), []);
}

#[test]
fn every_flaw_has_words_that_a_webmaster_can_use() {
    for flaw in Flaw::all() {
        for sentence in [flaw.wrong(), flaw.instead()] {
            assert!(sentence.ends_with('.') && sentence.len() > 12, "{flaw:?}: {sentence}");
        }
        assert!(flaw.plural() != flaw.name() && !flaw.name().ends_with('.'), "{flaw:?}");
        assert!(flaw.section().is_none_or(|[_, address]| address.starts_with("https://")), "{flaw:?}");
    }
}
