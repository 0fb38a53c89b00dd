//! The process that is the publisher. Lines on its standard input steer it, and it ends when that ends.

use std::{
    fmt,
    net::Ipv4Addr,
    pin::pin,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use axum::body::Body;
use http::{Request, Response};
use hyper::{
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    HandshakeKind, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    runtime::Builder,
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use crate::{
    CHANGED_ONE_IN, document,
    way::{Protocol, Way},
};

/// The argument that makes a process the publisher.
pub const ARGUMENT: &str = "publisher";
/// The certificate of all hosts, and that of the intermediate authority.
const CHAIN: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");
/// How often it looks whether all connections are closed.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// A line that steers it; it answers each with how many connections were made, and how many of them resumed a session.
#[derive(Clone, Copy)]
pub enum Order {
    /// Publish one more entry in one of [`CHANGED_ONE_IN`] sources.
    Change(usize),
    /// Answer at once.
    Count,
    /// Answer when no connection is open.
    Settle,
}

impl fmt::Display for Order {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(which) => write!(to, "change {which}"),
            Self::Count => to.write_str("count"),
            Self::Settle => to.write_str("settle"),
        }
    }
}

impl FromStr for Order {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> Result<Self> {
        Ok(match line.split_once(' ') {
            Some(("change", which)) => Self::Change(which.parse()?),
            None if line == "count" => Self::Count,
            None if line == "settle" => Self::Settle,
            _ => bail!("“{line}” is no order"),
        })
    }
}

/// What connections share.
struct Shared {
    way: Way,
    tls: Option<TlsAcceptor>,
    /// How many entries each source has published beyond its first ones.
    versions: Vec<AtomicU32>,
    made: AtomicUsize,
    resumed: AtomicUsize,
}

/// Is the publisher, until standard input ends.
pub fn serve(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let way = Way::named(&arguments.next().context("over what?")?)?;
    let sources: usize = arguments.next().and_then(|it| it.parse().ok()).context("how many sources?")?;
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)))?;
    println!("{}", listener.local_addr()?.port());
    let shared = Arc::new(Shared {
        way,
        tls: way.is_secure().then(|| acceptor(way.protocol)).transpose()?,
        versions: (0..sources).map(|_| AtomicU32::default()).collect(),
        made: AtomicUsize::default(),
        resumed: AtomicUsize::default(),
    });
    let (tasks, connections) = (TaskTracker::new(), TaskTracker::new());
    tasks.spawn_on(accept(listener, Arc::clone(&shared), connections.clone()), runtime.handle());
    for line in std::io::stdin().lines() {
        match line?.parse()? {
            Order::Change(which) => {
                for version in shared.versions.iter().skip(which).step_by(CHANGED_ONE_IN) {
                    version.fetch_add(1, Ordering::Relaxed);
                }
            }
            Order::Count => {}
            Order::Settle => {
                while !connections.is_empty() {
                    sleep(LOOK_AGAIN);
                }
            }
        }
        println!("{} {}", shared.made.load(Ordering::Relaxed), shared.resumed.load(Ordering::Relaxed));
    }
    Ok(())
}

/// Sessions are kept by those who ask, in tickets, as where many servers stand behind one name.
fn acceptor(protocol: Protocol) -> Result<TlsAcceptor> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(CHAIN).collect::<Result<_, _>>()?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_slice(KEY)?)?;
    config.ticketer = ring::Ticketer::new()?;
    config.alpn_protocols = vec![if protocol == Protocol::Http2 { b"h2".into() } else { b"http/1.1".into() }];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, connections: TaskTracker) {
    while let Ok((stream, _)) = listener.accept().await {
        shared.made.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            // Whoever asked has hung up.
            receive(stream, &shared).await.ok();
        });
    }
}

/// One connection, from its handshake to its end.
async fn receive(stream: TcpStream, shared: &Arc<Shared>) -> Result<()> {
    stream.set_nodelay(true)?;
    let Some(tls) = &shared.tls else { return converse(stream, shared).await };
    let stream = tls.accept(stream).await?;
    if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
        shared.resumed.fetch_add(1, Ordering::Relaxed);
    }
    converse(stream, shared).await
}

async fn converse<S>(stream: S, shared: &Arc<Shared>) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let asked = Arc::new(Notify::new());
    let service = service_fn(|request| {
        asked.notify_one();
        let shared = Arc::clone(shared);
        async move { answer(&request, &shared) }
    });
    let (stream, is_kept) = (TokioIo::new(stream), shared.way.is_kept);
    if shared.way.protocol != Protocol::Http2 {
        return Ok(http1::Builder::new().keep_alive(is_kept).serve_connection(stream, service).await?);
    }
    let mut connection = pin!(http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service));
    tokio::select! {
        // It says that it closes before it answers, so that nothing more is asked over this connection.
        biased;
        () = asked.notified(), if !is_kept => connection.as_mut().graceful_shutdown(),
        ended = connection.as_mut() => return Ok(ended?),
    }
    Ok(connection.await?)
}

fn answer<B>(request: &Request<B>, shared: &Shared) -> Result<Response<Body>> {
    let at: usize = request.uri().path().trim_matches('/').trim_end_matches(".xml").parse()?;
    let version = shared.versions.get(at).context("no such source")?.load(Ordering::Relaxed);
    let tag = format!("\"{at}-{version}\"");
    let known = request.headers().get("if-none-match");
    let is_known = known.is_some_and(|it| it.as_bytes() == tag.as_bytes());
    let answer = Response::builder()
        .header("etag", tag)
        .header("cache-control", "max-age=300")
        .header("server", "bench");
    if is_known {
        return Ok(answer.status(304).body(Body::empty())?);
    }
    let answer = answer
        .header("content-type", "application/rss+xml; charset=utf-8")
        .header("content-encoding", "gzip");
    Ok(answer.body(document::packed(at, version as usize)?.into())?)
}
