//! Broken documents keep what is whole in them, and say what was mended.

use pressroll::parse::ParseError;

use super::{content, entry, feed, item, only, read, repaired, rss, titles};

#[test]
fn every_version_of_rss_is_read() {
    for version in [
        "",
        "version=''",
        "version='0.91'",
        "version='0.93'",
        "version='0.94'",
        "version='2.01'",
        "version='9'",
    ] {
        let feed = feed(&format!(
            "<rss {version}><channel><title>T</title><item><title>One</title></item></channel></rss>"
        ));
        assert_eq!(titles(&feed), ["One"], "{version}");
        assert_eq!(feed.title.as_deref(), Some("T"), "{version}");
    }
}

#[test]
fn old_and_foreign_default_namespaces_keep_their_entries() {
    for space in [
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
        "http://nobody.example/has/seen/this",
    ] {
        let feed = feed(&format!(
            "<rss version='2.0' xmlns='{space}'><channel><item><title>One</title></item></channel></rss>"
        ));
        assert_eq!(titles(&feed), ["One"], "{space}");
    }
}

#[test]
fn rss_090_and_10_have_their_items_beside_the_channel() {
    for space in ["http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/"] {
        let feed = feed(&format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{space}'>\
             <channel><title>T</title><link>http://a.example/</link></channel>\
             <image><title>Logo</title><url>http://a.example/logo.png</url></image>\
             <item rdf:about='http://a.example/1'><title>One</title></item></rdf:RDF>"
        ));
        assert_eq!(feed.title.as_deref(), Some("T"));
        assert_eq!(feed.link.as_deref(), Some("http://a.example/"));
        let draft = only(feed);
        assert_eq!(draft.identity.guid.as_deref(), Some("http://a.example/1"));
        assert_eq!(draft.link.as_deref(), Some("http://a.example/1"));
    }
}

#[test]
fn atom_03_is_read_with_its_old_names() {
    let feed = feed(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>T</title><tagline>t</tagline>\
         <entry><title mode='escaped' type='text/html'>R&amp;amp;D</title><id>tag:a,2003:1</id>\
         <issued>2003-12-13T08:29:29-04:00</issued><modified>2003-12-14T00:00:00Z</modified>\
         <content type='text/html' mode='base64'>PGI+Ym9sZDwvYj4=</content></entry></feed>",
    );
    let draft = only(feed);
    assert_eq!(draft.title.as_deref(), Some("R&amp;D"));
    assert_eq!(draft.published.unwrap().instant_ms, 1_071_318_569_000);
    assert_eq!(draft.published.unwrap().offset_min, -240);
    assert_eq!(draft.updated.unwrap().instant_ms, 1_071_360_000_000);
    assert_eq!(content(&draft), "<b>bold</b>");
}

#[test]
fn a_bad_type_of_a_text_construct_loses_nothing() {
    for kind in ["", "type=''", "type='nonsense'", "type='HTML'", "type='text/html'", "type='text/plain'"] {
        let draft = entry(&format!("<title {kind}>Title</title><content {kind}>Body</content><summary/>"));
        assert_eq!(draft.title.as_deref(), Some("Title"), "{kind}");
        assert_eq!(content(&draft), "Body", "{kind}");
    }
}

#[test]
fn bare_ampersands_stay_in_titles_and_links() {
    let feed = feed(&rss("<item><title>AT&T: R&D, M&A</title><link>http://a.example/?a=1&b=2</link></item>"));
    assert_eq!(repaired(&feed, "bare ampersand"), 4);
    let draft = only(feed);
    assert_eq!(draft.title.as_deref(), Some("AT&T: R&D, M&A"));
    assert_eq!(draft.link.as_deref(), Some("http://a.example/?a=1&b=2"));
}

#[test]
fn html_entities_need_no_document_type() {
    let feed = feed(&rss("<item><title>Caf&eacute;&nbsp;&mdash;&nbsp;&nosuch; &#8364;&#x80;</title></item>"));
    assert_eq!(titles(&feed), ["Café\u{a0}—\u{a0}&nosuch; €€"]);
    assert_eq!(repaired(&feed, "undeclared entity"), 4);
    assert_eq!(repaired(&feed, "unknown entity"), 1);
}

#[test]
fn characters_that_xml_forbids_never_come_through() {
    let feed =
        feed(&rss("<item><title>a\u{8}b\0c&#8;d&#x0;e\u{ffff}f&#xFFFE;g&#55555555555;h</title></item>"));
    assert_eq!(titles(&feed), ["abcdefgh"]);
    assert_eq!(repaired(&feed, "illegal character"), 7);
}

#[test]
fn a_truncated_feed_keeps_its_complete_entries() {
    let whole = rss(
        "<item><title>One</title><guid>1</guid></item><item><title>Two</title></item><item><title>Three</title>\
         <description>cut",
    );
    let cut = whole.split_once("cut").unwrap().0;
    let feed = feed(cut);
    assert_eq!(titles(&feed), ["One", "Two", "Three"]);
    assert_eq!(repaired(&feed, "truncated document"), 1);
}

#[test]
fn a_feed_cut_anywhere_keeps_every_complete_entry() {
    let whole = rss(
        &"<item><title>A &amp; B</title><description><![CDATA[<p>x</p>]]></description></item>".repeat(3)
    );
    for end in 0..whole.len() {
        let cut = &whole[..end];
        let complete = cut.matches("</item>").count();
        let found = read(cut.as_bytes(), None).map_or(0, |it| it.drafts.len());
        assert!(found >= complete, "{found} of {complete} in {cut}");
    }
}

