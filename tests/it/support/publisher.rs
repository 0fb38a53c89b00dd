//! A scripted publisher on a loopback port: what a test says, it answers, and it remembers what it was asked.
//!
//! ```ignore
//! let publisher = Publisher::start().await;
//! publisher.serve("/feed.xml", Script::document("application/rss+xml", body).etag("\"v1\""));
//! let url = publisher.url("/feed.xml");           // http://127.0.0.1:PORT/feed.xml
//! …                                                // the code under test asks
//! assert_eq!(publisher.requests()[0].header("if-none-match"), None);
//! ```
//!
//! - A path may be served anew at any time; a path that is not served answers 404.
//! - A script with [`Script::etag`] or [`Script::last_modified`] answers 304 by itself when the request's
//!   `If-None-Match` holds the tag (or, without tags, `If-Modified-Since` is the very same text).
//! - [`Script::in_turn`] answers the first request with the first script and so on; the last one stays.
//! - Connections are kept alive; [`Publisher::connections`] counts them, requests or not.
//! - It stops when it is dropped, in mid-answer if need be. It speaks plain HTTP/1.1.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "it serves tests: what goes wrong here is the test's failure"
)]

use std::{
    collections::HashMap,
    io::Write as _,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use url::Url;

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Names in lower case, values byte for byte, in order.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// The body, if `Content-Length` announced one.
    pub(crate) body: Vec<u8>,
    /// When it had come.
    #[cfg(feature = "suite-postgres")]
    pub(crate) at: std::time::Instant,
}

impl Request {
    /// The first field of this name as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.header_bytes(name).map(|it| String::from_utf8_lossy(it).into_owned())
    }

    /// The first field of this name as bytes.
    pub(crate) fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }
}

/// How a body goes out.
#[derive(Clone, Debug)]
enum Manner {
    /// With its `Content-Length`.
    Whole,
    /// One byte at each interval, after a `Content-Length`.
    Drip(Duration),
    /// Only this many bytes of what `Content-Length` announces; then the connection ends.
    Cut(usize),
    /// Chunked, the body over and over again, without end.
    Endless,
    /// The body is the whole answer, head included; then the connection ends.
    Raw,
    /// Nothing at all, ever.
    Silent,
}

/// What one path answers.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    manner: Manner,
    etag: Option<String>,
    last_modified: Option<String>,
    next: Vec<Script>,
}

impl Script {
    /// Status 200 with a body.
    pub(crate) fn document(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::plain(200, body.into(), Manner::Whole).header("Content-Type", content_type)
    }

    /// A status with a short body.
    pub(crate) fn status(code: u16) -> Self {
        Self::plain(code, format!("status {code}").into_bytes(), Manner::Whole)
    }

    /// A status and a body, without any header field but the length.
    pub(crate) fn bare(code: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::plain(code, body.into(), Manner::Whole)
    }

    /// A redirect: 301, 302, 303, 307 or 308. `to` may be relative.
    pub(crate) fn redirect(code: u16, to: &str) -> Self {
        Self::status(code).header("Location", to)
    }

    /// A body that comes one byte at each interval.
    pub(crate) fn drip(body: impl Into<Vec<u8>>, interval: Duration) -> Self {
        Self::plain(200, body.into(), Manner::Drip(interval))
    }

    /// A body of which only the first `sent` bytes come, though all were announced.
    pub(crate) fn cut(body: impl Into<Vec<u8>>, sent: usize) -> Self {
        Self::plain(200, body.into(), Manner::Cut(sent))
    }

    /// A body that repeats `piece` without end.
    pub(crate) fn endless(piece: impl Into<Vec<u8>>) -> Self {
        Self::plain(200, piece.into(), Manner::Endless)
    }

    /// A gzip body that unpacks to `size` zero bytes.
    pub(crate) fn gzip_bomb(size: usize) -> Self {
        let body = gzip(&vec![0; size]);
        Self::plain(200, body, Manner::Whole).header("Content-Encoding", "gzip")
    }

    /// Exactly these bytes, head included; then the connection ends.
    pub(crate) fn raw(answer: impl Into<Vec<u8>>) -> Self {
        Self::plain(0, answer.into(), Manner::Raw)
    }

    /// No answer, with the connection held open.
    pub(crate) fn silent() -> Self {
        Self::plain(0, Vec::new(), Manner::Silent)
    }

    /// One script for each request; the last one stays.
    pub(crate) fn in_turn(scripts: impl IntoIterator<Item = Script>) -> Self {
        let mut scripts = scripts.into_iter();
        let mut first = scripts.next().expect("a script to begin with");
        first.next = scripts.collect();
        first
    }

    /// Adds a header field.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Sends `ETag` and honours `If-None-Match`. With quotes, as on the wire.
    pub(crate) fn etag(mut self, tag: &str) -> Self {
        self.etag = Some(tag.to_owned());
        self
    }

    /// Sends `Last-Modified` and honours `If-Modified-Since`.
    pub(crate) fn last_modified(mut self, date: &str) -> Self {
        self.last_modified = Some(date.to_owned());
        self
    }

    /// Compresses the body and says so.
    pub(crate) fn gzipped(mut self) -> Self {
        self.body = gzip(&self.body);
        self.header("Content-Encoding", "gzip")
    }

    fn plain(status: u16, body: Vec<u8>, manner: Manner) -> Self {
        let (headers, next) = (Vec::new(), Vec::new());
        Self { status, headers, body, manner, etag: None, last_modified: None, next }
    }

