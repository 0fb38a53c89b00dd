//! What the demo's publishers say: releases written for them, and the moving ones that arrive while a person watches.
//!
//! The texts lie in `content/*.json`. Everything here is a pure function of a start, a moment and those texts.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Desk, Error};

/// Seconds between two moving releases.
const MOVING_EVERY_S: i64 = 30;
/// Moving releases that one feed shows at most.
const MOVING_SHOWN_MAX: i64 = 24;
/// The desks that moving releases come from, in turn.
const MOVING_DESKS: [Desk; 4] = [Desk::Merwede, Desk::Rhodanie, Desk::Isarwerk, Desk::Tokyo];

/// A publisher: who it is and everything it says.
#[derive(Debug, Deserialize)]
pub struct Publisher {
    /// Its name, which is its feed's title too.
    pub name: String,
    /// BCP 47 tag of everything it writes.
    pub language: String,
    /// The IANA zone that its dates are written in.
    pub zone: String,
    /// The city it writes from.
    pub place: String,
    /// One sentence: its feed's description.
    pub tagline: String,
    /// Heading of the paragraph on itself that ends each release.
    pub about_title: String,
    /// That paragraph.
    pub about: String,
    /// Whom to ask.
    pub contact: String,
    /// What it said before the demo began, newest first by `minutes_before`.
    releases: Vec<Told>,
    /// What it goes on to say.
    moving: Moving,
}

/// A release as its file has it.
#[derive(Debug, Deserialize)]
struct Told {
    slug: String,
    title: String,
    summary: String,
    author: String,
    minutes_before: i64,
    image: Option<String>,
    image_alt: Option<String>,
    categories: Vec<String>,
    body: Vec<String>,
}

/// The words that moving releases are made of.
#[derive(Debug, Deserialize)]
struct Moving {
    sites: Vec<String>,
    partners: Vec<String>,
    people: Vec<String>,
    quote: String,
    templates: Vec<[String; 3]>,
}

/// One press release, as its publisher would hold it before any feed is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Whose it is.
    pub desk: Desk,
    /// Its name in addresses: lower-case ASCII, digits and hyphens.
    pub slug: String,
    /// Title, plain text.
    pub title: String,
    /// One or two sentences, plain text.
    pub summary: String,
    /// Who signs it.
    pub author: String,
    /// When it went out.
    pub published: Timestamp,
    /// The picture's name for [`super::image`], if it has one.
    pub image: Option<String>,
    /// What the picture shows.
    pub image_alt: Option<String>,
    /// What it is about.
    pub categories: Vec<String>,
    /// The whole text as HTML.
    pub body: String,
}

impl Release {
    /// Path of its page at the publisher: `/merwede/releases/third-quarter-results`.
    pub fn path(&self) -> String {
        format!("/{}/releases/{}", self.desk.name(), self.slug)
    }
}

/// All publishers of the demo, read once.
#[derive(Debug)]
pub(super) struct Content(HashMap<Desk, Publisher>);

impl Content {
    /// Reads the texts that the binary carries.
    pub(super) fn read() -> Result<Self, Error> {
        let texts = [
            (Desk::Merwede, include_str!("content/merwede.json")),
            (Desk::Rhodanie, include_str!("content/rhodanie.json")),
            (Desk::Isarwerk, include_str!("content/isarwerk.json")),
            (Desk::Tokyo, include_str!("content/tokyo.json")),
            (Desk::Wire, include_str!("content/tideway.json")),
            (Desk::Broken, include_str!("content/forum.json")),
        ];
        let read = |(desk, text): (Desk, &str)| Ok((desk, serde_json::from_str(text)?));
        texts.into_iter().map(read).collect::<Result<_, Error>>().map(Self)
    }

    /// Who sits at `desk`.
    pub(super) fn publisher(&self, desk: Desk) -> Result<&Publisher, Error> {
        self.0.get(&desk).ok_or(Error::NoPublisher(desk))
    }

