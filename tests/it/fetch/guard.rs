//! The guard: private addresses are connected to by no way at all, unless the source's own address allows them.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use pressroll::{
    fetch::{FetchError, Fetcher, Lookup},
    model::PollState,
};

use super::{FEED, RSS, allowing, clock, fetcher, fetcher_where, fresh, hasty, settings, strict};
use crate::support::publisher::{Publisher, Script};

#[tokio::test]
async fn no_name_leads_to_a_private_address() {
    let trap = Publisher::start().await;
    let private =
        ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1"];
    for address in private {
        let fetcher = fetcher_where(move |_| Ok(vec![address.parse().unwrap()]));
        let url = format!("http://feeds.example.com:{}/", trap.address().port());
        let error = fetcher.fetch(&strict(&url), &PollState::default()).await.unwrap_err();
        let FetchError::Forbidden { host, address: found, own, .. } = &error else { panic!("{error}") };
        assert_eq!((host.as_str(), *found, *own), ("feeds.example.com", address.parse().unwrap(), true));
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn the_error_names_the_line_that_would_allow_the_address() {
    let error = fetcher().fetch(&strict("http://10.1.2.3/feed"), &PollState::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "10.1.2.3 is refused, because 10.1.2.3 is private (10.0.0.0/8); to allow it for this source, \
         write allow_networks = [\"10.1.2.3/32\"]"
    );
    let publisher = Publisher::start().await;
    publisher.serve("/", Script::document(RSS, FEED));
    let url = publisher.url("/");
    fresh(fetcher().fetch(&allowing(url.as_str(), &["127.0.0.1/32"]), &PollState::default()).await.unwrap());
    let other = allowing(url.as_str(), &["127.0.0.2/32", "10.0.0.0/8"]);
    let error = fetcher().fetch(&other, &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "forbidden");
}

#[tokio::test]
async fn only_allowed_addresses_of_a_name_are_connected_to() {
    let publisher = Publisher::start().await;
    let port = publisher.address().port();
    let trap = Publisher::start_at(&format!("127.0.0.2:{port}")).await;
    publisher.serve("/", Script::document(RSS, FEED));
    let fetcher = fetcher_where(|_| Ok(["127.0.0.2", "127.0.0.1"].map(|it| it.parse().unwrap()).to_vec()));
    let source = allowing(&format!("http://mixed.example.com:{port}/"), &["127.0.0.1/32"]);
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!((publisher.connections(), trap.connections()), (1, 0));
}

#[tokio::test]
async fn a_name_that_changes_its_answer_cannot_slip_through() {
    let publisher = Publisher::start().await;
    let port = publisher.address().port();
    let trap = Publisher::start_at(&format!("127.0.0.2:{port}")).await;
    publisher.serve("/", Script::raw("HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\n<rss/>"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let fetcher = fetcher_where(move |_| {
        let first = count.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if first { "127.0.0.1" } else { "127.0.0.2" }.parse().unwrap()])
    });
    let source = allowing(&format!("http://rebind.example.com:{port}/"), &["127.0.0.1/32"]);
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!(asked.load(Ordering::SeqCst), 1, "what was vetted is what was connected to");
    let error = fetcher.fetch(&source, &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "forbidden");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_source_lends_its_networks_to_no_other_source() {
    let publisher = Publisher::start().await;
    publisher.serve("/", Script::document(RSS, FEED));
    let fetcher = fetcher_where(|_| Ok(vec![IpAddr::from([127, 0, 0, 1])]));
    let url = format!("http://intranet.example.com:{}/", publisher.address().port());
    fresh(fetcher.fetch(&allowing(&url, &["127.0.0.0/8"]), &PollState::default()).await.unwrap());
    let error = fetcher.fetch(&strict(&url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "forbidden", "not even over the connection that stands open");
    assert_eq!(publisher.requests().len(), 1);
}

#[tokio::test]
async fn only_http_and_https_at_ordinary_ports_are_fetched() {
    let refused = [
        "file:///etc/passwd",
        "ftp://example.com/feed",
        "gopher://example.com:70/",
        "data:text/xml,<rss/>",
        "http://example.com:25/",
        "http://example.com:6379/",
        "https://example.com:22/",
        "http://example.com:0/",
    ];
    for url in refused {
        let error = fetcher().fetch(&strict(url), &PollState::default()).await.expect_err(url);
        assert_eq!(error.class(), "url", "{url}: {error}");
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_says_so() {
    let url = "http://nowhere.example.com/";
    let failing = fetcher_where(|_| Err(std::io::Error::other("no such name")));
    let error = failing.fetch(&strict(url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the name nowhere.example.com could not be resolved: no such name");
    let empty = fetcher_where(|_| Ok(Vec::new()));
    assert_eq!(empty.fetch(&strict(url), &PollState::default()).await.unwrap_err().class(), "dns");
}

#[tokio::test]
async fn a_look_up_that_never_ends_costs_the_round_its_time_and_no_more() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let lookup: Lookup = Arc::new(move |_| {
        // Ends when the test drops the other side.
        let _ = held.lock().unwrap().recv();
        Ok(Vec::new())
    });
    let fetcher = Fetcher::with_lookup(settings(hasty()), clock(), lookup).unwrap();
    let error = fetcher.fetch(&strict("http://slow.example.com/"), &PollState::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "slow.example.com gave no whole answer within 0.3 s");
    drop(release);
}
