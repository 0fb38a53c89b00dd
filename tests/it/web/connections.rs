//! Connections: how many, how long, and how they end.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Router, routing::get};
use pressroll::web::serve::{self, Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::site;
use crate::support::{Folder, PRESSROLL, eventually};

/// Longest wait for what must come.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than all buffers between two sockets hold.
const ENDLESS_BYTES: usize = 64 * 1024 * 1024;

/// Open files of a process that has enough of them, and connections that are more than it takes.
const FILES: usize = 80;
const FLOOD: usize = 60;

/// A site that opens no connection of its own.
const NARROW: &str = "version = 1\n[[source]]\nid = \"acme\"\nurl = \"https://acme.example/rss\"\nenabled = false\n\
    [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n";

const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// A front door of its own over a small and an endless answer.
struct Door {
    address: SocketAddr,
    shutdown: CancellationToken,
    serving: JoinSet<()>,
}

impl Door {
    async fn open(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/endless", get(|| async { vec![b'x'; ENDLESS_BYTES] }));
        let shutdown = CancellationToken::new();
        let mut serving = JoinSet::new();
        serving.spawn(serve::run(listener, router, limits, shutdown.clone()));
        Self { address, shutdown, serving }
    }

    async fn say(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    async fn close(mut self) {
        self.shutdown.cancel();
        timeout(PATIENCE, self.serving.join_next()).await.unwrap();
    }
}

/// Everything until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn half_a_head_and_silence_are_closed_after_their_time() {
    let door = Door::open(Limits { head_ms_max: 50, ..Limits::of_this_process() }).await;
    for bytes in [&b""[..], b"GET / HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
        let answer = rest(&mut door.say(bytes).await).await;
        assert_eq!(answer.contains("here"), bytes.ends_with(b"\r\n\r\n"), "{answer}");
    }
    door.close().await;
}

#[cfg(feature = "suite-slow")]
#[tokio::test]
async fn half_a_head_is_closed_after_ten_seconds() {
    let (_publisher, site) = site("", "").await;
    site.ready().await;
    let mut half = TcpStream::connect(site.base.trim_start_matches("http://")).await.unwrap();
    half.write_all(b"GET /livez HTTP/1.1\r\nHo").await.unwrap();
    let began = std::time::Instant::now();
    assert!(!rest(&mut half).await.contains("alive"));
    let waited = began.elapsed();
    assert!(waited > Duration::from_secs(8) && waited < Duration::from_secs(20), "{waited:?}");
}

#[tokio::test]
async fn whoever_is_one_too_many_waits_until_a_place_is_free() {
    let door = Door::open(Limits { connections_max: 1, ..Limits::of_this_process() }).await;
    let mut first = door.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(PATIENCE, first.read_u8()).await.unwrap().unwrap();
    let mut second = door.say(LAST_REQUEST).await;
    let early = timeout(Duration::from_millis(100), second.read_u8()).await;
    assert!(early.is_err(), "answered though all places are taken");
    drop(first);
    assert!(rest(&mut second).await.ends_with("here"));
    door.close().await;
}

#[tokio::test]
async fn a_reader_who_reads_nothing_gives_the_place_back() {
    let limits =
        Limits { connections_max: 1, life_ms_max: 50, drain_ms_max: 50, ..Limits::of_this_process() };
    let door = Door::open(limits).await;
    let stuck = door.say(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await;
    stuck.readable().await.unwrap();
    let mut second = door.say(LAST_REQUEST).await;
    assert!(rest(&mut second).await.ends_with("here"));
    drop(stuck);
    door.close().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let door = Door::open(Limits::of_this_process()).await;
    for (bytes, status) in [(4 * 1024, "HTTP/1.1 200"), (20 * 1024, "HTTP/1.1 431")] {
        let request =
            format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: {}\r\n\r\n", "x".repeat(bytes));
        let mut stream = door.say(request.as_bytes()).await;
        let mut answer = [0; 12];
        timeout(PATIENCE, stream.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), status);
    }
    door.close().await;
}

#[tokio::test]
async fn a_termination_ends_well_while_a_reader_holds_a_connection() {
    let (_publisher, mut site) = site("", "").await;
    site.ready().await;
    let address = site.base.trim_start_matches("http://").to_owned();
    let idle = tokio::net::TcpStream::connect(address).await.unwrap();
    assert_eq!(site.terminate(), Some(0));
    drop(idle);
}

/// Whether the process at the first port has read all that came from the second, as the system's table says.
fn is_read((to, from): (u16, u16)) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let port = |address: &str| u16::from_str_radix(address.rsplit(':').next().unwrap(), 16).unwrap();
    table.lines().skip(1).any(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        (port(cells[1]), port(cells[2])) == (to, from) && cells[4].ends_with(":00000000")
    })
}

