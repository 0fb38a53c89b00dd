//! Every address of the site, and who answers it.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{any, get, post},
};
use tower_http::catch_panic::CatchPanicLayer;
use url::form_urlencoded;

use super::{
    App, edition,
    headers::{self, Class},
    health, media, oembed, ping,
    problem::Problem,
    websub,
};
use crate::{
    model::PublicationPath,
    publish::{Showing, Standing, WidgetError},
    render::Edition,
};

/// Longest query that is read, bytes; what is behind it is ignored.
const QUERY_BYTES_MAX: usize = 2_048;
/// Most parameters that are read.
const PARAMETERS_MAX: usize = 32;

const ICON: &str = include_str!("icon.svg");
const ROBOTS: &str = "User-agent: *\nAllow: /\n";

static FAVICON: LazyLock<Edition> = LazyLock::new(|| Edition::new("image/svg+xml", ICON.into(), None));
static ROBOTS_TXT: LazyLock<Edition> =
    LazyLock::new(|| Edition::new("text/plain; charset=utf-8", ROBOTS.into(), None));

/// All routes below the path of `public_url`; health also at the root, where probes look for it.
pub fn router(app: App) -> Router {
    let site = Router::new()
        .route("/", get(site_edition))
        .route("/opml", get(site_edition))
        .route("/oembed", get(oembed::answer))
        .route("/widget.css", get(site_edition))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(robots))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/ping/{secret}", post(ping::ping).fallback(ping::not_posted))
        .route("/websub/{token}", any(websub::called))
        .route("/media/", get(media::picture))
        .route("/media/{*named}", get(media::picture))
        .route("/{kind}/{slug}", get(publication_edition))
        .route("/{kind}/{slug}/", get(without_slash))
        .route("/{kind}/{slug}/widget", get(widget))
        .route("/{kind}/{slug}/entries/{key}", get(entry_page))
        .route("/{kind}/{slug}/{part}", get(publication_edition));
    let prefix = app.site.prefix().to_owned();
    let routes = if prefix.is_empty() {
        site
    } else {
        // A nested router does not answer the prefix with a slash behind it, which is what people type.
        Router::new()
            .route(&format!("{prefix}/"), get(site_edition))
            .route("/livez", get(health::livez))
            .route("/readyz", get(health::readyz))
            .nest(&prefix, site)
    };
    routes
        .fallback(nothing)
        .method_not_allowed_fallback(not_this_method)
        .layer(middleware::from_fn_with_state(app.clone(), not_before_ready))
        .layer(CatchPanicLayer::custom(PanicAnswer(app.clone())))
        .with_state(app)
}

/// A hosted page typed with a slash behind it.
async fn without_slash(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path();
    let named = path.strip_prefix(app.site.prefix()).unwrap_or(path).trim_matches('/');
    let standing = app.stand.standing();
    match find(&standing, named) {
        Found::Here(showing) => {
            let path = &showing.publication.path;
            moved(&app, &format!("/{path}"), request.uri().query(), Class::Page)
        }
        Found::Moved(path) => moved(&app, &format!("/{path}"), request.uri().query(), Class::Page),
        Found::Nowhere(problem) => problem.answer(&app.site, request.headers(), &app.life),
    }
}

async fn nothing(State(app): State<App>, request: HeaderMap) -> Response {
    Problem::NotFound.answer(&app.site, &request, &app.life)
}

/// Any method but GET and HEAD. OPTIONS is how a browser asks whether a script of another origin may send validators.
async fn not_this_method(State(app): State<App>, request: Request) -> Response {
    if request.method() != Method::OPTIONS {
        return Problem::MethodNotAllowed.answer(&app.site, request.headers(), &app.life);
    }
    let class = class(below_prefix(&app, request.uri().path()));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    headers::set(response.headers_mut(), class, None, &app.life);
    headers::set_preflight(response.headers_mut(), class);
    response
}

/// What lives at a path of the site, as far as its header fields go.
fn class(path: &str) -> Class {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        ["opml" | "oembed"] => Class::Feed,
        ["livez" | "readyz"] | ["ping", _] => Class::Passing,
        ["media", _, ..] => Class::Picture,
        ["widget.css" | "favicon.ico" | "robots.txt"] => Class::Asset,
        [_kind, _slug, "widget"] => Class::Widget,
        [_kind, _slug, "subscribe"] => Class::Page,
        [_kind, _slug, _part] => Class::Feed,
        _ => Class::Page,
    }
}

