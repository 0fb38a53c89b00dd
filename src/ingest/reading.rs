//! One document, read: parsed, its entries recognised, and only what is new or changed cleaned.

use std::sync::Arc;

use jiff::SignedDuration;
use url::Url;

use super::{
    Ingest, READER_VERSION, RoundError,
    matching::{self, Claim, Match},
    memory::{Recollection, Seen, Standing},
    pictures,
    reliance::learned,
    stamp::{Stamp, filed_before_ms},
};
use crate::{
    fetch::{self, Reply},
    model::{Document, Draft, Entry, EntryId, Feed, PollState, Source, signs::Signs, source::FutureDates},
    parse::{self, ParseError},
    sanitize::{self, Policy},
    store::Arrival,
};

/// Clocks of publishers run ahead by this much without their entries counting as dated in the future, minutes.
const FUTURE_TOLERANCE_MIN: i64 = 10;

/// What a document holds, ready to be kept.
pub struct Reading {
    /// The feed; its drafts have been taken out.
    pub feed: Feed,
    /// Entries in the document.
    pub entries: usize,
    /// What is new or changed.
    pub arrivals: Vec<Arrival>,
    /// Rows whose entries still stand in the document; empty together with the arrivals where just those stand in it
    /// that stood in it before.
    pub listed: Vec<EntryId>,
    /// How many of the arrivals are new.
    pub new: usize,
    /// How far the source's guids and links can be relied on from now on.
    pub signs: Signs,
    /// What is to be remembered of the document once it is kept.
    pub standing: Standing,
}

/// A parsed document: entries that stand in it as they did, and what the other drafts may be recognised by.
struct Parsed {
    feed: Feed,
    unchanged: Vec<Seen>,
    /// Whether no other entry stood in the document before.
    are_all: bool,
    claims: Vec<Claim>,
}

/// A draft that is to be cleaned and kept.
struct Task {
    found: Match,
    draft: Draft,
}

impl Ingest {
    /// Reads a reply. Entries that stand in it as they did when `state` was kept never reach the store; others that are
    /// unchanged, by the hash of what the publisher stated, are neither cleaned nor kept again.
    pub(super) async fn reading(
        &self,
        source: &Arc<Source>,
        state: &PollState,
        reply: &Reply,
    ) -> Result<Reading, RoundError> {
        let recalled = self.memory.recall(&source.id, state);
        let Parsed { mut feed, unchanged, are_all, claims } = self.parsed(reply, recalled).await?;
        let basis = state.signs.basis();
        let may_be_known = !claims.is_empty()
            && (state.has_brought() || self.patiently(|| self.store.has_entries(&source.id)).await?);
        let known = if may_be_known {
            let keys = matching::lookup(&claims, &unchanged, basis);
            self.patiently(|| self.store.known(&source.id, keys.clone())).await?
        } else {
            Vec::new()
        };
        // Many entries that look alike take their time to be told apart.
        let told_apart = move || (matching::matches(claims, known, &unchanged, basis), unchanged);
        let (matches, unchanged) = self.read(told_apart).await?;
        let signs = learned(state.signs, &matches, &unchanged, (self.clock)().as_millisecond());
        let rows = matches.iter().filter_map(|it| Some(it.known.as_ref()?.id));
        let mut listed: Vec<EntryId> = unchanged.iter().map(|it| it.id).chain(rows).collect();
        let is_as_before = listed.is_empty() || are_all && listed.len() == unchanged.len();
        let mut standing = Standing::These(unchanged);
        let drafts = std::mem::take(&mut feed.drafts);
        let entries = drafts.len();
        let tasks = self.tasks(source, matches, drafts, &mut standing);
        let cleaned = self.cleaned(source, &feed, reply.final_url.clone(), tasks).await?;
        let new = cleaned.iter().filter(|(found, _)| found.known.is_none()).count();
        let arrivals = self.stamped(source, state, cleaned, &mut standing).await?;
        if arrivals.is_empty() && is_as_before {
            (listed, standing) = (Vec::new(), Standing::AsBefore);
        }
        Ok(Reading { feed, entries, arrivals, listed, new, signs, standing })
    }

    async fn parsed(&self, reply: &Reply, recalled: Recollection) -> Result<Parsed, RoundError> {
        let (bytes, kind, base) = (reply.bytes.clone(), reply.content_type.clone(), reply.final_url.clone());
        let limits = limits(self.terms().fetcher.limits());
        let parsed = self.read(move || {
            let document = Document { bytes: &bytes, content_type: kind.as_deref(), base: Some(&base) };
            let feed = parse::feed_within(&document, &limits)?;
            let (unchanged, claims) = sift(&feed.drafts, &recalled);
            let are_all = recalled.is_all(&unchanged);
            Ok::<_, ParseError>(Parsed { feed, unchanged, are_all, claims })
        });
        Ok(parsed.await??)
    }

