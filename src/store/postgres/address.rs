//! Where the server is, and how it is spoken to.

use std::{fmt, net::IpAddr, path::Path, sync::Arc, time::Duration};

use deadpool_postgres::PoolError;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::{Limits, StoreError, error::in_full};

/// How long a connection may rest before it is asked whether it still lives, milliseconds.
const KEEPALIVE_MS: u64 = 15_000;

/// A server's address, ready to be connected to.
#[derive(Clone)]
pub(super) struct Address {
    /// Host, port, user, database.
    pub(super) config: Config,
    /// How connections are encrypted.
    pub(super) tls: MakeRustlsConnect,
}

impl fmt::Debug for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the password.
        to.debug_struct("Address").field("hosts", &self.config.get_hosts()).finish_non_exhaustive()
    }
}

impl Address {
    /// Reads `postgres://user:password@host:port/database?sslmode=…`.
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|it| !it.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => root = Some(value),
                _ => rest.push(pair),
            }
        }
        let plain = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        let mut config: Config = plain.parse().map_err(|error| unusable(&in_full(&error)))?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            return Err(unusable("write postgres://user@host/database"));
        }
        config.ssl_mode(ssl_mode(mode, &config)?);
        if config.get_application_name().is_none() {
            config.application_name("pressroll");
        }
        let most = Duration::from_millis(Limits::CONNECT_MS_MAX);
        config.connect_timeout(config.get_connect_timeout().map_or(most, |it| most.min(*it)));
        config.keepalives_idle(Duration::from_millis(KEEPALIVE_MS));
        config.tcp_user_timeout(Duration::from_millis(Limits::WORK_MS_MAX));
        let tls = MakeRustlsConnect::new(tls(root)?);
        Ok(Self { config, tls })
    }

    /// Why no connection is to be had.
    pub(super) fn explain_pool(&self, error: PoolError) -> StoreError {
        let away = |reason: String| StoreError::Away { reason };
        match error {
            PoolError::Closed => StoreError::Closed,
            PoolError::Timeout(_) => away(format!("no connection to {self} within the time allowed")),
            PoolError::Backend(error) => self.explain(error),
            error => away(in_full(&error)),
        }
    }

    /// Why a connection was not made. What the client finds wrong has no code, only words.
    fn explain(&self, error: tokio_postgres::Error) -> StoreError {
        let words = in_full(&error);
        let advice = if words.starts_with("error performing TLS handshake") {
            "name the certificate that it is to be checked with in sslrootcert=, or, in a network of your own, write sslmode=disable"
        } else if words.starts_with("invalid configuration") {
            "complete store.url"
        } else {
            return match StoreError::from(error) {
                StoreError::Away { reason } => {
                    StoreError::Away { reason: format!("{reason} ({self}); is it running there?") }
                }
                error => error,
            };
        };
        StoreError::Refused { reason: format!("{words} ({self}); {advice}") }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = self.config.get_ports();
        let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        for (at, host) in self.config.get_hosts().iter().enumerate() {
            let gap = if at > 0 { ", " } else { "" };
            match host {
                Host::Tcp(name) => write!(to, "{gap}{name}:{}", port(at))?,
                Host::Unix(folder) => write!(to, "{gap}{}", folder.display())?,
            }
        }
        Ok(())
    }
}

fn unusable(reason: &str) -> StoreError {
    // Never the address itself: it may hold a password.
    StoreError::Refused { reason: format!("store.url cannot be used: {reason}") }
}

/// A certificate is checked whenever there is one. Where nothing is said, a server on another machine that offers to
/// encrypt is taken at its word, and one on this machine is spoken to plainly.
fn ssl_mode(stated: Option<&str>, config: &Config) -> Result<SslMode, StoreError> {
    match stated {
        Some("disable") => Ok(SslMode::Disable),
        Some("prefer") => Ok(SslMode::Prefer),
        Some("require" | "verify-ca" | "verify-full") => Ok(SslMode::Require),
        Some(other) => Err(unusable(&format!(
            "sslmode={other} is unknown: write disable, prefer, require or verify-full"
        ))),
        None if config.get_hosts().iter().all(is_here) => Ok(SslMode::Disable),
        None => Ok(SslMode::Prefer),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// Certificates that are trusted: those of `root`, else the system's.
fn tls(root: Option<&str>) -> Result<ClientConfig, StoreError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = root {
        let unreadable = |error: rustls::pki_types::pem::Error| {
            unusable(&format!("the certificates in sslrootcert={path} cannot be read: {error}"))
        };
        for certificate in CertificateDer::pem_file_iter(Path::new(path)).map_err(unreadable)? {
            roots.add(certificate.map_err(unreadable)?).map_err(|error| unusable(&error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(unusable(&format!("sslrootcert={path} holds no certificate")));
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| StoreError::Engine(Box::new(error)))?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}