/// The path without what all addresses of the site begin with.
fn below_prefix<'a>(app: &App, path: &'a str) -> &'a str {
    match path.strip_prefix(app.site.prefix()).unwrap_or(path) {
        "" => "/",
        rest => rest,
    }
}

/// Until the stored editions stand there is nothing to hand out: 503, never an empty feed that readers would believe.
async fn not_before_ready(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_health = path.ends_with("/livez") || path.ends_with("/readyz");
    // A hub that is asked at the start calls back at once, and needs no edition.
    let is_called = below_prefix(&app, path).starts_with("/websub/");
    // A picture is as it was, whatever is printed around it.
    let is_picture = below_prefix(&app, path).starts_with(media::PREFIX);
    if is_health || is_called || is_picture || app.stand.standing().is_complete {
        return next.run(request).await;
    }
    if class(below_prefix(&app, path)) == Class::Widget {
        return Problem::NotReady.embed(&app.site, &app.life);
    }
    Problem::NotReady.answer(&app.site, request.headers(), &app.life)
}

async fn favicon(State(app): State<App>, request: HeaderMap) -> Response {
    edition::answer(&app, &FAVICON, Class::Asset, &request)
}

async fn robots(State(app): State<App>, request: HeaderMap) -> Response {
    edition::answer(&app, &ROBOTS_TXT, Class::Asset, &request)
}

/// `/`, `/opml`, `/widget.css`.
async fn site_edition(State(app): State<App>, request: Request) -> Response {
    let path = below_prefix(&app, request.uri().path());
    match app.stand.standing().front.get(path) {
        Some(edition) => edition::answer(&app, edition, class(path), request.headers()),
        None => Problem::NotFound.answer(&app.site, request.headers(), &app.life),
    }
}

/// The hosted page and everything declared below it. A path that is no text names nothing.
async fn publication_edition(
    State(app): State<App>,
    segments: Result<Path<Vec<String>>, PathRejection>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let missing = || Problem::NotFound.answer(&app.site, &request, &app.life);
    let Ok(Path(segments)) = segments else { return missing() };
    let (named, part) = match segments.as_slice() {
        [kind, slug] => (format!("{kind}/{slug}"), String::new()),
        [kind, slug, part] => (format!("{kind}/{slug}"), format!("/{part}")),
        _ => return missing(),
    };
    let class = class(&format!("/{named}{part}"));
    let standing = app.stand.standing();
    let (showing, old_slug_of) = match find(&standing, &named) {
        Found::Here(showing) => (Some(showing), None),
        Found::Moved(path) => (standing.showings.get(path), Some(path)),
        Found::Nowhere(problem) => return problem.answer(&app.site, &request, &app.life),
    };
    let found = showing.and_then(|it| declared(it, &part, query.as_deref()));
    match (found, old_slug_of) {
        (Some(edition), None) => edition::answer(&app, edition, class, &request),
        (Some(_), Some(path)) => moved(&app, &format!("/{path}{part}"), query.as_deref(), class),
        (None, _) => missing(),
    }
}

/// The edition of `part`; `lang` counts where the publication declares that language, and is ignored elsewhere.
fn declared<'a>(showing: &'a Showing, part: &str, query: Option<&str>) -> Option<&'a Arc<Edition>> {
    let edition = showing.editions.get(part)?;
    let lang = parameters(query).into_iter().find(|(name, _)| name == "lang").map(|(_, value)| value);
    let in_language =
        lang.and_then(|it| showing.editions.get(&format!("{part}?lang={}", it.to_ascii_lowercase())));
    Some(in_language.unwrap_or(edition))
}

/// The widget as a document for an iframe. An old slug is answered in place, so that no embed ever breaks.
async fn widget(
    State(app): State<App>,
    named: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let Ok(Path((kind, slug))) = named else { return Problem::NotFound.embed(&app.site, &app.life) };
    let showing = {
        let standing = app.stand.standing();
        match find(&standing, &format!("{kind}/{slug}")) {
            Found::Here(showing) => Ok(Arc::clone(showing)),
            Found::Moved(path) => standing.showings.get(path).cloned().ok_or(Problem::NotFound),
            Found::Nowhere(problem) => Err(problem),
        }
    };
    let showing = match showing {
        Ok(showing) => showing,
        Err(problem) => return problem.embed(&app.site, &app.life),
    };
    match app.on_demand.widget(&showing, &parameters(query.as_deref())).await {
        Ok(edition) => edition::answer(&app, &edition, Class::Widget, &request),
        Err(WidgetError::Busy) => Problem::Busy.embed(&app.site, &app.life),
        Err(error @ WidgetError::Broken) => {
            let path = &showing.publication.path;
            tracing::error!(publication = %path, "a widget of {path} could not be shown: {error}");
            Problem::Internal.embed(&app.site, &app.life)
        }
    }
}

