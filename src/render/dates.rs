//! Dates as people read them, by ICU4X: in the reader's locale, in the publication's zone, always Gregorian.
//!
//! There is no clock here. "This year" is the year of the newest day on the sheet, so that the same entries always
//! give the same bytes: an entry of that year is dated `21 Nov`, an older one `21 Nov 2025`.

use icu::{
    calendar::{Date, Gregorian, Iso},
    datetime::{FixedCalendarDateTimeFormatter, NoCalendarFormatter, fieldsets},
    locale::{Direction, LanguageIdentifier, Locale, LocaleDirectionality},
    time::Time,
};
use jiff::{civil, tz::TimeZone};
use jiff_icu::ConvertFrom as _;

use crate::model::{Precision, Shown, time::timestamp};

/// Longest locale tag that is looked at, in bytes.
const LOCALE_BYTES_MAX: usize = 35;

type DayFormatter<Fields> = FixedCalendarDateTimeFormatter<Gregorian, Fields>;

/// Reads a BCP 47 tag and keeps its language, script and region; `None` for anything that is not one.
///
/// Extensions and variants are dropped: they would change calendars and digits, and multiply cached editions.
pub fn locale_tag(text: &str) -> Option<String> {
    if text.len() > LOCALE_BYTES_MAX {
        return None;
    }
    let mut language = LanguageIdentifier::try_from_str(text).ok()?;
    language.variants.clear();
    (!language.language.is_unknown()).then(|| language.to_string())
}

/// The language of a tag: `fr` of `fr-CA`, in lower case.
pub fn language_of(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// `rtl` or `ltr`: the direction that a language is written in.
pub fn direction(tag: &str) -> &'static str {
    let language = LanguageIdentifier::try_from_str(tag).unwrap_or(LanguageIdentifier::UNKNOWN);
    match LocaleDirectionality::new_extended().get(&language) {
        Some(Direction::RightToLeft) => "rtl",
        _ => "ltr",
    }
}

/// The locale that dates are written in. Bare English is written day first and by the 24-hour clock (`21 Nov`,
/// `10:42`), as most of its readers do; the American way has to be asked for as `en-US`.
fn date_locale(tag: &str) -> Locale {
    let tag = if tag.eq_ignore_ascii_case("en") { "en-GB" } else { tag };
    LanguageIdentifier::try_from_str(tag).map_or(Locale::UNKNOWN, Locale::from)
}

/// The locale that times of day are written in. French typography writes `10 h 42`, which CLDR keeps for Canada alone.
fn time_locale(tag: &str) -> Locale {
    date_locale(if language_of(tag) == "fr" { "fr-CA" } else { tag })
}

/// A moment as the publisher stated it, ready to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The calendar day it is shown as.
    pub day: civil::Date,
    /// The time of day, where one was stated.
    pub time: Option<civil::Time>,
    /// The instant, unix milliseconds.
    pub instant_ms: i64,
}

impl Moment {
    /// The stated date of an entry; of one without, the date that orders it. A day without a time stays the day that
    /// was written, whatever the zone.
    pub fn of(shown: &Shown, zone: &TimeZone) -> Self {
        let Some(stated) = shown.kept.entry.published else { return Self::at(shown.dated_ms, zone) };
        match stated.precision {
            Precision::Second => Self::at(stated.instant_ms, zone),
            Precision::Day => Self {
                day: stated.offset().to_datetime(stated.timestamp()).date(),
                time: None,
                instant_ms: stated.instant_ms,
            },
        }
    }

    /// An instant as the clocks of `zone` show it.
    pub fn at(instant_ms: i64, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(timestamp(instant_ms));
        Self { day: local.date(), time: Some(local.time()), instant_ms }
    }

    /// The value of a `datetime` attribute: `2026-11-21`, or the instant in UTC to the second.
    pub fn machine(&self) -> String {
        match self.time {
            None => self.day.to_string(),
            Some(_) => timestamp(self.instant_ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// Writes days and times in one locale. Made once for a sheet.
pub struct Dates {
    this_year: i16,
    short: Option<DayFormatter<fieldsets::MD>>,
    short_with_year: Option<DayFormatter<fieldsets::YMD>>,
    long: Option<DayFormatter<fieldsets::MDE>>,
    long_with_year: Option<DayFormatter<fieldsets::YMDE>>,
    clock: Option<NoCalendarFormatter<fieldsets::T>>,
}

impl Dates {
    /// For a locale, and the year that need not be said.
    ///
    /// A locale that ICU4X has no data for falls back to its parents, at last to the root's numeric dates.
    pub fn new(locale: &str, this_year: i16) -> Self {
        let days = date_locale(locale);
        let times = time_locale(locale);
        Self {
            this_year,
            short: DayFormatter::try_new((&days).into(), fieldsets::MD::medium()).ok(),
            short_with_year: with_year(&days),
            long: DayFormatter::try_new((&days).into(), fieldsets::MDE::long()).ok(),
            long_with_year: DayFormatter::try_new((&days).into(), fieldsets::YMDE::long()).ok(),
            clock: NoCalendarFormatter::try_new((&times).into(), fieldsets::T::hm()).ok(),
        }
    }

    /// For a sheet: this year is the year of its newest day.
    pub fn for_sheet(locale: &str, shown: &[Shown], zone: &TimeZone) -> Self {
        let this_year = shown.iter().map(|it| Moment::of(it, zone).day.year()).max().unwrap_or_default();
        Self::new(locale, this_year)
    }

    /// `21 Nov`, or `21 Nov 2025` where the year is not this one.
    pub fn short(&self, day: civil::Date) -> String {
        let date = gregorian(day);
        let text = if day.year() == self.this_year {
            self.short.as_ref().map(|it| it.format(&date).to_string())
        } else {
            self.short_with_year.as_ref().map(|it| it.format(&date).to_string())
        };
        text.unwrap_or_else(|| day.to_string())
    }

    /// `Saturday 21 November`, with the year where it is not this one.
    pub fn long(&self, day: civil::Date) -> String {
        let date = gregorian(day);
        let text = if day.year() == self.this_year {
            self.long.as_ref().map(|it| it.format(&date).to_string())
        } else {
            self.long_with_year.as_ref().map(|it| it.format(&date).to_string())
        };
        text.unwrap_or_else(|| day.to_string())
    }

    /// `10:42`, `10 h 42`, `10:42 AM`.
    pub fn clock(&self, time: civil::Time) -> String {
        let icu_time = Time::convert_from(time);
        let plain = || time.strftime("%H:%M").to_string();
        self.clock.as_ref().map_or_else(plain, |it| it.format(&icu_time).to_string())
    }
}

/// A short date with its year. Where that would be figures alone beside days that are in words (`21. Nov.` and
/// `19.12.2025`), the longer form stands in for it.
fn with_year(locale: &Locale) -> Option<DayFormatter<fieldsets::YMD>> {
    let medium = DayFormatter::try_new(locale.into(), fieldsets::YMD::medium()).ok()?;
    let sample = medium.format(&gregorian(civil::Date::constant(2000, 1, 1))).to_string();
    if sample.chars().any(char::is_alphabetic) {
        return Some(medium);
    }
    DayFormatter::try_new(locale.into(), fieldsets::YMD::long()).ok()
}

fn gregorian(day: civil::Date) -> Date<Gregorian> {
    Date::<Iso>::convert_from(day).to_calendar(Gregorian)
}
