//! Who fetches which images, what is kept of them, and what nothing shows any more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{
    Drawn, Limits, LogoClaim, PictureClaim, PictureCount, Pictured, Stocked, Store, StoreError,
    work::{logos, pictures},
};
use crate::model::{EntryId, Picture, SourceId};

impl Store {
    /// Entries whose pictures are due at `now_ms`, the newest first: at most [`Limits::PICTURES_LOOK_MAX`].
    pub async fn due_pictures(&self, now_ms: i64) -> Result<Vec<(EntryId, SourceId)>, StoreError> {
        self.read(pictures::Due { now_ms, limit: Limits::PICTURES_LOOK_MAX }).await
    }

    /// Claims the pictures of entries until `until_ms`, those of them that are due at `now_ms`: of several that try, on
    /// any node, one gets each.
    pub async fn claim_pictures(
        &self,
        mut entries: Vec<EntryId>,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<PictureClaim>, StoreError> {
        StoreError::bound("entries", entries.len(), Limits::KEYS_MAX)?;
        entries.sort_unstable();
        self.write(pictures::Take { entries, now_ms, until_ms }).await
    }

    /// Gives claims up unused: whoever looks next may take them.
    pub async fn give_up_pictures(&self, mut claims: Vec<PictureClaim>) -> Result<(), StoreError> {
        claims.sort_by_key(|it| it.entry);
        self.write(pictures::GiveUp(claims)).await
    }

    /// Keeps what came of fetching images of several entries, in one transaction; the number of the change, if readers are
    /// to see any. What was fetched for an entry that has changed since it was claimed is not kept.
    pub async fn settle_pictures(
        &self,
        mut pictured: Vec<Pictured>,
        now_ms: i64,
    ) -> Result<Option<i64>, StoreError> {
        StoreError::bound("entries", pictured.len(), Limits::KEYS_MAX)?;
        pictured.sort_by_key(|it| it.claim.entry);
        self.write(pictures::Settle { pictured, now_ms }).await
    }

    /// The number of the last change, and the pictures and logos that were kept after change `number`, the newest first:
    /// at most [`Limits::RESTOCK_MAX`] of each.
    pub async fn pictures_since(&self, number: i64) -> Result<(i64, Vec<Stocked>), StoreError> {
        self.read(pictures::Since { number, limit: Limits::RESTOCK_MAX }).await
    }

    /// The picture or logo that stands at `path`, if anything shows it.
    pub async fn picture_at(&self, path: &str) -> Result<Option<Stocked>, StoreError> {
        self.read(pictures::At(path.to_owned())).await
    }

    /// Pictures that nothing shows any more, each with the number of the change by which it went, after a change and a path
    /// in it, in the order of both: at most [`Limits::PICTURES_LOOK_MAX`].
    pub async fn pictures_gone(&self, after: (i64, String)) -> Result<Vec<(i64, String)>, StoreError> {
        self.read(pictures::GoneSince { after, limit: Limits::PICTURES_LOOK_MAX }).await
    }

    /// Forgets which pictures went before `before_ms`: by then every node has heard of it.
    pub async fn forget_gone_pictures(&self, before_ms: i64) -> Result<(), StoreError> {
        self.write(pictures::ForgetGone(before_ms)).await
    }

    /// Sources whose older entries were not lined up for their pictures, because nobody wanted them.
    pub async fn sources_without_pictures(&self) -> Result<BTreeSet<SourceId>, StoreError> {
        self.read(pictures::Unwanted).await
    }

    /// Lines the newest [`Limits::LINE_UP_MAX`] entries of each source up for their pictures, those that were never asked
    /// for them.
    pub async fn want_pictures(&self, sources: Vec<SourceId>) -> Result<(), StoreError> {
        self.write(pictures::Want(sources)).await
    }

    /// Sources whose older entries were lined up for their pictures, because somebody wanted them.
    pub async fn sources_with_pictures(&self) -> Result<BTreeSet<SourceId>, StoreError> {
        self.read(pictures::Wanted).await
    }

    /// Takes their pictures from these sources, of which nobody wants any: every node takes them out of its folder. Those
    /// that are wanted again are lined up anew.
    pub async fn want_no_pictures(&self, sources: BTreeSet<SourceId>, now_ms: i64) -> Result<(), StoreError> {
        self.write(pictures::Unwant { sources, now_ms }).await
    }

    /// How the pictures of each source do; a source without any is absent.
    pub async fn count_pictures(&self) -> Result<BTreeMap<SourceId, PictureCount>, StoreError> {
        self.read(pictures::Count).await
    }

    /// The logos that feeds name, in no order.
    pub async fn feed_logos(&self) -> Result<Vec<(SourceId, String)>, StoreError> {
        self.read(logos::Named).await
    }

    /// Takes logos on that nobody has taken on before: they are due at `now_ms`.
    pub async fn want_logos(&self, addresses: Vec<String>, now_ms: i64) -> Result<(), StoreError> {
        StoreError::bound("logos", addresses.len(), Limits::KEYS_MAX)?;
        let known: HashSet<String> = self.read(logos::Known(addresses.clone())).await?;
        let new: BTreeSet<String> = addresses.into_iter().filter(|it| !known.contains(it)).collect();
        if new.is_empty() {
            return Ok(());
        }
        self.write(logos::Want { addresses: new.into_iter().collect(), now_ms }).await
    }

    /// Forgets all logos but those that feeds name and those of `own`, and their pictures.
    pub async fn drop_logos(&self, own: BTreeSet<String>, now_ms: i64) -> Result<(), StoreError> {
        self.write(logos::Drop { own, now_ms }).await
    }

    /// Logos that are due at `now_ms`, the longest waiting first: at most [`Limits::PICTURES_LOOK_MAX`]. None of them is
    /// claimed yet.
    pub async fn due_logos(&self, now_ms: i64) -> Result<Vec<LogoClaim>, StoreError> {
        self.read(logos::Due { now_ms, limit: Limits::PICTURES_LOOK_MAX }).await
    }

    /// Claims logos until `until_ms`; those that are ours.
    pub async fn claim_logos(
        &self,
        mut logos: Vec<LogoClaim>,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<LogoClaim>, StoreError> {
        logos.sort_by(|left, right| left.address.cmp(&right.address));
        self.write(logos::Take { logos, now_ms, until_ms }).await
    }

    /// Keeps what came of fetching a logo; the number of the change, if readers are to see any.
    pub async fn settle_logo(&self, drawn: Drawn) -> Result<Option<i64>, StoreError> {
        self.write(logos::Settle { drawn }).await
    }

    /// What is kept of logos, by their addresses; nothing is said of one that is not.
    pub async fn logos(&self, addresses: Vec<String>) -> Result<HashMap<String, Picture>, StoreError> {
        StoreError::bound("logos", addresses.len(), Limits::KEYS_MAX)?;
        if addresses.is_empty() {
            return Ok(HashMap::new());
        }
        self.read(logos::Kept(addresses)).await
    }
}
