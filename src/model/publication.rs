//! A publication: a brand's or group's named output, and what goes into it.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, tz::TimeZone};
use url::Url;

use super::{EntryId, Kept, Moderation, Picture, Slug, Source, SourceId, SourceKind, rule::Rule};

/// Entries in a feed where the operator does not say.
pub const LIMIT_DEFAULT: usize = 50;
/// Most entries in a feed, whatever became visible lately.
pub const LIMIT_MAX: usize = 500;
/// What became visible this recently is in the feed whatever the limit says, hours.
pub const RECENT_HOURS: i64 = 48;

/// Brand or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PublicationKind {
    /// A company or product whose pages embed us.
    Brand,
    /// People and brands around a subject.
    Group,
}

impl PublicationKind {
    /// The first segment of its address: `brands` or `groups`.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Brand => "brands",
            Self::Group => "groups",
        }
    }
}

/// Which publication: `brands/acme`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicationPath {
    /// Brand or group.
    pub kind: PublicationKind,
    /// Its slug.
    pub slug: Slug,
}

impl PublicationPath {
    /// Reads `brands/acme` or `groups/energy`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, slug) = text.split_once('/')?;
        let kind = match kind {
            "brands" => PublicationKind::Brand,
            "groups" => PublicationKind::Group,
            _ => return None,
        };
        Some(Self { kind, slug: Slug::new(slug).ok()? })
    }
}

impl fmt::Display for PublicationPath {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}/{}", self.kind.segment(), self.slug)
    }
}

/// What a publication takes. Data, not code: `select` reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Sources taken directly, tags already resolved, each once.
    pub sources: Vec<SourceId>,
    /// Brands whose showing is taken, before their limit.
    pub brands: Vec<Slug>,
    /// Any of these must match, if there are any.
    pub include: Vec<Rule>,
    /// None of these may match.
    pub exclude: Vec<Rule>,
    /// Languages let in, lower case; empty for all.
    pub languages: Vec<String>,
    /// Kinds let in; empty for all.
    pub kinds: Vec<SourceKind>,
    /// Older entries are not shown.
    pub max_age: Option<SignedDuration>,
    /// At most this many of one source on one day.
    pub per_source: Option<usize>,
    /// How many entries a feed holds, beside what became visible in the last [`RECENT_HOURS`].
    pub limit: usize,
}

/// How images of entries reach a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Images {
    /// Through our own origin: a reader's browser meets nobody else.
    Proxy,
    /// From their publisher's address.
    Link,
    /// Not at all: the designed placeholder stands in.
    None,
}

/// How entries are laid out in a widget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One column of titles with summaries.
    #[default]
    List,
    /// A grid with images.
    Cards,
}

/// Light, dark, or as the reader's system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Dark letters on light.
    Light,
    /// Light letters on dark.
    Dark,
    /// As the system says.
    #[default]
    Auto,
}

/// An accent colour as three bytes: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Accent(pub [u8; 3]);

impl Accent {
    /// Reads `0a5`, `00aa55` or either with `#`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let nibbles: Vec<u8> =
            digits.chars().map(|it| it.to_digit(16).map(|it| it as u8)).collect::<Option<_>>()?;
        match nibbles.as_slice() {
            [r, g, b] => Some(Self([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(Self([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    /// `#00aa55`.
    pub fn css(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// A named widget design that embeds refer to by `?look=name`: changed here, changed on every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its name.
    pub name: Slug,
    /// Layout, if it says.
    pub layout: Option<Layout>,
    /// Number of entries, if it says.
    pub count: Option<usize>,
    /// Accent, if it says.
    pub accent: Option<Accent>,
    /// Scheme, if it says.
    pub scheme: Option<Scheme>,
}

/// A brand's or group's named output.
#[derive(Clone, Debug, PartialEq)]
pub struct Publication {
    /// Where it lives.
    pub path: PublicationPath,
    /// Old slugs that still lead here.
    pub aliases: Vec<Slug>,
    /// Its title.
    pub title: String,
    /// The site it belongs to.
    pub homepage: Option<Url>,
    /// An image that stands for it, for entries that have none.
    pub logo: Option<Url>,
    /// One sentence on what it shows.
    pub description: Option<String>,
    /// What it takes.
    pub selection: Selection,
    /// What happens before an entry is seen.
    pub moderation: Moderation,
    /// Sources that pass at once under hold and review.
    pub trusted: Vec<SourceId>,
    /// How images reach a reader.
    pub images: Images,
    /// Campaign tags on outgoing links of widgets and pages, never in feeds: `utm_{key}={value}`.
    pub utm: Vec<(String, String)>,
    /// Origins that may frame the widget; empty for anyone.
    pub embed_on: Vec<String>,
    /// Whether `/` and `/opml` name it.
    pub listed: bool,
    /// BCP 47 tag for words and dates.
    pub locale: String,
    /// The zone its dates are shown in.
    pub time_zone: TimeZone,
    /// Named widget designs.
    pub looks: Vec<Look>,
}

/// What the whole site says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its title.
    pub title: String,
    /// Where readers find it, without a final slash; it may carry a path. Every address is built from it.
    pub public_url: String,
    /// A page or address that publishers may turn to.
    pub contact: Option<String>,
    /// BCP 47 tag for words and dates.
    pub locale: String,
    /// The zone dates are shown in.
    pub time_zone: TimeZone,
    /// Links at the foot of pages: title and absolute address.
    pub footer: Vec<(String, Url)>,
}

impl Site {
    /// The absolute address of `path`, which begins with a slash.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The path that every address of the site begins with: empty, or `/press`.
    pub fn prefix(&self) -> &str {
        let after_scheme = self.public_url.find("://").map_or(0, |it| it + 3);
        self.public_url.get(after_scheme..).and_then(|rest| rest.get(rest.find('/')?..)).unwrap_or("")
    }
}

/// A format of a combined feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom, RFC 4287.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All of them, in the order we name them.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// The file's ending: `feed.rss`, `feed.atom`, `feed.json`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// The media type that readers know it by.
    pub fn media_type(self) -> &'static str {
        let content_type = self.content_type();
        content_type.split_once(';').map_or(content_type, |(media_type, _)| media_type)
    }

    /// The whole `Content-Type` value: the media type with the charset.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "RSS",
            Self::Atom => "Atom",
            Self::Json => "JSON Feed",
        }
    }
}

/// A source as a publication names it: the operator's title, else the feed's own, else the host.
#[derive(Clone, Debug)]
pub struct SourceName {
    /// What readers see.
    pub title: String,
    /// The site it belongs to, absolute.
    pub homepage: Option<String>,
    /// What is shown for entries without a picture: the publisher's logo, else the publication's.
    pub logo: Option<Picture>,
    /// The source with its policy.
    pub source: Arc<Source>,
}

/// That a publication has shown an entry: kept in the store, so that no reader sees it as new again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// The entry: the lead or another copy of the same story.
    pub entry: EntryId,
    /// The id it was shown under; it stays with the story in this publication.
    pub public_id: String,
    /// Since when it might be seen here when it was first shown, unix milliseconds: a gate that would let it pass later by
    /// now neither hides nor dates it anew.
    pub shown_ms: i64,
}

/// One entry as one publication shows it: what every format renders.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The id that readers of this publication know it by.
    pub public_id: String,
    /// The moment it is dated by: its stated date, or, where a gate kept it back, the moment it was let through.
    pub dated_ms: i64,
    /// When it became visible here.
    pub visible_ms: i64,
    /// The lead copy.
    pub kept: Arc<Kept>,
    /// Where it comes from.
    pub source: Arc<SourceName>,
}
