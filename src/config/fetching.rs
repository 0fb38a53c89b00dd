//! `[fetch]`: how publishers are polled, and by which way they are reached.

use std::{
    fmt::Display,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use url::Url;

use super::{
    complaint::Refusal,
    overrides::{Environment, Said, may_hold_password, referenced},
    read::{Table, Value},
    suggest::quote,
    units::{self, DAY_S},
};
use crate::model::{Around, Proxy};

/// Longest interval between two polls that may be asked for, seconds.
pub(super) const INTERVAL_S_MAX: u64 = 30 * DAY_S;
/// Largest document that `body_max` may let in, in bytes.
pub const BODY_BYTES_MAX: u64 = 256 << 20;
/// Largest file of root certificates, in bytes.
pub const CA_FILE_BYTES_MAX: u64 = 1 << 20;
/// Most fetches at one time.
const CONCURRENCY_MAX: u64 = 512;
/// Most fetches of one host at one time.
const PER_HOST_MAX: u64 = 16;
/// Longest time-out of one fetch, seconds.
const TIMEOUT_S_MAX: u64 = 600;
/// Longest address of a proxy, in bytes.
const PROXY_BYTES_MAX: usize = 2_000;

const PROXY_EXAMPLE: &str =
    "write \"env:HTTPS_PROXY\", or an address such as \"http://proxy.example.com:3128\"";

/// How publishers are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchSettings {
    /// Fetches at one time, over all hosts.
    pub concurrency: usize,
    /// Fetches at one time of one host: scheme, name and port.
    pub per_host: usize,
    /// Longest time one fetch may take, from connecting to the last byte.
    pub timeout: Duration,
    /// Largest document, in bytes after decompression.
    pub body_max: u64,
    /// Adaptive polling never asks again sooner.
    pub interval_min: Duration,
    /// Adaptive polling never waits longer.
    pub interval_max: Duration,
    /// The proxy that publishers are reached through, and who is reached without it.
    pub proxy: Option<Proxy>,
    /// What `ca_file` holds: certificates, DER, that are trusted beside the system's roots.
    pub roots: Vec<Vec<u8>>,
}

pub(super) fn fetch(mut table: Table<'_>, folder: &Path, environment: &Environment) -> FetchSettings {
    let count =
        |it: Option<u64>, default: usize| it.and_then(|it| usize::try_from(it).ok()).unwrap_or(default);
    let concurrency = count(table.number("concurrency", 1..=CONCURRENCY_MAX), 32);
    let per_host = count(table.number("per_host", 1..=PER_HOST_MAX), 1);
    let timeout = table.read("timeout", |it| units::duration(it, 1..=TIMEOUT_S_MAX));
    let body_max = table.read("body_max", |it| units::size(it, 1_024..=BODY_BYTES_MAX)).unwrap_or(8 << 20);
    let (interval_min, interval_max) = intervals(&mut table);
    let proxy = proxy(&mut table, folder, environment);
    let roots = table.read("ca_file", |it| certificates(&folder.join(it))).unwrap_or_default();
    table.close();
    let timeout = timeout.unwrap_or(Duration::from_secs(30));
    FetchSettings { concurrency, per_host, timeout, body_max, interval_min, interval_max, proxy, roots }
}

/// `interval_min` and `interval_max`, which must be in order.
fn intervals(table: &mut Table<'_>) -> (Duration, Duration) {
    let interval = |it: &str| units::duration(it, 1..=INTERVAL_S_MAX);
    let (least, most) = (table.take("interval_min"), table.take("interval_max"));
    let read = |it: &Option<Value<'_>>, default_s| {
        it.as_ref().and_then(|it| it.read(interval)).unwrap_or(Duration::from_secs(default_s))
    };
    let (interval_min, interval_max) = (read(&least, 5 * 60), read(&most, 6 * 3_600));
    if interval_min > interval_max
        && let Some(value) = most.as_ref().or(least.as_ref())
    {
        let (least, most) = (units::spoken(interval_min.as_secs()), units::spoken(interval_max.as_secs()));
        let message = format!("`interval_min` ({least}) is longer than `interval_max` ({most})");
        value.refuse(Refusal::new(message));
    }
    (interval_min, interval_max)
}

