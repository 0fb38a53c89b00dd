//! Saving the file, while others write to it.

use std::{
    fs::{File, TryLockError},
    io,
    os::unix::fs::MetadataExt as _,
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
pub struct Part {
    to: PathBuf,
    path: PathBuf,
    /// Open for its lock: two processes that save under one name would write into one file.
    file: File,
    is_finished: bool,
}

impl Part {
    /// Begins what will be the file `to`, which must not be there.
    pub fn begin(to: &Path) -> Result<Self, StoreError> {
        let is_free = || match to.exists() {
            true => Err(refused(to, "there is a file of this name already; name another")),
            false => Ok(()),
        };
        is_free()?;
        if let Some(folder) = to.parent().filter(|it| !it.as_os_str().is_empty() && !it.is_dir()) {
            return Err(refused(to, &format!("the folder “{}” does not exist", folder.display())));
        }
        let path = beside(to, "-part");
        let taken = take(&path).map_err(|error| refused(to, &error.to_string()))?;
        let file =
            taken.ok_or_else(|| refused(to, "another process is writing it; wait until it is done"))?;
        let part = Self { to: to.to_owned(), path, file, is_finished: false };
        // Who wrote it before us may just have finished.
        is_free().map(|()| part)
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes sure that it is on the disk, and gives it its name; its size in bytes.
    pub fn finish(mut self) -> Result<u64, StoreError> {
        let finish = || {
            self.file.sync_all()?;
            std::fs::rename(&self.path, &self.to)?;
            self.file.metadata()
        };
        let written = finish().map_err(|error| refused(&self.to, &error.to_string()))?;
        self.is_finished = true;
        // Its name, too; a file system that cannot do that for a folder does it in its own time.
        let folder = self.to.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|it| it.sync_all());
        Ok(written.len())
    }

    /// That it failed, with the reason.
    pub fn fail(&self, error: &StoreError) -> StoreError {
        refused(&self.to, &error.in_full())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            remove_beside(&self.path);
            // That one cannot be removed is no second error.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The file, empty and locked; `None` while somebody else has it. What an earlier try left is of no use.
fn take(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(None),
        locked => locked?,
    }
    // Who had it may have given it its own name between our two steps.
    let is_still_there =
        std::fs::metadata(path).is_ok_and(|it| file.metadata().is_ok_and(|own| own.ino() == it.ino()));
    if !is_still_there {
        return Ok(None);
    }
    remove_beside(path);
    file.set_len(0)?;
    Ok(Some(file))
}

/// Removes what SQLite keeps beside a file while it writes. Most of it is not there.
fn remove_beside(path: &Path) {
    for behind in ["-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(beside(path, behind));
    }
}

/// The file whose name is that of `path` and `behind`.
fn beside(path: &Path, behind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(behind);
    name.into()
}

fn refused(to: &Path, reason: &str) -> StoreError {
    StoreError::Backup { path: to.to_owned(), reason: reason.to_owned() }
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
