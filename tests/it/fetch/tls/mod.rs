//! A publisher that speaks TLS, with certificates made for these tests: `root.pem` vouches for `server.pem`, and
//! `company.pem` for `signed-anew.pem`, as the root of a company does whose proxy reads what passes through it. Both
//! servers are called `feeds.example.com` and 127.0.0.1. The keys of the roots were thrown away. A third one has the
//! certificate of the benches, which is for every host below `bench.example`.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustls::{
    HandshakeKind, ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

pub(super) const ROOT: &[u8] = include_bytes!("root.pem");
pub(super) const COMPANY: &[u8] = include_bytes!("company.pem");

pub(super) const ROOT_OF_MANY: &[u8] = include_bytes!("../../../../benches/poll/tls/root.pem");

const SERVER: (&[u8], &[u8]) = (include_bytes!("server.pem"), include_bytes!("server.key"));
const OF_MANY: (&[u8], &[u8]) = (
    include_bytes!("../../../../benches/poll/tls/server.pem"),
    include_bytes!("../../../../benches/poll/tls/server.key"),
);
const SIGNED_ANEW: (&[u8], &[u8]) = (include_bytes!("signed-anew.pem"), include_bytes!("signed-anew.key"));

/// Longest head of a request that is read.
const HEAD_BYTES_MAX: usize = 16 << 10;

/// Who vouches for a server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Vouched {
    ByRoot,
    ByCompany,
    ForMany,
}

/// What an accepted connection does; it ends when this ends.
type Manner = fn(&mut Stream, &Counts) -> std::io::Result<()>;
type Stream = StreamOwned<ServerConnection, TcpStream>;

#[derive(Default)]
pub(super) struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
    resumed: AtomicUsize,
}

/// The server. Its threads end with their connections.
pub(super) struct Secure {
    pub(super) address: SocketAddr,
    counts: Arc<Counts>,
}

impl Secure {
    /// Answers every request with `FEED`, one a connection, in HTTP/1.1.
    pub(super) fn start(vouched: Vouched) -> Self {
        Self::serve(vouched, b"http/1.1", plainly)
    }

    /// Answers every request with `FEED`, in HTTP/2.
    pub(super) fn start_http2() -> Self {
        Self::serve(Vouched::ByRoot, b"h2", |stream, counts| in_frames(stream, counts, &[]))
    }

    /// The same with a field of 70,000 bytes in each head.
    pub(super) fn start_http2_with_a_large_head() -> Self {
        Self::serve(Vouched::ByRoot, b"h2", |stream, counts| in_frames(stream, counts, &field(70_000)))
    }

    /// The same with a field of a million bytes in each head.
    pub(super) fn start_http2_with_a_huge_head() -> Self {
        Self::serve(Vouched::ByRoot, b"h2", |stream, counts| in_frames(stream, counts, &field(1_000_000)))
    }

    fn serve(vouched: Vouched, protocol: &[u8], manner: Manner) -> Self {
        let (chain, key) = match vouched {
            Vouched::ByRoot => SERVER,
            Vouched::ByCompany => SIGNED_ANEW,
            Vouched::ForMany => OF_MANY,
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                CertificateDer::pem_slice_iter(chain).map(Result::unwrap).collect(),
                PrivateKeyDer::from_pem_slice(key).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = vec![protocol.to_vec()];
        let (config, counts) = (Arc::new(config), Arc::<Counts>::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = counts.clone();
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (config, counts) = (config.clone(), shared.clone());
                std::thread::spawn(move || {
                    let connection = ServerConnection::new(config).unwrap();
                    let mut stream = StreamOwned::new(connection, stream);
                    // A client that trusts nobody here hangs up: that is its test's matter.
                    let _ended = manner(&mut stream, &counts);
                    if stream.conn.handshake_kind() == Some(HandshakeKind::Resumed) {
                        counts.resumed.fetch_add(1, Ordering::SeqCst);
                    }
                    stream.conn.send_close_notify();
                    let _gone = stream.flush();
                });
            }
        });
        Self { address, counts }
    }

    /// `https://127.0.0.1:PORT/rss`.
    pub(super) fn url(&self) -> String {
        format!("https://{}/rss", self.address)
    }

    pub(super) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Connections that took up an earlier session.
    pub(super) fn resumed(&self) -> usize {
        self.counts.resumed.load(Ordering::SeqCst)
    }

    /// Requests that came over a connection that was trusted.
    pub(super) fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }
}

fn plainly(stream: &mut Stream, counts: &Counts) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < HEAD_BYTES_MAX {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    counts.requests.fetch_add(1, Ordering::SeqCst);
    let length = super::FEED.len();
    let head = format!("HTTP/1.1 200 Fine\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(super::FEED.as_bytes())
}

/// A field as HPACK writes it: a literal of its own name (RFC 7541, section 6.2.2), its length in seven bits and, seven bits
/// at a time, what is beyond them.
fn field(length: usize) -> Vec<u8> {
    let mut packed = b"\x00\x01x\x7f".to_vec();
    let mut rest = length - 127;
    while rest > 127 {
        packed.push((rest & 127) as u8 | 128);
        rest >>= 7;
    }
    packed.push(rest as u8);
    packed.extend(vec![b'a'; length]);
    packed
}

/// Just enough of HTTP/2 (RFC 9113) to answer: settings are agreed to, pings answered, and each request that ends with
/// its head gets status 200 from the static table of HPACK and one frame of data.
/// `field` is added to each head.
fn in_frames(stream: &mut Stream, counts: &Counts, field: &[u8]) -> std::io::Result<()> {
    const DATA: u8 = 0;
    const HEADERS: u8 = 1;
    const SETTINGS: u8 = 4;
    const PING: u8 = 6;
    const CONTINUATION: u8 = 9;
    const FRAME_BYTES_MAX: usize = 16 << 10;
    const END_STREAM: u8 = 1;
    const ACKNOWLEDGED: u8 = 1;
    const END_HEADERS: u8 = 4;
    const STATUS_200: &[u8] = &[0x88];
    stream.read_exact(&mut [0; b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".len()])?;
    send(stream, SETTINGS, 0, [0; 4], &[])?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head)?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload)?;
        match kind {
            SETTINGS if flags & ACKNOWLEDGED == 0 => send(stream, SETTINGS, ACKNOWLEDGED, id, &[])?,
            PING if flags & ACKNOWLEDGED == 0 => send(stream, PING, ACKNOWLEDGED, id, &payload)?,
            HEADERS => {
                counts.requests.fetch_add(1, Ordering::SeqCst);
                send(stream, HEADERS, if field.is_empty() { END_HEADERS } else { 0 }, id, STATUS_200)?;
                let mut pieces = field.chunks(FRAME_BYTES_MAX).peekable();
                while let Some(piece) = pieces.next() {
                    let flags = if pieces.peek().is_none() { END_HEADERS } else { 0 };
                    send(stream, CONTINUATION, flags, id, piece)?;
                }
                send(stream, DATA, END_STREAM, id, super::FEED.as_bytes())?;
            }
            _ => {}
        }
    }
}

fn send(stream: &mut Stream, kind: u8, flags: u8, id: [u8; 4], payload: &[u8]) -> std::io::Result<()> {
    let [_, a, b, c] = (payload.len() as u32).to_be_bytes();
    stream.write_all(&[&[a, b, c, kind, flags], &id[..], payload].concat())?;
    stream.flush()
}
