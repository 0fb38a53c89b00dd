//! The store, and how the sources in it do.

use std::{path::Path, sync::Arc, time::Instant};

use super::finding::Finding;
use crate::{
    cli::{
        account::Account,
        node::{Node, PROCESSES},
        status,
    },
    config::Config,
    model::{Clock, PollState, time::span},
    store::{Schema, Store, StoreError},
};

const PLACE: &str = "store";
/// What is held for a moment to see whether the store can be written.
const TURN: &str = "doctor";
/// A store that takes longer for a few small things is slow, milliseconds.
const SLOW_MS: u128 = 1_000;
/// A source that has waited for its poll for longer than this waits for nobody, milliseconds.
const OVERDUE_MS: i64 = 15 * 60_000;

/// Opens, writes and reads it.
pub async fn look(config: &Config, clock: &Clock) -> Vec<Finding> {
    let started = Instant::now();
    let (place, shown) = (&config.store, config.store.shown());
    let node = Node::own(Path::new(PROCESSES)).to_string();
    let store = match Store::open(&place.url, &place.base, &node, Schema::AsItIs).await {
        Ok(store) => store,
        Err(error @ StoreError::Missing) => {
            let finding = Finding::note(PLACE, format!("{shown}: {error}"));
            return vec![finding.mend("start `pressroll serve`, or run `pressroll fetch`: either makes it")];
        }
        Err(error) => return vec![broken(&shown, error)],
    };
    let found = found(config, &store, clock).await;
    let ended = store.close().await;
    let took_ms = started.elapsed().as_millis();
    match found.and_then(|found| ended.map(|()| found)) {
        Err(error) => vec![broken(&shown, error)],
        Ok(found) => {
            let version = store.opened().version;
            let sentence =
                format!("{shown}, schema version {version}: opened, written and read in {took_ms} ms");
            let stands = match took_ms {
                ..SLOW_MS => Finding::well(PLACE, sentence),
                _ => Finding::note(PLACE, format!("{sentence}, which is slow"))
                    .mend("see what else the disk or the database server has to do"),
            };
            std::iter::once(stands).chain(found).collect()
        }
    }
}

fn broken(shown: &str, error: StoreError) -> Finding {
    let sentence = format!("{shown}: {:#}", anyhow::Error::new(error));
    Finding::wrong(PLACE, sentence).mend("see “When the store fails” in docs/OPERATIONS.md")
}

/// What stands in it, after it has been written.
async fn found(config: &Config, store: &Store, clock: &Clock) -> Result<Vec<Finding>, StoreError> {
    let now = clock();
    store.take_turn(TURN, now.as_millisecond(), now.as_millisecond()).await?;
    let mut states: std::collections::HashMap<_, _> = store.poll_states().await?.into_iter().collect();
    let accounts: Vec<Account> = config
        .sources
        .iter()
        .map(|it| Account::of(Arc::clone(it), states.remove(&it.id).unwrap_or_default(), now))
        .collect();
    let summary = status::summary(&accounts);
    let sources = if accounts.iter().any(|it| it.health.condition.needs_work()) {
        Finding::note("sources", summary).mend("`pressroll status` tells what to do about each")
    } else {
        Finding::well("sources", summary)
    };
    let waiting = accounts.iter().filter(|it| it.source.enabled && !it.state.gone);
    let late_ms = waiting.map(|it| overdue_ms(&it.state, now.as_millisecond())).max().unwrap_or(0);
    let polling = (late_ms > OVERDUE_MS).then(|| {
        let sentence = format!("the source that waits longest for its poll is {} late", span(late_ms));
        Finding::wrong("polling", sentence)
            .mend("start `pressroll serve`; if it runs, its log says what it is about")
    });
    Ok(std::iter::once(sources).chain(polling).collect())
}

/// How long a source has waited; a source that was never adopted has nobody to wait for.
fn overdue_ms(state: &PollState, now_ms: i64) -> i64 {
    if state.next_at_ms == 0 { 0 } else { now_ms.saturating_sub(state.next_at_ms) }
}
