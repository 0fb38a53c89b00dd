//! The publishers' feeds, each in a format of its own, as bytes on the wire.

use askama::Template;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::{Value, json};

use super::{Desk, Error, Press, Publisher, Release, image};
use crate::model::Hash128;

/// How long the wire takes to carry a company's release, seconds.
const WIRE_DELAY_S: i64 = 20;
/// Entries of the wire's feed.
const WIRE_SHOWN_MAX: usize = 40;

/// A body with what a server says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The whole `Content-Type` value.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// A release with everything that depends on where and by whom it is published.
struct Row {
    guid: String,
    link: String,
    rfc_822: String,
    rfc_3339: String,
    picture: Option<Picture>,
    release: Release,
}

struct Picture {
    url: String,
    alt: String,
    bytes: usize,
}

#[derive(Template)]
#[template(path = "cli/demo/feeds/rss.xml")]
struct Rss<'a> {
    publisher: &'a Publisher,
    home: String,
    itself: String,
    built: String,
    rows: &'a [Row],
    with_media: bool,
}

#[derive(Template)]
#[template(path = "cli/demo/feeds/atom.xml")]
struct Atom<'a> {
    publisher: &'a Publisher,
    home: String,
    itself: String,
    updated: String,
    rows: &'a [Row],
}

#[derive(Template)]
#[template(path = "cli/demo/feeds/rdf.xml")]
struct Rdf<'a> {
    publisher: &'a Publisher,
    home: String,
    itself: String,
    rows: &'a [Row],
}

#[derive(Template)]
#[template(path = "cli/demo/feeds/broken.txt")]
struct Broken<'a> {
    publisher: &'a Publisher,
    home: String,
    rows: &'a [Row],
}

impl Press {
    /// The feed of `desk` as it stands at `now`.
    pub fn document(&self, desk: Desk, now: Timestamp) -> Result<Document, Error> {
        let publisher = self.content.publisher(desk)?;
        let rows = self.rows(desk, now)?;
        let home = self.address(&format!("/{}/", desk.name()));
        let itself = self.address(desk.feed_path());
        Ok(match desk {
            Desk::Merwede | Desk::Tokyo => {
                let built = rows.first().map(|it| it.rfc_822.clone()).unwrap_or_default();
                let with_media = desk == Desk::Merwede;
                let body = Rss { publisher, home, itself, built, rows: &rows, with_media }.render()?;
                Document { content_type: "application/rss+xml; charset=utf-8", body }
            }
            Desk::Rhodanie => {
                let updated = rows.first().map(|it| it.rfc_3339.clone()).unwrap_or_default();
                let body = Atom { publisher, home, itself, updated, rows: &rows }.render()?;
                Document { content_type: "application/atom+xml; charset=utf-8", body }
            }
            Desk::Isarwerk => {
                let body = Rdf { publisher, home, itself, rows: &rows }.render()?;
                Document { content_type: "application/rdf+xml", body }
            }
            Desk::Wire => {
                let body = self.wire(publisher, rows, now)?;
                Document { content_type: "application/feed+json", body }
            }
            Desk::Broken => {
                let body = Broken { publisher, home, rows: &rows }.render()?;
                Document { content_type: "text/xml", body }
            }
        })
    }

    fn rows(&self, desk: Desk, now: Timestamp) -> Result<Vec<Row>, Error> {
        let publisher = self.content.publisher(desk)?;
        Ok(self.releases(desk, now)?.into_iter().map(|it| self.row(publisher, it)).collect())
    }

    fn row(&self, publisher: &Publisher, release: Release) -> Row {
        let local = Self::local(publisher, release.published);
        let link = self.address(&release.path());
        let picture = release.image.as_ref().and_then(|name| {
            let url = self.address(&format!("/images/{name}.jpg"));
            let alt = release.image_alt.clone().unwrap_or_default();
            Some(Picture { url, alt, bytes: image(name)?.len() })
        });
        Row {
            guid: guid(&release, &link),
            link,
            rfc_822: local.strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
            rfc_3339: rfc_3339(&local),
            picture,
            release,
        }
    }

    /// The wire: its own announcements, and copies of every other release of the companies. One copy in two keeps the
    /// company's guid; the rest have a guid of the wire's and lead to the company's page with campaign tags.
    fn wire(&self, publisher: &Publisher, own: Vec<Row>, now: Timestamp) -> Result<String, Error> {
        let mut items: Vec<(Timestamp, Value)> = Vec::new();
        for row in own {
            items.push((row.release.published, item(&row, row.guid.clone(), row.link.clone(), publisher)));
        }
        for desk in [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk] {
            let company = self.content.publisher(desk)?;
            for row in self.rows(desk, now)? {
                let filed = row.release.published + SignedDuration::from_secs(WIRE_DELAY_S);
                let order = Hash128::of(row.release.slug.as_bytes()).order();
                if order % 2 == 0 || filed > now {
                    continue;
                }
                let (guid, link) = if order % 4 == 1 {
                    (row.guid.clone(), row.link.clone())
                } else {
                    let tags = "utm_source=tideway&utm_medium=wire&utm_campaign=release";
                    (format!("tideway:{}:{}", desk.name(), row.release.slug), format!("{}?{tags}", row.link))
                };
                items.push((filed, item(&row, guid, link, company)));
            }
        }
        items.sort_by_key(|(filed, _)| std::cmp::Reverse(*filed));
        let items: Vec<Value> = items.into_iter().take(WIRE_SHOWN_MAX).map(|(_, item)| item).collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": publisher.name,
            "home_page_url": self.address("/tideway/"),
            "feed_url": self.address(Desk::Wire.feed_path()),
            "description": publisher.tagline,
            "language": publisher.language,
            "items": items,
        });
        Ok(serde_json::to_string_pretty(&feed)?)
    }
}

fn item(row: &Row, guid: String, link: String, publisher: &Publisher) -> Value {
    json!({
        "id": guid,
        "url": link,
        "title": row.release.title,
        "summary": row.release.summary,
        "content_html": row.release.body,
        "image": row.picture.as_ref().map(|it| &it.url),
        "date_published": row.rfc_3339,
        "authors": [{ "name": publisher.name }],
        "tags": row.release.categories,
        "language": publisher.language,
    })
}

/// The publisher's identity string: each desk has its own habit.
fn guid(release: &Release, link: &str) -> String {
    match release.desk {
        Desk::Merwede | Desk::Isarwerk | Desk::Broken => link.to_owned(),
        Desk::Rhodanie => format!("tag:rhodanie.example,2026:{}", release.slug),
        Desk::Tokyo => format!("merwede-japan-{}", release.slug),
        Desk::Wire => format!("tideway:{}", release.slug),
    }
}

fn rfc_3339(moment: &Zoned) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
