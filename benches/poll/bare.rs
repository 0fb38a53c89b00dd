//! The loop of requests that polling is measured by.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use reqwest::{
    Client, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::task::spawn_blocking;
use tokio_util::task::TaskTracker;

use crate::{
    AT_ONCE, Found,
    publisher::{Publisher, look_up},
};

/// One source and what is known of it.
struct Asked {
    url: String,
    tag: Option<header::HeaderValue>,
}

/// A host with its sources, and how many of them were asked in this round.
struct Host {
    sources: Vec<Asked>,
    asked: usize,
}

/// Hosts of which a source is still to be asked in this round, and the others; those that are just asked are in neither.
#[derive(Default)]
struct Turns {
    waiting: VecDeque<Host>,
    done: VecDeque<Host>,
}

/// The loop: tasks that each take the next host and ask for one source of it, and so on. This is the order in which a site
/// polls, too: those of one host neither follow each other at once nor run at the same time.
pub struct Bare {
    client: Client,
    turns: Arc<Mutex<Turns>>,
}

impl Bare {
    /// Knows nothing of any source yet.
    #[expect(clippy::disallowed_methods, reason = "it shows what requests cost without a guard")]
    pub fn new(publisher: &Publisher, sources: usize) -> Result<Self> {
        let hosts = publisher.hosts();
        let client = Client::builder()
            .user_agent("bare")
            .no_proxy()
            .dns_resolver(Arc::new(Resolver))
            .tls_backend_preconfigured(tls()?)
            .build()?;
        let host = |host: usize| {
            let asked = |at| Asked { url: publisher.address(at), tag: None };
            Host { sources: (host..sources).step_by(hosts).map(asked).collect(), asked: 0 }
        };
        let turns = Turns { waiting: (0..hosts).map(host).collect(), ..Turns::default() };
        Ok(Self { client, turns: Arc::new(Mutex::new(turns)) })
    }

    /// Asks every source once, several hosts at once.
    pub async fn round(&self) -> Result<Found> {
        let tasks = TaskTracker::new();
        let start = |_| tasks.spawn(take_turns(self.client.clone(), Arc::clone(&self.turns)));
        let running: Vec<_> = (0..AT_ONCE).map(start).collect();
        let mut all = Found::default();
        for ended in running {
            let found = ended.await??;
            all.fresh += found.fresh;
            all.unchanged += found.unchanged;
        }
        let mut turns = lock(&self.turns);
        turns.waiting = std::mem::take(&mut turns.done);
        Ok(all)
    }
}

fn lock(turns: &Mutex<Turns>) -> MutexGuard<'_, Turns> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn take_turns(client: Client, turns: Arc<Mutex<Turns>>) -> Result<Found> {
    let mut found = Found::default();
    let mut next = lock(&turns).waiting.pop_front();
    while let Some(mut host) = next {
        if let Some(source) = host.sources.get_mut(host.asked) {
            if ask(&client, source).await? { found.fresh += 1 } else { found.unchanged += 1 }
        }
        host.asked += 1;
        let mut turns = lock(&turns);
        if host.asked < host.sources.len() {
            turns.waiting.push_back(host);
        } else {
            turns.done.push_back(Host { asked: 0, ..host });
        }
        next = turns.waiting.pop_front();
    }
    Ok(found)
}

/// Whether it brought a document.
async fn ask(client: &Client, source: &mut Asked) -> Result<bool> {
    let mut request = client.get(&source.url);
    if let Some(tag) = &source.tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let response = request.send().await?.error_for_status()?;
    if response.status() == StatusCode::NOT_MODIFIED {
        return Ok(false);
    }
    source.tag = response.headers().get(header::ETAG).cloned();
    response.bytes().await?;
    Ok(true)
}

/// As pressroll trusts and offers: the system's roots and that of the publisher, HTTP/2 and HTTP/1.1. It remembers as many
/// sessions as rustls does by itself.
fn tls() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add(Publisher::root()?)?;
    let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Looks names up where the client's own resolver does it, too: in a thread that may block.
struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = spawn_blocking(move || look_up(name.as_str())).await??;
            let addresses: Addrs = Box::new(found.into_iter().map(|it| SocketAddr::new(it, 0)));
            Ok(addresses)
        })
    }
}
