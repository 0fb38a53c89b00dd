//! What the command line and the environment say: the flag beats the environment, which beats the file.

use std::{
    cell::RefCell,
    fmt,
    io::Read,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::{
    complaint::Refusal,
    file::{ConfigFile, Spot},
    notes::Notes,
    suggest::{did_you_mean, quote},
};

/// Largest file that a secret is read from, in bytes.
pub const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// Settings whose value may hold a password: they may also come from a file named by `PRESSROLL_…_FILE`.
const SECRET_SETTINGS: [&str; 2] = ["store.url", "fetch.proxy"];

/// Complaints about overrides come after those about files.
const RANK_ENVIRONMENT: usize = usize::MAX - 1;
const RANK_COMMAND_LINE: usize = usize::MAX;

/// Looks one environment variable up.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What replaces single settings of `[site]`, `[server]`, `[store]` and `[fetch]`.
#[derive(Clone)]
pub struct Overrides {
    /// Names and values from the command line: `("server.listen", "0.0.0.0:80")`; of several for one name the last counts.
    pub set: Vec<(String, String)>,
    /// The environment, where `PRESSROLL_SERVER_LISTEN` is looked for. An empty variable counts as absent.
    pub environment: Environment,
}

impl Overrides {
    /// The given settings over the environment of this process: the only place that reads it.
    pub fn of_process(set: Vec<(String, String)>) -> Self {
        Self { set, environment: Arc::new(|name| std::env::var(name).ok()) }
    }
}

impl Default for Overrides {
    /// None at all: no flags, an empty environment.
    fn default() -> Self {
        Self { set: Vec::new(), environment: Arc::new(|_| None) }
    }
}

impl fmt::Debug for Overrides {
    /// Names only: a value may be a password.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.set.iter().map(|(name, _)| name.as_str()).collect();
        to.debug_struct("Overrides").field("set", &names).finish_non_exhaustive()
    }
}

/// Overrides in use: remembers which settings exist, so that the rest can be complained of.
pub(super) struct Overriding<'a> {
    overrides: &'a Overrides,
    notes: &'a Notes,
    /// Where `…_FILE` paths start from.
    folder: PathBuf,
    offered: RefCell<Vec<String>>,
}

impl<'a> Overriding<'a> {
    pub(super) fn new(overrides: &'a Overrides, notes: &'a Notes, folder: PathBuf) -> Self {
        Self { overrides, notes, folder, offered: RefCell::default() }
    }

    /// Where `env:NAME` is looked for.
    pub(super) fn environment(&self) -> &'a Environment {
        &self.overrides.environment
    }

    /// The value that replaces `table.key`, and where it was said.
    pub(super) fn value(&self, table: &str, key: &str) -> Option<(Spot, String)> {
        let name = format!("{table}.{key}");
        self.offered.borrow_mut().push(name.clone());
        let flag = self.overrides.set.iter().rev().find(|(it, _)| *it == name);
        if let Some((_, value)) = flag {
            return Some((on_command_line(&name, value), value.clone()));
        }
        let variable = format!("PRESSROLL_{}_{}", table.to_uppercase(), key.to_uppercase());
        if let Some(value) = (self.overrides.environment)(&variable).filter(|it| !it.is_empty()) {
            let spot = assignment("environment", &variable, &value, RANK_ENVIRONMENT);
            hide_password(&name, &value, &spot);
            return Some((spot, value));
        }
        if SECRET_SETTINGS.contains(&name.as_str()) {
            self.read_from_file(&format!("{variable}_FILE"))
        } else {
            None
        }
    }

    fn read_from_file(&self, variable: &str) -> Option<(Spot, String)> {
        let path = (self.overrides.environment)(variable).filter(|it| !it.is_empty())?;
        let spot = assignment("environment", variable, &path, RANK_ENVIRONMENT);
        match secret_file(&self.folder.join(&path)) {
            Ok(value) => Some((spot, value)),
            Err(refusal) => {
                self.notes.error(&spot, refusal);
                None
            }
        }
    }

    /// Complains of every flag whose name is no setting.
    pub(super) fn close(&self) {
        let offered = self.offered.borrow();
        for (name, value) in &self.overrides.set {
            if offered.contains(name) {
                continue;
            }
            let refusal = Refusal::new(format!("there is no setting {}", quote(name)))
                .maybe_help(did_you_mean(name, offered.iter().map(String::as_str)));
            let spot = on_command_line(name, value);
            self.notes.error(&Spot { span: 6..6 + name.len(), ..spot }, refusal);
        }
    }
}

