//! Entries on pages of their own, and whole in widgets, over HTTP.

use pressroll::render::entry;

use super::site;

const LINK: &str = "https://acme.example/1";

#[tokio::test]
async fn an_entry_on_the_stand_has_a_page_and_a_widget_of_its_own() {
    let (_publisher, site) = site("", "aliases = [\"acme-sa\"]").await;
    site.text_with("/brands/acme/feed.rss", &["Acme opens a plant"]).await;
    let path = format!("/brands/acme/entries/{}", entry::key(LINK));
    let answer = site.get(&path, &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let text =
        site.text_with(&path, &["<h1>Acme opens a plant</h1>", "Text.", "Original at acme.example"]).await;
    assert!(text.contains(&format!("<link rel=\"canonical\" href=\"{LINK}\">")));
    assert_eq!(site.get(&path, &[("if-none-match", &answer.header("etag"))]).await.status, 304);
    let widget = format!("/brands/acme/widget?entry={}", entry::key(LINK));
    site.text_with(&widget, &["class=\"whole\"", "Acme opens a plant", "Text."]).await;
    let old = site.get(&format!("/brands/acme-sa/entries/{}", entry::key(LINK)), &[]).await;
    assert_eq!(old.status, 301);
    assert!(old.header("location").ends_with(&path));
}

#[tokio::test]
async fn a_key_that_nothing_has_is_no_page_and_an_ordinary_widget() {
    let (_publisher, site) = site("", "").await;
    site.text_with("/brands/acme/feed.rss", &["Acme opens a plant"]).await;
    for key in ["0123456789abcdef", "nonsense", "%ff", "..%2f..", "0"] {
        assert_eq!(site.get(&format!("/brands/acme/entries/{key}"), &[]).await.status, 404, "{key}");
        let widget = site.get(&format!("/brands/acme/widget?entry={key}"), &[]).await;
        let plain = site.get("/brands/acme/widget", &[]).await;
        assert_eq!(widget.header("etag"), plain.header("etag"), "{key}");
    }
    assert_eq!(site.get("/brands/nobody/entries/0123456789abcdef", &[]).await.status, 404);
}
