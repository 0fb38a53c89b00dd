//! Sources: adopted, due, claimed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{change, lists};
use crate::{
    model::{PollState, SourceId},
    store::{
        Claim, Minting, Named, StoreError, entry, logo,
        session::{Session, Work},
        site, source, subscription,
        value::{Value, damaged},
    },
};

/// Fixes what minted ids begin with.
pub struct Fix {
    pub authority: String,
    pub year: i16,
}

impl Work for Fix {
    type Answer = Minting;

    async fn run<S: Session>(&self, on: &S) -> Result<Minting, StoreError> {
        let mut written = 0;
        for (name, value) in [("authority", self.authority.clone()), ("year", self.year.to_string())] {
            written += on.execute(site::FIX, &[name.into(), value.into()]).await?;
        }
        if written > 0 {
            change(on).await?;
        }
        let authority = fixed(on, "authority").await?;
        let year = fixed(on, "year").await?.parse();
        Ok(Minting { authority, year: year.map_err(|_| damaged("the year of minted ids is not a number"))? })
    }
}

/// Fixes what secrets of the site are derived from.
pub struct Secret(pub String);

impl Work for Secret {
    type Answer = String;

    async fn run<S: Session>(&self, on: &S) -> Result<String, StoreError> {
        on.execute(site::FIX, &["secret".into(), (&self.0).into()]).await?;
        fixed(on, "secret").await
    }
}

async fn fixed<S: Session>(on: &S, name: &str) -> Result<String, StoreError> {
    let row = on.first(site::FIXED, &[name.into()]).await?;
    row.ok_or_else(|| damaged("what was fixed for the site is missing"))?.text()
}

/// Takes sources on, each with its address.
pub struct Adopt {
    pub sources: BTreeMap<SourceId, String>,
    pub now_ms: i64,
}

impl Work for Adopt {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let row = |(id, url): (&'_ SourceId, &'_ String)| {
            vec![id.as_str().to_owned().into(), url.clone().into(), self.now_ms.into()]
        };
        let rows: Vec<Vec<Value<'_>>> = self.sources.iter().map(row).collect();
        let written = on.write(&source::ADOPT, &rows).await?;
        if written > 0 {
            change(on).await?;
        }
        Ok(())
    }
}

/// Gives what is kept under an old id to its heir.
pub struct Inherit {
    pub old: SourceId,
    pub heir: SourceId,
}

impl Work for Inherit {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let pair = [self.heir.as_str().into(), self.old.as_str().into()];
        if on.first(&source::ONE, &pair[1..]).await?.is_none() {
            return Ok(());
        }
        on.execute(&source::inherit(), &pair).await?;
        on.execute(entry::INHERIT, &pair).await?;
        on.execute(subscription::INHERIT, &pair).await?;
        on.execute(subscription::FORGET_ALL, &pair[1..]).await?;
        on.execute(source::FORGET, &pair[1..]).await?;
        let number = change(on).await?;
        on.execute(source::CHANGED, &[number.into(), self.heir.as_str().into()]).await.map(drop)
    }
}

/// The states of all sources.
pub struct PollStates;

impl Work for PollStates {
    type Answer = Vec<(SourceId, PollState)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(&source::all(), &[]).await?.into_iter();
        let states = rows.map(|mut row| Ok((entry::read_source(&mut row)?, source::read(&mut row)?)));
        let mut states = states.collect::<Result<Vec<_>, StoreError>>()?;
        // Here and not in the statement: engines collate texts differently.
        states.sort_by(|(left, _), (right, _)| left.cmp(right));
        Ok(states)
    }
}

/// The state of one source.
pub struct StateOf(pub SourceId);

impl Work for StateOf {
    type Answer = Option<PollState>;

    async fn run<S: Session>(&self, on: &S) -> Result<Option<PollState>, StoreError> {
        let row = on.first(&source::ONE, &[self.0.as_str().into()]).await?;
        row.map(|mut row| source::read(&mut row)).transpose()
    }
}

/// How feeds call themselves.
pub struct Names(pub Vec<SourceId>);

impl Work for Names {
    type Answer = Vec<Named>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<Named>, StoreError> {
        let mut named = HashMap::with_capacity(self.0.len());
        for (count, values) in lists(&[], self.0.iter().map(SourceId::as_str)) {
            for mut row in on.rows(&source::names(count), &values).await? {
                let id = row.text()?;
                let (title, homepage) = (row.maybe_text()?, row.maybe_text()?);
                named.insert(id, Named { title, homepage, logo: logo::read(&mut row)? });
            }
        }
        Ok(self.0.iter().map(|id| named.get(id.as_str()).cloned().unwrap_or_default()).collect())
    }
}

/// Sources whose time has come, of those that this node polls.
pub struct Due {
    pub ours: std::sync::Arc<HashSet<SourceId>>,
    pub now_ms: i64,
    pub limit: usize,
}

impl Work for Due {
    type Answer = Vec<SourceId>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<SourceId>, StoreError> {
        let rows = on.rows(source::DUE, &[self.now_ms.into()]).await?.into_iter();
        let due = rows.map(|mut row| entry::read_source(&mut row));
        let is_ours = |it: &Result<SourceId, _>| it.as_ref().map_or(true, |id| self.ours.contains(id));
        due.filter(is_ours).take(self.limit).collect()
    }
}

/// Takes the leases on sources, which stand in the order of their ids.
pub struct Take {
    pub claims: Vec<Claim>,
    pub node: String,
}

