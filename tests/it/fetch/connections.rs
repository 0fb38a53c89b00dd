//! Connections are used again: they are most of what a poll costs.

use pressroll::model::PollState;

use super::{
    FEED, RSS, allowing, fetcher, fresh, local, secure, state_after,
    tls::{ROOT, Secure, Vouched},
    unchanged,
};
use crate::support::publisher::{Publisher, Script};

#[tokio::test]
async fn fifty_polls_of_one_host_need_one_connection() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::document(RSS, FEED).etag("\"v1\""));
    publisher.serve("/zipped", Script::document(RSS, FEED).gzipped());
    publisher.serve("/moved", Script::redirect(301, "/feed"));
    let (fetcher, source) = (fetcher(), local(&publisher.url("/feed")));
    let state = state_after(&fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap()));
    for _ in 0..49 {
        unchanged(fetcher.fetch(&source, &state).await.unwrap());
    }
    fresh(fetcher.fetch(&local(&publisher.url("/zipped")), &PollState::default()).await.unwrap());
    fresh(fetcher.clone().fetch(&local(&publisher.url("/moved")), &PollState::default()).await.unwrap());
    assert_eq!(publisher.requests().len(), 53);
    assert_eq!(publisher.connections(), 1);
}

#[tokio::test]
async fn sources_that_allow_the_same_networks_in_any_order_share_connections() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::document(RSS, FEED));
    let fetcher = fetcher();
    let orders = [["127.0.0.1/32", "10.0.0.0/8"], ["10.0.0.0/8", "127.0.0.1/32"]];
    for networks in orders {
        let source = super::allowing(publisher.url("/feed").as_str(), &networks);
        fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    }
    assert_eq!(publisher.connections(), 1);
}

#[tokio::test]
async fn fifty_polls_of_a_publisher_that_speaks_http2_need_one_connection() {
    let server = Secure::start_http2();
    let (fetcher, source) = (secure::trusting(&[ROOT], None), allowing(&server.url(), &["127.0.0.1/32"]));
    for _ in 0..50 {
        assert_eq!(fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap()).bytes, FEED);
    }
    assert_eq!((server.connections(), server.requests()), (1, 50));
    // A publisher that speaks only HTTP/1.1, and closes after each answer, needs one for each.
    let plain = Secure::start(Vouched::ByRoot);
    let source = allowing(&plain.url(), &["127.0.0.1/32"]);
    for _ in 0..3 {
        fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    }
    assert_eq!((plain.connections(), plain.requests()), (3, 3));
}

#[tokio::test]
async fn polls_at_the_same_time_share_one_http2_connection() {
    let server = Secure::start_http2();
    let (fetcher, source) = (secure::trusting(&[ROOT], None), allowing(&server.url(), &["127.0.0.1/32"]));
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    let state = PollState::default();
    let (one, two, three) = tokio::join!(
        fetcher.fetch(&source, &state),
        fetcher.fetch(&source, &state),
        fetcher.fetch(&source, &state)
    );
    for fetched in [one, two, three] {
        fresh(fetched.unwrap());
    }
    assert_eq!((server.connections(), server.requests()), (1, 4));
}
