//! One document, read: parsed, its entries recognised, and only what is new or changed cleaned.

use std::sync::Arc;

use jiff::SignedDuration;
use url::Url;

use super::{
    Ingest, READER_VERSION, RoundError,
    matching::{self, Claim, Match},
    stamp::Stamp,
};
use crate::{
    fetch::Reply,
    model::{Document, Draft, Entry, EntryId, Feed, Hash128, PollState, Source, source::FutureDates},
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
    /// Rows whose entries still stand in the document.
    pub listed: Vec<EntryId>,
    /// How many of the arrivals are new.
    pub new: usize,
}

/// A parsed document with what its drafts may be recognised by.
struct Parsed {
    feed: Feed,
    claims: Vec<Claim>,
    prints: Vec<Hash128>,
}

/// A draft that is to be cleaned and kept.
struct Task {
    found: Match,
    draft: Draft,
    print: Hash128,
}

impl Ingest {
    /// Reads a reply. Unchanged entries, by the hash of what the publisher stated, are neither cleaned nor kept again.
    pub(super) async fn reading(
        &self,
        source: &Arc<Source>,
        state: &PollState,
        reply: &Reply,
    ) -> Result<Reading, RoundError> {
        let Parsed { mut feed, claims, prints } = self.parsed(reply).await?;
        let known = self.store.known(&source.id, matching::lookup(&claims)).await?;
        let matches = matching::matches(claims, known);
        let listed = matches.iter().filter_map(|it| Some(it.known.as_ref()?.id)).collect();
        let drafts = std::mem::take(&mut feed.drafts);
        let entries = drafts.len();
        let tasks = self.tasks(source, matches, drafts, &prints);
        let cleaned = self.cleaned(source, &feed, reply.final_url.clone(), tasks).await?;
        let new = cleaned.iter().filter(|(found, ..)| found.known.is_none()).count();
        let arrivals = self.stamped(source, state, cleaned).await?;
        Ok(Reading { feed, entries, arrivals, listed, new })
    }

    async fn parsed(&self, reply: &Reply) -> Result<Parsed, RoundError> {
        let (bytes, kind, base) = (reply.bytes.clone(), reply.content_type.clone(), reply.final_url.clone());
        let parsed = self.read(move || {
            let document = Document { bytes: &bytes, content_type: kind.as_deref(), base: Some(&base) };
            let feed = parse::feed(&document)?;
            let prints = feed.drafts.iter().map(Draft::fingerprint).collect();
            let claims = matching::claims(&feed.drafts);
            Ok::<_, ParseError>(Parsed { feed, claims, prints })
        });
        Ok(parsed.await??)
    }

    /// What is new or changed, or was cleaned by an older version.
    fn tasks(
        &self,
        source: &Source,
        matches: Vec<Match>,
        drafts: Vec<Draft>,
        prints: &[Hash128],
    ) -> Vec<Task> {
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        let mut tasks = Vec::new();
        for found in matches {
            let at = found.claim.at;
            let (Some(print), Some(draft)) = (prints.get(at), drafts.get_mut(at).and_then(Option::take))
            else {
                continue;
            };
            let known = found.known.as_ref();
            let same = known.is_some_and(|it| it.raw_hash == *print && it.policy_version == READER_VERSION);
            if !same && self.is_wanted(source, &draft) {
                tasks.push(Task { found, draft, print: *print });
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
    ) -> Result<Vec<(Match, Entry, Hash128)>, RoundError> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let site = feed.link.as_deref().and_then(|it| document.join(it).ok());
        let policy = Policy { language: source.language.clone(), base: Some(site.unwrap_or(document)) };
        self.read(move || {
            let clean = |Task { found, draft, print }| (found, sanitize::entry(draft, &policy), print);
            tasks.into_iter().map(clean).collect()
        })
        .await
    }

    /// Gives each cleaned entry its row, its id for readers, and its moments.
    async fn stamped(
        &self,
        source: &Source,
        state: &PollState,
        cleaned: Vec<(Match, Entry, Hash128)>,
    ) -> Result<Vec<Arrival>, RoundError> {
        if cleaned.is_empty() {
            return Ok(Vec::new());
        }
        let fresh = || cleaned.iter().filter(|(found, ..)| found.known.is_none());
        let mut ids = self.store.entry_ids(fresh().count()).await?.into_iter();
        let guids: Vec<String> = fresh().filter_map(|(found, ..)| found.claim.guid.clone()).collect();
        let claimed = self.store.claimed_ids(&guids, &source.id).await?;
        let stamp = Stamp {
            source,
            mint: &self.mint,
            host: Stamp::home(source),
            claimed,
            now_ms: (self.clock)().as_millisecond(),
            is_first_round: !state.has_history,
        };
        let arrivals = cleaned.into_iter().filter_map(|(found, entry, print)| match found.known.clone() {
            Some(known) => Some(stamp.changed(found, known, entry, print)),
            None => Some(stamp.arriving(ids.next()?, found, entry, print)),
        });
        Ok(arrivals.collect())
    }
}
