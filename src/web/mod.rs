//! HTTP out: the only place that names axum and status codes.
//!
//! Every address of the site lies below the path of `public_url`. Declared editions are handed out from the newsstand as
//! they are; nothing here waits for a source, the database or a lock.

mod door;
pub mod edition;
pub mod headers;
pub mod health;
mod media;
mod oembed;
mod ping;
pub mod problem;
pub mod publisher;
mod routes;
pub mod serve;
mod websub;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    ingest::{Ingest, Pictures, Subscriber},
    model::{Clock, Site},
    publish::{Newsstand, OnDemand, on_demand},
    store::Store,
};
pub use headers::CacheLife;

/// What the handlers share.
#[derive(Clone)]
pub struct App {
    /// The site that stood when the request came.
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
    /// What hubs call, where this process polls.
    pub subscriber: Option<Arc<Subscriber>>,
    /// Images of entries, where this process keeps them.
    pub pictures: Option<Arc<Pictures>>,
    /// Set while the process stops: `/readyz` says so.
    pub draining: Arc<AtomicBool>,
}

impl App {
    /// An app over a stand.
    pub fn new(stand: Arc<Newsstand>, store: Store, life: CacheLife, clock: Clock) -> Self {
        let on_demand = OnDemand::new(on_demand::Limits::default());
        let site = Arc::clone(&stand.standing().site);
        Self {
            site,
            stand,
            store,
            on_demand,
            life,
            ingest: None,
            subscriber: None,
            pictures: None,
            clock,
            draining: Arc::default(),
        }
    }

    /// The same, with pings passed on.
    #[must_use]
    pub fn pinging(self, ingest: Arc<Ingest>) -> Self {
        Self { ingest: Some(ingest), ..self }
    }

    /// The same, with somebody for hubs to call.
    pub fn with_subscriber(self, subscriber: Arc<Subscriber>) -> Self {
        Self { subscriber: Some(subscriber), ..self }
    }

    /// The same, with images of entries.
    #[must_use]
    pub fn with_pictures(self, pictures: Arc<Pictures>) -> Self {
        Self { pictures: Some(pictures), ..self }
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
    let serving = serve::run(listener, door::router(app), limits, shutdown.clone());
    tokio::join!(quiet, serving);
    Ok(())
}
