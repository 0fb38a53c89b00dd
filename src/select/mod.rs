//! Which entries, in which order: pure. Holds the gate.
//!
//! The same candidates at the same moment give the same answer, in whatever order they come; and the answer says when it
//! changes by itself.

mod candidate;
mod fold;
mod gate;
mod home;
mod likeness;
mod merge;
mod naming;
mod rule;

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

pub use self::{
    candidate::{Candidate, Sifted},
    fold::{SEARCHED_BYTES_MAX, fold},
    gate::{Gate, Passage},
    rule::speaks,
};
use self::{
    merge::{Member, Story, stories},
    naming::name,
    rule::{Filter, Texts},
};
use crate::model::{
    Appearance, EntryId, Kept, Publication, PublicationKind, Shown, Slug, SourceId,
    publication::{LIMIT_MAX, RECENT_HOURS, SourceName},
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What a publication has shown, by entry.
pub type Seen = HashMap<EntryId, Appearance>;

/// What a publication shows at one moment.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// The entries, newest first; no two with the same public id.
    pub shown: Vec<Placed>,
    /// What is shown for the first time, every copy of it: to be recorded before readers see it.
    pub first_shown: Vec<Appearance>,
    /// The earliest moment after now at which the answer changes though no entry does; `None` for never.
    pub changes_at: Option<Timestamp>,
    /// Whether the publication has room for more: older candidates may fill it.
    pub more: bool,
}

/// One entry as a publication shows it, its texts left aside.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The lead copy.
    pub entry: EntryId,
    /// The id that readers of this publication know it by.
    pub public_id: String,
    /// The moment it is dated by, unix milliseconds: as in [`Shown`].
    pub dated_ms: i64,
    /// When it became visible here, unix milliseconds.
    pub visible_ms: i64,
}

impl Placed {
    /// What every format renders: the lead copy, whole and with its source, in its place.
    pub fn with(self, kept: Arc<Kept>, source: Arc<SourceName>) -> Shown {
        let Self { public_id, dated_ms, visible_ms, .. } = self;
        Shown { public_id, dated_ms, visible_ms, kept, source }
    }
}

/// Why a selection cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SelectError {
    /// A regular expression that is none, or too large a one.
    #[error("the regular expression in “{line}” cannot be used: {reason}")]
    Regex {
        /// The line as written.
        line: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A brand that the group names and nobody gave.
    #[error("there is no brand “{0}”")]
    UnknownBrand(Slug),
}

/// A publication's selection, compiled once and asked often.
#[derive(Debug)]
pub struct Selector {
    routes: Vec<Route>,
    filter: Filter,
    per_source: Option<usize>,
    limit: usize,
}

/// One way into a publication: its own sources, or a brand.
#[derive(Debug)]
struct Route {
    sources: HashSet<SourceId>,
    gate: Gate,
    /// The brand's own rules; the publication's are asked once for all routes.
    filter: Option<Filter>,
}

/// The moments of an entry that may be seen, unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sighting {
    /// Since when.
    since_ms: i64,
    /// What it is dated by.
    dated_ms: i64,
    /// When it becomes too old, if ever.
    leaves_ms: Option<i64>,
}

/// What a way in says of an entry.
enum Taken {
    Now(Sighting),
    Later(i64),
    No,
}

impl Selector {
    /// Compiles a publication's selection. `brands` are the publications that its selection names as brands.
    pub fn new(publication: &Publication, brands: &[&Publication]) -> Result<Self, SelectError> {
        let selection = &publication.selection;
        let mut routes = vec![Route::new(publication, None)];
        for slug in &selection.brands {
            let brand = brands
                .iter()
                .find(|it| it.path.kind == PublicationKind::Brand && it.path.slug == *slug)
                .ok_or_else(|| SelectError::UnknownBrand(slug.clone()))?;
            routes.push(Route::new(brand, Some(Filter::new(&brand.selection)?)));
        }
        let filter = Filter::new(selection)?;
        Ok(Self { routes, filter, per_source: selection.per_source, limit: selection.limit })
    }

