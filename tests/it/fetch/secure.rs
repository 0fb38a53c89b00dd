//! https: who is trusted, through a proxy that signs anew as well, and what is said where nobody is.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::Command,
    sync::Arc,
};

use pressroll::{
    fetch::{FetchError, Fetcher, Limits, Lookup, Settings, system_lookup},
    model::{PollState, Proxy},
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinSet,
};
use url::Url;

use super::{
    FEED, RSS, allowing, clock, fetcher, fresh, local, settings, strict,
    tls::{COMPANY, ROOT, ROOT_OF_MANY, Secure, Vouched},
};
use crate::support::{
    Folder, PRESSROLL, eventually,
    publisher::{Publisher, Script},
    stderr, stdout,
};

/// What the error says where an authority is not known.
const UNKNOWN: &str = "signed by an authority that this machine does not know; behind a company proxy that signs anew, \
                       give the proxy's root certificate as `[fetch] ca_file`";

/// A fetcher that trusts these roots beside the system's.
pub(super) fn trusting(roots: &[&[u8]], proxy: Option<Proxy>) -> Fetcher {
    let roots = roots.iter().map(|it| CertificateDer::from_pem_slice(it).unwrap().to_vec()).collect();
    let settings = Settings { roots, proxy, ..settings(Limits::default()) };
    Fetcher::with_lookup(settings, clock(), system_lookup()).unwrap()
}

/// A proxy that leads every tunnel to one place; it stops when dropped.
struct Tunnels {
    proxy: Proxy,
    _running: JoinSet<()>,
}

impl Tunnels {
    async fn start(to: std::net::SocketAddr) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut tunnels = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                tunnels.spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(near.read_u8().await.unwrap());
                    }
                    assert!(head.starts_with(b"CONNECT feeds.example.com:443 HTTP/1.1\r\n"));
                    let mut far = tokio::net::TcpStream::connect(to).await.unwrap();
                    near.write_all(b"HTTP/1.1 200 Fine\r\n\r\n").await.unwrap();
                    let _ended = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { proxy: Proxy { url, around: Vec::new() }, _running: running }
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_a_tls_error() {
    // A publisher would wait for the end of a head that never comes: this one answers anything at once.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().unwrap();
        let read = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Speak TLS\r\n\r\n").unwrap();
        read
    });
    let url = Url::parse(&format!("https://127.0.0.1:{port}/")).unwrap();
    let error = fetcher().fetch(&local(&url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "tls", "{error}");
    assert!(error.to_string().starts_with("a secure connection to 127.0.0.1 could not be made: "), "{error}");
    assert!(server.join().unwrap() > 0);
}

#[tokio::test]
async fn a_further_root_is_trusted_and_an_unknown_one_says_what_to_do() {
    for (vouched, root, other) in [(Vouched::ByRoot, ROOT, COMPANY), (Vouched::ByCompany, COMPANY, ROOT)] {
        let server = Secure::start(vouched);
        let source = allowing(&server.url(), &["127.0.0.1/32"]);
        let reply = trusting(&[root], None).fetch(&source, &PollState::default()).await.unwrap();
        assert_eq!(fresh(reply).bytes, FEED);
        let error = trusting(&[other], None).fetch(&source, &PollState::default()).await.unwrap_err();
        assert_eq!(error.class(), "tls");
        assert!(error.to_string().ends_with(UNKNOWN), "{error}");
        assert_eq!((server.connections(), server.requests()), (2, 1));
    }
}

