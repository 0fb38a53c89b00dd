//! Which entries, in which order: pure. Holds the gate.
//!
//! The same candidates at the same moment give the same answer, in whatever order they come; and the answer says when it
//! changes by itself.

mod fold;
mod gate;
mod merge;
mod rule;

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;

pub use self::{
    fold::SEARCHED_BYTES_MAX,
    gate::{Gate, Passage},
    rule::speaks,
};
use self::{
    merge::{Member, Story, stories},
    rule::{Filter, Texts},
};
use crate::model::{
    Appearance, EntryId, Kept, Publication, PublicationKind, Shown, Slug, SourceId,
    publication::{LIMIT_MAX, RECENT_HOURS, SourceName},
    time,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// An entry that a publication may take, with its source.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The entry.
    pub kept: Arc<Kept>,
    /// Where it comes from.
    pub source: Arc<SourceName>,
}

/// What a publication has shown, by entry.
pub type Seen = HashMap<EntryId, Appearance>;

/// What a publication shows at one moment.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// The entries, newest first; no two with the same public id.
    pub shown: Vec<Shown>,
    /// What is shown for the first time, every copy of it: to be recorded before readers see it.
    pub first_shown: Vec<Appearance>,
    /// The earliest moment after now at which the answer changes though no entry does; `None` for never.
    pub changes_at: Option<Timestamp>,
    /// Whether the publication has room for more: older candidates may fill it.
    pub more: bool,
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

    /// Picks what the publication shows at `now`.
    ///
    /// `candidates` are entries of its sources and its brands' sources, at best newest first and more than it shows; `seen` what it
    /// has shown of them. `lang` lets in one language only. Entries that are one story are shown once, under the id under which the
    /// story was first shown here.
    pub fn pick(&self, candidates: &[Candidate], seen: &Seen, lang: Option<&str>, now: Timestamp) -> Picked {
        let now_ms = now.as_millisecond();
        let mut changes = Changes { now_ms, next_ms: None };
        let mut members = Vec::new();
        let mut known = HashSet::new();
        for candidate in candidates.iter().filter(|it| known.insert(it.kept.id)) {
            match self.take(candidate, now_ms) {
                Taken::Now(sighting) => members.push(Member { candidate, sighting }),
                Taken::Later(at_ms) => changes.note(Some(at_ms)),
                Taken::No => {}
            }
        }
        let stories = stories(candidates, members);
        let mut heads: Vec<Head<'_, '_>> =
            stories.iter().filter_map(|it| Head::new(it, seen, lang)).collect();
        heads.sort_by_key(|it| {
            let kept = &it.lead.candidate.kept;
            (Reverse(it.moments.dated_ms), Reverse(kept.tie), kept.id)
        });
        self.keep_to_day(&mut heads);
        let mut picked = Picked::default();
        let mut used = HashSet::new();
        let recent_ms = now_ms.saturating_sub(RECENT_HOURS * HOUR_MS);
        for head in &heads {
            let beyond = picked.shown.len() >= self.limit;
            if picked.shown.len() >= LIMIT_MAX || (beyond && head.moments.since_ms <= recent_ms) {
                continue;
            }
            let Some(public_id) = head.public_id(seen, &used) else { continue };
            used.insert(public_id.clone());
            if beyond {
                changes.note(Some(head.moments.since_ms.saturating_add(RECENT_HOURS * HOUR_MS)));
            }
            for member in &head.story.members {
                changes.note(member.sighting.leaves_ms);
                if !seen.contains_key(&member.candidate.kept.id) {
                    let entry = member.candidate.kept.id;
                    let public_id = public_id.clone();
                    picked.first_shown.push(Appearance { entry, public_id, shown_ms: now_ms });
                }
            }
            picked.shown.push(head.shown(public_id));
        }
        picked.more = picked.shown.len() < self.limit;
        picked.changes_at = changes.next_ms.map(time::timestamp);
        picked
    }

    /// Whether an entry belongs: by any way in, and by the publication's own rules.
    fn take(&self, candidate: &Candidate, now_ms: i64) -> Taken {
        let texts = Texts::new(candidate);
        let mut soonest: Option<Sighting> = None;
        let mut later: Option<i64> = None;
        for route in &self.routes {
            match route.take(candidate, &texts, now_ms) {
                Taken::Now(sighting) => soonest = Some(soonest.map_or(sighting, |it| it.min(sighting))),
                Taken::Later(at_ms) => later = Some(later.map_or(at_ms, |it| it.min(at_ms))),
                Taken::No => {}
            }
        }
        if (soonest.is_none() && later.is_none()) || !self.filter.lets_in(candidate, &texts) {
            return Taken::No;
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

    fn take(&self, candidate: &Candidate, texts: &Texts<'_>, now_ms: i64) -> Taken {
        if !self.sources.contains(&candidate.kept.source)
            || self.filter.as_ref().is_some_and(|it| !it.lets_in(candidate, texts))
        {
            return Taken::No;
        }
        match self.gate.passage(candidate, now_ms) {
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

/// A story with the copy that leads it.
struct Head<'s, 'a> {
    story: &'s Story<'a>,
    lead: Member<'a>,
    moments: Sighting,
}

impl<'s, 'a> Head<'s, 'a> {
    /// The best copy in `lang`, if there is one.
    fn new(story: &'s Story<'a>, seen: &Seen, lang: Option<&str>) -> Option<Self> {
        let speaks = |it: &&Member<'a>| {
            lang.is_none_or(|wanted| speaks(it.candidate.kept.entry.language.as_deref(), wanted))
        };
        let lead = *story.members.iter().find(speaks)?;
        Some(Self { story, lead, moments: story.moments(&lead, seen) })
    }

    /// The id that readers of this publication know the story by: the one of its first appearance, else its best copy's
    /// (in whatever language), else any other that no newer story has. `None` if all are taken.
    fn public_id(&self, seen: &Seen, used: &HashSet<String>) -> Option<String> {
        let shown = self.story.appearances(seen).into_iter().map(|it| &it.public_id);
        let own = self.story.members.iter().map(|it| &it.candidate.kept.public_id);
        shown.chain(own).find(|it| !used.contains(*it)).cloned()
    }

    fn shown(&self, public_id: String) -> Shown {
        Shown {
            public_id,
            dated_ms: self.moments.dated_ms,
            visible_ms: self.moments.since_ms,
            kept: Arc::clone(&self.lead.candidate.kept),
            source: Arc::clone(&self.lead.candidate.source),
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
