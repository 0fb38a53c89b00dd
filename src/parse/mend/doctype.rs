//! The document type: its internal entities are taken, bounded; everything else, external entities first of all, is
//! dropped.

use super::{entity::Entities, tally::Tally};
use crate::{model::Flaw, parse::Limits};

/// Reads the document type that `after` begins with (behind its `<`) and returns what follows it.
pub(super) fn read<'a>(
    after: &'a str,
    entities: &mut Entities,
    limits: &Limits,
    tally: &mut Tally,
) -> &'a str {
    let end = after.find(['[', '>']).unwrap_or(after.len());
    let (_, mut rest) = after.split_at(end);
    let Some(subset) = rest.strip_prefix('[') else {
        return rest.strip_prefix('>').unwrap_or(rest);
    };
    rest = subset;
    loop {
        let Some(at) = rest.find(['<', ']']) else {
            tally.note_cut();
            return "";
        };
        rest = rest.split_at(at).1;
        if let Some(after) = rest.strip_prefix(']') {
            return after.split_once('>').map_or("", |(_, rest)| rest);
        }
        let inner = rest.strip_prefix('<').unwrap_or(rest);
        if let Some(comment) = inner.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        if !inner.starts_with(['!', '?', '%']) {
            // The document itself begins: the subset was never closed.
            tally.note(Flaw::UnclosedDocumentType);
            return rest;
        }
        let (declaration, tail) = declaration(inner);
        if let Some((name, value)) = entity(declaration) {
            entities.declare(name, value, limits, tally);
        }
        rest = tail;
    }
}

/// Splits one declaration, without its `<` and `>`, from what follows. A `>` inside quotes does not end it.
fn declaration(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, it) in text.char_indices() {
        match (quote, it) {
            (None, '"' | '\'') => quote = Some(it),
            (None, '>') => {
                return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            }
            (Some(open), it) if open == it => quote = None,
            _ => {}
        }
    }
    (text, "")
}

/// Name and value of an internal general entity; `None` for parameter entities, external ones and everything else.
fn entity(declaration: &str) -> Option<(&str, &str)> {
    let text = declaration.strip_prefix("!ENTITY")?.trim_start();
    let (name, rest) = text.split_once(|it: char| it.is_ascii_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let (value, _) = rest.get(1..)?.split_once(quote)?;
    (name != "%").then_some((name, value))
}
