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

/// A file that is being written under another name, so that there never is half of one under its own.
#[derive(Debug)]
pub(in crate::store) struct Part {
    to: PathBuf,
    path: PathBuf,
    is_finished: bool,
}

impl Part {
    /// Begins what will be the file `to`, which must not be there.
    pub(in crate::store) fn begin(to: &Path) -> Result<Self, StoreError> {
        let (mut path, to) = (to.as_os_str().to_owned(), to.to_owned());
        if to.exists() {
            let reason = "there is a file of this name already; name another".to_owned();
            return Err(StoreError::Backup { path: to, reason });
        }
        if let Some(folder) = to.parent().filter(|it| !it.as_os_str().is_empty() && !it.is_dir()) {
            let reason = format!("the folder “{}” does not exist", folder.display());
            return Err(StoreError::Backup { path: to, reason });
        }
        // Two processes that save to one name at once must not write into each other's part.
        path.push(format!("-part-{}", std::process::id()));
        let part = Self { to, path: path.into(), is_finished: false };
        // What an earlier try left, if it could not clean up, is of no use.
        part.remove();
        Ok(part)
    }

    /// Where it is written.
    pub(in crate::store) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes sure that it is on the disk, and gives it its name; its size in bytes.
    pub(in crate::store) fn finish(mut self) -> Result<u64, StoreError> {
        let finish = || {
            let file = File::open(&self.path)?;
            file.sync_all()?;
            std::fs::rename(&self.path, &self.to)?;
            // The name, too, has to outlive a power cut.
            let folder = self.to.parent().filter(|it| !it.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        let bytes =
            finish().map_err(|error: std::io::Error| self.fail(&StoreError::Engine(Box::new(error))))?;
        self.is_finished = true;
        Ok(bytes)
    }

    /// That it failed, with the reason.
    pub(in crate::store) fn fail(&self, error: &StoreError) -> StoreError {
        StoreError::Backup { path: self.to.clone(), reason: error.in_full() }
    }

    fn remove(&self) {
        for behind in ["", "-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(behind);
            // Most of them are not there; that one cannot be removed is no second error.
            let _ = std::fs::remove_file(name);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            self.remove();
        }
    }
}

/// Saves the store `from` as it is now as the file `to`, which must not be there.
pub(super) fn save(from: &Path, to: &Path, progress: impl FnMut(u64, u64)) -> Result<Backup, StoreError> {
    let part = Part::begin(to)?;
    let entries = copy(from, part.path(), progress).map_err(|error| part.fail(&error))?;
    Ok(Backup { entries, bytes: part.finish()? })
}

/// Copies the pages of one moment. A transaction stays open for reading meanwhile: without it each write of another
/// process would make the copy begin again.
fn copy(from: &Path, to: &Path, mut progress: impl FnMut(u64, u64)) -> Result<i64, StoreError> {
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
    Ok(entries)
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