    /// Whether the request holds what this script would send.
    fn is_known_to(&self, request: &Request) -> bool {
        match request.header("if-none-match") {
            Some(tags) => self.etag.as_ref().is_some_and(|it| tags.split(',').any(|tag| tag.trim() == it)),
            None => self.last_modified.is_some() && request.header("if-modified-since") == self.last_modified,
        }
    }

    /// The head, with validators and the length of the body where the manner has one.
    fn head(&self, status: u16) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status} {}\r\n", if status < 400 { "Fine" } else { "Not fine" });
        let mut field = |name: &str, value: &str| head.push_str(&format!("{name}: {value}\r\n"));
        self.etag.iter().for_each(|it| field("ETag", it));
        self.last_modified.iter().for_each(|it| field("Last-Modified", it));
        match self.manner {
            _ if status == 304 => {}
            Manner::Endless => field("Transfer-Encoding", "chunked"),
            _ => field("Content-Length", &self.body.len().to_string()),
        }
        let mut head = head.into_bytes();
        for (name, value) in &self.headers {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        head.extend(b"\r\n");
        head
    }
}

/// `bytes` as gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("memory takes bytes");
    packed.finish().expect("memory takes bytes")
}

/// The publisher. Dropping it stops it.
pub(crate) struct Publisher {
    address: SocketAddr,
    shared: Arc<Shared>,
    _running: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<String, Script>>,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
}

impl Publisher {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0").await
    }

    /// Listens on an address of the caller's choice, such as `127.0.0.2:0` for another host.
    pub(crate) async fn start_at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.expect("a loopback port");
        let address = listener.local_addr().expect("an address of its own");
        let shared = Arc::new(Shared::default());
        let mut running = JoinSet::new();
        running.spawn(accept(listener, shared.clone()));
        Self { address, shared, _running: running }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path, which begins with `/`.
    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("an address")
    }

    /// Answers `path` (with its query, if it has one) by this script from now on.
    pub(crate) fn serve(&self, path: &str, script: Script) {
        self.shared.scripts.lock().unwrap().insert(path.to_owned(), script);
    }

    /// Every request so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The requests for one path, in order.
    pub(crate) fn requests_for(&self, path: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|it| it.path == path).collect()
    }

    /// How many connections were ever made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Notes the request, and takes the script whose turn it is.
    fn turn(&self, request: &Request) -> Script {
        self.requests.lock().unwrap().push(request.clone());
        let mut scripts = self.scripts.lock().unwrap();
        let Some(script) = scripts.get_mut(&request.path) else { return Script::status(404) };
        let mut now = script.clone();
        if !now.next.is_empty() {
            let later = now.next.split_off(1);
            *script = now.next.remove(0);
            script.next = later;
        }
        now
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        connections.spawn(async move {
            // A client that goes away ends its connection; that is no matter of the publisher's.
            let _ = converse(stream, &shared).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Answers request after request until one side has had enough.
async fn converse(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    // Head and body go out at once: without this, each answer would wait 40 ms for an acknowledgement.
    stream.set_nodelay(true)?;
    let mut heard = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = heard.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut heard).await? == 0 {
                return Ok(());
            }
        };
        let head: Vec<u8> = heard.drain(..end).collect();
        let mut request = parse(&head);
        let length = request.header("content-length").map_or(0, |it| it.parse().unwrap());
        while heard.len() < length {
            if stream.read_buf(&mut heard).await? == 0 {
                return Ok(());
            }
        }
        request.body = heard.drain(..length).collect();
        let script = shared.turn(&request);
        if !answer(&mut stream, &script, &request).await? {
            return Ok(());
        }
    }
}

/// Sends one answer; says whether the connection can serve another.
async fn answer(stream: &mut TcpStream, script: &Script, request: &Request) -> std::io::Result<bool> {
    if script.status == 200 && script.is_known_to(request) {
        stream.write_all(&script.head(304)).await?;
        return Ok(true);
    }
    match script.manner {
        Manner::Silent => std::future::pending().await,
        Manner::Raw => {
            stream.write_all(&script.body).await?;
            return Ok(false);
        }
        _ => stream.write_all(&script.head(script.status)).await?,
    }
    match script.manner {
        Manner::Drip(interval) => {
            for byte in &script.body {
                stream.write_all(&[*byte]).await?;
                tokio::time::sleep(interval).await;
            }
        }
        Manner::Cut(sent) => {
            stream.write_all(&script.body[..sent]).await?;
            return Ok(false);
        }
        Manner::Endless => loop {
            let chunk = [format!("{:x}\r\n", script.body.len()).as_bytes(), &script.body, b"\r\n"].concat();
            stream.write_all(&chunk).await?;
        },
        _ if request.method == "HEAD" => {}
        _ => stream.write_all(&script.body).await?,
    }
    Ok(true)
}

/// Reads a request's head.
fn parse(head: &[u8]) -> Request {
    let mut lines = head.split(|it| *it == b'\n').map(|it| it.strip_suffix(b"\r").unwrap_or(it));
    let first = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers = lines.filter_map(|line| {
        let colon = line.iter().position(|it| *it == b':')?;
        let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
        Some((name, line[colon + 1..].trim_ascii().to_vec()))
    });
    Request {
        method,
        path,
        headers: headers.collect(),
        body: Vec::new(),
        #[cfg(feature = "suite-postgres")]
        at: std::time::Instant::now(),
    }
}
