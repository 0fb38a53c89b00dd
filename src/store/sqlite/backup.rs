//! Saving the file, while others write to it.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, backup::StepResult};

use super::open;
use crate::store::{Backup, Limits, StoreError};

/// Pages that are copied between two words on the progress.
const STEP_PAGES: i32 = 4_096;

/// Saves the store `from` as it is now as the file `to`, which must not be there: first under another name, so that there
/// never is half a backup under this one.
pub(super) fn save(from: &Path, to: &Path, progress: impl FnMut(u64, u64)) -> Result<Backup, StoreError> {
    let fail = |reason: String| StoreError::Backup { path: to.to_owned(), reason };
    if to.exists() {
        return Err(fail("there is a file of this name already; name another".to_owned()));
    }
    let part = beside(to, "part");
    let saved = copy(from, &part, progress).and_then(|backup| finish(&part, to).map(|()| backup));
    if saved.is_err() {
        // What is left of it is of no use; that it cannot be removed is no second error.
        let _ = std::fs::remove_file(&part);
    }
    saved.map_err(|error| fail(error.in_full()))
}

/// A name beside `path`: with `-` and `word` behind it.
fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("-{word}"));
    name.into()
}

/// Copies the pages of one moment. A transaction stays open for reading meanwhile: without it each write of another
/// process would make the copy begin again.
fn copy(from: &Path, to: &Path, mut progress: impl FnMut(u64, u64)) -> Result<Backup, StoreError> {
    let mut source = open::reader(from)?;
    let moment = source.transaction()?;
    let entries = moment.query_row("SELECT COUNT(*) FROM entry", (), |row| row.get(0))?;
    let mut target = Connection::open(to)?;
    let copying = rusqlite::backup::Backup::new(&moment, &mut target)?;
    loop {
        let step = copying.step(STEP_PAGES)?;
        let (left, all) = (copying.progress().remaining, copying.progress().pagecount);
        progress(u64::try_from(all - left).unwrap_or(0), u64::try_from(all).unwrap_or(0));
        match step {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(Duration::from_millis(Limits::RETRY_MS)),
        }
    }
    drop(copying);
    rest(&target)?;
    check(&target, entries)?;
    target.close().map_err(|(_, error)| error)?;
    let bytes = std::fs::metadata(to).map_err(|error| StoreError::Engine(Box::new(error)))?.len();
    Ok(Backup { entries, bytes })
}

/// Nobody polls for the copy: who starts on it need not wait for leases to run out. It is one file, without a log.
fn rest(copy: &Connection) -> Result<(), StoreError> {
    copy.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    copy.execute("UPDATE source_state SET lease_owner = NULL, lease_until_ms = 0", ())?;
    let has_turns = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'lease')";
    if copy.query_row(has_turns, (), |row| row.get(0))? {
        copy.execute("DELETE FROM lease", ())?;
    }
    Ok(())
}

/// A backup that cannot be read is none.
fn check(copy: &Connection, entries: i64) -> Result<(), StoreError> {
    let kept: i64 = copy.query_row("SELECT COUNT(*) FROM entry", (), |row| row.get(0))?;
    if kept != entries {
        return Err(StoreError::CopyDiffers { table: "entry" });
    }
    let found: String = copy.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(StoreError::Damaged(found)) }
}

/// Makes sure that it is on the disk, and gives it its name.
fn finish(part: &Path, to: &Path) -> Result<(), StoreError> {
    let finish = || {
        File::open(part)?.sync_all()?;
        std::fs::rename(part, to)
    };
    finish().map_err(|error: std::io::Error| StoreError::Engine(Box::new(error)))
}
