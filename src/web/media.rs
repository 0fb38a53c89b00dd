//! Pictures over HTTP: from memory or this node's folder, under addresses that only we can make. A request never opens a
//! connection: what is missing here is fetched later, and until then a designed placeholder stands in.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use bytes::Bytes;

use super::{
    App, edition,
    headers::{self, Class},
    problem::Problem,
};
use crate::{
    ingest::Pictures,
    media::PictureId,
    model::{Encoding, Hash128, picture::WIDTHS},
};

/// What stands before the signature in every address of a picture.
pub const PREFIX: &str = "/media/";

/// What an address of ours names: a picture in one width and encoding.
struct Wanted {
    id: PictureId,
    width: u32,
    encoding: Encoding,
}

/// `/media/{signature}/{id}/{width}.{ext}`; 403 for anything that is not exactly what we wrote.
pub async fn picture(State(app): State<App>, request: Request) -> Response {
    // What all addresses of the site begin with is gone by here.
    let named = request.uri().path().strip_prefix(PREFIX);
    let wanted = named.zip(app.pictures.as_ref()).and_then(|(it, pictures)| read(pictures, it));
    let (Some(Wanted { id, width, encoding }), Some(pictures)) = (wanted, &app.pictures) else {
        return Problem::Forbidden.answer(&app.site, request.headers(), &app.life);
    };
    match pictures.read(&id, width, encoding).await {
        Some(bytes) => found(&app, bytes, encoding, request.headers()),
        None => missing(&app, pictures.placeholder(encoding), encoding),
    }
}

/// Reads what follows the prefix. It is taken as it stands on the wire, so that one picture has one address.
fn read(pictures: &Pictures, named: &str) -> Option<Wanted> {
    let mut parts = named.split('/');
    let (signature, id, file, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let (width, extension) = file.split_once('.')?;
    let width = WIDTHS.into_iter().find(|it| it.to_string() == width)?;
    let encoding = Encoding::ALL.into_iter().find(|it| it.extension() == extension)?;
    let id = pictures.opens(signature, id)?;
    Some(Wanted { id, width, encoding })
}

fn found(app: &App, bytes: Bytes, encoding: Encoding, request: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let fields = response.headers_mut();
    headers::set(fields, Class::Picture, None, &app.life);
    let stem = Hash128::of(&bytes).hex();
    edition::insert(fields, header::ETAG, &format!("\"{stem}\""));
    if edition::has_tag(request, &stem) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(encoding.media_type()));
    *response.body_mut() = Body::from(bytes);
    response
}

/// A picture that is signed and not here: readers see a quiet shape, and nobody keeps it.
fn missing(app: &App, shape: Bytes, encoding: Encoding) -> Response {
    let mut response = Response::new(Body::from(shape));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let fields = response.headers_mut();
    headers::set(fields, Class::Placeholder, None, &app.life);
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(encoding.media_type()));
    response
}
