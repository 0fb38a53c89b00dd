//! The loop of requests that polling is measured by.

use std::sync::Arc;

use anyhow::Result;
use reqwest::{Client, StatusCode, header};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::{AT_ONCE, Found, HOSTS, publisher::Publisher};

/// One source and what is known of it.
struct Asked {
    url: String,
    tag: Option<header::HeaderValue>,
}

/// The loop: for each host its sources, one after the other.
pub struct Bare {
    client: Client,
    hosts: Vec<Vec<Asked>>,
}

impl Bare {
    /// Knows nothing of any source yet.
    #[expect(clippy::disallowed_methods, reason = "it shows what requests cost without a guard")]
    pub fn new(publisher: &Publisher, sources: usize) -> Result<Self> {
        let of_host = |host: usize| {
            let asked = |at| Asked { url: publisher.address(at), tag: None };
            (host..sources).step_by(HOSTS).map(asked).collect()
        };
        // Nothing is encrypted here, but a client wants to know how it would be.
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let client =
            Client::builder().user_agent("bare").no_proxy().tls_backend_preconfigured(tls).build()?;
        Ok(Self { client, hosts: (0..HOSTS).map(of_host).collect() })
    }

    /// Asks every source once, several hosts at once.
    pub async fn round(&mut self) -> Result<Found> {
        let (tasks, mut running) = (TaskTracker::new(), Vec::new());
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for sources in std::mem::take(&mut self.hosts) {
            let place = Arc::clone(&places).acquire_owned().await?;
            let client = self.client.clone();
            running.push(tasks.spawn(async move {
                let asked = host(client, sources).await;
                drop(place);
                asked
            }));
        }
        let mut all = Found::default();
        for ended in running {
            let (sources, found) = ended.await??;
            self.hosts.push(sources);
            all.fresh += found.fresh;
            all.unchanged += found.unchanged;
        }
        Ok(all)
    }
}

async fn host(client: Client, mut sources: Vec<Asked>) -> Result<(Vec<Asked>, Found)> {
    let mut found = Found::default();
    for source in &mut sources {
        let mut request = client.get(&source.url);
        if let Some(tag) = &source.tag {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        let response = request.send().await?.error_for_status()?;
        if response.status() == StatusCode::NOT_MODIFIED {
            found.unchanged += 1;
            continue;
        }
        source.tag = response.headers().get(header::ETAG).cloned();
        response.bytes().await?;
        found.fresh += 1;
    }
    Ok((sources, found))
}
