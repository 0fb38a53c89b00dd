//! What is done with the tables, each piece in one transaction, the same on every engine.

pub(super) mod cleaning;
pub(super) mod copying;
pub(super) mod logos;
pub(super) mod outgoing;
pub(super) mod pictures;
pub(super) mod reading;
pub(super) mod retention;
pub(super) mod rounds;
pub(super) mod schema;
pub(super) mod sources;
pub(super) mod subscriptions;

use std::collections::HashSet;

use super::{
    Limits, StoreError,
    session::Session,
    site,
    value::{Value, damaged, in_list},
};

/// Moves the change counter on; the last thing that a transaction does which changes what readers may see, so that commit
/// order is number order.
async fn change<S: Session>(on: &S) -> Result<i64, StoreError> {
    on.has_changed();
    let moved = on.first(site::COUNT_ON, &[1.into(), site::CHANGE.into()]).await?;
    moved.ok_or_else(|| damaged("the change counter is missing"))?.int()
}

/// Each of `texts` once, in the order of their first appearance.
fn distinct<'a>(texts: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|it| seen.insert(*it)).collect()
}

/// The values of the statements that ask for `keys`, each with how many stand in its list; those of `before` precede it.
fn lists<'a, T: Into<Value<'a>>>(
    before: &[Value<'a>],
    keys: impl IntoIterator<Item = T>,
) -> Vec<(usize, Vec<Value<'a>>)> {
    let keys: Vec<Value<'a>> = keys.into_iter().map(Into::into).collect();
    let fill = |chunk: &[Value<'a>]| {
        let list = in_list(chunk);
        (list.len(), before.iter().cloned().chain(list).collect())
    };
    keys.chunks(Limits::IN_LIST_MAX).map(fill).collect()
}
