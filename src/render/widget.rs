//! The widget: a publication's newest entries as one small document for an iframe. It needs no script.

use askama::Template;

use super::{
    Sheet,
    accent::Pair,
    dates::{Dates, direction, language_of, locale_tag},
    document::{Document, Permits},
    entry,
    listing::{self, Line, Wish},
    style,
    words::{Words, words},
};
use crate::model::{
    Publication,
    publication::{Accent, Layout, Look, Scheme},
};

pub use super::style::widget_css;

/// Most entries in a widget.
pub const COUNT_MAX: usize = 50;
/// Entries in a list where nobody says how many.
pub const COUNT_LIST: usize = 5;
/// Entries among cards where nobody says how many: rows of two and of three come out even.
pub const COUNT_CARDS: usize = 6;

/// How a widget is to look: the named look of the publication, and what the address says beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// List or cards.
    pub layout: Layout,
    /// 1 to [`COUNT_MAX`] entries.
    pub count: usize,
    /// Light, dark, or as the reader's system says.
    pub scheme: Scheme,
    /// The accent as asked for; it is made readable where it is used.
    pub accent: Option<Accent>,
    /// BCP 47 tag for words and dates: language, script and region.
    pub locale: String,
    /// Only entries of this language: the caller picks them.
    pub lang: Option<String>,
    /// One entry whole, by its key, in the place of a list: the caller finds it.
    pub entry: Option<String>,
}

impl Options {
    /// Reads a query: `look` first, whatever its place, then `layout`, `count`, `scheme`, `accent`, `locale`, `lang`
    /// and `entry` over it. Of a key that comes twice the first good value holds. What is unknown or makes no sense is passed over:
    /// a widget on somebody's page never breaks because of its address.
    pub fn from_query(publication: &Publication, pairs: &[(String, String)]) -> Self {
        let named = first(pairs, "look", |name| publication.looks.iter().find(|it| it.name.as_str() == name));
        let look = |pick: fn(&Look) -> Option<usize>| named.and_then(pick);
        let layout = first(pairs, "layout", layout).or(named.and_then(|it| it.layout)).unwrap_or_default();
        let usual = match layout {
            Layout::List => COUNT_LIST,
            Layout::Cards => COUNT_CARDS,
        };
        Self {
            layout,
            count: first(pairs, "count", count).or(look(|it| it.count)).unwrap_or(usual).clamp(1, COUNT_MAX),
            scheme: first(pairs, "scheme", scheme).or(named.and_then(|it| it.scheme)).unwrap_or_default(),
            accent: first(pairs, "accent", Accent::parse).or(named.and_then(|it| it.accent)),
            locale: first(pairs, "locale", locale_tag)
                .or_else(|| locale_tag(&publication.locale))
                .unwrap_or_else(|| "en".to_owned()),
            lang: first(pairs, "lang", |it| lang(publication, it)),
            entry: first(pairs, "entry", |it| entry::is_key(it).then(|| it.to_owned())),
        }
    }

    /// A key for caches: equal for options that come to the same, different for others.
    pub fn canonical(&self) -> String {
        if let Some(key) = &self.entry {
            return format!(
                "entry={key}&scheme={}&accent={}&locale={}",
                scheme_name(self.scheme),
                self.accent.map(Accent::css).unwrap_or_default(),
                self.locale
            );
        }
        format!(
            "layout={}&count={}&scheme={}&accent={}&locale={}&lang={}",
            layout_name(self.layout),
            self.count,
            scheme_name(self.scheme),
            self.accent.map(Accent::css).unwrap_or_default(),
            self.locale,
            self.lang.as_deref().unwrap_or_default()
        )
    }
}

/// The first value of `key` that `read` understands.
fn first<T>(pairs: &[(String, String)], key: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    pairs.iter().filter(|(had, _)| had == key).find_map(|(_, value)| read(value))
}

fn layout(text: &str) -> Option<Layout> {
    [Layout::List, Layout::Cards].into_iter().find(|it| layout_name(*it) == text)
}

fn layout_name(layout: Layout) -> &'static str {
    match layout {
        Layout::List => "list",
        Layout::Cards => "cards",
    }
}

fn scheme(text: &str) -> Option<Scheme> {
    [Scheme::Light, Scheme::Dark, Scheme::Auto].into_iter().find(|it| scheme_name(*it) == text)
}

fn scheme_name(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
        Scheme::Auto => "auto",
    }
}

fn count(text: &str) -> Option<usize> {
    text.parse().ok().filter(|it| (1..=COUNT_MAX).contains(it))
}

/// A language that the publication lets in; any, where it lets in all.
fn lang(publication: &Publication, text: &str) -> Option<String> {
    let tag = locale_tag(text)?.to_ascii_lowercase();
    let known = &publication.selection.languages;
    (known.is_empty() || known.contains(&tag)).then_some(tag)
}

#[derive(Template)]
#[template(path = "render/widget.html")]
struct Page<'a> {
    words: &'static Words,
    locale: &'a str,
    /// Whether there are dates but no words in the locale.
    foreign_dates: bool,
    dir: &'static str,
    color_scheme: &'static str,
    layout: &'static str,
    title: &'a str,
    page: String,
    subscribe: String,
    updated: Option<String>,
    lines: Vec<Line<'a>>,
    /// The heading level of an entry's title.
    level: u8,
    style: &'a str,
}

/// The widget of a sheet. The sheet's entries are those of `options.lang`, if it is set: the caller has picked them.
pub fn widget(sheet: &Sheet<'_>, options: &Options) -> Document {
    let words = words(&options.locale);
    let publication = sheet.publication;
    let dates = Dates::for_sheet(&options.locale, sheet.shown, &publication.time_zone);
    let wish = Wish { count: options.count, grid: options.layout == Layout::Cards };
    let mut lines = listing::lines(sheet, words.language, wish);
    let mut permits = Permits::default();
    permits.framed_by(&publication.embed_on);
    for line in &mut lines {
        line.when = dates.short(line.moment.day);
        if let Some(picture) = &line.picture {
            permits.picture(&picture.src);
        }
    }
    let style = style::widget(options.layout, options.scheme, Pair::of(options.accent));
    let page = Page {
        words,
        locale: &options.locale,
        foreign_dates: language_of(&options.locale) != words.language,
        dir: direction(words.language),
        color_scheme: style::color_scheme(options.scheme),
        layout: layout_name(options.layout),
        title: &publication.title,
        page: listing::reader_address(sheet, ""),
        subscribe: listing::reader_address(sheet, "/subscribe"),
        updated: listing::updated(sheet, &dates, words),
        lines,
        level: 2,
        style: &style,
    };
    // Writing into memory cannot fail: the template's own error type has nothing else to say.
    permits.seal(page.render().unwrap_or_default(), &style)
}
