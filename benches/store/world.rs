//! The world that is measured: sources and the entries they bring, the same in every run.

use pressroll::{
    model::{
        CleanHtml, Draft, Entry, EntryId, Hash128, Identity, Kept, Media, PlainText, PollState, Precision,
        SourceId, Stated,
        draft::{Category, RawHtml},
        entry::Label,
        media::MediaKind,
    },
    store::Arrival,
};

/// When the world begins, unix milliseconds: 1 January 2016.
const FIRST_MS: i64 = 1_451_606_400_000;
/// When the measured rounds run, unix milliseconds: 1 January 2026.
pub const NOW_MS: i64 = 1_767_225_600_000;
/// Bytes of an entry's texts: title, excerpt and content.
const TEXT_BYTES: usize = 2_400;
/// Version of what cleaned the entries.
pub const POLICY: i64 = 1_001;

const WORDS: [&str; 48] = [
    "quarter",
    "results",
    "the",
    "company",
    "announced",
    "today",
    "a",
    "new",
    "plant",
    "in",
    "Lyon",
    "with",
    "growth",
    "of",
    "percent",
    "and",
    "revenue",
    "board",
    "has",
    "approved",
    "its",
    "dividend",
    "for",
    "shareholders",
    "product",
    "launch",
    "clinical",
    "trial",
    "phase",
    "met",
    "primary",
    "endpoint",
    "agreement",
    "signed",
    "to",
    "supply",
    "batteries",
    "energy",
    "platform",
    "customers",
    "across",
    "Europe",
    "sustainability",
    "report",
    "appoints",
    "chief",
    "officer",
    "at",
];

/// Numbers that look random and are the same in every run (splitmix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall according to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// Brings `list` into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> =
            (0..count).filter_map(|_| WORDS.get(self.below(WORDS.len())).copied()).collect();
        words.join(" ")
    }
}

/// Source number `at`.
pub fn source(at: usize) -> SourceId {
    SourceId::new(&format!("company-{at:05}-newsroom")).unwrap_or_else(|error| unreachable!("{error}"))
}

/// Where source number `at` is polled.
pub fn address(at: usize) -> String {
    format!("https://www.company-{at:05}.example/newsroom/feed.xml")
}

/// What a publisher says in one entry: entry `number` of source number `at`.
#[derive(Clone, Debug)]
pub struct Story {
    at: usize,
    number: usize,
    guid: String,
    link: String,
    title: String,
    html: String,
    excerpt: String,
    published_ms: i64,
    dice: Dice,
}

/// The story; its date lies within `years` years from the world's beginning.
pub fn story(at: usize, number: usize, years: usize) -> Story {
    let mut dice = Dice::new(((at as u64) << 32) ^ number as u64);
    let title_words = 7 + dice.below(6);
    let title = dice.words(title_words);
    let published_ms = FIRST_MS + dice.below(years * 365 * 86_400) as i64 * 1_000;
    let host = format!("https://www.company-{at:05}.example");
    let slug = title.to_lowercase().replace(' ', "-");
    let link = format!("{host}/newsroom/{}/{slug}-{number}", 2016 + dice.below(years));
    // Publishers' guids: the address of the entry, a number behind a question mark, or something of their own.
    let guid = match dice.below(10) {
        0..5 => link.clone(),
        5..8 => format!("{host}/?p={}", 1_000 + number * 7),
        _ => format!("{:016x}{:016x}", dice.roll(), dice.roll()),
    };
    let excerpt_words = 40;
    let excerpt = dice.words(excerpt_words);
    let mut html = String::with_capacity(TEXT_BYTES);
    while html.len() + title.len() + excerpt.len() + 7 < TEXT_BYTES {
        let words = 30 + dice.below(30);
        let mut text = dice.words(words);
        text.truncate(TEXT_BYTES.saturating_sub(html.len() + title.len() + excerpt.len() + 7));
        html.push_str("<p>");
        html.push_str(&text);
        html.push_str("</p>");
    }
    Story { at, number, guid, link, title, html, excerpt, published_ms, dice }
}

