//! Time zones: by offset, by name, by region.

use std::sync::LazyLock;

use jiff::{
    civil::DateTime,
    tz::{TimeZone, TimeZoneDatabase},
};

/// Zone names of RFC 822 and those that feeds use besides, in minutes east of UTC. The single letters of RFC 822 but Z
/// are not among them: RFC 2822 (section 4.3) takes them for unknown, because that standard had them the wrong way
/// round.
///
/// Some names mean several zones. Meant is, because more press offices use it so: `bst` British Summer Time, not
/// Bangladesh; `ist` India, neither Israel nor Ireland; `cst` and `cdt` Chicago, neither China nor Cuba; `est` and `edt` New
/// York, not Australia; `ast` Halifax, not Arabia; `pst` Los Angeles, not the Philippines; `gst` the Gulf; `amt` and
/// `wst` nothing.
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
    ("met", 60),
    ("wat", 60),
    ("cest", 120),
    ("mesz", 120),
    ("mest", 120),
    ("cat", 120),
    ("eet", 120),
    ("eest", 180),
    ("eat", 180),
    ("trt", 180),
    ("msk", 180),
    ("msd", 240),
    ("gst", 240),
    ("pkt", 300),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("sast", 120),
    ("jst", 540),
    ("kst", 540),
    ("hkt", 480),
    ("myt", 480),
    ("pht", 480),
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
    ("clt", -240),
    ("cot", -300),
    ("pet", -300),
];

/// Longest name of a region, in bytes: `America/Argentina/ComodRivadavia`.
const REGION_BYTES_MAX: usize = 40;

/// The regions of the IANA database, as it was when this was built.
static REGIONS: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// What a date says of its zone: an offset beats a region, and that a name, because names are used all year round.
#[derive(Clone, Debug, Default)]
pub(super) struct Zone {
    offset_min: Option<i16>,
    region: Option<TimeZone>,
    named_min: Option<i16>,
}

impl Zone {
    /// All that the words of `text` say of a zone.
    pub(super) fn of(text: &str) -> Self {
        let mut zone = Self::default();
        let between = |it: char| it.is_whitespace() || matches!(it, ',' | '[' | ']' | '(' | ')');
        for word in text.split(between).filter(|it| !it.is_empty()) {
            zone.take(&word.to_lowercase());
        }
        zone
    }

    /// Takes a lower-case word if it says something of a zone; of several of a kind the last counts.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let word = word.trim_matches(['(', ')', '.', ';', '"']);
        let after_name = || word.strip_prefix("gmt").or_else(|| word.strip_prefix("utc"));
        if let Some(minutes) = signed_zone(word).or_else(|| after_name().and_then(signed_zone)) {
            self.offset_min = Some(minutes);
        } else if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
            self.named_min = Some(*minutes);
        } else if let Some(region) = region(word) {
            self.region = Some(region);
        } else {
            return false;
        }
        true
    }

    /// Whether anything is known.
    pub(super) fn is_known(&self) -> bool {
        self.offset_min.is_some() || self.region.is_some() || self.named_min.is_some()
    }

    /// Minutes east of UTC at that moment of the zone; 0 where nothing is known.
    pub(super) fn offset_min(&self, moment: DateTime) -> i16 {
        let regional = || {
            let region = self.region.as_ref()?;
            let seconds = region.to_offset(region.to_timestamp(moment).ok()?).seconds();
            i16::try_from(seconds / 60).ok()
        };
        self.offset_min.or_else(regional).or(self.named_min).unwrap_or(0)
    }
}

/// `europe/paris`, `est5edt`.
fn region(word: &str) -> Option<TimeZone> {
    let is_name = word.starts_with(|it: char| it.is_ascii_alphabetic())
        && word.contains(|it: char| it == '/' || it.is_ascii_digit())
        && word.len() <= REGION_BYTES_MAX;
    is_name.then(|| REGIONS.get(word).ok())?
}

/// `+0100`, `-05:00`, `+01`, `+1`.
pub(super) fn signed_zone(text: &str) -> Option<i16> {
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(pair) => pair,
        None if digits.len() <= 2 => (digits, "0"),
        None => digits.split_at_checked(digits.len() - 2)?,
    };
    let is_plain = |it: &str| !it.is_empty() && it.len() <= 2 && it.bytes().all(|it| it.is_ascii_digit());
    if !is_plain(hours) || !is_plain(minutes) {
        return None;
    }
    let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| sign * (hours * 60 + minutes))
}