impl Work for Take {
    type Answer = HashMap<SourceId, PollState>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let values: Vec<Vec<Value<'_>>> = self.claims.iter().map(|it| self.values(it)).collect();
        let written = on.execute_each(source::CLAIM, &values).await?;
        let granted = self.claims.iter().zip(written).filter(|(_, written)| *written > 0);
        let granted: Vec<&SourceId> = granted.map(|(claim, _)| &claim.source).collect();
        let keys: Vec<Vec<Value<'_>>> = granted.iter().map(|it| vec![it.as_str().into()]).collect();
        let found = on.rows_of_each(&source::ONE, &keys).await?;
        let states = granted.into_iter().zip(found).filter_map(|(source, rows)| {
            let mut row = rows.into_iter().next()?;
            Some(source::read(&mut row).map(|state| (source.clone(), state)))
        });
        states.collect()
    }
}

impl Take {
    /// What is written of a claim, and where.
    fn values<'a>(&'a self, claim: &'a Claim) -> Vec<Value<'a>> {
        let Claim { source, url, now_ms, until_ms, due_ms } = claim;
        let (node, source) = ((&self.node).into(), source.as_str().into());
        vec![node, (*until_ms).into(), source, url.into(), (*now_ms).into(), (*due_ms).into()]
    }
}

/// Gives up the lease on a source.
pub struct Release {
    pub source: SourceId,
    pub node: String,
}

impl Work for Release {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let values = [self.source.as_str().into(), (&self.node).into()];
        on.execute(source::RELEASE, &values).await.map(drop)
    }
}

/// Brings the next poll of a source forward.
pub struct Hasten {
    pub source: SourceId,
    pub at_ms: i64,
}

impl Work for Hasten {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let values = [self.at_ms.into(), self.source.as_str().into()];
        Ok(on.execute(source::HASTEN, &values).await? > 0)
    }
}

/// Puts polls off, each to a moment of its own.
pub struct PutOff {
    pub polls: BTreeMap<SourceId, i64>,
    pub why: String,
    pub now_ms: i64,
}

impl Work for PutOff {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        for (source, at_ms) in &self.polls {
            let values = [(*at_ms).into(), (&self.why).into(), source.as_str().into(), self.now_ms.into()];
            on.execute(source::PUT_OFF, &values).await?;
        }
        Ok(())
    }
}

/// Sets right what a clock that ran ahead has left.
pub struct SetRight {
    pub now_ms: i64,
    pub latest_ms: i64,
}

impl Work for SetRight {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        let moments = [self.now_ms.into(), self.latest_ms.into()];
        on.execute(source::SET_RIGHT, &moments).await?;
        on.execute(source::FREE, &moments).await.map(drop)
    }
}

/// Whether a clock that ran ahead has left anything.
pub struct IsAhead(pub i64);

impl Work for IsAhead {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        Ok(on.first(source::AHEAD, &[self.0.into()]).await?.is_some())
    }
}

/// The sources whose host wants to be left alone.
pub struct Resting(pub i64);

impl Work for Resting {
    type Answer = Vec<(SourceId, i64)>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(source::RESTING, &[self.0.into()]).await?.into_iter();
        rows.map(|mut row| Ok((entry::read_source(&mut row)?, row.int()?))).collect()
    }
}

/// Prolongs leases of a node.
pub struct Renew {
    pub sources: Vec<SourceId>,
    pub node: String,
    pub until_ms: i64,
}

impl Work for Renew {
    type Answer = u64;

    async fn run<S: Session>(&self, on: &S) -> Result<u64, StoreError> {
        let mut renewed = 0;
        let ours = [self.until_ms.into(), (&self.node).into()];
        for (count, values) in lists(&ours, self.sources.iter().map(SourceId::as_str)) {
            renewed += on.execute(&source::renew(count), &values).await?;
        }
        Ok(renewed)
    }
}

/// The nodes that hold leases at a moment.
pub struct Holders(pub i64);

impl Work for Holders {
    type Answer = Vec<String>;

    async fn run<S: Session>(&self, on: &S) -> Result<Vec<String>, StoreError> {
        on.rows(source::HOLDERS, &[self.0.into()]).await?.into_iter().map(|mut row| row.text()).collect()
    }
}

/// Takes every lease from a node.
pub struct Dismiss(pub String);

impl Work for Dismiss {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        on.execute(source::DISMISS, &[(&self.0).into()]).await?;
        on.execute(site::END_TURNS, &[(&self.0).into()]).await.map(drop)
    }
}

/// Takes a turn at something that one node does at a time.
pub struct TakeTurn {
    pub name: String,
    pub node: String,
    pub now_ms: i64,
    pub until_ms: i64,
}

impl Work for TakeTurn {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let values = [(&self.name).into(), (&self.node).into(), self.until_ms.into(), self.now_ms.into()];
        Ok(on.execute(site::TAKE_TURN, &values).await? > 0)
    }
}

/// The number of the last change.
pub struct Counter;

impl Work for Counter {
    type Answer = i64;

    async fn run<S: Session>(&self, on: &S) -> Result<i64, StoreError> {
        let row = on.first(site::COUNTER, &[site::CHANGE.into()]).await?;
        row.ok_or_else(|| damaged("the change counter is missing"))?.int()
    }
}

/// The sources that changed after a change.
pub struct ChangedSince(pub i64);

impl Work for ChangedSince {
    type Answer = (i64, Vec<SourceId>);

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let now = Counter.run(on).await?;
        if now <= self.0 {
            return Ok((now, Vec::new()));
        }
        let rows = on.rows(source::CHANGED_SINCE, &[self.0.into()]).await?.into_iter();
        let mut changed = rows.map(|mut row| entry::read_source(&mut row)).collect::<Result<Vec<_>, _>>()?;
        changed.sort();
        Ok((now, changed))
    }
}
