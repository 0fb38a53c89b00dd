//! Each field of an entry comes from the best of the places where publishers put it.

use pressroll::model::{Document, MediaKind};

use super::{content, entry, feed, item, only, read, rss, terms};

#[test]
fn a_guid_is_the_publishers_own_string() {
    let draft =
        item("<title>T</title><guid isPermaLink='false'> abc-1 </guid><link>http://a.example/1</link>");
    assert_eq!(draft.identity.guid.as_deref(), Some("abc-1"));
    assert_eq!(draft.identity.link.as_deref(), Some("http://a.example/1"));
    let draft = entry("<title>T</title><id>tag:a.example,2026:1</id>");
    assert_eq!(draft.identity.guid.as_deref(), Some("tag:a.example,2026:1"));
}

#[test]
fn references_in_a_guid_are_resolved_in_malformed_documents_too() {
    let text =
        format!("\n\n{}", rss("<item><guid>http://a.example/?a=1&amp;b=2</guid><title>R&D</title></item>"));
    assert_eq!(only(feed(&text)).identity.guid.as_deref(), Some("http://a.example/?a=1&b=2"));
}

#[test]
fn an_entry_without_guid_and_link_has_the_same_identity_in_every_reading() {
    let text = rss("<item><title>T</title><description>Text</description></item>");
    let (first, second) = (only(feed(&text)), only(feed(&text)));
    assert_eq!(first.identity, second.identity);
    assert_eq!(first.identity.guid, None);
    let dressed = item("<title>T</title><description>&lt;p&gt;Text&lt;/p&gt;</description>");
    assert_eq!(dressed.identity.content, first.identity.content);
    let other = item("<title>T</title><description>Other</description>");
    assert_ne!(other.identity.content, first.identity.content);
}

#[test]
fn a_guid_is_the_link_unless_it_says_no() {
    assert_eq!(item("<guid>http://a.example/1</guid>").link.as_deref(), Some("http://a.example/1"));
    assert_eq!(item("<guid isPermaLink='false'>http://a.example/1</guid>").link, None);
    assert_eq!(
        item("<guid isPermaLink='true'>1</guid>").link.as_deref(),
        Some("http://news.example/press/1")
    );
}

#[test]
fn an_identity_of_any_scheme_is_stated_as_the_link_and_a_word_or_number_is_not() {
    let urn = "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a";
    assert_eq!(entry(&format!("<id>{urn}</id>")).link.as_deref(), Some(urn));
    assert_eq!(item(&format!("<guid>{urn}</guid>")).link.as_deref(), Some(urn));
    assert_eq!(item(&format!("<guid isPermaLink='true'>{urn}</guid>")).link.as_deref(), Some(urn));
    assert_eq!(item(&format!("<guid isPermaLink='false'>{urn}</guid>")).link, None);
    // Readers that resolve such an identity against the feed's address send people to pages that were never there.
    assert_eq!(item("<guid>episode</guid>").link, None);
    assert_eq!(entry("<id>Correct Value</id>").link, None);
}

#[test]
fn an_empty_query_or_fragment_is_no_part_of_a_link() {
    for written in
        ["http://a.example/1", "http://a.example/1?", "http://a.example/1#", "http://a.example/1?#"]
    {
        assert_eq!(item(&format!("<link>{written}</link>")).link.as_deref(), Some("http://a.example/1"));
    }
    assert_eq!(item("<link>http://a.example/?#top</link>").link.as_deref(), Some("http://a.example/?#top"));
}

#[test]
fn a_link_rewritten_by_a_feed_service_keeps_the_original_as_identity() {
    let draft = item(
        "<feedburner:origLink>http://a.example/1</feedburner:origLink><link>http://feedproxy.example/~r/x</link>",
    );
    assert_eq!(draft.link.as_deref(), Some("http://feedproxy.example/~r/x"));
    assert_eq!(draft.identity.link.as_deref(), Some("http://a.example/1"));
}

#[test]
fn relative_addresses_resolve_against_xml_base_then_the_document() {
    let draft = item("<link>/1</link><enclosure url='a.mp3' type='audio/mpeg'/>");
    assert_eq!(draft.link.as_deref(), Some("http://news.example/1"));
    assert_eq!(draft.media[0].url, "http://news.example/press/a.mp3");
    let feed = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://b.example/'><entry xml:base='x/'>\
         <link href='1'/><content type='html' xml:base='y/'>&lt;img src='z.png'&gt;</content></entry></feed>",
    );
    let draft = only(feed);
    assert_eq!(draft.link.as_deref(), Some("http://b.example/x/1"));
    assert_eq!(draft.base.as_deref(), Some("http://b.example/x/y/"));
}

