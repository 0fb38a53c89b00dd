//! OPML 2.0: lists of feeds that a reader subscribes to in one go.

use std::{io, sync::Arc};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{Format, Publication, Site, publication::SourceName};

use super::{
    Sheet,
    characters::{language, web_address, xml_text},
    outgoing,
};

/// What one outline says; every text may still hold anything.
struct Outline<'a> {
    title: String,
    feed: String,
    homepage: Option<String>,
    language: Option<&'a str>,
    /// Slash-delimited categories, comma between them, as the standard has it.
    category: Option<String>,
    description: Option<&'a str>,
}

/// The listed ones of `publications` with their RSS feeds, in the order given.
pub fn opml(site: &Site, publications: &[&Publication]) -> Vec<u8> {
    let listed = publications.iter().filter(|publication| publication.listed);
    let outlines: Vec<_> = listed.map(|publication| publication_outline(site, publication)).collect();
    document(&site.title, &outlines)
}

/// The sources of the sheet's publication with their own feeds, in the order given. Local files have no address
/// and are left out.
pub fn source_opml(sheet: &Sheet<'_>, sources: &[Arc<SourceName>]) -> Vec<u8> {
    let outlines: Vec<_> = sources.iter().filter_map(|name| source_outline(name)).collect();
    document(&sheet.publication.title, &outlines)
}

fn publication_outline<'a>(site: &'a Site, publication: &'a Publication) -> Outline<'a> {
    let sheet = Sheet { site, publication, shown: &[], lang: None };
    let own = publication.homepage.as_ref().and_then(|url| web_address(url.as_str()));
    Outline {
        title: publication.title.clone(),
        feed: outgoing::address(Format::Rss, &sheet),
        homepage: own.or_else(|| Some(sheet.address(""))),
        language: language(&publication.locale),
        category: Some(format!("/{}", publication.path.kind.segment())),
        description: publication.description.as_deref(),
    }
}

fn source_outline(name: &SourceName) -> Option<Outline<'_>> {
    let origin = outgoing::origin(name);
    let tags: Vec<_> = name.source.tags.iter().map(|tag| format!("/{tag}")).collect();
    Some(Outline {
        title: origin.title.into_owned(),
        feed: origin.feed?,
        homepage: origin.homepage,
        language: name.source.language.as_deref().and_then(language),
        category: (!tags.is_empty()).then(|| tags.join(",")),
        description: None,
    })
}

fn document(title: &str, outlines: &[Outline<'_>]) -> Vec<u8> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing into a Vec cannot fail.
    if write(&mut writer, title, outlines).is_err() {
        return Vec::new();
    }
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

fn write(writer: &mut Writer<Vec<u8>>, title: &str, outlines: &[Outline<'_>]) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("opml").with_attribute(("version", "2.0")).write_inner_content(|writer| {
        writer.create_element("head").write_inner_content(|writer| {
            let title = xml_text(title);
            writer.create_element("title").write_text_content(BytesText::new(&title))?;
            Ok(())
        })?;
        writer
            .create_element("body")
            .write_inner_content(|writer| outlines.iter().try_for_each(|it| outline(writer, it)))?;
        Ok(())
    })?;
    Ok(())
}

fn outline(writer: &mut Writer<Vec<u8>>, outline: &Outline<'_>) -> io::Result<()> {
    let attributes = [
        ("type", Some("rss")),
        ("text", Some(outline.title.as_str())),
        ("title", Some(outline.title.as_str())),
        ("xmlUrl", Some(outline.feed.as_str())),
        ("htmlUrl", outline.homepage.as_deref()),
        ("language", outline.language),
        ("category", outline.category.as_deref()),
        ("description", outline.description),
    ];
    let stated = attributes.into_iter().filter_map(|(name, value)| Some((name, xml_text(value?))));
    let mut element = writer.create_element("outline");
    for (name, value) in stated {
        element = element.with_attribute((name, value.as_ref()));
    }
    element.write_empty()?;
    Ok(())
}
