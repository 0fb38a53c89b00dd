//! One entry as it is read: on a page of its own, and whole in a widget.
//!
//! How much of it is there is its source's `republish`: the whole text with pictures and attachments; the excerpt alone; or
//! nothing beside title, source and date. The way to the original is always there.

use askama::Template;
use url::Url;

use super::{
    Sheet,
    accent::Pair,
    attachments::{self, Attachment},
    body::{self, Dress, Dressed, SIZES, Sink},
    characters::text_as_html,
    dates::{Dates, Moment, direction, language_of},
    document::{Document, Permits},
    listing::{outgoing, reader_address, writing},
    oembed,
    page::{Frame, accents},
    pictures::{self, Setting},
    style,
    widget::Options,
    words::{Words, words},
};
use crate::model::{Hash128, Publication, Shown, publication::Images, source::Republish};

/// Digits of an entry's key.
const KEY_DIGITS: usize = 16;
/// A year in which nothing was published: the page of an entry stands for long, so its date says the year always.
const NO_YEAR: i16 = 0;

/// The key of an entry in the addresses of its publication: made of the id that its readers know, so that it lasts as long
/// as that does.
pub fn key(public_id: &str) -> String {
    Hash128::of(public_id.as_bytes()).hex().chars().take(KEY_DIGITS).collect()
}

/// Whether `text` may be a key.
pub fn is_key(text: &str) -> bool {
    text.len() == KEY_DIGITS && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

/// Everything of an entry that may be shown.
struct Whole<'a> {
    words: &'static Words,
    source: &'a str,
    title: &'a str,
    /// The language, where it is not that of the document.
    lang: Option<&'a str>,
    /// The direction, where it is not that of the document.
    dir: Option<&'static str>,
    /// The language of dates, where it is not that of the document.
    dates_in: Option<&'a str>,
    /// Its day, its time where one was stated, and both for programs.
    day: String,
    time: Option<String>,
    machine: String,
    picture: Option<Setting>,
    /// What its publisher says below the picture.
    caption: Option<String>,
    sizes: &'static str,
    /// Its text; HTML.
    text: String,
    attachments: Vec<Attachment>,
    /// Where it was published first: what the link says, and the address with campaign tags.
    original: Option<(String, String)>,
    /// The level of headings below the title.
    below: u8,
}

/// Where an entry is read, as far as it makes a difference.
struct Place<'a> {
    sink: Sink,
    locale: &'a str,
    /// The level of the title's heading.
    level: u8,
}

impl<'a> Whole<'a> {
    /// The entry, and what its document has to let in.
    fn of(sheet: &Sheet<'a>, shown: &'a Shown, place: &Place<'a>) -> (Self, Permits) {
        let Sheet { site, publication, .. } = *sheet;
        let words = words(place.locale);
        let dates = Dates::new(place.locale, NO_YEAR);
        let moment = Moment::of(shown, &publication.time_zone);
        let (lang, dir) = writing(shown, words.language);
        let picture = pictures::of_entry(site, publication, shown);
        let Dressed { html, mut permits, lead_caption } = text(sheet, shown, place, picture.as_ref());
        if let Some(picture) = &picture {
            permits.picture(&picture.src);
        }
        let whole = Self {
            words,
            source: &shown.source.title,
            title: shown.kept.entry.title.as_str(),
            lang,
            dir,
            dates_in: (language_of(place.locale) != words.language).then_some(place.locale),
            day: dates.long(moment.day),
            time: moment.time.map(|it| dates.clock(it)),
            machine: moment.machine(),
            caption: lead_caption.filter(|_| picture.is_some()),
            picture,
            sizes: SIZES,
            text: html,
            attachments: attachments::of(shown, words),
            original: original(publication, shown, words),
            below: place.level + 1,
        };
        (whole, permits)
    }
}