    /// What `desk` itself shows at `now`, newest first: what was there at `started`, and the latest moving releases.
    pub(super) fn releases(
        &self,
        desk: Desk,
        started: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Release>, Error> {
        let publisher = self.publisher(desk)?;
        let mut shown: Vec<Release> =
            publisher.releases.iter().map(|it| told(desk, publisher, it, started)).collect();
        if let Some(turn) = MOVING_DESKS.iter().position(|it| *it == desk) {
            let turn = turn as i64;
            let elapsed = now.as_second().saturating_sub(started.as_second()) / MOVING_EVERY_S;
            // Release number n (from 1) belongs to the desk whose turn is (n - 1) modulo 4.
            let rounds = (elapsed - 1 - turn).div_euclid(MOVING_DESKS.len() as i64) + 1;
            for round in (rounds - MOVING_SHOWN_MAX).max(0)..rounds.max(0) {
                let number = round * MOVING_DESKS.len() as i64 + turn + 1;
                shown.push(publisher.moving_release(desk, round, instant(started, number * MOVING_EVERY_S)));
            }
        }
        shown.sort_by(|left, right| right.published.cmp(&left.published).then(left.slug.cmp(&right.slug)));
        Ok(shown)
    }

    /// One release of `desk` by its slug, however long ago it moved off the feed.
    pub(super) fn release(
        &self,
        desk: Desk,
        slug: &str,
        started: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Release>, Error> {
        let publisher = self.publisher(desk)?;
        if let Some(it) = publisher.releases.iter().find(|it| it.slug == slug) {
            return Ok(Some(told(desk, publisher, it, started)));
        }
        let turn = MOVING_DESKS.iter().position(|it| *it == desk).map(|it| it as i64);
        let (Some(turn), Some(round)) = (turn, slug.strip_prefix("note-").and_then(|it| it.parse().ok()))
        else {
            return Ok(None);
        };
        let number: i64 = i64::saturating_mul(round, MOVING_DESKS.len() as i64).saturating_add(turn + 1);
        let published = instant(started, number.saturating_mul(MOVING_EVERY_S));
        let there = round >= 0 && published <= now;
        Ok(there.then(|| publisher.moving_release(desk, round, published)))
    }
}

/// `seconds` after `start`; a moment that no calendar has is the start.
fn instant(start: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(start.as_second().saturating_add(seconds)).unwrap_or(start)
}

fn told(desk: Desk, publisher: &Publisher, it: &Told, started: Timestamp) -> Release {
    Release {
        desk,
        slug: it.slug.clone(),
        title: it.title.clone(),
        summary: it.summary.clone(),
        author: it.author.clone(),
        published: instant(started, -60 * it.minutes_before),
        image: it.image.clone(),
        image_alt: it.image_alt.clone(),
        categories: it.categories.clone(),
        body: publisher.body(&it.body),
    }
}

impl Publisher {
    /// Paragraphs into HTML. One that begins with `<` is markup already: a list, a table, a quotation.
    fn body(&self, paragraphs: &[String]) -> String {
        let mut html = String::new();
        for paragraph in paragraphs {
            if paragraph.starts_with('<') {
                html.push_str(paragraph);
            } else {
                html.push_str(&format!("<p>{}</p>", escape(paragraph)));
            }
            html.push('\n');
        }
        html.push_str(&format!(
            "<h3>{}</h3>\n<p>{}</p>\n<p><em>{}</em></p>\n",
            escape(&self.about_title),
            escape(&self.about),
            escape(&self.contact)
        ));
        html
    }

    /// The `round`th moving release of this publisher. The lists have lengths without a common factor, so that the
    /// same sentence about the same place comes back after hours only.
    fn moving_release(&self, desk: Desk, round: i64, published: Timestamp) -> Release {
        let moving = &self.moving;
        let pick = |list: &[String], step: i64| -> String {
            let count = list.len().max(1) as i64;
            list.get((round * step).rem_euclid(count) as usize).cloned().unwrap_or_default()
        };
        let words = [
            ("{site}", pick(&moving.sites, 3)),
            ("{partner}", pick(&moving.partners, 4)),
            ("{person}", pick(&moving.people, 2)),
            ("{n}", (12 + (round * 37 + 5).rem_euclid(61)).to_string()),
        ];
        let fill =
            |text: &str| words.iter().fold(text.to_owned(), |text, (name, word)| text.replace(name, word));
        let templates = moving.templates.len().max(1) as i64;
        // 7 has no factor in common with 20: every template is used before one comes again.
        let template = moving.templates.get((round * 7).rem_euclid(templates) as usize);
        let [title, summary, text] = template.cloned().unwrap_or_default().map(|it| fill(&it));
        let quote = format!("<blockquote><p>{}</p></blockquote>", escape(&fill(&moving.quote)));
        // From the middle of the list, so that a moving release does not share its picture with the newest of the rest.
        let count = self.releases.len().max(1) as i64;
        let picture = self.releases.get((round * 3 + count / 2).rem_euclid(count) as usize);
        Release {
            desk,
            slug: format!("note-{round}"),
            title,
            body: self.body(&[summary.clone(), text, quote]),
            summary,
            author: self.name.clone(),
            published,
            image: picture.and_then(|it| it.image.clone()),
            image_alt: picture.and_then(|it| it.image_alt.clone()),
            categories: picture.map(|it| it.categories.clone()).unwrap_or_default(),
        }
    }
}

/// Text for a place between tags.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
