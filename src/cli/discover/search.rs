//! Looking for the feeds of a site: every candidate is asked for, one after the other, and read.

use std::{cmp::Reverse, collections::HashSet, time::Duration};

use tokio::time::Instant;
use url::{Origin, Url};

use crate::{
    cli::{outcome::Failure, output, progress::Progress},
    fetch::{FetchError, Fetched, Fetcher, Reply},
    model::{Document, Feed, PollState, Source, SourceId, source::Network},
    parse::{
        self,
        discover::{self, Candidate, Clue, Likeness, likeness},
    },
    sanitize,
};

/// Most requests of one search.
const REQUESTS_MAX: usize = 60;
/// Most pages beside the first that are looked through.
const PAGES_MAX: usize = 5;
/// Longest wait for one candidate, seconds.
const CANDIDATE_S_MAX: u64 = 10;
/// Longest search, seconds: what was found until then counts.
const SEARCH_S_MAX: u64 = 120;

/// How far a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// To its end.
    Everything,
    /// Until there is something good: what the site offers by itself, and usual addresses only where it offers none.
    Enough,
}

/// A feed that was found and could be read.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its address, as it is to be written down: where it moved for good, if it did.
    pub url: Url,
    /// Its own title, as plain text; empty if it has none.
    pub title: String,
    /// `RSS 2.0`, `Atom` and so on.
    pub format: &'static str,
    /// How many entries it has now.
    pub entries: usize,
    /// Its newest date, unix milliseconds.
    pub newest_ms: Option<i64>,
    /// Its language as stated.
    pub language: Option<String>,
    /// How it was come by.
    pub clue: Clue,
    /// The private networks that were open for it.
    pub networks: Vec<Network>,
    final_url: Url,
    body_hash: String,
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The page that was looked at, after redirects.
    pub page: Url,
    /// The feeds, the best first.
    pub feeds: Vec<Found>,
    /// Candidates that are no feeds, and why, in the order in which they were tried.
    pub dropped: Vec<(Url, String)>,
    /// How many requests were made.
    pub requests: usize,
}

/// A search under way.
pub struct Search<'a> {
    fetcher: &'a Fetcher,
    /// What the operator opened, for the address that was named and its origin alone: a page may not choose which
    /// other private address is asked.
    networks: &'a [Network],
    start: Url,
    until: Instant,
    progress: Progress,
    requests: usize,
    tried: HashSet<Url>,
    /// Hosts (scheme, name and port) that are not asked any more: out of reach, or they asked us to stay away.
    closed: HashSet<Origin>,
    feeds: Vec<Found>,
    dropped: Vec<(Url, String)>,
    /// Pages about the press.
    pages: Vec<Url>,
    /// What pages offer that a link called feeds: “RSS” often leads to a page that lists them.
    listed: Vec<Candidate>,
}

impl<'a> Search<'a> {
    /// Begins at an address that the operator named.
    pub fn new(fetcher: &'a Fetcher, start: Url, networks: &'a [Network]) -> Self {
        Self {
            fetcher,
            networks,
            start,
            until: Instant::now() + Duration::from_secs(SEARCH_S_MAX),
            progress: Progress::new("addresses"),
            requests: 0,
            tried: HashSet::new(),
            closed: HashSet::new(),
            feeds: Vec::new(),
            dropped: Vec::new(),
            pages: Vec::new(),
            listed: Vec::new(),
        }
    }

    /// Looks at the page, and then further.
    ///
    /// # Errors
    /// Exit status 3 if the named address itself cannot be reached, or answers neither with a page nor that it is gone.
    pub async fn run(mut self, effort: Effort) -> Result<Findings, Failure> {
        let start = self.start.clone();
        self.tried.insert(start.clone());
        self.requests += 1;
        let (reply, asked) = match self.ask(&start, Duration::MAX).await {
            Ok(reply) => (reply, start),
            Err(error) => match self.home_instead(&start, &error).await {
                Some(Ok(home)) => home,
                // Somebody answers there: it is no failure of the network that there is nothing.
                Some(Err(_)) => {
                    self.progress.end();
                    return Ok(self.findings(start));
                }
                None => return Err(unreached(&start, &error)),
            },
        };
        let page = reply.final_url.clone();
        self.tried.insert(page.clone());
        if self.take(&reply, &asked, Clue::Itself).is_err() {
            self.further(&reply, effort).await;
        }
        self.progress.end();
        Ok(self.findings(page))
    }

