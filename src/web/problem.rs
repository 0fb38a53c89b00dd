//! Errors for people and for programs: problem+json (RFC 9457), or its HTML twin by `Accept`. Nothing from inside leaves.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use super::headers::{self, CacheLife, Class};
use crate::{
    model::Site,
    render::{Document, page, words},
};

const HTML: &str = "text/html; charset=utf-8";

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

    /// The page for people, in the site's language.
    fn page(self, site: &Site) -> Document {
        let words = words::words(&site.locale);
        let (title, sentence) = match self {
            Self::NotFound => (words.missing, words.missing_why),
            Self::Internal => (words.failed, words.failed_why),
            // A browser meets these two only by hand or for a moment: they are said in English.
            Self::MethodNotAllowed | Self::NotReady => {
                return page::notice(site, "en", self.title(), self.detail());
            }
        };
        page::notice(site, words.language, title, sentence)
    }

    /// The answer in the place of a widget: one quiet line, framed by anyone.
    pub fn embed(self, site: &Site, life: &CacheLife) -> Response {
        let line = page::quiet(&site.locale, words::words(&site.locale).missing_why);
        let mut response = Response::new(Body::from(line.bytes));
        *response.status_mut() = self.status();
        headers::set(response.headers_mut(), Class::Passing, Some(&line.content_security), life);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
        response
    }

    /// The answer: HTML for a reader who asks for it, problem+json for everyone else.
    pub fn answer(self, site: &Site, request: &HeaderMap, life: &CacheLife) -> Response {
        let accepted = request.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        let (kind, policy, body) = if accepted.contains("text/html") {
            let document = self.page(site);
            (HTML, Some(document.content_security), document.bytes)
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
