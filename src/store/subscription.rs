//! Subscriptions at WebSub hubs: what is kept of each, what the store can be asked of them, and their SQL.

use super::{
    Limits, Store, StoreError,
    value::{Columns, Value, damaged},
    work::subscriptions as work,
};
use crate::model::{SourceId, source::Secret};

/// How far a subscription is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is wanted; the hub has not made sure yet that it is we who want it.
    Asked,
    /// The hub pushes.
    Active,
    /// The hub does not want to.
    Denied,
    /// It is not wanted any more; the hub has not made sure of that yet.
    Leaving,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Asked, Self::Active, Self::Denied, Self::Leaving];

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Active => "active",
            Self::Denied => "denied",
            Self::Leaving => "leaving",
        }
    }
}

/// A subscription at a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The unguessable end of the address that the hub calls. Nobody but the hub may know it.
    pub token: Secret,
    /// The source that it is for.
    pub source: SourceId,
    /// The hub's address, as announced.
    pub hub: String,
    /// What the hub knows the feed by, as announced.
    pub topic: String,
    /// What stands before the token in the address that the hub calls.
    pub callback: String,
    /// What the hub signs with.
    pub secret: Secret,
    /// How far it is.
    pub stage: Stage,
    /// Moves with every change of the row: who changes it must have seen it as it is.
    pub revision: i64,
    /// When there is something to do next, unix milliseconds.
    pub next_at_ms: i64,
    /// Until when the hub pushes, unix milliseconds; 0 if it has never said so.
    pub expires_ms: i64,
    /// When it last pushed, unix milliseconds; 0 if never.
    pub pushed_ms: i64,
    /// How often the hub was asked since it last made sure.
    pub failures: u32,
    /// What is wrong, in a sentence.
    pub error: Option<String>,
}

/// A source whose feed names a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The source.
    pub source: SourceId,
    /// The hub's address.
    pub hub: String,
    /// What the hub knows the feed by.
    pub topic: String,
}

impl Store {
    /// All subscriptions, in the order of their sources.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        let mut all = self.read(work::All).await?;
        all.sort_by(|left, right| (&left.source, &left.hub).cmp(&(&right.source, &right.hub)));
        Ok(all)
    }

    /// The subscription whose hub calls us under `token`.
    pub async fn subscription(&self, token: &str) -> Result<Option<Subscription>, StoreError> {
        self.read(work::Called(token.to_owned())).await
    }

    /// At most [`Limits::SUBSCRIPTIONS_DUE_MAX`] subscriptions for which there is something to do at `now_ms`, the one
    /// that has waited longest first.
    pub async fn due_subscriptions(&self, now_ms: i64) -> Result<Vec<Subscription>, StoreError> {
        self.read(work::Due(now_ms)).await
    }

    /// Sources that announce a hub at which there is no subscription, or none that is called at `callback`.
    pub async fn unsubscribed(&self, callback: &str) -> Result<Vec<Announced>, StoreError> {
        self.read(work::Unsubscribed(callback.to_owned())).await
    }

    /// Subscriptions at hubs that their sources do not announce any more.
    pub async fn stray_subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.read(work::Stray).await
    }

    /// Takes on a new subscription. Where its source had one at that hub, to be left or called at another address, that
    /// one is wanted again, with its own token and secret.
    pub async fn subscribe(&self, subscription: &Subscription) -> Result<(), StoreError> {
        let Subscription { source, hub, topic, callback, .. } = subscription;
        for (what, text) in [("hub", hub), ("topic", topic), ("callback", callback)] {
            if text.len() > Limits::HUB_BYTES_MAX {
                return Err(StoreError::TooLong { what, bytes: text.len(), max: Limits::HUB_BYTES_MAX });
            }
        }
        if self.poll_state(source).await?.is_none() {
            return Err(StoreError::UnknownSource { source_id: source.clone() });
        }
        self.write(work::Subscribe(subscription.clone())).await
    }

    /// Keeps a subscription that was read and changed, but for its token, source, hub, topic and secret; whether it was
    /// still as it had been read. If it was not, nothing is kept.
    pub async fn change_subscription(&self, changed: &Subscription) -> Result<bool, StoreError> {
        self.write(work::Change(changed.clone())).await
    }

    /// Forgets a subscription that was read; whether it was still as it had been read.
    pub async fn forget_subscription(&self, read: &Subscription) -> Result<bool, StoreError> {
        self.write(work::Forget(read.clone())).await
    }
}

