//! OPML 2.0: lists of feeds that a reader subscribes to in one go.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    sync::Arc,
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::model::{
    Format, Outline, Publication, Site, Source,
    outline::{Folder, Standard, is_name, prefix, undeclared},
    publication::SourceName,
};

use super::{
    Sheet,
    characters::{language, web_address, xml_text},
    outgoing,
};

/// One outline; every text may still hold anything.
#[derive(Default)]
struct Element<'a> {
    attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// Says what is stated of `attributes`.
    fn of(attributes: [(&'static str, Option<Cow<'a, str>>); 7]) -> Self {
        let stated = attributes.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
        Self { attributes: stated.collect(), children: Vec::new() }
    }

    /// Says `value` of `name`, instead of what was said before.
    fn say(&mut self, name: &'a str, value: &'a str) {
        match self.attributes.iter_mut().find(|(it, _)| it == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((name.into(), value.into())),
        }
    }

    fn declares(&self, prefix: &str) -> bool {
        self.attributes.iter().any(|(name, _)| name.strip_prefix("xmlns:") == Some(prefix))
    }
}

/// The listed ones of `publications` with their RSS feeds, in the order given.
pub fn opml(site: &Site, publications: &[&Publication]) -> Vec<u8> {
    let listed = publications.iter().filter(|publication| publication.listed);
    let outlines: Vec<_> = listed.map(|publication| publication_outline(site, publication)).collect();
    document(&site.title, outlines)
}

/// The sources of the sheet's publication with their own feeds, in the order given. Local files have no address
/// and are left out.
pub fn source_opml(sheet: &Sheet<'_>, sources: &[Arc<SourceName>]) -> Vec<u8> {
    let outlines: Vec<_> = sources.iter().filter_map(|name| source_outline(name)).collect();
    document(&sheet.publication.title, outlines)
}

/// Sources where they stood in the lists that they were imported from, with everything that those said of them; the
/// others stand side by side. Folders of one name in one place become one. Local files are left out.
pub fn subscriptions(title: &str, sources: &[(&Source, &[Outline])]) -> Vec<u8> {
    let mut tree = Tree::default();
    let nowhere = [Outline::default()];
    for (source, outlines) in sources {
        let Some(address) = web_address(source.url.as_str()) else { continue };
        let standard = Standard {
            title: source.title.as_deref().unwrap_or(source.id.as_str()),
            url: &address,
            language: source.language.as_deref(),
            tags: &source.tags,
            outlines,
        };
        for outline in if outlines.is_empty() { &nowhere } else { *outlines } {
            tree.add(standard, outline);
        }
    }
    document(title, tree.into_elements())
}

fn publication_outline<'a>(site: &'a Site, publication: &'a Publication) -> Element<'a> {
    let sheet = Sheet { site, publication, shown: &[], lang: None };
    let own = publication.homepage.as_ref().and_then(|url| web_address(url.as_str()));
    let title: Cow<'a, str> = publication.title.as_str().into();
    let homepage = own.unwrap_or_else(|| sheet.address(""));
    let mut element = Element::of([
        ("type", Some("rss".into())),
        ("text", Some(title.clone())),
        ("title", Some(title)),
        ("xmlUrl", Some(outgoing::address(Format::Rss, &sheet).into())),
        ("htmlUrl", Some(homepage.into())),
        ("language", language(&publication.locale).map(Cow::from)),
        // Slash-delimited categories, comma between them, as the standard has it.
        ("category", Some(format!("/{}", publication.path.kind.segment()).into())),
    ]);
    if let Some(description) = &publication.description {
        element.say("description", description);
    }
    element
}

fn source_outline(name: &SourceName) -> Option<Element<'_>> {
    let credit = outgoing::credit(name);
    let tags: Vec<_> = name.source.tags.iter().map(|tag| format!("/{tag}")).collect();
    let title: Cow<'_, str> = credit.title.into_owned().into();
    Some(Element::of([
        ("type", Some("rss".into())),
        ("text", Some(title.clone())),
        ("title", Some(title)),
        ("xmlUrl", Some(credit.feed?.into())),
        ("htmlUrl", credit.homepage.map(Cow::from)),
        ("language", name.source.language.as_deref().and_then(language).map(Cow::from)),
        ("category", (!tags.is_empty()).then(|| tags.join(",").into())),
    ]))
}

/// Folders and what is in them, each folder once.
#[derive(Default)]
struct Tree<'a> {
    /// In order of appearance, children behind their folder.
    nodes: Vec<Node<'a>>,
    /// Places of folders by the folder around them and by name.
    folders: HashMap<(Option<usize>, &'a str), usize>,
}

struct Node<'a> {
    parent: Option<usize>,
    element: Element<'a>,
}