impl Story {
    fn published(&self) -> Stated {
        Stated { instant_ms: self.published_ms, offset_min: 60, precision: Precision::Second }
    }

    fn identity(&self) -> Identity {
        let content = Hash128::of_parts(&[self.title.as_bytes(), self.html.as_bytes()]).hex();
        Identity { guid: Some(self.guid.clone()), link: Some(self.link.clone()), content }
    }

    fn picture(&self) -> Vec<Media> {
        let host = format!("https://cdn.company-{:05}.example", self.at);
        let picture = Media {
            url: format!("{host}/images/{}/press-picture-large.jpg", self.number),
            kind: MediaKind::Image,
            mime: Some("image/jpeg".to_owned()),
            bytes: Some(184_223),
            width: Some(1_200),
            height: Some(630),
            alt: None,
            place: Default::default(),
            language: None,
        };
        if self.number % 5 < 3 { vec![picture] } else { Vec::new() }
    }

    /// As parsing hands it on.
    pub fn draft(&self) -> Draft {
        Draft {
            identity: self.identity(),
            title: Some(self.title.clone()),
            link: Some(self.link.clone()),
            published: Some(self.published()),
            updated: None,
            authors: vec!["Press Office".to_owned()],
            content: Some(RawHtml(self.html.clone())),
            summary: Some(RawHtml(self.excerpt.clone())),
            categories: vec![Category { term: "Corporate News".to_owned(), scheme: None }],
            media: self.picture(),
            language: Some("en".to_owned()),
            base: Some(address(self.at)),
            origin: None,
            press: Default::default(),
        }
    }

    /// As a round hands it to the store.
    pub fn arrival(&self, id: EntryId) -> Arrival {
        let mut dice = self.dice.clone();
        let source = source(self.at);
        let tie = Hash128::of_parts(&[source.as_str().as_bytes(), self.guid.as_bytes()]).order();
        let public_id = if self.guid.starts_with("https:") {
            self.guid.clone()
        } else {
            format!("tag:press.example,2026:{source}/{}", Hash128::of(self.guid.as_bytes()).hex())
        };
        let entry = Entry {
            identity: self.identity(),
            title: PlainText::vouch(self.title.clone()),
            link: Some(self.link.clone()),
            published: Some(self.published()),
            updated: None,
            authors: vec![PlainText::vouch("Press Office".to_owned())],
            content: CleanHtml::vouch(self.html.clone()),
            excerpt: PlainText::vouch(self.excerpt.clone()),
            categories: vec![Label { term: "Corporate News".to_owned(), scheme: None }],
            media: self.picture(),
            language: Some("en".to_owned()),
            origin: None,
            press: Default::default(),
        };
        let kept = Kept {
            id,
            source,
            public_id,
            canonical: Some(self.link.trim_start_matches("https://www.").to_owned()),
            order_ms: self.published_ms,
            tie,
            first_seen_ms: NOW_MS,
            visible_ms: self.published_ms,
            updated_ms: self.published_ms,
            entry,
            withdrawn_ms: None,
            lead: None,
            pictures: Vec::new(),
        };
        let title_key = self.title.to_lowercase();
        let raw_hash = Hash128::of(&dice.roll().to_le_bytes());
        let identity = self.guid.clone();
        Arrival { kept, identity, title_key, raw_hash, policy_version: POLICY, pictures_due_ms: None }
    }
}

/// A source's state after a round that went well.
pub fn state(at: usize, round: i64) -> PollState {
    PollState {
        etag: Some(format!("\"{at:x}-{round:x}\"")),
        body_hash: Some(Hash128::of(&round.to_le_bytes()).hex()),
        reader_version: POLICY,
        next_at_ms: NOW_MS + 900_000,
        next_why: "every 15 minutes: it brought something new within the last day".to_owned(),
        polled_ms: NOW_MS,
        succeeded_ms: NOW_MS,
        brought_ms: NOW_MS,
        feed_title: Some(format!("Company {at} Newsroom")),
        feed_link: Some(format!("https://www.company-{at:05}.example/newsroom")),
        has_history: true,
        ..PollState::default()
    }
}
