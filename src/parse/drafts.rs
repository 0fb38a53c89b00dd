//! Puts together what feed-rs read and what the hints say.

use chrono::{DateTime, Utc};
use feed_rs::model::{self as read, MediaObject};

use super::{
    hints::{self, Hint, Hints},
    hub::{Hub, whole},
    identity::identity,
    media::{Gallery, kind_of},
    mend::{Fields, Sheet, is_xml_char, is_xml_text, push_escaped},
    press,
};
use crate::model::{Category, Draft, Feed, Media, Precision, RawHtml, Stated};

/// A feed of what feed-rs read from the mended document: its entry ids are their places in `hints` and in `sheet`, and
/// instead of long texts it has the places of those among the entry's fields.
pub(super) fn mended(feed: read::Feed, hints: Hints, sheet: Sheet<'_>) -> Feed {
    let link = feed.links.first().map(|it| it.href.clone());
    let mut by_place: Vec<Option<(Hint, Fields<'_>)>> =
        hints.entries.into_iter().zip(sheet.entries).map(Some).collect();
    let drafts = feed.entries.into_iter().map(|mut entry| {
        let place = entry.id.parse::<usize>().ok();
        let found = place.and_then(|at| by_place.get_mut(at)).and_then(Option::take);
        let (hint, mut fields) = found.unwrap_or_default();
        let content = entry.content.iter_mut().filter_map(|it| it.body.as_mut());
        for text in content.chain(entry.summary.iter_mut().map(|it| &mut it.content)) {
            let field = text.trim().parse::<usize>().ok().and_then(|at| fields.fields.get_mut(at));
            *text = field.map(|it| std::mem::take(&mut it.text).into_owned()).unwrap_or_default();
        }
        draft(entry, hint)
    });
    Feed {
        drafts: drafts.collect(),
        title: feed.title.map(|it| lawful(it.content)).filter(|it| !it.is_empty()),
        link,
        language: hints.language,
        logo: hints.logo,
        cadence: hints.cadence,
        hubs: hints.hub.hubs,
        topic: hints.hub.topic,
        cloud: hints.cloud,
        tombstones: hints.tombstones,
        repairs: Vec::new(),
    }
}

/// A feed of what feed-rs read from the document as it came.
pub(super) fn raw(feed: read::Feed) -> Feed {
    let language = feed.language.as_deref().and_then(hints::language);
    let mut hub = Hub::default();
    for link in &feed.links {
        if let (Some(relations), Some(address)) = (&link.rel, whole(&link.href, None)) {
            hub.note(relations, address);
        }
    }
    let drafts = feed.entries.into_iter().map(|mut entry| {
        // What was mended is lawful already, and long: only here it is looked at once more.
        let content = entry.content.iter_mut().filter_map(|it| it.body.as_mut());
        for text in content.chain(entry.summary.iter_mut().map(|it| &mut it.content)) {
            *text = lawful(std::mem::take(text));
        }
        let hint = Hint {
            guid: Some(lawful(entry.id.clone())).filter(|it| !it.is_empty()),
            published: entry.published.map(stated),
            updated: entry.updated.map(stated),
            authors: entry.authors.iter().filter_map(name).collect(),
            media: media(&entry.media),
            language: entry.language.as_deref().and_then(hints::language).or_else(|| language.clone()),
            base: entry.base.clone(),
            ..Hint::default()
        };
        draft(entry, hint)
    });
    Feed {
        drafts: drafts.collect(),
        title: feed.title.map(|it| lawful(it.content)).filter(|it| !it.is_empty()),
        link: best_link(&feed.links),
        language: language.clone(),
        hubs: hub.hubs,
        topic: hub.topic,
        ..Feed::default()
    }
}

fn draft(entry: read::Entry, hint: Hint) -> Draft {
    let title = entry.title.map(|it| lawful(it.content)).filter(|it| !it.is_empty());
    let link = hint.link.or_else(|| best_link(&entry.links));
    let content = entry.content.and_then(|it| html(it.body?, it.content_type.as_str()));
    let summary = entry.summary.and_then(|it| html(it.content, it.content_type.as_str()));
    let summary = summary.filter(|it| content.as_ref() != Some(it));
    let (content, summary) = if content.is_none() { (summary, None) } else { (content, summary) };
    let text = content.as_ref().map(|it| it.0.as_str());
    let identity =
        identity(hint.guid.as_deref(), hint.original.as_deref().or(link.as_deref()), title.as_deref(), text);
    let (content, summary) = fuller_first(content, summary);
    let mut categories: Vec<Category> = Vec::new();
    let own = entry
        .categories
        .into_iter()
        .map(|it| Category { term: lawful(it.term).trim().to_owned(), scheme: it.scheme.map(lawful) });
    for category in own.chain(hint.categories) {
        if !category.term.is_empty() && !categories.contains(&category) {
            categories.push(category);
        }
    }
    let mut press = hint.press;
    press::add_categories(&mut press, &categories);
    Draft {
        identity,
        title,
        link,
        published: hint.published,
        updated: hint.updated,
        authors: hint.authors,
        content,
        summary,
        categories,
        media: hint.media,
        language: hint.language,
        base: hint.base,
        origin: hint.origin,
        press,
    }
}

/// The two texts of an entry, the fuller one first: some publishers put a teaser where the whole text belongs, and the
/// whole text where a teaser does. Where they do not differ by much, their word counts.
fn fuller_first(content: Option<RawHtml>, summary: Option<RawHtml>) -> (Option<RawHtml>, Option<RawHtml>) {
    let is_misplaced = content.as_ref().zip(summary.as_ref()).is_some_and(|(content, summary)| {
        // Tags are left out of the count only where the whole is longer, which is seldom.
        summary.0.len() > content.0.len() && visible(&summary.0) > visible(&content.0).saturating_mul(2)
    });
    if is_misplaced { (summary, content) } else { (content, summary) }
}

/// How much of a text is seen: bytes that are neither white space nor inside tags.
fn visible(html: &str) -> usize {
    let seen = |it: &str| it.bytes().filter(|it| !it.is_ascii_whitespace()).count();
    let mut parts = html.split('<');
    let before = parts.next().map_or(0, seen);
    parts.fold(before, |sum, it| sum + it.split_once('>').map_or(0, |(_, behind)| seen(behind)))
}

/// A lawful text as HTML: plain text is escaped, so that what was not markup never becomes it.
fn html(text: String, kind: &str) -> Option<RawHtml> {
    let trimmed = text.trim();
    let text = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
    if text.is_empty() {
        return None;
    }
    if kind != "text/plain" {
        return Some(RawHtml(text));
    }
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, &text, false);
    Some(RawHtml(out))
}

