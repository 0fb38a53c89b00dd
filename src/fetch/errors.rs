//! What can go wrong with an outside server: one variant per class, each a sentence for the operator.

use std::{error::Error, io, net::IpAddr, time::Duration};

use rustls::CertificateError;
use url::Url;

use super::guard::{self, Unreachable};

/// Deepest chain of causes that is looked through.
const CAUSES_MAX: usize = 16;

/// Why a source could not be fetched. No text holds a secret: no userinfo, no query, no header value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The client could not be built, or the operator's own header fields cannot be sent.
    #[error("requests cannot be made: {0}")]
    Setup(String),
    /// The address is none that is fetched.
    #[error("{url} is not fetched: {why}")]
    Url {
        /// The address, without secrets.
        url: String,
        /// The reason.
        why: String,
    },
    /// The address is not on the public internet, and the source does not allow it.
    #[error("{host} is refused, because {address} is {what}; {}", remedy(*address, *own))]
    Forbidden {
        /// The host as the URL names it.
        host: String,
        /// The address it is, or resolves to.
        address: IpAddr,
        /// What that address is.
        what: &'static str,
        /// Whether it is the source's own address, which `allow_networks` could allow.
        own: bool,
    },
    /// The file of this machine could not be read.
    #[error("the file {path} could not be read: {why}")]
    File {
        /// Its path.
        path: String,
        /// What the system said.
        why: String,
    },
    /// The name could not be resolved.
    #[error("the name {host} could not be resolved: {why}")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// No connection.
    #[error("{host} could not be connected to: {why}")]
    Connect {
        /// The host.
        host: String,
        /// What the system said.
        why: String,
    },
    /// No secure connection.
    #[error("a secure connection to {host} could not be made: {why}")]
    Tls {
        /// The host.
        host: String,
        /// What TLS said.
        why: String,
    },
    /// The operator's own proxy stands in the way.
    #[error("the proxy {proxy} brought no connection to {host}: {why}")]
    Proxy {
        /// Host and port of the proxy.
        proxy: String,
        /// The host that was to be reached.
        host: String,
        /// What the proxy said, or the system said of it.
        why: String,
    },
    /// No whole answer in time.
    #[error("{host} gave no whole answer within {} s", after.as_secs_f64())]
    Timeout {
        /// The host that was waited for, or the source's own.
        host: String,
        /// The limit that passed.
        after: Duration,
    },
    /// The document began to come, and was not whole in time.
    #[error("{host} sends so slowly that its document was not whole within {} s", after.as_secs_f64())]
    Slow {
        /// The source's own host.
        host: String,
        /// The limit that passed.
        after: Duration,
    },
    /// The body is larger than allowed, counted after decoding.
    #[error("the answer is larger than {limit_bytes} bytes, the most that is read")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// A chain of redirects does not end.
    #[error("more than {limit} redirects in a row: they probably go in a circle")]
    TooManyRedirects {
        /// The limit.
        limit: u32,
    },
    /// A redirect that is not followed.
    #[error("a redirect is not followed: {0}")]
    BadRedirect(String),
    /// Any status that brings no feed.
    #[error("{}", status_sentence(*code, *own))]
    Status {
        /// The HTTP status code.
        code: u16,
        /// How long the server asked us to stay away, within the limit.
        retry_after: Option<Duration>,
        /// Whether it is the source's own host that says so, and not one that a redirect led to.
        own: bool,
    },
    /// The head of the answer is beyond the limits.
    #[error("the answer's header fields are refused: {0}")]
    Headers(String),
    /// The content coding is unknown, stacked or broken.
    #[error("the answer's compression cannot be undone: {0}")]
    Encoding(String),
    /// The connection ended before the answer did.
    #[error("{host} ended the connection before the answer was complete")]
    Cut {
        /// The host.
        host: String,
    },
    /// The connection was broken off before the answer ended.
    #[error("{host} broke the connection off in the middle of the answer")]
    Reset {
        /// The host.
        host: String,
    },
    /// What came is not HTTP.
    #[error("{host} did not answer in HTTP: {why}")]
    NotHttp {
        /// The host.
        host: String,
        /// What was wrong.
        why: String,
    },
}

impl FetchError {
    /// How long the server asked us to stay away (`Retry-After`), within [`super::Limits::retry_after_max`].
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the same request may well be answered when it is made again later: the server or the network was in
    /// trouble. Where not, something has to change first.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Status { code, .. } => matches!(code, 408 | 425 | 429 | 500..=599),
            Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::Proxy { .. }
            | Self::Timeout { .. }
            | Self::Slow { .. }
            | Self::Cut { .. }
            | Self::Reset { .. } => true,
            Self::Setup(_)
            | Self::Url { .. }
            | Self::Forbidden { .. }
            | Self::File { .. }
            | Self::TooLarge { .. }
            | Self::TooManyRedirects { .. }
            | Self::BadRedirect(_)
            | Self::Headers(_)
            | Self::Encoding(_)
            | Self::NotHttp { .. } => false,
        }
    }

    /// The class in one word, for counting; the usual statuses are one each.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Setup(_) => "setup",
            Self::Url { .. } => "url",
            Self::Forbidden { .. } => "forbidden",
            Self::File { .. } => "file",
            Self::Dns { .. } => "dns",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Proxy { .. } => "proxy",
            Self::Timeout { .. } => "timeout",
            Self::Slow { .. } => "slow",
            Self::TooLarge { .. } => "too-large",
            Self::TooManyRedirects { .. } => "too-many-redirects",
            Self::BadRedirect(_) => "bad-redirect",
            Self::Status { code, .. } => class_of(*code),
            Self::Headers(_) => "headers",
            Self::Encoding(_) => "encoding",
            Self::Cut { .. } => "cut",
            Self::Reset { .. } => "reset",
            Self::NotHttp { .. } => "not-http",
        }
    }
}

