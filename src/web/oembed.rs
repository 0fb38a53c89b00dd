//! `/oembed`: how a site that was given the address of a page of ours shows it within its own.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use url::Url;

use super::{
    App, edition,
    headers::{self, Class},
    problem::Problem,
    routes::{Found, find, parameters},
};
use crate::{
    model::{Hash128, Site},
    publish::{Showing, Standing},
    render::oembed::{Notation, Wishes, oembed},
};

/// The largest side that anyone may ask for, pixels: what is more is as good as no limit.
const SIDE_PX_MAX: u32 = 16_384;

/// Answers for the page that `url` names, as far as it stands: what the gate lets nobody see has no answer either.
pub async fn answer(State(app): State<App>, RawQuery(query): RawQuery, request: HeaderMap) -> Response {
    match made(&app, query.as_deref()) {
        Ok((bytes, notation, changed_ms)) => found(&app, bytes, notation, changed_ms, &request),
        Err(problem) => problem.answer(&app.site, &request, &app.life),
    }
}

/// The bytes, what they are written in, and when what they tell of changed.
fn made(app: &App, query: Option<&str>) -> Result<(Vec<u8>, Notation, i64), Problem> {
    let parameters = parameters(query);
    let said = |name: &str| parameters.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let notation = match said("format") {
        None => Notation::default(),
        Some(name) => Notation::ALL.into_iter().find(|it| it.name() == name).ok_or(Problem::NoSuchFormat)?,
    };
    // What makes no sense as a size is passed over, as it is everywhere.
    let side = |name: &str| said(name)?.parse().ok().filter(|it| (1..=SIDE_PX_MAX).contains(it));
    let wishes = Wishes {
        notation,
        width_px_max: side("maxwidth"),
        height_px_max: side("maxheight"),
        cache_s: app.life.fresh_s(),
    };
    let url = said("url").and_then(|it| Url::parse(it).ok()).ok_or(Problem::NoAddress)?;
    let standing = app.stand.standing();
    let Named { showing, key } = named(&standing, &app.site, &url)?;
    let shown = match key {
        Some(key) => Some(showing.entries.get(&key).ok_or(Problem::NotFound)?),
        None => None,
    };
    let lang = url.query_pairs().find(|(name, _)| name == "lang").map(|(_, it)| it.to_ascii_lowercase());
    let lang = lang.filter(|it| shown.is_none() && showing.speaks(it));
    let picked = lang.as_deref().map(|it| showing.in_language(it));
    let mut sheet = showing.sheet();
    (sheet.lang, sheet.shown) = (lang.as_deref(), picked.as_deref().unwrap_or(&showing.shown));
    Ok((oembed(&sheet, shown, &wishes), notation, showing.changed_ms))
}

/// What an address names.
struct Named<'a> {
    showing: &'a Showing,
    /// The entry's key, where it is the page of one.
    key: Option<String>,
}

/// What `url` names among the pages of this site. Scheme and a slash at the end make no difference: people type them.
fn named<'a>(standing: &'a Standing, site: &Site, url: &Url) -> Result<Named<'a>, Problem> {
    let own = Url::parse(&site.public_url).map_err(|_| Problem::NotFound)?;
    let is_ours = matches!(url.scheme(), "http" | "https")
        && (url.host_str(), url.port()) == (own.host_str(), own.port())
        && url.username().is_empty()
        && url.password().is_none();
    let below = url.path().strip_prefix(site.prefix()).and_then(|it| it.strip_prefix('/'));
    let path = below.filter(|_| is_ours).ok_or(Problem::NotFound)?;
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let (publication, key) = match segments.as_slice() {
        [kind, slug] => (format!("{kind}/{slug}"), None),
        [kind, slug, "entries", key] => (format!("{kind}/{slug}"), Some((*key).to_owned())),
        _ => return Err(Problem::NotFound),
    };
    let showing = match find(standing, &publication) {
        Found::Here(showing) => showing,
        Found::Moved(path) => standing.showings.get(path).ok_or(Problem::NotFound)?,
        Found::Nowhere(problem) => return Err(problem),
    };
    Ok(Named { showing, key })
}

fn found(app: &App, bytes: Vec<u8>, notation: Notation, changed_ms: i64, request: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let fields = response.headers_mut();
    headers::set(fields, Class::Feed, None, &app.life);
    let stem = Hash128::of(&bytes).hex();
    edition::insert(fields, header::ETAG, &format!("\"{stem}\""));
    let changed_ms = changed_ms.min((app.clock)().as_millisecond());
    edition::insert(fields, header::LAST_MODIFIED, &edition::http_date(changed_ms));
    if edition::has_tag(request, &stem) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(notation.media_type()));
    *response.body_mut() = Body::from(bytes);
    response
}
