//! HTTP out: the only place that names axum and status codes.
//!
//! Every address of the site lies below the path of `public_url`. Declared editions are handed out from the newsstand as
//! they are; nothing here waits for a source, the database or a lock.

pub mod edition;
pub mod headers;
pub mod health;
mod ping;
pub mod problem;
pub mod publisher;
mod routes;
pub mod serve;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use headers::CacheLife;
pub use routes::router;

use crate::{
    ingest::Ingest,
    model::{Clock, Site},
    publish::{Newsstand, OnDemand, on_demand},
    store::Store,
};

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    /// The site.
    pub site: Arc<Site>,
    /// Current editions.
    pub stand: Arc<Newsstand>,
    /// The store, asked for nothing but how it does.
    pub store: Store,
    /// Parameterised widgets.
    pub on_demand: OnDemand,
    /// How long others may keep an edition.
    pub life: CacheLife,
    /// Who is pinged; `None` where nobody polls.
    pub ingest: Option<Arc<Ingest>>,
    /// The clock.
    pub clock: Clock,
    /// Set while the process stops: `/readyz` says so.
    pub draining: Arc<AtomicBool>,
}

impl App {
    /// An app over a stand.
    pub fn new(site: Arc<Site>, stand: Arc<Newsstand>, store: Store, life: CacheLife, clock: Clock) -> Self {
        let on_demand = OnDemand::new(Arc::clone(&site), on_demand::Limits::default());
        Self { site, stand, store, on_demand, life, ingest: None, clock, draining: Arc::default() }
    }
}

impl App {
    /// The same, with pings passed on.
    #[must_use]
    pub fn pinging(self, ingest: Arc<Ingest>) -> Self {
        Self { ingest: Some(ingest), ..self }
    }
}

/// Serves until `shutdown`, then lets open requests finish for a bounded time.
pub async fn serve(listener: TcpListener, app: App, shutdown: CancellationToken) -> std::io::Result<()> {
    let draining = Arc::clone(&app.draining);
    let quiet = async {
        shutdown.cancelled().await;
        draining.store(true, Ordering::Relaxed);
    };
    let limits = serve::Limits::of_this_process();
    let serving = serve::run(listener, router(app), limits, shutdown.clone());
    tokio::join!(quiet, serving);
    Ok(())
}
