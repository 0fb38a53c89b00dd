//! Reading an answer, bounded: its header fields, then its body, counted after content codings were undone.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};

use super::{
    FetchError, Limits,
    errors::{Asked, of_body},
};

/// Largest room that is reserved because a `Content-Length` says so.
const RESERVED_BYTES_MAX: u64 = 256 << 10;
/// Words that servers write into `Content-Encoding` although nothing is encoded.
const NO_CODING: [&str; 5] = ["", "identity", "none", "utf-8", "utf8"];
/// How gzip and zstd data begin: no feed begins so.
const COMPRESSED: [&[u8]; 2] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];

/// Refuses heads beyond the limits. The client bounds them too, but later or not per field.
pub(super) fn check_head(fields: &HeaderMap, limits: &Limits) -> Result<(), FetchError> {
    let refused = |what: &str| Err(FetchError::Headers(what.to_owned()));
    let mut total = 0;
    for (name, value) in fields {
        if value.len() > limits.header_value_bytes_max {
            let quote: String = name.as_str().chars().take(64).collect();
            return refused(&format!("“{quote}” has {} bytes", value.len()));
        }
        total += name.as_str().len() + value.len();
    }
    if total > limits.header_bytes_max {
        return refused(&format!("together they have {total} bytes"));
    }
    Ok(())
}

/// The body, whole or not at all: at most so many bytes.
pub(super) async fn read(
    mut response: reqwest::Response,
    limit_bytes: u64,
    asked: Asked<'_>,
) -> Result<Bytes, FetchError> {
    check_coding(response.headers())?;
    let announced = response.content_length().unwrap_or(0);
    if announced > limit_bytes {
        return Err(FetchError::TooLarge { limit_bytes });
    }
    let reserved = usize::try_from(announced.min(RESERVED_BYTES_MAX)).unwrap_or(0);
    let mut body = BytesMut::with_capacity(reserved);
    while let Some(chunk) = response.chunk().await.map_err(|error| of_body(error, asked))? {
        if (body.len() + chunk.len()) as u64 > limit_bytes {
            return Err(FetchError::TooLarge { limit_bytes });
        }
        body.extend_from_slice(&chunk);
    }
    if COMPRESSED.iter().any(|it| body.starts_with(it)) {
        return Err(FetchError::Encoding("what came out is compressed once more".to_owned()));
    }
    Ok(body.freeze())
}

/// The client takes the field away when it undoes a coding: what is left was not undone.
fn check_coding(fields: &HeaderMap) -> Result<(), FetchError> {
    for left in fields.get_all(header::CONTENT_ENCODING) {
        let name = String::from_utf8_lossy(left.as_bytes()).trim().to_ascii_lowercase();
        if !NO_CODING.contains(&name.as_str()) {
            let quote: String = name.chars().take(64).collect();
            return Err(FetchError::Encoding(format!("“{}” is not one that is known", quote.escape_debug())));
        }
    }
    Ok(())
}
