//! The language of an entry that neither it nor its feed states: detected from the words of its title and text, and only
//! where they leave no doubt: the commonest words speak for one, and whatlang where they do not. What the operator says of a source beats it, as it beats a stated one.

use std::{cmp::Reverse, collections::HashMap, ops::RangeInclusive, sync::LazyLock};

use foldhash::fast::FixedState;
use whatlang::{Detector, Info, Lang};

use crate::model::Draft;

/// How much of an entry's title and text is looked at, markup included, in bytes each.
const LOOKED_AT_BYTES_MAX: usize = 4 << 10;

/// How many words of it are given to the detector, in bytes: more make it slower and hardly surer.
const WORDS_BYTES_MAX: usize = 200;

/// How many there must be, in bytes: a headline of English words may be anybody's.
const WORDS_BYTES_MIN: usize = 60;

/// The first letter that is not Latin, and Cyrillic and Latin ones that lie beyond it.
const GREEK_FIRST: char = '\u{370}';
const CYRILLIC: RangeInclusive<char> = '\u{400}'..='\u{4ff}';
const LATIN_VIETNAMESE: RangeInclusive<char> = '\u{1e00}'..='\u{1eff}';

/// The languages in Latin and Cyrillic letters that are told apart, their tags (BCP 47), and words that their texts are full of. Left out
/// are those that newsrooms hardly write in.
const WORDED: [(Lang, &str, &str); 32] = [
    (Lang::Eng, "en", "the and of to for with that is by its from has in on at as are this be it was an you"),
    (Lang::Fra, "fr", "le la les des et du pour dans une sur est au en par que qui aux ce avec plus"),
    (Lang::Deu, "de", "der die und das den mit von für ist auf ein dem in im zu eine sich auch wird"),
    (Lang::Spa, "es", "el la los de las que del en por para una se con su un más"),
    (Lang::Ita, "it", "il di che la del della per con una nel gli in si sono un nella le"),
    (Lang::Por, "pt", "de os da do que para uma com dos em não por no na um mais"),
    (Lang::Nld, "nl", "de het een van en voor met op zijn dat aan is in te door naar ook die"),
    (Lang::Afr, "af", "die nie 'n ’n vir sal word deur hul sy sê baie"),
    (Lang::Swe, "sv", "och att för med av som en den på är till det"),
    (Lang::Dan, "da", "og at for med af som en den på er til det"),
    // Publishers write the language's tag, and seldom that of its variety.
    (Lang::Nob, "no", "og for med av som en den på er til det"),
    (Lang::Fin, "fi", "ja on että ovat joka sekä mukaan myös vuoden oli kuin tai"),
    (Lang::Pol, "pl", "na do się jest oraz nie od przez dla"),
    (Lang::Ces, "cs", "na se je pro že do jako který"),
    (Lang::Slk, "sk", "na sa je pre že do ako ktorý"),
    (Lang::Slv, "sl", "in je na za se da so ki tudi pri"),
    (Lang::Hrv, "hr", "je na za se da su od koji iz"),
    (Lang::Hun, "hu", "az és hogy egy is nem meg volt mint ez van"),
    (Lang::Ron, "ro", "și de în la cu pe din care pentru este"),
    (Lang::Tur, "tr", "ve bir bu için ile da de olarak olan daha en çok"),
    (Lang::Lit, "lt", "ir kad su iš už kaip yra tai bei buvo dėl"),
    (Lang::Lav, "lv", "un ir ar no par uz kas ka gada arī kā tiek"),
    (Lang::Est, "et", "ja on et ning mis ka aasta oma kui see oli eest"),
    (Lang::Cat, "ca", "el la els de les que del en per amb una"),
    (Lang::Vie, "vi", "và của các trong cho được là có với những đã một"),
    (Lang::Ind, "id", "yang dan di dengan untuk ini dari pada dalam akan adalah oleh"),
    (Lang::Rus, "ru", "не на что по из от для за как это был года"),
    (Lang::Ukr, "uk", "не на що та до від для за як це його року"),
    (Lang::Bel, "be", "не на што да ад для за як гэта па гэтым яго"),
    (Lang::Bul, "bg", "на за се да от по със като това при ще което"),
    (Lang::Srp, "sr", "је на се да су за од који није као ће са"),
    (Lang::Mkd, "mk", "на за се да од во со како кои ќе не оваа"),
];