    /// Asks the rules of one entry, its age left aside: they need its texts, and nothing after them does.
    pub fn sift(&self, candidate: &Candidate) -> Sifted {
        let texts = Texts::new(candidate);
        let lets_in = |route: &Route| route.lets_in(candidate, &texts);
        let mut ways: Vec<usize> =
            self.routes.iter().enumerate().filter(|(_, it)| lets_in(it)).map(|(at, _)| at).collect();
        if !ways.is_empty() && !self.filter.lets_in(candidate, &texts) {
            ways.clear();
        }
        Sifted::new(candidate, ways)
    }

    /// The moment at or before which what has come is too old at `now`, unix milliseconds, embargoes left aside; `None`
    /// where nothing is.
    pub fn oldest_ms(&self, now: Timestamp) -> Option<i64> {
        let held_ms = self.routes.iter().map(|it| it.gate.hold_ms()).max().unwrap_or(0);
        let age_ms = self.filter.leaves_ms(held_ms)?;
        Some(now.as_millisecond().saturating_sub(age_ms))
    }

    /// Picks what the publication shows at `now`.
    ///
    /// `candidates` are entries of its sources and its brands' sources, sifted by this selector, at best newest first and more than it
    /// shows; `seen` what it has shown of them. `lang` lets in one language only. Entries that are one story are shown once, under the
    /// id under which the story was first shown here.
    pub fn pick(&self, candidates: &[Sifted], seen: &Seen, lang: Option<&str>, now: Timestamp) -> Picked {
        let now_ms = now.as_millisecond();
        let mut changes = Changes { now_ms, next_ms: None };
        let mut members = Vec::new();
        let mut known = HashSet::new();
        for sifted in candidates.iter().filter(|it| known.insert(it.candidate.kept.id)) {
            match self.take(sifted, seen, now_ms) {
                Taken::Now(sighting) => members.push(Member { candidate: &sifted.candidate, sighting }),
                Taken::Later(at_ms) => changes.note(Some(at_ms)),
                Taken::No => {}
            }
        }
        let stories = stories(candidates, members);
        let names = name(candidates, &stories, seen);
        let mut heads: Vec<Head<'_, '_>> =
            stories.iter().zip(names).filter_map(|(it, name)| Head::new(it, name, seen, lang)).collect();
        heads.sort_by_key(|it| {
            let kept = &it.lead.candidate.kept;
            (Reverse(it.moments.dated_ms), Reverse(kept.tie), kept.id)
        });
        self.keep_to_day(&mut heads);
        let mut picked = Picked::default();
        let recent_ms = now_ms.saturating_sub(RECENT_HOURS * HOUR_MS);
        for head in heads {
            let beyond = picked.shown.len() >= self.limit;
            if picked.shown.len() >= LIMIT_MAX || (beyond && head.moments.since_ms <= recent_ms) {
                continue;
            }
            if beyond {
                changes.note(Some(head.moments.since_ms.saturating_add(RECENT_HOURS * HOUR_MS)));
            }
            for member in &head.story.members {
                changes.note(member.sighting.leaves_ms);
            }
            picked.first_shown.extend(head.first_shown(seen));
            picked.shown.push(head.placed());
        }
        picked.more = picked.shown.len() < self.limit;
        picked.changes_at = changes.next_ms.and_then(|it| Timestamp::from_millisecond(it).ok());
        picked
    }

    /// Whether an entry belongs now: by any way in whose rules let it in.
    fn take(&self, sifted: &Sifted, seen: &Seen, now_ms: i64) -> Taken {
        let mut soonest: Option<Sighting> = None;
        let mut later: Option<i64> = None;
        let shown = seen.get(&sifted.candidate.kept.id);
        for route in sifted.ways.iter().filter_map(|it| self.routes.get(*it)) {
            match route.take(&sifted.candidate, shown, now_ms) {
                Taken::Now(sighting) => soonest = Some(soonest.map_or(sighting, |it| it.min(sighting))),
                Taken::Later(at_ms) => later = Some(later.map_or(at_ms, |it| it.min(at_ms))),
                Taken::No => {}
            }
        }
        match (soonest, later) {
            (Some(sighting), _) => sighting.until(&self.filter, now_ms),
            (None, Some(at_ms)) => Taken::Later(at_ms),
            (None, None) => Taken::No,
        }
    }