/// One entry on a page of its own. An old slug leads to where it is now.
async fn entry_page(
    State(app): State<App>,
    named: Result<Path<(String, String, String)>, PathRejection>,
    request: HeaderMap,
) -> Response {
    let answer = |problem: Problem| problem.answer(&app.site, &request, &app.life);
    let Ok(Path((kind, slug, key))) = named else { return answer(Problem::NotFound) };
    let (showing, old_slug_of) = {
        let standing = app.stand.standing();
        match find(&standing, &format!("{kind}/{slug}")) {
            Found::Here(showing) => (Some(Arc::clone(showing)), None),
            Found::Moved(path) => (standing.showings.get(path).cloned(), Some(path.clone())),
            Found::Nowhere(problem) => return answer(problem),
        }
    };
    let Some(showing) = showing.filter(|it| it.entries.contains_key(&key)) else {
        return answer(Problem::NotFound);
    };
    if let Some(path) = old_slug_of {
        return moved(&app, &format!("/{path}/entries/{key}"), None, Class::Page);
    }
    match app.on_demand.entry(&showing, &key).await {
        Ok(Some(edition)) => edition::answer(&app, &edition, Class::Page, &request),
        Ok(None) => answer(Problem::NotFound),
        Err(WidgetError::Busy) => answer(Problem::Busy),
        Err(error @ WidgetError::Broken) => {
            let path = &showing.publication.path;
            tracing::error!(publication = %path, "an entry of {path} could not be shown: {error}");
            answer(Problem::Internal)
        }
    }
}

/// Where a publication is that was named.
pub(super) enum Found<'a> {
    /// Under this name.
    Here(&'a Arc<Showing>),
    /// Under another name by now.
    Moved(&'a PublicationPath),
    /// Not, or no longer.
    Nowhere(Problem),
}

/// The publication that `named` says, as `brands/acme`.
pub(super) fn find<'a>(standing: &'a Standing, named: &str) -> Found<'a> {
    let Some(path) = PublicationPath::parse(named) else { return Found::Nowhere(Problem::NotFound) };
    match (standing.showings.get(&path), standing.aliases.get(&path)) {
        (Some(showing), _) => Found::Here(showing),
        (None, Some(path)) => Found::Moved(path),
        (None, None) if standing.removed.contains(&path) => Found::Nowhere(Problem::Removed),
        (None, None) => Found::Nowhere(Problem::NotFound),
    }
}

/// The parameters of a query, as far as it is read.
pub(super) fn parameters(query: Option<&str>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    let read = query.get(..query.len().min(QUERY_BYTES_MAX)).unwrap_or_default();
    form_urlencoded::parse(read.as_bytes()).into_owned().take(PARAMETERS_MAX).collect()
}

/// Leads from an old slug to where the same edition is now. A query that is no plain text is left behind.
fn moved(app: &App, path: &str, query: Option<&str>, class: Class) -> Response {
    let mut response = Response::new(Body::empty());
    let query = query.filter(|it| it.bytes().all(|it| it.is_ascii_graphic()));
    let query = query.map(|it| format!("?{it}")).unwrap_or_default();
    let Ok(location) = HeaderValue::from_str(&app.site.address(&format!("{path}{query}"))) else {
        return Problem::NotFound.answer(&app.site, &HeaderMap::new(), &app.life);
    };
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    headers::set(response.headers_mut(), class, None, &app.life);
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// A panic in a handler is a fault of ours and an answer like any other.
#[derive(Clone)]
struct PanicAnswer(App);

impl tower_http::catch_panic::ResponseForPanic for PanicAnswer {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, _: Box<dyn std::any::Any + Send>) -> Response {
        tracing::error!("answering a request failed inside pressroll");
        Problem::Internal.answer(&self.0.site, &HeaderMap::new(), &self.0.life)
    }
}
