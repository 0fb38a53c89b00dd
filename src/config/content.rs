//! What a configuration was made of: the content of every file that was read for it, and which files its patterns found.
//! Looked at again it tells whether anything changed, by content: so a link that is swapped counts, and a touch does not.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    FILE_BYTES_MAX, glob,
    overrides::{Overrides, secret_files},
};
use crate::model::Hash128;

/// Keys whose value is the path of a file.
const PATH_KEYS: [&str; 1] = ["ca_file"];

/// The content of a configuration at one moment.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The hash of each file; nothing for one that could not be read, or cannot be read twice.
    files: BTreeMap<PathBuf, Option<Hash128>>,
    /// What each pattern found from its folder; nothing where a folder on the way could not be read.
    found: BTreeMap<(PathBuf, String), Option<Vec<PathBuf>>>,
    /// A file, without links on the way to it, and what it is to be read as: as it is to become.
    supposed: Option<(PathBuf, String)>,
}

impl Content {
    /// Nothing was read yet, and the file at `path` is to be read as if it held `text`.
    pub(super) fn supposing(path: &Path, text: &str) -> Self {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        Self { supposed: Some((path, text.to_owned())), ..Self::default() }
    }

    /// The same files and patterns as they are now.
    pub fn again(&self) -> Self {
        let mut now = Self::default();
        for path in self.files.keys() {
            now.note(path);
        }
        for (folder, pattern) in self.found.keys() {
            let _noted = now.find(folder, pattern);
        }
        now
    }

    /// Reads a file, as far as any file of a configuration may be long.
    pub(super) fn read(&mut self, path: &Path) -> std::io::Result<Vec<u8>> {
        if let Some((_, text)) =
            self.supposed.as_ref().filter(|(it, _)| path.canonicalize().is_ok_and(|path| path == *it))
        {
            return Ok(text.as_bytes().to_vec());
        }
        let is_file = path.is_file();
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
        let hash = read.as_ref().ok().filter(|_| is_file).map(|_| Hash128::of(&bytes));
        self.files.insert(path.to_path_buf(), hash);
        read.map(|_| bytes)
    }

    /// The files that a pattern finds.
    pub(super) fn find(&mut self, folder: &Path, pattern: &str) -> std::io::Result<Vec<PathBuf>> {
        let found = glob::find(folder, pattern);
        let noted = found.as_ref().ok().cloned();
        self.found.insert((folder.to_path_buf(), pattern.to_owned()), noted);
        found
    }

    /// Takes note of the files that a table names as places of secrets and the like. It is done before they are read for
    /// use: what changes in between is seen by the next look.
    pub(super) fn note_named(&mut self, table: &DeTable<'_>, folder: &Path) {
        let mut tables = vec![table];
        let mut values: Vec<&DeValue<'_>> = Vec::new();
        while let Some(table) = tables.pop() {
            for (key, value) in table {
                if let DeValue::String(text) = value.get_ref()
                    && PATH_KEYS.contains(&key.get_ref().as_ref())
                {
                    self.note(&folder.join(text.as_ref()));
                }
                values.push(value.get_ref());
            }
            while let Some(value) = values.pop() {
                match value {
                    DeValue::Table(table) => tables.push(table),
                    DeValue::Array(list) => values.extend(list.iter().map(|it| it.get_ref())),
                    DeValue::String(text) => {
                        if let Some(path) = text.strip_prefix("file:") {
                            self.note(&folder.join(path));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// The same for what the command line and the environment name.
    pub(super) fn note_overrides(&mut self, overrides: &Overrides, folder: &Path) {
        for path in secret_files(overrides) {
            self.note(&folder.join(path));
        }
    }

    /// Takes note of a file, whether it can be read or not. A pipe is left alone: its content is for whoever uses it.
    fn note(&mut self, path: &Path) {
        if path.is_file() {
            let _noted = self.read(path);
        } else {
            self.files.insert(path.to_path_buf(), None);
        }
    }
}
