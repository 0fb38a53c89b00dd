//! Publications and entries made by hand: a brand, a group, entries in four languages, hostile ones.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use pressroll::model::{
    CleanHtml, Entry, EntryId, Identity, Kept, Media, MediaKind, Moderation, PlainText, Precision,
    Publication, PublicationPath, Selection, Shown, Site, Slug, Source, SourceId, SourceKind, Stated,
    publication::{Accent, Images, Layout, Look, Scheme, SourceName},
    source::{FutureDates, Republish},
};

/// A site under a path, with two links at its foot.
pub(super) fn site() -> Site {
    Site {
        title: "Example press".to_owned(),
        public_url: "https://www.example.com/press".to_owned(),
        contact: None,
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        footer: vec![
            ("Legal notice".to_owned(), "https://www.example.com/legal".parse().unwrap()),
            ("Contact".to_owned(), "https://www.example.com/contact".parse().unwrap()),
        ],
    }
}

/// A publication that takes everything and says nothing special.
pub(super) fn publication(path: &str, title: &str) -> Publication {
    Publication {
        path: PublicationPath::parse(path).unwrap(),
        aliases: Vec::new(),
        title: title.to_owned(),
        homepage: Some("https://www.acme.example/".parse().unwrap()),
        logo: None,
        description: Some(
            "Hydrogen, grid storage and recycled batteries: news from Acme and its companies.".to_owned(),
        ),
        selection: Selection {
            sources: Vec::new(),
            brands: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            languages: Vec::new(),
            kinds: Vec::new(),
            max_age: None,
            per_source: None,
            limit: 50,
        },
        moderation: Moderation::Open,
        trusted: Vec::new(),
        images: Images::Link,
        utm: Vec::new(),
        embed_on: Vec::new(),
        listed: true,
        locale: "en".to_owned(),
        time_zone: TimeZone::UTC,
        looks: vec![Look {
            name: Slug::new("sidebar").unwrap(),
            layout: Some(Layout::Cards),
            count: Some(3),
            accent: Accent::parse("0a5"),
            scheme: Some(Scheme::Dark),
        }],
    }
}

/// A source by its title.
pub(super) fn source(title: &str, republish: Republish) -> Arc<SourceName> {
    let source = Source {
        id: SourceId::new("source").unwrap(),
        formerly: Vec::new(),
        path: None,
        url: "https://news.example/feed".parse().unwrap(),
        title: None,
        kind: SourceKind::Press,
        language: None,
        tags: Vec::new(),
        priority: 100,
        every: None,
        republish,
        dates: FutureDates::Clamp,
        headers: Vec::new(),
        allow_networks: Vec::new(),
        image_networks: Vec::new(),
        enabled: true,
        subscribers: 1,
    };
    Arc::new(SourceName { title: title.to_owned(), homepage: None, logo: None, source: Arc::new(source) })
}

/// What a test changes of an entry.
#[derive(Clone)]
pub(super) struct Text<'a> {
    pub(super) source: &'a str,
    pub(super) title: &'a str,
    pub(super) excerpt: &'a str,
    pub(super) language: Option<&'a str>,
    /// RFC 3339, or a day alone.
    pub(super) date: &'a str,
    pub(super) image: Option<&'a str>,
    pub(super) link: Option<&'a str>,
    pub(super) republish: Republish,
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self {
            source: "Acme Energy",
            title: "Acme Energy opens Europe’s largest hydrogen electrolyser in Rotterdam",
            excerpt: "The 400 MW plant will supply refineries, shipping and steel makers in the Rhine–Meuse delta \
                      from January, two years ahead of plan.",
            language: Some("en"),
            date: "2026-11-21T10:42:00Z",
            image: None,
            link: Some("https://www.acme.example/press/1"),
            republish: Republish::Full,
        }
    }
}

/// The date as its publisher states it.
pub(super) fn stated(text: &str, offset_min: i16) -> Stated {
    match text.parse::<Timestamp>() {
        Ok(instant) => {
            Stated { instant_ms: instant.as_millisecond(), offset_min, precision: Precision::Second }
        }
        Err(_) => {
            let midnight: Timestamp = format!("{text}T00:00:00Z").parse().unwrap();
            let instant_ms = midnight.as_millisecond() - i64::from(offset_min) * 60_000;
            Stated { instant_ms, offset_min, precision: Precision::Day }
        }
    }
}

