//! A source as the lines of a `[[source]]`, or as a table within a list.

use super::NewSource;
use crate::{
    config::template::text,
    model::outline::{Attribute, Folder, Outline},
};

/// The lines of a `[[source]]`, without the last line's end.
pub(super) fn block(source: &NewSource, line_end: &str) -> String {
    let lines = pairs(source).into_iter().map(|(key, value)| format!("{key} = {value}"));
    std::iter::once("[[source]]".to_owned()).chain(lines).collect::<Vec<_>>().join(line_end)
}

/// A table on one line.
pub(super) fn inline(source: &NewSource) -> String {
    let pairs = pairs(source).into_iter().map(|(key, value)| format!("{key} = {value}"));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn pairs(source: &NewSource) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("id", text(source.id.as_str())), ("url", text(source.url.as_str()))];
    pairs.extend(source.title.as_deref().map(|it| ("title", text(it))));
    pairs.extend(source.language.as_deref().map(|it| ("language", text(it))));
    let lists = [
        ("tags", list(source.tags.iter().map(|it| text(it)))),
        ("allow_networks", list(source.allow_networks.iter().map(|it| text(&it.to_string())))),
        ("outline", list(source.outlines.iter().map(outline))),
    ];
    pairs.extend(lists.into_iter().filter(|(_, it)| it != "[]"));
    pairs
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn outline(outline: &Outline) -> String {
    let folders = list(outline.folders.iter().map(folder));
    let attributes = table(&outline.attributes);
    let pairs = [("folder", folders, "[]"), ("attributes", attributes, "{}")];
    let said = pairs.into_iter().filter(|(_, value, nothing)| value != nothing);
    let said: Vec<String> = said.map(|(key, value, _)| format!("{key} = {value}")).collect();
    if said.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", said.join(", ")) }
}

fn folder(folder: &Folder) -> String {
    if folder.attributes.is_empty() {
        return text(&folder.text);
    }
    let name = ("text".to_owned(), folder.text.clone());
    let further = folder.attributes.iter().filter(|(it, _)| it != "text").cloned();
    let all: Vec<Attribute> = std::iter::once(name).chain(further).collect();
    table(&all)
}

fn table(attributes: &[Attribute]) -> String {
    if attributes.is_empty() {
        return "{}".to_owned();
    }
    let pairs = attributes.iter().map(|(name, value)| format!("{} = {}", key(name), text(value)));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn key(name: &str) -> String {
    let is_bare = name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    if is_bare && !name.is_empty() { name.to_owned() } else { text(name) }
}
