//! What an entry gets when it is kept: its row, its id for readers, and its moments.

use std::collections::HashSet;

use super::{
    READER_VERSION,
    matching::Match,
    mint::{self, Mint},
};
use crate::{
    model::{Entry, EntryId, Hash128, Kept, PollState, Source, publication::RECENT_HOURS},
    store::{Arrival, Known},
};

/// What all entries of one round share.
pub struct Stamp<'a> {
    /// Where they come from.
    pub source: &'a Source,
    /// Who mints ids.
    pub mint: &'a Mint,
    /// The host that the source may speak for.
    pub host: Option<String>,
    /// Ids that other sources' entries already have.
    pub claimed: HashSet<String>,
    /// Now, unix milliseconds.
    pub now_ms: i64,
    /// What is dated before this moment became visible at its stated date, unix milliseconds.
    pub filed_before_ms: i64,
}

/// How long a source is silent until it is one that comes back, milliseconds: as long as readers are shown what is new
/// beyond any limit.
const SILENCE_MS: i64 = RECENT_HOURS * 3_600_000;

/// Up to which stated date the entries of a round that begins at `now_ms` became visible then, and not now.
///
/// In a first round that is every date. What a source brings that comes back after a long silence (an outage, or it was
/// not polled), or from another address, is no news as far as it is older than its last good answer: it is filed as if
/// it had been seen then, so that no reader is flooded.
pub fn filed_before_ms(state: &PollState, now_ms: i64) -> i64 {
    let is_back = now_ms.saturating_sub(state.succeeded_ms) > SILENCE_MS || state.body_hash.is_none();
    match (state.has_history, is_back) {
        (false, _) => i64::MAX,
        (true, true) => state.succeeded_ms,
        (true, false) => i64::MIN,
    }
}

impl Stamp<'_> {
    /// The host where the operator polls the source: what a feed says of its own home is only its word.
    pub fn home(source: &Source) -> Option<String> {
        source.url.host_str().map(mint::bare)
    }

    /// An entry that was never seen before. Without a stated date it is dated by now, a millisecond less for each
    /// place in the document, so that the document's order is kept.
    pub fn arriving(&self, id: EntryId, found: Match, mut entry: Entry) -> Arrival {
        let raw_hash = found.claim.raw_hash;
        let place = i64::try_from(found.claim.at).unwrap_or(0);
        let stated_ms = entry.published.or(entry.updated).map(|it| it.instant_ms);
        let order_ms = stated_ms.unwrap_or(self.now_ms - place).min(self.now_ms);
        let updated_ms = entry.updated.map_or(order_ms, |it| it.instant_ms.clamp(order_ms, self.now_ms));
        let public_id = self.public_id(&found);
        entry.identity.guid = found.claim.guid;
        let kept = Kept {
            id,
            source: self.source.id.clone(),
            public_id,
            canonical: found.claim.canonical,
            order_ms,
            tie: Hash128::of_parts(&[self.source.id.as_str().as_bytes(), found.identity.as_bytes()]).order(),
            first_seen_ms: self.now_ms,
            visible_ms: if order_ms < self.filed_before_ms { order_ms } else { self.now_ms },
            updated_ms,
            withdrawn_ms: None,
            lead: None,
            pictures: Vec::new(),
            entry,
        };
        Arrival {
            kept,
            identity: found.identity,
            title_key: found.claim.title_key,
            raw_hash,
            policy_version: READER_VERSION,
            pictures_due_ms: None,
        }
    }

    /// An entry whose publisher changed it. It keeps its id and its place: a date may be corrected into the past,
    /// never forward, so that no reader sees an old entry as new. It counts as updated when its title or text moved.
    pub fn changed(&self, found: Match, known: Known, mut entry: Entry) -> Arrival {
        let raw_hash = found.claim.raw_hash;
        let stated_ms = entry.published.map_or(known.order_ms, |it| it.instant_ms);
        let order_ms = known.order_ms.min(stated_ms);
        let is_significant = known.content_key != found.claim.content;
        let updated_ms = match entry.updated.map(|it| it.instant_ms) {
            _ if !is_significant => known.updated_ms,
            Some(stated) if stated > known.updated_ms => stated.min(self.now_ms),
            _ => self.now_ms,
        };
        entry.identity.guid = found.claim.guid.or(known.guid);
        let kept = Kept {
            id: known.id,
            source: self.source.id.clone(),
            public_id: known.public_id,
            canonical: found.claim.canonical,
            order_ms,
            tie: Hash128::of_parts(&[self.source.id.as_str().as_bytes(), known.identity.as_bytes()]).order(),
            first_seen_ms: known.first_seen_ms,
            visible_ms: known.visible_ms,
            updated_ms,
            withdrawn_ms: None,
            lead: None,
            pictures: Vec::new(),
            entry,
        };
        Arrival {
            kept,
            identity: known.identity,
            title_key: found.claim.title_key,
            raw_hash,
            policy_version: READER_VERSION,
            pictures_due_ms: None,
        }
    }

    /// The publisher's own id where the entry is kept under it, it is one all over the world, and it is not another
    /// source's; else one minted from the key under which the entry is kept, which no other entry of the source has.
    fn public_id(&self, found: &Match) -> String {
        let is_free = |it: &&str| !self.claimed.contains(*it) || mint::is_own(it, self.host.as_deref());
        let kept_under = found.claim.guid.as_deref().filter(|it| *it == found.identity);
        match kept_under.and_then(mint::global).filter(is_free) {
            Some(guid) => guid.to_owned(),
            None => self.mint.id(&self.source.id, &found.identity),
        }
    }
}