/// One entry as a publication shows it.
pub(super) fn shown(text: &Text<'_>) -> Shown {
    let published = stated(text.date, 0);
    let image = text.image.map(|url| Media {
        url: url.to_owned(),
        kind: MediaKind::Image,
        mime: None,
        bytes: None,
        width: Some(1200),
        height: Some(800),
        alt: Some("The plant at dusk".to_owned()),
        place: Default::default(),
        language: None,
    });
    let entry = Entry {
        identity: Identity { guid: None, link: None, content: String::new() },
        title: PlainText::vouch(text.title.to_owned()),
        link: text.link.map(str::to_owned),
        published: Some(published),
        updated: None,
        authors: Vec::new(),
        content: CleanHtml::default(),
        excerpt: PlainText::vouch(text.excerpt.to_owned()),
        categories: Vec::new(),
        media: image.into_iter().collect(),
        language: text.language.map(str::to_owned),
        origin: None,
        press: Default::default(),
    };
    let kept = Kept {
        id: EntryId(1),
        source: SourceId::new("source").unwrap(),
        public_id: "tag:example.com,2026:1".to_owned(),
        canonical: None,
        order_ms: published.instant_ms,
        tie: 1,
        first_seen_ms: published.instant_ms,
        visible_ms: published.instant_ms,
        updated_ms: published.instant_ms,
        entry,
        withdrawn_ms: None,
        lead: None,
        pictures: Vec::new(),
    };
    Shown {
        public_id: kept.public_id.clone(),
        dated_ms: published.instant_ms,
        visible_ms: published.instant_ms,
        kept: Arc::new(kept),
        source: source(text.source, text.republish),
    }
}

/// Source, language and date; title; text; picture.
type Row = ((&'static str, &'static str, &'static str), &'static str, &'static str, Option<&'static str>);

const TEAL: Option<&str> = Some("https://img.example/teal.png");
const SAND: Option<&str> = Some("https://img.example/sand.png");

const WEEK: [Row; 9] = [
    (
        ("Acme Energy", "en", "2026-11-21T07:00:00Z"),
        "Third-quarter results: revenue up 12%, full-year outlook raised",
        "Group revenue rose to €4.1 billion on strong demand for grid storage; operating margin widened to 11.4%.",
        None,
    ),
    (
        ("Volta", "fr", "2026-11-18T09:30:00Z"),
        "Volta nomme Claire Fontaine directrice de la recherche",
        "Elle succède à Jean-Marc Petit et rejoint le comité exécutif le 1er janvier.",
        SAND,
    ),
    (
        ("Volta", "en", "2026-11-14"),
        "Volta and Nordwind agree on 15-year supply of recycled lithium",
        "The agreement covers up to 20,000 tonnes a year and closes the loop for batteries made in Kassel.",
        None,
    ),
    (
        ("Nordwind", "de", "2026-11-13T11:00:00Z"),
        "Nordwind übernimmt Mehrheit an Speicherspezialist für Niederspannungsnetze in Süddeutschland und Österreich",
        "Die Kartellbehörden haben zugestimmt; der Kaufpreis wird in zwei Raten bezahlt.",
        TEAL,
    ),
    (
        ("極東電池", "ja", "2026-11-12T00:30:00Z"),
        "極東電池、次世代固体電池の量産を名古屋工場で開始",
        "年間生産能力は三ギガワット時。二〇二七年春に国内の自動車メーカーへの出荷を始める。",
        None,
    ),
    (
        ("Acme Energy", "en", "2026-11-12T16:00:00Z"),
        "Correction: date of the annual general meeting",
        "The annual general meeting takes place on 21 May 2027, not on 12 May as stated on 10 November.",
        None,
    ),
    (
        ("طاقة الخليج", "ar", "2026-11-10T08:00:00Z"),
        "طاقة الخليج توقّع اتفاقية لإنشاء محطة تخزين بقدرة 500 ميغاواط في ينبع",
        "تبدأ أعمال الإنشاء في الربع الأول من العام المقبل وتستمر عامين.",
        SAND,
    ),
    (
        ("Volta", "en", "2026-11-09T08:00:00Z"),
        "Lithium",
        "A short title with a long summary: the company explains where its lithium comes from, who mines it, and how \
             much of it will be recycled by the end of the decade.",
        None,
    ),
    (
        ("Acme Energy", "en", "2025-12-19T08:00:00Z"),
        "Acme Energy to build battery park on the site of the former coal-fired power station at Ibbenbüren",
        "Construction begins in March; the park will hold 1.2 GWh.",
        TEAL,
    ),
];

/// A week of a newsroom: ten entries, four languages, some with pictures.
pub(super) fn week() -> Vec<Shown> {
    let row = |((source, language, date), title, excerpt, image): Row| {
        shown(&Text { source, title, excerpt, language: Some(language), date, image, ..Text::default() })
    };
    let first = shown(&Text { image: TEAL, ..Text::default() });
    std::iter::once(first).chain(WEEK.map(row)).collect()
}
