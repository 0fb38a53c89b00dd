//! The demo's world: three companies, a Japanese desk, a wire, a forum with a broken feed, and a brand's page.
//!
//! Data and documents only, as pure functions of an origin, a start and a moment; the server that hands them out is
//! the demo command's.

mod content;
mod documents;
mod pages;
mod run;

use jiff::{Timestamp, Zoned, tz::TimeZone};

pub use content::{Publisher, Release};
pub use documents::Document;
pub use pages::{HostPage, host_page};
pub(super) use run::run;

/// Path of a feed whose server is down: nobody listens where it is said to be.
pub const DOWN_PATH: &str = "/quay-nine/press.xml";

/// Why a document of the demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text file of the demo is not what it should be.
    #[error("the demo's texts cannot be read")]
    Content(#[from] serde_json::Error),
    /// A template could not be filled in.
    #[error("a page or feed of the demo cannot be written")]
    Template(#[from] askama::Error),
    /// No text file belongs to this desk.
    #[error("the demo has no publisher for {0:?}")]
    NoPublisher(Desk),
}

/// Who publishes, each in a format of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Desk {
    /// The hydrogen maker in Rotterdam: English, RSS 2.0 with full texts and Media RSS.
    Merwede,
    /// The battery maker in Lyon: French, Atom.
    Rhodanie,
    /// The rail technology maker in Munich: German, RSS 1.0 (RDF).
    Isarwerk,
    /// The hydrogen maker's desk in Tokyo: Japanese, RSS 2.0 with enclosures.
    Tokyo,
    /// The wire, which carries copies of the companies' releases: JSON Feed 1.1.
    Wire,
    /// The forum, whose RSS is written by hand: bare ampersands, an unclosed element, a sudden end.
    Broken,
}

impl Desk {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Merwede, Self::Rhodanie, Self::Isarwerk, Self::Tokyo, Self::Wire, Self::Broken];

    /// Its name in addresses, fit for a source's id.
    pub fn name(self) -> &'static str {
        match self {
            Self::Merwede => "merwede",
            Self::Rhodanie => "rhodanie",
            Self::Isarwerk => "isarwerk",
            Self::Tokyo => "merwede-japan",
            Self::Wire => "tideway",
            Self::Broken => "forum",
        }
    }

    /// Path of its feed.
    pub fn feed_path(self) -> &'static str {
        match self {
            Self::Merwede => "/merwede/press.rss",
            Self::Rhodanie => "/rhodanie/communiques.atom",
            Self::Isarwerk => "/isarwerk/presse.rdf",
            Self::Tokyo => "/merwede-japan/press.rss",
            Self::Wire => "/tideway/feed.json",
            Self::Broken => "/forum/news.xml",
        }
    }

    /// The desk whose feed is at `path`.
    pub fn from_feed_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.feed_path() == path)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// All publishers of the demo at one origin.
#[derive(Debug)]
pub struct Press {
    content: content::Content,
    origin: String,
    started: Timestamp,
}

impl Press {
    /// `origin` is where they are reached, without a final slash: `http://127.0.0.1:4321`. At `started` the releases
    /// that were written for the demo are there; every half minute after it one more goes out.
    pub fn new(origin: &str, started: Timestamp) -> Result<Self, Error> {
        let origin = origin.trim_end_matches('/').to_owned();
        Ok(Self { content: content::Content::read()?, origin, started })
    }

    /// What `desk` shows at `now`, newest first; for the wire, its own releases without the copies.
    pub fn releases(&self, desk: Desk, now: Timestamp) -> Result<Vec<Release>, Error> {
        self.content.releases(desk, self.started, now)
    }

    /// Absolute address of `path`, which begins with a slash.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// A moment as the publisher's own clock shows it.
    fn local(publisher: &Publisher, moment: Timestamp) -> Zoned {
        moment.to_zoned(TimeZone::get(&publisher.zone).unwrap_or(TimeZone::UTC))
    }
}

macro_rules! images {
    ($($name:literal),* $(,)?) => {
        /// A picture as JPEG of 1200 × 800 pixels.
        pub fn image(name: &str) -> Option<&'static [u8]> {
            match name {
                $($name => Some(include_bytes!(concat!("images/", $name, ".jpg"))),)*
                _ => None,
            }
        }

        /// Names of all pictures.
        pub const IMAGES: &[&str] = &[$($name),*];
    };
}

images!(
    "alps",
    "city",
    "dunes",
    "factory",
    "fjord",
    "hall",
    "harbour",
    "laboratory",
    "night",
    "ridge",
    "river",
    "snow",
    "solar",
    "valley",
    "windfarm",
);
