//! JSON Feed 1.1.

use serde::Serialize;

use crate::model::{MediaKind, Origin, Press};

use super::{
    characters::inert_json,
    moment::{rfc3339, rfc3339_as_stated},
    outgoing::{Medium, Outgoing, Piece},
};

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// The standard asks for one of the two contents: without the whole text it is the excerpt, or empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    #[serde(rename = "_pressroll")]
    ours: Ours<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

/// What JSON Feed has no word for: where the entry comes from, the date its publisher states, where it was copied from before
/// that, and what a wire says of the company behind it.
#[derive(Serialize)]
struct Ours<'a> {
    source_id: &'a str,
    source_title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_feed_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_home_page_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_stated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a Origin>,
    #[serde(skip_serializing_if = "Option::is_none")]
    press: Option<&'a Press>,
}

/// The feed as JSON Feed 1.1.
pub(super) fn write(whole: &Outgoing<'_>) -> Vec<u8> {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &whole.title,
        home_page_url: &whole.home,
        feed_url: &whole.address,
        description: &whole.description,
        language: whole.language,
        items: whole.pieces.iter().map(item).collect(),
    };
    // Strings, numbers and lists of them: writing them into memory cannot fail.
    let mut bytes = inert_json(&serde_json::to_vec(&document).unwrap_or_default());
    bytes.push(b'\n');
    bytes
}

fn item<'a>(piece: &'a Piece<'_>) -> Item<'a> {
    let image = piece.media.iter().find(|it| it.kind == MediaKind::Image);
    let short = piece.excerpt.as_deref();
    Item {
        id: &piece.id,
        url: piece.link.as_deref(),
        title: &piece.title,
        content_html: piece.content.as_deref(),
        content_text: piece.content.is_none().then(|| short.unwrap_or_default()),
        summary: short,
        image: image.map(|it| it.url.as_str()),
        date_published: rfc3339(piece.dated_ms),
        date_modified: (piece.updated_ms > piece.dated_ms).then(|| rfc3339(piece.updated_ms)),
        authors: piece.authors.iter().map(|name| Author { name }).collect(),
        tags: tags(piece),
        language: piece.language,
        attachments: piece.media.iter().map(attachment).collect(),
        ours: Ours {
            source_id: piece.source_id,
            source_title: &piece.source.title,
            source_feed_url: piece.source.feed.as_deref(),
            source_home_page_url: piece.source.homepage.as_deref(),
            date_stated: piece.stated.as_ref().map(rfc3339_as_stated),
            origin: piece.origin,
            press: piece.press,
        },
    }
}

/// Terms of categories, each once: two schemes may share one.
fn tags<'a>(piece: &'a Piece<'_>) -> Vec<&'a str> {
    let mut tags: Vec<&str> = Vec::new();
    for (term, _) in &piece.categories {
        if !tags.contains(&term.as_ref()) {
            tags.push(term);
        }
    }
    tags
}

fn attachment<'a>(medium: &'a Medium<'_>) -> Attachment<'a> {
    Attachment {
        url: &medium.url,
        mime_type: medium.mime,
        title: medium.alt.as_deref(),
        size_in_bytes: medium.bytes,
    }
}
