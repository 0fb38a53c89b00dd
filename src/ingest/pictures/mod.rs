//! Images of entries: fetched beside the rounds, kept in this node's folder, and noted in the store, so that publications
//! show them. A round never waits for an image, and no request of a reader ever fetches one.
//!
//! A round lines its entries up. The worker claims those that are due, the newest first, fetches each candidate, and
//! settles several entries at once, so that many new ones print few editions. What other nodes have kept, and what
//! readers miss here, it fetches for its own folder; what nothing shows any more it takes out again.

mod desk;
mod fetching;
mod hosts;
mod lining;
mod logos;
mod missed;
mod stocking;
mod wanted;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::{Ingest, polling::until};
use crate::{
    media::{Gallery, PictureId, Seal},
    model::{Encoding, SourceId},
    store::StoreError,
};
use desk::Desk;
use hosts::Hosts;
pub(super) use lining::line_up;
use missed::Missed;
pub use wanted::{Wanted, WantedLogo};

/// Bounds of fetching images.
#[derive(Clone, Copy, Debug)]
pub struct PictureLimits {
    /// How often it is looked for entries whose images are due, milliseconds.
    pub look_ms: u64,
    /// How often it is looked what other nodes have kept and which logos are wanted, milliseconds.
    pub survey_ms: i64,
    /// Entries, logos and missing pictures in hand at the same time; most of them wait for their turn at a host.
    pub in_hand_max: usize,
    /// Of these, entries of one source.
    pub per_source_max: usize,
    /// Images fetched at the same time.
    pub images_max: usize,
    /// Of these, from one host.
    pub per_host_max: usize,
    /// How long one entry may take, milliseconds: less than a claim holds.
    pub entry_ms_max: u64,
    /// How long a claim holds if its node dies, milliseconds.
    pub claim_ms: i64,
    /// How long an entry that is done waits for others to be settled with it, milliseconds.
    pub settle_ms: u64,
    /// Entries that are settled in one transaction.
    pub settle_max: usize,
    /// How often images are asked for that may come later.
    pub tries_max: u32,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            look_ms: 500,
            survey_ms: 30_000,
            in_hand_max: 128,
            per_source_max: 16,
            images_max: 8,
            per_host_max: 2,
            entry_ms_max: 90_000,
            claim_ms: 120_000,
            settle_ms: 500,
            settle_max: 50,
            tries_max: 5,
        }
    }
}

/// The images of one process.
pub struct Pictures {
    ingest: Arc<Ingest>,
    gallery: Gallery,
    seal: Seal,
    limits: PictureLimits,
    hosts: Hosts,
    /// Images fetched at the same time.
    turns: Semaphore,
    missed: Missed,
}

impl Pictures {
    /// A worker for what `ingest` polls, over this node's folder. Nothing is fetched until it runs.
    pub fn new(ingest: Arc<Ingest>, gallery: Gallery, seal: Seal, limits: PictureLimits) -> Self {
        let (hosts, turns) = (Hosts::new(limits.per_host_max), Semaphore::new(limits.images_max));
        Self { ingest, gallery, seal, limits, hosts, turns, missed: Missed::default() }
    }

    /// The picture that an address of ours names; `None` where we have not signed it.
    pub fn opens(&self, signature: &str, id: &str) -> Option<PictureId> {
        self.seal.opens(signature, id)
    }

    /// A picture's bytes, from memory or this node's folder. One that is not here is fetched later, if anything shows it.
    pub async fn read(&self, id: &PictureId, width: u32, encoding: Encoding) -> Option<Bytes> {
        let bytes = self.gallery.read(id, width, encoding).await;
        if bytes.is_none() {
            self.missed.note(self.seal.path(id), Instant::now());
        }
        bytes
    }

    /// What stands in for a picture that is not here.
    pub fn placeholder(&self, encoding: Encoding) -> Bytes {
        self.gallery.placeholder(encoding)
    }

    /// Fetches what is due and keeps this node's folder as the store says, until `shutdown`.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let mut desk = Desk::new(None);
        let mut look = tokio::time::interval(Duration::from_millis(self.limits.look_ms));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = desk.event(&self.limits) => {}
                _ = look.tick() => {
                    // The store says itself what is wrong with it; the next look comes soon.
                    if let Err(error) = self.look(&mut desk).await {
                        debug!(%error, "pictures could not be looked at: {error}");
                    }
                }
            }
            if let Err(error) = self.advance(&mut desk).await {
                debug!(%error, "pictures could not be settled: {error}");
            }
        }
        self.leave(desk).await;
    }

    /// Fetches now what is due of these sources and of all logos, for at most `within`; `progress` hears how many entries
    /// are done, and of how many.
    ///
    /// # Errors
    /// The store failed.
    pub async fn collect(
        self: &Arc<Self>,
        sources: impl IntoIterator<Item = SourceId>,
        within: Duration,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), StoreError> {
        let mut desk = Desk::new(Some(sources.into_iter().collect()));
        let ends = Instant::now() + within;
        loop {
            if desk.is_idle() {
                self.look(&mut desk).await?;
            }
            self.advance(&mut desk).await?;
            progress(desk.done, desk.done + desk.left());
            if desk.is_idle() || Instant::now() >= ends {
                break;
            }
            tokio::select! {
                () = desk.event(&self.limits) => {}
                () = until(Some(ends)) => {}
            }
        }
        self.leave(desk).await;
        Ok(())
    }

    fn now_ms(&self) -> i64 {
        (self.ingest.clock)().as_millisecond()
    }
}
