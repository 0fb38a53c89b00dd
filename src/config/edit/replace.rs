//! One file in the place of another, at once.

use std::{
    fs::{self, Metadata, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
};

use super::EditError;

/// The permission of everybody to read.
const READ_BY_ALL: u32 = 0o004;

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
    keep_holders(&old, &file.metadata()?, beside)?;
    file.sync_all()
}

/// Whoever could read the old file must be able to read the new one: the process that serves is often another user.
fn keep_holders(old: &Metadata, own: &Metadata, beside: &Path) -> io::Result<()> {
    if (own.uid(), own.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    // Only the superuser may give a file away. Its group may also be kept by an owner who belongs to that, which is
    // enough where the owner changes to somebody who writes it anyway.
    let both = || chown(beside, Some(old.uid()), Some(old.gid()));
    let group = || chown(beside, None, Some(old.gid()));
    if both().or_else(|_| group()).is_ok() || old.permissions().mode() & READ_BY_ALL != 0 {
        // A change of hands may have taken permissions away.
        return fs::set_permissions(beside, old.permissions());
    }
    let why = "its owner and group could not be kept; run this as its owner";
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}
