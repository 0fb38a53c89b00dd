//! `[[source]]`: a remote feed we poll, with its policy.

use std::path::{Path, PathBuf};

use http::{HeaderName, HeaderValue};

use super::{
    complaint::Refusal,
    fetching::INTERVAL_S_MAX,
    file::Spot,
    outline,
    overrides::{Environment, is_reference, referenced},
    read::{Table, Value},
    suggest::quote,
    units, values,
};
use crate::model::{
    Outline, Source, SourceId, SourceKind,
    source::{FutureDates, Republish, Secret},
};

/// Highest priority.
const PRIORITY_MAX: u64 = 1_000;
/// Most header fields of one source.
const HEADERS_MAX: usize = 20;
/// Longest tag, in characters.
pub const TAG_CHARS_MAX: usize = 64;

/// Words for the kinds of sources.
pub(super) const KINDS: [(&str, SourceKind); 4] = [
    ("press", SourceKind::Press),
    ("wire", SourceKind::Wire),
    ("news", SourceKind::News),
    ("blog", SourceKind::Blog),
];
const REPUBLISH: [(&str, Republish); 3] =
    [("full", Republish::Full), ("excerpt", Republish::Excerpt), ("title", Republish::Title)];
const DATES: [(&str, FutureDates); 3] =
    [("clamp", FutureDates::Clamp), ("embargo", FutureDates::Embargo), ("drop", FutureDates::Drop)];

/// Fields that belong to the connection, to conditional requests or to content codings: fetch sets them itself.
const OWN_HEADERS: [&str; 14] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "proxy-authorization",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A source as read. It is known by its id and tags even where the rest could not be used.
pub(super) struct ReadSource {
    pub(super) id: SourceId,
    pub(super) spot: Spot,
    pub(super) tags: Vec<String>,
    /// Ids that it had before.
    pub(super) formerly: Vec<(SourceId, Spot)>,
    pub(super) source: Option<Source>,
    pub(super) outlines: Vec<Outline>,
}

/// Reads one table; `None` where it has no usable id.
pub(super) fn read(mut table: Table<'_>, environment: &Environment) -> Option<ReadSource> {
    let id_value = table.take("id");
    let address = address(&mut table);
    let title = table.read("title", values::title);
    let kind = table.read("kind", values::choice(&KINDS)).unwrap_or_default();
    let language = table.read("language", values::language);
    let tags = table.each("tags", tag);
    let priority = table.number("priority", 0..=PRIORITY_MAX).and_then(|it| u32::try_from(it).ok());
    let every = table.read("every", |it| units::signed(it, 1..=INTERVAL_S_MAX));
    let republish = table.read("republish", values::choice(&REPUBLISH)).unwrap_or(kind.republish());
    let dates = table.read("dates", values::choice(&DATES)).unwrap_or_default();
    let headers = table.take("headers").map(|it| headers(it, environment)).unwrap_or_default();
    let allow_networks = table.each("allow_networks", values::network);
    let image_networks = table.each("image_networks", values::network);
    let enabled = table.flag("enabled").unwrap_or(true);
    let outlines = outline::outlines(&mut table);
    let formerly: Vec<(SourceId, Spot)> = table.list("formerly").into_iter().filter_map(former).collect();
    let Some(id_value) = id_value else {
        table.missing("id");
        table.close();
        return None;
    };
    table.close();
    let id = id_value.read(source_id)?;
    let priority = priority.unwrap_or(kind.priority());
    let source = address.map(|(url, path)| Source {
        id: id.clone(),
        formerly: formerly.iter().map(|(old, _)| old.clone()).collect(),
        url,
        path,
        title,
        kind,
        language,
        tags: tags.clone(),
        priority,
        every,
        republish,
        dates,
        headers,
        allow_networks,
        image_networks,
        enabled,
        subscribers: 0,
    });
    Some(ReadSource { id, spot: id_value.spot, tags, formerly, source, outlines })
}

