//! feeds.toml into plain values: every complaint in one run, each with its line and column.
//!
//! [`load`] reads the file and the further files it names, puts flags and environment over it, and answers either a
//! [`Config`] of model types with every default filled in, or all [`Complaints`] at once.

mod check;
mod complaint;
mod content;
pub mod edit;
mod fetching;
mod file;
mod glob;
mod notes;
mod outline;
mod overrides;
mod place;
mod publication;
mod read;
mod settings;
mod source;
mod suggest;
mod syntax;
mod template;
mod units;
mod values;

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

pub use complaint::{COMPLAINTS_MAX, Complaint, Complaints, DRAWN_LINE_BYTES_MAX, Severity};
pub use content::Content;
pub use fetching::{BODY_BYTES_MAX, CA_FILE_BYTES_MAX, FetchSettings};
pub use overrides::{Environment, Overrides, SECRET_BYTES_MAX};
pub use place::{StorePlace, shown, store_url};
pub use publication::{COUNT_MAX, REGEX_BYTES_MAX};
pub use settings::Server;
pub use source::TAG_CHARS_MAX;
pub use template::{SMALLEST, slug_of, starter, text as toml_text};
pub use values::{TITLE_CHARS_MAX, URL_BYTES_MAX};

use crate::model::{Outline, Publication, PublicationKind, Site, Source, SourceId};
use complaint::Refusal;
use file::{ConfigFile, Spot};
use notes::Notes;
use overrides::Overriding;
use publication::ReadPublication;
use read::{Table, Value};
use source::ReadSource;

/// Largest configuration file, in bytes.
pub const FILE_BYTES_MAX: u64 = 4 << 20;
/// Most further files.
pub const FILES_MAX: usize = 1_000;

/// What feeds.toml declares, with every default filled in.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the whole site says of itself.
    pub site: Site,
    /// Where and how readers are served.
    pub server: Server,
    /// Where entries are kept, and for how long.
    pub store: StorePlace,
    /// How publishers are polled.
    pub fetch: FetchSettings,
    /// Every source, in file order.
    pub sources: Vec<Arc<Source>>,
    /// Brands in file order, then groups.
    pub publications: Vec<Arc<Publication>>,
    /// Where sources stood in the lists that they were imported from; nothing for the others.
    pub outlines: HashMap<SourceId, Vec<Outline>>,
}

impl Config {
    /// Takes note of the address that is really listened at, for port 0 picks one: where the file does not say where
    /// readers find the site, they find it there.
    pub fn listens_at(&mut self, address: SocketAddr) {
        if self.site.public_url == format!("http://{}", self.server.listen) {
            self.site.public_url = format!("http://{address}");
        }
        self.server.listen = address;
    }
}

/// A configuration that can be used.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// What the operator should know all the same.
    pub warnings: Complaints,
    /// The files it came from, the main one first: a change of their content asks for a reload.
    pub files: Vec<PathBuf>,
}

/// One reading of a configuration.
pub struct Look {
    /// What came of it: every complaint of all files, where at least one of them is an error.
    pub outcome: Result<Loaded, Complaints>,
    /// What it was made of, also where it cannot be used.
    pub content: Content,
}

/// Reads the file at `path`, and the further files that it names.
///
/// # Errors
/// Every complaint of all files, where at least one of them is an error.
pub fn load(path: &Path, overrides: &Overrides) -> Result<Loaded, Complaints> {
    look(path, overrides).outcome
}

/// Like [`load`], and says what the configuration was made of.
pub fn look(path: &Path, overrides: &Overrides) -> Look {
    look_at(path, overrides, Content::default())
}

fn look_at(path: &Path, overrides: &Overrides, mut content: Content) -> Look {
    let notes = Notes::default();
    let name = path.display().to_string();
    let outcome = match read_text(path, &mut content) {
        Ok(text) => build(&ConfigFile::new(&name, &text, 0), overrides, notes, &mut content),
        Err(unreadable) => {
            match unreadable {
                Unreadable::Encoding(bytes) => complain_of_encoding(&name, &bytes, 0, &notes),
                Unreadable::Missing => {
                    let help = "`pressroll init` writes one, `--config FILE` names another";
                    notes.unreadable(&name, Refusal::new(format!("there is no {name} here: {help}")));
                }
                Unreadable::Other(why) => notes.unreadable(&name, Refusal::new(why)),
            }
            Err(notes.into_complaints())
        }
    };
    Look { outcome, content }
}

