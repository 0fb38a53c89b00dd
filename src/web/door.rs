//! The way in: every request, also on a connection that is open for long, comes to the site as it stands at that moment.

use std::{convert::Infallible, sync::Arc};

use arc_swap::ArcSwap;
use axum::{
    Router,
    extract::{Request, State},
    response::Response,
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::{App, routes};
use crate::model::Site;

/// Where requests are led to.
struct Door {
    app: App,
    inside: ArcSwap<Inside>,
}

/// The addresses of one site.
struct Inside {
    site: Arc<Site>,
    routes: TowerToHyperService<Router>,
}

impl Inside {
    fn new(app: &App, site: &Arc<Site>) -> Self {
        let app = App { site: Arc::clone(site), ..app.clone() };
        Self { site: Arc::clone(site), routes: TowerToHyperService::new(routes::router(app)) }
    }
}

/// Leads every request to the addresses of the site that the stand was printed for.
pub fn router(app: App) -> Router {
    let inside = ArcSwap::from_pointee(Inside::new(&app, &app.site));
    Router::new().fallback(enter).with_state(Arc::new(Door { app, inside }))
}

async fn enter(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Infallible> {
    let site = Arc::clone(&door.app.stand.standing().site);
    if !Arc::ptr_eq(&door.inside.load().site, &site) {
        door.inside.store(Arc::new(Inside::new(&door.app, &site)));
    }
    let inside = door.inside.load_full();
    inside.routes.call(request).await
}
