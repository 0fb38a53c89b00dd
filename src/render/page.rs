//! Whole pages: a publication's hosted page, the index, the page on following, and notices.

use askama::Template;

use super::{
    Sheet,
    accent::Pair,
    dates::{Dates, direction, language_of},
    document::{Document, Permits},
    embed::{self, Snippets},
    listing::{self, Line, Wish, outgoing, reader_address},
    oembed,
    pictures::{self, Card},
    style,
    words::{Words, own_name, words},
};
use crate::model::{
    Format, Publication, PublicationKind, Site,
    publication::{LIMIT_MAX, Layout, Scheme},
};

/// What every page has around its content.
pub(super) struct Frame<'a> {
    pub(super) words: &'static Words,
    pub(super) dir: &'static str,
    pub(super) title: String,
    pub(super) description: Option<&'a str>,
    /// Whether search engines are asked to pass by.
    pub(super) hidden: bool,
    /// The page's own absolute address.
    pub(super) address: Option<String>,
    /// Where the same was published first, for a page that repeats it.
    pub(super) original: Option<String>,
    /// The picture that stands for the page.
    pub(super) card: Option<Card>,
    /// What the page is, as Open Graph calls it.
    pub(super) kind: &'static str,
    pub(super) site: &'a Site,
    /// The index' absolute address.
    pub(super) home: String,
    /// Links at the foot: name and address.
    pub(super) links: Vec<(&'a str, &'a str)>,
    /// Feeds for autodiscovery: media type, name, absolute address.
    pub(super) feeds: Vec<(&'static str, String, String)>,
    /// How the page is shown within others (oEmbed): media type, absolute address.
    pub(super) oembed: Vec<(&'static str, String)>,
    pub(super) style: String,
}

impl<'a> Frame<'a> {
    /// A page of the site as such.
    fn new(site: &'a Site, locale: &str, title: String) -> Self {
        let words = words(locale);
        let links = site.footer.iter().filter(|(_, url)| matches!(url.scheme(), "http" | "https" | "mailto"));
        Self {
            words,
            dir: direction(words.language),
            title,
            description: None,
            hidden: false,
            address: None,
            original: None,
            card: None,
            kind: "website",
            site,
            home: site.address("/"),
            links: links.map(|(name, url)| (name.as_str(), url.as_str())).collect(),
            feeds: Vec::new(),
            oembed: Vec::new(),
            style: style::page(Pair::of(None)),
        }
    }

    /// A page of a publication: in its locale, in the accent of its first look that names one, with its feeds.
    pub(super) fn of(sheet: &Sheet<'a>, rest: &str) -> Self {
        let publication = sheet.publication;
        let feeds = Format::ALL.into_iter().map(|it| {
            let address = reader_address(sheet, &format!("/feed.{}", it.extension()));
            (it.media_type(), format!("{} ({})", publication.title, it.name()), address)
        });
        Self {
            description: publication.description.as_deref(),
            hidden: !publication.listed,
            address: Some(reader_address(sheet, rest)),
            feeds: feeds.collect(),
            style: style::page(accents(publication)),
            ..Self::new(sheet.site, &publication.locale, publication.title.clone())
        }
    }
}

/// The accents of a publication's pages: those of its first look that names one.
pub(super) fn accents(publication: &Publication) -> Pair {
    Pair::of(publication.looks.iter().find_map(|it| it.accent))
}

/// Entries of one day.
struct Day<'a> {
    name: String,
    machine: String,
    lines: Vec<Line<'a>>,
}

/// One choice of the switch between languages.
struct Choice<'a> {
    name: String,
    lang: Option<&'a str>,
    address: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "render/page_hosted.html")]
struct Hosted<'a> {
    frame: &'a Frame<'a>,
    publication: &'a Publication,
    locale: &'a str,
    /// Whether there are dates but no words in the locale.
    foreign_dates: bool,
    dir: &'static str,
    /// The publication's own site: its host and its address.
    homepage: Option<(String, String)>,
    languages: Vec<Choice<'a>>,
    days: Vec<Day<'a>>,
    /// The heading level of an entry's title.
    level: u8,
    snippets: Snippets,
    subscribe: String,
    /// The widget's address, without a host: a frame of the page's own origin.
    preview: String,
}

/// The hosted page of a publication: its entries by day, how to follow it, how to embed it.
pub fn page(sheet: &Sheet<'_>) -> Document {
    let publication = sheet.publication;
    let mut frame = Frame::of(sheet, "");
    frame.oembed = oembed::links(sheet, "");
    let mut permits = Permits::default();
    permits.own_frames();
    let lines = listing::lines(sheet, frame.words.language, Wish { count: LIMIT_MAX, grid: false });
    for picture in lines.iter().filter_map(|it| it.picture.as_ref()) {
        permits.picture(&picture.src);
    }
    frame.card = sheet.shown.iter().find_map(|it| pictures::card(sheet.site, publication, it));
    let hosted = Hosted {
        frame: &frame,
        publication,
        locale: &publication.locale,
        foreign_dates: language_of(&publication.locale) != frame.words.language,
        dir: frame.dir,
        homepage: homepage(publication),
        languages: languages(sheet, frame.words),
        days: days(sheet, lines),
        level: 3,
        snippets: embed::of_sheet(sheet),
        subscribe: reader_address(sheet, "/subscribe"),
        preview: own_path(sheet, "/widget"),
    };
    // Writing into memory cannot fail, here and below.
    permits.seal(hosted.render().unwrap_or_default(), &frame.style)
}

