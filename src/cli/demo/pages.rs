//! Pages of the demo's publishers: a release where its link leads, a press page, and a brand's home page with embeds.

use askama::Template;
use jiff::Timestamp;

use super::{Desk, Error, Press, Publisher, Release};

/// One release at its publisher's site.
#[derive(Template)]
#[template(path = "cli/demo/pages/release.html")]
struct ReleasePage<'a> {
    publisher: &'a Publisher,
    accent: &'static str,
    release: &'a Release,
    home: String,
    picture: Option<String>,
    date: String,
}

/// A publisher's list of releases.
#[derive(Template)]
#[template(path = "cli/demo/pages/press.html")]
struct PressPage<'a> {
    publisher: &'a Publisher,
    accent: &'static str,
    feed: String,
    feed_type: &'static str,
    rows: Vec<PressRow>,
}

struct PressRow {
    link: String,
    title: String,
    date: String,
}

impl Press {
    /// The page at `path`: a release (`/merwede/releases/{slug}`) or a press page (`/merwede/`). `None` where the
    /// demo's publishers have nothing.
    pub fn article(&self, path: &str, now: Timestamp) -> Result<Option<String>, Error> {
        let mut segments = path.trim_start_matches('/').splitn(3, '/');
        let Some(desk) = segments.next().and_then(Desk::from_name) else { return Ok(None) };
        match (segments.next(), segments.next()) {
            (None | Some(""), None) => self.press_page(desk, now).map(Some),
            (Some("releases"), Some(slug)) => {
                let release = self.content.release(desk, slug, self.started, now)?;
                release.map(|it| self.release_page(&it)).transpose()
            }
            _ => Ok(None),
        }
    }

    fn release_page(&self, release: &Release) -> Result<String, Error> {
        let publisher = self.content.publisher(release.desk)?;
        let page = ReleasePage {
            publisher,
            accent: accent(release.desk),
            release,
            home: self.address(&format!("/{}/", release.desk.name())),
            picture: release.image.as_ref().map(|name| self.address(&format!("/images/{name}.jpg"))),
            date: Self::local(publisher, release.published).strftime("%Y-%m-%d, %H:%M").to_string(),
        };
        Ok(page.render()?)
    }

    fn press_page(&self, desk: Desk, now: Timestamp) -> Result<String, Error> {
        let publisher = self.content.publisher(desk)?;
        let rows = self.releases(desk, now)?.into_iter().map(|it| PressRow {
            link: self.address(&it.path()),
            date: Self::local(publisher, it.published).strftime("%Y-%m-%d").to_string(),
            title: it.title,
        });
        let page = PressPage {
            publisher,
            accent: accent(desk),
            feed: self.address(desk.feed_path()),
            feed_type: match desk {
                Desk::Rhodanie => "application/atom+xml",
                Desk::Wire => "application/feed+json",
                Desk::Merwede | Desk::Isarwerk | Desk::Tokyo | Desk::Broken => "application/rss+xml",
            },
            rows: rows.collect(),
        };
        Ok(page.render()?)
    }
}

/// The colour of a publisher's own pages.
fn accent(desk: Desk) -> &'static str {
    match desk {
        Desk::Merwede | Desk::Tokyo => "#0b6e4f",
        Desk::Rhodanie => "#8a4b08",
        Desk::Isarwerk => "#1f4f8f",
        Desk::Wire => "#7a1f3d",
        Desk::Broken => "#4d5156",
    }
}

/// What a brand's home page embeds, and where its links lead.
#[derive(Clone, Debug, Template)]
#[template(path = "cli/demo/pages/host.html")]
pub struct HostPage<'a> {
    /// The snippet of a narrow list widget, as a brand would paste it.
    pub list_snippet: &'a str,
    /// The snippet of a wide widget with cards, as a brand would paste it.
    pub cards_snippet: &'a str,
    /// Absolute address of the brand's hosted page.
    pub releases_url: &'a str,
    /// Absolute address of the page that explains how to subscribe.
    pub subscribe_url: &'a str,
    /// Absolute address of the picture at the head.
    pub hero_url: &'a str,
}

/// The home page of the hydrogen maker, with two widgets in it.
pub fn host_page(page: &HostPage<'_>) -> Result<String, Error> {
    Ok(page.render()?)
}
