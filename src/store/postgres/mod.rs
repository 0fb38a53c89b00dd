//! The engine for several nodes: a PostgreSQL server, or whatever speaks its protocol.
//!
//! Nothing here depends on advisory locks, sequences or the server's clock, and LISTEN only makes quicker what a look at
//! the change counter finds as well.

mod address;
mod error;
mod listen;
mod session;
mod value;

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio::sync::Notify;

use self::{
    address::Address,
    session::{Begin, Wire},
};
use super::{
    Limits, Schema, StoreError,
    node::Node,
    schema::{Opened, VERSION},
    session::Work,
    work::schema::{Found, Inspect, Prepare, Steps},
};

/// A store in a database of a PostgreSQL server. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Postgres {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    node: Node,
    opened: Opened,
    server: Server,
}

/// Where the server is, and the connections to it.
#[derive(Debug)]
struct Server {
    pool: Pool,
    address: Address,
}

impl Postgres {
    /// Opens the database that `url` names, which must exist.
    pub(super) async fn open(url: &str, node: &str, schema: Schema) -> Result<Self, StoreError> {
        let server = Server::new(Address::parse(url)?)?;
        let found = match server.run(Begin::Read, &Inspect).await? {
            Found::Nothing => 0,
            Found::Version(version) => version,
            Found::Foreign => {
                let reason = "the database holds tables of another program; give pressroll one of its own";
                return Err(StoreError::Refused { reason: reason.to_owned() });
            }
        };
        schema.check(found)?;
        if found < VERSION {
            server.run(Begin::Migrate, &Prepare).await?;
            server.run(Begin::Migrate, &Steps).await?;
        }
        let opened = Opened { found, version: VERSION, backup: None };
        Ok(Self { inner: Arc::new(Inner { node: Node::new(node), opened, server }) })
    }

    pub(super) fn node(&self) -> &Node {
        &self.inner.node
    }

    pub(super) fn opened(&self) -> &Opened {
        &self.inner.opened
    }

    /// Closes every connection. A second time it does nothing.
    pub(super) fn close(&self) {
        self.inner.server.pool.close();
    }

    /// Does `work` in a transaction that sees one moment of the store.
    pub(super) async fn read<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        self.inner.server.run(Begin::Read, &work).await
    }

    /// Does `work` in a transaction that writes: all of it is kept, or nothing.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        self.inner.server.run(Begin::Write, &work).await
    }

    /// Reads with `work`, which cannot be done twice and takes its time.
    pub(super) async fn read_through<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        self.inner.server.attempt(Begin::Read, &work, Duration::MAX).await
    }

    /// Writes with `work`, which cannot be done twice and takes its time.
    pub(super) async fn write_through<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        self.inner.server.attempt(Begin::Write, &work, Duration::MAX).await
    }

    /// Rings `bell` whenever another node has changed something, for as long as it is polled.
    pub(super) async fn listen(&self, bell: &Notify) {
        listen::forever(&self.inner.server.address, bell).await;
    }
}

impl Server {
    fn new(address: Address) -> Result<Self, StoreError> {
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(address.config.clone(), address.tls.clone(), recycling);
        let timeouts = Timeouts {
            wait: Some(Duration::from_millis(Limits::CONNECTION_WAIT_MS_MAX)),
            create: Some(Duration::from_millis(Limits::CONNECT_MS_MAX)),
            recycle: Some(Duration::from_millis(Limits::CONNECT_MS_MAX)),
        };
        let pool = Pool::builder(manager)
            .max_size(Limits::CONNECTIONS)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self { pool, address })
    }

    /// Does `work` in a transaction, again and again while others get in its way, and once more where the connection is
    /// lost before the end. What may have been kept already is never done again: who asked must know.
    async fn run<W: Work>(&self, begin: Begin, work: &W) -> Result<W::Answer, StoreError> {
        // A change of the tables may take as long as it takes.
        let most =
            if begin == Begin::Migrate { Duration::MAX } else { Duration::from_millis(Limits::WORK_MS_MAX) };
        let mut wait = Duration::from_millis(Limits::RETRY_FIRST_MS);
        let mut reconnected = false;
        for _ in 0..Limits::RETRIES {
            match self.attempt(begin, work, most).await {
                Err(StoreError::Contended) => {}
                Err(StoreError::Away { .. }) if !reconnected => reconnected = true,
                done => return done,
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        self.attempt(begin, work, most).await
    }

    /// One try, given up after `most`.
    async fn attempt<W: Work>(
        &self,
        begin: Begin,
        work: &W,
        most: Duration,
    ) -> Result<W::Answer, StoreError> {
        let trying = async {
            let client = self.pool.get().await.map_err(|error| self.address.explain_pool(error))?;
            let wire = Wire::begin(client, begin).await?;
            match work.run(&wire).await {
                Ok(done) => wire.commit().await.map(|()| done),
                Err(error) => {
                    wire.roll_back().await;
                    Err(error)
                }
            }
        };
        let done = tokio::time::timeout(most, trying).await;
        done.unwrap_or_else(|_| Err(StoreError::Unanswered { reason: format!("no answer within {most:?}") }))
    }
}
