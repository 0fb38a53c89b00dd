//! What readers meet while the configuration changes: addresses that move, end and come back.

use super::{HEAD, World, answers, brand, shows, told};
use crate::support::{Site, client, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_publication_answers_410_also_after_a_restart_until_it_is_back() {
    let world = World::new(&["acme"]).await;
    let source = world.source("acme", "");
    let (acme, other) = (brand("acme", &["acme"], ""), brand("other", &["acme"], ""));
    let mut site = Site::start(&format!("{HEAD}locale = \"fr\"\n{source}{acme}{other}"));
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    let parts = ["", "/", "/feed.rss", "/feed.atom?lang=fr", "/opml", "/subscribe"];
    for is_new_process in [false, true] {
        site.folder.write("feeds.toml", &format!("{HEAD}locale = \"fr\"\n{source}{other}"));
        if is_new_process {
            site.kill();
            site.start_again();
            site.ready().await;
        }
        for part in parts {
            answers(&site, &format!("/brands/acme{part}"), 410).await;
        }
        answers(&site, "/oembed?url=http%3A%2F%2Fpress.example%2Fbrands%2Facme", 410).await;
        let page = site.get("/brands/acme", &[("accept", "text/html")]).await;
        assert!(page.status == 410 && page.text().contains("<h1"), "{}", page.text());
        let widget = site.get("/brands/acme/widget?look=any", &[("accept", "text/html")]).await;
        assert_eq!((widget.status, widget.header("cache-control").as_str()), (410, "no-store"));
        assert!(!widget.text().contains("<h1") && !widget.text().contains("Release"), "a quiet line");
        assert!(widget.text().contains("lang=\"fr\""), "{}", widget.text());
        assert_eq!(site.get("/brands/never", &[]).await.status, 404);
        assert!(!site.text("/").await.contains("/brands/acme"));
        shows(&site, "/brands/other/feed.rss", &["acme"], &[]).await;
    }
    site.folder.write("feeds.toml", &format!("{HEAD}{source}{acme}{other}"));
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_publication_is_found_under_its_old_name_as_long_as_that_is_an_alias() {
    let world = World::new(&["acme"]).await;
    let head = format!("{HEAD}{}", world.source("acme", ""));
    let site = Site::start(&format!("{head}{}", brand("acme", &["acme"], "")));
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    site.folder
        .write("feeds.toml", &format!("{head}{}", brand("acme-sa", &["acme"], "aliases = [\"acme\"]")));
    answers(&site, "/brands/acme/feed.rss", 301).await;
    let moved = site.get("/brands/acme/feed.rss", &[]).await;
    assert_eq!(moved.header("location"), "http://press.example/brands/acme-sa/feed.rss");
    shows(&site, "/brands/acme-sa/feed.rss", &["acme"], &[]).await;
    assert_eq!(site.get("/brands/acme/widget", &[]).await.status, 200, "an embed never breaks");
    site.folder.write("feeds.toml", &format!("{head}{}", brand("acme-sa", &["acme"], "")));
    answers(&site, "/brands/acme/feed.rss", 410).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_stays_open_meets_the_site_under_its_new_address() {
    let world = World::new(&["acme"]).await;
    let tables = format!("{}{}", world.source("acme", ""), brand("acme", &["acme"], ""));
    let site = Site::start(&format!("{HEAD}{tables}"));
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    let reader = client();
    let ask = |path: &'static str| {
        let asked = reader.get(format!("{}{path}", site.base)).send();
        async move {
            let answer = asked.await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        }
    };
    assert_eq!(ask("/brands/acme/feed.atom").await.0, 200);
    let head = HEAD.replace("http://press.example", "https://www.example.com/press");
    site.folder.write("feeds.toml", &format!("{head}[server]\ncache_max = \"10s\"\n{tables}"));
    let feed = eventually("the new address", || async {
        let (status, feed) = ask("/press/brands/acme/feed.atom").await;
        (status == 200).then_some(feed)
    })
    .await;
    assert!(feed.contains("https://www.example.com/press/brands/acme"), "{feed}");
    assert!(!feed.contains("http://press.example"), "{feed}");
    assert_eq!(ask("/brands/acme/feed.atom").await.0, 404);
    let widget = ask("/press/brands/acme/widget?count=1").await.1;
    assert!(widget.contains("https://www.example.com/press/") && !widget.contains("press.example"));
    let answer = site.get("/press/brands/acme/feed.rss", &[]).await;
    assert_eq!(answer.header("cache-control"), "public, max-age=5, stale-while-revalidate=5");
    assert_eq!(site.get("/livez", &[]).await.status, 200);
    told(&site, "reloaded feeds.toml: [site] and [server] changed", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_is_edited_changes_on_every_page_that_names_it() {
    let world = World::new(&["acme"]).await;
    let with_look = |accent: &str| {
        let look = format!("[[brand.look]]\nname = \"side\"\naccent = \"{accent}\"\n");
        format!("{HEAD}{}{}", world.source("acme", ""), brand("acme", &["acme"], &look))
    };
    let site = Site::start(&with_look("0a5"));
    let path = "/brands/acme/widget?look=side";
    shows(&site, path, &["acme"], &[]).await;
    let before = site.text(path).await;
    site.folder.write("feeds.toml", &with_look("c00"));
    let after = eventually("another look", || async {
        let text = site.text(path).await;
        (text != before).then_some(text)
    })
    .await;
    assert!(after.contains("Release of acme"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_restart_is_told_and_the_rest_is_taken() {
    let world = World::new(&["acme", "wire"]).await;
    let text = format!("{HEAD}{}{}", world.source("acme", ""), brand("acme", &["acme"], ""));
    let site = Site::start(&text);
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    let other = format!(
        "{HEAD}[store]\nurl = \"sqlite:elsewhere.db\"\nkeep = \"2y\"\n{}{}",
        world.source("wire", ""),
        brand("acme", &["wire"], "")
    );
    site.folder.write("feeds.toml", &other);
    shows(&site, "/brands/acme/feed.rss", &["wire"], &["acme"]).await;
    told(&site, "`store.url` has changed, and needs a restart", 1).await;
    assert!(!site.folder.path().join("elsewhere.db").exists());
    assert!(!site.log().contains("server.listen"), "{}", site.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_renamed_keeps_its_entries_and_is_not_asked_anew() {
    let world = World::new(&["acme"]).await;
    let before = format!("{HEAD}{}{}", world.source("acme", ""), brand("acme", &["acme"], ""));
    let site = Site::start(&before);
    shows(&site, "/brands/acme/feed.rss", &["acme"], &[]).await;
    let ids = |text: &str| -> Vec<String> {
        let feed: serde_json::Value = serde_json::from_str(text).unwrap();
        let items = feed["items"].as_array().unwrap();
        items.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    let kept = ids(&site.text("/brands/acme/feed.json").await);
    let renamed = world.source("acme", "formerly = [\"acme\"]").replacen("\"acme\"", "\"acme-press\"", 1);
    site.folder.write("feeds.toml", &format!("{HEAD}{renamed}{}", brand("acme", &["acme-press"], "")));
    told(&site, "1 source added, 1 removed; 1 publication changed", 1).await;
    told(&site, "brands/acme printed anew", 1).await;
    assert_eq!(ids(&site.text("/brands/acme/feed.json").await), kept);
    assert_eq!(world.asked("acme"), 1);
}