/// The languages in other letters. Most scripts have one.
const OTHERS: [(Lang, &str); 18] = [
    (Lang::Ell, "el"),
    (Lang::Ara, "ar"),
    (Lang::Heb, "he"),
    (Lang::Yid, "yi"),
    (Lang::Pes, "fa"),
    (Lang::Urd, "ur"),
    (Lang::Hin, "hi"),
    (Lang::Mar, "mr"),
    (Lang::Nep, "ne"),
    (Lang::Ben, "bn"),
    (Lang::Tam, "ta"),
    (Lang::Tel, "te"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Tha, "th"),
    (Lang::Kat, "ka"),
    (Lang::Hye, "hy"),
];

/// How many of them whatlang compares: its time goes with their number.
const COMPARED_MAX: usize = 3;

/// How many of a language's own words there must be.
const OWN_WORDS_MIN: u8 = 3;

/// How many need no second opinion, where no other language has half as many.
const CLEAR_WORDS_MIN: u8 = 4;

/// Which of [`WORDED`] have a word, a bit each.
static OWN_WORDS: LazyLock<HashMap<&str, u32, FixedState>> = LazyLock::new(|| {
    let mut bits: HashMap<&str, u32, FixedState> = HashMap::default();
    for (place, (_, _, words)) in WORDED.iter().enumerate() {
        for word in words.split(' ') {
            *bits.entry(word).or_default() |= 1 << place;
        }
    }
    bits
});

static OTHER_SCRIPTS: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(OTHERS.iter().map(|(it, _)| *it).collect()));

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
    let (mut worded, mut other) = (0_usize, 0_usize);
    for it in words.chars().filter(|it| it.is_alphabetic()) {
        let is_worded = it < GREEK_FIRST || CYRILLIC.contains(&it) || LATIN_VIETNAMESE.contains(&it);
        let count = if is_worded { &mut worded } else { &mut other };
        *count += 1;
    }
    if other > worded {
        let found = OTHER_SCRIPTS.detect(&words).filter(Info::is_reliable)?.lang();
        return OTHERS.iter().find(|(it, _)| *it == found).map(|(_, tag)| *tag);
    }
    let found = of_words(&words)?;
    WORDED.iter().find(|(it, _, _)| *it == found).map(|(_, tag, _)| *tag)
}

/// The language of words in Latin or Cyrillic letters: the one that most of them are own words of, if no other comes near it; else
/// whatlang has to agree, and to be sure of it against the next ones.
fn of_words(words: &str) -> Option<Lang> {
    let mut counts = WORDED.map(|(lang, _, _)| (0_u8, lang));
    for bits in words.split(' ').filter_map(|it| OWN_WORDS.get(it)) {
        for (place, (count, _)) in counts.iter_mut().enumerate() {
            *count = count.saturating_add(u8::from(bits & (1 << place) != 0));
        }
    }
    counts.sort_by_key(|(count, _)| Reverse(*count));
    let [(best, likeliest), (second, _), ..] = counts;
    if best < OWN_WORDS_MIN {
        return None;
    }
    if best >= CLEAR_WORDS_MIN && best >= second.saturating_mul(2) {
        return Some(likeliest);
    }
    let compared = counts.iter().take(COMPARED_MAX).map(|(_, lang)| *lang).collect();
    let found = Detector::with_allowlist(compared).detect(words).filter(Info::is_reliable)?.lang();
    (found == likeliest).then_some(found)
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
