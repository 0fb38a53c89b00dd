//! Names of months in the languages of Europe.

/// Months by their beginning, lower case and folded: the longest one that fits wins.
const MONTHS: [&[&str]; 12] = [
    // en de fr es it pt nl sv da no, ro, pl, tr, el, ru
    &["jan", "ene", "gen", "ian", "sty", "oca", "ιαν", "янв"],
    &["feb", "fev", "lut", "sub", "φεβ", "фев"],
    &["mar", "maerz", "mrz", "maa", "mrt", "μαρ", "мар"],
    &["apr", "avr", "abr", "kwi", "nis", "απρ", "апр"],
    &["may", "mai", "mag", "mei", "maj", "μαι", "мая", "май"],
    &["jun", "juin", "giu", "iun", "cze", "haz", "ιουν", "июн"],
    &["jul", "juil", "lug", "iul", "lip", "tem", "ιουλ", "июл"],
    &["aug", "aou", "ago", "sie", "agu", "αυγ", "авг"],
    &["sep", "set", "wrz", "eyl", "σεπ", "сен"],
    &["oct", "okt", "ott", "out", "paz", "eki", "οκτ", "окт"],
    &["nov", "lis", "kas", "noi", "νοε", "ноя"],
    &["dec", "dez", "dic", "des", "gru", "ara", "δεκ", "дек"],
];

/// Days of the week that begin like a month.
const DAYS: [&str; 7] = ["mardi", "martes", "martedi", "maandag", "maanantai", "pazar", "pazartesi"];

/// Lower-case letters of month names without their accents, which are often left out.
pub(super) fn fold(it: char) -> char {
    match it {
        'á' | 'à' | 'â' | 'ä' | 'å' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ğ' => 'g',
        'ş' | 'ś' => 's',
        'ź' | 'ż' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        it => it,
    }
}

/// The month that a folded word begins like.
pub(super) fn month(word: &str) -> Option<i8> {
    if DAYS.contains(&word) {
        return None;
    }
    let fits = |begin: &&&str| word.starts_with(**begin);
    let longest = |names: &&[&str]| names.iter().filter(fits).map(|it| it.len()).max();
    let found = (1..).zip(MONTHS.iter().map(longest)).filter_map(|(month, length)| Some((length?, month)));
    found.max().map(|(_, month)| month)
}