/// Without the characters that XML 1.0 forbids: references may still have named some where nothing was mended.
fn lawful(text: String) -> String {
    if is_xml_text(&text) { text } else { text.chars().filter(|it| is_xml_char(*it)).collect() }
}

fn name(person: &read::Person) -> Option<String> {
    person.name.clone().or_else(|| person.email.clone()).map(lawful)
}

fn best_link(links: &[read::Link]) -> Option<String> {
    let alternate = links.iter().find(|it| it.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    alternate.map(|it| it.href.clone()).filter(|it| !it.is_empty())
}

fn media(objects: &[MediaObject]) -> Vec<Media> {
    let mut gallery = Gallery::default();
    for content in objects.iter().flat_map(|it| &it.content) {
        let Some(url) = content.url.as_ref().filter(|it| matches!(it.scheme(), "http" | "https")) else {
            continue;
        };
        let mime = content.content_type.as_ref().map(ToString::to_string);
        gallery.add(Media {
            mime: mime.clone(),
            bytes: content.size,
            width: content.width,
            height: content.height,
            ..Media::at(url.to_string(), kind_of(url, mime.as_deref(), None))
        });
    }
    gallery.into_media()
}

fn stated(instant: DateTime<Utc>) -> Stated {
    Stated { instant_ms: instant.timestamp_millis(), offset_min: 0, precision: Precision::Second }
}
