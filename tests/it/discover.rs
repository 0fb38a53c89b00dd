//! Looking for the feeds of a site, and adding them.

use std::process::Output;

use pressroll::{
    model::Document,
    parse::discover::{self, Clue, Likeness, is_about_comments, likeness, offers},
};
use serde_json::Value;
use url::Url;

use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const ALLOW: [&str; 2] = ["--allow-network", "127.0.0.0/8"];

fn rss(title: &str, entries: usize) -> Script {
    let entries: String = (1..=entries)
        .map(|it| {
            format!(
                "<item><title>{title} {it}</title><link>https://acme.example/{it}</link><guid>{title}-{it}</guid>\
                 <pubDate>{it:02} Nov 2026 09:00:00 GMT</pubDate></item>"
            )
        })
        .collect();
    let text = format!(
        "<rss version=\"2.0\"><channel><title>{title}</title><link>https://acme.example/</link>\
         <language>en</language>{entries}</channel></rss>"
    );
    Script::document("application/rss+xml", text)
}

fn page(body: &str) -> Script {
    Script::document("text/html; charset=utf-8", format!("<!doctype html><html>{body}</html>"))
}

fn command(folder: &Folder, words: &[&str]) -> Output {
    run(folder.path(), &[words, &ALLOW].concat())
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", stderr(output)))
}

/// Paths of the feeds that were found, in their order.
fn found(object: &Value) -> Vec<String> {
    let feeds = object["feeds"].as_array().unwrap();
    feeds.iter().map(|it| it["url"].as_str().unwrap().parse::<Url>().unwrap().path().to_owned()).collect()
}

/// Addresses that a page at <https://acme.example/about/> leads to, and why.
fn led_to(html: &str, fields: &[&str]) -> Vec<(String, Clue)> {
    let at = Url::parse("https://acme.example/about/").unwrap();
    let document = Document { bytes: html.as_bytes(), content_type: Some("text/html"), base: Some(&at) };
    let fields: Vec<String> = fields.iter().map(|it| (*it).to_owned()).collect();
    offers(&document, &fields).feeds.into_iter().map(|it| (it.url.to_string(), it.clue)).collect()
}

#[test]
fn a_page_declares_its_feeds_in_many_ways() {
    let declared = |html: &str| {
        let all = led_to(html, &[]);
        assert!(all.iter().all(|it| it.1 == Clue::Declared), "{all:?}");
        all.into_iter().map(|it| it.0).collect::<Vec<_>>()
    };
    for (html, expected) in [
        (
            "<link rel=alternate type=application/rss+xml href=feed.xml>",
            "https://acme.example/about/feed.xml",
        ),
        (
            "<LINK REL='Feed Alternate' TYPE='Application/Atom+XML; charset=x' HREF='/a?b=1&amp;c=2'/>",
            "https://acme.example/a?b=1&c=2",
        ),
        ("<link rel=feed href=//other.example/x>", "https://other.example/x"),
        (
            "<base href='/de/'><base href='/no/'><link rel=alternate type=application/feed+json href=f.json>",
            "https://acme.example/de/f.json",
        ),
        (
            "<link type='text/xml' rel='alternate' href='&#x2f;r&eacute;sum&eacute;'>",
            "https://acme.example/r%C3%A9sum%C3%A9",
        ),
        (
            "<link rel=alternate type=application/rdf+xml href='feed:https://b.example/r#top'>",
            "https://b.example/r",
        ),
        (
            "<body><p><link rel=alternate type=application/rss+xml href=' /late '>",
            "https://acme.example/late",
        ),
    ] {
        assert_eq!(declared(html), [expected], "{html}");
    }
    for nothing in [
        "<link rel=alternate hreflang=de href=/de/>",
        "<link rel=alternate type=application/json+oembed href=/oembed>",
        "<link rel='alternate stylesheet' type=application/rss+xml href=/x>",
        "<link rel=alternate type=application/rss+xml href='javascript:alert(1)'>",
        "<link rel=alternate type=application/rss+xml href='file:///etc/passwd'>",
        "<link rel=alternate type=application/rss+xml>",
        "<script>x='<link rel=alternate type=application/rss+xml href=/script>'</script>",
        "<!-- <link rel=alternate type=application/rss+xml href=/comment> -->",
        "<style><link rel=alternate type=application/rss+xml href=/style></style>",
        "<textarea><link rel=alternate type=application/rss+xml href=/text></textarea>",
    ] {
        assert_eq!(led_to(nothing, &[]), [], "{nothing}");
    }
}

