//! Everything one publication prints at one moment. Pure: entries in, editions out.

use std::{collections::HashMap, sync::Arc};

use super::Showing;
use crate::{
    model::{Format, Hash128, Publication, Shown, Site, publication::SourceName},
    render::{self, Document, Edition, Sheet, opml, page, widget},
};

/// Editions by what stands behind the publication's (or the site's) path.
pub type Printed = HashMap<String, Edition>;

const HTML: &str = "text/html; charset=utf-8";
const OPML: &str = "text/x-opml; charset=utf-8";

/// What is to be printed.
pub struct Plates {
    /// The site it appears on.
    pub site: Arc<Site>,
    /// The publication.
    pub publication: Arc<Publication>,
    /// Its entries.
    pub shown: Arc<[Shown]>,
    /// Its entries in each declared language.
    pub by_language: HashMap<String, Arc<[Shown]>>,
    /// The sources it takes from.
    pub sources: Vec<Arc<SourceName>>,
}

impl Plates {
    /// All editions of the publication.
    pub fn print(&self) -> Printed {
        let sheet = self.sheet(&self.shown, None);
        let mut printed = Printed::from([
            (String::new(), html(page::page(&sheet))),
            ("/subscribe".to_owned(), html(page::subscribe(&sheet))),
            ("/opml".to_owned(), Edition::new(OPML, opml::source_opml(&sheet, &self.sources), None)),
            (
                "/widget".to_owned(),
                html(widget::widget(&sheet, &widget::Options::from_query(&self.publication, &[]))),
            ),
        ]);
        for (lang, shown) in &self.by_language {
            printed.insert(format!("?lang={lang}"), html(page::page(&self.sheet(shown, Some(lang)))));
        }
        for format in Format::ALL {
            let path = format!("/feed.{}", format.extension());
            printed.insert(path.clone(), feed(format, &sheet));
            for (lang, shown) in &self.by_language {
                let sheet = self.sheet(shown, Some(lang));
                printed.insert(format!("{path}?lang={lang}"), feed(format, &sheet));
            }
        }
        printed
    }

    fn sheet<'a>(&'a self, shown: &'a [Shown], lang: Option<&'a str>) -> Sheet<'a> {
        Sheet { site: &self.site, publication: &self.publication, shown, lang }
    }

    /// What goes on the stand, once the editions have their dates.
    pub fn showing(self, editions: HashMap<String, Arc<Edition>>) -> Showing {
        Showing {
            version: version(&editions),
            changed_ms: editions.values().map(|it| it.changed_ms).max().unwrap_or(0),
            publication: self.publication,
            shown: self.shown,
            by_language: self.by_language,
            editions,
        }
    }
}

/// What the whole site prints: its list of publications for people and for feed readers, and the widget's style sheet.
pub fn site(site: &Site, publications: &[Arc<Publication>]) -> Printed {
    let listed: Vec<&Publication> = publications.iter().filter(|it| it.listed).map(AsRef::as_ref).collect();
    Printed::from([
        ("/".to_owned(), html(page::index(site, &listed))),
        ("/opml".to_owned(), Edition::new(OPML, opml::opml(site, &listed), None)),
        (
            "/widget.css".to_owned(),
            Edition::new("text/css; charset=utf-8", widget::widget_css().into(), None),
        ),
    ])
}

fn html(document: Document) -> Edition {
    Edition::new(HTML, document.bytes, Some(document.content_security))
}

fn feed(format: Format, sheet: &Sheet<'_>) -> Edition {
    Edition::new(format.content_type(), render::feed(format, sheet), None)
}

/// The version of a set of editions, whatever the order of the map.
fn version(editions: &HashMap<String, Arc<Edition>>) -> Hash128 {
    let mut hashes: Vec<(&str, String)> =
        editions.iter().map(|(path, it)| (path.as_str(), it.hash.hex())).collect();
    hashes.sort();
    let parts: Vec<&[u8]> =
        hashes.iter().flat_map(|(path, hash)| [path.as_bytes(), hash.as_bytes()]).collect();
    Hash128::of_parts(&parts)
}
