//! Taking back: which of a source's entries the tombstones of its document speak of (RFC 6721). A tombstone names a guid of
//! its own source; what another source carries under the same guid is none of its business.

use std::collections::{HashMap, HashSet};

use super::{Ingest, RoundError, matching};
use crate::{
    model::{EntryId, Source, Tombstone, entry::is_withdrawn},
    store::{Arrival, Dated, Withdrawal},
};

impl Ingest {
    /// What is to be noted of a document's tombstones, given what it brings: entries that stand as they were are asked
    /// for only where there is a tombstone, and one that is taken back already is not noted again.
    pub(super) async fn withdrawn(
        &self,
        source: &Source,
        tombstones: &[Tombstone],
        arrivals: &[Arrival],
    ) -> Result<Vec<Withdrawal>, RoundError> {
        if tombstones.is_empty() {
            return Ok(Vec::new());
        }
        let when_ms: HashMap<String, i64> =
            tombstones.iter().map(|it| (matching::bounded(&it.guid), it.when.instant_ms)).collect();
        let guids: Vec<String> = when_ms.keys().cloned().collect();
        let kept = self.patiently(|| self.store.dated(&source.id, &guids)).await?;
        let now_ms = (self.clock)().as_millisecond();
        // What a document brings counts as it says it now.
        let arriving: HashSet<EntryId> = arrivals.iter().map(|it| it.kept.id).collect();
        let before: HashMap<EntryId, Option<i64>> = kept.iter().map(|it| (it.id, it.withdrawn_ms)).collect();
        let arrived = arrivals.iter().map(|it| Dated {
            id: it.kept.id,
            guid: it.kept.entry.identity.guid.clone(),
            stated_ms: it.kept.entry.stated_ms(),
            withdrawn_ms: before.get(&it.kept.id).copied().flatten(),
        });
        let standing = kept.iter().filter(|it| !arriving.contains(&it.id)).cloned();
        let withdrawn = arrived.chain(standing).filter_map(|it| {
            let when_ms = *when_ms.get(it.guid.as_ref()?)?;
            withdrawal(&it, when_ms, now_ms)
        });
        Ok(withdrawn.collect())
    }
}

/// What is to be noted of an entry that was taken back at `when_ms`. A moment in the future counts as now, or whatever its
/// publisher stated before that moment would never come back.
fn withdrawal(entry: &Dated, when_ms: i64, now_ms: i64) -> Option<Withdrawal> {
    let (id, stated_ms, withdrawn_ms) = (entry.id, entry.stated_ms, entry.withdrawn_ms);
    let is_news = is_withdrawn(Some(when_ms), stated_ms) && !is_withdrawn(withdrawn_ms, stated_ms);
    let at_ms = stated_ms.map_or(when_ms.min(now_ms), |it| when_ms.min(now_ms).max(it));
    is_news.then_some(Withdrawal { id, at_ms })
}
