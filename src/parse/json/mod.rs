//! JSON Feed 1.0 and 1.1 (jsonfeed.org), tolerant of wrong types and of text that is hardly JSON: publishers write
//! numbers for ids and one object where a list is meant, and their templates forget commas and ends.

mod lawful;
mod scan;

use serde_json::Value;
use url::Url;

use super::{
    Limits, ParseError, dates, hints, hub,
    identity::identity,
    instead,
    media::{Gallery, absolute, kind_of},
    mend::{Tally, is_xml_char, push_escaped},
    origin,
};
use crate::model::{Category, Draft, Feed, Flaw, Instead, Media, MediaKind, MediaPlace, Press, RawHtml};

/// What stands before JSON so that other sites cannot run it as a script.
const GUARDS: [&str; 7] = ["while(1);", "while (1);", "for(;;);", "for (;;);", "throw 1;", "{}&&", ")]}'"];

/// Longest name of a function around JSON (JSONP), in bytes.
const FUNCTION_BYTES_MAX: usize = 100;

/// Why a document that ends in the middle of its first entry, or before it, is not read.
const CUT_OFF: &str = "it ends before its first entry is complete";

/// Without any of these members an object in a list is no entry.
const OF_ENTRIES: [&str; 6] = ["id", "url", "content_html", "content_text", "summary", "date_published"];

/// The document from its first brace or bracket, if it is JSON: comments, guards and a function's name before it are left
/// out.
pub(super) fn body<'a>(text: &'a str, tally: &mut Tally) -> Option<&'a str> {
    if text.starts_with('<') {
        return None;
    }
    let mut body = scan::without_comments(text);
    if let Some(rest) = GUARDS.iter().find_map(|it| body.strip_prefix(it)) {
        body = scan::without_comments(rest.strip_prefix(',').unwrap_or(rest));
    } else if let Some((name, rest)) = body.split_once('(')
        && name.len() <= FUNCTION_BYTES_MAX
        && name.trim_end().bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'$' | b'.'))
    {
        body = scan::without_comments(rest);
    }
    if !body.starts_with(['{', '[']) {
        return None;
    }
    if body.len() < text.len() {
        tally.note(Flaw::TextOutsideRoot);
    }
    Some(body)
}

/// Reads `text`, which begins with a brace or bracket, as JSON Feed standing at `base`.
pub(super) fn read(
    text: &str,
    base: Option<&Url>,
    limits: &Limits,
    tally: &mut Tally,
) -> Result<Feed, ParseError> {
    let Document { value: document, is_cut_off } = document(text, tally)?;
    let items = items(&document, tally).ok_or_else(|| ParseError::NotAFeed(instead::of_json(&document)))?;
    let language = string(&document, "language").as_deref().and_then(hints::language);
    let feed_authors = hints::to_inherit(authors(&document));
    let home = string(&document, "home_page_url").and_then(|it| absolute(&it, base));
    let from = base.cloned().or_else(|| home.clone());
    let mut drafts = Vec::new();
    for item in items {
        if !item.is_object() {
            tally.note(Flaw::NotAnObject);
            continue;
        }
        if drafts.len() == limits.entries_max {
            tally.note(Flaw::EntryBeyond);
            continue;
        }
        if string(item, "id").is_none() {
            tally.note(Flaw::EntryWithoutIdentity);
        }
        let mut one = draft(item, from.as_ref(), limits, tally);
        if one.authors.is_empty() {
            one.authors.clone_from(&feed_authors);
        }
        one.language = one.language.or_else(|| language.clone());
        drafts.push(one);
    }
    if is_cut_off && drafts.is_empty() {
        return Err(ParseError::Unreadable(CUT_OFF.to_owned()));
    }
    Ok(Feed {
        title: string(&document, "title"),
        logo: ["icon", "favicon"]
            .iter()
            .find_map(|it| absolute(&string(&document, it)?, from.as_ref()))
            .map(String::from),
        link: home.map(String::from),
        language,
        drafts,
        hubs: hubs(&document, from.as_ref()),
        topic: string(&document, "feed_url").and_then(|it| hub::whole(&it, from.as_ref())),
        ..Feed::default()
    })
}

