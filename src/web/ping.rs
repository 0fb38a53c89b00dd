//! `POST /ping/{secret}`: the publish hook of a company's own site.

use axum::{
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    App,
    headers::{self, Class},
    problem::Problem,
};
use crate::{ingest::Pinged, model::time::timestamp};

/// Says when the source is polled. What the hook sends is not read.
pub async fn ping(
    State(app): State<App>,
    secret: Result<Path<String>, PathRejection>,
    request: HeaderMap,
) -> Response {
    let refused = |problem: Problem| problem.answer(&app.site, &request, &app.life);
    let (Ok(Path(secret)), Some(ingest)) = (secret, &app.ingest) else { return refused(Problem::NotFound) };
    let (status, sentence) = match ingest.ping(&secret).await {
        Ok(Pinged::Nobody) => return refused(Problem::NotFound),
        Ok(Pinged::Never) => {
            (StatusCode::OK, "This source is not polled: it is switched off, or gone for good.\n".to_owned())
        }
        Ok(Pinged::At(at_ms)) => (StatusCode::ACCEPTED, when(at_ms, (app.clock)().as_millisecond())),
        Err(error) => {
            tracing::debug!(%error, "a ping could not be kept: {error}");
            return refused(Problem::Busy);
        }
    };
    let mut response = Response::new(Body::from(sentence));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    headers::set(fields, Class::Passing, None, &app.life);
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Any other method: a link that somebody follows, or a crawler, brings no poll forward.
pub async fn not_posted(State(app): State<App>, request: HeaderMap) -> Response {
    Problem::PostOnly.answer(&app.site, &request, &app.life)
}

fn when(at_ms: i64, now_ms: i64) -> String {
    match (at_ms - now_ms) / 1000 {
        ..1 => "This source is polled now.\n".to_owned(),
        seconds => {
            let at = timestamp(at_ms).strftime("%H:%M:%S UTC");
            format!(
                "This source is polled in {seconds} s, at {at}: it was polled a moment ago, or its server asked for a pause.\n"
            )
        }
    }
}
