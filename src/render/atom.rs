//! Atom, RFC 4287.

use std::borrow::Cow;

use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Source, Text, WriteConfig,
};
use url::Url;

use crate::model::Format;

use super::{
    moment::{rfc3339, rfc3339_as_stated},
    outgoing::{Credit, GENERATOR, Medium, Outgoing, Piece},
};

/// The feed as Atom. A feed without entries last changed at the epoch: it may not say when it was made.
pub(super) fn write(whole: &Outgoing<'_>) -> Vec<u8> {
    let feed = Feed {
        title: Text::plain(whole.title.clone()),
        id: whole.address.clone(),
        updated: date(&rfc3339(whole.updated_ms.unwrap_or(0))),
        authors: vec![Person {
            name: whole.title.clone(),
            uri: Some(whole.home.clone()),
            ..Person::default()
        }],
        generator: Some(Generator { value: GENERATOR.to_owned(), ..Generator::default() }),
        links: vec![
            link("self", &whole.address, Some(Format::Atom.media_type())),
            link("alternate", &whole.home, None),
        ],
        subtitle: Some(Text::plain(whole.description.clone())),
        entries: whole.pieces.iter().map(|piece| entry(piece, whole)).collect(),
        lang: whole.language.map(str::to_owned),
        ..Feed::default()
    };
    let layout = WriteConfig { write_document_declaration: true, indent_size: Some(1) };
    // Writing into a Vec cannot fail.
    let mut bytes = feed.write_with_config(Vec::new(), layout).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Reads back what `moment` wrote, so that this file needs no calendar of its own.
fn date(rfc3339: &str) -> FixedDateTime {
    rfc3339.parse().unwrap_or_default()
}

fn link(rel: &str, href: &str, mime: Option<&str>) -> Link {
    Link { href: href.to_owned(), rel: rel.to_owned(), mime_type: mime.map(str::to_owned), ..Link::default() }
}

fn entry(piece: &Piece<'_>, whole: &Outgoing<'_>) -> Entry {
    let language = piece.language.map(str::to_owned);
    let in_language = |value: &str| Text { lang: language.clone(), ..Text::plain(value) };
    let published = piece.stated.as_ref().map_or_else(|| rfc3339(piece.dated_ms), rfc3339_as_stated);
    Entry {
        title: in_language(&piece.title),
        id: piece.id.to_string(),
        updated: date(&rfc3339(piece.updated_ms)),
        authors: piece.authors.iter().map(|name| person(name)).collect(),
        categories: piece.categories.iter().map(|(term, scheme)| category(term, scheme.as_ref())).collect(),
        links: links(piece, whole),
        published: Some(date(&published)),
        source: Some(source(piece.owed_to(), piece.updated_ms)),
        summary: piece.excerpt.as_deref().map(in_language),
        content: piece.content.as_deref().map(|html| Content {
            lang: language.clone(),
            value: Some(html.to_owned()),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// The original, then the media. An entry with neither text nor link of its own leads to the feed's page, because
/// section 4.1.2 asks for one of the two.
fn links(piece: &Piece<'_>, whole: &Outgoing<'_>) -> Vec<Link> {
    let fallback = piece.content.is_none().then_some(&whole.home);
    let original = piece.link.as_ref().or(fallback).map(|href| link("alternate", href, None));
    original.into_iter().chain(piece.media.iter().map(enclosure)).collect()
}

fn enclosure(medium: &Medium<'_>) -> Link {
    Link {
        title: medium.alt.as_deref().map(str::to_owned),
        hreflang: medium.language.map(str::to_owned),
        length: medium.bytes.map(|it| it.to_string()),
        ..link("enclosure", &medium.url, Some(medium.mime))
    }
}

fn person(name: &str) -> Person {
    Person { name: name.to_owned(), ..Person::default() }
}

/// A scheme must be an IRI (section 4.2.2.2): a domain of RSS that is a mere word cannot go out as one.
fn category(term: &str, scheme: Option<&Cow<'_, str>>) -> Category {
    let scheme = scheme.filter(|it| Url::parse(it).is_ok()).map(ToString::to_string);
    Category { term: term.to_owned(), scheme, label: None }
}

/// Where the entry was copied from (section 4.2.11). What upstream says of its own last change is not known here;
/// it is as late as this entry's. Entries without authors are by their source (section 4.2.1).
fn source(credit: &Credit<'_>, updated_ms: i64) -> Source {
    let own = credit.feed.as_deref().map(|href| link("self", href, None));
    let site = credit.homepage.as_deref().map(|href| link("alternate", href, None));
    Source {
        title: Text::plain(credit.title.clone()),
        id: credit.id.to_string(),
        updated: date(&rfc3339(updated_ms)),
        authors: vec![Person { uri: credit.homepage.clone(), ..person(&credit.title) }],
        links: own.into_iter().chain(site).collect(),
        ..Source::default()
    }
}
