//! What went out: when editions changed, and under which ids publications showed their entries.

use std::collections::HashMap;

use rusqlite::Transaction;

use crate::model::{Appearance, EntryId, Hash128};

use super::{
    Sqlite, change, execute, first,
    rounds::{distinct, lists},
    rows,
};
use crate::store::{
    Limits, StoreError,
    edition::{APPEAR, EDITION, appearances, noted, read_appearance, whole_second},
    value::{Columns, damaged},
};

impl Sqlite {
    pub(in crate::store) async fn appearances(
        &self,
        publication: &str,
        entries: &[EntryId],
    ) -> Result<Vec<Appearance>, StoreError> {
        StoreError::bound("entries", entries.len(), Limits::KEYS_MAX)?;
        let publication = publication.to_owned();
        let mut ids: Vec<i64> = entries.iter().map(|it| it.0).collect();
        ids.sort_unstable();
        ids.dedup();
        self.read(move |on| {
            let mut shown = Vec::with_capacity(ids.len());
            for (count, values) in lists(Some((&publication).into()), ids) {
                shown.extend(rows(on, &appearances(count), &values, read_appearance)?);
            }
            shown.sort_by_key(|it: &Appearance| it.entry);
            Ok(shown)
        })
        .await
    }

    pub(in crate::store) async fn appear(
        &self,
        publication: &str,
        shown: &[Appearance],
    ) -> Result<(), StoreError> {
        StoreError::bound("appearances", shown.len(), Limits::KEYS_MAX)?;
        if shown.is_empty() {
            return Ok(());
        }
        let (publication, shown) = (publication.to_owned(), shown.to_vec());
        self.write(move |on| {
            let mut written = 0;
            for Appearance { entry, public_id, shown_ms } in &shown {
                let values = [(&publication).into(), entry.0.into(), public_id.into(), (*shown_ms).into()];
                written += execute(on, APPEAR, &values)?;
            }
            if written > 0 {
                change(on)?;
            }
            Ok(())
        })
        .await
    }

    pub(in crate::store) async fn editions(
        &self,
        editions: &[(String, Hash128)],
        now_ms: i64,
    ) -> Result<Vec<i64>, StoreError> {
        StoreError::bound("editions", editions.len(), Limits::EDITIONS_MAX)?;
        let editions = editions.to_vec();
        // Most are as they were, and then nothing is written.
        let (editions, before) = self
            .read(move |on| {
                let before = stored(on, &editions)?;
                Ok((editions, before))
            })
            .await?;
        let same = |(path, hash): &(String, Hash128)| {
            before.get(path).filter(|(kept, _)| *kept == hash.hex()).map(|(_, changed_ms)| *changed_ms)
        };
        if let Some(unchanged) = editions.iter().map(same).collect() {
            return Ok(unchanged);
        }
        self.write(move |on| {
            let now = whole_second(now_ms);
            let times = editions.iter().map(|(path, hash)| {
                let values = [path.into(), hash.hex().into(), now.into()];
                first(on, EDITION, &values, |mut row| row.int())?
                    .ok_or_else(|| damaged("an edition was not kept"))
            });
            let times = times.collect::<Result<Vec<i64>, StoreError>>()?;
            change(on)?;
            Ok(times)
        })
        .await
    }
}

/// What is kept of the paths: hash and moment of the last change.
fn stored(
    on: &Transaction<'_>,
    editions: &[(String, Hash128)],
) -> Result<HashMap<String, (String, i64)>, StoreError> {
    let mut stored = HashMap::with_capacity(editions.len());
    for (count, values) in lists(None, distinct(editions.iter().map(|(path, _)| path))) {
        let take = |mut row: Columns| Ok((row.text()?, (row.text()?, row.int()?)));
        stored.extend(rows(on, &noted(count), &values, take)?);
    }
    Ok(stored)
}
