//! Now, please: the publish hook of a company's site, and `fetch` beside a running `serve`, as a reader sees them.

use std::time::Duration;

use pressroll::{ingest::ping, model::SourceId};

use crate::support::{
    Site, client,
    publisher::{Publisher, Script},
    within,
};

const RSS: &str = "application/rss+xml";
/// How soon what was asked for is in the combined feed.
const SOON: Duration = Duration::from_secs(2);

fn rss(titles: &[&str]) -> String {
    let item = |it: &&str| format!("<item><guid>https://acme.example/{it}</guid><title>{it}</title></item>");
    let items: String = titles.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>Acme</title>{items}</channel></rss>")
}

fn config(publisher: &Publisher) -> String {
    let url = publisher.url("/press.xml");
    format!(
        "version = 1\n[[source]]\nid = \"acme\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n"
    )
}

async fn shows(site: &Site, title: &str) {
    within(SOON, title, || async {
        site.get("/brands/acme/feed.rss", &[]).await.text().contains(title).then_some(())
    })
    .await;
}

fn secret(site: &Site) -> String {
    let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    let own: String =
        store.query_row("SELECT value FROM site WHERE name = 'secret'", (), |row| row.get(0)).unwrap();
    assert_eq!(own.len(), 64);
    ping::secret(&own, &SourceId::new("acme").unwrap())
}

/// The last poll is more than a minute ago.
fn let_a_minute_pass(site: &Site) {
    let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    store.execute("UPDATE source_state SET polled_ms = polled_ms - 61000", ()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pinged_source_is_in_the_combined_feed_within_two_seconds_and_asked_conditionally() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&["plant"])).etag("\"1\""));
    let site = Site::start(&config(&publisher));
    shows(&site, "plant").await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&["outlook", "plant"])).etag("\"2\""));
    let_a_minute_pass(&site);
    let address = format!("{}/ping/{}", site.base, secret(&site));
    let answer = client().post(&address).body("{\"event\":\"published\"}").send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.unwrap().contains("polled now"));
    shows(&site, "outlook").await;
    let asked = publisher.requests();
    assert_eq!((asked.len(), asked[1].header("if-none-match").as_deref()), (2, Some("\"1\"")));

    let again = client().post(&address).send().await.unwrap();
    assert_eq!(again.status().as_u16(), 202, "nothing is lost: it is polled when the minute is over");
    assert!(again.text().await.unwrap().contains("it was polled a moment ago"));
    let wrong = client().post(format!("{}/ping/{}", site.base, "0".repeat(32))).send().await.unwrap();
    assert_eq!(wrong.status().as_u16(), 404);
    let read = client().get(&address).send().await.unwrap();
    assert_eq!((read.status().as_u16(), read.headers()["allow"].to_str().unwrap()), (405, "POST"));
    assert_eq!(publisher.requests().len(), 2);
    assert!(!site.log().contains(&secret(&site)), "the secret stands in no log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fetch_brings_is_shown_by_a_running_serve_within_two_seconds() {
    let publisher = Publisher::start().await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&["plant"])));
    let site = Site::start(&config(&publisher));
    shows(&site, "plant").await;
    publisher.serve("/press.xml", Script::document(RSS, rss(&["outlook", "plant"])));
    assert!(site.run(&["fetch", "acme"]).status.success());
    shows(&site, "outlook").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn validators_hold_across_a_kill_and_a_restart() {
    let publisher = Publisher::start().await;
    publisher.serve(
        "/press.xml",
        Script::document(RSS, rss(&["plant"])).etag("W/\"ä b\"").last_modified("yesterday"),
    );
    let mut site = Site::start(&config(&publisher));
    shows(&site, "plant").await;
    for _ in 0..3 {
        site.kill();
        site.start_again();
        assert!(site.run(&["fetch", "acme"]).status.success());
    }
    let asked = publisher.requests();
    assert_eq!(asked.len(), 4);
    let unconditional = asked.iter().filter(|it| it.header_bytes("if-none-match").is_none()).count();
    assert_eq!(unconditional, 1, "one unconditional request in a source's life");
    for request in &asked[1..] {
        assert_eq!(request.header_bytes("if-none-match"), Some("W/\"ä b\"".as_bytes()));
        assert_eq!(request.header("if-modified-since").as_deref(), Some("yesterday"));
    }
}
