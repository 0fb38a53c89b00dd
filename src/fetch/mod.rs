//! The only door to the outside: conditional, bounded, guarded requests, and the pace at which they are made.

mod asks;
mod body;
mod client;
mod detour;
mod errors;
mod file;
mod guard;
mod limits;
mod links;
mod look;
mod names;
mod pace;
mod picture;
mod post;
mod route;
mod sessions;
#[cfg(test)]
mod tests;
mod validators;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use url::Url;

pub use self::{
    asks::Asks,
    errors::FetchError,
    limits::Limits,
    links::Links,
    look::Look,
    names::{Lookup, system_lookup},
    pace::{Next, Outcome, Pace, Past, next_poll, usual},
    post::{Posted, is_local},
    validators::{Validators, body_hash},
};
use self::{
    client::{Clients, Trust},
    detour::Way,
    errors::Asked,
    route::Route,
};
pub use crate::model::source::MOVED_TIMES_MIN;
use crate::model::{Clock, PollState, Proxy, Source};

/// Which documents we would rather have; anything is read.
const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                      application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5";

/// Every so many answers its own address is asked again.
const MOVED_RECHECK: u32 = 50;

/// What a [`Fetcher`] is made with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The `User-Agent`: `pressroll/VERSION (+contact)`. How many publications take a source is added for each.
    pub user_agent: String,
    /// The version of parse and sanitize. A state that another version left is asked for unconditionally, so that
    /// what has been mended reaches stored entries.
    pub reader_version: i64,
    /// Maxima.
    pub limits: Limits,
    /// The operator's proxy. Without one every address is asked straight, whatever the environment says.
    pub proxy: Option<Proxy>,
    /// Certificates, DER, of further authorities that are trusted beside the system's.
    pub roots: Vec<Vec<u8>>,
}

/// What came of asking a source.
#[derive(Clone, Debug)]
pub enum Fetched {
    /// The document is the one that was read before: status 304, or the same bytes once more.
    Unchanged(Answer),
    /// A document that was not read before.
    Fresh(Reply),
    /// Status 410 from the source's own address, or from where it moved for good: do not ask again.
    Gone,
}

/// What every good answer says beside its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// To be kept in [`PollState::etag`] and [`PollState::last_modified`]; after a 304, what was known before where
    /// it repeats nothing.
    pub validators: Validators,
    /// What the publisher asks for.
    pub asks: Asks,
    /// Where the source moved: set if all redirects were permanent (301, 308). It was followed for this round.
    pub moved_to: Option<Url>,
    /// Where the document is pushed from.
    pub links: Links,
}

/// A document.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What was said beside it.
    pub answer: Answer,
    /// The body, decoded.
    pub bytes: Bytes,
    /// [`body_hash`] of it, to be kept in [`PollState::body_hash`].
    pub body_hash: String,
    /// The `Content-Type` field's value, if it is text.
    pub content_type: Option<String>,
    /// The values of its `Link` fields (RFC 8288), as far as they are text.
    pub links: Vec<String>,
    /// The address that answered, without userinfo: relative references resolve against it.
    pub final_url: Url,
}

/// Asks sources. Cheap to clone; all clones share their connections.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

struct Inner {
    clients: Clients,
    clock: Clock,
    reader_version: i64,
}

impl Fetcher {
    /// Trusts the system's certificates and names.
    ///
    /// # Errors
    /// [`FetchError::Setup`] if the user agent cannot be sent, or a further root is no certificate.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, FetchError> {
        Self::with_lookup(settings, clock, system_lookup())
    }

    /// Looks names up as the caller says; the guard stands behind every look-up.
    ///
    /// # Errors
    /// As for [`Fetcher::new`].
    pub fn with_lookup(settings: Settings, clock: Clock, lookup: Lookup) -> Result<Self, FetchError> {
        let trust = Trust::of_system(&settings.roots)?;
        Self::assemble(settings, clock, lookup, trust)
    }

    /// The maxima that it keeps.
    pub fn limits(&self) -> &Limits {
        self.inner.clients.limits()
    }

    fn assemble(settings: Settings, clock: Clock, lookup: Lookup, trust: Trust) -> Result<Self, FetchError> {
        let reader_version = settings.reader_version;
        let clients = Clients::new(settings, lookup, trust)?;
        Ok(Self { inner: Arc::new(Inner { clients, clock, reader_version }) })
    }

    /// Asks a source once, conditionally if `state` was left by this [`Settings::reader_version`].
    ///
    /// # Errors
    /// One [`FetchError`] for every class of failure; nothing is asked twice.
    pub async fn fetch(&self, source: &Source, state: &PollState) -> Result<Fetched, FetchError> {
        let after = self.inner.clients.limits().timeout;
        let coming = AtomicBool::new(false);
        let host = || guard::host(&source.url);
        match tokio::time::timeout(after, self.inner.round(source, state, &coming)).await {
            Ok(fetched) => fetched,
            Err(_) if coming.into_inner() => Err(FetchError::Slow { host: host(), after }),
            Err(_) => Err(FetchError::Timeout { host: host(), after }),
        }
    }
}