#[test]
fn without_an_address_of_its_own_a_document_is_relative_to_its_site() {
    let text = rss("<link>http://a.example/press/</link><item><link>1</link></item>");
    let feed =
        pressroll::parse::feed(&Document { bytes: text.as_bytes(), content_type: None, base: None }).unwrap();
    assert_eq!(only(feed).link.as_deref(), Some("http://a.example/press/1"));
}

#[test]
fn the_fullest_text_is_the_content() {
    let draft =
        item("<description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>");
    assert_eq!(content(&draft), "<p>Long</p>");
    assert_eq!(draft.summary.map(|it| it.0).as_deref(), Some("Short"));
    let draft = item("<description>Same</description><content:encoded>Same</content:encoded>");
    assert_eq!(draft.summary, None);
    assert_eq!(content(&item("<itunes:summary>Only</itunes:summary>")), "Only");
    assert_eq!(
        content(&item("<media:group><media:description>Only</media:description></media:group>")),
        "Only"
    );
}

#[test]
fn plain_text_of_atom_never_becomes_markup() {
    let draft = entry("<title>T</title><content type='text'>1 &lt; 2 &amp; &lt;b&gt;</content>");
    assert_eq!(content(&draft), "1 &lt; 2 &amp; &lt;b&gt;");
    let draft = entry("<title>T</title><content>a &lt; b</content>");
    assert_eq!(content(&draft), "a &lt; b");
    let draft = entry("<title>T</title><content>&lt;p&gt;untyped&lt;/p&gt;</content>");
    assert_eq!(content(&draft), "<p>untyped</p>");
}

#[test]
fn xhtml_content_is_its_inner_markup() {
    let draft = entry(
        "<content type='xhtml'><h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:p class='a\"b'>1 &lt; 2<h:br/></h:p>\
         </h:div></content>"
            .replace("a\"b", "a&quot;b")
            .as_str(),
    );
    assert_eq!(content(&draft), "<p class=\"a&quot;b\">1 &lt; 2<br /></p>");
}

#[test]
fn authors_are_names() {
    let named = |elements: &str| item(elements).authors;
    assert_eq!(named("<author>press@a.example (Ann Lee)</author>"), ["Ann Lee"]);
    assert_eq!(named("<author>Ann Lee &lt;press@a.example&gt;</author>"), ["Ann Lee"]);
    assert_eq!(named("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>"), ["Ann", "Bo"]);
    assert_eq!(named("<itunes:author>Ann</itunes:author>"), ["Ann"]);
    let feed = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>Acme</name><email>a@a.example</email></author>\
         <entry><title>1</title></entry><entry><title>2</title><author><name>Ann</name></author></entry></feed>",
    );
    assert_eq!(feed.drafts[0].authors, ["Acme"]);
    assert_eq!(feed.drafts[1].authors, ["Ann"]);
}

#[test]
fn categories_come_from_everywhere_with_their_schemes() {
    let draft = item(
        "<category domain='http://wire.example/rss/ISIN'>FR0000120073</category><dc:subject>Energy</dc:subject>\
         <itunes:keywords>a, b</itunes:keywords><media:category scheme='s'>c</media:category>\
         <category>Energy</category>",
    );
    assert_eq!(terms(&draft), ["FR0000120073", "Energy", "a", "b", "c"]);
    assert_eq!(draft.categories[0].scheme.as_deref(), Some("http://wire.example/rss/ISIN"));
    let draft = entry("<category term='451' label='Cameras'/><category term='x'/>");
    assert_eq!(terms(&draft), ["Cameras", "x"]);
}

#[test]
fn both_addresses_of_dublin_core_are_read() {
    for space in ["http://purl.org/dc/elements/1.1/", "http://dublincore.org/documents/dcmi-namespace/"] {
        let draft = only(feed(&format!(
            "<rss version='2.0' xmlns:d='{space}'><channel><item><title>T</title><d:creator>Ann</d:creator>\
             <d:language>FR</d:language><d:modified>2026-01-31T12:00:00Z</d:modified>\
             <d:identifier>id-1</d:identifier><d:subject>S</d:subject></item></channel></rss>"
        )));
        assert_eq!(draft.authors, ["Ann"]);
        assert_eq!(draft.language.as_deref(), Some("fr"));
        assert_eq!(draft.identity.guid.as_deref(), Some("id-1"));
        assert_eq!(terms(&draft), ["S"]);
        assert!(draft.updated.is_some());
    }
}