/// [`reader_address`] without scheme and host: the page's own origin, by whatever name it was reached.
fn own_path(sheet: &Sheet<'_>, rest: &str) -> String {
    let site = sheet.site;
    let origin = site.public_url.strip_suffix(site.prefix()).unwrap_or_default();
    let address = reader_address(sheet, rest);
    address.strip_prefix(origin).map_or_else(|| address.clone(), str::to_owned)
}

/// Entries under the day they are shown with, in the order of the sheet.
fn days<'a>(sheet: &Sheet<'a>, lines: Vec<Line<'a>>) -> Vec<Day<'a>> {
    let publication = sheet.publication;
    let dates = Dates::for_sheet(&publication.locale, sheet.shown, &publication.time_zone);
    let mut days: Vec<Day<'a>> = Vec::new();
    for mut line in lines {
        let machine = line.moment.day.to_string();
        line.when = line.moment.time.map(|it| dates.clock(it)).unwrap_or_default();
        match days.last_mut().filter(|it| it.machine == machine) {
            Some(day) => day.lines.push(line),
            None => days.push(Day { name: dates.long(line.moment.day), machine, lines: vec![line] }),
        }
    }
    days
}

/// All languages, then each alone; nothing where there is no choice.
fn languages<'a>(sheet: &Sheet<'a>, words: &Words) -> Vec<Choice<'a>> {
    let known = &sheet.publication.selection.languages;
    if known.len() < 2 {
        return Vec::new();
    }
    let choice = |lang: Option<&'a str>| Choice {
        name: lang.map_or_else(|| words.all_languages.to_owned(), own_name),
        lang,
        address: reader_address(&Sheet { lang, ..*sheet }, ""),
        current: sheet.lang == lang,
    };
    std::iter::once(choice(None)).chain(known.iter().map(|it| choice(Some(it)))).collect()
}

fn homepage(publication: &Publication) -> Option<(String, String)> {
    let url = publication.homepage.as_ref()?;
    let host = url.host_str()?;
    let name = host.strip_prefix("www.").unwrap_or(host).to_owned();
    Some((name, outgoing(url.as_str(), &publication.utm)?))
}

#[derive(Template)]
#[template(path = "render/page_subscribe.html")]
struct Subscribe<'a> {
    frame: &'a Frame<'a>,
    snippets: Snippets,
    /// A feed's name, its address, and what it is for.
    choices: Vec<(&'static str, String, &'static str)>,
}

/// What a feed is and how to follow this publication: browsers show feeds raw.
pub fn subscribe(sheet: &Sheet<'_>) -> Document {
    let mut frame = Frame::of(sheet, "/subscribe");
    frame.title = frame.words.follow_name.replace("{name}", &sheet.publication.title);
    let snippets = embed::of_sheet(sheet);
    let uses = [frame.words.rss_for, frame.words.atom_for, frame.words.json_for];
    let choices = snippets.feeds.iter().zip(uses).map(|((name, address), it)| (*name, address.clone(), it));
    let page = Subscribe { frame: &frame, choices: choices.collect(), snippets };
    Permits::default().seal(page.render().unwrap_or_default(), &frame.style)
}

/// Brands, or groups, under their heading.
struct Shelf<'a> {
    name: &'static str,
    publications: Vec<(&'a Publication, String)>,
}

#[derive(Template)]
#[template(path = "render/page_index.html")]
struct Index<'a> {
    frame: &'a Frame<'a>,
    shelves: Vec<Shelf<'a>>,
}

/// The site's first page: its listed brands and groups, in the order given.
pub fn index(site: &Site, publications: &[&Publication]) -> Document {
    let mut frame = Frame::new(site, &site.locale, site.title.clone());
    frame.address = Some(frame.home.clone());
    let shelf = |kind: PublicationKind, name: &'static str| {
        let own = publications.iter().filter(|it| it.listed && it.path.kind == kind);
        Shelf { name, publications: own.map(|it| (*it, site.address(&format!("/{}", it.path)))).collect() }
    };
    let mut shelves = vec![
        shelf(PublicationKind::Brand, frame.words.brands),
        shelf(PublicationKind::Group, frame.words.groups),
    ];
    shelves.retain(|it| !it.publications.is_empty());
    let index = Index { frame: &frame, shelves };
    Permits::default().seal(index.render().unwrap_or_default(), &frame.style)
}

#[derive(Template)]
#[template(path = "render/page_notice.html")]
struct Notice<'a> {
    frame: &'a Frame<'a>,
    sentence: &'a str,
}

/// A page that says one thing: the HTML twin of an error. `locale` is the language that title and sentence are in.
pub fn notice(site: &Site, locale: &str, title: &str, sentence: &str) -> Document {
    let mut frame = Frame::new(site, locale, title.to_owned());
    frame.hidden = true;
    let notice = Notice { frame: &frame, sentence };
    Permits::default().seal(notice.render().unwrap_or_default(), &frame.style)
}

#[derive(Template)]
#[template(path = "render/widget_quiet.html")]
struct Quiet<'a> {
    words: &'static Words,
    dir: &'static str,
    sentence: &'a str,
    style: &'a str,
}

/// One quiet line in the place of a widget: for an embed of something that is not, or no longer, there. Anyone may
/// frame it, since nothing of a publication is in it.
pub fn quiet(locale: &str, sentence: &str) -> Document {
    let words = words(locale);
    let style = style::widget(Layout::List, Scheme::Auto, Pair::of(None));
    let line = Quiet { words, dir: direction(words.language), sentence, style: &style };
    let mut permits = Permits::default();
    permits.framed_by(&[]);
    permits.seal(line.render().unwrap_or_default(), &style)
}