fn on_command_line(name: &str, value: &str) -> Spot {
    let spot = assignment("command line", &format!("--set {name}"), value, RANK_COMMAND_LINE);
    hide_password(name, value, &spot);
    spot
}

/// A file of one line that assigns `value` to `name`, and the place of the value in it.
fn assignment(file: &str, name: &str, value: &str, rank: usize) -> Spot {
    let file: Rc<ConfigFile> = ConfigFile::new(file, &format!("{name}={value}"), rank);
    let span = name.len() + 1..file.text.len();
    Spot { file, span }
}

fn hide_password(name: &str, value: &str, spot: &Spot) {
    if SECRET_SETTINGS.contains(&name) && may_hold_password(value) {
        spot.file.hide(&spot.span);
    }
}

/// The files that settings are read from because the command line or the environment says so; their paths start from the
/// configuration's folder.
pub(super) fn secret_files(overrides: &Overrides) -> Vec<String> {
    let look_up = |name: &String| (overrides.environment)(name).filter(|it| !it.is_empty());
    let variables = SECRET_SETTINGS.map(|it| format!("PRESSROLL_{}", it.to_uppercase().replace('.', "_")));
    let named = variables.iter().filter_map(|it| look_up(&format!("{it}_FILE")));
    let flags = overrides.set.iter().map(|(_, value)| value.clone());
    let said = variables.iter().filter_map(look_up).chain(flags);
    named.chain(said.filter_map(|it| it.strip_prefix("file:").map(str::to_owned))).collect()
}

/// Whether a text, right or wrong, may be an address with a password in it.
pub(super) fn may_hold_password(text: &str) -> bool {
    text.contains('@') || text.to_ascii_lowercase().contains("pass")
}

/// Where a value was said: that tells who else can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    InTheFile,
    OnTheCommandLine,
    InTheEnvironment,
}

impl Said {
    /// Where the value at `spot` was said.
    pub(super) fn at(spot: &Spot) -> Self {
        match spot.file.rank {
            RANK_COMMAND_LINE => Self::OnTheCommandLine,
            RANK_ENVIRONMENT => Self::InTheEnvironment,
            _ => Self::InTheFile,
        }
    }
}

/// Whether the value only says where the secret is.
pub(super) fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

/// The secret that `env:NAME` or `file:PATH` leads to; `None` where the value is neither. Paths start from `folder`.
pub(super) fn referenced(
    text: &str,
    folder: &Path,
    environment: &Environment,
) -> Result<Option<String>, Refusal> {
    if let Some(path) = text.strip_prefix("file:") {
        return secret_file(&folder.join(path)).map(Some);
    }
    let Some(name) = text.strip_prefix("env:") else { return Ok(None) };
    let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    if !is_name {
        return Err(Refusal::new("“env:” is followed by the name of an environment variable"));
    }
    match environment(name).filter(|it| !it.is_empty()) {
        Some(value) => Ok(Some(value)),
        None => Err(Refusal::new(format!("the environment variable `{name}` is not set"))),
    }
}

/// The text of a file that holds a secret, without the line break at its end.
fn secret_file(path: &Path) -> Result<String, Refusal> {
    let shown = path.display();
    let refuse = |why: String| Refusal::new(format!("the file `{shown}` {why}"));
    let file = std::fs::File::open(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    let read = file.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > SECRET_BYTES_MAX {
        return Err(refuse(format!("is larger than {SECRET_BYTES_MAX} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| refuse("is not UTF-8 text".to_owned()))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(refuse("is empty".to_owned())),
        text => Ok(text.to_owned()),
    }
}
