//! HTTP out: the only place that names axum and status codes.
//!
//! Every address of the site lies below the path of `public_url`. Declared editions are handed out from the newsstand as
//! they are; nothing here waits for a source, the database or a lock.

pub mod edition;
pub mod headers;
pub mod health;
pub mod problem;
pub mod publisher;
mod routes;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use headers::CacheLife;
pub use routes::router;

use crate::{
    model::{Clock, Site},
    publish::{Newsstand, OnDemand, on_demand},
};

/// How long a stopping server waits for its readers, milliseconds.
const DRAIN_MS_MAX: u64 = 8_000;

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    /// The site.
    pub site: Arc<Site>,
    /// Current editions.
    pub stand: Arc<Newsstand>,
    /// Parameterised widgets.
    pub on_demand: OnDemand,
    /// How long others may keep an edition.
    pub life: CacheLife,
    /// The clock.
    pub clock: Clock,
    /// Set while the process stops: `/readyz` says so.
    pub draining: Arc<AtomicBool>,
}

impl App {
    /// An app over a stand.
    pub fn new(site: Arc<Site>, stand: Arc<Newsstand>, life: CacheLife, clock: Clock) -> Self {
        let on_demand = OnDemand::new(Arc::clone(&site), on_demand::Limits::default());
        Self { site, stand, on_demand, life, clock, draining: Arc::default() }
    }
}

/// Serves until `shutdown`, then lets open requests finish for a bounded time.
pub async fn serve(listener: TcpListener, app: App, shutdown: CancellationToken) -> std::io::Result<()> {
    let draining = Arc::clone(&app.draining);
    let stop = shutdown.clone();
    let quiet = async move {
        stop.cancelled().await;
        draining.store(true, Ordering::Relaxed);
    };
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(quiet).into_future();
    let patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(Duration::from_millis(DRAIN_MS_MAX)).await;
    };
    tokio::select! {
        served = serving => served,
        () = patience => Ok(()),
    }
}