/// The address to poll, or a file of this machine as an address of its own kind.
fn address(table: &mut Table<'_>) -> Option<(url::Url, Option<PathBuf>)> {
    match (table.take("url"), table.take("path")) {
        (Some(url), None) => Some((url.read(values::web_address)?, None)),
        (None, Some(path)) => {
            let folder = path.spot.file.folder();
            path.read(|it| file(it, &folder)).map(|(url, path)| (url, Some(path)))
        }
        (Some(_), Some(path)) => {
            let refusal = Refusal::new("a source has a `url` or a `path`, not both");
            path.refuse(refusal.help("take one of them away; two sources may feed one publication"));
            None
        }
        (None, None) => {
            table.missing("url");
            None
        }
    }
}

/// A file by its path from `folder`. It need not be there yet: whoever writes it may come later.
fn file(text: &str, folder: &Path) -> Result<(url::Url, PathBuf), Refusal> {
    let path = folder.join(values::title(text)?);
    let refused = || Refusal::new(format!("{} is not the path of a file", quote(text)));
    if text.ends_with('/') || path.is_dir() {
        return Err(refused().help("name the feed's file itself, such as \"press/acme.xml\""));
    }
    let whole = std::path::absolute(&path).map_err(|_| refused())?;
    let url = url::Url::from_file_path(&whole).map_err(|()| refused())?;
    Ok((url, whole))
}

pub(super) fn source_id(text: &str) -> Result<SourceId, Refusal> {
    SourceId::new(text).map_err(|error| Refusal::new(error.to_string()))
}

/// An id that a source had before, and where that stands.
fn former(value: Value<'_>) -> Option<(SourceId, Spot)> {
    Some((value.read(source_id)?, value.spot))
}

fn tag(text: &str) -> Result<String, Refusal> {
    let tag = values::line(TAG_CHARS_MAX)(text)?;
    match tag.strip_prefix("tag:") {
        Some(bare) => {
            Err(Refusal::new("a tag is written here without “tag:”").help(format!("write \"{bare}\"")))
        }
        None => Ok(tag),
    }
}

/// Header fields with their values, which complaints never show.
fn headers(value: Value<'_>, environment: &Environment) -> Vec<(String, Secret)> {
    let whole = value.spot.clone();
    // What has the wrong type may be a password all the same.
    if !value.is_table() {
        whole.file.hide(&whole.span);
    }
    let Some(table) = value.table("`headers`") else { return Vec::new() };
    let notes = table.notes;
    let pairs = table.into_pairs();
    for (_, spot, value) in &pairs {
        if !value.text().is_some_and(is_reference) {
            spot.file.hide(&value.spot.span);
        }
    }
    if pairs.len() > HEADERS_MAX {
        let message =
            format!("a source has at most {HEADERS_MAX} header fields, this one has {}", pairs.len());
        notes.error(&whole, Refusal::new(message));
        return Vec::new();
    }
    let mut fields = Vec::new();
    for (name, spot, value) in pairs {
        let folder = value.spot.file.folder();
        let secret = value.read(|it| secret(it, &folder, environment));
        match header_name(&name) {
            Ok(name) => fields.extend(secret.map(|secret| (name, secret))),
            Err(refusal) => notes.error(&spot, refusal),
        }
    }
    fields
}

fn header_name(text: &str) -> Result<String, Refusal> {
    let Ok(name) = HeaderName::from_bytes(text.as_bytes()) else {
        return Err(Refusal::new(format!("{} is not the name of a header field", quote(text))));
    };
    if OWN_HEADERS.contains(&name.as_str()) {
        return Err(Refusal::new(format!("the header field {} is set by the fetcher itself", quote(text))));
    }
    Ok(text.to_owned())
}

/// The value of a header field: as written, or from `env:NAME` or `file:PATH`.
fn secret(text: &str, folder: &Path, environment: &Environment) -> Result<Secret, Refusal> {
    let value = referenced(text, folder, environment)?.unwrap_or_else(|| text.to_owned());
    match HeaderValue::from_str(&value) {
        Ok(_) if !value.trim().is_empty() => Ok(Secret(value.into())),
        Ok(_) => Err(Refusal::new("a header field cannot be empty")),
        Err(_) => Err(Refusal::new("this value holds what a header field cannot hold, such as a line break")),
    }
}
