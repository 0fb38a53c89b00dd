//! Who asks which source, and when: what is due, and the leases under which it is asked.

use std::collections::{BTreeMap, HashMap};

use super::{Claim, Limits, Store, StoreError, work::sources};
use crate::model::{PollState, SourceId};

impl Store {
    /// At most `limit` adopted sources that are to be asked at `now_ms`: nobody is asking them, and they are not gone.
    /// The one that has waited longest comes first.
    pub async fn due(&self, now_ms: i64, limit: usize) -> Result<Vec<SourceId>, StoreError> {
        self.read(sources::Due { ours: self.node().adopted(), now_ms, limit }).await
    }

    /// Takes the lease on a source; of several that try, on any node, one gets it.
    ///
    /// The answer is the source's state at that moment, or `None` while somebody holds the lease, where the source is not due
    /// yet, or where it was never adopted at that address.
    pub async fn claim(&self, claim: &Claim) -> Result<Option<PollState>, StoreError> {
        Ok(self.claim_all(vec![claim.clone()]).await?.remove(&claim.source))
    }

    /// Takes the leases on several sources, in one transaction. A source that would not be claimed alone is absent from the
    /// answer.
    pub async fn claim_all(
        &self,
        mut claims: Vec<Claim>,
    ) -> Result<HashMap<SourceId, PollState>, StoreError> {
        StoreError::bound("claims", claims.len(), Limits::SOURCES_MAX)?;
        claims.sort_by(|left, right| left.source.cmp(&right.source));
        self.write(sources::Take { claims, node: self.node().name.clone() }).await
    }

    /// Brings the next poll of a source forward to `at_ms`, unix milliseconds; whether it would have come later.
    pub async fn hasten(&self, source: &SourceId, at_ms: i64) -> Result<bool, StoreError> {
        self.write(sources::Hasten { source: source.clone(), at_ms }).await
    }

    /// Puts off polls that are due at `now_ms`, each to its own moment, for the same reason. One that somebody has begun
    /// meanwhile is passed over.
    pub async fn put_off(
        &self,
        polls: BTreeMap<SourceId, i64>,
        why: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        StoreError::bound("sources", polls.len(), Limits::SOURCES_MAX)?;
        self.write(sources::PutOff { polls, why: why.to_owned(), now_ms }).await
    }

    /// Sets right what a clock has left that ran ahead of `now_ms`: a source that was asked in the future is asked once
    /// more, and a lease that runs longer than any is free. Nodes' clocks may differ by [`Limits::CLOCKS_MS_MAX`].
    pub async fn set_right(&self, now_ms: i64) -> Result<(), StoreError> {
        let latest_ms = now_ms.saturating_add(Limits::CLOCKS_MS_MAX);
        if self.read(sources::IsAhead(latest_ms)).await? {
            self.write(sources::SetRight { now_ms, latest_ms }).await?;
        }
        Ok(())
    }

    /// The sources whose whole host wants to be left alone at `now_ms`, and until when, in no order.
    pub async fn resting(&self, now_ms: i64) -> Result<Vec<(SourceId, i64)>, StoreError> {
        self.read(sources::Resting(now_ms)).await
    }

    /// Gives up the lease on a source, if it is ours.
    pub async fn release(&self, source: &SourceId) -> Result<(), StoreError> {
        self.write(sources::Release { source: source.clone(), node: self.node().name.clone() }).await
    }

    /// Prolongs the leases on these sources until `until_ms`, those of them that this node holds; how many there are. What
    /// this node holds without knowing, because the store granted it after all hope was lost, ends by itself.
    pub async fn renew(&self, mut sources: Vec<SourceId>, until_ms: i64) -> Result<u64, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        sources.sort();
        self.write(sources::Renew { sources, node: self.node().name.clone(), until_ms }).await
    }

    /// The nodes that hold leases at `now_ms`, in no order.
    pub async fn holders(&self, now_ms: i64) -> Result<Vec<String>, StoreError> {
        self.read(sources::Holders(now_ms)).await
    }

    /// Takes all leases from `node`, which is known to poll no more: it stops, or its process is dead.
    pub async fn dismiss(&self, node: &str) -> Result<(), StoreError> {
        self.write(sources::Dismiss(node.to_owned())).await
    }

    /// Takes or prolongs this node's turn at something that one node does at a time, such as pruning; whether it has it.
    pub async fn take_turn(&self, name: &str, now_ms: i64, until_ms: i64) -> Result<bool, StoreError> {
        let (name, node) = (name.to_owned(), self.node().name.clone());
        self.write(sources::TakeTurn { name, node, now_ms, until_ms }).await
    }
}
