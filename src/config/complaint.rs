//! Complaints: what is wrong with a configuration, where, and what to write instead.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// Most complaints that one run lists; the rest are counted.
pub const COMPLAINTS_MAX: usize = 1_000;
/// Most complaints that one record of a log says.
const SENTENCES_MAX: usize = 10;
/// Longest line that is drawn under a complaint, in bytes; of a longer one only its number is given.
pub const DRAWN_LINE_BYTES_MAX: usize = 2_000;

/// Whether a complaint stops the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The configuration cannot be used.
    Error,
    /// It can be used, but the operator should know.
    Warning,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file as it was named; `command line` or `environment` for an override.
    pub file: String,
    /// Line, counted from 1; 0 when the file as a whole is meant, because it could not be read.
    pub line: usize,
    /// Column in characters, counted from 1; 0 like `line`.
    pub column: usize,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Error or warning.
    pub severity: Severity,
    /// The line as written, with secrets drawn as asterisks; absent where there is none or it is very long.
    pub source_line: Option<String>,
    /// How many characters the caret underlines, at least one.
    pub width: usize,
}

/// Every complaint of one run, sorted by file and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    list: Vec<Complaint>,
    unlisted: usize,
}

impl Complaints {
    /// The complaints, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Complaint> {
        self.list.iter()
    }

    /// How many there are, including those beyond [`COMPLAINTS_MAX`].
    pub fn len(&self) -> usize {
        self.list.len() + self.unlisted
    }

    /// Whether there is nothing to complain of.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them stops the program.
    pub fn any_errors(&self) -> bool {
        self.list.iter().any(|it| it.severity == Severity::Error)
    }

    pub(super) fn new(list: Vec<Complaint>, unlisted: usize) -> Self {
        Self { list, unlisted }
    }

    /// The first of them in one sentence each, for a log: errors where there are any, else the warnings.
    pub fn sentences(&self) -> String {
        let severity = if self.any_errors() { Severity::Error } else { Severity::Warning };
        let all: Vec<&Complaint> = self.list.iter().filter(|it| it.severity == severity).collect();
        let said: Vec<String> = all.iter().take(SENTENCES_MAX).map(|it| it.sentence()).collect();
        let more = if all.len() > said.len() { "; `pressroll check` lists all of them" } else { "" };
        format!("{}{more}", said.join("; "))
    }

    /// The errors among them, drawn like all.
    pub fn errors(&self) -> Self {
        let list = self.list.iter().filter(|it| it.severity == Severity::Error).cloned().collect();
        // What is unlisted follows behind everything that stops the program.
        let all_listed_are_errors = self.list.iter().all(|it| it.severity == Severity::Error);
        Self { list, unlisted: if all_listed_are_errors { self.unlisted } else { 0 } }
    }

    /// All of them drawn with their lines and carets, each followed by an empty line; `color` puts in ANSI escapes.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut drawn = String::new();
        for complaint in &self.list {
            drawn.push_str(&renderer.render(&[complaint.report()]));
            drawn.push_str("\n\n");
        }
        if self.unlisted > 0 {
            drawn.push_str(&format!("and {} more\n", self.unlisted));
        }
        drawn
    }
}

impl fmt::Display for Complaints {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Complaints {}

impl<'a> IntoIterator for &'a Complaints {
    type Item = &'a Complaint;
    type IntoIter = std::slice::Iter<'a, Complaint>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl Complaint {
    /// All of it in one sentence, for a log: `feeds.toml, line 7, column 9: “soon” is not a duration, in “every = "soon"”`.
    pub fn sentence(&self) -> String {
        let Self { file, line, column, message, .. } = self;
        let place = if *line == 0 { String::new() } else { format!(", line {line}, column {column}") };
        let written = self.source_line.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let written = written.map(|it| format!(", in “{it}”")).unwrap_or_default();
        let help = self.help.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        format!("{file}{place}: {message}{written}{help}")
    }

    fn report(&self) -> Group<'_> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str());
        let group = match &self.source_line {
            Some(line) => {
                let mut ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
                let start = ends.nth(self.column.saturating_sub(1)).unwrap_or(line.len());
                let end = ends.nth(self.width.saturating_sub(1)).unwrap_or(line.len());
                let mark = AnnotationKind::Primary.span(start..end);
                let drawn = Snippet::source(line.as_str()).line_start(self.line).path(self.file.as_str());
                title.element(drawn.annotation(mark))
            }
            None if self.line == 0 => title.element(Origin::path(self.file.as_str())),
            None => title.element(Origin::path(self.file.as_str()).line(self.line).char_column(self.column)),
        };
        match &self.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }
    }
}

/// Why one value was refused: what a checking function answers, before anyone knows where the value stood.
#[derive(Debug, Default)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// Set where the value may hold a password: it is then never drawn.
    pub(super) secret: bool,
}

impl Refusal {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub(super) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}
