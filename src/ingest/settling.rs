//! Settling: keeping the rounds in which no document was read, many in one transaction.

use std::{collections::BTreeMap, sync::Arc};

use tracing::debug;

use super::{Ingest, Round, RoundError, leases::Lease, memory::Standing, round::Outcome};
use crate::{
    model::{Source, SourceId},
    store::{Settlement, StoreError},
};

/// A round in which no document was read, and which is not kept yet.
#[derive(Debug)]
pub struct Unsettled {
    /// Whom it asked.
    pub source: Arc<Source>,
    /// What is to be kept.
    pub settlement: Settlement,
    /// The lease under which it asked.
    pub lease: Lease,
    /// What it brought, once that is kept.
    pub outcome: Outcome,
}

impl Ingest {
    /// Keeps these rounds; what became of each. Where the store fails, the first of them says why.
    pub(super) async fn settle(&self, rounds: Vec<Unsettled>) -> Vec<(Arc<Source>, Outcome)> {
        let (mut settlements, mut told) =
            (Vec::with_capacity(rounds.len()), Vec::with_capacity(rounds.len()));
        for Unsettled { source, settlement, lease, outcome } in rounds {
            settlements.push(settlement);
            told.push((source, lease, outcome));
        }
        let settlements: Arc<[Settlement]> = settlements.into();
        let kept = self.patiently(|| self.settle_now(&settlements)).await;
        let mut refused = match kept {
            Ok(refused) => refused,
            Err(error) => return self.unkept(told, error).await,
        };
        let mut over = Vec::with_capacity(told.len());
        for (settlement, (source, lease, mut outcome)) in settlements.iter().zip(told) {
            let refused = refused.remove(&source.id);
            match self.noted(settlement, refused).await {
                Ok(()) => lease.settle(),
                Err(error) => {
                    let error = RoundError::from(error);
                    if error.is_settled() {
                        lease.settle();
                    }
                    outcome = Err(error);
                }
            }
            self.heed_ping(&source.id).await;
            over.push((source, outcome));
        }
        self.give_back().await.ok();
        over
    }

    async fn settle_now(
        &self,
        settlements: &Arc<[Settlement]>,
    ) -> Result<BTreeMap<SourceId, StoreError>, StoreError> {
        let _turn = self.leases.turn_at_many().await;
        self.store.settle(Arc::clone(settlements)).await
    }

    /// The store fails: nothing is kept, and every lease is given back.
    async fn unkept(
        &self,
        rounds: Vec<(Arc<Source>, Lease, Outcome)>,
        error: StoreError,
    ) -> Vec<(Arc<Source>, Outcome)> {
        let first = std::iter::once(Err(error.into()));
        let outcomes = first.chain(std::iter::repeat_with(|| Err(RoundError::NotKept)));
        // Each lease is left here.
        let over =
            rounds.into_iter().zip(outcomes).map(|((source, ..), outcome)| (source, outcome)).collect();
        self.give_back().await.ok();
        over
    }

    /// Takes note of a round that was kept. One that the store refuses may have been kept all the same, and only its answer
    /// was lost.
    async fn noted(&self, settlement: &Settlement, refused: Option<StoreError>) -> Result<(), StoreError> {
        let (source, before, after) = (settlement.source(), settlement.before(), settlement.after());
        if let Some(error) = refused {
            if !self.is_kept(source, after).await? {
                return Err(error);
            }
            debug!(source = source.as_str(), "the store kept a round, and its answer was lost");
        }
        self.memory.note(source, before, after, Standing::AsBefore);
        if (&after.hub, &after.topic) != (&before.hub, &before.topic) {
            self.announced.notify_one();
        }
        Ok(())
    }

    /// Keeps one round in which no document was read.
    pub(super) async fn settle_one(&self, round: Unsettled) -> Outcome {
        let told = self.settle(vec![round]).await;
        told.into_iter().next().map_or(Ok(Round::Busy), |(_, outcome)| outcome)
    }
}
