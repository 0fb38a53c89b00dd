//! What only one file can show: rows that are not ours, readers beside a program that writes.

use pressroll::store::{Order, StoreError};

use super::{Place, filled, source};

#[tokio::test]
async fn a_row_that_cannot_be_ours_is_an_error_and_no_panic() {
    let place = Place::file();
    let (store, all) = filled(&place, &["acme"], 1).await;
    let file = rusqlite::Connection::open(place.press()).unwrap();
    for (column, value) in [
        ("authors", "'[1'"),
        ("published_precision", "'fortnight'"),
        ("published_offset_min", "99999999"),
        ("title", "x'00ff'"),
        ("source_id", "'Not A Slug'"),
    ] {
        let spoil = format!(
            "PRAGMA foreign_keys = off; BEGIN; CREATE TABLE saved AS SELECT * FROM entry; UPDATE entry SET {column} = {value}; COMMIT"
        );
        file.execute_batch(&spoil).unwrap();
        let read = store.entries(&[all[0].id]).await;
        assert!(matches!(read, Err(StoreError::Damaged(_))), "{column}: {read:?}");
        file.execute_batch(
            "BEGIN; DELETE FROM entry; INSERT INTO entry SELECT * FROM saved; DROP TABLE saved; COMMIT",
        )
        .unwrap();
        assert_eq!(store.entries(&[all[0].id]).await.unwrap(), all, "{column}");
    }
}

#[tokio::test]
async fn readers_go_on_while_somebody_writes() {
    let place = Place::file();
    let (store, all) = filled(&place, &["acme"], 3).await;
    let other = rusqlite::Connection::open(place.press()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM entry").unwrap();
    assert_eq!(store.newest(&[source("acme")], Order::Stated, 9).await.unwrap().len(), all.len());
    other.execute_batch("ROLLBACK").unwrap();
}
