//! Adding to feeds.toml: what stands there stays, byte for byte, and a file that could not be loaded is never written.
//!
//! toml_edit says where things stand; what is new is put in between. Its own writer is not used, because it would
//! rewrite the ends of lines.

mod lines;
mod replace;
mod splice;

use std::{
    io,
    path::{Path, PathBuf},
};

use url::Url;

use super::{Complaints, Content, FILE_BYTES_MAX, Loaded, Overrides, look_at};
use crate::model::{Outline, PublicationPath, SourceId, source::Network};

/// A source that is to be added; what it does not say keeps its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// An id that no other source has.
    pub id: SourceId,
    /// Where it is.
    pub url: Url,
    /// What it is called.
    pub title: Option<String>,
    /// Its language, as feeds.toml takes it.
    pub language: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Private networks that its address lies in.
    pub allow_networks: Vec<Network>,
    /// Where it stood in the list that it comes from.
    pub outlines: Vec<Outline>,
}

impl NewSource {
    /// Its lines in feeds.toml, with their line ends.
    pub fn lines(&self) -> String {
        lines::block(self, "\n") + "\n"
    }
}

/// Why nothing was added. The sentences are for people.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// A file could not be read or written.
    #[error("{} cannot be {what}: {why}", file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// What was tried: `read`, `written`.
        what: &'static str,
        /// What the system said.
        why: io::Error,
    },
    /// The place to add to could not be found.
    #[error("{what} cannot be added to {}: {why}", file.display())]
    NoPlace {
        /// Which file.
        file: PathBuf,
        /// What was to be added.
        what: &'static str,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// The file would grow beyond what is read.
    #[error(
        "{} would be larger than {} MiB, the most that is read: put sources into further files (files = […])",
        file.display(), FILE_BYTES_MAX >> 20
    )]
    TooLarge {
        /// Which file.
        file: PathBuf,
    },
    /// With what is to be added the configuration could not be loaded.
    #[error("the configuration could not be used with what is to be added, so nothing was\n{}", .0.errors())]
    Refused(Complaints),
    /// Somebody else changed the file in the meantime.
    #[error("{} was changed by somebody else in the meantime, nothing was added: run this again", file.display())]
    Changed {
        /// Which file.
        file: PathBuf,
    },
}

/// One file as it is, and as it is to become.
#[derive(Debug)]
pub struct Change {
    file: PathBuf,
    before: Vec<u8>,
    after: String,
}

impl Change {
    /// Works out how sources are added to the configuration that was loaded from `main`: into the main file, or, where
    /// they are also to be shown by a publication, into the file that declares it, so that one file changes and no
    /// other. The changed configuration is loaded as a whole; nothing is written yet.
    ///
    /// # Errors
    /// [`EditError`]; every complaint about the changed configuration is in it.
    pub fn adding(
        sources: &[NewSource],
        to: Option<&PublicationPath>,
        loaded: &Loaded,
        overrides: &Overrides,
    ) -> Result<Self, EditError> {
        let main = loaded.files.first().map(PathBuf::as_path).unwrap_or(Path::new("feeds.toml"));
        let (file, before, text) = match to {
            Some(path) => declaring(path, loaded)?,
            None => read(main)?,
        };
        let no_place = |what, why| EditError::NoPlace { file: file.clone(), what, why };
        let after = splice::add(&text, sources, to).map_err(|(what, why)| no_place(what, why))?;
        if after.len() as u64 > FILE_BYTES_MAX {
            return Err(EditError::TooLarge { file });
        }
        let target = replace::target(&file)?;
        look_at(main, overrides, Content::supposing(&target, &after)).outcome.map_err(EditError::Refused)?;
        Ok(Self { file, before, after })
    }

    /// Which file changes.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Puts the changed file in the place of the old one, at once: whoever reads it finds the old one or the new one.
    ///
    /// # Errors
    /// [`EditError::Io`]; [`EditError::Changed`] if the file is no longer what it was.
    pub fn write(&self) -> Result<(), EditError> {
        replace::replace(&self.file, &self.before, &self.after)
    }
}

/// The file that declares a publication.
fn declaring(path: &PublicationPath, loaded: &Loaded) -> Result<(PathBuf, Vec<u8>, String), EditError> {
    for file in &loaded.files {
        let read = read(file)?;
        if splice::declares(&read.2, path) {
            return Ok(read);
        }
    }
    let file = loaded.files.first().cloned().unwrap_or_default();
    Err(EditError::NoPlace { file, what: "the source", why: "no file declares that publication any more" })
}

fn read(file: &Path) -> Result<(PathBuf, Vec<u8>, String), EditError> {
    let failed = |why| EditError::Io { file: file.to_path_buf(), what: "read", why };
    let bytes = std::fs::read(file).map_err(failed)?;
    let text = String::from_utf8(bytes.clone());
    let text = text.map_err(|it| failed(io::Error::new(io::ErrorKind::InvalidData, it.utf8_error())))?;
    Ok((file.to_path_buf(), bytes, text))
}
