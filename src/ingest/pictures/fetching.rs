//! Fetching: one image, and all of one entry.

use std::time::{Duration, Instant};

use tracing::debug;
use url::Url;

use super::Pictures;
use crate::{
    fetch::FetchError,
    media::{MediaError, PictureId, Size},
    model::{
        Kept, Picture,
        picture::{self, Candidate},
        source::Network,
    },
    store::{PictureClaim, Pictured},
};

/// How long after the first failure images are asked for again, milliseconds; each further time is longer.
const AGAIN_MS: i64 = 5 * 60_000;
/// By how many times.
const AGAIN_GROWTH: i64 = 4;

/// For so long after an entry came an image that is not there may still come, milliseconds.
const NEW_MS: i64 = 86_400_000;

/// Why an image is not here.
#[derive(Debug, thiserror::Error)]
pub(super) enum Missing {
    /// It cannot be an image's address.
    #[error("this is no address of an image")]
    NoAddress,
    /// Its host does not answer, and is left alone.
    #[error("its host has not answered lately, and is left alone for a while")]
    HostRests,
    /// Fetching an entry's images took too long.
    #[error("its publisher took too long")]
    TooLong,
    /// It could not be fetched, or not be kept.
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl Missing {
    /// Whether it may come later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::NoAddress => false,
            Self::HostRests | Self::TooLong => true,
            Self::Media(error) => error.is_passing(),
        }
    }
}

impl Missing {
    /// Whether it was this node that could not ask, or not keep what came.
    fn is_ours(&self) -> bool {
        match self {
            Self::TooLong => true,
            Self::Media(error) => matches!(error, MediaError::Disk { .. }),
            Self::NoAddress | Self::HostRests => false,
        }
    }

    /// Whether its host says that it has no such image.
    fn is_absence(&self) -> bool {
        matches!(self, Self::Media(MediaError::Fetch(FetchError::Status { code: 403 | 404, .. })))
    }
}

/// What the next try is worth.
pub(super) struct Again {
    /// How often it has failed by now.
    pub(super) failures: u32,
    /// When to try again, unix milliseconds.
    pub(super) due_ms: Option<i64>,
}

impl Pictures {
    /// Has an image in this node's folder, fetching it if need be.
    pub(super) async fn obtain(
        &self,
        address: &str,
        networks: &[Network],
    ) -> Result<(PictureId, Size), Missing> {
        let url = Url::parse(address).map_err(|_| Missing::NoAddress)?;
        let id = PictureId::of(url.as_str(), networks);
        if let Some(size) = self.gallery.size_of(&id).await {
            return Ok((id, size));
        }
        let turn = self.hosts.turn(&url).await.ok_or(Missing::HostRests)?;
        let _one_of_few = self.turns.acquire().await.map_err(|_| Missing::TooLong)?;
        let fetcher = self.ingest.terms().fetcher.clone();
        let fetched = self.gallery.collect(&fetcher, &url, networks).await;
        // A disk that is full is nothing that its host could help.
        let is_its_trouble = |it: &MediaError| matches!(it, MediaError::Fetch(_)) && it.is_passing();
        let has_answered = !fetched.as_ref().is_err_and(is_its_trouble);
        self.hosts.note(&turn, has_answered, Instant::now());
        Ok(fetched?)
    }

    /// Fetches the images of a claimed entry.
    pub(super) async fn picture(&self, claim: PictureClaim, kept: Kept) -> Pictured {
        let terms = self.ingest.terms();
        let networks =
            terms.sources.get(&claim.source).map(|it| it.image_networks.clone()).unwrap_or_default();
        let ends = Instant::now() + Duration::from_millis(self.limits.entry_ms_max);
        let mut pictures = Vec::new();
        let (mut error, mut is_passing, mut was_asked) = (None, false, false);
        let candidates = picture::candidates(&kept.entry);
        for Candidate { address, alt, .. } in candidates.iter().cloned() {
            let left = ends.saturating_duration_since(Instant::now());
            let obtained = tokio::time::timeout(left, self.obtain(&address, &networks)).await;
            match obtained.unwrap_or(Err(Missing::TooLong)) {
                Ok((id, Size { width, height, .. })) => {
                    pictures.push(Picture { path: self.seal.path(&id), address, alt, width, height });
                }
                Err(missing) => {
                    // What is kept elsewhere, or was here before, is not taken from readers because its host rests.
                    let known = kept.pictures.iter().find(|it| it.address == address);
                    pictures.extend(known.filter(|_| missing.is_passing()).cloned());
                    let source = claim.source.as_str();
                    debug!(source, "an image of {source} is not kept: {address}: {missing}");
                    // An entry often goes out before its image is where it is said to be.
                    let is_new = self.now_ms().saturating_sub(kept.first_seen_ms) < NEW_MS;
                    is_passing |= missing.is_passing() || (is_new && missing.is_absence());
                    was_asked |= !missing.is_ours();
                    error.get_or_insert_with(|| format!("{address}: {missing}"));
                }
            }
        }
        let lead = picture::lead(&candidates, &pictures);
        let lead = lead.and_then(|lead| pictures.iter().position(|it| it.address == lead.address));
        let Again { failures, due_ms } = match was_asked {
            true => self.again(claim.failures, is_passing),
            // Nobody was asked in vain: what stands in our own way costs no try.
            false => Again {
                failures: claim.failures,
                due_ms: is_passing.then(|| self.now_ms().saturating_add(AGAIN_MS)),
            },
        };
        Pictured { claim, pictures, lead, failures, due_ms, error }
    }

    /// When to try again after so many failures.
    pub(super) fn again(&self, failures: u32, is_passing: bool) -> Again {
        if !is_passing {
            return Again { failures: 0, due_ms: None };
        }
        let failures_now = failures.saturating_add(1);
        let wait_ms = AGAIN_MS.saturating_mul(AGAIN_GROWTH.saturating_pow(failures));
        let due_ms = (failures_now < self.limits.tries_max).then(|| self.now_ms().saturating_add(wait_ms));
        Again { failures: failures_now, due_ms }
    }
}
