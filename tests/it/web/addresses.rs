//! Addresses that are old, odd, or asked about by other origins.

use reqwest::Method;

use super::site;

#[tokio::test]
async fn an_old_slug_redirects_pages_and_feeds_and_answers_widgets_in_place() {
    let (_publisher, site) = site("", "aliases = [\"acme-sa\"]\n").await;
    site.text_with("/brands/acme/widget", &["Acme opens a plant"]).await;
    for part in ["", "/feed.rss", "/subscribe"] {
        let answer = site.get(&format!("/brands/acme-sa{part}"), &[]).await;
        assert_eq!(answer.status, 301);
        assert!(answer.header("location").ends_with(&format!("/brands/acme{part}")));
        assert_eq!(answer.header("cache-control"), "public, max-age=30, stale-while-revalidate=30");
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let widget = site.get("/brands/acme-sa/widget?layout=cards", &[]).await;
    assert_eq!(widget.status, 200);
    assert!(widget.text().contains("Acme opens a plant"));
}

#[tokio::test]
async fn an_old_slug_leads_only_to_what_is_there() {
    let (_publisher, site) = site("", "aliases = [\"acme-sa\"]\n").await;
    site.text_with("/brands/acme/widget", &["Acme opens a plant"]).await;
    for part in ["/nonsense", "/%0d%0ax", "/feed.xml", "/feed.rss%3Flang=fr", "/%FF"] {
        let answer = site.get(&format!("/brands/acme-sa{part}"), &[]).await;
        assert_eq!(answer.status, 404, "{part}");
        assert_eq!(answer.header("location"), "", "{part}");
    }
    let feed = site.get("/brands/acme-sa/feed.rss?lang=fr&x=%0d%0a", &[]).await;
    assert!(feed.header("location").ends_with("/brands/acme/feed.rss?lang=fr&x=%0d%0a"));
    assert_eq!(feed.header("access-control-allow-origin"), "*", "scripts may follow");
    let odd = site.request(Method::POST, "/brands/acme-sa/feed.rss", &[]).await;
    assert_eq!(odd.status, 405);
}

#[tokio::test]
async fn a_path_that_is_no_text_is_an_address_where_nothing_lives() {
    let (_publisher, site) = site("", "").await;
    site.ready().await;
    for path in ["/brands/%FF", "/%FF/acme", "/brands/acme/%FF", "/brands/%C3%28/feed.rss"] {
        let answer = site.get(path, &[]).await;
        assert_eq!(
            (answer.status, answer.header("content-type").as_str()),
            (404, "application/problem+json")
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let embed = site.get("/brands/%FF/widget", &[]).await;
    assert_eq!((embed.status, embed.header("content-type").as_str()), (404, "text/html; charset=utf-8"));
    assert!(!embed.header("content-security-policy").contains("frame-ancestors"), "anyone may frame it");
    assert_eq!(embed.header("cross-origin-resource-policy"), "cross-origin");
}

#[tokio::test]
async fn scripts_of_other_origins_may_ask_for_feeds_with_validators() {
    for prefix in ["", "/press"] {
        let head = format!("[site]\npublic_url = \"https://www.example.com{prefix}\"");
        let (_publisher, site) = site(&head, "").await;
        site.ready().await;
        let asked = [
            ("origin", "https://acme.example"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "if-none-match"),
        ];
        for path in ["/brands/acme/feed.json", "/brands/acme/opml", "/opml"] {
            let path = format!("{prefix}{path}");
            let preflight = site.request(Method::OPTIONS, &path, &asked).await;
            assert_eq!(preflight.status, 204, "{path}");
            assert_eq!(preflight.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
            assert_eq!(preflight.header("access-control-allow-headers"), "If-None-Match, If-Modified-Since");
            assert!(preflight.body.is_empty());
            let feed = site.get(&path, &[("origin", "https://acme.example")]).await;
            assert_eq!(feed.header("access-control-expose-headers"), "ETag, Last-Modified", "{path}");
        }
        for path in ["/brands/acme", "/brands/acme/subscribe", "/brands/acme/widget", "/"] {
            let path = format!("{prefix}{path}");
            let preflight = site.request(Method::OPTIONS, &path, &asked).await;
            assert_eq!((preflight.status, preflight.header("allow").as_str()), (204, "GET, HEAD, OPTIONS"));
            assert_eq!(preflight.header("access-control-allow-origin"), "", "{path}");
            assert_eq!(preflight.header("access-control-allow-headers"), "", "{path}");
        }
    }
}

#[tokio::test]
async fn a_page_typed_with_a_slash_behind_it_is_found() {
    let (_publisher, site) = site("", "").await;
    site.ready().await;
    let answer = site.get("/brands/acme/?lang=fr", &[]).await;
    assert_eq!(answer.status, 301);
    assert!(answer.header("location").ends_with("/brands/acme?lang=fr"), "{}", answer.header("location"));
    assert_eq!(site.get("/brands/none/", &[]).await.status, 404);
}
