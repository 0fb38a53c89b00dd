//! `outline` of a source: where it stood in the list of subscriptions that it was imported from, and what that list
//! said of it. Only `pressroll export opml` reads it.

use super::{
    complaint::Refusal,
    read::{Table, Value},
    suggest::quote,
};
use crate::model::outline::{
    ATTRIBUTES_MAX, Attribute, FOLDERS_MAX, Folder, NAME_BYTES_MAX, OUTLINES_MAX, Outline, VALUE_BYTES_MAX,
    is_name, is_value,
};

/// Reads the places of one source.
pub(super) fn outlines(table: &mut Table<'_>) -> Vec<Outline> {
    let places = bounded(table.list("outline"), OUTLINES_MAX, "places");
    places.into_iter().filter_map(place).collect()
}

fn place(value: Value<'_>) -> Option<Outline> {
    let mut table = value.table("an outline")?;
    let folders = bounded(table.list("folder"), FOLDERS_MAX, "folders");
    let folders = folders.into_iter().filter_map(folder).collect();
    let attributes = table.take("attributes").and_then(|it| it.table("`attributes`")).map(attributes);
    table.close();
    Some(Outline { folders, attributes: attributes.unwrap_or_default() })
}

/// A folder: its name, or a table with its name as `text` and whatever else was said of it.
fn folder(value: Value<'_>) -> Option<Folder> {
    if value.text().is_some() {
        return Some(Folder { text: value.read(attribute_value)?, attributes: Vec::new() });
    }
    let table = value.table("a folder")?;
    let (notes, spot) = (table.notes, table.spot.clone());
    let mut attributes = attributes(table);
    let Some(at) = attributes.iter().position(|(name, _)| name == "text") else {
        notes.missing(&spot, Refusal::new("this folder has no `text`").help("text = \"what it is called\""));
        return None;
    };
    let (_, text) = attributes.remove(at);
    Some(Folder { text, attributes })
}

fn attributes(table: Table<'_>) -> Vec<Attribute> {
    let (notes, whole) = (table.notes, table.spot.clone());
    let pairs = table.into_pairs();
    if pairs.len() > ATTRIBUTES_MAX {
        let message =
            format!("an outline has at most {ATTRIBUTES_MAX} attributes, this one has {}", pairs.len());
        notes.error(&whole, Refusal::new(message));
        return Vec::new();
    }
    let mut attributes = Vec::new();
    for (name, spot, value) in pairs {
        if !is_name(&name) {
            let message = format!("{} is not the name of an attribute", quote(&name));
            let help = format!("letters, digits, “-”, “_”, “.” and one “:”, {NAME_BYTES_MAX} bytes at most");
            notes.error(&spot, Refusal::new(message).help(help));
            continue;
        }
        attributes.extend(value.read(attribute_value).map(|value| (name, value)));
    }
    attributes
}

fn attribute_value(text: &str) -> Result<String, Refusal> {
    if is_value(text) {
        return Ok(text.to_owned());
    }
    let message = format!(
        "this text is longer than {VALUE_BYTES_MAX} bytes, or holds a character that XML does not allow"
    );
    Err(Refusal::new(message))
}

/// The items, unless there are too many.
fn bounded<'a>(items: Vec<Value<'a>>, most: usize, what: &str) -> Vec<Value<'a>> {
    match items.get(most) {
        None => items,
        Some(first) => {
            first.refuse(Refusal::new(format!(
                "an outline has at most {most} {what}, this one has {}",
                items.len()
            )));
            Vec::new()
        }
    }
}
