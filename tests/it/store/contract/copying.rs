//! Everything that is kept, saved as a file or moved to another engine.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering as Atomic},
};

use pressroll::{
    model::{Appearance, Hash128, Kept, PollState, SourceId},
    store::{Order, Schema, Store, StoreError, Subscription},
};

use super::{NOW, Place, filled, kept, lease, place, round, source};

/// A store with something in every table.
async fn full(place: &Place) -> (Store, Vec<Kept>) {
    let (store, mut all) = filled(place, &["acme", "wire"], 700).await;
    store.identity("press.example", 2024).await.unwrap();
    let shown: Vec<_> = all.iter().step_by(9).map(|it| it.id).collect();
    let shown: Vec<Appearance> = shown
        .into_iter()
        .map(|entry| Appearance { entry, public_id: format!("urn:{entry:?}"), shown_ms: NOW })
        .collect();
    store.appear("brands/acme", &shown).await.unwrap();
    store.editions(&[("/brands/acme/feed.rss".to_owned(), Hash128::of(b"x"))], NOW).await.unwrap();
    place.act("INSERT INTO verdict VALUES (1, '', 'withdrawn', 5, 'anna', 'L’été')");
    place.act(
        "INSERT INTO subscription VALUES ('t', 'acme', 'https://hub.example/', 'https://acme.example/', 'https://x/', \
         'secret', 'active', 3, 5, 7, 9, 0, NULL)",
    );
    let left = pressroll::store::Round { listed: vec![all[0].id], ..round(&source("acme"), Vec::new()) };
    super::keep(&store, left).await;
    all.sort_by_key(|it| std::cmp::Reverse((it.order_ms, it.tie, it.id)));
    (store, all)
}

/// What two stores hold alike.
async fn assert_alike(one: &Store, other: &Store, all: &[Kept]) {
    for store in [one, other] {
        let both = [source("acme"), source("wire")];
        assert_eq!(store.newest(&both, Order::Stated, 10_000).await.unwrap(), all);
        let minting = store.identity("another.example", 1999).await.unwrap();
        assert_eq!((minting.authority.as_str(), minting.year), ("press.example", 2024));
    }
    let ids: Vec<_> = all.iter().map(|it| it.id).collect();
    let shown = one.appearances("brands/acme", &ids).await.unwrap();
    assert!(shown.len() > 100);
    assert_eq!(other.appearances("brands/acme", &ids).await.unwrap(), shown);
    assert_eq!(polling(other).await, polling(one).await);
    assert!(
        other.entry_ids(1).await.unwrap()[0] > ids.into_iter().max().unwrap(),
        "an id would be given twice"
    );
}

/// What is known of polling and of hubs.
async fn polling(store: &Store) -> (Vec<(SourceId, PollState)>, Vec<Subscription>) {
    let subscriptions = store.subscriptions().await.unwrap();
    assert_eq!(subscriptions.len(), 1);
    (store.poll_states().await.unwrap(), subscriptions)
}

#[tokio::test]
async fn a_backup_is_a_store_to_go_on_from() {
    let place = place();
    let (store, all) = full(&place).await;
    store.claim(&lease(&source("acme"), NOW)).await.unwrap().unwrap();
    let (file, heard) = (place.path().join("saved.db"), Arc::new(AtomicU64::new(0)));
    let hear = Arc::clone(&heard);
    let saved = store.backup(&file, move |done, of| {
        assert!(done <= of);
        hear.store(done, Atomic::Relaxed);
    });
    let saved = saved.await.unwrap();
    assert_eq!(saved.entries, all.len() as i64);
    assert_eq!(saved.bytes, std::fs::metadata(&file).unwrap().len());
    assert!(heard.load(Atomic::Relaxed) > 0, "progress is told");
    let beside: Vec<_> = std::fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(beside.iter().all(|it| !it.to_string_lossy().contains("part")), "{beside:?}");

    let restored = Store::open("sqlite:saved.db", place.path(), "two", Schema::AsItIs).await.unwrap();
    assert_alike(&store, &restored, &all).await;
    assert_eq!(restored.holders(NOW).await.unwrap(), [] as [String; 0], "nobody polls for it");
}

#[tokio::test]
async fn a_backup_takes_no_file_away() {
    let place = place();
    let (store, _) = filled(&place, &["acme"], 1).await;
    std::fs::write(place.path().join("saved.db"), "precious").unwrap();
    let refused = store.backup(&place.path().join("saved.db"), |_, _| ()).await.unwrap_err();
    assert!(
        refused.to_string().contains("saved.db") && refused.to_string().contains("name another"),
        "{refused}"
    );
    assert_eq!(std::fs::read_to_string(place.path().join("saved.db")).unwrap(), "precious");
    let nowhere = store.backup(&place.path().join("not/there.db"), |_, _| ()).await.unwrap_err();
    assert!(matches!(nowhere, StoreError::Backup { .. }), "{nowhere:?}");
    assert!(nowhere.to_string().contains("/not” does not exist"), "{nowhere}");
}

