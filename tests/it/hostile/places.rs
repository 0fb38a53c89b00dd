//! Places: images at addresses that must not be asked, and servers that never come to an end.

use std::time::Duration;

use super::{
    files,
    pictures::{feed, kept, reasons, settled, site},
};
use crate::support::{
    eventually,
    publisher::{Publisher, Script},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_drip_lie_or_never_end_hold_up_nobody() {
    let publisher = Publisher::start().await;
    let image = files::png(600, 400);
    let odd = [
        ("/drip.png", Script::drip(image.clone(), Duration::from_millis(200))),
        ("/endless.png", Script::endless(image.clone())),
        ("/silent.png", Script::silent()),
        ("/cut.png", Script::cut(image.clone(), image.len() / 2)),
        ("/bomb.png", Script::gzip_bomb(64 << 20)),
        ("/twice.png", Script::document("image/png", image.clone()).header("Content-Encoding", "gzip, gzip")),
        ("/loop.png", Script::redirect(302, "/loop.png")),
        ("/away.png", Script::redirect(302, "http://10.0.0.1/x.png")),
        ("/name.png", Script::redirect(302, "http://localhost.localdomain:1/x.png")),
        ("/file.png", Script::redirect(302, "file:///etc/passwd")),
        ("/missing.png", Script::status(404)),
        ("/gone.png", Script::status(410)),
        ("/ill.png", Script::status(500)),
        (
            "/raw.png",
            Script::raw("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99999999999\r\n\r\nx"),
        ),
    ];
    // Each on a host of its own: one that does not answer is left alone for a while, whatever else it has.
    let mut hosts = Vec::new();
    let mut all = Vec::new();
    for (path, script) in odd {
        let host = Publisher::start().await;
        host.serve(path, script);
        all.push(host.url(path).to_string());
        hosts.push(host);
    }
    publisher.serve("/fine.png", Script::document("image/png", image.clone()));
    publisher.serve("/packed.png", Script::document("image/png", image).gzipped());
    let mut good = vec![publisher.url("/fine.png").to_string(), publisher.url("/packed.png").to_string()];
    all.extend(good.clone());
    publisher.serve("/feed.xml", Script::document("application/rss+xml", feed(&all)));
    let site = site(&publisher, "image_networks = [\"127.0.0.0/8\"]");
    settled(&site, all.len()).await;
    good.sort();
    let kept: Vec<String> = kept(&site).into_keys().collect();
    assert_eq!(kept, good, "{:?}", reasons(&site));
    assert_eq!(reasons(&site).len(), hosts.len(), "{:?}", reasons(&site));
    for host in &hosts {
        assert!(!host.requests().is_empty(), "{} was not asked", host.address());
    }
    site.text_with("/brands/acme/feed.rss", &["Release 0<", "Release 15<"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_in_a_private_network_is_not_asked_for_unless_the_operator_says_so() {
    let (publisher, other) = (Publisher::start().await, Publisher::start_at("127.0.0.2:0").await);
    let image = || Script::document("image/png", files::png(600, 400));
    publisher.serve("/own.png", image());
    other.serve("/other.png", image());
    other.serve("/redirected.png", image());
    publisher.serve("/redirect.png", Script::redirect(302, other.url("/redirected.png").as_str()));
    let port = other.address().port();
    let spelt = ["127.2", "0x7f000002", "2130706434", "0177.0.0.2", "[::ffff:127.0.0.2]"];
    let mut all = vec![
        publisher.url("/own.png").to_string(),
        publisher.url("/redirect.png").to_string(),
        other.url("/other.png").to_string(),
    ];
    all.extend(spelt.iter().map(|it| format!("http://{it}:{port}/other.png")));
    publisher.serve("/feed.xml", Script::document("application/rss+xml", feed(&all)));

    // The source's own network is allowed for its feed alone.
    let strict = site(&publisher, "");
    settled(&strict, all.len()).await;
    assert!(kept(&strict).is_empty(), "{:?}", kept(&strict));
    assert_eq!(publisher.requests().iter().filter(|it| it.path != "/feed.xml").count(), 0);
    assert_eq!(other.connections(), 0);

    // One host of a network is that host.
    let narrow = site(&publisher, "image_networks = [\"127.0.0.1/32\"]");
    eventually("its own image", || async { kept(&narrow).contains_key(&all[0]).then_some(()) }).await;
    settled(&narrow, all.len()).await;
    assert_eq!(kept(&narrow).len(), 1);
    assert_eq!(other.connections(), 0);
}