/// A document, read.
struct Document {
    value: Value,
    /// Whether it ends in the middle.
    is_cut_off: bool,
}

/// The document as it is, else as lawful JSON: where it is not, where numbers would lose digits, or where its values
/// would be too many.
fn document(text: &str, tally: &mut Tally) -> Result<Document, ParseError> {
    let unreadable = |error: serde_json::Error| match text.contains("\"items\"") || text.contains("jsonfeed")
    {
        true => ParseError::Unreadable(error.to_string()),
        false => ParseError::NotAFeed(Instead::Json),
    };
    let whole = may_be_taken_whole(text).then(|| serde_json::from_str(text));
    let (read, is_cut_off) = match whole {
        Some(Ok(value)) if !has_long_ids(&value) => (value, false),
        _ => {
            let lawful = lawful::lawful(text, tally);
            (serde_json::from_str(&lawful.text).map_err(unreadable)?, lawful.is_cut_off)
        }
    };
    // A feed in brackets is still that feed.
    let value = match read {
        Value::Array(mut list) if list.first().is_some_and(|it| it.get("items").is_some()) => {
            tally.note(Flaw::TextOutsideRoot);
            list.swap_remove(0)
        }
        other => other,
    };
    Ok(Document { value, is_cut_off })
}

/// Whether the values of a document, were it lawful, would take no more memory than [`lawful::VALUES_MAX`] of them.
fn may_be_taken_whole(text: &str) -> bool {
    memchr::memchr3_iter(b'{', b'[', b',', text.as_bytes()).count() <= lawful::VALUES_MAX
}

/// Whether an id is a number that is kept in another way than it is written: a fraction, or longer than an integer.
fn has_long_ids(document: &Value) -> bool {
    let list = document.get("items").unwrap_or(document).as_array();
    list.into_iter().flatten().any(|it| it.get("id").is_some_and(Value::is_f64))
}

/// The entries: a list, one entry where a list is meant, entries numbered in an object, or a list without a feed around
/// it. `None` if this is no JSON Feed.
fn items<'v>(document: &'v Value, tally: &mut Tally) -> Option<Vec<&'v Value>> {
    let is_numbered = |it: &serde_json::Map<String, Value>| {
        !it.is_empty() && it.iter().all(|(key, it)| key.parse::<u32>().is_ok() && it.is_object())
    };
    match document.get("items") {
        Some(Value::Array(items)) => return Some(items.iter().collect()),
        Some(Value::Object(items)) if is_numbered(items) => {
            tally.note(Flaw::LoneEntry);
            let mut numbered: Vec<(u32, &Value)> =
                items.iter().filter_map(|(key, it)| Some((key.parse().ok()?, it))).collect();
            numbered.sort_by_key(|(number, _)| *number);
            return Some(numbered.into_iter().map(|(_, it)| it).collect());
        }
        Some(item @ Value::Object(_)) => {
            tally.note(Flaw::LoneEntry);
            return Some(vec![item]);
        }
        _ => {}
    }
    if let Value::Array(items) = document
        && items.iter().any(|it| OF_ENTRIES.iter().any(|name| it.get(name).is_some()))
    {
        tally.note(Flaw::MissingRoot);
        return Some(items.iter().collect());
    }
    let is_feed = string(document, "version").is_some_and(|it| it.contains("jsonfeed"))
        || (document.get("items").is_some() && string(document, "title").is_some());
    is_feed.then(Vec::new)
}

/// Those of `hubs` that speak WebSub.
fn hubs(document: &Value, base: Option<&Url>) -> Vec<String> {
    let speaks = |it: &&Value| string(it, "type").is_some_and(|it| it.eq_ignore_ascii_case("websub"));
    let address = |it: &Value| string(it, "url").and_then(|it| hub::whole(&it, base));
    list(document, "hubs").filter(speaks).filter_map(address).take(hub::HUBS_MAX).collect()
}