/// A language tag as a source of the file would take it; `None` for what it would refuse.
pub fn language(text: &str) -> Option<String> {
    values::language(text).ok()
}

/// Reads `text` as the file `name`; paths in it start from that name's folder.
///
/// # Errors
/// Like [`load`].
pub fn parse(name: &str, text: &str, overrides: &Overrides) -> Result<Loaded, Complaints> {
    build(&ConfigFile::new(name, text, 0), overrides, Notes::default(), &mut Content::default())
}

enum Unreadable {
    Missing,
    Encoding(Vec<u8>),
    Other(String),
}

fn read_text(path: &Path, content: &mut Content) -> Result<String, Unreadable> {
    let read = content.read(path);
    if path.is_dir() {
        return Err(Unreadable::Other("this is a folder: name a file".to_owned()));
    }
    let bytes = read.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Unreadable::Missing,
        _ => Unreadable::Other(format!("this file cannot be read: {error}")),
    })?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Unreadable::Other(format!("this file is larger than {} MiB", FILE_BYTES_MAX >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| Unreadable::Encoding(error.into_bytes()))
}

/// Points at the first byte that is not UTF-8.
fn complain_of_encoding(name: &str, bytes: &[u8], rank: usize, notes: &Notes) {
    let good = std::str::from_utf8(bytes).err().map_or(0, |it| it.valid_up_to());
    let file = ConfigFile::new(name, &String::from_utf8_lossy(bytes), rank);
    // Up to there the lossy text and the bytes are the same, but for a byte order mark that was taken off.
    let start = good.saturating_sub(bytes.len().min(3) * usize::from(bytes.starts_with(b"\xef\xbb\xbf")));
    let refusal = Refusal::new("this file is not UTF-8 text: the first wrong byte is here");
    notes.error(&Spot { file, span: start..start }, refusal.help("save it as UTF-8"));
}

/// What the tables of all files hold, in file order.
#[derive(Default)]
struct Gathered {
    sources: Vec<ReadSource>,
    publications: Vec<ReadPublication>,
    /// Set when a source has no usable id: then nobody can say which ids are unknown.
    nameless_sources: bool,
}

impl Gathered {
    fn read(&mut self, root: &mut Table<'_>, site: &Site, environment: &Environment) {
        for table in root.tables("source", "[[source]]") {
            match source::read(table, environment) {
                Some(source) => self.sources.push(source),
                None => self.nameless_sources = true,
            }
        }
        for (key, name, kind) in
            [("brand", "[[brand]]", PublicationKind::Brand), ("group", "[[group]]", PublicationKind::Group)]
        {
            let tables = root.tables(key, name);
            self.publications.extend(tables.into_iter().filter_map(|it| publication::read(it, kind, site)));
        }
    }
}

fn build(
    main: &Rc<ConfigFile>,
    overrides: &Overrides,
    notes: Notes,
    content: &mut Content,
) -> Result<Loaded, Complaints> {
    let mut gathered = Gathered::default();
    let overriding = Overriding::new(overrides, &notes, main.folder());
    let tree = syntax::parse(main, &notes);
    content.note_overrides(overrides, &main.folder());
    content.note_named(&tree, &main.folder());
    let mut root = Table::root(&notes, main, &tree);
    version(&mut root, true);
    let state = (overrides.environment)("STATE_DIRECTORY").filter(|it| !it.is_empty());
    let (site, server, store, fetch) = settings::all(&mut root, &overriding, main.folder(), state);
    gathered.read(&mut root, &site, &overrides.environment);
    let further = further_files(root.list("files"), main, &notes, content);
    root.close();
    overriding.close();
    for file in &further {
        let tree = syntax::parse(file, &notes);
        content.note_named(&tree, &file.folder());
        let mut root = Table::root(&notes, file, &tree);
        version(&mut root, false);
        gathered.read(&mut root, &site, &overrides.environment);
        for key in ["site", "server", "store", "fetch", "files"] {
            if let Some(value) = root.take(key) {
                value.refuse(Refusal::new(format!(
                    "`{key}` belongs into {}, not into a further file",
                    main.name
                )));
            }
        }
        root.close();
    }
    let resolved =
        check::resolve(&gathered.sources, gathered.nameless_sources, gathered.publications, &notes);
    let mut publications: Vec<Arc<Publication>> = resolved.into_iter().map(Arc::new).collect();
    publications.sort_by_key(|it| it.path.kind);
    let outlined = gathered.sources.iter_mut().filter(|it| !it.outlines.is_empty());
    let outlines = outlined.map(|it| (it.id.clone(), std::mem::take(&mut it.outlines))).collect();
    let mut sources: Vec<Source> = gathered.sources.into_iter().filter_map(|it| it.source).collect();
    check::count_subscribers(&mut sources, &publications);
    let sources = sources.into_iter().map(Arc::new).collect();
    let files = std::iter::once(main).chain(&further).map(|it| PathBuf::from(&it.name)).collect();
    let config = Config { site, server, store, fetch, sources, publications, outlines };
    let complaints = notes.into_complaints();
    if complaints.any_errors() { Err(complaints) } else { Ok(Loaded { config, warnings: complaints, files }) }
}

