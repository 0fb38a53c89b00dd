//! The words by which a feed or a page is known to be about the press, in the languages in which companies write.

use url::Url;

/// How much something looks like a company's own releases; more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Not at all.
    None,
    /// It is about news of some kind.
    News,
    /// It is about press releases.
    Press,
}

const PRESS: [&str; 23] = [
    "communique",
    "communiques",
    "communiqué",
    "communiqués",
    "comunicados",
    "comunicati",
    "newsroom",
    "persbericht",
    "persberichten",
    "press",
    "pressemeldungen",
    "pressemitteilung",
    "pressemitteilungen",
    "pressemeddelelser",
    "presse",
    "pressmeddelanden",
    "pressroom",
    "prensa",
    "imprensa",
    "stampa",
    "pers",
    "pressrelease",
    "pressreleases",
];

const NEWS: [&str; 15] = [
    "actualites",
    "actualités",
    "aktuelles",
    "announcements",
    "investor",
    "investors",
    "media",
    "medien",
    "neuigkeiten",
    "news",
    "nieuws",
    "noticias",
    "notizie",
    "release",
    "releases",
];

/// The same in scripts that write words without spaces between, or bend their ends: these stand within a word.
const PRESS_PARTS: [&str; 8] =
    ["プレスリリース", "報道発表", "新闻稿", "新聞稿", "보도자료", "пресс", "τύπου", "صحفي"];
const NEWS_PARTS: [&str; 7] = ["ニュース", "お知らせ", "新闻", "新聞", "뉴스", "новост", "أخبار"];

const COMMENTS: [&str; 6] = ["comment", "comments", "commentaires", "comentarios", "kommentare", "reacties"];

/// How much an address, and what is said of it, look like a company's own releases.
pub fn likeness(url: &Url, title: Option<&str>) -> Likeness {
    let title = title.unwrap_or("");
    let has = |list: &[&str]| words_of(url).chain(words(title)).any(|it| is_one(&it, list));
    let holds = |parts: &[&str]| words(title).any(|it| parts.iter().any(|part| it.contains(part)));
    if has(&PRESS) || holds(&PRESS_PARTS) {
        Likeness::Press
    } else if has(&NEWS) || holds(&NEWS_PARTS) {
        Likeness::News
    } else {
        Likeness::None
    }
}

/// Whether a feed carries what readers say about entries, which nobody means who asks for a site's feed.
pub fn is_about_comments(url: &Url, title: Option<&str>) -> bool {
    let first = words(title.unwrap_or("")).next();
    let in_path = words(url.path()).chain(words(url.query().unwrap_or(""))).any(|it| is_one(&it, &COMMENTS));
    in_path || first.is_some_and(|it| is_one(&it, &COMMENTS))
}

/// Words of the parts of an address that the publisher chose: its path, its query, and its name below the domain.
fn words_of(url: &Url) -> impl Iterator<Item = String> {
    let host = url.domain().unwrap_or("");
    let below = host.rsplitn(3, '.').nth(2).unwrap_or("");
    words(below).chain(words(url.path())).chain(words(url.query().unwrap_or("")))
}

/// Runs of letters and digits, in lower case.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_lowercase)
}

pub(super) fn is_one(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}
