//! Letting old entries go.

use super::{change, lists, pictures};
use crate::store::{
    Limits, Place, Pruning, StoreError, edition, entry,
    session::{Session, Work},
    source,
};

/// One small step of pruning a source; how many entries went.
pub struct Prune(pub Pruning);

impl Work for Prune {
    type Answer = usize;

    async fn run<S: Session>(&self, on: &S) -> Result<usize, StoreError> {
        let source = self.0.source.as_str();
        // As a round does, and before anything is looked at: what a round puts back into the document meanwhile is seen,
        // and neither waits for the other with the change counter in its hands.
        on.execute(source::HOLD, &[source.into()]).await?;
        let Some(bound) = self.bound(on).await? else { return Ok(0) };
        let values = [
            source.into(),
            bound.moment_ms.into(),
            bound.tie.into(),
            bound.id.0.into(),
            self.0.left_before_ms.into(),
            (Limits::PRUNE_ROWS as i64).into(),
        ];
        let rows = on.rows(entry::PRUNABLE, &values).await?.into_iter();
        let ids = rows.map(|mut row| row.int()).collect::<Result<Vec<i64>, _>>()?;
        if ids.is_empty() {
            return Ok(0);
        }
        let pictures = pictures::take(on, &ids).await?;
        for (count, values) in lists(&[], ids.iter().copied()) {
            on.execute(&edition::forget(count), &values).await?;
            on.execute(&entry::remove(count), &values).await?;
        }
        let number = change(on).await?;
        on.execute(source::CHANGED, &[number.into(), source.into()]).await?;
        pictures::let_go(on, &pictures, number, self.0.now_ms).await?;
        Ok(ids.len())
    }
}

impl Prune {
    /// The place below which entries go: what is too old, and what lies beyond the newest that are kept.
    async fn bound<S: Session>(&self, on: &S) -> Result<Option<Place>, StoreError> {
        let Pruning { source, oldest_ms, entries_max, .. } = &self.0;
        let age = oldest_ms.map(Place::oldest_at);
        let count = match entries_max {
            // The last that stays.
            Some(max) => {
                let before = i64::try_from(max.saturating_sub(1)).unwrap_or(i64::MAX);
                let row = on.first(entry::NTH, &[source.as_str().into(), before.into()]).await?;
                row.map(entry::read_place).transpose()?
            }
            None => None,
        };
        Ok(age.max(count))
    }
}
