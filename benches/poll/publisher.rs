//! The publisher: a process of its own, so that what it costs is not counted. Lines on its standard input steer it, and
//! it ends when that ends.

use std::{
    io::{BufRead, BufReader, Write},
    net::Ipv4Addr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
};
use tokio_util::task::TaskTracker;

use crate::{CHANGED_ONE_IN, HOSTS, world};

/// The argument that makes a process the publisher.
pub const ARGUMENT: &str = "publisher";
/// Entries of a document.
const ENTRIES: usize = 10;
/// Longest head of a request, bytes.
const HEAD_BYTES_MAX: usize = 8_192;

/// The publisher, as its parent sees it.
pub struct Publisher {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Publisher {
    /// Starts one with so many sources.
    pub fn start(sources: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([ARGUMENT, &sources.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().context("no way to the publisher")?;
        let answers = BufReader::new(child.stdout.take().context("no way back from the publisher")?);
        let mut publisher = Self { child, orders, answers, port: 0 };
        publisher.port = publisher.answer()?;
        Ok(publisher)
    }

    /// Where source number `at` is.
    pub fn address(&self, at: usize) -> String {
        format!("http://127.0.1.{}:{}/{at}.xml", at % HOSTS + 1, self.port)
    }

    /// Publishes one more entry in one of [`CHANGED_ONE_IN`] sources.
    pub fn change(&mut self, which: usize) -> Result<()> {
        writeln!(self.orders, "{which}")?;
        self.answer::<usize>().map(drop)
    }

    /// How many connections were ever made to it.
    pub fn connections(&mut self) -> Result<usize> {
        writeln!(self.orders)?;
        self.answer()
    }

    fn answer<T: std::str::FromStr>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.trim().parse().ok().context("the publisher has ended")
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            println!("cannot end the publisher: {error}");
        }
    }
}

/// What connections share.
struct Shared {
    /// How many entries each source has published beyond its first ones.
    versions: Vec<AtomicU32>,
    connections: AtomicUsize,
}

/// Is the publisher, until standard input ends.
pub fn serve(sources: usize) -> Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))?;
    println!("{}", listener.local_addr()?.port());
    let versions = (0..sources).map(|_| AtomicU32::default()).collect();
    let shared = Arc::new(Shared { versions, connections: AtomicUsize::default() });
    let tasks = TaskTracker::new();
    tasks.spawn_on(accept(listener, Arc::clone(&shared), tasks.clone()), runtime.handle());
    for line in std::io::stdin().lines() {
        if let Ok(which) = line?.parse::<usize>() {
            let changed = shared.versions.iter().skip(which).step_by(CHANGED_ONE_IN);
            for version in changed {
                version.fetch_add(1, Ordering::Relaxed);
            }
        }
        println!("{}", shared.connections.load(Ordering::Relaxed));
    }
    Ok(())
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tasks: TaskTracker) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::clone(&shared);
        tasks.spawn(async move {
            // Whoever asked has hung up.
            converse(stream, &shared).await.ok();
        });
    }
}

/// Answers one request after the other.
async fn converse(mut stream: TcpStream, shared: &Shared) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut head = Vec::new();
    loop {
        let end = head.windows(4).position(|it| it == b"\r\n\r\n");
        let Some(end) = end else {
            if stream.read_buf(&mut head).await? == 0 || head.len() > HEAD_BYTES_MAX {
                return Ok(());
            }
            continue;
        };
        let request = String::from_utf8(head.drain(..end + 4).collect())?;
        stream.write_all(&answer(&request, shared)?).await?;
    }
}

fn answer(request: &str, shared: &Shared) -> Result<Vec<u8>> {
    let path = request.split(' ').nth(1).context("no request")?;
    let at: usize = path.trim_matches('/').trim_end_matches(".xml").parse()?;
    let version = shared.versions.get(at).context("no such source")?.load(Ordering::Relaxed);
    let tag = format!("\"{at}-{version}\"");
    let mut fields = request.lines().filter_map(|it| it.split_once(": "));
    let known = fields.find(|(name, _)| name.eq_ignore_ascii_case("if-none-match"));
    let about = format!("ETag: {tag}\r\nCache-Control: max-age=300\r\nServer: bench\r\n");
    if known.is_some_and(|(_, value)| value == tag) {
        return Ok(format!("HTTP/1.1 304 Not Modified\r\n{about}\r\n").into_bytes());
    }
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(document(at, version as usize)?.as_bytes())?;
    let body = packer.finish()?;
    let length = body.len();
    let kind = "Content-Type: application/rss+xml; charset=utf-8\r\nContent-Encoding: gzip\r\n";
    let mut answer = format!("HTTP/1.1 200 OK\r\n{about}{kind}Content-Length: {length}\r\n\r\n").into_bytes();
    answer.extend(body);
    Ok(answer)
}

/// The document of source number `at`, the newest entry first.
fn document(at: usize, version: usize) -> Result<String> {
    let mut out = format!(
        "<rss version=\"2.0\"><channel><title>Company {at}</title><link>https://company-{at}.example/</link>\n"
    );
    for number in (version..version + ENTRIES).rev() {
        let draft = world::story(at, number, 10).draft();
        let stated_ms = draft.published.map_or(world::NOW_MS, |it| it.instant_ms);
        let date = jiff::fmt::rfc2822::to_string(
            &Timestamp::from_millisecond(stated_ms)?.to_zoned(jiff::tz::TimeZone::UTC),
        )?;
        let text = draft.content.map(|it| it.0).unwrap_or_default();
        out.push_str(&format!(
            "<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">{}</guid><pubDate>{date}</pubDate>\
             <description><![CDATA[{text}]]></description></item>\n",
            draft.title.unwrap_or_default(),
            draft.link.unwrap_or_default(),
            draft.identity.guid.unwrap_or_default(),
        ));
    }
    out.push_str("</channel></rss>\n");
    Ok(out)
}
