//! Every address of the site, and who answers it.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::{Path, RawQuery, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use tower_http::catch_panic::CatchPanicLayer;
use url::form_urlencoded;

use super::{App, edition, headers::Class, health, problem::Problem};
use crate::{
    model::PublicationPath,
    publish::{Showing, Standing},
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
        .route("/widget.css", get(site_edition))
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(robots))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/{kind}/{slug}", get(publication_edition))
        .route("/{kind}/{slug}/widget", get(widget))
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

async fn nothing(State(app): State<App>, request: HeaderMap) -> Response {
    Problem::NotFound.answer(&app.site, &request, &app.life)
}

async fn not_this_method(State(app): State<App>, request: HeaderMap) -> Response {
    Problem::MethodNotAllowed.answer(&app.site, &request, &app.life)
}

/// Until the stored editions stand there is nothing to hand out: 503, never an empty feed that readers would believe.
async fn not_before_ready(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_health = path.ends_with("/livez") || path.ends_with("/readyz");
    if is_health || app.stand.standing().is_complete {
        return next.run(request).await;
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
    let path = request.uri().path();
    let rest = path.strip_prefix(app.site.prefix()).unwrap_or(path);
    let rest = if rest.is_empty() { "/" } else { rest };
    let class = match rest {
        "/" => Class::Page,
        "/opml" => Class::Feed,
        _ => Class::Asset,
    };
    match app.stand.standing().site.get(rest) {
        Some(edition) => edition::answer(&app, edition, class, request.headers()),
        None => Problem::NotFound.answer(&app.site, request.headers(), &app.life),
    }
}

/// The hosted page and everything declared below it.
async fn publication_edition(
    State(app): State<App>,
    method: Method,
    Path(segments): Path<Vec<String>>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let (named, part) = match segments.as_slice() {
        [kind, slug] => (format!("{kind}/{slug}"), String::new()),
        [kind, slug, part] => (format!("{kind}/{slug}"), format!("/{part}")),
        _ => return nothing(State(app), request).await,
    };
    let standing = app.stand.standing();
    let found = match find(&standing, &named) {
        Found::Here(showing) => declared(showing, &part, query.as_deref()),
        Found::Moved(path) if method == Method::GET || method == Method::HEAD => {
            let query = query.map(|it| format!("?{it}")).unwrap_or_default();
            return moved(&app.site.address(&format!("/{path}{part}{query}")));
        }
        Found::Moved(_) | Found::Nowhere => None,
    };
    let class = match part.as_str() {
        "" | "/subscribe" => Class::Page,
        _ => Class::Feed,
    };
    match found {
        Some(edition) => edition::answer(&app, edition, class, &request),
        None => Problem::NotFound.answer(&app.site, &request, &app.life),
    }
}

/// The edition of `part`; `lang` counts where the publication declares that language, and is ignored elsewhere.
fn declared<'a>(showing: &'a Showing, part: &str, query: Option<&str>) -> Option<&'a Arc<Edition>> {
    let lang = parameters(query).into_iter().find(|(name, _)| name == "lang").map(|(_, value)| value);
    let in_language =
        lang.and_then(|it| showing.editions.get(&format!("{part}?lang={}", it.to_ascii_lowercase())));
    in_language.or_else(|| showing.editions.get(part))
}

/// The widget as a document for an iframe. An old slug is answered in place, so that no embed ever breaks.
async fn widget(
    State(app): State<App>,
    Path((kind, slug)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let showing = {
        let standing = app.stand.standing();
        let named = format!("{kind}/{slug}");
        let path = match find(&standing, &named) {
            Found::Here(showing) => Some(showing),
            Found::Moved(path) => standing.showings.get(path),
            Found::Nowhere => None,
        };
        path.cloned()
    };
    let Some(showing) = showing else { return Problem::NotFound.embed(&app.site, &app.life) };
    let edition = match (query.as_deref().unwrap_or_default(), showing.editions.get("/widget")) {
        ("", Some(edition)) => Arc::clone(edition),
        _ => app.on_demand.widget(&showing, &parameters(query.as_deref())).await,
    };
    edition::answer(&app, &edition, Class::Widget, &request)
}

enum Found<'a> {
    Here(&'a Arc<Showing>),
    Moved(&'a PublicationPath),
    Nowhere,
}

fn find<'a>(standing: &'a Standing, named: &str) -> Found<'a> {
    let Some(path) = PublicationPath::parse(named) else { return Found::Nowhere };
    if let Some(showing) = standing.showings.get(&path) {
        return Found::Here(showing);
    }
    standing.aliases.get(&path).map_or(Found::Nowhere, Found::Moved)
}

fn parameters(query: Option<&str>) -> Vec<(String, String)> {
    let query = query.unwrap_or_default();
    let read = query.get(..query.len().min(QUERY_BYTES_MAX)).unwrap_or_default();
    form_urlencoded::parse(read.as_bytes()).into_owned().take(PARAMETERS_MAX).collect()
}

fn moved(to: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// A panic in a handler is a fault of ours and an answer like any other.
#[derive(Clone)]
struct PanicAnswer(App);

impl tower_http::catch_panic::ResponseForPanic for PanicAnswer {
    type ResponseBody = axum::body::Body;

    fn response_for_panic(&mut self, _: Box<dyn std::any::Any + Send>) -> Response {
        tracing::error!("answering a request failed inside pressroll");
        Problem::Internal.answer(&self.0.site, &HeaderMap::new(), &self.0.life)
    }
}
