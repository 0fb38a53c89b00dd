//! Entries as people see them: which words, which date, which picture, which way they are written.

use url::Url;

use super::{
    Sheet,
    dates::{Dates, Moment, direction, language_of},
    pictures::{self, Setting},
    words::Words,
};
use crate::model::{PublicationKind, Shown, publication::Publication, source::Republish};

/// Pictures that load at once where there is a grid: about one row of it.
const FIRST_ROW: usize = 4;
/// How wide pictures are seen, for the choice of a file: in a grid, whose columns are never narrower than this part of it;
/// beside the words of a list; and beside the first of a wide list.
const SIZES_GRID: &str = "(min-width:496px) 320px,100vw";
const SIZES_LIST: &str = "120px";
const SIZES_FIRST: &str = "240px";

/// One entry of a list.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) source: &'a str,
    pub(super) title: &'a str,
    /// Where it leads, campaign tags included.
    pub(super) href: String,
    /// Empty where there is nothing beside the title, or only the title may be shown.
    pub(super) summary: &'a str,
    /// The language, where it is not that of the document.
    pub(super) lang: Option<&'a str>,
    /// The direction, where it is not that of the document.
    pub(super) dir: Option<&'static str>,
    /// The moment it is shown with.
    pub(super) moment: Moment,
    /// That moment as words.
    pub(super) when: String,
    /// That moment for programs.
    pub(super) machine: String,
    pub(super) picture: Option<Setting>,
    /// How wide that is seen, as `sizes` says it.
    pub(super) sizes: &'static str,
    /// Whether that is seen without scrolling.
    pub(super) first_row: bool,
    /// Whether an initial stands in for a missing picture.
    pub(super) placeholder: bool,
    /// The brand's initial.
    pub(super) initial: String,
}

/// How a list wants its entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Most entries.
    pub(super) count: usize,
    /// Whether pictures are seen at once (a grid), with an initial where there is none.
    pub(super) grid: bool,
}

/// The first entries of a sheet, ready to be set. `when` stays empty: widgets and pages write it differently.
pub(super) fn lines<'a>(sheet: &Sheet<'a>, language: &str, wish: Wish) -> Vec<Line<'a>> {
    let publication = sheet.publication;
    let fallback = sheet.address("");
    let shown = sheet.shown.iter().take(wish.count).enumerate();
    shown
        .map(|(at, shown)| {
            let entry = &shown.kept.entry;
            let (lang, dir) = writing(shown, language);
            let link = entry.link.as_deref().or(shown.source.homepage.as_deref());
            let moment = Moment::of(shown, &publication.time_zone);
            let picture = pictures::of_entry(sheet.site, publication, shown);
            let logo = || pictures::logo(sheet.site, publication, shown).filter(|_| wish.grid);
            let picture = picture.or_else(logo);
            Line {
                source: &shown.source.title,
                title: entry.title.as_str(),
                href: link.and_then(|it| outgoing(it, &publication.utm)).unwrap_or_else(|| fallback.clone()),
                summary: summary(shown),
                lang,
                dir,
                moment,
                when: String::new(),
                machine: moment.machine(),
                placeholder: wish.grid && picture.is_none(),
                picture,
                sizes: match at {
                    _ if wish.grid => SIZES_GRID,
                    0 => SIZES_FIRST,
                    _ => SIZES_LIST,
                },
                first_row: wish.grid && at < FIRST_ROW,
                initial: initial(publication, shown),
            }
        })
        .collect()
}

/// When the newest entry came, as a phrase; `None` on an empty sheet. Never the time of rendering.
pub(super) fn updated(sheet: &Sheet<'_>, dates: &Dates, words: &Words) -> Option<String> {
    let zone = &sheet.publication.time_zone;
    let newest = sheet.shown.iter().max_by_key(|it| it.dated_ms)?;
    let stated = Moment::of(newest, zone);
    let moment =
        if stated.instant_ms == newest.dated_ms { stated } else { Moment::at(newest.dated_ms, zone) };
    let date = dates.short(moment.day);
    Some(match moment.time {
        None => words.updated_on.replace("{date}", &date),
        Some(time) => words.updated_at.replace("{date}", &date).replace("{time}", &dates.clock(time)),
    })
}

/// The absolute address of `rest` below the publication, in the language that the sheet was picked for.
pub(super) fn reader_address(sheet: &Sheet<'_>, rest: &str) -> String {
    let lang = sheet.lang.map(|it| format!("?lang={it}")).unwrap_or_default();
    format!("{}{lang}", sheet.address(rest))
}

/// An address that leaves the page: http or https, with the campaign tags it does not have yet. Everything else of the
/// query, and the fragment, stay as they are.
pub(super) fn outgoing(address: &str, utm: &[(String, String)]) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let tags: Vec<(String, &str)> = utm
        .iter()
        .map(|(key, value)| (format!("utm_{key}"), value.as_str()))
        .filter(|(key, _)| !url.query_pairs().any(|(had, _)| had == *key))
        .collect();
    if !tags.is_empty() {
        url.query_pairs_mut().extend_pairs(tags);
    }
    Some(url.into())
}

/// The text under the title: what may be shown of it, and nothing that the title has said already.
fn summary(shown: &Shown) -> &str {
    let entry = &shown.kept.entry;
    let excerpt = entry.excerpt.as_str();
    let said = excerpt.starts_with(entry.title.as_str().trim_end_matches('…'));
    if said || shown.source.source.republish == Republish::Title { "" } else { excerpt }
}

/// Language and direction of an entry, each where it is not the document's. Without a stated language the first letter
/// of the title tells the direction.
pub(super) fn writing<'a>(shown: &'a Shown, document: &str) -> (Option<&'a str>, Option<&'static str>) {
    let entry = &shown.kept.entry;
    let lang = entry.language.as_deref().filter(|it| language_of(it) != document);
    let dir = match entry.language.as_deref() {
        Some(language) => direction(language),
        None => written_direction(entry.title.as_str()).unwrap_or_else(|| direction(document)),
    };
    (lang, (dir != direction(document)).then_some(dir))
}

/// The direction of the first letter: Hebrew, Arabic and their neighbours in Unicode run from right to left.
fn written_direction(text: &str) -> Option<&'static str> {
    let letter = text.chars().find(|it| it.is_alphabetic())?;
    let from_right =
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    Some(if from_right { "rtl" } else { "ltr" })
}

/// The letter that stands for the brand; in a group, for the source.
fn initial(publication: &Publication, shown: &Shown) -> String {
    let name = match publication.path.kind {
        PublicationKind::Brand => &publication.title,
        PublicationKind::Group => &shown.source.title,
    };
    let letter = name.chars().find(|it| it.is_alphanumeric());
    letter.map(|it| it.to_uppercase().collect()).unwrap_or_default()
}
