//! What cannot be seen from outside on loopback: https with roots of our own, and what a foreign host would be sent.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use url::Url;

use super::{
    FetchError, Fetched, Fetcher, Limits, Settings, client::Trust, guard, names::system_lookup, route::Route,
};
use crate::model::{
    PollState, Source, SourceId, SourceKind,
    source::{FutureDates, Network, Republish, Secret},
};

/// A root made for these tests, whose key was thrown away, and a server of 127.0.0.1 that it vouches for.
const ROOT: &[u8] = include_bytes!("../../tests/it/fetch/tls/root.pem");
const SERVER: &[u8] = include_bytes!("../../tests/it/fetch/tls/server.pem");
const SERVER_KEY: &[u8] = include_bytes!("../../tests/it/fetch/tls/server.key");
const DOCUMENT: &[u8] = b"HTTP/1.1 200 Fine\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>";

fn source(url: &str) -> Source {
    Source {
        id: SourceId::new("acme-press").unwrap(),
        formerly: Vec::new(),
        path: None,
        url: Url::parse(url).unwrap(),
        title: None,
        kind: SourceKind::Press,
        language: None,
        tags: Vec::new(),
        priority: 100,
        every: None,
        republish: Republish::Full,
        dates: FutureDates::Clamp,
        headers: vec![("X-Api-Key".to_owned(), Secret(Arc::from("key")))],
        allow_networks: vec![Network::parse("127.0.0.0/8").unwrap()],
        image_networks: Vec::new(),
        enabled: true,
        subscribers: 1,
    }
}

fn settings(user_agent: &str) -> Settings {
    Settings {
        user_agent: user_agent.to_owned(),
        reader_version: 1,
        limits: Limits::default(),
        proxy: None,
        roots: Vec::new(),
    }
}

/// A fetcher that trusts these roots and nobody else.
fn trusting(roots: &[&[u8]]) -> Fetcher {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(CertificateDer::from_pem_slice(root).unwrap()).unwrap();
    }
    let settings = settings("pressroll/0");
    let clock = Arc::new(|| Timestamp::UNIX_EPOCH);
    Fetcher::assemble(settings, clock, system_lookup(), Trust::of(store).unwrap()).unwrap()
}

/// Answers one https request; the thread ends with what was agreed as protocol, `None` if nothing was.
fn serve_tls(answer: &'static [u8]) -> (String, JoinHandle<Option<Vec<u8>>>) {
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(SERVER).unwrap()],
            PrivateKeyDer::from_pem_slice(SERVER_KEY).unwrap(),
        )
        .unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        let _asked = stream.read(&mut [0; 4096]).ok()?;
        stream.write_all(answer).ok()?;
        stream.conn.send_close_notify();
        stream.flush().ok()?;
        stream.conn.alpn_protocol().map(<[u8]>::to_vec)
    });
    (format!("https://{address}/"), server)
}

#[tokio::test]
async fn https_is_fetched_from_a_server_with_a_trusted_certificate() {
    let (url, server) = serve_tls(DOCUMENT);
    let fetched = trusting(&[ROOT]).fetch(&source(&url), &PollState::default()).await.unwrap();
    let Fetched::Fresh(reply) = fetched else { panic!("{fetched:?}") };
    assert_eq!(reply.bytes.as_ref(), b"<rss/>");
    assert_eq!(server.join().unwrap().as_deref(), Some(b"http/1.1".as_slice()));
}

#[tokio::test]
async fn https_never_becomes_http() {
    let answer = b"HTTP/1.1 301 Fine\r\nContent-Length: 0\r\nLocation: http://127.0.0.1/?token=t0ken\r\n\r\n";
    let (url, server) = serve_tls(answer);
    let error = trusting(&[ROOT]).fetch(&source(&url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "a redirect is not followed: http://127.0.0.1/ would leave https for http");
    server.join().unwrap();
}

#[tokio::test]
async fn a_certificate_of_an_unknown_root_is_a_tls_error() {
    let (url, server) = serve_tls(DOCUMENT);
    // The server's own certificate as root leaves the real root unknown.
    let error = trusting(&[SERVER]).fetch(&source(&url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "tls");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!(server.join().unwrap(), None);
}

#[tokio::test]
async fn a_machine_without_roots_fetches_http_and_says_what_https_needs() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(DOCUMENT).unwrap();
    });
    let fetcher = trusting(&[]);
    let fetched = fetcher.fetch(&source(&url), &PollState::default()).await.unwrap();
    assert!(matches!(fetched, Fetched::Fresh(_)));
    server.join().unwrap();
    let secure = url.replace("http://", "https://");
    let error = fetcher.fetch(&source(&secure), &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "tls");
    assert!(error.to_string().contains("ca-certificates"), "{error}");
}

