//! Redirects are followed by hand: where they may lead, and what they may carry.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use pressroll::{
    fetch::{FetchError, Fetched},
    model::{PollState, Source, source::Secret},
};

use super::{FEED, RSS, allowing, ask, failure, fetcher, fetcher_where, fresh, local};
use crate::support::publisher::{Publisher, Script};

fn with_headers(source: Source, headers: &[(&str, &str)]) -> Source {
    let headers =
        headers.iter().map(|(name, value)| ((*name).to_owned(), Secret(Arc::from(*value)))).collect();
    Source { headers, ..source }
}

#[tokio::test]
async fn every_kind_of_redirect_is_followed_and_only_permanent_ones_are_reported() {
    for (code, is_permanent) in [(301, true), (302, false), (303, false), (307, false), (308, true)] {
        let publisher = Publisher::start().await;
        publisher.serve("/old", Script::redirect(code, "new?a=b#part"));
        publisher.serve("/new?a=b", Script::document(RSS, FEED));
        let reply = fresh(ask(&publisher.url("/old")).await.unwrap());
        assert_eq!(reply.bytes, FEED);
        assert_eq!(reply.final_url, publisher.url("/new?a=b"), "{code}");
        let moved = is_permanent.then(|| publisher.url("/new?a=b"));
        assert_eq!(reply.answer.moved_to, moved, "{code}");
    }
}

#[tokio::test]
async fn a_chain_moved_for_good_only_if_all_of_it_is_permanent() {
    let publisher = Publisher::start().await;
    publisher.serve("/end", Script::document(RSS, FEED));
    publisher.serve("/p", Script::redirect(308, "/end"));
    publisher.serve("/t", Script::redirect(302, "/end"));
    publisher.serve("/pp", Script::redirect(301, "/p"));
    publisher.serve("/pt", Script::redirect(301, "/t"));
    publisher.serve("/tp", Script::redirect(307, "/p"));
    for (path, is_moved) in [("/pp", true), ("/pt", false), ("/tp", false), ("/end", false)] {
        let reply = fresh(ask(&publisher.url(path)).await.unwrap());
        assert_eq!(reply.answer.moved_to.is_some(), is_moved, "{path}");
    }
}

#[tokio::test]
async fn gone_counts_at_home_and_after_permanent_redirects_only() {
    let publisher = Publisher::start().await;
    publisher.serve("/gone", Script::status(410));
    publisher.serve("/for-good", Script::redirect(301, "/gone"));
    publisher.serve("/for-now", Script::redirect(302, "/gone"));
    assert!(matches!(ask(&publisher.url("/for-good")).await.unwrap(), Fetched::Gone));
    assert!(matches!(failure(&publisher.url("/for-now")).await, FetchError::Status { code: 410, .. }));
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    let publisher = Publisher::start().await;
    for step in 0..6 {
        publisher.serve(&format!("/{step}"), Script::redirect(302, &format!("/{}", step + 1)));
    }
    publisher.serve("/6", Script::document(RSS, FEED));
    fresh(ask(&publisher.url("/1")).await.unwrap());
    assert_eq!(failure(&publisher.url("/0")).await, FetchError::TooManyRedirects { limit: 5 });
    publisher.serve("/loop", Script::redirect(301, "/loop"));
    assert_eq!(failure(&publisher.url("/loop")).await.class(), "too-many-redirects");
    assert_eq!(publisher.requests_for("/loop").len(), 6);
}

#[tokio::test]
async fn a_redirect_to_nowhere_sensible_is_refused() {
    let publisher = Publisher::start().await;
    let bad = [
        "file:///etc/passwd",
        "ftp://example.com/",
        "javascript:alert(1)",
        "data:,x",
        "http://",
        "http://a b/",
    ];
    for target in bad {
        publisher.serve("/feed", Script::redirect(302, target));
        assert_eq!(failure(&publisher.url("/feed")).await.class(), "bad-redirect", "{target}");
    }
    publisher.serve("/feed", Script::status(302));
    assert_eq!(failure(&publisher.url("/feed")).await.class(), "bad-redirect");
    publisher.serve("/feed", Script::redirect(302, "/b").header("Location", b"/\xff".as_slice()));
    publisher.serve("/b", Script::document(RSS, FEED));
    fresh(ask(&publisher.url("/feed")).await.unwrap());
    assert_eq!(publisher.requests_for("/b").len(), 1);
}

#[tokio::test]
async fn an_error_about_a_redirect_shows_neither_secrets_nor_control_characters() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::redirect(302, "ftp://example.com/\u{1b}[31m"));
    // Such a byte is no valid field value; with a tab it is, and it must not reach a terminal as it is.
    assert!(!failure(&publisher.url("/feed")).await.to_string().contains('\u{1b}'));
    publisher.serve("/tab", Script::redirect(302, "ftp://exa\tmple.com/"));
    assert!(!failure(&publisher.url("/tab")).await.to_string().contains('\t'));
}