    fn findings(mut self, page: Url) -> Findings {
        self.feeds.sort_by_cached_key(rank);
        Findings { page, feeds: self.feeds, dropped: self.dropped, requests: self.requests }
    }

    /// The site's first page, and its address, in the place of one that the site says is not there; nothing for any other failure.
    async fn home_instead(
        &mut self,
        start: &Url,
        error: &FetchError,
    ) -> Option<Result<(Reply, Url), FetchError>> {
        let FetchError::Status { code: code @ (404 | 410), .. } = error else { return None };
        let why = format!("there is nothing at this address (status {code})");
        self.dropped.push((start.clone(), why.clone()));
        let home = start.join("/").ok()?;
        let answer = self.request(&home).await.unwrap_or_else(|| Err(error.clone()));
        if answer.is_ok() {
            let place = without_secrets(start);
            output::tell(&format!("{place} answers, but {why}: the site is looked through from {home}"));
        }
        Some(answer.map(|reply| (reply, home)))
    }

    async fn further(&mut self, page: &Reply, effort: Effort) {
        self.offered_by(page).await;
        for candidate in std::mem::take(&mut self.listed) {
            self.attempt(&candidate).await;
        }
        let everything = effort == Effort::Everything;
        // Whoever names a page within a site means what that page offers.
        let is_home = page.final_url.path() == "/";
        let has_press = self.feeds.iter().any(|it| about(it) == Likeness::Press);
        if everything || self.feeds.is_empty() || (is_home && !has_press) {
            let mut pages = std::mem::take(&mut self.pages);
            pages.truncate(PAGES_MAX);
            for page in pages {
                self.look_through(&page, Clue::Linked).await;
            }
        }
        if everything || self.feeds.is_empty() {
            for url in discover::common_feeds(&page.final_url) {
                self.attempt(&Candidate { url, clue: Clue::Guessed }).await;
            }
        }
        for url in discover::press_pages(&page.final_url) {
            if self.feeds.is_empty() {
                self.look_through(&url, Clue::Guessed).await;
            }
        }
    }

    /// Tries what a page offers, and remembers its pages about the press.
    async fn offered_by(&mut self, page: &Reply) {
        let offers = discover::offers(&document(page), &page.links);
        self.pages.extend(offers.pages);
        for candidate in offers.feeds {
            self.attempt(&candidate).await;
        }
    }

    /// Asks for a page beside the first, and tries what it offers, unless it is a feed itself.
    async fn look_through(&mut self, url: &Url, clue: Clue) {
        if let Some(Ok(reply)) = self.request(url).await
            && self.take(&reply, url, clue).is_err()
        {
            self.offered_by(&reply).await;
        }
    }

    async fn attempt(&mut self, candidate: &Candidate) {
        let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let is_known =
            |it: &Found| bare(&it.url) == bare(&candidate.url) || bare(&it.final_url) == bare(&candidate.url);
        if self.feeds.iter().any(is_known) {
            return;
        }
        match self.request(&candidate.url).await {
            None => self.dropped.extend(self.passed_over(&candidate.url)),
            Some(Err(error)) => self.dropped.push((candidate.url.clone(), error.to_string())),
            Some(Ok(reply)) => {
                if let Err(why) = self.take(&reply, &candidate.url, candidate.clue) {
                    if candidate.clue == Clue::Linked && self.listed.len() < REQUESTS_MAX {
                        self.listed.extend(discover::offers(&document(&reply), &reply.links).feeds);
                    }
                    self.dropped.push((candidate.url.clone(), why));
                }
            }
        }
    }

    /// Keeps a document that is a feed, once; says what it is otherwise.
    fn take(&mut self, reply: &Reply, url: &Url, clue: Clue) -> Result<(), String> {
        let feed = parse::feed(&document(reply)).map_err(|it| it.to_string())?;
        let again = |it: &&mut Found| it.final_url == reply.final_url || it.body_hash == reply.body_hash;
        match self.feeds.iter_mut().find(again) {
            Some(known) => known.clue = known.clue.min(clue),
            None => self.feeds.push(self.found(feed, reply, (url, clue))),
        }
        Ok(())
    }

