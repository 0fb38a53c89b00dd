//! A source: what the operator says of it, and what polling has found out about it.

use std::{fmt, net::IpAddr, path::PathBuf, sync::Arc};

use jiff::SignedDuration;
use url::Url;

use super::{SourceId, draft::Cadence, habit::Habit, signs::Signs};

/// What a source is; it sets the defaults of priority and republishing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A company's own releases.
    #[default]
    Press,
    /// A newswire that carries companies' releases.
    Wire,
    /// Others' reporting.
    News,
    /// A blog.
    Blog,
}

impl SourceKind {
    /// As written in feeds.toml.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Press => "press",
            Self::Wire => "wire",
            Self::News => "news",
            Self::Blog => "blog",
        }
    }

    /// Which copy of a story leads, where the operator does not say: the higher one.
    pub fn priority(self) -> u32 {
        match self {
            Self::Press => 100,
            Self::Wire => 50,
            Self::News => 20,
            Self::Blog => 10,
        }
    }

    /// How much of it may be shown, where the operator does not say: others' news only as an excerpt.
    pub fn republish(self) -> Republish {
        match self {
            Self::Press | Self::Wire => Republish::Full,
            Self::News | Self::Blog => Republish::Excerpt,
        }
    }
}

/// How much of a source's entries goes out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Republish {
    /// The whole text and its media.
    Full,
    /// Title, excerpt, source name and link.
    Excerpt,
    /// Title, source name and link.
    Title,
}

/// What happens to an entry dated in the future.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FutureDates {
    /// It is shown now, dated by the moment it came.
    #[default]
    Clamp,
    /// It is shown when its date has come.
    Embargo,
    /// It is not taken.
    Drop,
}

/// A network in CIDR notation, such as `10.1.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Reads `address/prefix`, or an address alone for exactly that one; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address.parse::<IpAddr>().ok()?, Some(prefix.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Whether `candidate` lies in this network. IPv4 and IPv6 never mix.
    pub fn contains(&self, candidate: IpAddr) -> bool {
        let same = |left: u128, right: u128, bits: u32| {
            let shift = bits - u32::from(self.prefix);
            left.checked_shr(shift).unwrap_or(0) == right.checked_shr(shift).unwrap_or(0)
        };
        match (self.address, candidate) {
            (IpAddr::V4(left), IpAddr::V4(right)) => same(left.to_bits().into(), right.to_bits().into(), 32),
            (IpAddr::V6(left), IpAddr::V6(right)) => same(left.to_bits(), right.to_bits(), 128),
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.address, self.prefix)
    }
}

/// A value that no log, error or debug text shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub Arc<str>);

impl fmt::Debug for Secret {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("(secret)")
    }
}

/// A remote feed we poll, with its policy: what feeds.toml says, with every default filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its id.
    pub id: SourceId,
    /// Ids that it had before: what is kept under them is its own.
    pub formerly: Vec<SourceId>,
    /// Where it is. A file of this machine has its address here, too; what makes it be read is [`Source::path`] alone.
    pub url: Url,
    /// The file of this machine that it is. Only the operator's own word in feeds.toml sets it: an address that comes from
    /// outside can never lead to a file.
    pub path: Option<PathBuf>,
    /// The operator's title; without one the feed's own is shown.
    pub title: Option<String>,
    /// What it is.
    pub kind: SourceKind,
    /// The operator's word on its language, lower-case BCP 47; beats the feed's.
    pub language: Option<String>,
    /// Tags that publications take by `tag:name`.
    pub tags: Vec<String>,
    /// Which copy of a story leads: the higher one.
    pub priority: u32,
    /// The operator's interval; beats the adaptive one, never `Retry-After`.
    pub every: Option<SignedDuration>,
    /// How much of it goes out again.
    pub republish: Republish,
    /// What happens to future dates.
    pub dates: FutureDates,
    /// Header fields sent to this source's own host.
    pub headers: Vec<(String, Secret)>,
    /// Private networks that this source's own address may lie in.
    pub allow_networks: Vec<Network>,
    /// Private networks from which its images may come.
    pub image_networks: Vec<Network>,
    /// Whether it is polled.
    pub enabled: bool,
    /// How many publications take it: its publisher is told, as feed readers tell how many subscribe.
    pub subscribers: u32,
}