#[test]
fn header_fields_declare_feeds_too() {
    let field = "</one>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"a, b; c\", <two>;type=application/atom+xml; \
                 rel=alternate,<https://x.example/>; rel=\"next\", </hub>; rel=hub";
    let expected = ["https://acme.example/one", "https://acme.example/about/two"];
    let found = led_to("", &[field, "nonsense", "<", "</three"]);
    assert_eq!(found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn links_that_look_like_feeds_come_after_those_that_are_declared() {
    let html = "<a href=/news.rss>News</a><a href='/other'><img alt='RSS feed'></a><a href=/sitemap.xml>Map</a>\
                <a href=https://feeds.elsewhere.example/acme>x</a><a href=https://elsewhere.example/rss-readers>RSS</a>\
                <a href=/list?format=rss>x</a><a href=/about>About</a>\
                <link rel=alternate type=application/rss+xml href=/declared><a href=/declared>RSS</a>";
    let found = led_to(html, &[]);
    let linked = |url: &str| (url.to_owned(), Clue::Linked);
    assert_eq!(found[0], ("https://acme.example/declared".to_owned(), Clue::Declared));
    assert_eq!(
        found[1..],
        [
            linked("https://acme.example/news.rss"),
            linked("https://acme.example/other"),
            linked("https://feeds.elsewhere.example/acme"),
            linked("https://acme.example/list?format=rss"),
        ]
    );
}

#[test]
fn pages_about_the_press_are_known_in_several_languages() {
    let at = Url::parse("https://acme.example/").unwrap();
    let pages = |html: &str| {
        let document = Document { bytes: html.as_bytes(), content_type: None, base: Some(&at) };
        offers(&document, &[]).pages.into_iter().map(|it| it.to_string()).collect::<Vec<_>>()
    };
    for word in [
        "Press",
        "Presse",
        "Prensa",
        "Sala stampa",
        "Newsroom",
        "Communiqués",
        "Pressemitteilungen",
        "Imprensa",
        "Pers",
        "プレスリリース一覧",
        "Пресс-центр",
    ] {
        assert_eq!(
            pages(&format!("<a href=/x>{word}</a><a href=/y>Shop</a>")),
            ["https://acme.example/x"],
            "{word}"
        );
    }
    let html = "<a href=/news/>News</a><a href=https://newsroom.acme.example/>More</a><a href=https://other.example/press>x</a><a href=/press>y</a>";
    assert_eq!(
        pages(html),
        ["https://newsroom.acme.example/", "https://acme.example/press", "https://acme.example/news/"]
    );
    let of = |url: &str, title| likeness(&url.parse().unwrap(), title);
    assert_eq!(of("https://press.acme.example/x", None), Likeness::Press);
    assert_eq!(of("https://acme.example/x", Some("Salle de presse")), Likeness::Press);
    assert_eq!(of("https://acme.example/news/x", None), Likeness::News);
    assert_eq!(of("https://wordpress.example/x", Some("WordPress")), Likeness::None);
    assert!(is_about_comments(&"https://a.example/comments/feed/".parse().unwrap(), None));
    assert!(is_about_comments(&"https://a.example/x".parse().unwrap(), Some("Comments on: Acme")));
    assert!(!is_about_comments(&"https://a.example/x".parse().unwrap(), Some("Press comments")));
}

#[test]
fn the_format_of_a_feed_is_named() {
    for (text, expected) in [
        ("<?xml version='1.0'?><!-- x --><rss version='2.0'>", "RSS 2.0"),
        ("<rss version='0.91'>", "RSS 0.9"),
        ("<rdf:RDF xmlns:rdf='x' xmlns='http://purl.org/rss/1.0/'>", "RSS 1.0"),
        ("\u{feff}<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'>", "Atom"),
        ("{\"version\":\"https://jsonfeed.org/version/1.1\"}", "JSON Feed"),
    ] {
        let document = Document { bytes: text.as_bytes(), content_type: None, base: None };
        assert_eq!(discover::format(&document), expected);
    }
}

#[test]
fn a_page_that_means_harm_is_bounded() {
    let link = |at: usize| {
        format!(
            "<link rel=alternate type=application/rss+xml href=/d{at}><a href=/press{at}.rss>RSS</a><a href=/press/{at}>p</a>"
        )
    };
    let many: String = (0..3_000).map(link).collect();
    let unclosed = "<a href='".repeat(60_000);
    let scripts = "<script>".repeat(60_000);
    let ends = "<style></".repeat(60_000);
    let long = format!("<a href=/{}>RSS</a>", "x".repeat(100_000));
    let field = "<a;".repeat(5_000);
    let started = std::time::Instant::now();
    assert_eq!(led_to(&many, &[]).len(), 40);
    for (html, fields) in
        [(&unclosed, vec![]), (&scripts, vec![]), (&ends, vec![]), (&long, vec![field.as_str()])]
    {
        assert!(led_to(html, &fields).len() <= 40);
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(discover::feeds(b"", None, &"https://a.example".parse().unwrap()), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_site_has_is_found_tried_and_ranked() {
    let publisher = Publisher::start().await;
    let body = "<link rel=alternate type=application/rss+xml href=/blog.xml>\
        <link rel=alternate type=application/rss+xml href=/comments.xml>\
        <link rel=alternate type=application/rss+xml href=/dead.xml>\
        <a href=/moved.rss>RSS</a><a href=/company/newsroom>Newsroom</a>";
    publisher.serve("/", page(body).header("Link", "</rich.atom>; rel=alternate; type=application/atom+xml"));
    publisher.serve("/blog.xml", rss("Blog", 3));
    publisher.serve("/comments.xml", rss("Comments", 9));
    publisher.serve("/moved.rss", Script::redirect(302, "/blog.xml"));
    publisher.serve("/feed", rss("Blog", 3));
    publisher.serve("/rich.atom", rss("Everything", 5));
    publisher.serve("/company/newsroom", page("<a href=releases.rdf>Abo</a>"));
    publisher.serve("/company/releases.rdf", rss("Acme", 2));
    publisher.serve("/feed.xml", rss("Guessed", 20));
    let folder = Folder::new();
    let url = publisher.url("/").to_string();
    let output = command(&folder, &["discover", &url, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let object = json(&output);
    let expected = ["/company/releases.rdf", "/rich.atom", "/blog.xml", "/feed.xml", "/comments.xml"];
    let found = found(&object);
    // “releases” is a word of news, and comes before what says nothing of the kind.
    assert_eq!(found, expected);
    let first = &object["feeds"][0];
    assert_eq!((&first["title"], &first["entries"]), (&"Acme".into(), &2.into()));
    assert_eq!((&first["format"], &first["language"]), (&"RSS 2.0".into(), &"en".into()));
    assert_eq!((&first["newest"], &first["clue"]), (&"2026-11-02T09:00:00Z".into(), &"linked".into()));
    let dropped = object["dropped"].as_array().unwrap();
    let why = dropped.iter().find(|it| it["url"].as_str().unwrap().ends_with("/dead.xml")).unwrap();
    assert!(why["why"].as_str().unwrap().contains("404"), "{why}");
    assert_eq!(object["requests"], publisher.requests().len() - 1, "the redirect was followed on top");
    let table = stdout(&command(&folder, &["discover", &url]));
    let line = table.lines().nth(1).unwrap();
    assert!(["releases.rdf", "Acme", "2026-11-02"].iter().all(|it| line.contains(it)), "{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_found_at_its_own_address_and_nothing_else_is_asked() {
    let publisher = Publisher::start().await;
    publisher.serve("/x", rss("Acme", 1));
    let output = command(&Folder::new(), &["discover", publisher.url("/x").as_str(), "--json"]);
    assert_eq!(found(&json(&output)), ["/x"]);
    assert_eq!(json(&output)["feeds"][0]["clue"], "itself");
    assert_eq!(publisher.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_below_a_page_that_says_nothing_is_guessed() {
    for (at, page_at, expected) in [
        ("/rss/news-releases.xml", "/", "/rss/news-releases.xml"),
        ("/en/press/feed/", "/en/press/index.html", "/en/press/feed/"),
        ("/presse/abo.rss", "/", "/presse/abo.rss"),
    ] {
        let publisher = Publisher::start().await;
        publisher.serve(page_at, page("<p>Welcome"));
        publisher
            .serve("/presse", page("<link rel=alternate type=application/rss+xml href=/presse/abo.rss>"));
        publisher.serve(at, rss("Acme", 1));
        let output = command(&Folder::new(), &["discover", publisher.url(page_at).as_str(), "--json"]);
        assert_eq!(found(&json(&output)), [expected], "{}", stderr(&output));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_lists_feeds_is_looked_through_where_a_link_called_it_one() {
    let publisher = Publisher::start().await;
    publisher.serve("/", page("<a href=/rss-overview/>RSS</a>"));
    publisher.serve("/rss-overview/", page("<ul><li><a href=/r/1.xml>Releases<a href=/r/2.xml>Events</ul>"));
    publisher.serve("/r/1.xml", rss("Releases", 2));
    publisher.serve("/r/2.xml", rss("Events", 3));
    let output = command(&Folder::new(), &["discover", publisher.url("/").as_str(), "--json"]);
    assert_eq!(found(&json(&output)), ["/r/1.xml", "/r/2.xml"], "{}", stderr(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_without_feeds_is_a_finding_and_one_out_of_reach_a_network_error() {
    let publisher = Publisher::start().await;
    publisher.serve("/", page("<a href=/rss>RSS</a>"));
    publisher.serve("/rss", page("<p>About RSS"));
    let (folder, url) = (Folder::new(), publisher.url("/").to_string());
    let none = command(&folder, &["discover", &url, "--json"]);
    assert_eq!(none.status.code(), Some(1));
    assert_eq!(json(&none)["feeds"], Value::Array(Vec::new()));
    assert!(
        stderr(&none).contains("offers no feed") && stderr(&none).contains("own address"),
        "{}",
        stderr(&none)
    );
    assert!(publisher.requests().len() <= 60, "{}", publisher.requests().len());
    assert_eq!(publisher.requests_for("/rss").len(), 1, "nothing is asked for twice");
    let gone = command(&folder, &["discover", publisher.url("/nothing").as_str()]);
    assert_eq!(gone.status.code(), Some(1), "{}", stderr(&gone));
    assert!(stderr(&gone).contains("answers, but there is nothing at this address"), "{}", stderr(&gone));
    let away = command(&folder, &["discover", "http://127.0.0.1:1/"]);
    assert_eq!(away.status.code(), Some(3), "{}", stderr(&away));
    assert!(stderr(&away).contains("could not be reached"), "{}", stderr(&away));
    let closed = run(folder.path(), &["discover", &url]);
    assert_eq!(closed.status.code(), Some(3), "private addresses stay closed");
    assert!(stderr(&closed).contains("--allow-network"), "{}", stderr(&closed));
    for wrong in ["ftp://a.example/", "file:///etc/passwd", "http://", "http://me:word@a.example/"] {
        assert_eq!(run(folder.path(), &["discover", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_does_not_choose_which_private_address_is_asked() {
    let (publisher, trap) = (Publisher::start().await, Publisher::start_at("127.0.0.2:0").await);
    let port = trap.address().port();
    let neighbour = Publisher::start().await;
    let mut links = format!("<link rel=feed href={}><link rel=feed href=/own.xml>", neighbour.url("/feed"));
    publisher.serve("/own.xml", rss("Own", 1));
    neighbour.serve("/feed", rss("Neighbour", 1));
    for host in
        ["127.0.0.2", "2130706434", "0x7f000002", "127.2", "[::ffff:127.0.0.2]", "me@127.0.0.2", "127.0.0.2."]
    {
        links.push_str(&format!(
            "<link rel=alternate type=application/rss+xml href=http://{host}:{port}/feed>"
        ));
        links.push_str(&format!("<a href=http://{host}:{port}/press.rss>RSS</a>"));
    }
    links.push_str("<link rel=alternate type=application/rss+xml href=/away>");
    publisher.serve("/", page(&links));
    publisher.serve("/away", Script::redirect(301, trap.url("/feed").as_str()));
    trap.serve("/feed", rss("Trap", 1));
    let output = command(&Folder::new(), &["discover", publisher.url("/").as_str(), "--json"]);
    assert_eq!(found(&json(&output)), ["/own.xml"]);
    assert_eq!((trap.connections(), neighbour.connections()), (0, 0), "another port is another place");
    assert!(stdout(&output).contains("this machine itself"), "{}", stdout(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_asks_to_be_left_alone_is() {
    let publisher = Publisher::start().await;
    publisher
        .serve("/", page("<link rel=alternate type=application/rss+xml href=/one><a href=/two.rss>RSS</a>"));
    publisher.serve("/one", Script::status(429).header("Retry-After", "60"));
    publisher.serve("/two.rss", rss("Two", 1));
    let output = command(&Folder::new(), &["discover", publisher.url("/").as_str()]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert_eq!(publisher.requests().len(), 2);
    let output = command(&Folder::new(), &["discover", publisher.url("/").as_str(), "--json"]);
    assert!(stdout(&output).contains("asked to be left alone"), "{}", stdout(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_is_there_says_how_to_ask() {
    let publisher = Publisher::start().await;
    publisher.serve("/x", rss("Acme", 1));
    let folder = Folder::new();
    folder.write(
        "feeds.toml",
        "version = 1\n[site]\ncontact = \"https://us.example/about\"\n[fetch]\nbody_max = \"2KiB\"\n",
    );
    assert_eq!(command(&folder, &["discover", publisher.url("/x").as_str()]).status.code(), Some(0));
    let agent = publisher.requests()[0].header("user-agent").unwrap();
    assert!(agent.contains("https://us.example/about"), "{agent}");
    publisher.serve("/x", rss("Acme", 100));
    let output = command(&folder, &["discover", publisher.url("/x").as_str()]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    folder.write("feeds.toml", "version = 2\n");
    assert_eq!(command(&folder, &["discover", publisher.url("/x").as_str()]).status.code(), Some(2));
}
