//! Whether the process lives, and whether it may be sent readers.

use std::sync::atomic::Ordering;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    App,
    headers::{self, Class},
    problem::Problem,
};
use crate::store::Health;

/// `/livez`: the process answers.
pub async fn livez(State(app): State<App>) -> Response {
    plain(&app, "alive\n")
}

/// `/readyz`: the stored editions stand, and the process is not stopping. A store that fails takes no reader away: what
/// stands is served on. Why it fails is for the operator's log, and not for the public.
pub async fn readyz(State(app): State<App>, request: HeaderMap) -> Response {
    let is_ready = app.stand.standing().is_complete && !app.draining.load(Ordering::Relaxed);
    match app.store.health() {
        _ if !is_ready => Problem::NotReady.answer(&app.site, &request, &app.life),
        Health::Well => plain(&app, "ready\n"),
        Health::Failing { .. } => plain(&app, "ready\nstore: degraded\n"),
    }
}

fn plain(app: &App, text: &'static str) -> Response {
    let mut response = text.into_response();
    headers::set(response.headers_mut(), Class::Passing, None, &app.life);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
