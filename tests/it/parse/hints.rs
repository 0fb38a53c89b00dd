//! What feeds say besides: where an entry was copied from, which entries were taken back, what wires say of companies,
//! and who pushes them.

use pressroll::{
    model::{Cloud, Draft, Feed, Isin, Origin, Press, Ticker},
    parse,
};

use super::{entry, feed, item, only, rss, terms};

fn origin(id: &str, title: &str, feed: &str, homepage: &str) -> Origin {
    let some = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
    Origin { id: some(id), title: some(title), feed: some(feed), homepage: some(homepage) }
}

fn tickers(press: &Press) -> Vec<String> {
    let written = |it: &Ticker| format!("{}:{}", it.exchange.as_deref().unwrap_or("?"), it.symbol);
    press.tickers.iter().map(written).collect()
}

fn isins(press: &Press) -> Vec<&str> {
    press.isins.iter().map(Isin::as_str).collect()
}

/// An entry of RSS in which every prefix that is used stands for a wire's own namespace.
fn wired(elements: &str) -> Draft {
    only(feed(&format!(
        "<rss version='2.0' xmlns:w='https://wire.example/ns/1' xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/' \
         xmlns:company='http://purl.org/rss/1.0/modules/company/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
         xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item><title>T</title>{elements}</item></channel></rss>"
    )))
}

#[test]
fn rss_names_the_feed_that_an_entry_was_copied_from() {
    let first = origin("", "The first & best", "http://first.example/rss?a=1&b=2", "");
    let draft = item(
        "<title>T</title><source url='http://first.example/rss?a=1&amp;b=2'> The first &amp; best </source>",
    );
    assert_eq!(draft.origin, Some(first));
    assert_eq!(
        item("<source url='/rss'>R</source>").origin.unwrap().feed.unwrap(),
        "http://news.example/rss"
    );
    assert_eq!(item("<source>Reuters</source>").origin, Some(origin("", "Reuters", "", "")));
    assert_eq!(item("<source url='javascript:alert(1)'/>").origin, None);
    assert_eq!(item("<source/>").origin, None);
    assert_eq!(item("<title>T</title>").origin, None);
}

#[test]
fn atom_names_the_feed_that_an_entry_was_copied_from() {
    let source = "<source><id>tag:first.example,2026:press</id><title type='html'>&lt;b&gt;First&lt;/b&gt;</title>\
                  <link rel='self' href='http://first.example/atom'/><link href='http://first.example/'/>\
                  <link rel='hub' href='http://hub.example/'/><updated>2026-01-31T12:00:00Z</updated>\
                  <author><name>Ann</name></author><category term='theirs'/><rights>All</rights></source>";
    let own = "<title>Own</title><id>own</id><link href='http://a.example/1'/><updated>2025-01-31T12:00:00Z</updated>";
    let first = origin(
        "tag:first.example,2026:press",
        "<b>First</b>",
        "http://first.example/atom",
        "http://first.example/",
    );
    for elements in [format!("{source}{own}"), format!("{own}{source}")] {
        let draft = entry(&elements);
        assert_eq!(draft.origin, Some(first.clone()), "{elements}");
        assert_eq!(
            (draft.title.as_deref(), draft.link.as_deref()),
            (Some("Own"), Some("http://a.example/1"))
        );
        assert_eq!(draft.identity.guid.as_deref(), Some("own"));
        assert_eq!(draft.updated.unwrap().instant_ms, 1_738_324_800_000, "{elements}");
        assert!(draft.categories.is_empty(), "{:?}", draft.categories);
        assert_eq!(draft.authors, ["Ann"], "RFC 4287, section 4.2.1");
    }
    let named = entry(&format!("<author><name>Bo</name></author>{source}"));
    assert_eq!(named.authors, ["Bo"]);
}

#[test]
fn atoms_source_is_read_in_rss_too_and_leaves_the_entry_alone() {
    let draft = only(feed(
        "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><item><guid>own</guid><title>Own</title>\
         <atom:source><atom:id>http://first.example/</atom:id><atom:title>First</atom:title>\
         <atom:link rel='self' href='http://first.example/atom'/></atom:source><link>http://a.example/1</link></item>\
         </channel></rss>",
    ));
    assert_eq!(draft.identity.guid.as_deref(), Some("own"));
    assert_eq!((draft.title.as_deref(), draft.link.as_deref()), (Some("Own"), Some("http://a.example/1")));
    assert_eq!(draft.origin, Some(origin("http://first.example/", "First", "http://first.example/atom", "")));
}

