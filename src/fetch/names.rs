//! Looking names up: bounded in number and in time.

use std::{
    io,
    net::{IpAddr, ToSocketAddrs as _},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Semaphore;

use super::Limits;

/// Looks a name up. It may block: it runs on the blocking pool. Tests hand in their own.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The system's resolver, hosts file included: the guard stands behind it.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| Ok((name, 0).to_socket_addrs()?.map(|it| it.ip()).collect()))
}

/// All look-ups of a process share their turns.
#[derive(Clone)]
pub(super) struct Names {
    lookup: Lookup,
    /// Turns at the blocking pool; one is held until its look-up has really ended, even if nobody waits any more.
    turns: Arc<Semaphore>,
    patience: Duration,
}

impl Names {
    /// Looks up as `lookup` says, within the limits.
    pub(super) fn new(lookup: Lookup, limits: &Limits) -> Self {
        let turns = Arc::new(Semaphore::new(limits.lookups_max));
        Self { lookup, turns, patience: limits.lookup_timeout }
    }

    /// Every address of `name`. The error says why there is none, for a sentence.
    pub(super) async fn find(&self, name: String) -> Result<Vec<IpAddr>, String> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| error.to_string())?;
        let lookup = Arc::clone(&self.lookup);
        let looking = tokio::task::spawn_blocking(move || {
            let found = lookup(&name);
            drop(turn);
            found
        });
        match tokio::time::timeout(self.patience, looking).await {
            Ok(Ok(Ok(found))) if found.is_empty() => Err("the name has no address".to_owned()),
            Ok(Ok(found)) => found.map_err(|error| error.to_string()),
            Ok(Err(_)) => Err("the look-up broke off".to_owned()),
            Err(_) => Err(format!("no answer within {} s", self.patience.as_secs_f64())),
        }
    }
}