/// What the operator can do about a refused address.
fn remedy(address: IpAddr, own: bool) -> String {
    let prefix = if address.is_ipv4() { 32 } else { 128 };
    if own {
        format!("to allow it for this source, write allow_networks = [\"{address}/{prefix}\"]")
    } else {
        format!(
            "what a feed or a redirect names on another host is never opened so, whatever allow_networks says; only \
             images may come from there, where the source has image_networks = [\"{address}/{prefix}\"]"
        )
    }
}

/// The class of a status.
fn class_of(code: u16) -> &'static str {
    match code {
        401 => "status-401",
        402 => "status-402",
        403 => "status-403",
        404 => "status-404",
        407 => "status-407",
        410 => "status-410",
        429 => "status-429",
        451 => "status-451",
        500 => "status-500",
        502 => "status-502",
        503 => "status-503",
        504 => "status-504",
        _ => "status",
    }
}

/// A status in words, as far as words help.
fn status_sentence(code: u16, own: bool) -> String {
    let what = match code {
        304 => "“not modified”, although it was not asked that",
        401 if own => "that it wants a login: see `headers` of this source",
        401 => "that it wants a login",
        403 => "that it does not let us in",
        404 => "that there is nothing at this address",
        410 => "that what it redirected to is gone",
        429 => "that it was asked too often",
        500..=599 => "that it is in trouble itself",
        _ => "something else than a document",
    };
    format!("the server said {what} (status {code})")
}

/// Where and when a request was made: what a sentence about its failure needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The address, whose host sentences name.
    pub(super) at: &'a Url,
    /// Whether it is the source's own address.
    pub(super) own: bool,
    /// Whether the connection is an encrypted one.
    pub(super) secure: bool,
    /// The limit that a time-out of the client means.
    pub(super) connect_timeout: Duration,
}

/// The chain of causes, outermost first. An `io::Error` hides what it wraps from its own chain: it is unwrapped.
pub(super) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let next = |it: &&'a (dyn Error + 'static)| -> Option<&'a (dyn Error + 'static)> {
        match it.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => (*it).source(),
        }
    };
    std::iter::successors(Some(error), next).take(CAUSES_MAX)
}

/// The first cause of a type.
pub(super) fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|it| it.downcast_ref())
}

/// The innermost cause's text, which says most.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// Whether a cause says these words, where the client has no better sign.
fn says(error: &reqwest::Error, words: &str) -> bool {
    causes(error).any(|it| it.to_string().contains(words))
}

/// How the other side went away in the middle, if it did: it ended the connection in good order, or broke it off.
fn gone(error: &reqwest::Error, host: &str) -> Option<FetchError> {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kinds = || causes(error).filter_map(|it| it.downcast_ref::<io::Error>()).map(io::Error::kind);
    if kinds().any(|it| matches!(it, ConnectionReset | ConnectionAborted | BrokenPipe)) {
        return Some(FetchError::Reset { host: host.to_owned() });
    }
    let is_cut = kinds().any(|it| it == UnexpectedEof)
        || causes(error).any(|it| it.to_string() == "connection closed before message completed");
    is_cut.then(|| FetchError::Cut { host: host.to_owned() })
}

/// The class of what the client reports before a body is read.
pub(super) fn of_request(error: reqwest::Error, asked: Asked<'_>) -> FetchError {
    let error = &error.without_url();
    let host = guard::host(asked.at);
    match cause::<Unreachable>(error) {
        Some(Unreachable::Refused { address, what }) => {
            return FetchError::Forbidden { host, address: *address, what, own: asked.own };
        }
        Some(other) => return FetchError::Dns { host, why: other.to_string() },
        None => {}
    }
    if error.is_builder() {
        FetchError::Setup(innermost(error))
    } else if error.is_timeout() {
        FetchError::Timeout { host, after: asked.connect_timeout }
    } else if let Some(tls) = cause::<rustls::Error>(error) {
        FetchError::Tls { host, why: tls_sentence(tls) }
    } else if error.is_dns() {
        FetchError::Dns { host, why: innermost(error) }
    } else if error.is_connect() {
        FetchError::Connect { host, why: innermost(error) }
    } else if says(error, "message head is too large") || says(error, "too_many_continuations") {
        FetchError::Headers("there are too many of them".to_owned())
    } else {
        gone(error, &host).unwrap_or_else(|| FetchError::NotHttp { host, why: innermost(error) })
    }
}

/// Who signed the certificate is the one thing that the operator can do something about.
fn tls_sentence(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "its certificate is signed by an authority that this machine does not know; behind a company proxy that \
             signs anew, give the proxy's root certificate as `[fetch] ca_file`"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// The class of what the client reports while a body is read.
pub(super) fn of_body(error: reqwest::Error, asked: Asked<'_>) -> FetchError {
    let error = &error.without_url();
    let host = guard::host(asked.at);
    if error.is_timeout() {
        FetchError::Timeout { host, after: asked.connect_timeout }
    } else if let Some(gone) = gone(error, &host) {
        gone
    } else if says(error, "http2 error") {
        FetchError::Cut { host }
    } else if says(error, "chunk trailers") {
        FetchError::Headers("there are too many of them behind the body".to_owned())
    // Whatever goes wrong with a body counts for the client as one that cannot be decoded.
    } else if error.is_decode() && !says(error, "error reading a body from connection") {
        FetchError::Encoding(innermost(error))
    } else {
        FetchError::NotHttp { host, why: innermost(error) }
    }
}
