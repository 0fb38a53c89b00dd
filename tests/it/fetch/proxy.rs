//! The operator's proxy: used where it is named, never a way round the guard, and told apart from publishers.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pressroll::{
    fetch::{FetchError, Fetcher, Limits, Lookup, Settings},
    model::{Around, PollState, Proxy, Source, source::Secret},
};
use url::Url;

use super::{FEED, RSS, allowing, clock, forms, fresh, settings, strict};
use crate::support::publisher::{Publisher, Script};

/// A host that only the proxy knows.
const FEEDS: &str = "http://feeds.example.com/rss";

fn proxy(address: &str, around: &[&str]) -> Proxy {
    let around = around.iter().map(|it| Around::parse(it).unwrap()).collect();
    Proxy { url: Url::parse(address).unwrap(), around }
}

/// A fetcher behind a proxy, for which names mean what `lookup` says.
fn behind(proxy: Proxy, lookup: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Fetcher {
    let lookup: Lookup = Arc::new(lookup);
    let settings = Settings { proxy: Some(proxy), ..settings(Limits::default()) };
    Fetcher::with_lookup(settings, clock(), lookup).unwrap()
}

fn nothing_is_known(_: &str) -> io::Result<Vec<IpAddr>> {
    Err(io::Error::other("no such name"))
}

/// A proxy that is asked for [`FEEDS`].
async fn relay() -> Publisher {
    let relay = Publisher::start().await;
    relay.serve(FEEDS, Script::document(RSS, FEED).etag("\"v1\""));
    relay
}

async fn failure(fetcher: &Fetcher, url: &str) -> FetchError {
    fetcher.fetch(&strict(url), &PollState::default()).await.expect_err(url)
}

#[tokio::test]
async fn a_host_that_only_the_proxy_knows_is_asked_through_it_over_one_connection() {
    let relay = relay().await;
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), nothing_is_known);
    for _ in 0..3 {
        let reply = fresh(fetcher.fetch(&strict(FEEDS), &PollState::default()).await.unwrap());
        assert_eq!((reply.bytes.as_ref(), reply.final_url.as_str()), (FEED.as_bytes(), FEEDS));
    }
    assert_eq!((relay.requests_for(FEEDS).len(), relay.connections()), (3, 1));
    assert_eq!(relay.requests()[0].header("host").as_deref(), Some("feeds.example.com"));
    assert_eq!(relay.requests()[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn the_login_goes_to_the_proxy_alone_and_is_shown_nowhere() {
    let relay = relay().await;
    let mut address = relay.url("/");
    address.set_username("ann").unwrap();
    address.set_password(Some("s3cret%40")).unwrap();
    let settings =
        Settings { proxy: Some(proxy(address.as_str(), &["127.0.0.0/8"])), ..settings(Limits::default()) };
    let told = format!("{settings:?}");
    assert!(told.contains("127.0.0.1") && !told.contains("s3cret") && !told.contains("ann"), "{told}");
    let fetcher = Fetcher::with_lookup(settings, clock(), Arc::new(nothing_is_known)).unwrap();
    fresh(fetcher.fetch(&strict(FEEDS), &PollState::default()).await.unwrap());
    let login = "Basic YW5uOnMzY3JldEA=";
    assert_eq!(relay.requests()[0].header("proxy-authorization").as_deref(), Some(login));
    let near = Publisher::start().await;
    near.serve("/", Script::document(RSS, FEED));
    let source = allowing(near.url("/").as_str(), &["127.0.0.0/8"]);
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!(near.requests()[0].header("proxy-authorization"), None);
    relay.serve(FEEDS, Script::status(407));
    let error = failure(&fetcher, FEEDS).await;
    assert_eq!(error.class(), "proxy");
    assert!(
        error.to_string().ends_with("it does not accept the login that `[fetch] proxy` holds (status 407)")
    );
    assert!(!error.to_string().contains("s3cret"));
}

#[tokio::test]
async fn a_proxy_may_stand_on_a_private_address_and_have_a_name() {
    let relay = relay().await;
    let named = format!("http://proxy.corp.example:{}", relay.address().port());
    let fetcher = behind(proxy(&named, &[]), |name| match name {
        "proxy.corp.example" => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
        other => nothing_is_known(other),
    });
    fresh(fetcher.fetch(&strict(FEEDS), &PollState::default()).await.unwrap());
    assert_eq!(relay.connections(), 1);
    let error = failure(&fetcher, &format!("{named}/")).await;
    assert_eq!(error.class(), "forbidden", "as a source it is private like any other");
}

#[tokio::test]
async fn no_form_of_a_private_address_reaches_the_proxy() {
    let relay = Publisher::start().await;
    // The names that a form may hold are known here, and lead to this machine.
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), |_| Ok(vec![IpAddr::from([127, 0, 0, 1])]));
    for form in forms::PRIVATE {
        let error = failure(&fetcher, &forms::at(form, 80)).await;
        assert_eq!(error.class(), "forbidden", "{form}: {error}");
    }
    // Names of this machine are known without a look-up.
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), nothing_is_known);
    for name in ["localhost", "LOCALHOST.", "feeds.localhost", "%6cocalhost"] {
        assert_eq!(failure(&fetcher, &format!("https://{name}/")).await.class(), "forbidden", "{name}");
    }
    assert_eq!(relay.connections(), 0);
}