#[test]
fn an_entry_inside_a_source_is_no_entry_of_the_feed() {
    let nested = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>own</id><title>Own</title><source><title>First</title>\
         <entry><id>theirs</id><title>Theirs</title></entry></source></entry><entry><id>two</id></entry></feed>",
    );
    let ids: Vec<_> = nested.drafts.iter().map(|it| it.identity.guid.as_deref()).collect();
    assert_eq!(ids, [Some("own"), Some("two")]);
}

#[test]
fn what_is_stated_of_the_origin_or_the_company_makes_another_fingerprint() {
    let plain = item("<title>T</title>");
    let copied = item("<title>T</title><source url='http://first.example/'>F</source>");
    let listed = item("<title>T</title><ticker>NYSE:ACME</ticker>");
    let prints = [&plain, &copied, &listed].map(Draft::fingerprint);
    assert!(prints[0] != prints[1] && prints[0] != prints[2] && prints[1] != prints[2]);
    assert_eq!(item("<title>T</title>").fingerprint(), prints[0]);
}

#[test]
fn an_identity_is_a_link_only_where_it_does_not_say_otherwise() {
    let link = |guid: &str| item(&format!("{guid}<title>T</title>")).link;
    let address = Some("http://a.example/1".to_owned());
    for attribute in
        ["", "isPermaLink='true'", "ispermalink='TRUE'", "IsPermaLink=' True '", "isPermaLink=''"]
    {
        assert_eq!(link(&format!("<guid {attribute}>http://a.example/1</guid>")), address, "{attribute}");
    }
    for attribute in [
        "isPermaLink='false'",
        "isPermalink='False'",
        "ISPERMALINK=' FALSE '",
        "isPermaLink='0'",
        "isPermaLink='no'",
    ] {
        assert_eq!(link(&format!("<guid {attribute}>http://a.example/1</guid>")), None, "{attribute}");
    }
}

#[test]
fn a_cloud_is_read_and_is_no_hub() {
    let cloud = |element: &str| feed(&rss(&format!("{element}<item><title>1</title></item>"))).cloud;
    let whole = "<cloud domain='rpc.sys.com' port='80' path='/RPC2' registerProcedure='myCloud.rssPleaseNotify' protocol='XML-RPC'/>";
    let expected = Cloud {
        domain: "rpc.sys.com".to_owned(),
        port: 80,
        path: "/RPC2".to_owned(),
        procedure: Some("myCloud.rssPleaseNotify".to_owned()),
        protocol: "xml-rpc".to_owned(),
    };
    assert_eq!(cloud(whole), Some(expected));
    let rest =
        "<cloud domain='c.example' port='8080' path='/p' registerProcedure='' protocol='http-post'></cloud>";
    assert_eq!(cloud(rest).map(|it| (it.port, it.procedure)), Some((8080, None)));
    for broken in
        ["<cloud/>", "<cloud domain='c.example' port='99999' path='/' protocol='soap'/>", "<cloud>x</cloud>"]
    {
        assert_eq!(cloud(broken), None, "{broken}");
    }
    assert!(feed(&rss(&format!("{whole}<item/>"))).hubs.is_empty());
}

#[test]
fn all_hubs_come_in_order_each_once_and_not_without_end() {
    let hubs = |links: &str| {
        feed(&format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'>{links}<entry><title>1</title></entry></feed>"
        ))
        .hubs
    };
    let both = "<link rel='hub' href='http://one.example/'/><link rel='self' href='/feed'/>\
                <link rel='HUB next' href='/two'/><link rel='hub' href='http://one.example/'/>\
                <link rel='hub' href='ftp://three.example/'/>";
    assert_eq!(hubs(both), ["http://one.example/", "http://news.example/two"]);
    let many: String = (0..500).map(|it| format!("<link rel='hub' href='http://h.example/{it}'/>")).collect();
    let many = hubs(&many);
    assert_eq!((many.len(), many.first().map(String::as_str)), (10, Some("http://h.example/0")));
    let json = feed(
        r#"{"version": "https://jsonfeed.org/version/1.1", "items": [], "hubs": [{"type": "WebSub", "url": "http://a.example/"},
            {"type": "rssCloud", "url": "http://b.example/"}, {"type": "websub", "url": "http://c.example/"}]}"#,
    );
    assert_eq!(json.hubs, ["http://a.example/", "http://c.example/"]);
}

