//! `/websub/{token}`: where hubs call the WebSub subscriber. It answers at once; what is pushed is read afterwards.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{self, Body},
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use url::form_urlencoded;

use super::{
    App,
    headers::{self, Class},
};
use crate::ingest::{
    Subscriber,
    websub::{Heard, Pushed, Verification},
};

/// How long what a hub pushes may take to come, milliseconds.
const BODY_MS_MAX: u64 = 10_000;
/// When a hub may come back for which there was no room, seconds.
const RETRY_AFTER_S: u16 = 10;
/// Longest query that is read, bytes.
const QUERY_BYTES_MAX: usize = 8_192;
/// What hubs may do here.
const METHODS: &str = "GET, POST";
/// Over the body, by the secret that the hub was given (WebSub, section 7.1).
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// A hub makes sure (GET) or pushes (POST).
pub async fn called(
    State(app): State<App>,
    token: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (Some(subscriber), Ok(Path(token))) = (&app.subscriber, token) else {
        return answer(&app, Heard::Unknown);
    };
    let heard = match *request.method() {
        Method::GET => subscriber.verified(&token, &verification(request.uri().query())).await,
        Method::POST => pushed(subscriber, &token, request).await,
        _ => return refused(&app),
    };
    answer(&app, heard)
}

fn verification(query: Option<&str>) -> Verification {
    let query = query.filter(|it| it.len() <= QUERY_BYTES_MAX).unwrap_or_default();
    let mut said = Verification::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "hub.mode" => said.mode = value.into_owned(),
            "hub.topic" => said.topic = value.into_owned(),
            "hub.challenge" => said.challenge = value.into_owned(),
            "hub.lease_seconds" => said.lease_seconds = value.trim().parse().ok(),
            "hub.reason" => said.reason = value.into_owned(),
            _ => {}
        }
    }
    said
}

/// Nothing of the body is read before it is known who calls and that there is room for it.
async fn pushed(subscriber: &Arc<Subscriber>, token: &str, request: Request) -> Heard {
    let fields = request.headers();
    let signature = text(fields, SIGNATURE);
    let content_type = text(fields, header::CONTENT_TYPE);
    let announced_bytes = text(fields, header::CONTENT_LENGTH).and_then(|it| it.parse().ok());
    let caller = match subscriber.caller(token, announced_bytes).await {
        Ok(caller) => caller,
        Err(heard) => return heard,
    };
    let read = body::to_bytes(request.into_body(), caller.bytes_max);
    match tokio::time::timeout(Duration::from_millis(BODY_MS_MAX), read).await {
        Ok(Ok(body)) => subscriber.pushed(caller, Pushed { signature, content_type, body }).await,
        Ok(Err(_)) => Heard::TooLarge,
        Err(_) => Heard::Later,
    }
}

fn text(fields: &HeaderMap, name: HeaderName) -> Option<String> {
    fields.get(name)?.to_str().ok().map(str::to_owned)
}

fn answer(app: &App, heard: Heard) -> Response {
    let (status, text) = match heard {
        Heard::Confirmed(challenge) => (StatusCode::OK, challenge),
        Heard::Taken => (StatusCode::ACCEPTED, String::new()),
        Heard::Unknown => (StatusCode::NOT_FOUND, "nobody here has asked for this\n".to_owned()),
        Heard::Unwanted => (StatusCode::GONE, "nobody here wants this any more\n".to_owned()),
        Heard::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "this is more than is read\n".to_owned()),
        Heard::TooOften => (StatusCode::TOO_MANY_REQUESTS, "this comes too often\n".to_owned()),
        Heard::Later => (StatusCode::SERVICE_UNAVAILABLE, "come back in a moment\n".to_owned()),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    headers::set(fields, Class::Passing, None, &app.life);
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        fields.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
    }
    response
}

fn refused(app: &App) -> Response {
    let mut response = answer(app, Heard::Unknown);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    *response.body_mut() = Body::from("only hubs call here, by GET and POST\n");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    response
}
