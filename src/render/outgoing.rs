//! A sheet as feeds show it: what may go out of each entry, decided once for every format.
//!
//! How much of a source's entries goes out is its `republish`; how images do is the publication's `images`.
//! The images of a text and the media of its entry are shown, or left out, by the same word.

use std::{borrow::Cow, collections::HashSet};

use url::{Url, form_urlencoded::byte_serialize};

use crate::model::{
    Format, Kept, Media, MediaKind, Origin, Picture, Press, Shown, Site, Stated,
    picture::Encoding,
    publication::{Images, SourceName},
    source::Republish,
};

use super::{
    Sheet,
    body::{self, Dress, Sink},
    characters::{language, line, web_address, xml_text},
    moment, pictures,
    words::words,
};

/// Bytes of whole texts in one feed; entries after that are shown with their excerpt, so that no feed is unbounded.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Media of one entry in a feed.
pub const MEDIA_MAX: usize = 50;
/// Authors, and categories, of one entry in a feed.
pub const NAMES_MAX: usize = 100;

/// The name that feeds give as their generator.
pub(super) const GENERATOR: &str = "pressroll";
/// The media type of bytes of which nothing is known (RFC 2046, section 4.5.1).
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// A whole feed, reduced to what goes out.
pub(super) struct Outgoing<'a> {
    /// Title, with the language where only one was picked.
    pub(super) title: String,
    /// The page that the feed belongs to.
    pub(super) home: String,
    /// The feed's own address.
    pub(super) address: String,
    /// One sentence on it.
    pub(super) description: String,
    /// BCP 47 tag.
    pub(super) language: Option<&'a str>,
    /// When any of it last changed, unix milliseconds; `None` without entries.
    pub(super) updated_ms: Option<i64>,
    /// Its entries, in order, each id once.
    pub(super) pieces: Vec<Piece<'a>>,
}

/// One entry, reduced to what goes out.
pub(super) struct Piece<'a> {
    /// The id that readers know it by.
    pub(super) id: Cow<'a, str>,
    /// Title; text.
    pub(super) title: Cow<'a, str>,
    /// The original's address.
    pub(super) link: Option<String>,
    /// Its beginning; text.
    pub(super) excerpt: Option<Cow<'a, str>>,
    /// Its whole text; HTML.
    pub(super) content: Option<Cow<'a, str>>,
    /// The moment it is dated by, unix milliseconds.
    pub(super) dated_ms: i64,
    /// When it last changed, never before it is dated, unix milliseconds.
    pub(super) updated_ms: i64,
    /// Its publisher's date, if there is one that can be true.
    pub(super) stated: Option<Stated>,
    /// Names of authors.
    pub(super) authors: Vec<Cow<'a, str>>,
    /// Categories: term, and scheme as stated.
    pub(super) categories: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    /// Media that may go out.
    pub(super) media: Vec<Medium<'a>>,
    /// BCP 47 tag.
    pub(super) language: Option<&'a str>,
    /// The id of its source here.
    pub(super) source_id: &'a str,
    /// Its source.
    pub(super) source: Credit<'a>,
    /// The feed that it was copied from, where that can be named.
    copied_from: Option<Credit<'a>>,
    /// What it says itself of where it was copied from.
    pub(super) origin: Option<&'a Origin>,
    /// What a wire says of the company behind it.
    pub(super) press: Option<&'a Press>,
}

/// One medium with an address that may go out.
pub(super) struct Medium<'a> {
    /// Absolute address.
    pub(super) url: String,
    /// What it is.
    pub(super) kind: MediaKind,
    /// Media type: as stated, else by the address' ending, else that of unknown bytes.
    pub(super) mime: &'a str,
    /// Size in bytes as stated.
    pub(super) bytes: Option<u64>,
    /// Width in pixels.
    pub(super) width: Option<u32>,
    /// Height in pixels.
    pub(super) height: Option<u32>,
    /// What it shows, in words.
    pub(super) alt: Option<Cow<'a, str>>,
    /// The language it is in, as stated.
    pub(super) language: Option<&'a str>,
    /// Whether it is a picture of our own origin: how many bytes it takes depends on who asks.
    pub(super) is_ours: bool,
}

/// A feed to which an entry is owed, as readers may know it.
pub(super) struct Credit<'a> {
    /// Its id in Atom: an address, `tag:` or `urn:`.
    pub(super) id: Cow<'a, str>,
    /// Its title.
    pub(super) title: Cow<'a, str>,
    /// Its feed's address; a local file has none.
    pub(super) feed: Option<String>,
    /// Its site's address.
    pub(super) homepage: Option<String>,
}

