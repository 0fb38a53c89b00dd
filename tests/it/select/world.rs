//! A small world: sources, publications and entries that say only what a test is about.
#![expect(clippy::unwrap_used, reason = "a world that cannot be built is a broken test")]

use std::sync::Arc;

use jiff::Timestamp;
use pressroll::{
    model::{
        Appearance, CleanHtml, Entry, EntryId, Identity, Kept, Moderation, PlainText, Publication,
        PublicationPath, Selection, Source, SourceId, SourceKind, publication::Images, source::FutureDates,
        source::Republish,
    },
    select::{Candidate, Picked, Seen, Selector},
};
use url::Url;

pub(super) const HOUR: i64 = 3_600_000;
pub(super) const DAY: i64 = 24 * HOUR;
/// The moment at which most tests pick: 2026-05-03T12:00:00Z.
pub(super) const NOW: i64 = 1_777_809_600_000;

/// A source of the given priority on `https://{id}.example/`.
pub(super) fn source(id: &str, priority: u32) -> Source {
    Source {
        id: SourceId::new(id).unwrap(),
        formerly: Vec::new(),
        path: None,
        url: address(&format!("https://{id}.example/feed.xml")),
        title: None,
        kind: SourceKind::Press,
        language: None,
        tags: Vec::new(),
        priority,
        every: None,
        republish: Republish::Full,
        dates: FutureDates::Clamp,
        headers: Vec::new(),
        allow_networks: Vec::new(),
        image_networks: Vec::new(),
        enabled: true,
        subscribers: 1,
    }
}

fn address(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A publication such as `brands/acme` that takes `sources` and shows fifty.
pub(super) fn publication(path: &str, sources: &[&Source]) -> Publication {
    Publication {
        path: PublicationPath::parse(path).unwrap(),
        aliases: Vec::new(),
        title: path.to_owned(),
        homepage: None,
        logo: None,
        description: None,
        selection: Selection {
            sources: sources.iter().map(|it| it.id.clone()).collect(),
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
        images: Images::None,
        utm: Vec::new(),
        embed_on: Vec::new(),
        listed: true,
        locale: "en".to_owned(),
        time_zone: jiff::tz::TimeZone::UTC,
        looks: Vec::new(),
    }
}

/// Entry `id` of `source`, which came at `order_ms` and was dated then; of a round that was not the source's first.
pub(super) fn candidate(id: i64, source: &Source, order_ms: i64) -> Candidate {
    let entry = Entry {
        identity: Identity { guid: None, link: None, content: format!("{id:032x}") },
        title: PlainText::vouch(format!("Entry {id}")),
        link: Some(format!("https://{}.example/{id}", source.id)),
        published: None,
        updated: None,
        authors: Vec::new(),
        content: CleanHtml::default(),
        excerpt: PlainText::default(),
        categories: Vec::new(),
        media: Vec::new(),
        language: Some("en".to_owned()),
        origin: None,
        press: Default::default(),
    };
    let kept = Kept {
        id: EntryId(id),
        source: source.id.clone(),
        public_id: format!("id-{id}"),
        order_ms,
        tie: id,
        first_seen_ms: order_ms,
        visible_ms: order_ms,
        updated_ms: order_ms,
        canonical: Some(format!("https://{}.example/{id}", source.id)),
        entry,
        withdrawn_ms: None,
        lead: None,
        pictures: Vec::new(),
    };
    Candidate { kept: Arc::new(kept), source: Arc::new(source.clone()) }
}

/// The candidate with its entry changed.
pub(super) fn with(mut candidate: Candidate, change: impl FnOnce(&mut Kept)) -> Candidate {
    change(Arc::make_mut(&mut candidate.kept));
    candidate
}

/// The candidate with this guid, and the title of the release that has it.
pub(super) fn with_guid(candidate: Candidate, guid: &str) -> Candidate {
    with(candidate, |it| {
        it.entry.identity.guid = Some(guid.to_owned());
        it.entry.title = PlainText::vouch("The release".to_owned());
    })
}

pub(super) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// What `publication` picks at [`NOW`], having shown nothing.
pub(super) fn pick(publication: &Publication, candidates: &[Candidate]) -> Picked {
    pick_at(publication, candidates, &Seen::new(), NOW)
}

/// What `publication` picks at a moment, having shown what is `seen`.
pub(super) fn pick_at(
    publication: &Publication,
    candidates: &[Candidate],
    seen: &Seen,
    at_ms: i64,
) -> Picked {
    pick_by(&Selector::new(publication, &[]).unwrap(), candidates, seen, None, at_ms)
}

/// What a selector lets in of `candidates` and picks, in one language or in all.
pub(super) fn pick_by(
    selector: &Selector,
    candidates: &[Candidate],
    seen: &Seen,
    lang: Option<&str>,
    at_ms: i64,
) -> Picked {
    let sifted: Vec<_> = candidates.iter().map(|it| selector.sift(it)).collect();
    selector.pick(&sifted, seen, lang, at(at_ms))
}

/// Row ids of what is shown, in order.
pub(super) fn ids(picked: &Picked) -> Vec<i64> {
    picked.shown.iter().map(|it| it.entry.0).collect()
}

/// Adds what was shown for the first time to what has been seen.
pub(super) fn remember(seen: &mut Seen, shown: &[Appearance]) {
    seen.extend(shown.iter().map(|it| (it.entry, it.clone())));
}
