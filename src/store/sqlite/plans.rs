//! How SQLite goes about the statements whose cost must not grow with the store.

use rusqlite::Connection;

use super::{open, session::page};
use crate::store::{
    Order, Schema, edition,
    entry::{self, Match},
    logo, picture, source,
};

/// Every statement that a function writes; those that stand written are read from the sources by another test.
fn written() -> Vec<String> {
    let mut texts =
        vec![source::all(), source::ONE.clone(), source::SETTLE.clone(), source::SETTLE_NAMED.clone()];
    for count in [1, 4] {
        texts.extend([entry::by_ids(count), entry::claimed(count)]);
        texts.extend([Match::Identity, Match::Guid, Match::Canonical].map(|by| entry::known(by, count)));
        texts.extend([Match::Identity, Match::Guid].map(|by| entry::dated(by, count)));
        texts.extend([edition::noted(count), edition::appearances(count), edition::forget(count)]);
        texts.extend([picture::claims(count), picture::of(count), picture::take(count)]);
        texts.extend([picture::shown(count), picture::back(count), logo::known(count)]);
        texts.extend([logo::kept(count), logo::shown(count)]);
        texts.extend([entry::owners(count), entry::list(count), entry::remove(count), source::names(count)]);
        let outgoing = [&edition::NOTE, &edition::APPEAR, &picture::KEEP, &picture::LET_GO, &logo::WANT];
        let inserts = [entry::keep(), &source::ADOPT].into_iter().chain(outgoing);
        texts.extend(inserts.map(|it| it.text(count)));
    }
    texts
}

/// A connection to a fresh store, in a folder that is removed at the end.
fn with_store(test: impl FnOnce(&Connection)) {
    let name = format!("pressroll-plans-{}-{:?}", std::process::id(), std::thread::current().id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let opened = open::writer(&folder.join("plans.db"), Schema::Update, runtime.handle());
    test(&opened.unwrap().0);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn plan(on: &Connection, sql: &str) -> String {
    let mut statement = on.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let values = vec![rusqlite::types::Value::Null; statement.parameter_count()];
    let steps =
        statement.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3)).unwrap();
    steps.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
}

#[test]
fn written_statements_number_their_placeholders_in_the_order_of_their_first_appearance() {
    with_store(|on| {
        for sql in written() {
            let statement = on.prepare(&sql).unwrap();
            // SQLite numbers names by first appearance: the n-th must be called `$n`.
            for at in 1..=statement.parameter_count() {
                assert_eq!(statement.parameter_name(at), Some(format!("${at}").as_str()), "{sql}");
            }
        }
    });
}

#[test]
fn the_newest_of_a_source_come_straight_off_an_index() {
    with_store(|on| {
        for (order, index) in [(Order::Stated, "entry_order"), (Order::Visible, "entry_visible")] {
            let plan = plan(on, &page(order));
            let expected = format!("SEARCH entry USING COVERING INDEX {index} (source_id=?");
            assert!(plan.starts_with(&expected) && !plan.contains("TEMP"), "{plan}");
            assert!(plan.contains("_ms,tie)<(?,?)"), "the walk goes on where it was: {plan}");
        }
    });
}

#[test]
fn looking_up_an_entry_always_goes_by_an_index() {
    with_store(|on| {
        for (sql, index) in [
            (entry::by_ids(4), "INTEGER PRIMARY KEY"),
            (entry::known(Match::Identity, 4), "entry_identity (source_id=? AND identity=?"),
            (entry::known(Match::Guid, 4), "entry_guid (source_id=? AND guid=?"),
            (entry::known(Match::Canonical, 4), "entry_canonical (source_id=? AND canonical=?"),
            (entry::dated(Match::Identity, 4), "entry_identity (source_id=? AND identity=?"),
            (entry::dated(Match::Guid, 4), "entry_guid (source_id=? AND guid=?"),
            (entry::claimed(4), "entry_public (public_id=?"),
            (edition::forget(4), "appearance_entry (entry_id=?"),
            (entry::PRUNABLE.to_owned(), "entry_order (source_id=? AND (order_ms,tie)<(?,?)"),
            (entry::ANY.to_owned(), "(source_id=?"),
            (entry::LISTED.to_owned(), "COVERING INDEX entry_standing (source_id=?"),
            (picture::DUE.to_owned(), "entry_pictures_due (pictures_due_ms<?"),
            (picture::of(4), "(entry_id=?"),
            (picture::take(4), "(entry_id=?"),
            (picture::shown(4), "picture_path (path=?"),
            (picture::AT.to_owned(), "picture_path (path=?"),
            (picture::SINCE.to_owned(), "picture_changed (changed_seq>?"),
            (picture::GONE_SINCE.to_owned(), "picture_gone_changed ((changed_seq,path)>(?,?)"),
            (picture::LAST_ERROR.to_owned(), "entry_pictures_failed (source_id=?"),
            (logo::DUE.to_owned(), "logo_due (due_ms<?"),
            (logo::AT.to_owned(), "logo_path (path=?"),
            (source::DUE.to_owned(), "source_state_next (next_at_ms<?"),
            (source::CHANGED_SINCE.to_owned(), "source_state_changed (changed_seq>?"),
        ] {
            let plan = plan(on, &sql);
            assert!(plan.starts_with("SEARCH") && plan.contains(index), "{sql}: {plan}");
        }
    });
}

#[test]
fn the_next_source_to_ask_is_found_without_sorting_all() {
    with_store(|on| {
        let plan = plan(on, source::DUE);
        assert!(plan.contains("USING INDEX source_state_next") && !plan.contains("TEMP"), "{plan}");
    });
}
