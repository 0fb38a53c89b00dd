//! A line between pressroll and PostgreSQL that can be cut, message by message.
//!
//! ```ignore
//! let cutter = Cutter::start(database.url()).await;
//! Store::open(cutter.url(), …)
//! cutter.set(Line::CutAfter(3));     // three more messages from the client go through, their answers do not
//! cutter.set(Line::Open);            // connections are taken again
//! ```
//!
//! It knows how the client's messages are framed: a length, behind a type byte on all but the first ones. It does not
//! speak TLS.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Requests that come before the first real message, each answered by one byte: for TLS, and for GSS encryption.
const BEFORE_THE_START: [u32; 2] = [80_877_103, 80_877_104];

/// What the line does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Everything goes through.
    Open,
    /// This many messages from clients, at least one, go through; then every connection ends and none is taken.
    CutAfter(usize),
    /// Every connection ends, and none is taken.
    Closed,
    /// Nothing goes through and nothing ends.
    Silent,
}

/// The line. Dropping it cuts it.
pub struct Cutter {
    url: Url,
    shared: Arc<Shared>,
    _running: JoinSet<()>,
}

struct Shared {
    line: watch::Sender<Line>,
    messages: AtomicUsize,
    /// Ends the connections that there are; those that come later get another one.
    end: Mutex<CancellationToken>,
}

impl Cutter {
    /// An open line to the server of this address.
    pub async fn start(target: &str) -> Self {
        let mut url = Url::parse(target).unwrap();
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let shared = Arc::new(Shared {
            line: watch::Sender::new(Line::Open),
            messages: AtomicUsize::default(),
            end: Mutex::default(),
        });
        let mut running = JoinSet::new();
        running.spawn(accept(listener, server, Arc::clone(&shared)));
        Self { url, shared, _running: running }
    }

    /// The target's address, by way of this line.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// From now on the line does this.
    pub fn set(&self, line: Line) {
        self.shared.line.send_replace(line);
        if line == Line::Closed {
            self.shared.end_connections();
        }
    }

    /// Whether the line is closed, by a word or by a cut.
    pub fn is_closed(&self) -> bool {
        *self.shared.line.borrow() == Line::Closed
    }

    /// How many messages have come from clients so far.
    pub fn messages(&self) -> usize {
        self.shared.messages.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Waits until something may go through; nothing is left to wait for on a line that is closed.
    async fn passes(&self) -> io::Result<()> {
        let mut line = self.line.subscribe();
        // The sender lives as long as this does.
        let now = *line.wait_for(|it| *it != Line::Silent).await.unwrap();
        if now == Line::Closed { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    fn end_connections(&self) {
        std::mem::take(&mut *self.end.lock().unwrap()).cancel();
    }

    /// Counts a message that went through: the last one closes the line.
    fn passed(&self) {
        self.messages.fetch_add(1, Ordering::SeqCst);
        let is_last = self.line.send_if_modified(|line| {
            let Line::CutAfter(left) = line else { return false };
            *left -= 1;
            let is_last = *left == 0;
            if is_last {
                *line = Line::Closed;
            }
            is_last
        });
        if is_last {
            self.end_connections();
        }
    }
}

async fn accept(listener: TcpListener, server: String, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        // Here and not in its task: what the line was when a connection was taken decides, however late the task runs.
        if *shared.line.borrow() == Line::Closed {
            continue;
        }
        let (server, shared) = (server.clone(), Arc::clone(&shared));
        let end = shared.end.lock().unwrap().clone();
        connections.spawn(async move {
            tokio::select! {
                // How a connection ends is the matter of those who talk over it.
                _ended = connect(client, &server, &shared) => {}
                () = end.cancelled() => {}
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(client: TcpStream, server: &str, shared: &Shared) -> io::Result<()> {
    shared.passes().await?;
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        ended = questions(from_client, to_server, shared) => ended,
        ended = answers(from_server, to_client, shared) => ended,
    }
}

/// Hands on what the client says, a whole message at a time.
async fn questions(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared) -> io::Result<()> {
    let mut has_started = false;
    loop {
        let mut message = Vec::new();
        if has_started {
            message.push(from.read_u8().await?);
        }
        let length = from.read_u32().await?;
        message.extend(length.to_be_bytes());
        let head = message.len();
        message.resize(head + length.saturating_sub(4) as usize, 0);
        from.read_exact(&mut message[head..]).await?;
        if !has_started {
            let code = message.get(4..8).and_then(|it| it.try_into().ok()).map(u32::from_be_bytes);
            has_started = !code.is_some_and(|it| BEFORE_THE_START.contains(&it));
        }
        shared.passes().await?;
        to.write_all(&message).await?;
        shared.passed();
    }
}

/// Hands on what the server says.
async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, shared: &Shared) -> io::Result<()> {
    let mut bytes = vec![0; 16_384];
    loop {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return Ok(());
        }
        shared.passes().await?;
        to.write_all(&bytes[..count]).await?;
    }
}
