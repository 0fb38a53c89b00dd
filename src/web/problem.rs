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
/// When to ask again where the moment was wrong, seconds.
const RETRY_AFTER_S: u16 = 2;

/// What went wrong, as a reader may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing lives at this address.
    NotFound,
    /// An address was to be given, and is not, or is none.
    NoAddress,
    /// An answer is wished for in a format that there is not.
    NoSuchFormat,
    /// The address is none that was made here.
    Forbidden,
    /// The address lives, the method does not.
    MethodNotAllowed,
    /// The address lives, and is for posting to.
    PostOnly,
    /// The stored editions do not stand yet, or the process stops.
    NotReady,
    /// More widgets are asked for at this moment than can be made.
    Busy,
    /// A fault of ours.
    Internal,
    /// What lived at this address was removed for good.
    Removed,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoAddress => StatusCode::BAD_REQUEST,
            Self::NoSuchFormat => StatusCode::NOT_IMPLEMENTED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::MethodNotAllowed | Self::PostOnly => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotReady | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Removed => StatusCode::GONE,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::NoAddress => "No address",
            Self::NoSuchFormat => "No such format",
            Self::Forbidden => "Forbidden",
            Self::MethodNotAllowed | Self::PostOnly => "Method not allowed",
            Self::NotReady => "Not ready",
            Self::Busy => "Busy",
            Self::Internal => "Something went wrong here",
            Self::Removed => "No longer published",
        }
    }

    fn detail(self) -> &'static str {
        match self {
            Self::NotFound => "Nothing is published at this address.",
            Self::NoAddress => "Say as `url` the whole address of a page of this site.",
            Self::NoSuchFormat => "The parameter `format` is json or xml.",
            Self::Forbidden => "This address was not made by this site.",
            Self::MethodNotAllowed => "This address answers GET, HEAD and OPTIONS.",
            Self::PostOnly => "This address answers POST.",
            Self::NotReady => "This site is starting or stopping. Try again in a moment.",
            Self::Busy => "Too much is asked for at this moment. Try again in a moment.",
            Self::Internal => "The fault is ours and has been logged. Try again later.",
            Self::Removed => "This publication has ended. Nothing will come here any more.",
        }
    }

    /// The page for people, in the site's language.
    fn page(self, site: &Site) -> Document {
        let words = words::words(&site.locale);
        let (title, sentence) = match self {
            Self::NotFound => (words.missing, words.missing_why),
            Self::Removed => (words.ended, words.ended_why),
            Self::Internal => (words.failed, words.failed_why),
            // A browser meets these only by hand or for a moment: they are said in English.
            Self::NoAddress
            | Self::NoSuchFormat
            | Self::Forbidden
            | Self::MethodNotAllowed
            | Self::PostOnly
            | Self::NotReady
            | Self::Busy => {
                return page::notice(site, "en", self.title(), self.detail());
            }
        };
        page::notice(site, words.language, title, sentence)
    }

    /// The answer in the place of a widget: one quiet line in the site's language, framed by anyone.
    pub fn embed(self, site: &Site, life: &CacheLife) -> Response {
        let words = words::words(&site.locale);
        let sentence = match self {
            Self::NotFound
            | Self::NoAddress
            | Self::NoSuchFormat
            | Self::Forbidden
            | Self::MethodNotAllowed
            | Self::PostOnly => words.missing_why,
            Self::NotReady | Self::Busy => words.failed,
            Self::Internal => words.failed_why,
            Self::Removed => words.ended,
        };
        let line = page::quiet(&site.locale, sentence);
        let mut response = Response::new(Body::from(line.bytes));
        *response.status_mut() = self.status();
        let fields = response.headers_mut();
        headers::set(fields, Class::Quiet, Some(&line.content_security), life);
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(HTML));
        self.advise(fields);
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
        self.advise(fields);
        *response.body_mut() = Body::from(body);
        response
    }

    /// What the reader may do instead, in header fields.
    fn advise(self, fields: &mut HeaderMap) {
        match self {
            Self::MethodNotAllowed => {
                fields.insert(header::ALLOW, HeaderValue::from_static(headers::METHODS));
            }
            Self::PostOnly => {
                fields.insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            Self::NotReady | Self::Busy => {
                fields.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_S));
            }
            Self::NotFound
            | Self::NoAddress
            | Self::NoSuchFormat
            | Self::Forbidden
            | Self::Removed
            | Self::Internal => {}
        }
    }
}