/// As much of the text as may be shown; where there is none, the excerpt stands for it.
fn text(sheet: &Sheet<'_>, shown: &Shown, place: &Place<'_>, picture: Option<&Setting>) -> Dressed {
    let entry = &shown.kept.entry;
    let republish = shown.source.source.republish;
    let mut lead_caption = None;
    if republish == Republish::Full && !entry.content.is_empty() {
        let kept = shown.kept.lead.as_ref().filter(|_| sheet.publication.images == Images::Proxy);
        let lead = kept.map(|it| it.address.as_str()).or(picture.map(|it| it.src.as_str()));
        let dress = Dress {
            sink: place.sink,
            images: sheet.publication.images,
            pictures: &shown.kept.pictures,
            lead,
            site: sheet.site,
            level: place.level,
            words: words(place.locale),
        };
        // A text may be nothing but the picture that is shown above it already.
        let dressed = body::dressed(&entry.content, &dress);
        if !dressed.html.is_empty() {
            return dressed;
        }
        lead_caption = dressed.lead_caption;
    }
    let excerpt = entry.excerpt.as_str();
    let html = match republish {
        Republish::Full | Republish::Excerpt if !excerpt.is_empty() => {
            format!("<p>{}</p>", text_as_html(excerpt))
        }
        Republish::Full | Republish::Excerpt | Republish::Title => String::new(),
    };
    Dressed { html, permits: Permits::default(), lead_caption }
}

/// The link to the original, by the name of its host.
fn original(publication: &Publication, shown: &Shown, words: &Words) -> Option<(String, String)> {
    let link = shown.kept.entry.link.as_deref()?;
    let url = Url::parse(link).ok()?;
    let host = url.host_str()?;
    let said = words.original_at.replace("{host}", host.strip_prefix("www.").unwrap_or(host));
    Some((said, outgoing(link, &publication.utm)?))
}

#[derive(Template)]
#[template(path = "render/page_entry.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    whole: Whole<'a>,
    /// The publication's own page: its title and its address.
    above: (&'a str, String),
    /// The moment it is dated by, for programs.
    published: String,
}

/// The page of one entry of a sheet. It names the original as the address that search engines should keep.
pub fn page(sheet: &Sheet<'_>, shown: &Shown) -> Document {
    let publication = sheet.publication;
    let entry = &shown.kept.entry;
    let republish = shown.source.source.republish;
    let own = format!("/entries/{}", key(&shown.public_id));
    let mut frame = Frame::of(sheet, &own);
    frame.oembed = oembed::links(sheet, &own);
    let place = Place { sink: Sink::Page, locale: &publication.locale, level: 1 };
    let (whole, permits) = Whole::of(sheet, shown, &place);
    frame.title = entry.title.as_str().to_owned();
    frame.description =
        Some(entry.excerpt.as_str()).filter(|it| !it.is_empty() && republish != Republish::Title);
    // A title alone is nothing to find.
    frame.hidden |= republish == Republish::Title;
    frame.original = entry.link.as_deref().and_then(|it| outgoing(it, &[]));
    frame.card = pictures::card(sheet.site, publication, shown);
    frame.kind = "article";
    frame.style = style::entry_page(accents(publication));
    let page = Page {
        published: whole.machine.clone(),
        frame: &frame,
        whole,
        above: (&publication.title, reader_address(sheet, "")),
    };
    // Writing into memory cannot fail, here and below.
    permits.seal(page.render().unwrap_or_default(), &frame.style)
}

#[derive(Template)]
#[template(path = "render/widget_entry.html")]
struct Widget<'a> {
    whole: Whole<'a>,
    dir: &'static str,
    color_scheme: &'static str,
    publication: &'a str,
    /// The publication's own page.
    page: String,
    /// The entry's own page.
    address: String,
    style: &'a str,
}

/// One entry of a sheet whole in a widget: nothing of a third party is in it.
pub fn widget(sheet: &Sheet<'_>, shown: &Shown, options: &Options) -> Document {
    let publication = sheet.publication;
    let place = Place { sink: Sink::Widget, locale: &options.locale, level: 2 };
    let (whole, mut permits) = Whole::of(sheet, shown, &place);
    permits.framed_by(&publication.embed_on);
    let style = style::entry_widget(options.scheme, Pair::of(options.accent));
    let widget = Widget {
        dir: direction(whole.words.language),
        color_scheme: style::color_scheme(options.scheme),
        publication: &publication.title,
        page: reader_address(sheet, ""),
        address: reader_address(sheet, &format!("/entries/{}", key(&shown.public_id))),
        style: &style,
        whole,
    };
    permits.seal(widget.render().unwrap_or_default(), &style)
}
