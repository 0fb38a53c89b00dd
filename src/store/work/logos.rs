//! Logos: taken on, claimed, settled.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{change, distinct, lists, pictures};
use crate::{
    model::{Picture, SourceId},
    store::{
        Drawn, LogoClaim, StoreError, entry, logo, picture,
        session::{Session, Work},
        source,
        value::Value,
    },
};

/// The logos that feeds name.
pub struct Named;

impl Work for Named {
    type Answer = Vec<(SourceId, String)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(logo::NAMED, &[]).await?.into_iter();
        rows.map(|mut row| Ok((entry::read_source(&mut row)?, row.text()?))).collect()
    }
}

/// Which of these addresses are known as logos.
pub struct Known(pub Vec<String>);

impl Work for Known {
    type Answer = HashSet<String>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let mut known = HashSet::new();
        for (count, values) in lists(&[], distinct(&self.0)) {
            for mut row in on.rows(&logo::known(count), &values).await? {
                known.insert(row.text()?);
            }
        }
        Ok(known)
    }
}

/// Takes logos on, due now.
pub struct Want {
    pub addresses: Vec<String>,
    pub now_ms: i64,
}

impl Work for Want {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let row = |it: &String| vec![Value::from(it.clone()), self.now_ms.into()];
        on.write(&logo::WANT, &self.addresses.iter().map(row).collect::<Vec<_>>()).await.map(drop)
    }
}

/// Forgets the logos that neither a feed names nor an operator gives.
pub struct Drop {
    pub own: BTreeSet<String>,
    pub now_ms: i64,
}

impl Work for Drop {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let (mut gone, mut paths) = (Vec::new(), Vec::new());
        for mut row in on.rows(logo::NAMELESS, &[]).await? {
            let (address, path) = (row.text()?, row.maybe_text()?);
            if !self.own.contains(&address) {
                gone.push(address);
                paths.extend(path);
            }
        }
        for (count, values) in lists(&[], gone.iter()) {
            on.execute(&logo::forget(count), &values).await?;
        }
        if paths.is_empty() {
            return Ok(());
        }
        let number = change(on).await?;
        pictures::let_go(on, &paths, number, self.now_ms).await
    }
}

/// Logos that are due.
pub struct Due {
    pub now_ms: i64,
    pub limit: usize,
}

impl Work for Due {
    type Answer = Vec<LogoClaim>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(logo::DUE, &[self.now_ms.into(), (self.limit as i64).into()]).await?.into_iter();
        let claim = |mut row: crate::store::value::Columns| {
            let address = row.text()?;
            let failures = u32::try_from(row.int()?).unwrap_or(u32::MAX);
            Ok(LogoClaim { address, failures, until_ms: self.now_ms })
        };
        rows.map(claim).collect()
    }
}

/// Claims logos that were due at `now_ms`; those that are ours.
pub struct Take {
    pub logos: Vec<LogoClaim>,
    pub now_ms: i64,
    pub until_ms: i64,
}

impl Work for Take {
    type Answer = Vec<LogoClaim>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let values = |it: &'_ LogoClaim| {
            vec![self.until_ms.into(), Value::from(it.address.clone()), self.now_ms.into()]
        };
        let values: Vec<Vec<Value<'_>>> = self.logos.iter().map(values).collect();
        let written = on.execute_each(logo::CLAIM, &values).await?;
        let granted = self.logos.iter().zip(written).filter(|(_, written)| *written > 0);
        Ok(granted.map(|(it, _)| LogoClaim { until_ms: self.until_ms, ..it.clone() }).collect())
    }
}

/// Keeps what came of fetching a logo; the number of the change, if readers are to see any.
pub struct Settle {
    pub drawn: Drawn,
}

impl Work for Settle {
    type Answer = Option<i64>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<i64>, StoreError> {
        let Drawn { claim, picture, failures, due_ms, error, through } = &self.drawn;
        let mut touched: BTreeSet<SourceId> = through.iter().cloned().collect();
        for mut row in on.rows(logo::NAMED_BY, &[(&claim.address).into()]).await? {
            touched.insert(entry::read_source(&mut row)?);
        }
        let held: Vec<Vec<Value<'_>>> = touched.iter().map(|it| vec![it.as_str().into()]).collect();
        on.execute_each(source::HOLD, &held).await?;
        let values = [
            (*due_ms).into(),
            i64::from(*failures).into(),
            error.as_ref().into(),
            (&claim.address).into(),
            claim.until_ms.into(),
        ];
        let Some(Picture { path, width, height, .. }) = picture else {
            return on.execute(logo::SETTLE, &values).await.map(|_| None);
        };
        if on.execute(logo::SETTLE, &values).await? == 0 {
            return Ok(None);
        }
        let number = change(on).await?;
        let (width, height) = (i64::from(*width), i64::from(*height));
        let drawn = [path.into(), width.into(), height.into(), number.into(), (&claim.address).into()];
        on.execute(logo::DRAW, &drawn).await?;
        on.execute(&picture::back(1), &[path.into()]).await?;
        let changed: Vec<Vec<Value<'_>>> =
            touched.iter().map(|it| vec![number.into(), it.as_str().into()]).collect();
        on.execute_each(source::CHANGED, &changed).await?;
        Ok(Some(number))
    }
}

/// What is kept of logos, by their addresses.
pub struct Kept(pub Vec<String>);

impl Work for Kept {
    type Answer = HashMap<String, Picture>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let mut kept = HashMap::new();
        for (count, values) in lists(&[], distinct(&self.0)) {
            for mut row in on.rows(&logo::kept(count), &values).await? {
                if let Some(picture) = logo::read(&mut row)? {
                    kept.insert(picture.address.clone(), picture);
                }
            }
        }
        Ok(kept)
    }
}
