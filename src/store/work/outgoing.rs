//! What went out: when editions changed, and under which ids publications showed their entries.

use std::collections::{BTreeMap, HashMap};

use super::{change, distinct, lists};
use crate::{
    model::{Appearance, EntryId, Hash128},
    store::{
        StoreError,
        edition::{self, read_appearance, whole_second},
        session::{Session, Work, batches},
        value::{Value, damaged},
    },
};

/// How a publication has shown entries.
pub struct Appearances {
    pub publication: String,
    pub entries: Vec<EntryId>,
}

impl Work for Appearances {
    type Answer = Vec<Appearance>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Appearance>, StoreError> {
        let mut ids: Vec<i64> = self.entries.iter().map(|it| it.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut shown = Vec::with_capacity(ids.len());
        for (count, values) in lists(&[(&self.publication).into()], ids) {
            for row in on.rows(&edition::appearances(count), &values).await? {
                shown.push(read_appearance(row)?);
            }
        }
        shown.sort_by_key(|it: &Appearance| it.entry);
        Ok(shown)
    }
}

/// Notes what a publication shows.
pub struct Appear {
    pub publication: String,
    pub shown: BTreeMap<EntryId, Appearance>,
}

impl Work for Appear {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let row = |it: &'_ Appearance| {
            let publication = self.publication.clone().into();
            vec![publication, it.entry.0.into(), it.public_id.clone().into(), it.shown_ms.into()]
        };
        let rows: Vec<Vec<Value<'_>>> = self.shown.values().map(row).collect();
        let written = on.write(&edition::APPEAR, &rows).await?;
        if written > 0 {
            change(on).await?;
        }
        Ok(())
    }
}

/// What is noted of editions, by their paths: hash and moment of the last change.
pub struct Noted(pub Vec<String>);

impl Work for Noted {
    type Answer = HashMap<String, (String, i64)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let mut noted = HashMap::with_capacity(self.0.len());
        for (count, values) in lists(&[], distinct(&self.0)) {
            for mut row in on.rows(&edition::noted(count), &values).await? {
                noted.insert(row.text()?, (row.text()?, row.int()?));
            }
        }
        Ok(noted)
    }
}

/// The paths of all noted editions that end like this, at most so many.
pub struct Paths {
    pub ending: String,
    pub limit: usize,
}

impl Work for Paths {
    type Answer = Vec<String>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<String>, StoreError> {
        // No ending that is asked for has a sign that stands for others.
        let values = [format!("%{}", self.ending).into(), (self.limit as i64).into()];
        let paths = on.rows(edition::PATHS, &values).await?.into_iter().map(|mut row| row.text());
        let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
        paths.retain(|it| it.ends_with(&self.ending));
        paths.sort();
        Ok(paths)
    }
}

/// Notes the hashes of editions; when each last changed, by path.
pub struct Note {
    pub editions: BTreeMap<String, Hash128>,
    pub now_ms: i64,
}

impl Work for Note {
    type Answer = HashMap<String, i64>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows: Vec<(&String, &Hash128)> = self.editions.iter().collect();
        let now_ms = whole_second(self.now_ms);
        let mut changed = HashMap::with_capacity(rows.len());
        for batch in batches(&rows) {
            let values =
                batch.iter().flat_map(|(path, hash)| [(*path).into(), hash.hex().into(), now_ms.into()]);
            for mut row in on.rows(&edition::NOTE.text(batch.len()), &values.collect::<Vec<_>>()).await? {
                changed.insert(row.text()?, row.int()?);
            }
        }
        change(on).await?;
        if changed.len() < rows.len() {
            return Err(damaged("an edition was not kept"));
        }
        Ok(changed)
    }
}
