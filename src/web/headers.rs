//! The one table of what every answer says beside its body: caching, security, sharing across origins.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::http::{HeaderMap, HeaderValue, header};

/// What an answer is, as far as its header fields go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A combined feed or an outline: data that any page may read.
    Feed,
    /// A widget: any page may frame it, unless its own policy says otherwise.
    Widget,
    /// A page of ours for people.
    Page,
    /// A style sheet or an icon.
    Asset,
    /// A picture of an entry, shown by any page.
    Picture,
    /// What stands where a picture should: shown by any page, and not kept.
    Placeholder,
    /// An answer that must not be kept: health, errors.
    Passing,
    /// The line that stands where a widget should: framed by any page, and not kept.
    Quiet,
}

/// Feeds and pictures are data: were a cache to hand one out as something else, nothing in it may run.
const DATA_POLICY: &str = "sandbox; default-src 'none'";

/// What every address answers.
pub const METHODS: &str = "GET, HEAD, OPTIONS";
/// What scripts of other origins may read of an answer beside its body.
const VALIDATORS: &str = "ETag, Last-Modified";
/// What scripts of other origins may send.
const CONDITIONS: &str = "If-None-Match, If-Modified-Since";
/// How long a browser may remember that, seconds.
const PREFLIGHT_S_MAX: u32 = 86_400;

/// Class; may other origins read it (CORS) and embed it (CORP); policy where the edition has none of its own.
const TABLE: [(Class, Option<&str>, &str, &str); 8] = [
    (Class::Feed, Some("*"), "cross-origin", DATA_POLICY),
    (Class::Widget, None, "cross-origin", DATA_POLICY),
    (Class::Page, None, "same-origin", DATA_POLICY),
    (Class::Asset, Some("*"), "cross-origin", DATA_POLICY),
    (Class::Picture, Some("*"), "cross-origin", DATA_POLICY),
    (Class::Placeholder, Some("*"), "cross-origin", DATA_POLICY),
    (Class::Passing, None, "same-origin", DATA_POLICY),
    (Class::Quiet, None, "cross-origin", DATA_POLICY),
];

/// How long other people's caches may hand out an edition without asking again. Clones say the same, also when it
/// changes.
#[derive(Clone, Debug)]
pub struct CacheLife(Arc<ArcSwap<Life>>);

/// How long an edition is fresh, seconds, and the header field that says so.
#[derive(Debug)]
struct Life {
    fresh_s: u64,
    value: HeaderValue,
}

impl CacheLife {
    /// Half of `longest` fresh, half of it stale while being asked for again: together never longer.
    pub fn new(longest: Duration) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(caching(longest))))
    }

    /// From now on this is the longest.
    pub fn becomes(&self, longest: Duration) {
        self.0.store(Arc::new(caching(longest)));
    }

    fn value(&self) -> HeaderValue {
        self.0.load().value.clone()
    }

    /// How long an edition is fresh, seconds.
    pub fn fresh_s(&self) -> u64 {
        self.0.load().fresh_s
    }
}

fn caching(longest: Duration) -> Life {
    let stale_s = longest.as_secs() / 2;
    let fresh_s = longest.as_secs() - stale_s;
    let value = format!("public, max-age={fresh_s}, stale-while-revalidate={stale_s}");
    Life { fresh_s, value: HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("no-cache")) }
}

/// Sets everything the table says for `class`. `policy` is the edition's own content security policy.
pub fn set(headers: &mut HeaderMap, class: Class, policy: Option<&str>, life: &CacheLife) {
    let Some((_, sharing, embedding, fallback)) = TABLE.iter().find(|(it, ..)| *it == class) else { return };
    let policy = policy.and_then(|it| HeaderValue::from_str(it).ok());
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.unwrap_or(HeaderValue::from_static(fallback)));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static(embedding));
    if let Some(origins) = sharing {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(origins));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(VALIDATORS));
    }
    let caching = match class {
        Class::Passing | Class::Quiet | Class::Placeholder => HeaderValue::from_static("no-store"),
        Class::Feed | Class::Widget | Class::Page | Class::Asset | Class::Picture => life.value(),
    };
    headers.insert(header::CACHE_CONTROL, caching);
}

/// What a browser wants to know before a script of another origin may ask with validators (Fetch, section 3.3.5).
pub fn set_preflight(headers: &mut HeaderMap, class: Class) {
    headers.insert(header::ALLOW, HeaderValue::from_static(METHODS));
    if TABLE.iter().any(|(it, sharing, ..)| *it == class && sharing.is_some()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(CONDITIONS));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(PREFLIGHT_S_MAX));
    }
}