    fn found(&self, feed: Feed, reply: &Reply, (url, clue): (&Url, Clue)) -> Found {
        let instants = |it: &crate::model::Draft| it.published.or(it.updated).map(|it| it.instant_ms);
        let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string());
        Found {
            url: reply.answer.moved_to.clone().unwrap_or_else(|| url.clone()),
            title: title.unwrap_or_default(),
            format: discover::format(&document(reply)),
            entries: feed.drafts.len(),
            newest_ms: feed.drafts.iter().filter_map(instants).max(),
            language: feed.language,
            clue,
            networks: self.networks_for(url).to_vec(),
            final_url: reply.final_url.clone(),
            body_hash: reply.body_hash.clone(),
        }
    }

    /// A candidate that no request was made for, and why, if nothing is known of it.
    fn passed_over(&self, url: &Url) -> Option<(Url, String)> {
        let why = if self.closed.contains(&url.origin()) {
            "not asked for: its host failed before, or asked to be left alone".to_owned()
        } else {
            format!("not asked for: the search had made {} requests, or taken its time", self.requests)
        };
        (!self.tried.contains(url)).then(|| (url.clone(), why))
    }

    /// One request, unless it was made before, its host is closed, or the search has cost enough.
    async fn request(&mut self, url: &Url) -> Option<Result<Reply, FetchError>> {
        let left = self.until.saturating_duration_since(Instant::now());
        if self.requests >= REQUESTS_MAX || left.is_zero() || self.closed.contains(&url.origin()) {
            return None;
        }
        if !self.tried.insert(url.clone()) {
            return None;
        }
        self.requests += 1;
        self.progress.at(self.requests as u64, REQUESTS_MAX as u64);
        let answer = self.ask(url, left.min(Duration::from_secs(CANDIDATE_S_MAX))).await;
        if answer.as_ref().is_err_and(closes) {
            self.closed.insert(url.origin());
        }
        Some(answer)
    }

    async fn ask(&self, url: &Url, patience: Duration) -> Result<Reply, FetchError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let id = SourceId::new("discover").map_err(|it| FetchError::Setup(it.to_string()))?;
        let source = probe(id, url, self.networks_for(url));
        let state = PollState::default();
        let asked = self.fetcher.fetch(&source, &state);
        match tokio::time::timeout(patience, asked).await {
            Ok(Ok(Fetched::Fresh(reply))) => Ok(reply),
            Ok(Ok(Fetched::Gone)) => Err(FetchError::Status { code: 410, retry_after: None, own: true }),
            Ok(Ok(Fetched::Unchanged(_))) => {
                Err(FetchError::Status { code: 304, retry_after: None, own: true })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(FetchError::Timeout { host, after: patience }),
        }
    }

    fn networks_for(&self, url: &Url) -> &'a [Network] {
        if url.origin() == self.start.origin() { self.networks } else { &[] }
    }
}

/// Why nothing can be looked for.
fn unreached(start: &Url, error: &FetchError) -> Failure {
    let hint = match error {
        FetchError::Forbidden { own: true, .. } => " (and here, give it as --allow-network)",
        _ => "",
    };
    let what = match error {
        FetchError::Status { .. } => "answers, but",
        _ => "could not be reached:",
    };
    Failure::network(anyhow::anyhow!("{} {what} {error}{hint}", without_secrets(start)))
}

/// Whether a host that fails so is left alone from then on: it would only fail again, slowly, or it said so.
fn closes(error: &FetchError) -> bool {
    match error {
        FetchError::Status { code, retry_after, .. } => retry_after.is_some() || *code == 429,
        error => matches!(error.class(), "dns" | "connect" | "tls" | "timeout" | "slow" | "forbidden"),
    }
}

/// The best first: press before news before the rest, comments last of all; what the site offers by itself before
/// what was guessed; then the richest, then the most lately changed.
fn rank(found: &Found) -> impl Ord + use<> {
    (
        discover::is_about_comments(&found.url, Some(&found.title)),
        Reverse(about(found)),
        found.clue == Clue::Guessed,
        Reverse(found.entries),
        Reverse(found.newest_ms),
        found.url.clone(),
    )
}

fn about(found: &Found) -> Likeness {
    likeness(&found.url, Some(&found.title))
}

fn document(reply: &Reply) -> Document<'_> {
    Document {
        bytes: &reply.bytes,
        content_type: reply.content_type.as_deref(),
        base: Some(&reply.final_url),
    }
}

/// An address for a sentence.
fn without_secrets(url: &Url) -> Url {
    let mut shown = url.clone();
    // An address that cannot have userinfo has none to take away.
    let _none = shown.set_username("");
    let _none = shown.set_password(None);
    shown.set_query(None);
    shown
}

/// A source for one look at an address.
fn probe(id: SourceId, url: &Url, networks: &[Network]) -> Source {
    Source { allow_networks: networks.to_vec(), subscribers: 0, ..Source::at(id, url.clone()) }
}
