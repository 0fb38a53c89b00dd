//! A small publisher: serves documents that a function makes, with validators. The demonstration polls it.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve::{Limits, run};
use crate::model::Hash128;

/// One document as it is at this moment.
#[derive(Clone, Debug)]
pub struct Page {
    /// The whole `Content-Type` value.
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
}

/// Makes the document of a path; `None` is 404.
pub type Pages = Arc<dyn Fn(&str) -> Option<Page> + Send + Sync>;

/// Serves `pages` until `shutdown`.
pub async fn serve(listener: TcpListener, pages: Pages, shutdown: CancellationToken) -> std::io::Result<()> {
    let router = Router::new().fallback(answer).with_state(pages);
    run(listener, router, Limits::of_this_process(), shutdown).await;
    Ok(())
}

async fn answer(State(pages): State<Pages>, request: Request) -> Response {
    let Some(page) = pages(request.uri().path()) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let tag = format!("\"{}\"", Hash128::of(&page.body).hex());
    let known = |fields: &HeaderMap| {
        fields.get(header::IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes())
    };
    let mut response = if known(request.headers()) {
        plain(StatusCode::NOT_MODIFIED)
    } else {
        Response::new(Body::from(page.body))
    };
    let fields = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fields.insert(header::ETAG, tag);
    }
    if let Ok(kind) = HeaderValue::from_str(&page.content_type) {
        fields.insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
