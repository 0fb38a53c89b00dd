//! How another site learns to show a page of ours.

use pressroll::render::entry;
use reqwest::Method;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::{FEED, site, site_over};
use crate::support::{Site, eventually};

const LINK: &str = "https://acme.example/1";
const HEAD: &str = "[site]\npublic_url = \"https://news.example.com/press\"";
const PAGE: &str = "https://news.example.com/press/brands/acme";

fn asking(url: &str, more: &str) -> String {
    format!("/press/oembed?url={}{more}", byte_serialize(url.as_bytes()).collect::<String>())
}

async fn status(site: &Site, url: &str, more: &str) -> u16 {
    site.get(&asking(url, more), &[]).await.status
}

#[tokio::test]
async fn a_page_of_ours_has_an_answer_in_both_formats() {
    let (_publisher, site) = site(HEAD, "aliases = [\"acme-sa\"]").await;
    site.text_with("/press/brands/acme/feed.rss", &["Acme opens a plant"]).await;
    let answer = site.get(&asking(PAGE, "&maxwidth=400"), &[]).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let said: Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!((&said["title"], &said["width"]), (&Value::from("Acme"), &Value::from(400)));
    assert_eq!(said["cache_age"], 30, "as long as an edition is fresh");
    let again = site.get(&asking(PAGE, "&maxwidth=400"), &[("if-none-match", &answer.header("etag"))]).await;
    assert_eq!(again.status, 304);
    let path = asking(PAGE, "");
    let head = site.request(Method::HEAD, &path, &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(site.request(Method::POST, &path, &[]).await.status, 405);
    assert_eq!(site.request(Method::OPTIONS, &path, &[]).await.header("access-control-allow-origin"), "*");

    let of_entry = format!("{PAGE}/entries/{}", entry::key(LINK));
    let answer = site.get(&asking(&of_entry, "&format=xml"), &[]).await;
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    assert!(answer.text().contains("<title>Acme opens a plant</title>"), "{}", answer.text());

    // The page itself says where, and what it says is answered.
    let text = site.text_with("/press/brands/acme", &["application/json+oembed"]).await;
    let (_, link) = text.split_once("application/json+oembed").unwrap();
    let (_, link) = link.split_once("href=\"https://news.example.com").unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let followed: Value = serde_json::from_str(&site.text(&link).await).unwrap();
    assert_eq!(followed["title"], "Acme");
    for url in [
        "http://NEWS.example.com/press/brands/acme/",
        "https://news.example.com/press/brands/acme-sa?x=1#top",
        "https://news.example.com:443/press/brands/acme",
    ] {
        assert_eq!(status(&site, url, "").await, 200, "{url}");
    }
}

#[tokio::test]
async fn what_is_no_page_of_ours_has_none() {
    let (_publisher, site) = site(HEAD, "exclude = [\"plant\"]").await;
    site.text_with("/press/brands/acme/feed.rss", &["<title>Acme</title>"]).await;
    let hidden = format!("{PAGE}/entries/{}", entry::key(LINK));
    for url in [
        hidden.as_str(),
        "https://evil.example/press/brands/acme",
        "https://news.example.com:8443/press/brands/acme",
        "https://news.example.com/brands/acme",
        "https://news.example.com/pressed/brands/acme",
        "https://news.example.com/press-other/brands/acme",
        "https://news.example.com/press//brands/acme",
        "https://me:secret@news.example.com/press/brands/acme",
        "https://news.example.com/press/brands/nobody",
        "https://news.example.com/press/brands/acme/feed.rss",
        "https://news.example.com/press/",
        "ftp://news.example.com/press/brands/acme",
        "data:text/html,x",
    ] {
        assert_eq!(status(&site, url, "").await, 404, "{url}");
    }
    assert_eq!(status(&site, PAGE, "&format=yaml").await, 501, "section 2.3.1 says so");
    assert_eq!(status(&site, "no address", "").await, 400);
    let none = site.get("/press/oembed", &[]).await;
    assert_eq!(none.status, 400);
    assert!(none.text().contains("Say as `url` the whole address"), "{}", none.text());
    for size in ["0", "-1", "x", "99999999999"] {
        let answer = site.text(&asking(PAGE, &format!("&maxwidth={size}"))).await;
        let said: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(said["width"], 640, "{size} is passed over");
    }
}

#[tokio::test]
async fn an_entry_that_is_held_has_no_answer_and_tells_no_title() {
    // Without a date it is of the moment in which it comes.
    let feed = FEED.replace("<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate>", "");
    assert_ne!(feed, FEED);
    let (_publisher, site) = site_over(&feed, HEAD, "moderation = \"hold 2h\"").await;
    site.text_with("/press/brands/acme/feed.rss", &["<title>Acme</title>"]).await;
    let held = || async { site.log().contains("kept 1 new").then_some(()) };
    eventually("the entry to come", held).await;
    let of_entry = format!("{PAGE}/entries/{}", entry::key(LINK));
    let answer = site.get(&asking(&of_entry, ""), &[]).await;
    assert_eq!(answer.status, 404);
    assert!(!answer.text().contains("plant"), "{}", answer.text());
    assert!(!site.text(&asking(PAGE, "")).await.contains("plant"));
}