#[tokio::test]
async fn two_backups_under_one_name_do_not_meet_and_what_a_killed_one_left_is_no_harm() {
    let place = place();
    let (store, _) = filled(&place, &["acme"], 3).await;
    let (saved, left) = (place.path().join("saved.db"), place.path().join("saved.db-part"));
    std::fs::write(&left, "half a backup").unwrap();
    std::fs::write(place.path().join("saved.db-part-journal"), "half a journal").unwrap();
    let other = std::fs::File::open(&left).unwrap();
    other.lock().unwrap();
    let refused = store.backup(&saved, |_, _| ()).await.unwrap_err();
    assert!(refused.to_string().contains("another process is writing it"), "{refused}");
    assert_eq!(std::fs::read_to_string(&left).unwrap(), "half a backup");
    drop(other);
    assert_eq!(store.backup(&saved, |_, _| ()).await.unwrap().entries, 3);
    let names = std::fs::read_dir(place.path()).unwrap().map(|it| it.unwrap().file_name());
    assert!(names.into_iter().all(|it| !it.to_string_lossy().contains("part")));
    let restored = Store::open("sqlite:saved.db", place.path(), "two", Schema::AsItIs).await.unwrap();
    assert_eq!(restored.newest(&[source("acme")], Order::Stated, 9).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_of_one_moment_while_others_write() {
    let place = place();
    let (store, _) = filled(&place, &["acme"], 500).await;
    let writing = store.clone();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut writer = tokio::task::JoinSet::new();
    writer.spawn(async move {
        let (acme, mut rounds, mut stopped) = (source("acme"), 0, stopped);
        // Each round brings two entries: a moment between rounds has an even number.
        while stopped.try_recv().is_err() {
            let ids = writing.entry_ids(2).await.unwrap();
            let entries = ids.into_iter().map(|id| kept(id, &acme, NOW + id.0)).collect();
            super::keep(&writing, round(&acme, entries)).await;
            rounds += 1;
        }
        rounds
    });
    for at in 0..3 {
        let name = format!("saved-{at}.db");
        let saved = store.backup(&place.path().join(&name), |_, _| ()).await.unwrap();
        assert_eq!(saved.entries % 2, 0, "half a round");
        let url = format!("sqlite:{name}");
        let restored = Store::open(&url, place.path(), "two", Schema::AsItIs).await.unwrap();
        let entries = restored.newest(&[source("acme")], Order::Stated, 10_000).await.unwrap();
        assert_eq!(entries.len() as i64, saved.entries);
        let same = store.entries(&entries.iter().map(|it| it.id).collect::<Vec<_>>()).await.unwrap();
        assert_eq!(same, entries);
    }
    stop.send(()).unwrap();
    assert!(writer.join_next().await.unwrap().unwrap() > 0, "nobody wrote meanwhile");
}

#[tokio::test]
async fn everything_is_copied_to_another_engine_and_back() {
    let place = place();
    let (store, all) = full(&place).await;
    let file = Store::open("sqlite:copy.db", place.path(), "copy", Schema::Update).await.unwrap();
    let rows = store.copy_to(&file, |_, _| ()).await.unwrap();
    let count = |name| rows.iter().find(|(table, _)| *table == name).unwrap().1;
    assert_eq!((count("entry"), count("source_state"), count("verdict")), (all.len() as u64, 2, 1));
    assert_alike(&store, &file, &all).await;

    let second = super::place();
    let back = second.open().await;
    assert_eq!(file.copy_to(&back, |_, _| ()).await.unwrap()[3], ("entry", all.len() as u64));
    assert_alike(&file, &back, &all).await;
    assert_eq!(second.look("SELECT reason FROM verdict"), "L’été");
    assert_eq!(place.look("SELECT COUNT(*) FROM entry WHERE in_document"), "701");
    assert_eq!(second.look("SELECT COUNT(*) FROM entry WHERE in_document"), "701");
}

#[tokio::test]
async fn a_store_that_holds_something_is_not_written_over() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 3).await;
    let (other, target) = (super::place(), super::place());
    let (empty, full) = (other.open().await, target.open().await);
    full.adopt(&super::with_urls(&["wire"]), NOW).await.unwrap();
    let refused = store.copy_to(&full, |_, _| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotEmpty { table: "source_state" }), "{refused:?}");
    assert!(refused.to_string().contains("not empty"), "{refused}");
    store.copy_to(&empty, |_, _| ()).await.unwrap();
    assert!(matches!(store.copy_to(&empty, |_, _| ()).await, Err(StoreError::NotEmpty { .. })));
    assert_eq!(empty.newest(&[source("acme")], Order::Stated, 9).await.unwrap().len(), all.len());
    assert_eq!(full.newest(&[source("acme")], Order::Stated, 9).await.unwrap(), []);
}
