//! Hearing of other nodes' changes before the next look at the counter.

use std::{future::poll_fn, pin::pin, time::Duration};

use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, error::SqlState};
use tracing::{debug, info};

use super::address::Address;
use crate::store::{Limits, StoreError};

/// How a node hears the others.
const LISTEN: &str = "LISTEN pressroll";
/// How a node calls the others.
pub(super) const CALL: &str = "NOTIFY pressroll";

/// What engines answer that have no LISTEN.
const KNOWS_NO_LISTEN: [SqlState; 2] = [SqlState::FEATURE_NOT_SUPPORTED, SqlState::SYNTAX_ERROR];

/// Why listening ended.
enum Ended {
    /// The connection was lost.
    Lost(StoreError),
    /// The engine has no LISTEN.
    Deaf(StoreError),
}

/// Rings `bell` at every call, connecting again whenever the connection is lost. Where the engine knows no LISTEN it
/// only waits: the counter is looked at anyway.
pub(super) async fn forever(address: &Address, bell: &Notify) {
    loop {
        match until_lost(address, bell).await {
            Ended::Lost(error) => debug!(%error, "not listening at the moment: {error}"),
            Ended::Deaf(error) => {
                info!(%error, "the database has no LISTEN; other nodes' changes are found by looking: {error}");
                return std::future::pending().await;
            }
        }
        tokio::time::sleep(Duration::from_millis(Limits::LISTEN_PAUSE_MS)).await;
    }
}

async fn until_lost(address: &Address, bell: &Notify) -> Ended {
    let most = Duration::from_millis(Limits::CONNECT_MS_MAX);
    let connecting = tokio::time::timeout(most, address.config.connect(address.tls.clone()));
    let (client, mut connection) = match connecting.await {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return Ended::Lost(error.into()),
        Err(_) => return Ended::Lost(StoreError::Away { reason: format!("no connection within {most:?}") }),
    };
    let mut messages = pin!(async {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(_))) => bell.notify_one(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return error.into(),
                None => return StoreError::Away { reason: "it closed the connection".to_owned() },
            }
        }
    });
    let listening = client.batch_execute(LISTEN);
    tokio::select! {
        error = &mut messages => return Ended::Lost(error),
        heard = listening => match heard {
            Ok(()) => {}
            Err(error) if KNOWS_NO_LISTEN.iter().any(|it| error.code() == Some(it)) => {
                return Ended::Deaf(error.into());
            }
            Err(error) => return Ended::Lost(error.into()),
        }
    }
    // What was called before we listened is found by looking once more.
    bell.notify_one();
    Ended::Lost(messages.await)
}
