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

/// `/livez`: the process answers.
pub async fn livez(State(app): State<App>) -> Response {
    plain(&app, "alive\n")
}

/// `/readyz`: the stored editions stand, and the process is not stopping.
pub async fn readyz(State(app): State<App>, request: HeaderMap) -> Response {
    let is_ready = app.stand.standing().is_complete && !app.draining.load(Ordering::Relaxed);
    if is_ready { plain(&app, "ready\n") } else { Problem::NotReady.answer(&app.site, &request, &app.life) }
}

fn plain(app: &App, text: &'static str) -> Response {
    let mut response = text.into_response();
    headers::set(response.headers_mut(), Class::Passing, None, &app.life);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