#[tokio::test]
async fn a_session_is_taken_up_again_however_many_hosts_were_asked_meanwhile() {
    let server = Secure::start(Vouched::ForMany);
    let roots = vec![CertificateDer::from_pem_slice(ROOT_OF_MANY).unwrap().to_vec()];
    let settings = Settings { roots, ..settings(Limits::default()) };
    let here: Lookup = Arc::new(|_: &str| Ok(vec![Ipv4Addr::LOCALHOST.into()]));
    let fetcher = Fetcher::with_lookup(settings, clock(), here).unwrap();
    let source = |host: usize| {
        let url = server.url().replace("127.0.0.1", &format!("host-{host}.bench.example"));
        allowing(&url, &["127.0.0.1/32"])
    };
    for host in 0..100 {
        fresh(fetcher.fetch(&source(host), &PollState::default()).await.unwrap());
    }
    assert_eq!((server.connections(), server.resumed()), (100, 0));
    fresh(fetcher.fetch(&source(0), &PollState::default()).await.unwrap());
    let is_resumed = || async { (server.resumed() == 1).then_some(()) };
    eventually("the session to be taken up again", is_resumed).await;
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted_whoever_signed_it() {
    let server = Secure::start(Vouched::ByRoot);
    let source = allowing(&server.url().replace("127.0.0.1", "localhost"), &["127.0.0.1/32", "::1"]);
    let error = trusting(&[ROOT], None).fetch(&source, &PollState::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Tls { .. }), "{error}");
    assert!(!error.to_string().contains("ca_file"), "{error}");
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_further_root_that_is_no_certificate_is_refused_at_start() {
    let settings = Settings { roots: vec![b"root".to_vec()], ..settings(Limits::default()) };
    let made = Fetcher::new(settings, clock());
    assert!(matches!(made, Err(FetchError::Setup(_))));
}

#[tokio::test]
async fn a_proxy_that_signs_anew_works_once_its_root_is_given() {
    let server = Secure::start(Vouched::ByCompany);
    let tunnels = Tunnels::start(server.address).await;
    let source = strict("https://feeds.example.com/rss");
    let error = trusting(&[ROOT], Some(tunnels.proxy.clone()))
        .fetch(&source, &PollState::default())
        .await
        .unwrap_err();
    assert_eq!(error.class(), "tls");
    assert!(error.to_string().ends_with(UNKNOWN), "{error}");
    assert_eq!((server.connections(), server.requests()), (1, 0));
    let behind = trusting(&[ROOT, COMPANY], Some(tunnels.proxy.clone()));
    let reply = fresh(behind.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!((reply.bytes.as_ref(), reply.final_url.as_str()), (FEED.as_bytes(), source.url.as_str()));
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_proxy_that_only_passes_on_needs_no_root_of_its_own() {
    let server = Secure::start(Vouched::ByRoot);
    let tunnels = Tunnels::start(server.address).await;
    let source = strict("https://feeds.example.com/rss");
    let behind = trusting(&[ROOT], Some(tunnels.proxy.clone()));
    fresh(behind.fetch(&source, &PollState::default()).await.unwrap());
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn what_fails_at_the_other_end_of_a_tunnel_is_no_fault_of_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let tunnels = Tunnels::start(listener.local_addr().unwrap()).await;
    let server = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let behind = trusting(&[ROOT], Some(tunnels.proxy.clone()));
    let source = strict("https://feeds.example.com/rss");
    let error = behind.fetch(&source, &PollState::default()).await.unwrap_err();
    server.join().unwrap();
    assert!(["connect", "tls", "cut"].contains(&error.class()), "{}: {error}", error.class());
    assert!(!error.to_string().contains("proxy"), "{error}");
}

#[tokio::test]
async fn a_tunnel_carries_http2_and_is_used_again() {
    let server = Secure::start_http2();
    let tunnels = Tunnels::start(server.address).await;
    let source = strict("https://feeds.example.com/rss");
    let behind = trusting(&[ROOT], Some(tunnels.proxy.clone()));
    for _ in 0..10 {
        fresh(behind.fetch(&source, &PollState::default()).await.unwrap());
    }
    assert_eq!((server.connections(), server.requests()), (1, 10));
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused_in_http2_as_well() {
    for server in [Secure::start_http2_with_a_large_head(), Secure::start_http2_with_a_huge_head()] {
        let source = allowing(&server.url(), &["127.0.0.1/32"]);
        let error = trusting(&[ROOT], None).fetch(&source, &PollState::default()).await.unwrap_err();
        assert_eq!(error.class(), "headers", "{error}");
        assert_eq!(server.requests(), 1);
    }
}

/// A folder with a source at `url`, and what `pressroll fetch` says there under these variables.
fn fetch_with(url: &str, lines: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = Folder::new();
    std::fs::write(folder.path().join("company.pem"), COMPANY).unwrap();
    let text = format!(
        "version = 1\n[site]\ncontact = 'press@example.com'\n[fetch]\n{lines}\n[[source]]\nid = 'one'\nurl = '{url}'\n\
         allow_networks = ['127.0.0.1/32']\n[[brand]]\nslug = 'all'\ntitle = 'All'\nsources = ['one']\n"
    );
    folder.write("feeds.toml", &text);
    let mut command = Command::new(PRESSROLL);
    command.args(["fetch", "--json"]).current_dir(folder.path());
    command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").envs(variables.iter().copied());
    let output = tokio::task::block_in_place(|| command.output().unwrap());
    (output.status.code(), stdout(&output) + &stderr(&output))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_trusts_what_ssl_cert_file_and_ssl_cert_dir_name_and_what_ca_file_adds() {
    let server = Secure::start(Vouched::ByCompany);
    let roots = Folder::new();
    let file = roots.path().join("root.pem");
    std::fs::write(&file, ROOT).unwrap();
    let company = roots.path().join("company.pem");
    std::fs::write(&company, COMPANY).unwrap();
    // Folders are searched for names as OpenSSL's rehash gives them.
    let folder = roots.path().join("hashed");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("0a1b2c3d.0"), COMPANY).unwrap();
    let [file, company, folder] = [&file, &company, &folder].map(|it| it.to_str().unwrap());
    let cases = [
        ("", vec![("SSL_CERT_FILE", file)], false),
        ("ca_file = 'company.pem'", vec![("SSL_CERT_FILE", file)], true),
        ("", vec![("SSL_CERT_FILE", company)], true),
        ("", vec![("SSL_CERT_DIR", folder)], true),
        ("", vec![("SSL_CERT_FILE", file), ("SSL_CERT_DIR", folder)], true),
        ("ca_file = 'company.pem'", vec![("SSL_CERT_FILE", "/nowhere.pem")], true),
    ];
    for (lines, variables, is_trusted) in cases {
        let before = server.requests();
        let (code, said) = fetch_with(&server.url(), lines, &variables);
        assert_eq!(code, Some(if is_trusted { 0 } else { 3 }), "{lines} {variables:?}: {said}");
        assert_eq!(server.requests() - before, usize::from(is_trusted), "{lines} {variables:?}: {said}");
        assert!(is_trusted || said.contains("`[fetch] ca_file`"), "{said}");
    }
    let (code, said) = fetch_with(&server.url(), "", &[("SSL_CERT_FILE", "/nowhere.pem")]);
    assert_eq!(code, Some(3));
    assert!(
        said.contains("this machine has no root certificates") && said.contains("SSL_CERT_FILE"),
        "{said}"
    );
    let (code, said) = fetch_with(&server.url(), "ca_file = 'other.pem'", &[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("feeds.toml:5:11") && said.contains("other.pem"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_uses_a_proxy_that_its_file_names_and_none_that_only_the_environment_does() {
    let (relay, near) = (Publisher::start().await, Publisher::start().await);
    near.serve("/rss", Script::document(RSS, FEED));
    let mut address = relay.url("");
    address.set_username("ann").unwrap();
    address.set_password(Some("s3cret")).unwrap();
    let all = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    let mut variables: Vec<(&str, &str)> = all.iter().map(|it| (*it, address.as_str())).collect();
    variables.push(("PRESSROLL_LOG", "trace"));
    let url = near.url("/rss");
    let (code, said) = fetch_with(url.as_str(), "", &variables);
    assert_eq!((code, near.requests().len(), relay.connections()), (Some(0), 1, 0), "{said}");
    relay.serve(url.as_str(), Script::document(RSS, FEED));
    let (code, said) = fetch_with(url.as_str(), "proxy = 'env:HTTPS_PROXY'", &variables);
    assert_eq!((code, near.requests().len(), relay.requests().len()), (Some(0), 1, 1), "{said}");
    assert!(!said.contains("s3cret") && !said.contains("YW5uOnMzY3JldA"), "{said}");
    assert!(relay.requests()[0].header("proxy-authorization").is_some());
    let around = "proxy = 'env:HTTPS_PROXY'\nno_proxy = ['127.0.0.0/8']";
    let (code, said) = fetch_with(url.as_str(), around, &variables);
    assert_eq!((code, near.requests().len(), relay.requests().len()), (Some(0), 2, 1), "{said}");
    // Variables that would name hosts to leave out are not read either.
    variables.push(("NO_PROXY", "*"));
    let (code, said) = fetch_with(url.as_str(), "proxy = 'env:HTTPS_PROXY'", &variables);
    assert_eq!((code, near.requests().len(), relay.requests().len()), (Some(0), 2, 2), "{said}");
}
