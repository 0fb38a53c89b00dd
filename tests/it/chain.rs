//! The whole chain, from a publisher's document to what a reader gets, through the real binary.

use feed_rs::parser;

use crate::support::{
    Site, eventually,
    publisher::{Publisher, Script},
};

const RSS: &str = "application/rss+xml; charset=utf-8";

/// An RSS document of these (guid, title, link, RFC 822 date).
fn rss(items: &[(&str, &str, &str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, title, link, date)| {
            format!(
                "<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title><link>{link}</link>\
                 <pubDate>{date}</pubDate><description>&lt;p&gt;About {title}.&lt;/p&gt;</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Acme press</title>\
         <link>https://acme.example/</link><description>d</description>{items}</channel></rss>"
    )
}

const FIRST: (&str, &str, &str, &str) =
    ("a-1", "Acme opens a plant", "https://acme.example/plant", "Mon, 02 Nov 2026 09:00:00 GMT");
const SECOND: (&str, &str, &str, &str) =
    ("a-2", "Acme raises its outlook", "https://acme.example/outlook", "Tue, 03 Nov 2026 09:00:00 GMT");

/// A site with a brand over these sources, each polled every second.
fn config(sources: &[(&str, &str)]) -> String {
    let tables: String = sources
        .iter()
        .map(|(id, url)| {
            format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nevery = \"1s\"\nallow_networks = [\"127.0.0.0/8\"]\n")
        })
        .collect();
    let ids = sources.iter().map(|(id, _)| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
    format!("version = 1\n{tables}[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [{ids}]\n")
}

fn titles(feed: &str) -> Vec<String> {
    let feed = parser::parse(feed.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{feed}"));
    feed.entries.into_iter().map(|it| it.title.unwrap().content).collect()
}

fn ids(feed: &str) -> Vec<String> {
    parser::parse(feed.as_bytes()).unwrap().entries.into_iter().map(|it| it.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_reaches_every_format_and_the_widget_newest_first() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST, SECOND])));
    let site = Site::start(&config(&[("acme", publisher.url("/press.xml").as_str())]));
    for path in ["feed.rss", "feed.atom", "feed.json"] {
        let feed = site.text_with(&format!("/brands/acme/{path}"), &[FIRST.1, SECOND.1]).await;
        assert_eq!(titles(&feed), [SECOND.1, FIRST.1], "{path}");
    }
    for path in ["/brands/acme/widget", "/brands/acme", "/brands/acme/widget?layout=cards&count=1"] {
        site.text_with(path, &[SECOND.1]).await;
    }
    site.text_with("/", &["/brands/acme"]).await;
    site.text_with("/opml", &["/brands/acme/feed.rss"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_serves_the_same_bytes_at_once_and_asks_with_the_stored_validators() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST, SECOND])).etag("\"v1\""));
    let mut site = Site::start(&config(&[("acme", publisher.url("/press.xml").as_str())]));
    site.text_with("/brands/acme/feed.rss", &[SECOND.1]).await;
    let paths = ["feed.rss", "feed.atom", "feed.json", "widget"];
    let mut before = Vec::new();
    for path in paths {
        before.push(site.get(&format!("/brands/acme/{path}"), &[]).await);
    }
    let base = site.base.clone();
    assert_eq!(site.terminate(), Some(0));
    let asked = publisher.requests().len();
    publisher.serve("/press.xml", Script::silent());
    site.start_again();
    site.ready().await;
    for (path, before) in paths.iter().zip(before) {
        let after = site.get(&format!("/brands/acme/{path}"), &[]).await;
        assert_eq!(after.text().replace(&site.base, &base), before.text(), "{path}");
    }
    let again = eventually("another poll", || async { publisher.requests().get(asked).cloned() }).await;
    assert_eq!(again.header("if-none-match").as_deref(), Some("\"v1\""));
    let unconditional = publisher.requests().iter().filter(|it| it.header("if-none-match").is_none()).count();
    assert_eq!(unconditional, 1, "one unconditional request in a source's life");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_has_seen_never_comes_back_as_new() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST, SECOND])));
    let site = Site::start(&config(&[("acme", publisher.url("/press.xml").as_str())]));
    let before = ids(&site.text_with("/brands/acme/feed.rss", &[FIRST.1, SECOND.1]).await);
    let third = ("a-3", "Acme moves house", "https://acme.example/house", "Wed, 04 Nov 2026 09:00:00 GMT");
    // Each change alone: a regenerated guid, an edited title, a tracking parameter and another scheme.
    let regenerated = ("z-9", FIRST.1, FIRST.2, FIRST.3);
    let retitled = (SECOND.0, "Acme raises its outlook again", SECOND.2, SECOND.3);
    publisher.serve("/press.xml", Script::document(RSS, rss(&[regenerated, retitled, third])));
    let feed = site.text_with("/brands/acme/feed.rss", &[third.1, retitled.1]).await;
    assert_eq!(titles(&feed), [third.1, retitled.1, FIRST.1]);
    assert_eq!(&ids(&feed)[1..], before.as_slice());
    let tracked = ("z-9", FIRST.1, "http://www.acme.example/plant?utm_source=rss", FIRST.3);
    let fourth = ("a-4", "Acme hires", "https://acme.example/hires", "Thu, 05 Nov 2026 09:00:00 GMT");
    publisher.serve("/press.xml", Script::document(RSS, rss(&[tracked, retitled, third, fourth])));
    let feed = site.text_with("/brands/acme/feed.rss", &[fourth.1]).await;
    assert_eq!(titles(&feed), [fourth.1, third.1, retitled.1, FIRST.1]);
    assert_eq!(&ids(&feed)[2..], before.as_slice());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_that_share_a_guid_and_differ_in_link_and_title_are_different_entries() {
    let publisher = Publisher::start().await;
    let one = ("same", FIRST.1, FIRST.2, FIRST.3);
    let other = ("same", SECOND.1, SECOND.2, SECOND.3);
    publisher.serve("/press.xml", Script::document(RSS, rss(&[one, other])));
    let site = Site::start(&config(&[("acme", publisher.url("/press.xml").as_str())]));
    let feed = site.text_with("/brands/acme/feed.rss", &[FIRST.1, SECOND.1]).await;
    let ids = ids(&feed);
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_release_on_two_sources_is_shown_once_under_its_first_id() {
    let publisher = Publisher::start().await;
    let copy = ("wire-77", "Acme opens a plant (wire)", "http://acme.example/plant?utm_medium=wire", FIRST.3);
    publisher.serve("/wire.xml", Script::document(RSS, rss(&[copy])));
    publisher.serve("/press.xml", Script::document(RSS, rss(&[])));
    let wire = publisher.url("/wire.xml");
    let press = publisher.url("/press.xml");
    let mut text = config(&[("wire", wire.as_str()), ("acme", press.as_str())]);
    text = text.replacen("every", "kind = \"wire\"\nevery", 1);
    let site = Site::start(&text);
    let first = ids(&site.text_with("/brands/acme/feed.atom", &[copy.1]).await);
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST])));
    let feed = site.text_with("/brands/acme/feed.atom", &["<title>Acme opens a plant</title>"]).await;
    assert_eq!(titles(&feed), [FIRST.1], "the company's own copy leads");
    assert_eq!(ids(&feed), first, "under the id that readers know");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_source_is_its_own_error_and_never_an_item() {
    let publisher = Publisher::start().await;
    publisher.serve("/good.xml", Script::document(RSS, rss(&[FIRST])));
    publisher
        .serve("/html.xml", Script::document("text/html", "<!doctype html><title>Moved</title><p>Hello"));
    publisher.serve("/empty.xml", Script::document(RSS, ""));
    publisher.serve("/down.xml", Script::status(500));
    let kinds = ["good", "html", "empty", "down"];
    let urls: Vec<String> = kinds.iter().map(|it| publisher.url(&format!("/{it}.xml")).to_string()).collect();
    let sources: Vec<(&str, &str)> = kinds.iter().copied().zip(urls.iter().map(String::as_str)).collect();
    let site = Site::start(&config(&sources));
    let feed = site.text_with("/brands/acme/feed.rss", &[FIRST.1]).await;
    assert_eq!(titles(&feed), [FIRST.1]);
    let health = |id: &str| {
        let status: serde_json::Value =
            serde_json::from_slice(&site.run(&["status", "--json"]).stdout).unwrap();
        let sources = status["sources"].as_array().unwrap().clone();
        sources.into_iter().find(|it| it["id"] == id).unwrap()
    };
    for id in ["html", "empty", "down"] {
        let failing = eventually(&format!("{id} to fail"), || async {
            let source = health(id);
            source["error"].is_string().then_some(source)
        })
        .await;
        assert_eq!(failing["health"], "failing", "{failing}");
        assert_eq!(failing["entries"], 0);
    }
    assert_eq!(health("good")["health"], "fresh");
    assert!(health("html")["error"].as_str().unwrap().contains("web page"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_polling_loses_and_repeats_nothing() {
    let publisher = Publisher::start().await;
    let items: Vec<(String, String, String, String)> = (0..40)
        .map(|n| {
            let date = format!("Mon, 02 Nov 2026 09:{n:02}:00 GMT");
            (format!("k-{n}"), format!("Release {n:03}"), format!("https://acme.example/{n}"), date)
        })
        .collect();
    let items: Vec<(&str, &str, &str, &str)> =
        items.iter().map(|(a, b, c, d)| (a.as_str(), b.as_str(), c.as_str(), d.as_str())).collect();
    let paths: Vec<String> = (0..8).map(|n| format!("/{n}.xml")).collect();
    for (path, items) in paths.iter().zip(items.chunks(5)) {
        publisher.serve(path, Script::document(RSS, rss(items)).etag("\"v\""));
    }
    let named: Vec<(String, String)> = paths
        .iter()
        .enumerate()
        .map(|(n, path)| (format!("s{n}"), publisher.url(path).to_string()))
        .collect();
    let named: Vec<(&str, &str)> = named.iter().map(|(id, url)| (id.as_str(), url.as_str())).collect();
    let mut site = Site::start(&config(&named));
    for round in 0..5_usize {
        eventually("a request", || async { (publisher.requests().len() > round * 2).then_some(()) }).await;
        site.kill();
        site.start_again();
    }
    let last = items.last().unwrap().1;
    let all: Vec<&str> = items.iter().map(|it| it.1).collect();
    site.text_with("/brands/acme/feed.rss", &[last]).await;
    // A lease of the killed process may hold a source back until it runs out; `fetch` shows who is held.
    let feed = eventually("every release", || async {
        let feed = site.text("/brands/acme/feed.rss").await;
        all.iter().all(|it| feed.contains(it)).then_some(feed)
    })
    .await;
    let mut shown = titles(&feed);
    shown.sort();
    assert_eq!(shown, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fetch_beside_a_running_serve_shows_there() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST])));
    let text =
        config(&[("acme", publisher.url("/press.xml").as_str())]).replace("every = \"1s\"", "every = \"1h\"");
    let site = Site::start(&text);
    site.text_with("/brands/acme/feed.rss", &[FIRST.1]).await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&[FIRST, SECOND])));
    let fetched = site.run(&["fetch", "--json"]);
    assert_eq!(fetched.status.code(), Some(0), "{fetched:?}");
    let fetched: serde_json::Value = serde_json::from_slice(&fetched.stdout).unwrap();
    assert_eq!(fetched["sources"][0]["new"], 1, "{fetched}");
    let ended = std::time::Instant::now();
    site.text_with("/brands/acme/feed.rss", &[SECOND.1]).await;
    assert!(ended.elapsed().as_secs_f32() < 2.0, "promised within two seconds: {:?}", ended.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_its_publisher_took_back_leaves_feeds_and_widget_until_it_is_stated_anew() {
    let publisher = Publisher::start().await;
    let document = |when: &str, updated: &str| {
        let tombstone = match when {
            "" => String::new(),
            when => format!("<at:deleted-entry ref=\"urn:acme:1\" when=\"{when}\"/>"),
        };
        let text = format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">{tombstone}\
             <title>Acme</title><entry><id>urn:acme:1</id><title>{}</title><updated>{updated}</updated></entry>\
             <entry><id>urn:acme:2</id><title>{}</title><updated>2026-11-03T09:00:00Z</updated></entry></feed>",
            FIRST.1, SECOND.1
        );
        Script::document("application/atom+xml", text)
    };
    let places = ["feed.rss", "feed.atom", "feed.json", "widget"].map(|it| format!("/brands/acme/{it}"));
    publisher.serve("/press.xml", document("", "2026-11-02T09:00:00Z"));
    let site = Site::start(&config(&[("acme", publisher.url("/press.xml").as_str())]));
    for path in &places {
        site.text_with(path, &[FIRST.1, SECOND.1]).await;
    }
    publisher.serve("/press.xml", document("2026-11-02T10:00:00Z", "2026-11-02T09:00:00Z"));
    let mut without = Vec::new();
    for path in &places {
        let text = eventually(&format!("{path} without the entry"), || async {
            let text = site.text(path).await;
            (!text.contains(FIRST.1)).then_some(text)
        })
        .await;
        assert!(text.contains(SECOND.1), "{text}");
        without.push(text);
    }
    let asked = publisher.requests().len();
    eventually("further rounds", || async { (publisher.requests().len() > asked + 1).then_some(()) }).await;
    for (path, before) in places.iter().zip(without) {
        assert_eq!(site.text(path).await, before, "a tombstone that is repeated changes no byte");
    }
    publisher.serve("/press.xml", document("2026-11-02T10:00:00Z", "2026-11-02T11:00:00Z"));
    for path in &places {
        site.text_with(path, &[FIRST.1, SECOND.1]).await;
    }
    assert!(site.log().contains("took entries back: 1"), "{}", site.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_is_handed_on_keeps_who_first_carried_it() {
    let publisher = Publisher::start().await;
    let text = rss(&[FIRST, SECOND]).replacen(
        "</guid>",
        "</guid><source url=\"https://first.example/rss\">First &amp; best</source>\
         <category domain=\"https://wire.example/rss/stock\">NYSE:ACME</category>",
        1,
    );
    publisher.serve("/wire.xml", Script::document(RSS, text));
    let wire = Site::start(&config(&[("wire", publisher.url("/wire.xml").as_str())]));
    let named = "<source url=\"https://first.example/rss\">First &amp; best</source>";
    let own = format!("<source url=\"{}\">Acme press</source>", publisher.url("/wire.xml"));
    wire.text_with("/brands/acme/feed.rss", &[named, &own]).await;
    let json = wire.text_with("/brands/acme/feed.json", &["\"symbol\":\"ACME\""]).await;
    assert!(
        json.contains("\"origin\":{\"title\":\"First & best\",\"feed_url\":\"https://first.example/rss\"}"),
        "{json}"
    );
    // A site that takes this site's feeds: what was copied twice still names the first.
    for format in ["rss", "atom"] {
        let url = format!("{}/brands/acme/feed.{format}", wire.base);
        let second = Site::start(&config(&[("copy", url.as_str())]));
        let feed = second.text_with("/brands/acme/feed.rss", &[named, &own]).await;
        assert_eq!(titles(&feed), [SECOND.1, FIRST.1]);
        let feed = second.text_with("/brands/acme/feed.atom", &["<title>First &amp; best</title>"]).await;
        assert!(feed.contains("https://first.example/rss"), "{feed}");
    }
}
