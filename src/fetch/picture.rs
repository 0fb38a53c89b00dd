//! One image: followed along its redirects through the same guard as every other request, and read within its own bound.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use url::Url;

use super::{FetchError, Fetcher, Inner, body, guard, is_redirect, route::Route};
use crate::model::{Source, SourceId, source::Network};

/// Which images we would rather have; what comes is told by its first bytes, whatever the answer calls it.
const ACCEPT: &str = "image/webp, image/jpeg, image/png, image/gif;q=0.9, */*;q=0.1";

/// What stands for the image where the machinery of a round wants a source.
const ERRAND: &str = "picture";

impl Fetcher {
    /// An image's bytes, as they were before any content coding: at most [`super::Limits::image_bytes_max`] of them,
    /// within [`super::Limits::timeout`]. Nothing of a source goes with the request: no header field of its own, no
    /// userinfo, no cookie, no referer. `networks` are the private networks that the operator lets images come from
    /// ([`Source::image_networks`]); they hold at every step of the way.
    ///
    /// # Errors
    /// One [`FetchError`] for every class of failure; nothing is asked twice.
    pub async fn picture(&self, address: &Url, networks: &[Network]) -> Result<Bytes, FetchError> {
        let after = self.inner.clients.limits().timeout;
        let errand = errand(address, networks)?;
        match tokio::time::timeout(after, self.inner.picture(&errand)).await {
            Ok(bytes) => bytes,
            Err(_) => Err(FetchError::Timeout { host: guard::host(address), after }),
        }
    }
}

impl Inner {
    async fn picture(&self, errand: &Source) -> Result<Bytes, FetchError> {
        let limits = self.clients.limits();
        let mut route = Route::of_picture(errand);
        loop {
            let (client, way) = self.enter(&route).await?;
            let request =
                client.get(route.at().clone()).header(header::ACCEPT, HeaderValue::from_static(ACCEPT));
            let response = self.send(&route, way, request.send()).await?;
            match response.status() {
                StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {
                    return body::read(response, limits.image_bytes_max, self.asked(&route)).await;
                }
                status if is_redirect(status) => {
                    route.step(status, response.headers(), limits.redirects_max)?;
                }
                status => return Err(self.refusal(status, response.headers(), &route)),
            }
        }
    }
}

/// The image's address as a source of its own, so that nothing of a real one can go out with it.
fn errand(address: &Url, networks: &[Network]) -> Result<Source, FetchError> {
    let id = SourceId::new(ERRAND).map_err(|error| FetchError::Setup(error.to_string()))?;
    let mut bare = address.clone();
    // Both can only fail on addresses without a host, which the guard refuses.
    let _ = bare.set_username("");
    let _ = bare.set_password(None);
    Ok(Source { image_networks: networks.to_vec(), ..Source::at(id, bare) })
}