impl<'a> Tree<'a> {
    fn add(&mut self, standard: Standard<'_>, outline: &'a Outline) {
        let mut parent = None;
        for folder in &outline.folders {
            parent = Some(self.folder(parent, folder));
        }
        let own = standard.attributes().into_iter();
        let mut element = Element {
            attributes: own.map(|(name, value)| (name.into(), value.into())).collect(),
            children: Vec::new(),
        };
        for (name, value) in outline.attributes.iter().filter(|(name, _)| name != "xmlUrl") {
            element.say(name, value);
        }
        self.nodes.push(Node { parent, element });
    }

    fn folder(&mut self, parent: Option<usize>, folder: &'a Folder) -> usize {
        let next = self.nodes.len();
        let at = *self.folders.entry((parent, &folder.text)).or_insert(next);
        if at == next {
            let own = folder.standard().into_iter();
            let attributes = own.map(|(name, value)| (name.into(), value.into())).collect();
            self.nodes.push(Node { parent, element: Element { attributes, children: Vec::new() } });
        }
        if let Some(node) = self.nodes.get_mut(at) {
            for (name, value) in &folder.attributes {
                // The first that says something of a folder counts.
                let is_said = node.element.attributes.iter().any(|(it, _)| it == name);
                if !is_said || name == "title" {
                    node.element.say(name, value);
                }
            }
        }
        at
    }

    /// From the back, so that whatever is in a folder is there before the folder itself is put away.
    fn into_elements(mut self) -> Vec<Element<'a>> {
        let mut top = Vec::new();
        while let Some(Node { parent, mut element }) = self.nodes.pop() {
            element.children.reverse();
            match parent.and_then(|at| self.nodes.get_mut(at)) {
                Some(folder) => folder.element.children.push(element),
                None => top.push(element),
            }
        }
        top.reverse();
        top
    }
}

fn document(title: &str, mut outlines: Vec<Element<'_>>) -> Vec<u8> {
    let declared = declarations(&mut outlines);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Writing into a Vec cannot fail.
    if write(&mut writer, title, &declared, &outlines).is_err() {
        return Vec::new();
    }
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    bytes
}

/// Sees that every prefix is declared, and takes those declarations that mean the same everywhere out of the outlines,
/// for the top of the document.
fn declarations(outlines: &mut [Element<'_>]) -> BTreeMap<String, String> {
    let mut meanings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    each(outlines, &mut |element| {
        element.attributes.retain(|(name, _)| is_name(name));
        let used: BTreeSet<String> =
            element.attributes.iter().filter_map(|(name, _)| prefix(name)).map(str::to_owned).collect();
        for prefix in used.into_iter().filter(|it| !element.declares(it)).collect::<Vec<_>>() {
            element.attributes.push((format!("xmlns:{prefix}").into(), undeclared(&prefix).into()));
        }
        for (name, value) in &element.attributes {
            if let Some(prefix) = name.strip_prefix("xmlns:") {
                meanings.entry(prefix.to_owned()).or_default().insert(value.clone().into_owned());
            }
        }
    });
    let only = |values: BTreeSet<String>| values.into_iter().next();
    let clear = meanings.into_iter().filter(|(_, it)| it.len() == 1);
    let clear: BTreeMap<String, String> =
        clear.filter_map(|(prefix, values)| Some((prefix, only(values)?))).collect();
    each(outlines, &mut |element| {
        let stays = |name: &str| name.strip_prefix("xmlns:").is_none_or(|it| !clear.contains_key(it));
        element.attributes.retain(|(name, _)| stays(name));
    });
    clear
}

/// Every outline, as deep as folders go.
fn each<'a>(outlines: &mut [Element<'a>], act: &mut dyn FnMut(&mut Element<'a>)) {
    for element in outlines {
        act(element);
        each(&mut element.children, act);
    }
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    title: &str,
    declared: &BTreeMap<String, String>,
    outlines: &[Element<'_>],
) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = writer.create_element("opml").with_attribute(("version", "2.0"));
    for (prefix, meaning) in declared {
        root = root.with_attribute((format!("xmlns:{prefix}").as_str(), xml_text(meaning).as_ref()));
    }
    root.write_inner_content(|writer| {
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

fn outline(writer: &mut Writer<Vec<u8>>, outline: &Element<'_>) -> io::Result<()> {
    let mut element = writer.create_element("outline");
    for (name, value) in &outline.attributes {
        element = element.with_attribute((name.as_ref(), xml_text(value).as_ref()));
    }
    if outline.children.is_empty() {
        element.write_empty()?;
    } else {
        element.write_inner_content(|writer| {
            outline.children.iter().try_for_each(|it| self::outline(writer, it))
        })?;
    }
    Ok(())
}
