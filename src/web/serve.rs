//! The front door: takes connections, bounds how many there are and how long each may hold its place, and lets readers
//! finish when the house closes.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, warn};

/// Most connections that are ever held at a time.
const CONNECTIONS_MAX: usize = 10_000;
/// The same where the system does not say how many files may be open.
const CONNECTIONS_UNTOLD: usize = 512;
/// Where Linux says how many files may be open.
const SYSTEM_LIMITS: &str = "/proc/self/limits";

/// How much readers may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; whoever comes later waits in the system's queue.
    pub connections_max: usize,
    /// How long the head of a request may take to come, and a connection may rest between two, milliseconds.
    pub head_ms_max: u64,
    /// Bytes of a request's head; not less than 8,192.
    pub head_bytes_max: usize,
    /// How long a connection lives, milliseconds: who reads nothing of an answer gives the place back in the end.
    pub life_ms_max: u64,
    /// How long an answer under way may still take when a life or the house ends, milliseconds.
    pub drain_ms_max: u64,
    /// The rest after the system refused to hand out a connection, milliseconds.
    pub refused_ms: u64,
}

impl Limits {
    /// The usual ones. Readers get half of the files that may be open: the store and publishers need theirs.
    pub fn of_this_process() -> Self {
        let system = std::fs::read_to_string(SYSTEM_LIMITS).unwrap_or_default();
        let connections = files_max(&system).map_or(CONNECTIONS_UNTOLD, |it| it / 2);
        Self {
            connections_max: connections.clamp(1, CONNECTIONS_MAX),
            head_ms_max: 10_000,
            head_bytes_max: 16 * 1024,
            life_ms_max: 300_000,
            drain_ms_max: 8_000,
            refused_ms: 100,
        }
    }
}

/// The soft limit of open files, out of the system's table.
fn files_max(system: &str) -> Option<usize> {
    let mut lines = system.lines();
    lines.find_map(|it| it.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok())
}

/// Serves `router` until `shutdown`; then no connection is taken any more, and answers under way are finished within
/// [`Limits::drain_ms_max`].
pub async fn run(listener: TcpListener, router: Router, limits: Limits, shutdown: CancellationToken) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let connections = TaskTracker::new();
    let mut is_refused = false;
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = shutdown.cancelled() => break,
            next = next => next,
        };
        match accepted {
            Ok((stream, _)) => {
                is_refused = false;
                let attended = attend(stream, router.clone(), limits, shutdown.clone());
                connections.spawn(async move {
                    let _until_the_end = place;
                    attended.await;
                });
            }
            Err(error) if is_of_the_reader(&error) => {}
            Err(error) => {
                // Said once in a row, not ten times a second.
                if !is_refused {
                    warn!(%error, "no connection could be taken: {error}");
                }
                is_refused = true;
                sleep(Duration::from_millis(limits.refused_ms)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Whether a reader left before being let in; anything else, such as too many open files, is a trouble of ours.
fn is_of_the_reader(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One connection, from its first request to its last.
async fn attend(stream: TcpStream, router: Router, limits: Limits, shutdown: CancellationToken) {
    // Answers are written whole: waiting for more to send would only delay them. A socket that refuses is served as it is.
    let _as_it_is = stream.set_nodelay(true);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.head_ms_max))
        .max_buf_size(limits.head_bytes_max);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        // First: a reader whose request comes when the house closes is told that the connection ends with the answer.
        biased;
        () = shutdown.cancelled() => None,
        ended = connection.as_mut() => Some(ended),
        () = sleep(Duration::from_millis(limits.life_ms_max)) => None,
    };
    let ended = match ended {
        Some(ended) => Ok(ended),
        None => {
            connection.as_mut().graceful_shutdown();
            timeout(Duration::from_millis(limits.drain_ms_max), connection).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!(%error, "a connection ended early: {error}"),
        Err(_) => debug!("a connection was closed before its answer was read"),
    }
}