/// `version = 1`: the main file must say it, a further file may.
fn version(root: &mut Table<'_>, required: bool) {
    match root.take("version") {
        Some(value) => {
            if let Some(number) = value.number(0..=u64::from(u32::MAX))
                && number != 1
            {
                let message = format!("this version of pressroll reads version 1 of this file, not {number}");
                value.refuse(Refusal::new(message));
            }
        }
        None if required => {
            let refusal = Refusal::new("the file does not say its version");
            root.notes.missing(&root.spot, refusal.help("begin it with: version = 1"));
        }
        None => {}
    }
}

/// Reads the files that the patterns find, each once.
fn further_files(
    patterns: Vec<Value<'_>>,
    main: &Rc<ConfigFile>,
    notes: &Notes,
    content: &mut Content,
) -> Vec<Rc<ConfigFile>> {
    let one_path = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mut seen = HashSet::from([one_path(Path::new(&main.name))]);
    let mut files = Vec::new();
    for value in patterns {
        let Some(pattern) = value.read(values::title) else { continue };
        let paths = match content.find(&main.folder(), &pattern) {
            Ok(paths) if paths.is_empty() => {
                notes.doubt_references();
                value.refuse(finds_nothing(&pattern));
                continue;
            }
            Ok(paths) => paths,
            Err(error) => {
                notes.doubt_references();
                value.refuse(Refusal::new(format!("a folder on the way cannot be read: {error}")));
                continue;
            }
        };
        for path in paths.into_iter().filter(|it| seen.insert(one_path(it))) {
            let (name, rank) = (path.display().to_string(), files.len() + 1);
            if files.len() == FILES_MAX {
                value.refuse(Refusal::new(format!("more than {FILES_MAX} further files are found")));
                return files;
            }
            match read_further(&path, content) {
                Ok(text) => files.push(ConfigFile::new(&name, &text, rank)),
                Err(error) => {
                    notes.doubt_references();
                    match error {
                        Unreadable::Encoding(bytes) => complain_of_encoding(&name, &bytes, rank, notes),
                        Unreadable::Missing => notes.unreadable(&name, Refusal::new("this file is gone")),
                        Unreadable::Other(why) => notes.unreadable(&name, Refusal::new(why)),
                    }
                }
            }
        }
    }
    files
}

/// A file that went away must not take what it declared with it: its publications would answer 410 for good.
fn finds_nothing(pattern: &str) -> Refusal {
    let refusal = Refusal::new(format!("{} finds no file", suggest::quote(pattern)));
    refusal.help(if pattern.contains('*') {
        "take the pattern out of `files` if none is meant"
    } else {
        "put the file back, or take its name out of `files`"
    })
}

/// A further file that holds nothing was emptied, or is about to be written.
fn read_further(path: &Path, content: &mut Content) -> Result<String, Unreadable> {
    let text = read_text(path, content)?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(Unreadable::Other(
            "this file is empty: take it out of `files` if nothing is meant".to_owned(),
        ));
    }
    Ok(text)
}