#[tokio::test]
async fn the_sources_own_headers_go_to_its_own_host_along_its_own_redirects() {
    let publisher = Publisher::start().await;
    publisher.serve("/old", Script::redirect(301, "/new"));
    publisher.serve("/new", Script::document(RSS, FEED));
    let own = [("Authorization", "Bearer abc"), ("X-Api-Key", "key"), ("Accept", "text/xml")];
    let source = with_headers(local(&publisher.url("/old")), &own);
    fresh(fetcher().fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!(publisher.requests().len(), 2);
    for request in publisher.requests() {
        for (name, value) in own {
            assert_eq!(request.header(name).as_deref(), Some(value));
        }
        assert_eq!(request.header("referer"), None);
    }
}

#[tokio::test]
async fn a_cookie_is_never_kept() {
    let publisher = Publisher::start().await;
    publisher.serve("/old", Script::redirect(302, "/new").header("Set-Cookie", "a=b; Path=/"));
    publisher.serve("/new", Script::document(RSS, FEED).header("Set-Cookie", "c=d; Path=/"));
    let (fetcher, source) = (fetcher(), local(&publisher.url("/old")));
    for _ in 0..2 {
        fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    }
    assert_eq!(publisher.requests().len(), 4);
    assert!(publisher.requests().iter().all(|it| it.header("cookie").is_none()));
}

#[tokio::test]
async fn userinfo_becomes_a_login_for_the_own_host_and_never_part_of_an_address() {
    let publisher = Publisher::start().await;
    publisher.serve("/old", Script::redirect(301, publisher.url("/new").as_ref()));
    publisher.serve("/new", Script::document(RSS, FEED));
    let mut url = publisher.url("/old");
    url.set_username("ann").unwrap();
    url.set_password(Some("s3cret")).unwrap();
    let reply = fresh(ask(&url).await.unwrap());
    assert_eq!(reply.final_url, publisher.url("/new"));
    assert_eq!(reply.answer.moved_to, Some(publisher.url("/new")));
    for request in publisher.requests() {
        assert_eq!(request.header("authorization").as_deref(), Some("Basic YW5uOnMzY3JldA=="));
    }
    let mut nowhere = url.clone();
    nowhere.set_port(Some(25)).unwrap();
    assert!(!failure(&nowhere).await.to_string().contains("s3cret"));
}

#[tokio::test]
async fn allowed_networks_hold_for_no_other_host_or_port() {
    let (publisher, other) = (Publisher::start().await, Publisher::start().await);
    let port = publisher.address().port();
    let elsewhere = [other.url("/"), format!("http://other.example.com:{port}/").parse().unwrap()]
        .map(|it| it.to_string());
    let fetcher = fetcher_where(|_| Ok(vec![IpAddr::from([127, 0, 0, 1])]));
    let own = format!("http://own.example.com:{port}/feed");
    let source = with_headers(allowing(&own, &["127.0.0.0/8"]), &[("X-Api-Key", "key")]);
    for target in elsewhere {
        publisher.serve("/feed", Script::redirect(301, &target));
        let error = fetcher.fetch(&source, &PollState::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { own: false, .. }), "{target}: {error}");
    }
    assert_eq!(other.connections(), 0);
    assert_eq!(publisher.requests_for("/feed").len(), publisher.requests().len());
    publisher.serve("/feed", Script::redirect(301, &format!("http://OWN.example.com:{port}/new")));
    publisher.serve("/new", Script::document(RSS, FEED));
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
}

#[tokio::test]
async fn a_header_that_the_connection_needs_to_itself_is_refused_by_name() {
    let publisher = Publisher::start().await;
    for name in ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding", "no name"] {
        let source = with_headers(local(&publisher.url("/")), &[(name, "secret-value")]);
        let error = fetcher().fetch(&source, &PollState::default()).await.unwrap_err();
        assert_eq!(error.class(), "setup");
        assert!(error.to_string().contains(name) && !error.to_string().contains("secret-value"), "{error}");
    }
    assert_eq!(publisher.connections(), 0);
}

#[tokio::test]
async fn a_name_that_moves_out_of_its_networks_along_its_own_redirect_is_refused() {
    let publisher = Publisher::start().await;
    let port = publisher.address().port();
    let trap = Publisher::start_at(&format!("127.0.0.2:{port}")).await;
    let closing = "HTTP/1.1 302 Fine\r\nLocation: /next\r\nConnection: close\r\n\r\n";
    publisher.serve("/feed", Script::raw(closing));
    let asked = AtomicUsize::new(0);
    let fetcher = fetcher_where(move |_| {
        let first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![IpAddr::from([127, 0, 0, if first { 1 } else { 2 }])])
    });
    let source = allowing(&format!("http://own.example.com:{port}/feed"), &["127.0.0.1/32"]);
    let error = fetcher.fetch(&source, &PollState::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Forbidden { own: true, .. }), "{error}");
    assert_eq!((publisher.connections(), trap.connections()), (1, 0));
}

#[tokio::test]
async fn another_address_in_the_same_network_is_another_host() {
    let publisher = Publisher::start().await;
    let other = Publisher::start_at("127.0.0.2:0").await;
    for target in
        [other.url("/"), format!("http://127.0.0.2:{}/", publisher.address().port()).parse().unwrap()]
    {
        publisher.serve("/feed", Script::redirect(301, target.as_str()));
        let source = allowing(publisher.url("/feed").as_str(), &["127.0.0.0/8"]);
        let error = fetcher().fetch(&source, &PollState::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Forbidden { own: false, .. }), "{target}: {error}");
    }
    assert_eq!(other.connections(), 0);
}
