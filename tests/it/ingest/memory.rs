//! What is remembered of a document changes what a round costs, never what it brings.

use std::sync::Arc;

use pressroll::ingest::{Ask, Limits, MemoryLimits, READER_VERSION, Round};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};

use super::{HOUR_MS, Item, Setting, World, items};
use crate::support::publisher::{Publisher, Script};

/// Makes a row say something that its publisher never stated: who asks the store finds a changed entry.
const TAMPER: &str = "UPDATE entry SET raw_hash = '00000000000000000000000000000000' WHERE guid = 'guid-2'";

#[tokio::test]
async fn an_unchanged_entry_never_reaches_the_store_beside_new_and_edited_ones() {
    let world = World::new().await;
    let mut current = items(0..6);
    world.round(&current).await;
    world.sql(TAMPER);
    current.extend(items(6..7));
    current[4].text += " Corrected.";
    assert_eq!(world.round(&current).await, (1, 1));
    current.reverse();
    assert_eq!(world.round(&current).await, (0, 0), "nor in another order");
    let again = world.beside("two").await;
    assert_eq!(again.round(&current).await, (0, 1), "a process that remembers nothing asks");
}

#[tokio::test]
async fn a_source_that_brought_nothing_yet_knows_the_entries_that_it_has_inherited() {
    let world = World::with(Setting { others: 1, ..Setting::default() }).await;
    let items = items(0..3);
    assert_eq!(world.round(&items).await, (3, 0));
    let heir = &world.others[0];
    // It was there already, and has not been asked.
    world.store.inherit(&[(world.source.id.clone(), heir.id.clone())]).await.unwrap();
    world.pass(HOUR_MS);
    world.publish_at("/other-0.xml", &items);
    for round in 0..2 {
        match world.ingest.round(heir, Ask::Now).await.unwrap() {
            Round::Kept { entries: 3, new: 0, .. } | Round::Unchanged => {}
            other => panic!("{round}: {other:?}"),
        }
    }
    assert_eq!(world.store.count_entries().await.unwrap().values().sum::<i64>(), 3);
}

/// What is written must come back as the very same state, or nothing is ever remembered.
#[cfg(feature = "suite-postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_does_it_reach_a_database() {
    let database = crate::support::postgres::database();
    let world = World::with(Setting { store: Some(database.url().to_owned()), ..Setting::default() }).await;
    let mut current = items(0..6);
    world.round(&current).await;
    database.sql(TAMPER);
    current.extend(items(6..7));
    assert_eq!(world.round(&current).await, (1, 0));
    world.publisher.serve("/press.xml", Script::status(500));
    world.pass(HOUR_MS);
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert_eq!(world.round(&current).await, (0, 0));
    assert_eq!(world.beside("two").await.round(&current).await, (0, 1));
}

#[tokio::test]
async fn a_round_without_a_document_forgets_nothing_and_a_round_of_another_process_everything() {
    let world = World::new().await;
    let current = items(0..3);
    world.round(&current).await;
    world.sql(TAMPER);
    world.publisher.serve("/press.xml", Script::status(500));
    world.pass(HOUR_MS);
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert_eq!(world.round(&current).await, (0, 0), "a failure says nothing of the entries");
    let other = world.beside("two").await;
    let mut edited = current.clone();
    edited[0].text += " Corrected.";
    assert_eq!(other.round(&edited).await, (0, 2), "the edit, and what was tampered with");
    assert_eq!(world.round(&current).await, (0, 1), "the edit is taken back");
    assert_eq!(other.round(&current).await, (0, 0));
}

#[tokio::test]
async fn an_entry_that_shares_a_sign_with_an_unchanged_one_is_told_apart_from_it() {
    let world = World::new().await;
    let current = items(0..2);
    world.round(&current).await;
    let copy = Item { text: "Another text.".into(), ..current[0].clone() };
    assert_eq!(world.round(&[copy.clone(), current[0].clone()]).await, (0, 1), "the first of the two counts");
    assert_eq!(world.places().await.len(), 2);
}

/// What happens to a source between two looks at the store.
#[derive(Clone, Debug)]
enum Step {
    /// A document is read by one of two processes.
    Read { by_other: bool, items: Vec<Item> },
    /// A document comes, and the store does not keep it.
    NotKept(Vec<Item>),
    /// No document comes.
    Fails,
    /// What comes is no feed.
    Broken,
}

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(from).prop_map(str::to_owned)
}