#[test]
fn media_come_once_with_their_kind() {
    let draft = item(
        "<enclosure url='http://a.example/a.pdf' length='9' type='application/pdf'/>\
         <media:group><media:content url='http://a.example/b.jpg' width='640' height='480.0' duration='1e99'/>\
         <media:title>The plant</media:title><media:thumbnail url='http://a.example/t' time='99999999999999:00:00'/>\
         </media:group><media:content url='http://a.example/b.jpg'/><media:content medium='video' url='v'/>\
         <enclosure url='ftp://a.example/x'/><enclosure url='javascript:alert(1)'/>",
    );
    let seen: Vec<_> = draft.media.iter().map(|it| (it.url.as_str(), it.kind)).collect();
    assert_eq!(
        seen,
        [
            ("http://a.example/a.pdf", MediaKind::Document),
            ("http://a.example/b.jpg", MediaKind::Image),
            ("http://a.example/t", MediaKind::Image),
            ("http://news.example/press/v", MediaKind::Video),
        ]
    );
    assert_eq!((draft.media[1].width, draft.media[1].height), (Some(640), Some(480)));
    assert_eq!(draft.media[1].alt.as_deref(), Some("The plant"));
    assert_eq!(draft.media[0].bytes, Some(9));
    let draft = entry("<link rel='enclosure' href='/a.ogg'/><link href='/1'/>");
    assert_eq!(draft.media[0].kind, MediaKind::Audio);
    assert_eq!(draft.link.as_deref(), Some("http://news.example/1"));
}

#[test]
fn an_entrys_language_beats_the_feeds() {
    let feed = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en-GB'><entry xml:lang='fr'><title>1</title></entry>\
         <entry><title>2</title></entry></feed>",
    );
    let languages: Vec<_> = feed.drafts.iter().map(|it| it.language.as_deref()).collect();
    assert_eq!(languages, [Some("fr"), Some("en-gb")]);
}

#[test]
fn the_source_of_an_entry_does_not_leak_into_it() {
    let draft = entry(
        "<source><title>Other</title><id>other</id><link href='http://o.example/'/></source><title>Own</title>\
         <id>own</id>",
    );
    assert_eq!(draft.title.as_deref(), Some("Own"));
    assert_eq!(draft.identity.guid.as_deref(), Some("own"));
    assert_eq!(draft.link, None);
}

#[test]
fn a_report_has_the_shape_that_scripts_rely_on() {
    let text =
        rss("<item><title>T</title><guid>g</guid><pubDate>Sat, 31 Jan 2026 12:00:00 GMT</pubDate></item>");
    let report = pressroll::parse::report(&read(text.as_bytes(), None));
    let entry = &report["entries"][0];
    assert_eq!(report["title"], "News");
    assert_eq!((&entry["id"], &entry["published"]), (&"g".into(), &1_769_860_800.into()));
    assert!(entry["updated"].is_null() && entry["authors"].is_array() && report["repairs"].is_array());
    let report = pressroll::parse::report(&read(b"", None));
    assert_eq!(report, serde_json::json!({ "error": "the document is empty" }));
}

#[test]
fn the_fuller_of_two_texts_is_the_content_whichever_element_it_stands_in() {
    let whole = "Acme has opened a plant in Lyon, its third in France. ".repeat(5);
    let teaser = "&lt;img src='http://a.example/1.png'&gt; Acme in Lyon";
    let texts = |encoded: &str, description: &str| {
        let draft = item(&format!(
            "<content:encoded>{encoded}</content:encoded><description>{description}</description>"
        ));
        (content(&draft).to_owned(), draft.summary.map(|it| it.0))
    };
    let expected = (whole.trim().to_owned(), Some(teaser.replace("&lt;", "<").replace("&gt;", ">")));
    assert_eq!(texts(&whole, teaser), expected);
    assert_eq!(texts(teaser, &whole), expected);
    let (kept, _) = texts("Acme opened a plant.", "Acme has opened a plant.");
    assert_eq!(kept, "Acme opened a plant.", "where they hardly differ the publisher's word counts");
}

#[test]
fn authors_are_found_wherever_they_stand_and_the_surest_place_counts() {
    let credits =
        "<media:credit role='producer'>P</media:credit><media:credit role='author'>C</media:credit>";
    assert_eq!(item(&format!("{credits}<dc:publisher>Acme</dc:publisher>")).authors, ["C"]);
    assert_eq!(item(&format!("{credits}<dc:creator>Ann</dc:creator>")).authors, ["Ann"]);
    assert_eq!(entry("<contributor><name>Cy</name></contributor>").authors, ["Cy"]);
    assert_eq!(item("<dc:publisher>Acme</dc:publisher>").authors, ["Acme"]);
}