impl<'a> Outgoing<'a> {
    pub(super) fn of(format: Format, sheet: &Sheet<'a>) -> Self {
        let publication = sheet.publication;
        let name = xml_text(&publication.title).into_owned();
        let title = sheet.lang.map_or_else(|| name.clone(), |lang| format!("{name} ({})", xml_text(lang)));
        let description = publication.description.as_deref().and_then(line).map(Cow::into_owned);
        let pieces = pieces(sheet);
        Self {
            home: home(sheet),
            address: address(format, sheet),
            description: description.unwrap_or_else(|| news_from(&name, &publication.locale)),
            language: sheet.lang.and_then(language).or_else(|| language(&publication.locale)),
            updated_ms: pieces.iter().map(|piece| piece.updated_ms).max(),
            title,
            pieces,
        }
    }
}

/// The brand's or group's own page, else the one we host.
fn home(sheet: &Sheet<'_>) -> String {
    let own = sheet.publication.homepage.as_ref().and_then(|url| web_address(url.as_str()));
    own.unwrap_or_else(|| sheet.address(""))
}

/// The address under which the feed in `format` is served, with `?lang=` where only one language was picked.
pub(super) fn address(format: Format, sheet: &Sheet<'_>) -> String {
    let plain = sheet.address(&format!("/feed.{}", format.extension()));
    match sheet.lang {
        Some(lang) => format!("{plain}?lang={}", byte_serialize(lang.as_bytes()).collect::<String>()),
        None => plain,
    }
}

/// A description for publications that do not have one: standards ask every feed for a sentence.
fn news_from(title: &str, locale: &str) -> String {
    match locale.split('-').next().unwrap_or_default() {
        "ar" => format!("آخر الأخبار: {title}"),
        "de" => format!("Aktuelles: {title}"),
        "es" => format!("Noticias: {title}"),
        "fr" => format!("Actualités : {title}"),
        "it" => format!("Notizie: {title}"),
        "ja" => format!("{title}の最新ニュース"),
        "nl" => format!("Nieuws van {title}"),
        "pt" => format!("Notícias: {title}"),
        _ => format!("News from {title}"),
    }
}

/// The entries of `sheet`, each id once: readers key what they keep by it.
fn pieces<'a>(sheet: &Sheet<'a>) -> Vec<Piece<'a>> {
    let mut ids = HashSet::new();
    let mut bytes_left = TEXT_BYTES_MAX;
    let mut pieces = Vec::with_capacity(sheet.shown.len());
    for shown in sheet.shown {
        let mut piece = piece(shown, sheet);
        if !ids.insert(piece.id.clone()) {
            continue;
        }
        let bytes = piece.content.as_ref().map_or(0, |content| content.len());
        match bytes_left.checked_sub(bytes) {
            Some(left) => bytes_left = left,
            None => piece.content = None,
        }
        pieces.push(piece);
    }
    pieces
}

fn piece<'a>(shown: &'a Shown, sheet: &Sheet<'a>) -> Piece<'a> {
    let kept = &shown.kept;
    let entry = &kept.entry;
    let republish = shown.source.source.republish;
    let dress = Dress {
        sink: Sink::Feed,
        images: sheet.publication.images,
        pictures: &kept.pictures,
        // Readers differ in whether they show the picture of an entry: in its text it is seen by all.
        lead: None,
        site: sheet.site,
        level: 1,
        words: words(&sheet.publication.locale),
    };
    let content = || Cow::from(xml_text(&body::body(&entry.content, &dress)).into_owned());
    Piece {
        id: xml_text(&shown.public_id),
        title: xml_text(entry.title.as_str()),
        link: entry.link.as_deref().and_then(web_address),
        excerpt: line(entry.excerpt.as_str()).filter(|_| republish != Republish::Title),
        content: (republish == Republish::Full).then(content).filter(|it| !it.is_empty()),
        dated_ms: shown.dated_ms,
        updated_ms: kept.updated_ms.max(shown.dated_ms),
        stated: stated(shown),
        authors: entry.authors.iter().filter_map(|it| line(it.as_str())).take(NAMES_MAX).collect(),
        categories: entry
            .categories
            .iter()
            .filter_map(|it| Some((line(&it.term)?, it.scheme.as_deref().and_then(line))))
            .take(NAMES_MAX)
            .collect(),
        media: if republish == Republish::Full { media(shown, sheet) } else { Vec::new() },
        language: entry.language.as_deref().and_then(language),
        source_id: shown.source.source.id.as_str(),
        source: credit(&shown.source),
        copied_from: entry.origin.as_ref().and_then(copied_from),
        origin: entry.origin.as_ref(),
        press: Some(&entry.press).filter(|it| !it.is_empty()),
    }
}

/// The publisher's date, unless it lies after the moment that the entry is dated by: such a date was never true.
fn stated(shown: &Shown) -> Option<Stated> {
    shown.kept.entry.published.filter(|stated| stated.instant_ms <= shown.dated_ms)
}

impl<'a> Piece<'a> {
    /// Whether readers may take the id for the entry's address.
    pub(super) fn id_is_link(&self) -> bool {
        self.link.as_deref() == Some(self.id.as_ref())
    }

