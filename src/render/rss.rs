//! RSS 2.0 with the RSS Advisory Board's profile, Dublin Core and Media RSS.

use std::{borrow::Cow, collections::BTreeMap};

use rss::{
    Category, Channel, Enclosure, Guid, Item, Source,
    extension::{Extension, ExtensionMap, dublincore::DublinCoreExtension},
};

use crate::model::{Format, MediaKind};

use super::{
    characters::text_as_html,
    moment::{rfc822, rfc3339_as_stated},
    outgoing::{Credit, GENERATOR, Medium, Outgoing, Piece},
};

/// How long a reader may wait before it asks again, minutes (`ttl`).
const TTL_MIN: u32 = 15;
/// Every prefix that a feed of ours may use; all are declared, so that the first line never changes.
const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
];

/// The feed as RSS 2.0.
pub(super) fn write(whole: &Outgoing<'_>) -> Vec<u8> {
    let channel = Channel {
        title: whole.title.clone(),
        link: whole.home.clone(),
        description: whole.description.clone(),
        language: whole.language.map(str::to_owned),
        last_build_date: whole.updated_ms.map(rfc822),
        generator: Some(GENERATOR.to_owned()),
        ttl: Some(TTL_MIN.to_string()),
        extensions: one_kind("atom", "link", vec![self_link(whole)]),
        namespaces: NAMESPACES.iter().map(|(it, uri)| ((*it).to_owned(), (*uri).to_owned())).collect(),
        items: whole.pieces.iter().map(item).collect(),
        ..Channel::default()
    };
    // Writing into a Vec cannot fail.
    let mut bytes = channel.pretty_write_to(Vec::new(), b' ', 1).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn self_link(whole: &Outgoing<'_>) -> Extension {
    let attributes = [
        ("href", Some(whole.address.clone())),
        ("rel", Some("self".to_owned())),
        ("type", Some(Format::Rss.media_type().to_owned())),
    ];
    element("atom:link", attributes)
}

/// An element of another namespace with the attributes that have a value.
fn element<const N: usize>(name: &str, attributes: [(&str, Option<String>); N]) -> Extension {
    let stated = |(name, value): (&str, Option<String>)| Some((name.to_owned(), value?));
    let attrs = attributes.into_iter().filter_map(stated).collect();
    // An empty text keeps the writer from breaking the line between the two tags of an empty element.
    Extension { name: name.to_owned(), attrs, value: Some(String::new()), ..Extension::default() }
}

/// Elements of one namespace and name, as the crate keeps them.
fn one_kind(prefix: &str, name: &str, elements: Vec<Extension>) -> ExtensionMap {
    BTreeMap::from([(prefix.to_owned(), BTreeMap::from([(name.to_owned(), elements)]))])
}

fn item(piece: &Piece<'_>) -> Item {
    Item {
        title: Some(piece.title.to_string()),
        link: piece.link.clone(),
        description: piece.excerpt.as_deref().map(text_as_html),
        categories: piece.categories.iter().map(|(term, scheme)| category(term, scheme.as_ref())).collect(),
        enclosure: piece.media.iter().find(|it| !it.is_ours).map(enclosure),
        guid: Some(Guid { value: piece.id.to_string(), permalink: piece.id_is_link() }),
        pub_date: Some(rfc822(piece.dated_ms)),
        source: source(piece.owed_to()),
        content: piece.content.as_deref().map(str::to_owned),
        extensions: media_rss(&piece.media),
        dublin_core_ext: dublin_core(piece),
        ..Item::default()
    }
}

fn category(term: &str, scheme: Option<&Cow<'_, str>>) -> Category {
    Category { name: term.to_owned(), domain: scheme.map(ToString::to_string) }
}

/// The first medium that is not a picture of ours, whose length nobody knows: the profile allows one enclosure, and a
/// length that is not stated is written as zero.
fn enclosure(medium: &Medium<'_>) -> Enclosure {
    Enclosure {
        url: medium.url.clone(),
        length: medium.bytes.unwrap_or(0).to_string(),
        mime_type: medium.mime.to_owned(),
    }
}

/// The source by its feed's address; a local file is known by its site, and one without a site has no address that
/// `source` could carry: its name goes out as `dc:publisher`.
fn source(credit: &Credit<'_>) -> Option<Source> {
    let url = credit.feed.clone().or_else(|| credit.homepage.clone())?;
    Some(Source { url, title: Some(credit.title.to_string()) })
}

fn dublin_core(piece: &Piece<'_>) -> Option<DublinCoreExtension> {
    let nameless = source(piece.owed_to()).is_none();
    let extension = DublinCoreExtension {
        creators: piece.authors.iter().map(ToString::to_string).collect(),
        dates: piece.stated_otherwise().iter().map(rfc3339_as_stated).collect(),
        languages: piece.language.iter().map(ToString::to_string).collect(),
        publishers: nameless.then(|| piece.source.title.to_string()).into_iter().collect(),
        ..DublinCoreExtension::default()
    };
    (extension != DublinCoreExtension::default()).then_some(extension)
}

/// Every medium, the enclosure too: readers that know Media RSS take their media from it alone, and only here there
/// is room for sizes in pixels and words for those who cannot see it.
fn media_rss(media: &[Medium<'_>]) -> ExtensionMap {
    if media.is_empty() {
        return ExtensionMap::new();
    }
    one_kind("media", "content", media.iter().map(media_content).collect())
}

fn media_content(medium: &Medium<'_>) -> Extension {
    let kind = match medium.kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Document => "document",
    };
    let attributes = [
        ("url", Some(medium.url.clone())),
        ("type", Some(medium.mime.to_owned())),
        ("medium", Some(kind.to_owned())),
        ("fileSize", medium.bytes.map(|it| it.to_string())),
        ("width", medium.width.map(|it| it.to_string())),
        ("height", medium.height.map(|it| it.to_string())),
        ("lang", medium.language.map(str::to_owned)),
    ];
    let mut content = element("media:content", attributes);
    if let Some(alt) = &medium.alt {
        let mut words = element("media:description", [("type", Some("plain".to_owned()))]);
        words.value = Some(alt.to_string());
        content.value = None;
        content.children.insert("description".to_owned(), vec![words]);
    }
    content
}