#[test]
fn tickers_come_from_every_wires_own_words() {
    let of = |elements: &str| tickers(&wired(elements).press);
    assert_eq!(
        of("<category domain='https://wire.example/rss/stock'>Nasdaq:ACME</category>"),
        ["Nasdaq:ACME"]
    );
    assert_eq!(
        of("<category domain='http://wire.example/rss/stock/'>Euronext Lisbon:BCP</category>"),
        ["Euronext Lisbon:BCP"]
    );
    assert_eq!(of("<category domain='urn:wire:Ticker'>(NYSE: brk.a)</category>"), ["NYSE:BRK.A"]);
    assert_eq!(of("<w:ticker>NYSE:ACME, TSX: ACM; $OTHER</w:ticker>"), ["NYSE:ACME", "TSX:ACM", "?:OTHER"]);
    assert_eq!(of("<prism:ticker>SPRN</prism:ticker>"), ["?:SPRN"]);
    assert_eq!(
        of("<company:symbol>ACME</company:symbol><w:stockExchange>NYSE</w:stockExchange>"),
        ["NYSE:ACME"]
    );
    assert_eq!(
        of("<w:exchange>NYSE</w:exchange><w:symbol>A</w:symbol><w:symbol>B</w:symbol>"),
        ["NYSE:A", "?:B"]
    );
    assert_eq!(of("<w:exchange>TSE</w:exchange><w:symbol>7203</w:symbol>"), ["TSE:7203"]);
    assert_eq!(of("<w:ticker>A</w:ticker><w:ticker exchange='LSE'>VOD</w:ticker>"), ["?:A", "LSE:VOD"]);
    assert_eq!(of("<w:ticker exchange='LSE'>VOD</w:ticker>"), ["LSE:VOD"]);
    assert_eq!(
        of("<w:companies><w:company><w:ticker>NYSE:ACME</w:ticker></w:company></w:companies>"),
        ["NYSE:ACME"]
    );
    assert_eq!(of("<tickerSymbol>ACME</tickerSymbol>"), ["?:ACME"]);
    assert_eq!(of("<w:ticker>NYSE:ACME</w:ticker><w:ticker>NYSE:ACME</w:ticker>"), ["NYSE:ACME"]);
}

#[test]
fn what_only_looks_like_a_ticker_is_none() {
    for none in [
        "<w:ticker>not a symbol at all</w:ticker>",
        "<w:ticker>NYSE:</w:ticker>",
        "<w:ticker>&lt;b&gt;:X</w:ticker>",
        "<w:ticker/>",
        "<w:symbol>17</w:symbol>",
        "<w:stock>yes</w:stock>",
        "<category>NYSE:ACME</category>",
        "<category domain='https://wire.example/rss/keyword'>NYSE:ACME</category>",
        "<description>Acme (NYSE: ACME) opens a plant.</description>",
        "<w:other><w:ticker>NYSE:ACME</w:ticker></w:other>",
    ] {
        assert!(wired(none).press.tickers.is_empty(), "{none}");
    }
}

#[test]
fn an_isin_counts_only_with_its_check_digit() {
    let of = |text: &str| {
        wired(&format!("<category domain='https://wire.example/rss/ISIN'>{text}</category>")).press
    };
    for good in
        ["US0378331005", "FR0000120073", "DE0007164600", "GB0002634946", "AU0000XVGZA3", "us0378331005"]
    {
        assert_eq!(isins(&of(good)), [good.to_ascii_uppercase()], "{good}");
    }
    for bad in [
        "US0378331006",
        "US0373831005",
        "U50378331005",
        "US037833100",
        "US03783310055",
        "US037833100A",
        "ACME",
        "ÜS0378331005",
    ] {
        assert!(of(bad).is_empty(), "{bad}");
    }
    assert_eq!(
        isins(&wired("<w:isin>ISIN: US0378331005, DE0007164600</w:isin>").press),
        ["US0378331005", "DE0007164600"]
    );
    let kept = wired("<category domain='https://wire.example/rss/ISIN'>US0378331006</category>");
    assert_eq!(terms(&kept), ["US0378331006"], "as a category it stays what it was");
}