#[test]
fn an_entry_cut_off_before_its_identity_waits_for_the_whole_document() {
    let whole =
        rss("<item><title>One</title><guid>http://a.example/1</guid><description>x</description></item>\
         <item><title>Two</title><guid>http://a.example/22</guid><description>y</description></item>");
    for cut in ["<title>Tw", "<title>Two</title>", "<guid>http://a.example/2", "<guid>http://a.example/22"] {
        let end = whole.find(cut).unwrap() + cut.len();
        let feed = feed(&whole[..end]);
        assert_eq!(titles(&feed), ["One"], "{cut}");
        assert_eq!(repaired(&feed, "incomplete entry"), 1, "{cut}");
    }
    let end = whole.find(">y").unwrap() + 2;
    assert_eq!(titles(&feed(&whole[..end])), ["One", "Two"]);
}

#[test]
fn misnested_and_unclosed_elements_end_where_the_next_begins() {
    let feed = feed(&rss(
        "<item><title>One<link>http://a.example/1</link><description><b><i>x</b></i></description></item>\
         <item><title>Two</title><item><title>Three</item></title>",
    ));
    assert_eq!(titles(&feed), ["One", "Two", "Three"]);
    assert_eq!(feed.drafts[0].link.as_deref(), Some("http://a.example/1"));
    assert!(repaired(&feed, "unclosed element") > 0);
}

#[test]
fn attributes_may_lack_quotes_come_twice_or_never_end() {
    let draft =
        item("<enclosure url=http://a.example/a.mp3 type=audio/mpeg length=7 length=8/><title>T</title>");
    assert_eq!(draft.media[0].url, "http://a.example/a.mp3");
    assert_eq!(draft.media[0].bytes, Some(7));
    let draft = item("<enclosure url=\"http://a.example/a.mp3><title>T</title>");
    assert_eq!(draft.title.as_deref(), Some("T"));
}

#[test]
fn undeclared_prefixes_mean_what_everybody_means_by_them() {
    let feed =
        feed("<rss><channel><item><dc:creator>Ann</dc:creator><title>T</title></item></channel></rss>");
    assert_eq!(repaired(&feed, "undeclared prefix"), 1);
    assert_eq!(only(feed).authors, ["Ann"]);
}

#[test]
fn markup_that_was_not_escaped_is_the_text() {
    let draft = item("<title>T</title><description><p>One<br>two &amp; <b>three</p></description>");
    assert_eq!(content(&draft), "<p>One<br>two &amp; <b>three</b></p>");
}

#[test]
fn a_well_formed_feed_needs_no_repair() {
    let feed =
        feed(&rss("<item><title>T</title><description>&lt;p&gt;x&lt;br/&gt;&lt;/p&gt;</description></item>"));
    assert_eq!(feed.repairs, []);
}

#[test]
fn what_is_no_feed_is_told_apart() {
    let error = |text: &str| read(text.as_bytes(), None).unwrap_err();
    assert_eq!(error(" \n\t"), ParseError::Empty);
    assert_eq!(error(""), ParseError::Empty);
    let page = error("<!DOCTYPE html><html><head><title>Press</title></head><body><p>Hello</body></html>");
    assert_eq!(page.to_string(), "this is a web page, not a feed");
    assert_eq!(error("Not Found").to_string(), "this is a text, not a feed");
    let list = error("<opml><body><outline text='x'/></body></opml>");
    assert_eq!(list.to_string(), "this is a list of feeds (OPML), not a feed");
    assert!(matches!(error("{\"a\": 1}"), ParseError::NotAFeed(_)));
    assert!(matches!(error("{\"items\": ["), ParseError::Unreadable(_)));
}

#[test]
fn an_entry_that_ends_the_one_before_it_keeps_its_own_base_and_language() {
    let entries = "<entry xml:base='/a/' xml:lang='fr'><title>A</title><link href='1'/>\
                   <entry xml:base='/b/' xml:lang='de'><title>B</title><link href='1'/>";
    let feed = feed(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"));
    let seen: Vec<_> = feed.drafts.iter().map(|it| (it.link.as_deref(), it.language.as_deref())).collect();
    let (a, b) = ("http://news.example/a/1", "http://news.example/b/1");
    assert_eq!(seen, [(Some(a), Some("fr")), (Some(b), Some("de"))]);
}

#[test]
fn a_feed_inside_a_page_is_a_feed_also_in_the_pages_namespace() {
    let inner = "<feed><title>News</title><entry><title>ok</title></entry></feed>";
    let page = format!("<html xmlns='http://www.w3.org/1999/xhtml'><body>{inner}</body></html>");
    assert_eq!(titles(&feed(&page)), ["ok"]);
}

#[test]
fn a_first_entry_of_which_nothing_has_come_is_none() {
    for cut in ["<item>", "<item><title>", "<item><title>Acme acq", "<item><link>http://news.exa"] {
        let feed = feed(&format!("<rss version='2.0'><channel><title>T</title>{cut}"));
        assert!(feed.drafts.is_empty(), "{cut}: {:?}", feed.drafts);
        assert_eq!((feed.title.as_deref(), repaired(&feed, "incomplete entry")), (Some("T"), 1), "{cut}");
    }
}
