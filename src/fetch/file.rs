//! A source that is a file of this machine: asked like any other, with its moment, number and size as validator.

use std::{io, os::unix::fs::MetadataExt as _, path::Path};

use bytes::Bytes;
use tokio::io::AsyncReadExt as _;

use super::{Answer, Asks, FetchError, Fetched, Limits, Reply, Validators, body_hash};
use crate::model::{PollState, Source};

/// Reads the file at `path`, unless it is the one that `known` speaks of. A pipe or a device is refused before it is
/// opened: opening it could wait for ever.
pub(super) async fn read(
    source: &Source,
    path: &Path,
    known: Option<&PollState>,
    limits: &Limits,
) -> Result<Fetched, FetchError> {
    let failed = |error: io::Error| FetchError::File { path: path.display().to_string(), why: said(&error) };
    let about = tokio::fs::metadata(path).await.map_err(failed)?;
    if !about.is_file() {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let moment = (about.mtime(), about.mtime_nsec());
    let etag = format!("\"{}.{:09}-{:x}-{:x}\"", moment.0, moment.1, about.ino(), about.len());
    let validators = Validators { etag: Some(etag), last_modified: None };
    let answer = Answer { validators, asks: Asks::default(), moved_to: None };
    if known.is_some_and(|it| it.etag == answer.validators.etag) {
        return Ok(Fetched::Unchanged(answer));
    }
    let limit_bytes = limits.body_bytes_max;
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut body = Vec::new();
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut body).await.map_err(failed)?;
    if body.len() as u64 > limit_bytes {
        return Err(FetchError::TooLarge { limit_bytes });
    }
    let body_hash = body_hash(&body);
    if known.is_some_and(|it| it.body_hash.as_ref() == Some(&body_hash)) {
        return Ok(Fetched::Unchanged(answer));
    }
    let (bytes, final_url) = (Bytes::from(body), source.url.clone());
    Ok(Fetched::Fresh(Reply { answer, bytes, body_hash, content_type: None, final_url }))
}

/// What the system says, as a sentence that can be acted on.
fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "this user may not read it: give it to the user that pressroll runs as".to_owned()
        }
        _ => error.to_string(),
    }
}