fn location(to: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static(to))])
}

#[test]
fn a_foreign_host_gets_no_header_login_or_network_and_neither_does_home_after_it() {
    let foreign = [
        "https://other.example/",
        "https://own.example:444/",
        "https://sub.own.example/",
        "//other.example/",
        "https://own.example.other.example/",
        "https://own.example@other.example/",
    ];
    for target in foreign {
        let source = source("https://ann:s3cret@own.example/feed");
        let mut route = Route::new(&source, None);
        let mut fields = HeaderMap::new();
        route.add_own_headers(&mut fields).unwrap();
        assert_eq!(fields.get("x-api-key").unwrap(), "key");
        assert!(fields.get("x-api-key").unwrap().is_sensitive());
        assert_eq!(route.request_url().password(), Some("s3cret"));
        for to in [target, "https://own.example/feed"] {
            route.step(StatusCode::FOUND, &location(to), 5).unwrap();
            let mut fields = HeaderMap::new();
            route.add_own_headers(&mut fields).unwrap();
            assert!(fields.is_empty() && route.allowed().is_empty() && !route.is_own(), "{target}, {to}");
            assert_eq!((route.request_url().username(), route.request_url().password()), ("", None), "{to}");
        }
    }
}

#[test]
fn another_scheme_is_another_host() {
    let source = source("http://own.example/feed");
    let mut route = Route::new(&source, None);
    route.step(StatusCode::MOVED_PERMANENTLY, &location("https://own.example/feed"), 5).unwrap();
    assert!(!route.is_own());
    assert_eq!(route.moved_to().unwrap().as_str(), "https://own.example/feed");
}

#[test]
fn every_special_network_is_known_to_its_last_address_and_none_beyond() {
    let private = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "255.255.255.255"),
        ("::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];
    for (first, last) in private {
        for address in [first, last] {
            assert!(guard::not_public(address.parse().unwrap()).is_some(), "{address}");
        }
        for (edge, by) in [(first, -1), (last, 1)] {
            let beyond = beside(edge.parse().unwrap(), by);
            let is_listed = private.iter().any(|(first, last)| {
                beyond.is_some_and(|it| {
                    (first.parse::<IpAddr>().unwrap()..=last.parse().unwrap()).contains(&it)
                })
            });
            if let Some(beyond) = beyond.filter(|_| !is_listed) {
                assert_eq!(guard::not_public(beyond), None, "{beyond} beside {edge}");
            }
        }
    }
    for tunnel in ["2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "2606:4700::100:5efe:c0a8:1"] {
        assert!(guard::not_public(tunnel.parse().unwrap()).is_some(), "{tunnel}");
    }
    for public in [
        "1.1.1.1",
        "93.184.216.34",
        "2606:4700::1111",
        "2a00:1450:4001::200e",
        "2400::",
        "2606:4700::5efe:101:101",
    ] {
        assert_eq!(guard::not_public(public.parse().unwrap()), None, "{public}");
    }
}

/// The address `by` places further, if there is one.
fn beside(address: IpAddr, by: i32) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => it.to_bits().checked_add_signed(by).map(|it| IpAddr::V4(it.into())),
        IpAddr::V6(it) => it.to_bits().checked_add_signed(by.into()).map(|it| IpAddr::V6(it.into())),
    }
}

#[test]
fn a_user_agent_that_cannot_be_sent_is_refused_at_start() {
    let made =
        Fetcher::with_lookup(settings("press\nroll"), Arc::new(|| Timestamp::UNIX_EPOCH), system_lookup());
    assert!(matches!(made, Err(FetchError::Setup(_))));
}
