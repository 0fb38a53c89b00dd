//! Names in dates: months in the languages of Western Europe, and time zones by name or offset.

/// Months by their beginning, lower case and without accents: the longer one that fits wins.
const MONTHS: &[(&str, i8)] = &[
    // English, and whatever agrees with it in its first three letters.
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    // French.
    ("fev", 2),
    ("avr", 4),
    ("mai", 5),
    ("juin", 6),
    ("juil", 7),
    ("aou", 8),
    // German.
    ("jän", 1),
    ("maerz", 3),
    ("mrz", 3),
    ("okt", 10),
    ("dez", 12),
    // Spanish.
    ("ene", 1),
    ("abr", 4),
    ("ago", 8),
    ("set", 9),
    ("dic", 12),
    // Italian.
    ("gen", 1),
    ("mag", 5),
    ("giu", 6),
    ("lug", 7),
    ("ott", 10),
    // Portuguese.
    ("out", 10),
    // Dutch.
    ("maa", 3),
    ("mei", 5),
    ("mrt", 3),
];

/// Zone names of RFC 822 and those that feeds use besides, in minutes east of UTC.
const ZONES: &[(&str, i16)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("ist", 330),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("msd", 240),
    ("sast", 120),
    ("jst", 540),
    ("kst", 540),
    ("hkt", 480),
    ("sgt", 480),
    ("awst", 480),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("nst", -210),
    ("ndt", -150),
    ("ast", -240),
    ("adt", -180),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("ct", -360),
    ("mst", -420),
    ("mdt", -360),
    ("mt", -420),
    ("pst", -480),
    ("pdt", -420),
    ("pt", -480),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("brt", -180),
    ("art", -180),
];

/// Lower-case letters of month names without their accents, where those are often left out.
pub(super) fn fold(it: char) -> char {
    match it {
        'é' | 'è' | 'ê' => 'e',
        'û' | 'ü' => 'u',
        'ç' => 'c',
        'á' | 'à' => 'a',
        it => it,
    }
}

/// The month that a word begins like.
pub(super) fn month(word: &str) -> Option<i8> {
    let folded = word.strip_prefix("märz").map_or(word, |_| "mar");
    let fits = MONTHS.iter().filter(|(begin, _)| folded.starts_with(begin));
    fits.max_by_key(|(begin, _)| begin.len()).map(|(_, month)| *month)
}

/// The zone behind an ISO time, which a fraction or `pm` may precede; UTC where there is none that is known.
pub(super) fn zone_after_clock(text: &str) -> i16 {
    zone(text).or_else(|| text.split_whitespace().find_map(zone)).unwrap_or(0)
}

/// A zone by name, by offset, or by both.
pub(super) fn zone(text: &str) -> Option<i16> {
    let lower = text.trim_matches(['(', ')']).to_ascii_lowercase();
    if let Some(minutes) = signed_zone(&lower) {
        return Some(minutes);
    }
    if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == lower) {
        return Some(*minutes);
    }
    lower.strip_prefix("gmt").or_else(|| lower.strip_prefix("utc")).and_then(signed_zone)
}

/// `+0100`, `-05:00`, `+01`, `+1`.
pub(super) fn signed_zone(text: &str) -> Option<i16> {
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix(['-', '\u{2212}'])) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(pair) => pair,
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len() - 2)?,
    };
    // A number may have a sign of its own where it is parsed.
    let is_plain = [hours, minutes].iter().all(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (is_plain && hours < 24 && minutes < 60).then(|| sign * (hours * 60 + minutes))
}