    /// Whom feeds name as the entry's source: who first carried it, else its source here. An entry that is copied once more
    /// keeps the one that it has (RFC 4287, section 4.2.11).
    pub(super) fn owed_to(&self) -> &Credit<'a> {
        self.copied_from.as_ref().unwrap_or(&self.source)
    }

    /// The publisher's date where it is another than the one that the entry is dated by: a gate kept it back.
    pub(super) fn stated_otherwise(&self) -> Option<Stated> {
        self.stated.filter(|stated| moment::second(stated.instant_ms) != moment::second(self.dated_ms))
    }
}

/// The media of an entry as the publication shows images: through our origin, from their publisher, or not at all. The
/// picture that stands for the entry comes first.
fn media<'a>(shown: &'a Shown, sheet: &Sheet<'a>) -> Vec<Medium<'a>> {
    let stated = &shown.kept.entry.media;
    let is_image = |it: &&Media| it.kind == MediaKind::Image;
    let others = stated.iter().filter(|it| !is_image(it)).filter_map(medium);
    let ours = |it: &'a Picture| picture(sheet.site, it);
    let named = |it: &&Picture| stated.iter().any(|media| media.url == it.address);
    match sheet.publication.images {
        Images::Link => stated.iter().filter_map(medium).take(MEDIA_MAX).collect(),
        Images::None => others.take(MEDIA_MAX).collect(),
        Images::Proxy => {
            let Kept { lead, pictures, .. } = shown.kept.as_ref();
            let is_lead = |it: &&Picture| lead.as_ref().is_some_and(|lead| lead.path == it.path);
            let more = pictures.iter().filter(|it| named(it) && !is_lead(it));
            lead.iter().chain(more).map(ours).chain(others).take(MEDIA_MAX).collect()
        }
    }
}

/// The media of an entry that are no images: what a reader may open beside its text. Its source's `republish` lets them
/// out with the text.
pub(super) fn attachments(shown: &Shown) -> Vec<Medium<'_>> {
    let stated = &shown.kept.entry.media;
    let is_whole = shown.source.source.republish == Republish::Full;
    let others = stated.iter().filter(|it| is_whole && it.kind != MediaKind::Image);
    others.filter_map(medium).take(MEDIA_MAX).collect()
}

fn medium(stated: &Media) -> Option<Medium<'_>> {
    let url = web_address(&stated.url)?;
    let mime = stated.mime.as_deref().filter(|it| is_media_type(it));
    Some(Medium {
        kind: stated.kind,
        mime: mime.unwrap_or_else(|| type_by_ending(&stated.url)),
        bytes: stated.bytes,
        width: stated.width,
        height: stated.height,
        alt: stated.alt.as_deref().and_then(line),
        language: stated.language.as_deref().and_then(language),
        is_ours: false,
        url,
    })
}

fn picture<'a>(site: &Site, picture: &'a Picture) -> Medium<'a> {
    let (url, (width, height)) = pictures::largest(site, picture);
    Medium {
        url,
        kind: MediaKind::Image,
        mime: Encoding::Jpeg.media_type(),
        bytes: None,
        width: Some(width),
        height: Some(height),
        alt: line(&picture.alt),
        language: None,
        is_ours: true,
    }
}

/// Whether `text` is `type/subtype` in the characters of a token (RFC 9110, section 5.6.2), without parameters.
fn is_media_type(text: &str) -> bool {
    let token = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&it))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

fn type_by_ending(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, it)| it);
    match ending.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" => "audio/ogg",
        "pdf" => "application/pdf",
        _ => UNKNOWN_TYPE,
    }
}

/// A source as readers may know it: without the user name and password that its address may hold.
pub(super) fn credit(name: &SourceName) -> Credit<'_> {
    let own = name.source.id.as_str();
    let feed = web_address(name.source.url.as_str());
    let homepage = name.homepage.as_deref().and_then(web_address);
    let id = feed.clone().or_else(|| homepage.clone());
    Credit {
        id: id.unwrap_or_else(|| format!("urn:pressroll:source:{own}")).into(),
        title: line(&name.title).unwrap_or(Cow::Borrowed(own)),
        feed,
        homepage,
    }
}

/// The feed that an entry was copied from, if it says where that is: a mere name could be anybody's.
fn copied_from(origin: &Origin) -> Option<Credit<'_>> {
    let feed = origin.feed.as_deref().and_then(web_address);
    let homepage = origin.homepage.as_deref().and_then(web_address);
    let address = feed.clone().or_else(|| homepage.clone())?;
    let host = Url::parse(&address).ok()?.host_str()?.trim_start_matches("www.").to_owned();
    Some(Credit {
        id: origin.id.as_deref().map_or(Cow::Owned(address), xml_text),
        title: origin.title.as_deref().and_then(line).unwrap_or(Cow::Owned(host)),
        feed,
        homepage,
    })
}
