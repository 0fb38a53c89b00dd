//! A look at an address: what it answers, as it answers it.

use bytes::Bytes;
use http::HeaderMap;

use super::{FetchError, Fetcher, guard, route::Route};
use crate::model::Source;

/// Most bytes of a body that are looked at; what follows is not read.
const BODY_BYTES_MAX: usize = 64 << 10;

/// One answer.
#[derive(Clone, Debug)]
pub struct Look {
    /// Its status.
    pub status: u16,
    /// Its header fields, but for those of the content coding, which is undone.
    pub fields: HeaderMap,
    /// How its body begins.
    pub body: Bytes,
}

impl Fetcher {
    /// Asks for the source's address once, unconditionally, and goes nowhere from there: an answer of any status is one.
    /// The guard stands before it as before every request.
    ///
    /// # Errors
    /// A [`FetchError`] where no answer came within [`super::Limits::timeout`].
    pub async fn look(&self, source: &Source) -> Result<Look, FetchError> {
        let after = self.inner.clients.limits().timeout;
        let look = async {
            let route = Route::new(source, None);
            let mut response = self.inner.ask(&route, None).await?;
            let (status, fields) = (response.status().as_u16(), response.headers().clone());
            let mut body = Vec::new();
            // A body that breaks off says no less about the address than one that does not.
            while body.len() < BODY_BYTES_MAX
                && let Ok(Some(piece)) = response.chunk().await
            {
                body.extend_from_slice(&piece);
            }
            body.truncate(BODY_BYTES_MAX);
            Ok(Look { status, fields, body: body.into() })
        };
        match tokio::time::timeout(after, look).await {
            Ok(seen) => seen,
            Err(_) => Err(FetchError::Timeout { host: guard::host(&source.url), after }),
        }
    }
}
