//! Claiming: taking the leases on sources whose turn it is, many in one transaction.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Ask, Ingest, Round, RoundError, leases::Lease, round::Outcome};
use crate::{
    model::{PollState, Source},
    store::Claim,
};

/// A source that is ours to ask.
#[derive(Debug)]
pub struct Claimed {
    /// The source.
    pub source: Arc<Source>,
    /// Its state, which nobody else changes now.
    pub state: PollState,
    /// The lease on it.
    pub lease: Lease,
    /// When it was asked for.
    pub at: Instant,
}

impl Claimed {
    /// Whether it has waited for longer than a lease holds that nobody prolongs: it may be another node's by now.
    pub fn is_stale(&self, lease_ms: i64) -> bool {
        self.at.elapsed() > Duration::from_millis(lease_ms.unsigned_abs())
    }
}

/// What came of claiming.
#[derive(Debug, Default)]
pub struct Answer {
    /// What is ours to ask.
    pub granted: Vec<Claimed>,
    /// What is not, each with the reason.
    pub refused: Vec<(Arc<Source>, Outcome)>,
}

impl Ingest {
    /// Claims sources. Where the store fails, the first of them says why.
    pub(super) async fn claim(&self, sources: Vec<Arc<Source>>, ask: Ask) -> Answer {
        // What a round has left behind is ours until it is given back, and nobody gets it before.
        self.give_back().await.ok();
        let terms = self.terms();
        let (wanted, gone): (Vec<_>, Vec<_>) =
            sources.into_iter().partition(|it| terms.current(it, ask).is_some());
        let mut answer = Answer::default();
        answer.refused.extend(gone.into_iter().map(|it| (it, Ok(Round::Busy))));
        if wanted.is_empty() {
            return answer;
        }
        let now_ms = (self.clock)().as_millisecond();
        let claim = |source: &Arc<Source>| Claim {
            source: source.id.clone(),
            url: source.url.to_string(),
            now_ms,
            until_ms: self.lease_until_ms(),
            due_ms: if ask == Ask::IfDue { now_ms } else { i64::MAX },
        };
        let at = Instant::now();
        match self.store.claim_all(wanted.iter().map(claim).collect()).await {
            Ok(mut states) => {
                for source in wanted {
                    match states.remove(&source.id) {
                        Some(state) => {
                            let lease = self.leases.taken(&source.id);
                            answer.granted.push(Claimed { source, state, lease, at });
                        }
                        None => answer.refused.push((source, Ok(Round::Busy))),
                    }
                }
            }
            Err(error) => {
                // The store may have granted them, and only its answer was lost.
                wanted.iter().for_each(|it| drop(self.leases.taken(&it.id)));
                self.give_back().await.ok();
                let first = std::iter::once(Err(error.into()));
                let outcomes = first.chain(std::iter::repeat_with(|| Err(RoundError::NotAsked)));
                answer.refused.extend(wanted.into_iter().zip(outcomes));
            }
        }
        answer
    }
}
