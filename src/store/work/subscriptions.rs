//! Subscriptions at WebSub hubs: looked for, taken on, changed by whoever has seen them as they are.

use crate::store::{
    Announced, Limits, StoreError, Subscription, entry,
    session::{Session, Work},
    subscription::{self, read},
    value::Value,
};

/// Runs a statement that brings subscriptions.
async fn subscriptions<S: Session>(
    on: &S,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Subscription>, StoreError> {
    on.rows(sql, values).await?.iter_mut().map(read).collect()
}

/// Every subscription.
pub struct All;

impl Work for All {
    type Answer = Vec<Subscription>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        subscriptions(on, subscription::ALL, &[]).await
    }
}

/// The subscription with a token.
pub struct Called(pub String);

impl Work for Called {
    type Answer = Option<Subscription>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        on.first(subscription::ONE, &[(&self.0).into()]).await?.map(|mut row| read(&mut row)).transpose()
    }
}

/// What there is to do at a moment.
pub struct Due(pub i64);

impl Work for Due {
    type Answer = Vec<Subscription>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let most = Limits::SUBSCRIPTIONS_DUE_MAX as i64;
        subscriptions(on, subscription::DUE, &[self.0.into(), most.into()]).await
    }
}

/// Announced hubs without a subscription that is called at an address.
pub struct Unsubscribed(pub String);

impl Work for Unsubscribed {
    type Answer = Vec<Announced>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        let rows = on.rows(subscription::UNSUBSCRIBED, &[(&self.0).into()]).await?.into_iter();
        let announced = rows.map(|mut row| {
            let source = entry::read_source(&mut row)?;
            Ok(Announced { source, hub: row.text()?, topic: row.text()? })
        });
        announced.collect()
    }
}

/// Subscriptions that nobody announces.
pub struct Stray;

impl Work for Stray {
    type Answer = Vec<Subscription>;

    async fn run<S: Session>(&self, on: &S) -> Result<Self::Answer, StoreError> {
        subscriptions(on, subscription::STRAY, &[]).await
    }
}

/// Takes one on.
pub struct Subscribe(pub Subscription);

impl Work for Subscribe {
    type Answer = ();

    async fn run<S: Session>(&self, on: &S) -> Result<(), StoreError> {
        on.execute(subscription::SUBSCRIBE, &subscription::bind(&self.0)).await.map(drop)
    }
}

/// Changes one, if it is as it was read.
pub struct Change(pub Subscription);

impl Work for Change {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let it = &self.0;
        let values = [
            it.stage.as_str().into(),
            it.next_at_ms.into(),
            it.expires_ms.into(),
            it.pushed_ms.into(),
            i64::from(it.failures).into(),
            it.error.as_ref().into(),
            it.token.0.as_ref().into(),
            it.revision.into(),
        ];
        Ok(on.execute(subscription::CHANGE, &values).await? > 0)
    }
}

/// Forgets one, if it is as it was read.
pub struct Forget(pub Subscription);

impl Work for Forget {
    type Answer = bool;

    async fn run<S: Session>(&self, on: &S) -> Result<bool, StoreError> {
        let values = [self.0.token.0.as_ref().into(), self.0.revision.into()];
        Ok(on.execute(subscription::FORGET, &values).await? > 0)
    }
}
