//! One text that settings are read from, and places in it: a file, the command line, or the environment.
//!
//! An override becomes a file of one line (`PRESSROLL_SERVER_LISTEN=nonsense`, called `environment`), so that every
//! complaint has a line, a column and a caret in the same way.

use std::{
    cell::RefCell,
    ops::Range,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::overrides::may_hold_password;

/// A text with a name, that complaints point into.
#[derive(Debug)]
pub(super) struct ConfigFile {
    /// What complaints call it.
    pub(super) name: String,
    /// The whole text, without a byte order mark.
    pub(super) text: String,
    /// Its place among the files: complaints are sorted by it.
    pub(super) rank: usize,
    /// Byte offsets at which lines begin; never empty.
    line_starts: Vec<usize>,
    /// Bytes that no complaint may show: passwords, and literal values of headers.
    secrets: RefCell<Vec<Range<usize>>>,
}

/// Where something stands: a range of bytes in a file.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) file: Rc<ConfigFile>,
    pub(super) span: Range<usize>,
}

impl ConfigFile {
    pub(super) fn new(name: &str, text: &str, rank: usize) -> Rc<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Rc::new(Self { name: name.to_owned(), text, rank, line_starts, secrets: RefCell::default() })
    }

    /// The folder that paths in this file start from.
    pub(super) fn folder(&self) -> PathBuf {
        Path::new(&self.name).parent().map(Path::to_path_buf).unwrap_or_default()
    }

    /// From now on no complaint shows these bytes.
    pub(super) fn hide(&self, span: &Range<usize>) {
        self.secrets.borrow_mut().push(span.clone());
    }

    /// The number of the line that holds the byte at `offset`, counted from 1.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The line's range of bytes, without its end-of-line characters.
    pub(super) fn line_span(&self, line: usize) -> Range<usize> {
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let raw = self.text.get(start..end).unwrap_or("");
        start..start + raw.trim_end_matches(['\n', '\r']).len()
    }

    /// The line of the table's header that `line` stands under; 1 above the first header.
    pub(super) fn header_of(&self, line: usize) -> usize {
        let is_header = |line: &usize| {
            self.text.get(self.line_span(*line)).is_some_and(|it| it.trim_start().starts_with('['))
        };
        (1..=line).rev().find(is_header).unwrap_or(1)
    }

    /// Whether the line gives the address of a server with a password in it, under whatever key.
    pub(super) fn gives_password(&self, line: usize) -> bool {
        self.text.get(self.line_span(line)).and_then(server_address).is_some()
    }

    /// The bytes of `span` with everything secret drawn as asterisks, one for each character.
    pub(super) fn shown(&self, span: &Range<usize>) -> String {
        let secrets = self.secrets.borrow();
        let near: Vec<_> = secrets.iter().filter(|it| it.start < span.end && span.start < it.end).collect();
        let hidden = |at: usize| near.iter().any(|it| it.contains(&at));
        let text = self.text.get(span.clone()).unwrap_or("");
        let server = server_address(text).map_or(text.len(), |it| it.start);
        let hidden = |at: usize| at >= server || hidden(span.start + at);
        text.char_indices().map(|(at, it)| if hidden(at) { '*' } else { it }).collect()
    }
}

/// What follows the scheme of a database server's address, or of a proxy's, where it may hold a password. A line is
/// looked at as it is, so that nothing is shown of one that could not be read or stands under a misspelt key.
fn server_address(line: &str) -> Option<Range<usize>> {
    let is_server = |(at, _): &(usize, &str)| {
        let before = line.get(..*at).unwrap_or("").to_ascii_lowercase();
        before.ends_with("postgres") || before.ends_with("postgresql") || before.contains("prox")
    };
    let address = line.match_indices("://").find(is_server).map(|(at, scheme_end)| at + scheme_end.len());
    if let Some(start) = login_of(line) {
        return Some(address.map_or(start, |it| it.min(start))..line.len());
    }
    // The address of a proxy may be written without its scheme.
    let bare = || line.find("prox").and_then(|key| Some(key + line.get(key..)?.find('=')? + 1));
    let rest = address.or_else(bare)?..line.len();
    line.get(rest.clone()).filter(|it| may_hold_password(it)).map(|_| rest)
}

/// Where the user name and password of an address begin, whatever kind of address it is. A slip may have put anything
/// between them and the @: rather too much is hidden than too little.
pub(super) fn login_of(text: &str) -> Option<usize> {
    let (before, _) = text.rsplit_once('@')?;
    let start = before.find("://")? + "://".len();
    let login = before.get(start..)?;
    let is_bare = !login.contains(['/', '?', '#', '"', '\'']);
    (login.contains(':') || is_bare).then_some(start)
}

impl Spot {
    /// The file as a whole: its first byte.
    pub(super) fn start_of(file: &Rc<ConfigFile>) -> Self {
        Self { file: Rc::clone(file), span: 0..0 }
    }

    /// Words for another complaint to name this place by: `feeds.toml, line 3`.
    pub(super) fn in_words(&self) -> String {
        format!("{}, line {}", self.file.name, self.file.line_of(self.span.start))
    }
}
