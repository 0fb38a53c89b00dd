//! Hearing of other nodes' changes before the next look at the counter.

use std::{future::poll_fn, pin::pin, time::Duration};

use tokio::sync::Notify;
use tokio_postgres::AsyncMessage;
use tracing::{debug, info};

use super::address::Address;
use crate::store::{Limits, StoreError};

/// How a node hears the others.
const LISTEN: &str = "LISTEN pressroll";
/// How a node calls the others.
pub(super) const CALL: &str = "NOTIFY pressroll";

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
    let connected = address.config.connect(address.tls.clone()).await;
    let (client, mut connection) = match connected {
        Ok(connected) => connected,
        Err(error) => return Ended::Lost(error.into()),
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
            Err(error) if error.as_db_error().is_some() => return Ended::Deaf(error.into()),
            Err(error) => return Ended::Lost(error.into()),
            Ok(()) => {}
        }
    }
    // What was called before we listened is found by looking once more.
    bell.notify_one();
    Ended::Lost(messages.await)
}
