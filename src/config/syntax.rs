//! Text into a TOML table, with every slip of syntax noted in words.

use std::{ops::Range, rc::Rc};

use toml::de::DeTable;

use super::{
    complaint::Refusal,
    file::{ConfigFile, Spot},
    notes::Notes,
    suggest::quote,
};

/// Most slips of syntax that are listed for one file: after the first few, the rest is their echo.
const SLIPS_MAX: usize = 20;

/// Reads as much of the file as can be read.
pub(super) fn parse<'a>(file: &'a Rc<ConfigFile>, notes: &Notes) -> DeTable<'a> {
    let (tree, errors) = DeTable::parse_recoverable(&file.text);
    let mut slips: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| (within(error.span().unwrap_or_default(), &file.text), error.message()))
        .collect();
    slips.sort_by_key(|(span, _)| span.start);
    let mut line_before = 0;
    let mut listed = 0;
    for (span, message) in slips {
        let line = file.line_of(span.start);
        if line == line_before || listed == SLIPS_MAX {
            continue;
        }
        (line_before, listed) = (line, listed + 1);
        let is_secret = hide_headers(file, line) || file.gives_password(line);
        let found = if is_secret { "" } else { file.text.get(span.clone()).unwrap_or("") };
        let open_list = begins_anew(file, line, span.start, message);
        let refusal = if open_list { open_list_above() } else { in_words(message, found) };
        // A bracket or quotation mark that stays open swallows what follows: all that is said of that is its echo.
        let swallows = open_list || message.contains("unclosed") || message.contains("multi-line");
        notes.slip(&Spot { file: Rc::clone(file), span }, refusal, swallows);
        if swallows {
            break;
        }
    }
    tree.into_inner()
}

/// Hides the values in a line that sets header fields, for they may be passwords; whether it is such a line.
fn hide_headers(file: &ConfigFile, line: usize) -> bool {
    let whole = file.line_span(line);
    let text = |line: usize| file.text.get(file.line_span(line)).unwrap_or("");
    let (key, _) = text(line).split_once('=').unwrap_or_default();
    let sets_headers = key.contains("headers") || text(file.header_of(line)).contains(".headers");
    if sets_headers {
        file.hide(&(whole.start + key.len()..whole.end));
    }
    sets_headers
}

/// The span moved onto a character's border, never beyond the text.
fn within(span: Range<usize>, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.floor_char_boundary(span.end).max(start)
}

/// Whether the line is a table's header or sets a key, and the slip lies at its beginning: then the list or value that
/// it is said to be in was left open above.
fn begins_anew(file: &ConfigFile, line: usize, slip: usize, message: &str) -> bool {
    let whole = file.line_span(line);
    let (before, text) = (file.text.get(whole.start..slip).unwrap_or(""), file.text.get(whole).unwrap_or(""));
    let is_key =
        |it: &str| it.trim().bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    let sets_a_key = text.split_once('=').is_some_and(|(key, _)| is_key(key));
    let in_list = message.contains("array") && is_key(before) && sets_a_key;
    // A header that is read as a list within the list: its name is then a value without quotes.
    let is_value = message.contains("array") || message.contains("quoted") || message.starts_with("invalid");
    let header_in_list =
        text.trim_start().starts_with('[') && is_value && is_key(before.trim().trim_matches('['));
    in_list || header_in_list
}

fn open_list_above() -> Refusal {
    Refusal::new("a list above this line has no closing bracket").help("close it with “]”")
}

fn in_words(message: &str, found: &str) -> Refusal {
    let bare = found.chars().next().is_some_and(char::is_alphabetic);
    let unquoted = message.contains("must be quoted") || message.starts_with("invalid");
    if bare && unquoted && !message.contains("string, expected") {
        return Refusal::new(format!("{} is neither a number nor true or false", quote(found)))
            .help(format!("a text stands in quotes: {:?}", found.trim()));
    }
    if message == "duplicate key" {
        // The key of a line that holds a secret is hidden with it.
        if found.is_empty() {
            return Refusal::new("a key is set twice here");
        }
        return Refusal::new(format!("`{found}` is set twice here"));
    }
    if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        return Refusal::new("this text has no closing quotation mark");
    }
    Refusal::new(message)
}
