//! One file in the place of another, at once.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
};

use super::EditError;

/// Where a file really lies: a link to it stays a link.
pub(super) fn target(file: &Path) -> Result<PathBuf, EditError> {
    file.canonicalize().map_err(|why| EditError::Io { file: file.to_path_buf(), what: "read", why })
}

/// Writes beside the file and renames, with the permissions of the old one. Nothing is done if it no longer holds
/// `before`.
pub(super) fn replace(file: &Path, before: &[u8], after: &str) -> Result<(), EditError> {
    let failed = |what| move |why| EditError::Io { file: file.to_path_buf(), what, why };
    let target = target(file)?;
    let beside = beside(&target);
    let written = write(&target, &beside, after).map_err(failed("written"));
    let unchanged = match &written {
        Ok(()) => fs::read(&target).map(|now| now == before).map_err(failed("read")),
        Err(_) => Ok(true),
    };
    let done = match (written, unchanged) {
        (Ok(()), Ok(true)) => fs::rename(&beside, &target).map_err(failed("written")),
        (Ok(()), Ok(false)) => Err(EditError::Changed { file: file.to_path_buf() }),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    if done.is_err() {
        // It may never have been made.
        let _gone = fs::remove_file(&beside);
    }
    done
}

/// A name of its own in the same folder: renaming goes no further than one file system.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}-new", std::process::id()))
}

fn write(target: &Path, beside: &Path, text: &str) -> io::Result<()> {
    let old = fs::metadata(target)?;
    // A file without write permission is not to be changed, though its folder would let it be renamed over.
    OpenOptions::new().append(true).open(target)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(beside)?;
    file.set_permissions(old.permissions())?;
    file.write_all(text.as_bytes())?;
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
        // Only the superuser may give a file away; whoever else may write here keeps it readable for those that it
        // was readable for, as far as its permissions go.
        let _own_it_stays = chown(beside, Some(old.uid()), Some(old.gid()));
    }
    file.sync_all()
}
