//! What the server says on the wire.

mod addresses;
mod connections;
mod embeds;
mod entries;
mod health;
mod media;
mod oembed;

use reqwest::Method;

use crate::support::{
    Site, eventually,
    publisher::{Publisher, Script},
};

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Acme</title>\
    <link>https://acme.example/</link><description>d</description><item><guid>https://acme.example/1</guid>\
    <title>Acme opens a plant</title><link>https://acme.example/1</link>\
    <pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate><description>Text.</description></item></channel></rss>";

/// A publisher with one release and a site over it; `more` is appended to the brand's table.
async fn site(head: &str, more: &str) -> (Publisher, Site) {
    site_over(FEED, head, more).await
}

/// The same over another document.
async fn site_over(feed: &str, head: &str, more: &str) -> (Publisher, Site) {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document("application/rss+xml", feed).etag("\"1\""));
    let config = format!(
        "version = 1\n{head}\n[[source]]\nid = \"acme\"\nurl = \"{}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n{more}",
        publisher.url("/press.xml")
    );
    let site = Site::start(&config);
    (publisher, site)
}

const FORMATS: [(&str, &str); 3] = [
    ("feed.rss", "application/rss+xml; charset=utf-8"),
    ("feed.atom", "application/atom+xml; charset=utf-8"),
    ("feed.json", "application/feed+json; charset=utf-8"),
];

