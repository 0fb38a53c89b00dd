//! The folder that pictures are kept in: `ab/{id}.picture` for an id that begins with `ab`. Several processes of one
//! machine may share it.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use super::{MediaError, PictureId};

/// The ending of a picture's file.
const WHOLE: &str = "picture";
/// The ending of one that is being written.
const HALF: &str = "half";
/// A half-written file of this age has nobody any more who writes it.
const HALF_AGE_MAX: Duration = Duration::from_mins(10);
/// A file that was asked for is marked so once in this time, for processes that begin later.
const MARKED_EVERY: Duration = Duration::from_hours(1);

/// A folder of pictures.
pub(super) struct Folder {
    at: PathBuf,
    /// Files that this process has begun to write.
    begun: AtomicU64,
}

/// A picture that lies in the folder.
pub(super) struct Found {
    pub(super) id: PictureId,
    pub(super) bytes: u64,
    /// When it was last asked for, as far as files tell.
    pub(super) used: SystemTime,
}

impl Folder {
    /// Makes the folder if it is not there.
    pub(super) fn open(at: &Path) -> Result<Self, MediaError> {
        fs::create_dir_all(at).map_err(|error| MediaError::disk(at, &error))?;
        Ok(Self { at: at.to_owned(), begun: AtomicU64::new(0) })
    }

    /// The file of a picture.
    pub(super) fn path(&self, id: &PictureId) -> PathBuf {
        let name = id.to_string();
        self.at.join(name.get(..2).unwrap_or_default()).join(name).with_extension(WHOLE)
    }

    /// All pictures, those first that were not asked for longest. Half-written files that nobody writes any more go.
    pub(super) fn survey(&self, now: SystemTime) -> Result<Vec<Found>, MediaError> {
        let mut found = Vec::new();
        let shelves = fs::read_dir(&self.at).map_err(|error| MediaError::disk(&self.at, &error))?;
        // What cannot be read is left where it is: one strange file shall not take all pictures away.
        for shelf in shelves.flatten() {
            for file in fs::read_dir(shelf.path()).into_iter().flatten().flatten() {
                let path = file.path();
                let Ok(about) = file.metadata() else { continue };
                let Ok(used) = about.modified() else { continue };
                let age = now.duration_since(used).unwrap_or_default();
                match path.extension().and_then(|it| it.to_str()) {
                    Some(HALF) if age > HALF_AGE_MAX => drop(fs::remove_file(&path)),
                    Some(WHOLE) => {
                        let id = path.file_stem().and_then(|it| it.to_str()).and_then(PictureId::read);
                        found.extend(id.map(|id| Found { id, bytes: about.len(), used }));
                    }
                    _ => {}
                }
            }
        }
        found.sort_by_key(|it| (it.used, it.id));
        Ok(found)
    }

    /// Keeps a picture's file: it is there whole or not at all, whatever happens meanwhile.
    pub(super) fn keep(&self, id: &PictureId, bytes: &[u8]) -> Result<(), MediaError> {
        let path = self.path(id);
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let half = path.with_extension(format!("{}-{number}.{HALF}", process::id()));
        let kept = written(&half, bytes).and_then(|()| fs::rename(&half, &path));
        kept.map_err(|error| {
            // What is left of it would only take room that may be short.
            let _ = fs::remove_file(&half);
            MediaError::disk(&path, &error)
        })
    }

    /// Takes a picture away; one that is not there is no error.
    pub(super) fn remove(&self, id: &PictureId) -> Result<(), MediaError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(MediaError::disk(&path, &error)),
            _ => Ok(()),
        }
    }

    /// Says that a picture was asked for; the size of its file, if it is there.
    pub(super) fn mark(&self, id: &PictureId, now: SystemTime) -> Option<u64> {
        let path = self.path(id);
        let about = fs::metadata(&path).ok()?;
        let age = about.modified().ok().and_then(|it| now.duration_since(it).ok());
        if age.is_none_or(|it| it > MARKED_EVERY) {
            // Only the order in which pictures go suffers where the moment cannot be written.
            let _ = File::options().append(true).open(&path).and_then(|it| it.set_modified(now));
        }
        Some(about.len())
    }
}

/// Writes a file down to the disk.
fn written(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(shelf) = path.parent() {
        fs::create_dir_all(shelf)?;
    }
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}