#[tokio::test]
async fn one_private_address_among_public_ones_keeps_a_name_from_the_proxy() {
    let relay = relay().await;
    let answers = ["1.1.1.1", "10.1.2.3"].map(|it| it.parse().unwrap());
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), move |_| Ok(answers.to_vec()));
    let error = failure(&fetcher, FEEDS).await;
    assert!(error.to_string().starts_with("feeds.example.com is refused, because 10.1.2.3 is private"));
    assert_eq!(relay.connections(), 0);
    let source = allowing(FEEDS, &["10.1.0.0/16"]);
    fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!(relay.requests_for(FEEDS).len(), 1, "what the source allows goes through the proxy, too");
}

#[tokio::test]
async fn redirects_through_the_proxy_are_held_to_the_same_rules() {
    let relay = relay().await;
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), nothing_is_known);
    let before = relay.requests().len();
    for form in forms::PRIVATE.into_iter().filter(|it| it.starts_with("http://")) {
        relay.serve(FEEDS, Script::redirect(302, &forms::at(form, 80)));
        let error = failure(&fetcher, FEEDS).await;
        // What a form leaves as a name is the proxy's to judge, but none is left.
        assert_eq!(error.class(), "forbidden", "{form}: {error}");
    }
    let asked = relay.requests().len() - before;
    assert_eq!(relay.requests_for(FEEDS).len(), asked, "nothing else was asked of the proxy");
}

/// What a foreign host is sent can be seen here alone: on loopback no redirect leads to one.
#[tokio::test]
async fn a_foreign_host_is_sent_neither_header_nor_login_and_neither_is_home_after_it() {
    let foreign =
        ["http://other.example/", "http://feeds.example.com:8080/", "http://sub.feeds.example.com/"];
    for target in foreign {
        let relay = Publisher::start().await;
        let home = "http://feeds.example.com/home";
        relay.serve(FEEDS, Script::redirect(301, "/moved"));
        relay.serve("http://feeds.example.com/moved", Script::redirect(302, target));
        relay.serve(target, Script::redirect(302, home));
        relay.serve(home, Script::document(RSS, FEED));
        let fetcher = behind(proxy(relay.url("/").as_str(), &[]), nothing_is_known);
        let headers = [("X-Api-Key", "key"), ("Cookie", "a=b"), ("Proxy-Connection", "close")];
        let headers = headers.map(|(name, value)| (name.to_owned(), Secret(value.into()))).to_vec();
        let source = Source { headers, ..strict("http://ann:s3cret@feeds.example.com/rss") };
        fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
        let told: Vec<bool> = relay.requests().iter().map(|it| it.header("x-api-key").is_some()).collect();
        assert_eq!(told, [true, true, false, false], "{target}");
        for (at, request) in relay.requests().iter().enumerate() {
            for name in ["authorization", "cookie", "proxy-connection"] {
                assert_eq!(request.header(name).is_some(), at < 2, "{target}, {at}: {name}");
            }
            assert_eq!(request.header("referer"), None);
        }
    }
}