#[test]
fn industries_subjects_organizations_and_contacts_are_read_and_authors_stay_authors() {
    let draft = wired(
        "<w:industry>HEA</w:industry><w:industry>Health Care</w:industry><w:subject>New Products</w:subject>\
         <prism:organization>Acme</prism:organization><prism:industry rdf:resource='http://naics.example/325'/>\
         <w:contact><w:name>Ann Lee</w:name><w:email>ann@a.example</w:email></w:contact>\
         <w:contactEmail>press@a.example</w:contactEmail><category domain='x/Industry'>Biotech</category>\
         <dc:creator>Ann</dc:creator><dc:contributor>Acme Corp</dc:contributor>",
    );
    let press = &draft.press;
    assert_eq!(press.industries, ["HEA", "Health Care", "http://naics.example/325", "Biotech"]);
    assert_eq!(press.subjects, ["New Products"]);
    assert_eq!(press.organizations, ["Acme"]);
    assert_eq!(press.contacts, ["Ann Lee", "press@a.example"]);
    assert_eq!(draft.authors, ["Ann"]);
}

#[test]
fn facts_are_bounded_and_never_end_an_entry() {
    let many: String = (0..400).map(|it| format!("<w:ticker>NYSE:T{it}</w:ticker>")).collect();
    assert_eq!(wired(&many).press.tickers.len(), 50);
    let one =
        format!("<w:ticker>{}</w:ticker>", (0..9_000).map(|it| format!("NYSE:T{it},")).collect::<String>());
    assert_eq!(wired(&one).press.tickers.len(), 50);
    let nested = "<w:company>".repeat(500);
    let draft = wired(&format!("{nested}<w:ticker>NYSE:ACME</w:ticker>"));
    assert_eq!(draft.title.as_deref(), Some("T"));
    let held =
        wired("<w:company><title>Theirs</title><link>http://b.example/</link><guid>x</guid></w:company>");
    assert_eq!((held.title.as_deref(), held.link, held.identity.guid), (Some("T"), None, None));
}

fn buried(feed: &Feed) -> Vec<(&str, i64)> {
    feed.tombstones.iter().map(|it| (it.guid.as_str(), it.when.instant_ms)).collect()
}

#[test]
fn tombstones_are_read_wherever_they_stand_and_only_with_a_date() {
    let atom = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'><title>N</title>\
         <at:deleted-entry ref='tag:a.example,2026:1' when='2026-01-31T12:00:00Z'><at:by><name>Ann</name><id>theirs</id></at:by>\
         <at:comment xml:lang='en'>Sent too early</at:comment><link href='http://a.example/x'/><title>Gone</title>\
         </at:deleted-entry><entry><id>tag:a.example,2026:2</id><title>2</title></entry>\
         <at:deleted-entry ref='tag:a.example,2026:1' when='2027-01-31T12:00:00Z'/><at:deleted-entry ref='x'/>\
         <at:deleted-entry when='2026-01-31T12:00:00Z'/><at:deleted-entry ref='y' when='soon'/></feed>",
    );
    assert_eq!(buried(&atom), [("tag:a.example,2026:1", 1_769_860_800_000)]);
    assert_eq!((atom.title.as_deref(), atom.link.as_deref(), atom.drafts.len()), (Some("N"), None, 1));
    let odd = feed(
        "<rss version='2.0' xmlns:gone='HTTPS://purl.org/atompub/tombstones/1.0/'><channel>\
         <gone:Deleted-Entry Ref=' guid-1 ' When='Sat, 31 Jan 2026 12:00:00 GMT'/></channel></rss>",
    );
    assert_eq!(buried(&odd), [("guid-1", 1_769_860_800_000)], "a feed of which nothing is left");
    let foreign =
        feed(&rss("<x:deleted-entry xmlns:x='http://x.example/' ref='1' when='2026-01-31'/><item/>"));
    assert!(foreign.tombstones.is_empty());
}