    /// Leaves of each source only so many of one day, in UTC; the newest stay.
    fn keep_to_day(&self, heads: &mut Vec<Head<'_, '_>>) {
        let Some(most) = self.per_source else { return };
        let mut counts: HashMap<(SourceId, i64), usize> = HashMap::new();
        heads.retain(|head| {
            let day = head.moments.dated_ms.div_euclid(DAY_MS);
            let count = counts.entry((head.lead.candidate.kept.source.clone(), day)).or_default();
            *count += 1;
            *count <= most
        });
    }
}

impl Route {
    fn new(publication: &Publication, filter: Option<Filter>) -> Self {
        let sources = publication.selection.sources.iter().cloned().collect();
        Self { sources, gate: Gate::new(publication), filter }
    }

    /// Whether the rules let an entry in this way.
    fn lets_in(&self, candidate: &Candidate, texts: &Texts<'_>) -> bool {
        self.sources.contains(&candidate.kept.source)
            && self.filter.as_ref().is_none_or(|it| it.lets_in(candidate, texts))
    }

    /// What the gate says of an entry that the rules let in.
    fn take(&self, candidate: &Candidate, shown: Option<&Appearance>, now_ms: i64) -> Taken {
        match self.gate.passage(candidate, shown, now_ms) {
            Passage::Hidden { until_ms } => until_ms.map_or(Taken::No, Taken::Later),
            Passage::Visible { since_ms, kept_back } => {
                let dated_ms = if kept_back { since_ms } else { candidate.kept.order_ms };
                let sighting = Sighting { since_ms, dated_ms, leaves_ms: None };
                self.filter.as_ref().map_or(Taken::Now(sighting), |it| sighting.until(it, now_ms))
            }
        }
    }
}

impl Sighting {
    /// The sighting as long as the filter's greatest age allows it.
    fn until(self, filter: &Filter, now_ms: i64) -> Taken {
        let leaves_ms = [self.leaves_ms, filter.leaves_ms(self.dated_ms)].into_iter().flatten().min();
        if leaves_ms.is_some_and(|it| it <= now_ms) {
            return Taken::No;
        }
        Taken::Now(Self { leaves_ms, ..self })
    }
}

/// A story with its id and the copy that leads it.
struct Head<'s, 'a> {
    story: &'s Story<'a>,
    public_id: String,
    lead: Member<'a>,
    moments: Sighting,
}

impl<'s, 'a> Head<'s, 'a> {
    /// The best copy in `lang`, if there is one.
    fn new(story: &'s Story<'a>, public_id: String, seen: &Seen, lang: Option<&str>) -> Option<Self> {
        let speaks = |it: &&Member<'a>| {
            lang.is_none_or(|wanted| speaks(it.candidate.kept.entry.language.as_deref(), wanted))
        };
        let lead = *story.members.iter().find(speaks)?;
        Some(Self { story, public_id, lead, moments: story.moments(&lead, seen) })
    }

    /// The copies that have not been shown. Each is recorded with the moment since which it may be seen here, which is no
    /// earlier than the story's own.
    fn first_shown(&self, seen: &Seen) -> impl Iterator<Item = Appearance> {
        let unseen = self.story.members.iter().filter(|it| !seen.contains_key(&it.candidate.kept.id));
        unseen.map(|it| Appearance {
            entry: it.candidate.kept.id,
            public_id: self.public_id.clone(),
            shown_ms: it.sighting.since_ms.max(self.moments.since_ms),
        })
    }

    fn placed(self) -> Placed {
        Placed {
            entry: self.lead.candidate.kept.id,
            public_id: self.public_id,
            dated_ms: self.moments.dated_ms,
            visible_ms: self.moments.since_ms,
        }
    }
}

/// The next moment at which the answer changes.
struct Changes {
    now_ms: i64,
    next_ms: Option<i64>,
}

impl Changes {
    fn note(&mut self, at_ms: Option<i64>) {
        let at_ms = at_ms.filter(|it| *it > self.now_ms);
        self.next_ms = [self.next_ms, at_ms].into_iter().flatten().min();
    }
}
