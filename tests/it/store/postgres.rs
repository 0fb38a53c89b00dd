//! The contract as PostgreSQL keeps it: the same behaviours as for every engine.

use super::{LEASE_MS, NOW, Place, arrival, bring, filled, keep, kept, lease, round, source, with_urls};

/// A place of its own for one test's store.
fn place() -> Place {
    Place::database()
}

#[path = "contract/copying.rs"]
mod copying;
#[path = "contract/heirs.rs"]
mod heirs;
#[path = "contract/leases.rs"]
mod leases;
#[path = "contract/outgoing.rs"]
mod outgoing;
#[path = "contract/pictures.rs"]
mod pictures;
#[path = "contract/reading.rs"]
mod reading;
#[path = "contract/restart.rs"]
mod restart;
#[path = "contract/retention.rs"]
mod retention;
#[path = "contract/rounds.rs"]
mod rounds;
#[path = "server.rs"]
mod server;
#[path = "contract/subscriptions.rs"]
mod subscriptions;