#[tokio::test]
async fn an_answer_under_way_is_finished_when_the_house_closes() {
    let door = Door::open(Limits::of_this_process()).await;
    let mut reader = door.say(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n").await;
    reader.readable().await.unwrap();
    door.shutdown.cancel();
    assert!(rest(&mut reader).await.len() > ENDLESS_BYTES);
    door.close().await;
}

#[tokio::test]
async fn a_reader_under_a_termination_gets_the_answer() {
    let (_publisher, mut site) = site("", "").await;
    site.text_with("/brands/acme/feed.rss", &["Acme opens a plant"]).await;
    let address = site.base.trim_start_matches("http://").to_owned();
    let mut reader = std::net::TcpStream::connect(&address).unwrap();
    reader.set_read_timeout(Some(PATIENCE)).unwrap();
    reader.write_all(b"GET /brands/acme/feed.rss HTTP/1.1\r\nHo").unwrap();
    let ports = (reader.peer_addr().unwrap().port(), reader.local_addr().unwrap().port());
    eventually("half a head to be read", || async { is_read(ports).then_some(()) }).await;
    let reading = std::thread::spawn(move || {
        // The port closes when stopping has begun.
        while std::net::TcpStream::connect(&address).is_ok() {
            std::thread::yield_now();
        }
        reader.write_all(b"st: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        reader.read_to_string(&mut answer).unwrap();
        answer
    });
    assert_eq!(site.terminate(), Some(0));
    let answer = reading.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("</rss>\n") || answer.ends_with("</rss>"), "{answer}");
}

/// The binary with a limit of open files, and what it says after its first line.
struct Narrow {
    child: Child,
    address: SocketAddr,
    _folder: Folder,
}

impl Narrow {
    fn start(files_max: usize) -> Self {
        let folder = Folder::new();
        folder.write("feeds.toml", NARROW);
        let mut child = Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -n {files_max}; exec {PRESSROLL} serve --listen 127.0.0.1:0"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut messages = BufReader::new(child.stderr.take().unwrap());
        let mut first = String::new();
        messages.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on http://").unwrap().parse().unwrap();
        // The rest is read away, so that the process never waits for a full pipe.
        std::thread::spawn(move || std::io::copy(&mut messages, &mut std::io::sink()));
        Self { child, address, _folder: folder }
    }

    fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    async fn flood(&self) -> Vec<TcpStream> {
        let mut flood = Vec::new();
        for _ in 0..FLOOD {
            flood.push(TcpStream::connect(self.address).await.unwrap());
        }
        flood
    }

    async fn is_ready(&self) {
        eventually("an answer", || async {
            let mut reader = TcpStream::connect(self.address).await.unwrap();
            let request = b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            reader.write_all(request).await.unwrap();
            rest(&mut reader).await.ends_with("ready\n").then_some(())
        })
        .await;
    }
}

impl Drop for Narrow {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn a_flood_of_connections_leaves_files_for_the_rest() {
    let site = Narrow::start(FILES);
    site.is_ready().await;
    let alone = site.open_files();
    let flood = site.flood().await;
    // The reader who asked last may have been counted before the connection was closed.
    let taken = alone + FILES / 2 - 1;
    eventually("all places taken", || async { (site.open_files() >= taken).then_some(()) }).await;
    assert!(site.open_files() <= alone + FILES / 2, "half of the files are readers'");
    drop(flood);
    site.is_ready().await;
}

#[tokio::test]
async fn serving_goes_on_after_the_system_had_no_more_files() {
    let alone = {
        let site = Narrow::start(FILES);
        site.is_ready().await;
        site.open_files()
    };
    let files_max = alone + 4;
    let site = Narrow::start(files_max);
    site.is_ready().await;
    let flood = site.flood().await;
    eventually("all files taken", || async { (site.open_files() >= files_max).then_some(()) }).await;
    drop(flood);
    site.is_ready().await;
}
