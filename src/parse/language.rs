//! The language of an entry that neither it nor its feed states: detected from the words of its title and text, and only
//! where they leave no doubt. What the operator says of a source beats it, as it beats a stated one.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use crate::model::Draft;

/// How much of an entry's title and text is looked at, markup included, in bytes each.
const LOOKED_AT_BYTES_MAX: usize = 4 << 10;

/// How many words of it are given to the detector, in bytes: more make it slower and hardly surer.
const WORDS_BYTES_MAX: usize = 400;

/// How many there must be, in bytes: a headline of English words may be anybody's.
const WORDS_BYTES_MIN: usize = 60;

/// The languages that are told apart, and their tags (BCP 47). Left out are those that whatlang sees in short texts of
/// others (Latin in placeholder text, Esperanto, Javanese, Tagalog) and that newsrooms hardly write in.
const LANGUAGES: [(Lang, &str); 46] = [
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Spa, "es"),
    (Lang::Ita, "it"),
    (Lang::Por, "pt"),
    (Lang::Nld, "nl"),
    (Lang::Swe, "sv"),
    (Lang::Dan, "da"),
    // Publishers write the language's tag, and seldom that of its variety.
    (Lang::Nob, "no"),
    (Lang::Fin, "fi"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Hrv, "hr"),
    (Lang::Srp, "sr"),
    (Lang::Hun, "hu"),
    (Lang::Ron, "ro"),
    (Lang::Bul, "bg"),
    (Lang::Mkd, "mk"),
    (Lang::Ell, "el"),
    (Lang::Tur, "tr"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Bel, "be"),
    (Lang::Lit, "lt"),
    (Lang::Lav, "lv"),
    (Lang::Est, "et"),
    (Lang::Cat, "ca"),
    (Lang::Ara, "ar"),
    (Lang::Heb, "he"),
    (Lang::Pes, "fa"),
    (Lang::Urd, "ur"),
    (Lang::Hin, "hi"),
    (Lang::Ben, "bn"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Tha, "th"),
    (Lang::Vie, "vi"),
    (Lang::Ind, "id"),
    (Lang::Kat, "ka"),
    (Lang::Hye, "hy"),
];

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(LANGUAGES.iter().map(|(it, _)| *it).collect()));

/// The language that a draft's words are in, as a lower-case BCP 47 tag; `None` where they are too few or could be in
/// several.
pub(super) fn detect(draft: &Draft) -> Option<&'static str> {
    let mut words = String::with_capacity(WORDS_BYTES_MAX);
    let text = draft.content.as_ref().or(draft.summary.as_ref()).map(|it| it.0.as_str());
    for text in [draft.title.as_deref(), text].into_iter().flatten() {
        push_words(&mut words, beginning(text));
    }
    if words.len() < WORDS_BYTES_MIN {
        return None;
    }
    let found = DETECTOR.detect(&words).filter(whatlang::Info::is_reliable)?.lang();
    LANGUAGES.iter().find(|(it, _)| *it == found).map(|(_, tag)| *tag)
}

/// As much of a text as is looked at.
fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LOOKED_AT_BYTES_MAX)).unwrap_or(text)
}

/// Adds the words of `text` that are a language's: no tags, references, addresses or numbers. A tag that does not end is
/// none.
fn push_words(words: &mut String, text: &str) {
    for (place, part) in text.split('<').enumerate() {
        let visible = match (place, part.split_once('>')) {
            (0, _) | (_, None) => part,
            (_, Some((_, behind))) => behind,
        };
        for word in visible.split_whitespace().filter(|it| is_word(it)) {
            if words.len() + word.len() >= WORDS_BYTES_MAX {
                // A script without spaces: its first letters say as much as a word.
                let room = WORDS_BYTES_MAX.saturating_sub(words.len());
                words.push_str(word.get(..word.floor_char_boundary(room)).unwrap_or_default());
                return;
            }
            words.push_str(word);
            words.push(' ');
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.contains(['&', '@', '/', '=', '#', '{', '\\']) && text.chars().any(char::is_alphabetic)
}
