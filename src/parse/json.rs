//! JSON Feed 1.0 and 1.1 (jsonfeed.org), tolerant of wrong types: publishers write numbers for ids and one object
//! where a list is meant.

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
use crate::model::{Category, Draft, Feed, Flaw, Instead, Media, MediaKind, Press, RawHtml};

/// Reads `text`, which begins with a brace, as JSON Feed standing at `base`.
pub(super) fn read(
    text: &str,
    base: Option<&Url>,
    limits: &Limits,
    tally: &mut Tally,
) -> Result<Feed, ParseError> {
    let unreadable = |error: serde_json::Error| match text.contains("\"items\"") || text.contains("jsonfeed")
    {
        true => ParseError::Unreadable(error.to_string()),
        false => ParseError::NotAFeed(Instead::Json),
    };
    let document: Value = serde_json::from_str(text).map_err(unreadable)?;
    let items = match document.get("items") {
        Some(Value::Array(items)) => items.as_slice(),
        Some(item @ Value::Object(_)) => {
            tally.note(Flaw::LoneEntry);
            std::slice::from_ref(item)
        }
        _ if string(&document, "version").is_some_and(|it| it.contains("jsonfeed")) => &[],
        _ => return Err(ParseError::NotAFeed(instead::of_json(&document))),
    };
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
        let mut one = draft(item, from.as_ref());
        if one.authors.is_empty() {
            one.authors.clone_from(&feed_authors);
        }
        one.language = one.language.or_else(|| language.clone());
        drafts.push(one);
    }
    Ok(Feed {
        title: string(&document, "title"),
        link: home.map(String::from),
        language,
        drafts,
        hubs: hubs(&document, from.as_ref()),
        topic: string(&document, "feed_url").and_then(|it| hub::whole(&it, from.as_ref())),
        ..Feed::default()
    })
}

/// Those of `hubs` that speak WebSub.
fn hubs(document: &Value, base: Option<&Url>) -> Vec<String> {
    let speaks = |it: &&Value| string(it, "type").is_some_and(|it| it.eq_ignore_ascii_case("websub"));
    let address = |it: &Value| string(it, "url").and_then(|it| hub::whole(&it, base));
    list(document, "hubs").filter(speaks).filter_map(address).take(hub::HUBS_MAX).collect()
}

fn draft(item: &Value, base: Option<&Url>) -> Draft {
    let link = string(item, "url").or_else(|| string(item, "external_url"));
    let link = link.map(|it| absolute(&it, base).map_or(it, String::from));
    let title = string(item, "title");
    let content = string(item, "content_html")
        .map(RawHtml)
        .or_else(|| string(item, "content_text").map(|it| plain(&it)));
    let summary = string(item, "summary").map(|it| plain(&it));
    let summary = summary.filter(|it| content.as_ref() != Some(it));
    let (content, summary) = if content.is_none() { (summary, None) } else { (content, summary) };
    let text = content.as_ref().map(|it| it.0.as_str());
    let date = |name: &str| string(item, name).and_then(|it| dates::parse(&it));
    let tags = list(item, "tags").filter_map(text_of).map(|term| Category { term, scheme: None });
    Draft {
        identity: identity(string(item, "id").as_deref(), link.as_deref(), title.as_deref(), text),
        title,
        link,
        published: date("date_published"),
        updated: date("date_modified"),
        authors: authors(item),
        content,
        summary,
        categories: tags.collect(),
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
        let (kind, url) = (MediaKind::Image, url.into());
        gallery.add(Media { url, kind, mime: None, bytes: None, width: None, height: None, alt: None });
    }
    for attachment in list(item, "attachments") {
        let Some(url) = string(attachment, "url").and_then(|it| absolute(&it, base)) else { continue };
        let mime = string(attachment, "mime_type").filter(|it| it.contains('/'));
        let bytes = string(attachment, "size_in_bytes").and_then(|it| it.parse().ok());
        let kind = kind_of(&url, mime.as_deref(), None);
        let alt = string(attachment, "title");
        gallery.add(Media { url: url.into(), kind, mime, bytes, width: None, height: None, alt });
    }
    gallery.into_media()
}

/// `authors` (1.1) or `author` (1.0): objects with a name, or names alone.
fn authors(value: &Value) -> Vec<String> {
    let named = |it: &Value| text_of(it).or_else(|| string(it, "name"));
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

fn string(value: &Value, name: &str) -> Option<String> {
    text_of(value.get(name)?)
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

fn plain(text: &str) -> RawHtml {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text, false);
    RawHtml(out)
}