impl Inner {
    /// One round: from the source's own address along its redirects. It says when a document is `coming`.
    async fn round(
        &self,
        source: &Source,
        state: &PollState,
        coming: &AtomicBool,
    ) -> Result<Fetched, FetchError> {
        let known = (state.reader_version == self.reader_version).then_some(state);
        if let Some(path) = &source.path {
            return Box::pin(file::read(source, path, known, self.clients.limits())).await;
        }
        let mut route = Route::new(source, remembered(source, state).as_ref());
        loop {
            let response = self.ask(&route, known).await?;
            match response.status() {
                StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {
                    coming.store(true, Ordering::Relaxed);
                    // In a place of its own: most answers bring no document, and asking should be small.
                    return Box::pin(self.document(response, &route, known)).await;
                }
                StatusCode::NOT_MODIFIED if known.is_some_and(is_conditional) => {
                    let earlier = known.map(Validators::of_state).unwrap_or_default();
                    return Ok(Fetched::Unchanged(self.answer(response.headers(), &route, earlier)));
                }
                StatusCode::GONE if route.is_settled() && !route.is_remembered() => return Ok(Fetched::Gone),
                status if is_redirect(status) => {
                    route.step(status, response.headers(), self.clients.limits().redirects_max)?;
                }
                status => return Err(self.refusal(status, response.headers(), &route)),
            }
        }
    }

    /// Asks for the document where the route stands.
    async fn ask(
        &self,
        route: &Route<'_>,
        known: Option<&PollState>,
    ) -> Result<reqwest::Response, FetchError> {
        let (client, way) = self.enter(route).await?;
        let request = client.get(route.request_url()).build();
        let mut request = request.map_err(|error| errors::of_request(error, self.asked(route)))?;
        let fields = request.headers_mut();
        fields.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        if let Some(state) = known {
            validators::condition(state, fields);
        }
        if let Some(name) = self.clients.user_agent(route.subscribers()) {
            fields.insert(header::USER_AGENT, name);
        }
        route.add_own_headers(fields)?;
        self.send(route, way, client.execute(request)).await
    }

    /// Goes through the first two gates; the third stands in the client that comes back, with the way that it goes.
    async fn enter(&self, route: &Route<'_>) -> Result<(reqwest::Client, Way), FetchError> {
        guard::check_url(route.at(), route.allowed(), route.is_own())?;
        if route.at().scheme() == "https" && !self.clients.has_roots() {
            let host = guard::host(route.at());
            let why =
                "this machine has no root certificates: install its ca-certificates package, or name a file \
                       of them in the variable SSL_CERT_FILE or in `[fetch] ca_file`"
                    .to_owned();
            return Err(FetchError::Tls { host, why });
        }
        self.clients.towards(route).await
    }

    /// One request that a client of [`Inner::enter`] carries out, and the head of its answer.
    async fn send(
        &self,
        route: &Route<'_>,
        way: Way,
        request: impl Future<Output = reqwest::Result<reqwest::Response>>,
    ) -> Result<reqwest::Response, FetchError> {
        let detour = self.clients.proxy().filter(|_| way == Way::Detour);
        let response = request.await.map_err(|error| match detour {
            Some(proxy) => detour::of_request(error, self.asked(route), proxy),
            None => errors::of_request(error, self.asked(route)),
        })?;
        if let Some(proxy) = detour.filter(|_| response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED)
        {
            return Err(detour::unwelcome(proxy, &guard::host(route.at())));
        }
        body::check_head(response.headers(), self.clients.limits())?;
        Ok(response)
    }

    /// A whole document, which may still be the one that is known.
    async fn document(
        &self,
        response: reqwest::Response,
        route: &Route<'_>,
        known: Option<&PollState>,
    ) -> Result<Fetched, FetchError> {
        let answer = self.answer(response.headers(), route, Validators::default());
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let links = response.headers().get_all(header::LINK).iter();
        let links = links.filter_map(|it| it.to_str().ok().map(str::to_owned)).collect();
        let bytes = body::read(response, self.clients.limits().body_bytes_max, self.asked(route)).await?;
        let body_hash = body_hash(&bytes);
        if known.is_some_and(|it| it.body_hash.as_ref() == Some(&body_hash)) {
            return Ok(Fetched::Unchanged(answer));
        }
        let final_url = route.at().clone();
        Ok(Fetched::Fresh(Reply { answer, bytes, body_hash, content_type, links, final_url }))
    }

    fn answer(&self, fields: &HeaderMap, route: &Route<'_>, earlier: Validators) -> Answer {
        let retry_after_max = self.clients.limits().retry_after_max;
        Answer {
            validators: Validators::of(fields).or(earlier),
            asks: Asks::of(fields, (self.clock)(), retry_after_max),
            moved_to: route.moved_to(),
            links: Links::of(fields, route.at()).from(route),
        }
    }

    fn refusal(&self, status: StatusCode, fields: &HeaderMap, route: &Route<'_>) -> FetchError {
        let longest = self.clients.limits().retry_after_max;
        let retry_after = asks::retry_after(fields, (self.clock)(), longest);
        FetchError::Status { code: status.as_u16(), retry_after, own: route.is_at_home() }
    }

    fn asked<'a>(&self, route: &'a Route<'_>) -> Asked<'a> {
        Asked {
            at: route.at(),
            own: route.is_own(),
            secure: route.at().scheme() == "https",
            connect_timeout: self.clients.limits().connect_timeout,
        }
    }
}

/// Where the source is asked at once because enough answers agreed that it has moved there for good. Now and then its own
/// address is asked all the same: a publisher may think better of it.
fn remembered(source: &Source, state: &PollState) -> Option<Url> {
    let is_kept = |to: &Url| source.url.scheme() != "https" || to.scheme() == "https";
    let is_sure = state.moved_times >= MOVED_TIMES_MIN && !state.moved_times.is_multiple_of(MOVED_RECHECK);
    state.moved_to.as_deref().filter(|_| is_sure).and_then(|it| Url::parse(it).ok()).filter(is_kept)
}

/// Whether a round with this state asks conditionally.
fn is_conditional(state: &PollState) -> bool {
    state.etag.is_some() || state.last_modified.is_some()
}

/// Statuses whose `Location` is followed; 300 and 305 are not among them.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}
