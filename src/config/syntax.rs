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
        let found = file.text.get(span.clone()).unwrap_or("");
        let refusal = in_words(message, found);
        // A bracket or quotation mark that stays open swallows what follows: nothing can be said of that.
        let swallows = message.contains("unclosed") || message.contains("multi-line");
        notes.slip(&Spot { file: Rc::clone(file), span }, refusal, swallows);
    }
    tree.into_inner()
}

/// The span moved onto a character's border, never beyond the text.
fn within(span: Range<usize>, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.floor_char_boundary(span.end).max(start)
}

fn in_words(message: &str, found: &str) -> Refusal {
    let bare = found.chars().next().is_some_and(char::is_alphabetic);
    let unquoted = message.contains("must be quoted") || message.starts_with("invalid");
    if bare && unquoted && !message.contains("string, expected") {
        return Refusal::new(format!("{} is neither a number nor true or false", quote(found)))
            .help(format!("a text stands in quotes: {:?}", found.trim()));
    }
    if message == "duplicate key" {
        return Refusal::new(format!("`{found}` is set twice here"));
    }
    if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        return Refusal::new("this text has no closing quotation mark");
    }
    Refusal::new(message)
}
