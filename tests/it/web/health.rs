//! What probes are told.

use crate::support::eventually;

use super::site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_is_said_to_probes_and_takes_no_reader_away() {
    let (_publisher, site) = site("", "").await;
    let path = "/brands/acme/feed.rss";
    let feed = site.text_with(path, &["Acme opens a plant"]).await;
    let ready = || async { site.get("/readyz", &[]).await };
    assert_eq!(ready().await.text(), "ready\n");

    let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    store.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    store.execute("ALTER TABLE counter RENAME TO counter_away", ()).unwrap();
    let answer = eventually("a word on the store", || async {
        let answer = ready().await;
        (answer.body != b"ready\n").then_some(answer)
    })
    .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ready\nstore: degraded\n"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(site.text(path).await, feed, "what stands is served on");

    store.execute("ALTER TABLE counter_away RENAME TO counter", ()).unwrap();
    eventually("the store to be well", || async { (ready().await.body == b"ready\n").then_some(()) }).await;
}