#[tokio::test]
async fn no_proxy_names_who_is_asked_straight() {
    let (relay, near) = (relay().await, Publisher::start().await);
    near.serve("/", Script::document(RSS, FEED));
    let port = near.address().port();
    let around = ["*.corp.example", "intranet.example", "127.0.0.0/8", "10.0.0.0/8"];
    let fetcher = behind(proxy(relay.url("/").as_str(), &around), |_| Ok(vec![IpAddr::from([127, 0, 0, 1])]));
    let straight = [
        "press.corp.example",
        "PRESS.corp.example.",
        "intranet.example",
        "a.intranet.example",
        "127.0.0.1",
        "by.number",
    ];
    for host in straight {
        let source = allowing(&format!("http://{host}:{port}/"), &["127.0.0.1/32"]);
        fresh(fetcher.fetch(&source, &PollState::default()).await.unwrap());
        // Straight or not, a source that allows no network is refused.
        assert_eq!(failure(&fetcher, &format!("http://{host}:{port}/")).await.class(), "forbidden", "{host}");
    }
    assert_eq!((near.requests().len(), relay.connections()), (straight.len(), 0));
    let fetcher = behind(proxy(relay.url("/").as_str(), &around), nothing_is_known);
    for host in ["corp.example", "notcorp.example", "xintranet.example", "intranet.example.org"] {
        let url = format!("http://{host}/");
        relay.serve(&url, Script::document(RSS, FEED));
        fresh(fetcher.fetch(&strict(&url), &PollState::default()).await.unwrap());
        assert_eq!(relay.requests_for(&url).len(), 1, "{host} is asked through the proxy");
    }
}

#[tokio::test]
async fn what_goes_wrong_with_the_proxy_says_so() {
    let relay = Publisher::start().await;
    let place = relay.address().to_string();
    let fetcher = behind(proxy(relay.url("/").as_str(), &[]), nothing_is_known);
    let secure = "https://feeds.example.com/rss";
    let connect = "feeds.example.com:443";
    let told = [
        (Script::status(407), "it wants a login (status 407)"),
        (Script::status(403), "it refused to make one"),
        (Script::status(502), "it refused to make one"),
        (Script::raw(""), "it hung up"),
        (Script::raw("what do you want?\r\n\r\n"), "it refused to make one"),
    ];
    for (script, why) in told {
        relay.serve(connect, script);
        let error = failure(&fetcher, secure).await;
        assert_eq!(error.class(), "proxy", "{why}: {error}");
        let begin = format!("the proxy {place} brought no connection to feeds.example.com: {why}");
        assert!(error.to_string().starts_with(&begin), "{error}");
    }
    assert!(relay.requests().iter().all(|it| it.method == "CONNECT"));
    relay.serve(FEEDS, Script::status(407));
    let error = failure(&fetcher, FEEDS).await;
    assert!(error.to_string().contains("it wants a login (status 407)"), "{error}");
    relay.serve(FEEDS, Script::status(403));
    assert_eq!(failure(&fetcher, FEEDS).await.class(), "status-403", "a status is the publisher's own");
    drop(relay);
    tokio::task::yield_now().await;
    for url in [secure, FEEDS] {
        let error = failure(&fetcher, url).await;
        assert_eq!(error.class(), "proxy", "{error}");
        assert!(error.to_string().contains("it could not be connected to: "), "{error}");
    }
    let nameless = behind(proxy("http://proxy.corp.example:3128", &[]), nothing_is_known);
    for url in [secure, FEEDS] {
        let error = failure(&nameless, url).await;
        let begin = "the proxy proxy.corp.example:3128 brought no connection to feeds.example.com: its name could not be \
                     resolved: no such name";
        assert_eq!(error.to_string(), begin);
    }
}

#[tokio::test]
async fn a_proxy_that_never_answers_costs_its_time_and_no_more() {
    let relay = Publisher::start().await;
    relay.serve("feeds.example.com:443", Script::silent());
    let limits = Limits { connect_timeout: Duration::from_millis(200), ..Limits::default() };
    let settings = Settings { proxy: Some(proxy(relay.url("/").as_str(), &[])), ..settings(limits) };
    let fetcher = Fetcher::with_lookup(settings, clock(), Arc::new(nothing_is_known)).unwrap();
    let error = failure(&fetcher, "https://feeds.example.com/rss").await;
    assert_eq!(error.class(), "proxy");
    assert!(error.to_string().ends_with("there was none within 0.2 s"), "{error}");
}

#[tokio::test]
async fn a_look_up_that_hangs_leaves_the_name_to_the_proxy() {
    let relay = relay().await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (held, asked) = (std::sync::Mutex::new(held), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let lookup: Lookup = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        // Ends when the test drops the other side.
        let _ = held.lock().unwrap().recv();
        Ok(Vec::new())
    });
    let limits = Limits { lookup_timeout: Duration::from_millis(100), ..Limits::default() };
    let settings = Settings { proxy: Some(proxy(relay.url("/").as_str(), &[])), ..settings(limits) };
    let fetcher = Fetcher::with_lookup(settings, clock(), lookup).unwrap();
    fresh(fetcher.fetch(&strict(FEEDS), &PollState::default()).await.unwrap());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    drop(release);
}