#[test]
fn tombstones_are_bounded_and_take_no_entrys_place() {
    let many: String =
        (0..5_000).map(|it| format!("<at:deleted-entry ref='{it}' when='2026-01-31T12:00:00Z'/>")).collect();
    let text = rss(&format!("{many}<ttl>30</ttl><item><title>1</title></item>"))
        .replace("<rss ", "<rss xmlns:at='http://purl.org/atompub/tombstones/1.0' ");
    let feed = feed(&text);
    assert_eq!((feed.tombstones.len(), feed.drafts.len()), (999, 1), "the feed's title stands before them");
    assert_eq!(feed.cadence.interval_min, Some(30), "what stands behind them is read");
}

#[test]
fn keywords_categories_and_original_links_of_feed_services_are_read() {
    let draft = only(feed(
        "<rss version='2.0' xmlns:itunes='http://www.itunes.com/DTDs/Podcast-1.0.dtd' xmlns:media='http://search.yahoo.com/mrss' \
         xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0'><channel><item><itunes:keywords> a,,b , c</itunes:keywords>\
         <media:group><media:category label='Steel'>42</media:category></media:group><media:keywords>d</media:keywords>\
         <fb:origLink> http://a.example/1 </fb:origLink><link>http://feeds.example/~r/1</link></item></channel></rss>",
    ));
    assert_eq!(terms(&draft), ["a", "b", "c", "Steel", "d"]);
    assert_eq!(draft.identity.link.as_deref(), Some("http://a.example/1"));
    let pheedo =
        item("<pheedo:origLink>http://a.example/2</pheedo:origLink><link>http://www.pheedo.example/2</link>");
    assert_eq!(pheedo.identity.link.as_deref(), Some("http://a.example/2"));
}

#[test]
fn each_dublin_core_element_is_read_under_each_of_its_addresses() {
    for space in [
        "http://purl.org/dc/elements/1.1/",
        "http://purl.org/dc/elements/1.1",
        "http://purl.org/dc/terms/",
        "http://dublincore.org/documents/dcmi-namespace/",
        "https://dublincore.org/documents/dcmi-namespace",
    ] {
        let of = |element: &str| {
            only(feed(&format!(
                "<rss version='2.0' xmlns:d='{space}'><channel><item><title>T</title>{element}</item></channel></rss>"
            )))
        };
        assert_eq!(terms(&of("<d:subject>S</d:subject><d:Subject>R</d:Subject>")), ["S", "R"], "{space}");
        assert_eq!(of("<d:language>pt_BR</d:language>").language.as_deref(), Some("pt-br"), "{space}");
        assert_eq!(of("<d:identifier>i-1</d:identifier>").identity.guid.as_deref(), Some("i-1"), "{space}");
        let moved = of("<d:modified>Sat, 31 Jan 2026 12:00 GMT</d:modified>");
        assert_eq!(moved.updated.unwrap().instant_ms, 1_769_860_800_000, "{space}");
        assert_eq!(of("<d:publisher>Acme Wire</d:publisher>").authors, ["Acme Wire"], "{space}");
        let both = of("<d:publisher>Acme Wire</d:publisher><d:creator>Ann</d:creator>");
        assert_eq!(both.authors, ["Ann"], "a publisher is an author only where there is no other: {space}");
    }
}

#[test]
fn a_report_names_what_was_read_besides() {
    let read = feed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>\
         <link rel='hub' href='http://hub.example/'/><at:deleted-entry ref='1' when='2026-01-31T12:00:00Z'/>\
         <entry><id>2</id><title>2</title><source><id>urn:x</id><link rel='self' href='http://first.example/atom'/></source>\
         <category scheme='http://wire.example/rss/stock' term='NYSE:ACME'/></entry><entry><id>3</id></entry></feed>",
    );
    let report = parse::report(&Ok(read));
    assert_eq!(report["hubs"], serde_json::json!(["http://hub.example/"]));
    assert_eq!(report["tombstones"], serde_json::json!([{ "ref": "1", "when": 1_769_860_800 }]));
    let (first, second) = (&report["entries"][0], &report["entries"][1]);
    assert_eq!(
        first["origin"],
        serde_json::json!({ "id": "urn:x", "feed_url": "http://first.example/atom" })
    );
    assert_eq!(first["press"], serde_json::json!({ "tickers": [{ "exchange": "NYSE", "symbol": "ACME" }] }));
    assert!(second["origin"].is_null() && second["press"].is_null() && report["cloud"].is_null());
}
