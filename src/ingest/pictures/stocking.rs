//! This node's folder as the store has it: what other nodes have kept, or readers miss here, is fetched; what nothing
//! shows any more goes.

use std::time::Instant;

use tracing::{debug, warn};

use super::{Pictures, desk::Desk};
use crate::{
    media::PictureId,
    store::{Stocked, StoreError},
};

/// Pictures that may wait to be fetched for this node's folder.
const STOCK_MAX: usize = 10_000;
/// Pictures that could not be taken out and are tried again.
const STUCK_MAX: usize = 10_000;
/// How long it is remembered what went, milliseconds: a node that was away for longer keeps what it has until its folder
/// is full.
const GONE_MS: i64 = 90 * 86_400_000;
/// What is said of a file that cannot be removed.
const STAYS: &str = "a picture that is to be shown no more stays on the disk";
/// How often it is looked whether there is something to forget, milliseconds.
const FORGET_MS: i64 = 3_600_000;

impl Pictures {
    /// Looks what was kept since the last look, by any node.
    pub(super) async fn look_at_stock(&self, desk: &mut Desk) -> Result<(), StoreError> {
        let (now, stocked) = self.ingest.store.pictures_since(desk.stocked).await?;
        for it in stocked {
            // The rest comes when somebody misses it.
            if desk.stock.len() >= STOCK_MAX {
                break;
            }
            if self.is_wanted(&it) && !self.has(&it.path).await {
                desk.stock.push_back(it);
            }
        }
        desk.stocked = now;
        Ok(())
    }

    /// Whether anybody still shows pictures of where this one comes from.
    fn is_wanted(&self, stocked: &Stocked) -> bool {
        stocked.source.as_ref().is_none_or(|it| self.ingest.terms().images.sources.contains(it))
    }

    /// Looks up in the store what readers have missed.
    pub(super) async fn look_up_missed(&self, desk: &mut Desk) -> Result<(), StoreError> {
        for path in self.missed.take(Instant::now()) {
            if let Some(stocked) = self.ingest.store.picture_at(&path).await?
                && self.is_wanted(&stocked)
                && desk.missed.len() < STOCK_MAX
            {
                desk.missed.push_back(stocked);
            }
        }
        Ok(())
    }

    /// Takes out of this node's folder what nothing shows any more.
    pub(super) async fn take_out(&self, desk: &mut Desk) -> Result<(), StoreError> {
        let store = &self.ingest.store;
        for id in std::mem::take(&mut desk.stuck) {
            if self.gallery.remove(&id).await.is_err() {
                desk.stuck.push(id);
            }
        }
        for (number, path) in store.pictures_gone(desk.gone.clone()).await? {
            if let Some(id) = self.id(&path)
                && let Err(error) = self.gallery.remove(&id).await
            {
                warn!(%error, "{STAYS}: {error}");
                desk.stuck.truncate(STUCK_MAX - 1);
                desk.stuck.push(id);
            }
            desk.gone = (number, path);
        }
        let now_ms = self.now_ms();
        if now_ms >= desk.forgot_ms.saturating_add(FORGET_MS) {
            store.forget_gone_pictures(now_ms.saturating_sub(GONE_MS)).await?;
            desk.forgot_ms = now_ms;
        }
        Ok(())
    }

    /// Fetches a picture for this node's folder; where that fails, nothing changes.
    pub(super) async fn restock(&self, stocked: Stocked) {
        let Stocked { path, address, source } = stocked;
        let terms = self.ingest.terms();
        let networks = match &source {
            Some(source) => terms.sources.get(source).map(|it| it.image_networks.clone()).unwrap_or_default(),
            None => self.logo_networks(&address).await,
        };
        // Under the networks of today it has another name: nobody would ask for what came.
        if self.id(&path) != Some(PictureId::of(&address, &networks)) {
            return debug!(
                "{address} is not fetched again as {path}: its source may have it from elsewhere now"
            );
        }
        match self.obtain(&address, &networks).await {
            Ok((id, _)) if self.is_shown(&path).await => debug!("fetched {path} for this node as {id}"),
            Ok((id, _)) => self.give_back(&id).await,
            Err(missing) => debug!("{address} is missing here: {missing}"),
        }
    }

    /// Whether anything shows what stands at `path`. Where the store does not say, nothing does: what was fetched once more
    /// can be fetched again.
    async fn is_shown(&self, path: &str) -> bool {
        self.ingest.store.picture_at(path).await.is_ok_and(|it| it.is_some())
    }

    /// Takes a picture out that went while it was being fetched: by then it had been taken out where it was not yet.
    async fn give_back(&self, id: &PictureId) {
        if let Err(error) = self.gallery.remove(id).await {
            warn!(%error, "{STAYS}: {error}");
        }
    }

    /// Whether a picture is here.
    async fn has(&self, path: &str) -> bool {
        match self.id(path) {
            Some(id) => self.gallery.size_of(&id).await.is_some(),
            None => false,
        }
    }

    /// The picture that a path of the store names.
    fn id(&self, path: &str) -> Option<PictureId> {
        let (signature, id) = path.split_once('/')?;
        self.seal.opens(signature, id)
    }
}