impl Source {
    /// A source of which only its address is said: everything else has its default, and one publication takes it.
    pub fn at(id: SourceId, url: Url) -> Self {
        let kind = SourceKind::default();
        Self {
            id,
            formerly: Vec::new(),
            url,
            path: None,
            title: None,
            kind,
            language: None,
            tags: Vec::new(),
            priority: kind.priority(),
            every: None,
            republish: kind.republish(),
            dates: FutureDates::default(),
            headers: Vec::new(),
            allow_networks: Vec::new(),
            image_networks: Vec::new(),
            enabled: true,
            subscribers: 1,
        }
    }
}

/// Answers in a row that must agree on where a source has moved before it is believed.
pub const MOVED_TIMES_MIN: u32 = 3;

/// What polling has found out about a source: a row of its own, committed with each round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PollState {
    /// `ETag` as received, byte for byte.
    pub etag: Option<String>,
    /// `Last-Modified` as received, byte for byte.
    pub last_modified: Option<String>,
    /// Hash of the last body that was read, in hexadecimal.
    pub body_hash: Option<String>,
    /// Version of parse and sanitize that read it: another one asks for the document unconditionally, once.
    pub reader_version: i64,
    /// When to ask next, unix milliseconds.
    pub next_at_ms: i64,
    /// Why then, in a sentence; empty if nobody has said.
    pub next_why: String,
    /// When it was last asked, unix milliseconds; 0 if never.
    pub polled_ms: i64,
    /// When it last answered well, unix milliseconds; 0 if never.
    pub succeeded_ms: i64,
    /// When it last brought something new or changed, unix milliseconds; 0 if never.
    pub brought_ms: i64,
    /// Failures since the last success.
    pub failures: u32,
    /// When the first of them was, unix milliseconds; 0 without any.
    pub failing_since_ms: i64,
    /// The last failure in a sentence, `None` after a success.
    pub error: Option<String>,
    /// Its class in one word, such as `dns`; empty after a success.
    pub error_class: String,
    /// Until when its server asked to be left alone (`Retry-After`), unix milliseconds; 0 if it never did.
    pub retry_until_ms: i64,
    /// The same for every source of its host (status 429).
    pub host_until_ms: i64,
    /// Where permanent redirects point, as the operator should write it.
    pub moved_to: Option<String>,
    /// How many answers in a row have said so.
    pub moved_times: u32,
    /// Addresses of the feeds that the page names which now stands where the feed was.
    pub offers: Vec<String>,
    /// Set by 410 Gone: it is not asked again.
    pub gone: bool,
    /// The feed's own title; plain text.
    pub feed_title: Option<String>,
    /// The feed's own site.
    pub feed_link: Option<String>,
    /// The address of the image that the feed names for itself.
    pub feed_logo: Option<String>,
    /// The feed's own wishes for when it is asked.
    pub cadence: Cadence,
    /// When it really publishes.
    pub habit: Habit,
    /// The hub that pushes it (WebSub), as its last answer says.
    pub hub: Option<String>,
    /// What the hub knows it by: its own address for itself.
    pub topic: Option<String>,
    /// Whether a round has ever been kept: what the first one brings became visible at its stated date.
    pub has_history: bool,
    /// What had to be mended in the last document that was read, in words; empty if nothing.
    pub repairs: String,
    /// How far its guids and links can be relied on to find its entries again.
    pub signs: Signs,
}

impl PollState {
    /// Whether a round or a push of its own has brought entries. Where none has, there may still be some that it has
    /// inherited from a source that was called otherwise.
    pub fn has_brought(&self) -> bool {
        self.has_history || self.brought_ms > 0
    }
}
