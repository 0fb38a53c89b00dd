//! Several nodes on one database: each source is polled by one of them at a time, all of them show everything, and one
//! that dies leaves its work to the others.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use crate::{
    anomaly::{Press, growing, growing_to},
    support::{
        Site, eventually,
        postgres::{Database, database},
        publisher::{Publisher, Script},
        say, within,
    },
};

const NODES: usize = 3;
const SOURCES: usize = 12;
/// The least time between two polls of a source, less what two clocks of one machine and a loaded scheduler may differ.
const INTERVAL_MIN: Duration = Duration::from_millis(950);
/// A commit on one node is seen on all others within a second; the rest is for a build without optimisation that
/// shares its processors with other tests.
const SEEN_MAX: Duration = Duration::from_millis(2_500);
/// What a dead node held is free again within this time.
const LEASE_MAX: Duration = Duration::from_secs(90);

struct Cluster {
    press: Press,
    database: Database,
    nodes: Vec<Site>,
}

impl Cluster {
    async fn start() -> Self {
        let database = database();
        let press = Press::start(SOURCES).await;
        press.grow_to(1);
        let nodes = (0..NODES).map(|_| Site::start(&press.config(database.url()))).collect();
        let cluster = Self { press, database, nodes };
        for node in &cluster.nodes {
            node.ready().await;
        }
        cluster.shows(1).await;
        cluster
    }

    /// Waits until all nodes show the first `entries` of each source under the same ids; how long the last of them took
    /// after the first.
    async fn shows(&self, entries: usize) -> Duration {
        let all = self.press.titles(entries);
        let mut shown: BTreeMap<usize, Instant> = BTreeMap::new();
        let mut feeds = Vec::new();
        let began = Instant::now();
        while shown.len() < self.nodes.len() {
            for (at, node) in
                self.nodes.iter().enumerate().filter(|(at, _)| !shown.contains_key(at)).collect::<Vec<_>>()
            {
                let feed = growing(node).await;
                if all.iter().eq(feed.values().collect::<std::collections::BTreeSet<_>>()) {
                    shown.insert(at, Instant::now());
                    feeds.push(feed);
                }
            }
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "{} nodes show {entries} entries",
                shown.len()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(feeds.windows(2).all(|it| it[0] == it[1]), "nodes show other ids");
        *shown.values().max().unwrap() - *shown.values().min().unwrap()
    }

    /// The node whose process holds the lease on a source.
    async fn holder(&self, source: &str) -> usize {
        let ask = format!("SELECT COALESCE(lease_owner, '') FROM source_state WHERE source_id = '{source}'");
        eventually("a node to take the lease", || async {
            let owner = self.database.sql(&ask)[0][0].clone();
            self.nodes.iter().position(|it| owner.split('-').any(|part| part == it.process().to_string()))
        })
        .await
    }
}

/// No source was asked again before its time, by whichever node.
fn asked_in_turn(publisher: &Publisher) -> usize {
    let mut last: HashMap<String, Instant> = HashMap::new();
    let requests = publisher.requests();
    for request in &requests {
        if let Some(before) = last.insert(request.path.clone(), request.at) {
            let gap = request.at - before;
            assert!(gap >= INTERVAL_MIN, "{} was asked again after {gap:?}", request.path);
        }
    }
    requests.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_poll_each_source_once_in_an_interval_and_all_show_everything() {
    let cluster = Cluster::start().await;
    let mut slowest = Duration::ZERO;
    for entries in 2..7 {
        cluster.press.grow_to(entries);
        slowest = slowest.max(cluster.shows(entries).await);
    }
    let requests = asked_in_turn(&cluster.press.publisher);
    cluster.database.holds_each_once();
    say(&format!("{NODES} nodes, {requests} polls: the last showed everything {slowest:?} after the first"));
    assert!(requests > 3 * SOURCES);
    assert!(slowest < SEEN_MAX, "{slowest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_node_was_polling_is_polled_by_others_when_its_lease_has_run_out() {
    let mut cluster = Cluster::start().await;
    // One source answers nothing, so that a node is asking it when it dies.
    let path = "/source-0.xml";
    cluster.press.publisher.serve(path, Script::silent());
    let asked = cluster.press.publisher.requests_for(path).len();
    eventually("the silent source to be asked", || async {
        (cluster.press.publisher.requests_for(path).len() > asked).then_some(())
    })
    .await;
    let holder = cluster.holder("source-0").await;
    let mut dead = cluster.nodes.remove(holder);
    dead.kill();
    let killed = Instant::now();
    cluster.press.grow_to(3);
    let others: Vec<String> =
        cluster.press.titles(3).into_iter().filter(|it| !it.ends_with("source-0")).collect();
    for node in &cluster.nodes {
        // The dead node may have been asking another one, too.
        within(LEASE_MAX, "the other sources to be polled by the other nodes", || async {
            let feed = growing(node).await;
            others.iter().all(|title| feed.values().any(|it| it == title)).then_some(())
        })
        .await;
    }
    if !cfg!(feature = "suite-slow") {
        // The time that a lease lasts goes by.
        let past = "UPDATE source_state SET lease_until_ms = 1 WHERE source_id = 'source-0'";
        cluster.database.sql(past);
    }
    within(LEASE_MAX, "the dead node's source to be polled", || async {
        let feed = growing(&cluster.nodes[0]).await;
        (feed.len() == 3 * SOURCES).then_some(())
    })
    .await;
    say(&format!("what a dead node polled was polled by another {:?} after its death", killed.elapsed()));
    cluster.shows(3).await;
    // The dead one comes back as a new node and shows the same.
    dead.start_again();
    dead.ready().await;
    assert_eq!(growing_to(&dead, &cluster.press.titles(3)).await, growing(&cluster.nodes[0]).await);
    cluster.nodes.push(dead);
    cluster.press.grow_to(4);
    cluster.shows(4).await;
    cluster.database.holds_each_once();
}
