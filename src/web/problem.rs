//! Errors for people and for programs: problem+json (RFC 9457), or its HTML twin by `Accept`. Nothing from inside leaves.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use super::headers::{self, CacheLife, Class};
use crate::{
    model::Site,
    render::{page, words::words},
};

/// What went wrong, as a reader may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing lives at this address.
    NotFound,
    /// The address lives, the method does not.
    MethodNotAllowed,
    /// The stored editions do not stand yet, or the process stops.
    NotReady,
    /// A fault of ours.
    Internal,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NotReady => "Not ready",
            Self::Internal => "Something went wrong here",
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::NotFound => "Nothing is published at this address.",
            Self::MethodNotAllowed => "This address answers GET and HEAD.",
            Self::NotReady => "This site is starting or stopping. Try again in a moment.",
            Self::Internal => "The fault is ours and has been logged. Try again later.",
        }
    }

    /// Language, title and sentence for people: in the site's language, where a reader can meet the problem.
    fn to_readers(self, locale: &str) -> (&'static str, &'static str, &'static str) {
        let words = words(locale);
        match self {
            Self::NotFound => (words.language, words.missing, words.missing_why),
            Self::NotReady | Self::Internal => (words.language, words.failed, words.failed_why),
            Self::MethodNotAllowed => ("en", self.title(), self.detail()),
        }
    }

    /// The answer: HTML for a reader who asks for it, problem+json for everyone else.
    pub fn answer(self, site: &Site, request: &HeaderMap, life: &CacheLife) -> Response {
        let accepted = request.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        let (kind, policy, body) = if accepted.contains("text/html") {
            let (locale, title, sentence) = self.to_readers(&site.locale);
            let document = page::notice(site, locale, title, sentence);
            ("text/html; charset=utf-8", Some(document.content_security), document.bytes)
        } else {
            let problem = serde_json::json!({
                "type": "about:blank",
                "title": self.title(),
                "status": self.status().as_u16(),
                "detail": self.detail(),
            });
            ("application/problem+json", None, problem.to_string().into_bytes())
        };
        let fields = response.headers_mut();
        headers::set(fields, Class::Passing, policy.as_deref(), life);
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        fields.insert(header::VARY, HeaderValue::from_static("Accept"));
        match self {
            Self::MethodNotAllowed => fields.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD")),
            Self::NotReady => fields.insert(header::RETRY_AFTER, HeaderValue::from_static("2")),
            Self::NotFound | Self::Internal => None,
        };
        *response.body_mut() = Body::from(body);
        response
    }
}
