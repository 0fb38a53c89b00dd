//! Logos: what stands for a publisher, as its feed says, or for a publication, as the operator says.

use std::{collections::BTreeSet, sync::Arc};

use tracing::debug;

use super::{Pictures, Wanted, WantedLogo, desk::Desk, fetching::Again};
use crate::{
    media::Size,
    model::{Picture, SourceId, source::Network},
    store::{Drawn, LogoClaim, StoreError},
};

/// Sources that are lined up in one transaction.
const LINE_UP_SOURCES: usize = 16;

impl Pictures {
    /// Compares, now and then and whenever the configuration is another one, what is wanted with what there is.
    pub(super) async fn survey(&self, desk: &mut Desk, wanted: &Arc<Wanted>) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let before = desk.wanted.clone();
        let is_same = before.as_ref().is_some_and(|it| Arc::ptr_eq(it, wanted));
        if is_same && now_ms < desk.survey_at_ms && !desk.is_for_a_command() {
            return Ok(());
        }
        let store = &self.ingest.store;
        // A command may have another file than the server beside it: it takes nothing away.
        if !is_same && !desk.is_for_a_command() {
            self.drop_unwanted(before.as_deref(), wanted, now_ms).await?;
        }
        self.line_up_wanted(wanted).await?;
        let mut logos: BTreeSet<String> = wanted.logos.keys().map(ToString::to_string).collect();
        let named = store.feed_logos().await?.into_iter();
        logos.extend(named.filter(|(it, _)| wanted.sources.contains(it)).map(|(_, address)| address));
        store.want_logos(logos.iter().cloned().collect(), now_ms).await?;
        let due = store.due_logos(now_ms).await?.into_iter();
        desk.due_logos = due.filter(|it| logos.contains(&it.address)).collect();
        if !desk.is_for_a_command() {
            self.look_at_stock(desk).await?;
        }
        desk.wanted = Some(Arc::clone(wanted));
        desk.survey_at_ms = now_ms.saturating_add(self.limits.survey_ms);
        Ok(())
    }

    /// Takes their pictures from sources of which nobody wants any more, and forgets logos that nobody names.
    async fn drop_unwanted(
        &self,
        before: Option<&Wanted>,
        wanted: &Wanted,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let store = &self.ingest.store;
        let before = match before {
            Some(before) => before.sources.iter().cloned().collect(),
            // At the start the store knows what was wanted before. Other files may have other sources.
            None => {
                let terms = self.ingest.terms();
                let mut before = store.sources_with_pictures().await?;
                before.retain(|it| terms.sources.contains_key(it));
                before
            }
        };
        let dropped: BTreeSet<SourceId> =
            before.into_iter().filter(|it| !wanted.sources.contains(it)).collect();
        if !dropped.is_empty() {
            store.want_no_pictures(dropped, now_ms).await?;
        }
        let own = wanted.logos.keys().map(ToString::to_string).collect();
        store.drop_logos(own, now_ms).await
    }

    /// Lines up what was kept of sources before anybody wanted their pictures.
    async fn line_up_wanted(&self, wanted: &Wanted) -> Result<(), StoreError> {
        let store = &self.ingest.store;
        let new = store.sources_without_pictures().await?;
        let new: Vec<SourceId> = new.into_iter().filter(|it| wanted.sources.contains(it)).collect();
        for some in new.chunks(LINE_UP_SOURCES) {
            store.want_pictures(some.to_vec()).await?;
        }
        Ok(())
    }

    /// Fetches a claimed logo.
    pub(super) async fn draw(&self, claim: LogoClaim) -> Drawn {
        let networks = self.logo_networks(&claim.address).await;
        let through = own(&self.ingest.terms().images, &claim.address).map(|it| it.through.clone());
        let through = through.into_iter().flatten().collect();
        match self.obtain(&claim.address, &networks).await {
            Ok((id, Size { width, height, .. })) => {
                let (path, address) = (self.seal.path(&id), claim.address.clone());
                let picture = Some(Picture { path, address, alt: String::new(), width, height });
                Drawn { claim, picture, failures: 0, due_ms: None, error: None, through }
            }
            Err(missing) => {
                debug!("the logo {} is not kept: {missing}", claim.address);
                let Again { failures, due_ms } = self.again(claim.failures, missing.is_passing());
                let error = Some(missing.to_string());
                Drawn { claim, picture: None, failures, due_ms, error, through }
            }
        }
    }

    /// Private networks that a logo may come from: those that the operator lets the images of every publication and source
    /// come from that names it. Were one enough, a feed could have shown what its publisher may not reach.
    pub(super) async fn logo_networks(&self, address: &str) -> Vec<Network> {
        let terms = self.ingest.terms();
        let mut allowed: Vec<BTreeSet<Network>> = Vec::new();
        allowed.extend(own(&terms.images, address).map(|it| it.networks.clone()));
        // Without an answer it comes from the public network alone.
        let Ok(named) = self.ingest.store.feed_logos().await else { return Vec::new() };
        let naming = named.iter().filter(|(_, it)| it == address);
        let sources = naming.filter_map(|(source, _)| terms.sources.get(source));
        allowed.extend(sources.map(|it| it.image_networks.iter().copied().collect()));
        let by_all = allowed.into_iter().reduce(|one, other| &one & &other);
        by_all.into_iter().flatten().collect()
    }
}

/// A logo that the operator gave.
fn own<'a>(wanted: &'a Wanted, address: &str) -> Option<&'a WantedLogo> {
    wanted.logos.iter().find(|(it, _)| it.as_str() == address).map(|(_, it)| it)
}