    /// What is new or changed, or was cleaned by an older version.
    fn tasks(
        &self,
        source: &Source,
        matches: Vec<Match>,
        drafts: Vec<Draft>,
        standing: &mut Standing,
    ) -> Vec<Task> {
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let mut tasks = Vec::new();
        for found in matches {
            let Some(draft) = drafts.get_mut(found.claim.at).and_then(Option::take) else {
                continue;
            };
            let raw_hash = found.claim.raw_hash;
            match &found.known {
                Some(row) if row.raw_hash == raw_hash && row.policy_version == READER_VERSION => {
                    standing.with(found.claim.seen(row.id));
                }
                _ if self.is_wanted(source, &draft) => tasks.push(Task { found, draft }),
                Some(_) => *standing = Standing::Unclear,
                None => {}
            }
        }
        tasks
    }

    /// `dates = "drop"`: an entry dated in the future is not taken.
    fn is_wanted(&self, source: &Source, draft: &Draft) -> bool {
        let tolerance = SignedDuration::from_mins(FUTURE_TOLERANCE_MIN);
        let latest_ms = (self.clock)().as_millisecond().saturating_add(tolerance.as_millis() as i64);
        let is_future = draft.published.is_some_and(|it| it.instant_ms > latest_ms);
        source.dates != FutureDates::Drop || !is_future
    }

    async fn cleaned(
        &self,
        source: &Source,
        feed: &Feed,
        document: Url,
        tasks: Vec<Task>,
    ) -> Result<Vec<(Match, Entry)>, RoundError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let site = feed.link.as_deref().and_then(|it| document.join(it).ok());
        let base = Some(site.unwrap_or_else(|| document.clone()));
        let policy = Policy { language: source.language.clone(), base, document: Some(document) };
        self.read(move || {
            let clean = |Task { found, draft }| (found, sanitize::entry(draft, &policy));
            tasks.into_iter().map(clean).collect()
        })
        .await
    }

    /// Gives each cleaned entry its row, its id for readers, and its moments.
    async fn stamped(
        &self,
        source: &Source,
        state: &PollState,
        cleaned: Vec<(Match, Entry)>,
        standing: &mut Standing,
    ) -> Result<Vec<Arrival>, RoundError> {
        if cleaned.is_empty() {
            return Ok(Vec::new());
        }
        let fresh = || cleaned.iter().filter(|(found, _)| found.known.is_none());
        let count = fresh().count();
        let mut ids = self.patiently(|| self.store.entry_ids(count)).await?.into_iter();
        let guids: Vec<String> = fresh().filter_map(|(found, _)| found.claim.guid.clone()).collect();
        let claimed = self.patiently(|| self.store.claimed_ids(&guids, &source.id)).await?;
        let now_ms = (self.clock)().as_millisecond();
        let stamp = Stamp {
            source,
            mint: &self.mint,
            host: Stamp::home(source),
            claimed,
            now_ms,
            filed_before_ms: filed_before_ms(state, now_ms),
        };
        let mut arrivals = Vec::with_capacity(cleaned.len());
        for (found, entry) in cleaned {
            let (print, keys) = (found.claim.print.hash, found.claim.keys);
            let arrival = match found.known.clone() {
                Some(known) => stamp.changed(found, known, entry),
                None => match ids.next() {
                    Some(id) => stamp.arriving(id, found, entry),
                    None => continue,
                },
            };
            standing.with(Seen { print, id: arrival.kept.id, keys });
            arrivals.push(arrival);
        }
        if self.terms().images.sources.contains(&source.id) {
            pictures::line_up(&mut arrivals);
        }
        Ok(arrivals)
    }
}

/// What may be read of a document that was let in: it may grow to twice its size while it is decoded to UTF-8.
fn limits(fetched: &fetch::Limits) -> parse::Limits {
    let body_bytes_max = usize::try_from(fetched.body_bytes_max).unwrap_or(usize::MAX);
    let document_bytes_max = body_bytes_max.saturating_mul(2);
    parse::Limits { document_bytes_max, entries_max: fetched.entries_max, ..parse::Limits::default() }
}

/// Parts the drafts of a document into entries that are remembered unchanged and claims of the others. Where one of the
/// others shares a sign with one of the unchanged, all are told apart together, as they would be without a memory.
pub fn sift(drafts: &[Draft], recalled: &Recollection) -> (Vec<Seen>, Vec<Claim>) {
    let prints = recalled.prints(drafts);
    if recalled.is_any() {
        let seen: Vec<Option<Seen>> = prints.iter().map(|it| recalled.find(it)).collect();
        let claims = matching::claims(drafts, &prints, |at| matches!(seen.get(at), Some(Some(_))));
        let unchanged: Vec<Seen> = seen.into_iter().flatten().collect();
        if !matching::concerns(&claims, &unchanged) {
            return (unchanged, claims);
        }
    }
    (Vec::new(), matching::claims(drafts, &prints, |_| false))
}
