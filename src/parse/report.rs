//! A parsed feed as the JSON object that `pressroll parse` prints.

use serde_json::{Value, json};

use super::ParseError;
use crate::model::{Draft, Feed, Stated, Tombstone};

/// `{title, link, language, entries, repairs}`, or `{error}` for a document that is no feed. An entry's `id` is the
/// publisher's identity as read; ours only where there is none. Dates are unix seconds or null.
pub fn report(result: &Result<Feed, ParseError>) -> Value {
    match result {
        Ok(feed) => json!({
            "title": feed.title,
            "link": feed.link,
            "language": feed.language,
            "entries": feed.drafts.iter().map(entry).collect::<Vec<_>>(),
            "repairs": feed.repairs,
            "hubs": feed.hubs,
            "cloud": feed.cloud,
            "tombstones": feed.tombstones.iter().map(tombstone).collect::<Vec<_>>(),
        }),
        Err(ParseError::NotAFeed(instead)) => {
            json!({ "error": format!("this is {}, not a feed. {}", instead.name(), instead.advice()) })
        }
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn entry(draft: &Draft) -> Value {
    let identity = &draft.identity;
    let own = || identity.link.as_ref().unwrap_or(&identity.content);
    json!({
        "id": identity.guid.as_ref().unwrap_or_else(own),
        "title": draft.title,
        "link": draft.link,
        "published": seconds(draft.published),
        "updated": seconds(draft.updated),
        "authors": draft.authors,
        "content": draft.content,
        "summary": draft.summary,
        "categories": draft.categories.iter().map(|it| &it.term).collect::<Vec<_>>(),
        "enclosures": draft.media.iter().map(|it| &it.url).collect::<Vec<_>>(),
        "language": draft.language,
        "origin": draft.origin,
        "press": Some(&draft.press).filter(|it| !it.is_empty()),
    })
}

fn tombstone(it: &Tombstone) -> Value {
    json!({ "ref": it.guid, "when": it.when.instant_ms.div_euclid(1000) })
}

fn seconds(stated: Option<Stated>) -> Option<i64> {
    stated.map(|it| it.instant_ms.div_euclid(1000))
}
