//! Small worlds to render: a site, a brand, a group, sources of every kind and entries of every sort.
//!
//! Every builder fills in something complete; a test changes the field it is about.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use pressroll::{
    model::{
        CleanHtml, Entry, EntryId, Identity, Kept, Media, MediaKind, Moderation, PlainText, Precision,
        Publication, PublicationPath, Selection, Shown, Site, Source, SourceId, SourceKind, Stated,
        entry::Label,
        publication::{Images, LIMIT_DEFAULT, SourceName},
        source::FutureDates,
    },
    render::Sheet,
};

/// Unix milliseconds of an RFC 3339 date.
pub(crate) fn ms(date: &str) -> i64 {
    date.parse::<Timestamp>().expect("an RFC 3339 date").as_millisecond()
}

/// A date stated with a time, in UTC.
pub(crate) fn stated(date: &str) -> Stated {
    Stated { instant_ms: ms(date), offset_min: 0, precision: Precision::Second }
}

/// Text as `sanitize` would vouch for it.
pub(crate) fn text(words: &str) -> PlainText {
    PlainText::vouch(words.to_owned())
}

/// A site below a path, in English.
pub(crate) fn site() -> Site {
    Site {
        title: "Example press".to_owned(),
        public_url: "https://www.example.com/press".to_owned(),
        contact: Some("https://www.example.com/about".to_owned()),
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        footer: Vec::new(),
    }
}

/// A publication at `brands/acme` or `groups/energy`, listed, with its own home page.
pub(crate) fn publication(path: &str, title: &str) -> Publication {
    Publication {
        path: PublicationPath::parse(path).expect("kind and slug"),
        aliases: Vec::new(),
        title: title.to_owned(),
        homepage: Some("https://www.acme.example/".parse().expect("an address")),
        logo: None,
        description: Some(format!("News from {title}")),
        selection: Selection {
            sources: Vec::new(),
            brands: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            languages: Vec::new(),
            kinds: Vec::new(),
            max_age: None,
            per_source: None,
            limit: LIMIT_DEFAULT,
        },
        moderation: Moderation::Open,
        trusted: Vec::new(),
        images: Images::Link,
        utm: Vec::new(),
        embed_on: Vec::new(),
        listed: true,
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        looks: Vec::new(),
    }
}

/// A source of this kind, republished as its kind is by default, with a feed and a site on `{id}.example`.
pub(crate) fn source(id: &str, kind: SourceKind) -> SourceName {
    SourceName {
        title: format!("{id} releases"),
        homepage: Some(format!("https://{id}.example/")),
        logo: None,
        source: Arc::new(Source {
            id: SourceId::new(id).expect("a source id"),
            formerly: Vec::new(),
            path: None,
            url: format!("https://{id}.example/feed.xml").parse().expect("an address"),
            title: None,
            kind,
            language: None,
            tags: Vec::new(),
            priority: kind.priority(),
            every: None,
            republish: kind.republish(),
            dates: FutureDates::Clamp,
            headers: Vec::new(),
            allow_networks: Vec::new(),
            image_networks: Vec::new(),
            enabled: true,
            subscribers: 1,
        }),
    }
}

/// A picture with everything stated.
pub(crate) fn image(url: &str) -> Media {
    Media {
        url: url.to_owned(),
        kind: MediaKind::Image,
        mime: Some("image/jpeg".to_owned()),
        bytes: Some(48_213),
        width: Some(1200),
        height: Some(675),
        alt: Some("An electrolyser in Hamburg".to_owned()),
        place: Default::default(),
        language: None,
    }
}

/// A document with its type and no size.
pub(crate) fn document(url: &str) -> Media {
    Media {
        url: url.to_owned(),
        kind: MediaKind::Document,
        mime: Some("application/pdf".to_owned()),
        bytes: None,
        width: None,
        height: None,
        alt: None,
        place: Default::default(),
        language: None,
    }
}

/// Entry `number` of `source`: one release a day from 1 March 2026 on, in English, with text, author, category
/// and a picture.
pub(crate) fn shown(number: i64, source: &Arc<SourceName>) -> Shown {
    let id = source.source.id.as_str();
    let dated = ms("2026-03-01T09:30:00Z") + (number - 1) * 86_400_000;
    let link = format!("https://{id}.example/news/{number}");
    let entry = Entry {
        identity: Identity {
            guid: Some(format!("urn:{id}:{number}")),
            link: Some(link.clone()),
            content: format!("{number:032x}"),
        },
        title: text(&format!("Release {number} of {id}")),
        link: Some(link),
        published: Some(Stated { instant_ms: dated, offset_min: 60, precision: Precision::Second }),
        updated: None,
        authors: vec![text("Ada Example")],
        content: CleanHtml::vouch(format!("<p>Text of <b>release</b> {number}.</p><p>Second paragraph.</p>")),
        excerpt: text(&format!("Text of release {number}. Second paragraph.")),
        categories: vec![Label { term: "Energy".to_owned(), scheme: None }],
        media: vec![image(&format!("https://{id}.example/media/{number}.jpg"))],
        language: Some("en".to_owned()),
        origin: None,
        press: Default::default(),
    };
    Shown {
        public_id: format!("urn:{id}:{number}"),
        dated_ms: dated,
        visible_ms: dated,
        kept: Arc::new(Kept {
            id: EntryId(number),
            source: source.source.id.clone(),
            public_id: format!("urn:{id}:{number}"),
            canonical: None,
            order_ms: dated,
            tie: number,
            first_seen_ms: dated,
            visible_ms: dated,
            updated_ms: dated,
            entry,
            withdrawn_ms: None,
            lead: None,
            pictures: Vec::new(),
        }),
        source: Arc::clone(source),
    }
}

/// The entry behind `shown`, to change.
pub(crate) fn kept(shown: &mut Shown) -> &mut Kept {
    Arc::make_mut(&mut shown.kept)
}

/// The entry's own fields behind `shown`, to change.
pub(crate) fn entry(shown: &mut Shown) -> &mut Entry {
    &mut kept(shown).entry
}

/// One publication with its entries: owns what a [`Sheet`] borrows.
pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) publication: Publication,
    pub(crate) shown: Vec<Shown>,
    pub(crate) lang: Option<&'static str>,
}

impl World {
    /// A brand with `count` entries of one press source, newest first.
    pub(crate) fn with(count: i64) -> Self {
        let source = Arc::new(source("acme", SourceKind::Press));
        Self {
            site: site(),
            publication: publication("brands/acme", "Acme"),
            shown: (1..=count).rev().map(|number| shown(number, &source)).collect(),
            lang: None,
        }
    }

    /// The sheet of it.
    pub(crate) fn sheet(&self) -> Sheet<'_> {
        Sheet { site: &self.site, publication: &self.publication, shown: &self.shown, lang: self.lang }
    }
}