/// Some days before the first round, some hours after it, and years after it.
const DATES: &[&str] = &[
    "",
    "Mon, 26 Oct 2026 09:00:00 GMT",
    "Mon, 26 Oct 2026 10:00:00 GMT",
    "Mon, 02 Nov 2026 17:00:00 GMT",
    "Wed, 02 Jan 2030 09:00:00 GMT",
];

/// An item of a publisher who takes care.
fn good() -> impl Strategy<Value = Item> {
    (0_usize..8, 0_usize..12).prop_map(|(n, edit)| {
        let mut item = items(n..n + 1).remove(0);
        match edit {
            0 => item.text += " Corrected.",
            1 => item.title += ", corrected",
            2 => item.guid = format!("new-{n}"),
            3 => item.date = "Wed, 02 Jan 2030 09:00:00 GMT".into(),
            _ => {}
        }
        item
    })
}

/// An item of a publisher who does not: everything meets everything.
fn bad() -> impl Strategy<Value = Item> {
    let links = pick(&[
        "",
        "https://acme.example/news/1",
        "https://acme.example/news/2",
        "https://acme.example/news",
    ]);
    let guids = pick(&["", "guid-1", "guid-2", "https://acme.example/?p=1"]);
    let (titles, texts) =
        (pick(&["", "Release number 1", "Two"]), pick(&["", "What release 1 is about.", "Text"]));
    (guids, titles, links, pick(DATES), texts).prop_map(|(guid, title, link, date, text)| Item {
        guid,
        title,
        link,
        date,
        text,
    })
}

fn documents() -> impl Strategy<Value = Vec<Item>> {
    let mixed = prop_oneof![4 => good().boxed(), 1 => bad().boxed()];
    prop_oneof![
        3 => prop::collection::vec(good(), 0..9),
        3 => prop::collection::vec(mixed, 0..9),
        1 => prop::collection::vec(bad(), 0..7),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        10 => (any::<u8>(), documents()).prop_map(|(who, items)| Step::Read { by_other: who < 40, items }),
        1 => documents().prop_map(Step::NotKept),
        1 => Just(Step::Fails),
        1 => Just(Step::Broken),
    ];
    prop::collection::vec(step, 2..9)
}

/// Two processes on one store, with or without a memory.
struct Side {
    one: World,
    two: World,
}

impl Side {
    async fn new(publisher: &Arc<Publisher>, memory: MemoryLimits, keys: &'static str) -> Self {
        let limits = Limits { memory, store_tries_max: 1, ..Limits::default() };
        let one = World::over(Arc::clone(publisher), Setting { limits, keys, ..Setting::default() }).await;
        let two = one.beside("two").await;
        Self { one, two }
    }

    /// What comes of a step, and what is in the store then.
    async fn step(&self, step: &Step) -> (String, Vec<String>) {
        self.one.pass(HOUR_MS);
        let world = if matches!(step, Step::Read { by_other: true, .. }) { &self.two } else { &self.one };
        match step {
            Step::Read { items, .. } | Step::NotKept(items) => world.publish(items),
            Step::Fails => world.publisher.serve("/press.xml", Script::status(503)),
            Step::Broken => world.publisher.serve("/press.xml", Script::document("text/html", "<p>no feed")),
        }
        let is_refused = matches!(step, Step::NotKept(_));
        if is_refused {
            world.sql(
                "CREATE TRIGGER refuse BEFORE UPDATE OF polled_ms ON source_state \
                       BEGIN SELECT RAISE(ABORT, 'refused'); END",
            );
        }
        let outcome =
            format!("{:?}", world.ingest.round(&world.source, Ask::Now).await.map_err(|it| it.to_string()));
        if is_refused {
            world.sql("DROP TRIGGER refuse");
        }
        let entries = world.rows("SELECT * FROM entry ORDER BY id");
        let states = world.rows("SELECT * FROM source_state");
        (outcome, [entries, states].concat())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_and_without_a_memory_the_same_is_kept(steps in steps(), drops in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let publisher = Arc::new(Publisher::start().await);
            let keys = if drops { "dates = \"drop\"" } else { "" };
            let with = Side::new(&publisher, MemoryLimits::default(), keys).await;
            let without = Side::new(&publisher, MemoryLimits::NONE, keys).await;
            for step in &steps {
                let (with, without) = (with.step(step).await, without.step(step).await);
                assert_eq!(with, without, "{step:?}");
            }
            let versions = with.one.rows("SELECT DISTINCT policy_version FROM entry");
            assert!(versions.len() <= 1 && versions.iter().all(|it| *it == format!("Integer({READER_VERSION})")));
        });
    }
}
