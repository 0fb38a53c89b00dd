//! An edition over HTTP: which encoding, which validator, whether it is needed at all (RFC 9110, sections 8.8, 12.5, 13).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;
use jiff::{
    Timestamp,
    fmt::rfc2822::{DateTimeParser, DateTimePrinter},
};

use super::{
    App,
    headers::{self, Class},
};
use crate::render::Edition;

/// Most members of a list that are read in `If-None-Match` and `Accept-Encoding`.
const LIST_MEMBERS_MAX: usize = 32;

/// A content coding that every edition is born with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Br,
}

impl Coding {
    fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Br => "-br",
        }
    }

    fn body(self, edition: &Edition) -> Bytes {
        match self {
            Self::Identity => edition.identity.clone(),
            Self::Gzip => edition.gzip.clone(),
            Self::Br => edition.br.clone(),
        }
    }
}

/// Answers a GET or HEAD for `edition`; hyper leaves the body of a HEAD away.
pub fn answer(app: &App, edition: &Edition, class: Class, request: &HeaderMap) -> Response {
    let coding = choose(request);
    let mut response = Response::new(Body::empty());
    let fields = response.headers_mut();
    headers::set(fields, class, edition.content_security.as_deref(), &app.life);
    fields.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    let tag = format!("\"{}{}\"", edition.hash.hex(), coding.suffix());
    insert(fields, header::ETAG, &tag);
    // Never later than the answer itself (section 8.8.2.1), though the store may date quick changes a second ahead.
    let changed_ms = edition.changed_ms.min((app.clock)().as_millisecond());
    insert(fields, header::LAST_MODIFIED, &http_date(changed_ms));
    if is_fresh(edition, request) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(edition.media_type));
    match coding {
        Coding::Identity => {}
        Coding::Gzip => insert(fields, header::CONTENT_ENCODING, "gzip"),
        Coding::Br => insert(fields, header::CONTENT_ENCODING, "br"),
    }
    *response.body_mut() = Body::from(coding.body(edition));
    response
}

pub(super) fn insert(fields: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        fields.insert(name, value);
    }
}

/// Unix milliseconds as an HTTP date (RFC 9110, section 5.6.7).
pub fn http_date(ms: i64) -> String {
    let timestamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).unwrap_or_default()
}

/// Whether the reader already has it: any of the edition's tags, weakly compared; without tags, the date.
fn is_fresh(edition: &Edition, request: &HeaderMap) -> bool {
    if request.contains_key(header::IF_NONE_MATCH) {
        return has_tag(request, &edition.hash.hex());
    }
    let since = request.get(header::IF_MODIFIED_SINCE).and_then(|it| it.to_str().ok());
    since.and_then(http_seconds).is_some_and(|it| edition.changed_ms / 1000 <= it)
}

/// Whether the reader has what is known by `stem`, in whatever coding.
pub(super) fn has_tag(request: &HeaderMap, stem: &str) -> bool {
    let lists = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    lists.flat_map(|it| it.split(',')).take(LIST_MEMBERS_MAX).any(|tag| {
        let tag = tag.trim();
        let bare = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        tag == "*" || bare.strip_prefix(stem).is_some_and(|rest| matches!(rest, "" | "-gz" | "-br"))
    })
}

fn http_seconds(text: &str) -> Option<i64> {
    Some(DateTimeParser::new().parse_timestamp(text).ok()?.as_second())
}

/// The best coding that `Accept-Encoding` lets through: by weight, then br before gzip before identity (RFC 9110,
/// section 12.5.3).
///
/// Identity counts with a weight where it is named, and is the last resort where it is not. A request that refuses
/// everything we have is answered by identity all the same: section 12.5 leaves it to the server to disregard the field,
/// and a reader is helped more by bytes than by a 406.
fn choose(request: &HeaderMap) -> Coding {
    let lists = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
    let (mut br, mut gzip, mut identity, mut any) = (None, None, None, None);
    for member in lists.flat_map(|it| it.split(',')).take(LIST_MEMBERS_MAX) {
        let mut parts = member.split(';');
        let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parts.find_map(weight).unwrap_or(1.0);
        match name.as_str() {
            "br" => br = Some(weight),
            "gzip" | "x-gzip" => gzip = Some(weight),
            "identity" => identity = Some(weight),
            "*" => any = Some(weight),
            _ => {}
        }
    }
    let wanted = |named: Option<f32>| named.or(any).unwrap_or(0.0);
    let (br, gzip, identity) = (wanted(br), wanted(gzip), wanted(identity));
    match (br, gzip) {
        (br, gzip) if br > 0.0 && br >= gzip && br >= identity => Coding::Br,
        (_, gzip) if gzip > 0.0 && gzip >= identity => Coding::Gzip,
        _ => Coding::Identity,
    }
}

/// The number of `q=0.5`; `None` for any other parameter, and for what is no weight.
fn weight(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.split_once('=')?;
    let weight = value.trim().parse::<f32>().ok()?;
    (name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight)).then_some(weight)
}