#[tokio::test]
async fn a_feed_comes_with_its_type_validators_and_a_short_public_life() {
    let (_publisher, site) = site("[server]\ncache_max = \"90s\"", "").await;
    for (path, kind) in FORMATS {
        let path = format!("/brands/acme/{path}");
        site.text_with(&path, &["Acme opens a plant"]).await;
        let answer = site.get(&path, &[]).await;
        assert_eq!(answer.header("content-type"), kind);
        assert_eq!(answer.header("cache-control"), "public, max-age=45, stale-while-revalidate=45");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert!(answer.header("last-modified").ends_with("GMT"));
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn any_tag_of_an_edition_answers_304_however_it_is_written() {
    let (_publisher, site) = site("", "").await;
    let path = "/brands/acme/feed.rss";
    site.text_with(path, &["Acme opens a plant"]).await;
    let plain = site.get(path, &[]).await;
    let packed = site.get(path, &[("accept-encoding", "gzip")]).await;
    let (tag, packed_tag) = (plain.header("etag"), packed.header("etag"));
    assert_eq!(packed_tag, tag.trim_end_matches('"').to_owned() + "-gz\"");
    let lists = [
        tag.clone(),
        packed_tag,
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
        tag.trim_end_matches('"').to_owned() + "-br\"",
    ];
    for list in lists {
        let answer = site.get(path, &[("if-none-match", &list)]).await;
        assert_eq!(answer.status, 304, "{list}");
        assert!(answer.body.is_empty());
        assert_eq!(answer.header("etag"), tag);
    }
    let since = plain.header("last-modified");
    let both = [("if-none-match", "\"other\""), ("if-modified-since", since.as_str())];
    assert_eq!(site.get(path, &both).await.status, 200, "tags beat dates");
    // Changes within a second are dated a second apart, and no answer is dated ahead of itself: the date of a second
    // change in one second counts from the next second on.
    eventually("304 by date", || async {
        let since = site.get(path, &[]).await.header("last-modified");
        (site.get(path, &[("if-modified-since", &since)]).await.status == 304).then_some(())
    })
    .await;
    for date in ["Mon, 02 Nov 2009 09:00:00 GMT", "x"] {
        assert_eq!(site.get(path, &[("if-modified-since", date)]).await.status, 200, "{date}");
    }
}

#[tokio::test]
async fn the_best_encoding_that_is_let_through_is_chosen() {
    let (_publisher, site) = site("", "").await;
    let path = "/brands/acme/feed.json";
    let plain = site.text_with(path, &["Acme opens a plant"]).await;
    let cases = [
        ("", ""),
        ("identity", ""),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0", ""),
        ("zstd, deflate", ""),
        ("identity, gzip;q=0.1", ""),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("identity, gzip, br", "br"),
        ("gzip ; Q = 0", ""),
        ("gzip;q=0.001", "gzip"),
        ("br;q=2, gzip;q=0.9", "br"),
        ("*;q=0.5, identity", ""),
        // All that we have is refused: bytes help more than a 406.
        ("identity;q=0", ""),
        ("*;q=0", ""),
        ("identity;q=0, zstd", ""),
        ("*", "br"),
    ];
    for (accepted, coding) in cases {
        let answer = site.get(path, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        let decoded = match coding {
            "gzip" => gunzip(&answer.body),
            "br" => unbrotli(&answer.body),
            _ => answer.body,
        };
        assert_eq!(String::from_utf8(decoded).unwrap(), plain, "{accepted}");
    }
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut plain).unwrap();
    plain
}

fn unbrotli(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut brotli::Decompressor::new(bytes, 4096), &mut plain).unwrap();
    plain
}

#[tokio::test]
async fn head_is_like_get_without_the_body() {
    let (_publisher, site) = site("", "").await;
    // All editions of a publication change together: after the first release none changes any more.
    site.text_with("/brands/acme", &["Acme opens a plant"]).await;
    for path in ["/brands/acme/feed.rss", "/brands/acme/widget", "/brands/acme", "/", "/opml", "/widget.css"]
    {
        site.text_with(path, &[]).await;
        let get = site.get(path, &[]).await;
        let head = site.request(Method::HEAD, path, &[]).await;
        assert_eq!(head.status, 200, "{path}");
        assert!(head.body.is_empty(), "{path}");
        for name in ["etag", "content-type", "content-length", "cache-control", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_known_ones_count() {
    let (_publisher, site) = site("", "").await;
    site.text_with("/brands/acme/widget", &["Acme opens a plant"]).await;
    let plain = site.get("/brands/acme/widget", &[]).await;
    for query in
        ["?place=home", "?utm_source=x&nonsense", "?count=0", "?layout=spiral", "?%FF=%FF", "?a&&b=&="]
    {
        let answer = site.get(&format!("/brands/acme/widget{query}"), &[]).await;
        assert_eq!((answer.status, answer.header("etag")), (200, plain.header("etag")), "{query}");
    }
    for query in ["?layout=cards", "?scheme=dark", "?accent=c00", "?locale=ar"] {
        let answer = site.get(&format!("/brands/acme/widget{query}"), &[]).await;
        assert_ne!(answer.header("etag"), plain.header("etag"), "{query}");
    }
    let feed = site.get("/brands/acme/feed.rss", &[]).await;
    let odd = site.get("/brands/acme/feed.rss?lang=xx&x=1", &[]).await;
    assert_eq!(odd.header("etag"), feed.header("etag"));
}

#[tokio::test]
async fn a_widget_needs_no_script_keeps_no_cookie_and_names_the_hash_of_its_style() {
    let (_publisher, site) = site("", "embed_on = [\"https://*.acme.example\"]\n").await;
    site.text_with("/brands/acme/widget", &["Acme opens a plant"]).await;
    let answer = site.get("/brands/acme/widget", &[]).await;
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("style-src 'sha256-"), "{policy}");
    assert!(policy.contains("frame-ancestors 'self' https://*.acme.example"), "{policy}");
    let html = answer.text();
    assert_eq!(html.matches("<style").count(), 1);
    for forbidden in ["<script", " style=", " onclick", " onload", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn errors_speak_html_to_people_and_problem_json_to_programs() {
    let (_publisher, site) = site("", "").await;
    site.ready().await;
    for path in [
        "/nothing",
        "/brands/none",
        "/brands/none/feed.rss",
        "/brands/acme/feed.xml",
        "/groups/acme",
        "/a/b/c/d",
    ] {
        let program = site.get(path, &[]).await;
        assert_eq!(
            (program.status, program.header("content-type").as_str()),
            (404, "application/problem+json"),
            "{path}"
        );
        let problem: serde_json::Value = serde_json::from_slice(&program.body).unwrap();
        assert_eq!(problem["status"], 404);
        let person = site.get(path, &[("accept", "text/html,application/xhtml+xml")]).await;
        assert_eq!(
            (person.status, person.header("content-type").as_str()),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(person.header("content-security-policy").contains("style-src 'sha256-"));
        assert_eq!(person.header("cache-control"), "no-store");
    }
    let post = site.request(Method::POST, "/brands/acme/feed.rss", &[]).await;
    assert_eq!((post.status, post.header("allow").as_str()), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn everything_lives_below_the_path_of_public_url() {
    let (_publisher, site) = site("[site]\npublic_url = \"https://www.example.com/press\"", "").await;
    let feed = site.text_with("/press/brands/acme/feed.atom", &["Acme opens a plant"]).await;
    assert!(feed.contains("https://www.example.com/press/brands/acme/feed.atom"));
    for path in [
        "/press",
        "/press/",
        "/press/brands/acme",
        "/press/brands/acme/widget",
        "/press/opml",
        "/press/livez",
    ] {
        let answer = site.get(path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text().contains("127.0.0.1"), "{path} names no address but the public one");
    }
    assert_eq!(site.get("/brands/acme/feed.atom", &[]).await.status, 404);
    assert_eq!(site.get("/livez", &[]).await.status, 200, "probes look at the root too");
}

#[tokio::test]
async fn the_page_offers_its_feeds_and_the_snippet_and_what_readers_ask_for_is_there() {
    let (_publisher, site) = site("", "").await;
    let page = site.text_with("/brands/acme", &["Acme opens a plant"]).await;
    for (path, kind) in FORMATS {
        let kind = kind.split(';').next().unwrap();
        let link = format!("<link rel=\"alternate\" type=\"{kind}\"");
        assert!(page.contains(&link), "{link}");
        assert!(page.contains(&format!("/brands/acme/{path}")));
    }
    assert!(
        page.contains("&lt;iframe src=") || page.contains("&#60;iframe src="),
        "the snippet is there to be copied"
    );
    for path in ["/favicon.ico", "/robots.txt", "/brands/acme/subscribe", "/brands/acme/opml"] {
        assert_eq!(site.get(path, &[]).await.status, 200, "{path}");
    }
}
