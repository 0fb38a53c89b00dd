//! Validators: what makes a request conditional (RFC 9110, section 13), kept and given back byte for byte.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::model::{Hash128, PollState};

/// Longest validator that is kept, in bytes: a longer one would make requests that servers refuse.
const VALIDATOR_BYTES_MAX: usize = 2048;

/// The hash that [`PollState::body_hash`] keeps: 32 hexadecimal digits of the decoded body.
pub fn body_hash(body: &[u8]) -> String {
    Hash128::of(body).hex()
}

/// The validators of an answer. Each character stands for one byte of the field (U+0000 to U+00FF), so that bytes
/// outside of ASCII come back exactly as they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, weak mark and quotes included.
    pub etag: Option<String>,
    /// `Last-Modified` as received, whether or not it is a date.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether the source sends none: then every poll costs it the whole document.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// What the fields of an answer say.
    pub(super) fn of(fields: &HeaderMap) -> Self {
        let kept = |name: HeaderName| {
            let value = fields.get(name)?.as_bytes();
            let fits = !value.is_empty() && value.len() <= VALIDATOR_BYTES_MAX;
            fits.then(|| match str::from_utf8(value) {
                Ok(text) if text.is_ascii() => text.to_owned(),
                _ => value.iter().copied().map(char::from).collect(),
            })
        };
        Self { etag: kept(header::ETAG), last_modified: kept(header::LAST_MODIFIED) }
    }

    /// What an earlier round kept.
    pub(super) fn of_state(state: &PollState) -> Self {
        Self { etag: state.etag.clone(), last_modified: state.last_modified.clone() }
    }

    /// These, and `earlier` where these say nothing: a 304 need not repeat them.
    pub(super) fn or(self, earlier: Self) -> Self {
        Self { etag: self.etag.or(earlier.etag), last_modified: self.last_modified.or(earlier.last_modified) }
    }
}

/// Makes a request conditional with what an earlier round kept.
pub(super) fn condition(state: &PollState, request: &mut HeaderMap) {
    let mut put = |name: HeaderName, text: &Option<String>| {
        if let Some(value) = text.as_deref().filter(|it| !it.is_empty()).and_then(field) {
            request.insert(name, value);
        }
    };
    put(header::IF_NONE_MATCH, &state.etag);
    put(header::IF_MODIFIED_SINCE, &state.last_modified);
}

/// The field's value that a validator was read from.
fn field(text: &str) -> Option<HeaderValue> {
    if text.is_ascii() {
        return HeaderValue::from_str(text).ok();
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|it| u8::try_from(it).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}