/// All columns, in the order in which [`bind`] gives and [`read`] takes them.
macro_rules! columns {
    () => {
        "token, source_id, hub, topic, callback, secret, stage, revision, next_at_ms, expires_ms, pushed_ms, failures, \
         error"
    };
}

/// Every subscription.
pub(super) const ALL: &str = concat!("SELECT ", columns!(), " FROM subscription");
/// One, by its token.
pub(super) const ONE: &str = concat!("SELECT ", columns!(), " FROM subscription WHERE token = $1");
/// What there is to do at `$1`, at most `$2`.
pub(super) const DUE: &str =
    concat!("SELECT ", columns!(), " FROM subscription WHERE next_at_ms <= $1 ORDER BY next_at_ms LIMIT $2");
/// Those that their sources do not announce any more.
pub(super) const STRAY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM subscription WHERE stage <> 'leaving' AND NOT EXISTS (SELECT 1 FROM source_state \
     WHERE source_state.source_id = subscription.source_id AND source_state.hub = subscription.hub \
     AND source_state.topic = subscription.topic AND NOT source_state.gone)"
);
/// Sources that announce a hub without a subscription that is called at `$1`.
pub(super) const UNSUBSCRIBED: &str = "SELECT source_id, hub, topic FROM source_state \
    WHERE hub IS NOT NULL AND topic IS NOT NULL AND NOT gone AND NOT EXISTS (SELECT 1 FROM subscription \
    WHERE subscription.source_id = source_state.source_id AND subscription.hub = source_state.hub \
    AND subscription.topic = source_state.topic AND subscription.callback = $1 AND subscription.stage <> 'leaving')";
/// Takes one on, or up again.
pub(super) const SUBSCRIBE: &str = concat!(
    "INSERT INTO subscription (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
     ON CONFLICT (source_id, hub, topic) DO UPDATE SET callback = excluded.callback, stage = excluded.stage, \
     revision = subscription.revision + 1, next_at_ms = excluded.next_at_ms, failures = 0, error = NULL \
     WHERE subscription.stage = 'leaving' OR subscription.callback <> excluded.callback"
);
/// Changes the one `$7`, if it is as it was at revision `$8`.
pub(super) const CHANGE: &str = "UPDATE subscription SET stage = $1, next_at_ms = $2, expires_ms = $3, \
    pushed_ms = $4, failures = $5, error = $6, revision = revision + 1 WHERE token = $7 AND revision = $8";
/// Forgets the one `$1`, if it is as it was at revision `$2`.
pub(super) const FORGET: &str = "DELETE FROM subscription WHERE token = $1 AND revision = $2";
/// Gives the source `$1` the subscriptions of the source `$2`, but for those that it has itself.
pub(super) const INHERIT: &str = "UPDATE subscription SET source_id = $1 WHERE source_id = $2 \
    AND NOT EXISTS (SELECT 1 FROM subscription own \
    WHERE own.source_id = $1 AND own.hub = subscription.hub AND own.topic = subscription.topic)";
/// Forgets the subscriptions of a source.
pub(super) const FORGET_ALL: &str = "DELETE FROM subscription WHERE source_id = $1";

/// All columns of a subscription.
pub(super) fn bind(it: &Subscription) -> Vec<Value<'_>> {
    vec![
        it.token.0.as_ref().into(),
        it.source.as_str().into(),
        (&it.hub).into(),
        (&it.topic).into(),
        (&it.callback).into(),
        it.secret.0.as_ref().into(),
        it.stage.as_str().into(),
        it.revision.into(),
        it.next_at_ms.into(),
        it.expires_ms.into(),
        it.pushed_ms.into(),
        i64::from(it.failures).into(),
        it.error.as_ref().into(),
    ]
}

/// The subscription that the next columns hold.
pub(super) fn read(row: &mut Columns) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        token: Secret(row.text()?.into()),
        source: super::entry::read_source(row)?,
        hub: row.text()?,
        topic: row.text()?,
        callback: row.text()?,
        secret: Secret(row.text()?.into()),
        stage: stage(&row.text()?)?,
        revision: row.int()?,
        next_at_ms: row.int()?,
        expires_ms: row.int()?,
        pushed_ms: row.int()?,
        failures: u32::try_from(row.int()?).map_err(|_| damaged("a subscription's count is out of range"))?,
        error: row.maybe_text()?,
    })
}

fn stage(text: &str) -> Result<Stage, StoreError> {
    let stage = Stage::ALL.into_iter().find(|it| it.as_str() == text);
    stage.ok_or_else(|| damaged("a subscription is at a stage that nobody knows"))
}
