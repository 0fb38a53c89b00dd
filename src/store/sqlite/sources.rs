//! Sources: adopted, due, claimed.

use crate::model::{PollState, SourceId};

use super::{Sqlite, change, each, execute, first, rows};
use crate::store::{
    Limits, Minting, Named, StoreError, entry, site, source,
    value::{Columns, Value, damaged},
};

impl Sqlite {
    pub(in crate::store) async fn identity(&self, authority: &str, year: i16) -> Result<Minting, StoreError> {
        let authority = authority.to_owned();
        self.write(move |on| {
            let fixed = |name: &str, value: String| {
                let written = execute(on, site::FIX, &[name.into(), value.into()])?;
                let value = first(on, site::FIXED, &[name.into()], |mut row| row.text())?;
                Ok::<_, StoreError>((value.unwrap_or_default(), written))
            };
            let (authority, new) = fixed("authority", authority)?;
            let (year, _) = fixed("year", year.to_string())?;
            if new > 0 {
                change(on)?;
            }
            let year = year.parse().map_err(|_| damaged("the year of minted ids is not a number"))?;
            Ok(Minting { authority, year })
        })
        .await
    }

    pub(in crate::store) async fn adopt(
        &self,
        sources: &[(SourceId, String)],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        let rows = sources.to_vec();
        self.write(move |on| {
            let mut written = 0;
            for (id, url) in &rows {
                written += execute(on, source::ADOPT, &[id.as_str().into(), url.into(), now_ms.into()])?;
            }
            if written > 0 {
                change(on)?;
            }
            Ok(())
        })
        .await?;
        self.set_adopted(sources.iter().map(|(id, _)| id.clone()).collect());
        Ok(())
    }

    pub(in crate::store) async fn poll_states(&self) -> Result<Vec<(SourceId, PollState)>, StoreError> {
        self.read(|on| {
            let take = |mut row| Ok((entry::read_source(&mut row)?, source::read(&mut row)?));
            let mut states = rows(on, &source::all(), &[], take)?;
            // Here and not in the statement: engines collate texts differently.
            states.sort_by(|(left, _), (right, _)| left.cmp(right));
            Ok(states)
        })
        .await
    }

    pub(in crate::store) async fn names(&self, sources: &[SourceId]) -> Result<Vec<Named>, StoreError> {
        StoreError::bound("sources", sources.len(), Limits::SOURCES_MAX)?;
        let sources = sources.to_vec();
        self.read(move |on| {
            let named = |id: &SourceId| {
                let take =
                    |mut row: Columns| Ok(Named { title: row.maybe_text()?, homepage: row.maybe_text()? });
                Ok(first(on, source::NAMES, &[id.as_str().into()], take)?.unwrap_or_default())
            };
            sources.iter().map(named).collect()
        })
        .await
    }

    pub(in crate::store) async fn poll_state(&self, id: &SourceId) -> Result<Option<PollState>, StoreError> {
        let id = id.clone();
        self.read(move |on| {
            first(on, &source::one(), &[id.as_str().into()], |mut row| source::read(&mut row))
        })
        .await
    }

    pub(in crate::store) async fn due(&self, now_ms: i64, limit: usize) -> Result<Vec<SourceId>, StoreError> {
        let ours = self.adopted();
        self.read(move |on| {
            let mut due = Vec::new();
            each(on, source::DUE, &[now_ms.into()], |mut row| {
                let id = entry::read_source(&mut row)?;
                if due.len() < limit && ours.contains(&id) {
                    due.push(id);
                }
                Ok(due.len() < limit)
            })?;
            Ok(due)
        })
        .await
    }

    pub(in crate::store) async fn next_due_ms(&self) -> Result<Option<i64>, StoreError> {
        let ours = self.adopted();
        self.read(move |on| {
            let mut earliest: Option<i64> = None;
            each(on, source::WAITING, &[], |mut row| {
                let id = entry::read_source(&mut row)?;
                let (next_at_ms, lease_until_ms) = (row.int()?, row.int()?);
                if ours.contains(&id) {
                    let at = next_at_ms.max(lease_until_ms);
                    earliest = Some(earliest.map_or(at, |it| it.min(at)));
                }
                Ok(earliest.is_none_or(|it| next_at_ms < it))
            })?;
            Ok(earliest)
        })
        .await
    }

    pub(in crate::store) async fn claim(
        &self,
        id: &SourceId,
        url: &str,
        now_ms: i64,
        until_ms: i64,
    ) -> Result<Option<PollState>, StoreError> {
        let (id, url, node) = (id.clone(), url.to_owned(), self.inner.node.clone());
        self.write(move |on| {
            let (id, url, node) = (id.as_str().into(), url.as_str().into(), node.as_str().into());
            let values: [Value<'_>; 5] = [node, until_ms.into(), id, url, now_ms.into()];
            first(on, &source::claim(), &values, |mut row| source::read(&mut row))
        })
        .await
    }

    pub(in crate::store) async fn release(&self, id: &SourceId) -> Result<(), StoreError> {
        let (id, node) = (id.clone(), self.inner.node.clone());
        self.write(move |on| {
            execute(on, source::RELEASE, &[id.as_str().into(), node.as_str().into()]).map(drop)
        })
        .await
    }

    pub(in crate::store) async fn holders(&self) -> Result<Vec<String>, StoreError> {
        self.read(|on| rows(on, source::HOLDERS, &[], |mut row| row.text())).await
    }

    pub(in crate::store) async fn dismiss(&self, node: &str) -> Result<(), StoreError> {
        let node = node.to_owned();
        self.write(move |on| execute(on, source::DISMISS, &[node.as_str().into()]).map(drop)).await
    }

    pub(in crate::store) async fn change(&self) -> Result<i64, StoreError> {
        self.read(counter).await
    }

    pub(in crate::store) async fn changed_since(
        &self,
        number: i64,
    ) -> Result<(i64, Vec<SourceId>), StoreError> {
        self.read(move |on| {
            let now = counter(on)?;
            let take = |mut row| entry::read_source(&mut row);
            let mut changed = rows(on, source::CHANGED_SINCE, &[number.into()], take)?;
            changed.sort();
            Ok((now, changed))
        })
        .await
    }
}

fn counter(on: &rusqlite::Transaction<'_>) -> Result<i64, StoreError> {
    first(on, site::COUNTER, &[site::CHANGE.into()], |mut row| row.int())?
        .ok_or_else(|| damaged("the change counter is missing"))
}
