//! Telling a hub something (WebSub, sections 5 and 6): a small form, sent through the same guard as every other request.

use http::{HeaderValue, StatusCode, header};
use url::{Host, Url};

use super::{FetchError, Fetcher, Inner, asks, guard, route::Route};
use crate::model::Source;

/// How much of what a hub says in its answer is read, bytes.
const SAID_BYTES_MAX: usize = 1_024;
/// How names end that nobody outside can look up (RFC 6761, RFC 6762, and ICANN's `internal`).
const PRIVATE_NAMES: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// What a server answered to a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The HTTP status code; no redirect that is followed.
    pub code: u16,
    /// How long the server asked us to stay away, within [`super::Limits::retry_after_max`].
    pub retry_after: Option<std::time::Duration>,
    /// The beginning of what it said in plain text, on one line; empty if it said nothing.
    pub said: String,
}

impl Posted {
    /// Whether the server has taken it.
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.code)
    }
}

/// Whether an address is one of this machine or of its network, as far as it can be seen without looking names up:
/// nobody elsewhere could call it.
pub fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let is_private =
                |end: &str| name.strip_suffix(end).is_some_and(|it| it.is_empty() || it.ends_with('.'));
            !name.contains('.') || PRIVATE_NAMES.into_iter().any(is_private)
        }
        Some(Host::Ipv4(address)) => guard::not_public(address.into()).is_some(),
        Some(Host::Ipv6(address)) => guard::not_public(address.into()).is_some(),
        None => true,
    }
}

impl Fetcher {
    /// The most that is read of a document.
    pub fn body_bytes_max(&self) -> u64 {
        self.inner.clients.limits().body_bytes_max
    }

    /// Sends a form to a server that `source` has named. Redirects that keep the method (307, 308) are followed, each
    /// through the guard; no other. The source's `allow_networks` count where the server is the source's own scheme, host
    /// and port, and nowhere else; its own header fields are never sent.
    ///
    /// # Errors
    /// One [`FetchError`] for every class of failure, but for a status, which is an answer.
    pub async fn post(&self, source: &Source, to: &Url, form: &[(&str, &str)]) -> Result<Posted, FetchError> {
        let after = self.inner.clients.limits().timeout;
        match tokio::time::timeout(after, self.inner.posted(source, to, form)).await {
            Ok(posted) => posted,
            Err(_) => Err(FetchError::Timeout { host: guard::host(to), after }),
        }
    }
}

impl Inner {
    async fn posted(&self, source: &Source, to: &Url, form: &[(&str, &str)]) -> Result<Posted, FetchError> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut route = Route::aside(source, to);
        loop {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            let name = self.clients.user_agent(route.subscribers());
            let (client, way) = self.enter(&route).await?;
            let post = client.post(route.at().clone()).header(header::CONTENT_TYPE, kind);
            let post = name.into_iter().fold(post, |it, name| it.header(header::USER_AGENT, name));
            let response = self.send(&route, way, post.body(form.clone()).send()).await?;
            let status = response.status();
            if !matches!(status, StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                return Ok(self.heard(response).await);
            }
            route.step(status, response.headers(), self.clients.limits().redirects_max)?;
        }
    }

    /// What the server answered. A body that breaks off is as good as it is: the status says what counts.
    async fn heard(&self, mut response: reqwest::Response) -> Posted {
        let limits = self.clients.limits();
        let retry_after = asks::retry_after(response.headers(), (self.clock)(), limits.retry_after_max);
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let is_plain = kind.is_none_or(|it| it.trim_start().starts_with("text/plain"));
        let mut said = Vec::new();
        while is_plain
            && said.len() < SAID_BYTES_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            said.extend_from_slice(chunk.get(..chunk.len().min(SAID_BYTES_MAX)).unwrap_or_default());
        }
        let said = String::from_utf8_lossy(&said).split_whitespace().collect::<Vec<_>>().join(" ");
        let said = said.chars().filter(|it| !it.is_control()).collect();
        Posted { code: response.status().as_u16(), retry_after, said }
    }
}