/// `proxy` and `no_proxy`.
fn proxy(table: &mut Table<'_>, folder: &Path, environment: &Environment) -> Option<Proxy> {
    let value = table.take("proxy");
    let url = value.as_ref().and_then(|value| {
        let spot = &value.spot;
        let (url, is_open) = value.read(|text| {
            if may_hold_password(text) {
                spot.file.hide(&spot.span);
            }
            match referenced(text, folder, environment)? {
                Some(secret) => Ok((proxy_address(&secret)?, false)),
                None => proxy_address(text).map(|url| (url.clone(), url.password().is_some())),
            }
        })?;
        if is_open && value.said() != Said::InTheEnvironment {
            value.warn(open_password());
        }
        Some(url)
    });
    let around = table.take("no_proxy").map(|it| {
        let spot = it.spot.clone();
        if value.is_none() {
            let unused = Refusal::new("`no_proxy` says nothing where no `proxy` is named");
            table.notes.warn(&spot, unused);
        }
        it.list().into_iter().filter_map(|it| it.read(around)).collect()
    });
    Some(Proxy { url: url?, around: around.unwrap_or_default() })
}

/// Whoever reads the file, or lists the processes, reads the password.
fn open_password() -> Refusal {
    Refusal::new("the password of the proxy stands where others can read it").help(
        "write proxy = \"env:NAME\" or \"file:/run/secrets/NAME\", or give the address in PRESSROLL_FETCH_PROXY, or \
         in a file that PRESSROLL_FETCH_PROXY_FILE names",
    )
}

/// The address of a proxy. No refusal quotes it: a slip in it may put the password anywhere.
fn proxy_address(text: &str) -> Result<Url, Refusal> {
    let text = text.trim();
    let refuse = |message: &str| Refusal { secret: true, ..Refusal::new(message).help(PROXY_EXAMPLE) };
    if text.len() > PROXY_BYTES_MAX {
        return Err(refuse(&format!("the address of a proxy has at most {PROXY_BYTES_MAX} bytes")));
    }
    // Variables of the environment often hold host and port alone.
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|_| refuse("this is not the address of a proxy"))?;
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    match url.scheme() {
        "http" if !is_bare => Err(refuse("the address of a proxy goes no further than its port")
            .help("in a password, “@” is written %40, “:” %3A, “/” %2F, “?” %3F, “#” %23 and “%” %25")),
        "http" if url.port() == Some(0) => Err(refuse("port 0 is nobody's")),
        "http" => Ok(url),
        "https" => Err(refuse("the connection to a proxy is a plain one: its address begins with http://")),
        _ => Err(refuse("this kind of proxy is not known: its address begins with http://")),
    }
}

/// One entry of `no_proxy`.
fn around(text: &str) -> Result<Around, Refusal> {
    Around::parse(text.trim()).ok_or_else(|| {
        Refusal::new(format!("{} is neither a name nor a network", quote(text)))
            .help("write a name, all names below one, or a network: \"corp.example\", \"*.corp.example\", \"10.0.0.0/8\"")
    })
}

/// The root certificates in a file, DER.
fn certificates(path: &PathBuf) -> Result<Vec<Vec<u8>>, Refusal> {
    let refuse = |why: &dyn Display| Refusal::new(format!("the file `{}` {why}", path.display()));
    let unreadable = |error: std::io::Error| refuse(&format_args!("cannot be read: {error}"));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(CA_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > CA_FILE_BYTES_MAX {
        return Err(refuse(&format_args!("is larger than {CA_FILE_BYTES_MAX} bytes")));
    }
    let mut accepted = RootCertStore::empty();
    let mut roots = Vec::new();
    for (at, found) in CertificateDer::pem_slice_iter(&bytes).enumerate() {
        let bad = |error: &dyn Display| {
            refuse(&format_args!("holds a certificate that cannot be used, its number {}: {error}", at + 1))
        };
        let root = found.map_err(|error| bad(&error))?;
        accepted.add(root.clone()).map_err(|error| bad(&error))?;
        roots.push(root.to_vec());
    }
    if roots.is_empty() {
        return Err(refuse(&"holds no certificate")
            .help("it is a PEM file: each certificate in it begins with -----BEGIN CERTIFICATE-----"));
    }
    Ok(roots)
}
