//! Everything one publication prints at one moment. Pure: entries in, editions out.

use std::{collections::HashMap, sync::Arc};

use super::Showing;
use crate::{
    model::{Format, Hash128, Publication, Shown, Site, publication::SourceName},
    render::{self, Document, Edition, Sheet, entry, opml, page, widget},
};

/// Editions by what stands behind the publication's (or the site's) path.
pub type Printed = HashMap<String, Edition>;

const HTML: &str = "text/html; charset=utf-8";
const OPML: &str = "text/x-opml; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

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
    /// Which of the process's programmes first had the publication as it is.
    pub since: u64,
    /// What stands: an edition whose bytes stay the same is taken over.
    pub standing: Option<Arc<Showing>>,
}

impl Plates {
    /// All editions of the publication.
    pub fn print(&self) -> Printed {
        let sheet = self.sheet(&self.shown, None);
        let options = widget::Options::from_query(&self.publication, &[]);
        let mut printed = Printed::new();
        let mut add = |rest: &str, plate| printed.insert(rest.to_owned(), self.strike(rest, plate));
        add("", html(page::page(&sheet)));
        add("/subscribe", html(page::subscribe(&sheet)));
        add(
            "/opml",
            Plate { media_type: OPML, bytes: opml::source_opml(&sheet, &self.sources), policy: None },
        );
        add("/widget", html(widget::widget(&sheet, &options)));
        for format in Format::ALL {
            add(&format!("/feed.{}", format.extension()), feed(format, &sheet));
        }
        for (lang, shown) in &self.by_language {
            let sheet = self.sheet(shown, Some(lang));
            add(&format!("?lang={lang}"), html(page::page(&sheet)));
            for format in Format::ALL {
                add(&format!("/feed.{}?lang={lang}", format.extension()), feed(format, &sheet));
            }
        }
        printed
    }

    /// What is written becomes an edition: the one that stands, if it says the same.
    fn strike(&self, rest: &str, plate: Plate) -> Edition {
        let standing = self.standing.as_ref().and_then(|it| it.editions.get(rest));
        match standing.filter(|it| plate.is_of(it)) {
            Some(same) => Edition::clone(same),
            None => plate.into(),
        }
    }

    fn sheet<'a>(&'a self, shown: &'a [Shown], lang: Option<&'a str>) -> Sheet<'a> {
        Sheet { site: &self.site, publication: &self.publication, shown, lang }
    }

    /// What goes on the stand, once the editions have their dates.
    pub fn showing(self, editions: HashMap<String, Arc<Edition>>) -> Showing {
        Showing {
            site: self.site,
            version: version(&editions, self.since),
            changed_ms: editions.values().map(|it| it.changed_ms).max().unwrap_or(0),
            publication: self.publication,
            entries: entries(&self.shown, &self.by_language),
            shown: self.shown,
            by_language: self.by_language,
            editions,
        }
    }
}

/// What the whole site prints: its list of publications for people and for feed readers, and the widget's style sheet.
pub fn site(site: &Site, publications: &[Arc<Publication>]) -> Printed {
    let listed: Vec<&Publication> = publications.iter().filter(|it| it.listed).map(AsRef::as_ref).collect();
    let opml = Plate { media_type: OPML, bytes: opml::opml(site, &listed), policy: None };
    let style = Plate { media_type: CSS, bytes: widget::widget_css().into(), policy: None };
    let plates = [("/", html(page::index(site, &listed))), ("/opml", opml), ("/widget.css", style)];
    plates.map(|(path, plate)| (path.to_owned(), plate.into())).into()
}

/// What is written before it is compressed.
struct Plate {
    media_type: &'static str,
    bytes: Vec<u8>,
    policy: Option<String>,
}

impl Plate {
    /// Whether an edition says the same.
    fn is_of(&self, edition: &Edition) -> bool {
        edition.media_type == self.media_type
            && edition.content_security == self.policy
            && edition.identity == self.bytes
    }
}

impl From<Plate> for Edition {
    fn from(plate: Plate) -> Self {
        Self::new(plate.media_type, plate.bytes, plate.policy)
    }
}

fn html(document: Document) -> Plate {
    Plate { media_type: HTML, bytes: document.bytes, policy: Some(document.content_security) }
}

fn feed(format: Format, sheet: &Sheet<'_>) -> Plate {
    Plate { media_type: format.content_type(), bytes: render::feed(format, sheet), policy: None }
}

/// Everything that is shown, by its key.
fn entries(shown: &[Shown], by_language: &HashMap<String, Arc<[Shown]>>) -> HashMap<String, Shown> {
    let mut languages: Vec<&String> = by_language.keys().collect();
    languages.sort();
    let more = languages.into_iter().filter_map(|it| by_language.get(it)).flat_map(|it| it.iter());
    let mut entries = HashMap::new();
    for one in shown.iter().chain(more) {
        entries.entry(entry::key(&one.public_id)).or_insert_with(|| one.clone());
    }
    entries
}

/// The version of a set of editions, whatever the order of the map.
fn version(editions: &HashMap<String, Arc<Edition>>, since: u64) -> Hash128 {
    let mut hashes: Vec<(&str, String)> =
        editions.iter().map(|(path, it)| (path.as_str(), it.hash.hex())).collect();
    hashes.sort();
    let since = since.to_be_bytes();
    let editions = hashes.iter().flat_map(|(path, hash)| [path.as_bytes(), hash.as_bytes()]);
    let parts: Vec<&[u8]> = editions.chain([since.as_slice()]).collect();
    Hash128::of_parts(&parts)
}