fn draft(item: &Value, base: Option<&Url>, limits: &Limits, tally: &mut Tally) -> Draft {
    let link = string(item, "url").or_else(|| string(item, "external_url"));
    let link = link.map(|it| absolute(&it, base).map_or(it, String::from));
    let title = string(item, "title");
    let mut text = |name| string(item, name).map(|it| cut(it, limits, tally));
    let content = text("content_html").map(RawHtml).or_else(|| text("content_text").map(|it| plain(&it)));
    let summary = text("summary").map(|it| plain(&it));
    let summary = summary.filter(|it| content.as_ref() != Some(it));
    let (content, summary) = if content.is_none() { (summary, None) } else { (content, summary) };
    let text = content.as_ref().map(|it| it.0.as_str());
    let date = |name: &str| string(item, name).and_then(|it| dates::parse(&it));
    let tags = list(item, "tags").filter_map(text_of).map(|term| Category { term, scheme: None });
    let mut categories: Vec<Category> = tags.take(limits.fields_max.saturating_add(1)).collect();
    if categories.len() > limits.fields_max {
        tally.note(Flaw::FieldBeyond);
        categories.truncate(limits.fields_max);
    }
    Draft {
        identity: identity(string(item, "id").as_deref(), link.as_deref(), title.as_deref(), text),
        title,
        link,
        published: date("date_published"),
        updated: date("date_modified"),
        authors: authors(item),
        content,
        summary,
        categories,
        media: media(item, base),
        language: string(item, "language").as_deref().and_then(hints::language),
        base: base.map(|it| it.as_str().to_owned()),
        origin: origin::of_json(item, base),
        press: Press::default(),
    }
}

fn media(item: &Value, base: Option<&Url>) -> Vec<Media> {
    let mut gallery = Gallery::default();
    for name in ["image", "banner_image"] {
        let Some(url) = string(item, name).and_then(|it| absolute(&it, base)) else { continue };
        gallery.add(Media { place: MediaPlace::Content, ..Media::at(url.into(), MediaKind::Image) });
    }
    for attachment in list(item, "attachments") {
        let Some(url) = string(attachment, "url").and_then(|it| absolute(&it, base)) else { continue };
        let mime = string(attachment, "mime_type").filter(|it| it.contains('/'));
        let bytes = string(attachment, "size_in_bytes").and_then(|it| it.parse().ok());
        let kind = kind_of(&url, mime.as_deref(), None);
        let alt = string(attachment, "title");
        gallery.add(Media { mime, bytes, alt, ..Media::at(url.into(), kind) });
    }
    gallery.into_media()
}

/// `authors` (1.1) or `author` (1.0): objects with a name, else an address, or names alone.
fn authors(value: &Value) -> Vec<String> {
    let named = |it: &Value| string(it, "name").or_else(|| string(it, "url")).or_else(|| text_of(it));
    list(value, "authors").chain(list(value, "author")).filter_map(named).fold(Vec::new(), |mut names, it| {
        if names.len() < hints::NAMES_MAX && !names.contains(&it) {
            names.push(it);
        }
        names
    })
}

/// The members of a list, or the single value that stands in its place.
fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    let items = match value.get(name) {
        Some(Value::Array(items)) => items.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    items.iter()
}

/// A member's text; the first of several where one is meant.
fn string(value: &Value, name: &str) -> Option<String> {
    list(value, name).find_map(text_of)
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        // An escape may name a character that XML 1.0, and so every feed made of this, forbids.
        Value::String(text) => text.trim().chars().filter(|it| is_xml_char(*it)).collect(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|it| !it.is_empty())
}

fn cut(mut text: String, limits: &Limits, tally: &mut Tally) -> String {
    if text.len() > limits.text_bytes_max {
        tally.note(Flaw::TextBeyond);
        text.truncate(text.floor_char_boundary(limits.text_bytes_max));
    }
    text
}

fn plain(text: &str) -> RawHtml {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text, false);
    RawHtml(out)
}
