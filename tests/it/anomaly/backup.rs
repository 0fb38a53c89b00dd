//! Backups that are taken while entries come in, and a start on one of them elsewhere.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, types::Value};

use super::{Press, growing, growing_to, inspect};
use crate::support::{Folder, Site, eventually, run, stderr};

/// Backups taken, and entries that each source brings before each of them.
const BACKUPS: usize = 6;
const STEP: usize = 10;

/// Every entry of a store as it stands there, by its id.
fn entries(file: &Path) -> BTreeMap<i64, Vec<Value>> {
    let store = Connection::open(file).unwrap();
    let mut statement = store.prepare("SELECT * FROM entry").unwrap();
    let (id, count) = (statement.column_index("id").unwrap(), statement.column_count());
    let rows = statement
        .query_map((), |row| Ok((row.get(id)?, (0..count).map(|at| row.get(at)).collect::<Result<_, _>>()?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// How many entries of each growing source there are.
fn counts(file: &Path) -> Vec<usize> {
    let store = Connection::open(file).unwrap();
    let sql = "SELECT COUNT(*) FROM entry WHERE source_id <> 'quiet' GROUP BY source_id";
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| row.get::<_, i64>(0)).unwrap();
    rows.map(|it| usize::try_from(it.unwrap()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_entries_come_in_is_one_moment_of_the_store() {
    let press = Press::start(3).await;
    press.grow_to(STEP);
    let mut site = Site::start(&press.config("sqlite:press.db"));
    site.ready().await;
    growing_to(&site, &press.titles(STEP)).await;
    let folder = site.folder.path().to_owned();
    let backup = |name: String| {
        let folder = folder.clone();
        tokio::task::spawn_blocking(move || run(&folder, &["backup", &name]))
    };
    for at in 1..=BACKUPS {
        let seen = growing(&site).await;
        let asked = press.publisher.requests().len();
        press.grow_to(STEP * (at + 1));
        // The first of the new documents is being read.
        eventually("a poll", || async { (press.publisher.requests().len() > asked).then_some(()) }).await;
        let output = backup(format!("{at}.db")).await.unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        let file = folder.join(format!("{at}.db"));
        inspect(&file);
        assert!(counts(&file).iter().all(|it| it % STEP == 0), "a round is there by half");
        let connection = Connection::open(&file).unwrap();
        let known = |id: &String| -> bool {
            let sql = "SELECT EXISTS (SELECT 1 FROM entry WHERE public_id = $1)";
            connection.query_row(sql, [id], |row| row.get(0)).unwrap()
        };
        assert!(seen.keys().all(known), "what was seen before the backup is in it");
        let before = std::fs::read(&file).unwrap();
        let again = backup(format!("{at}.db")).await.unwrap();
        assert_eq!(again.status.code(), Some(4), "{}", stderr(&again));
        assert!(stderr(&again).contains(".db"), "{}", stderr(&again));
        assert_eq!(std::fs::read(&file).unwrap(), before, "a file that is there is left alone");
    }
    let all = press.titles(STEP * (BACKUPS + 1));
    let shown = growing_to(&site, &all).await;
    site.kill();
    let last = entries(&folder.join("press.db"));
    for at in 1..=BACKUPS {
        for (id, entry) in entries(&folder.join(format!("{at}.db"))) {
            assert_eq!(last.get(&id), Some(&entry), "an entry of backup {at}");
        }
    }
    let elsewhere = Folder::new();
    std::fs::copy(folder.join("3.db"), elsewhere.path().join("press.db")).unwrap();
    let restored = Site::start_in(elsewhere, &press.config("sqlite:press.db"), |_| ());
    restored.ready().await;
    let first = growing(&restored).await;
    assert!(first.len() >= 3 * 3 * STEP, "{} entries stand after the restore", first.len());
    assert!(first.iter().all(|(id, title)| shown.get(id) == Some(title)));
    assert_eq!(growing_to(&restored, &all).await, shown, "what came since is read again under the same ids");
}
