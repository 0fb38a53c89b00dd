//! What an attribute's value may be.

use std::borrow::Cow;

use url::Url;

use super::{frames, policy::Value, text, url as address};

/// Longest value of a text attribute, in bytes.
const TEXT_BYTES_MAX: usize = 2_000;
/// Longest media type, in bytes.
const MEDIA_TYPE_BYTES_MAX: usize = 100;
/// Longest moment, day or duration, in bytes.
const DATE_TIME_BYTES_MAX: usize = 40;
/// Widest span of a cell, and highest number of a list, in digits.
const DIGITS_MAX: usize = 5;

/// A value as the policy lets it stand; `None` if it is not what it must be.
pub(super) fn value<'a>(kind: Value, written: &'a str, base: Option<&Url>) -> Option<Cow<'a, str>> {
    let trimmed = || written.trim();
    let made_of = |bytes_max: usize, fits: fn(char) -> bool| {
        let good = !trimmed().is_empty() && trimmed().len() <= bytes_max && trimmed().chars().all(fits);
        good.then(|| Cow::Borrowed(trimmed()))
    };
    match kind {
        Value::Link => address::target(written, base),
        Value::Resource => address::address(written, base).map(|it| it.written),
        Value::Image => address::address(written, base).filter(|it| !it.is_pixel()).map(|it| it.written),
        Value::Frame => frames::address(written).map(Cow::Owned),
        Value::Text => Some(shortened(text::line(written))),
        Value::Digits => {
            let digits = trimmed().strip_suffix("px").unwrap_or(trimmed());
            let good =
                (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
            good.then_some(Cow::Borrowed(digits))
        }
        Value::MediaType => {
            made_of(MEDIA_TYPE_BYTES_MAX, |it| it.is_ascii_alphanumeric() || "/+-.;= ,\"".contains(it))
        }
        Value::DateTime => {
            made_of(DATE_TIME_BYTES_MAX, |it| it.is_ascii_alphanumeric() || "-+:. ".contains(it))
        }
        Value::Scope => one_of(written, &["row", "col", "rowgroup", "colgroup"]),
        Value::Direction => one_of(written, &["ltr", "rtl", "auto"]),
        Value::Language => text::language(written).map(Cow::Owned),
    }
}

/// As much of a text as an attribute may hold.
fn shortened(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.len() <= TEXT_BYTES_MAX {
        return text;
    }
    let kept = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default();
    Cow::Owned(kept.trim_end().to_owned())
}

fn one_of(written: &str, choices: &[&'static str]) -> Option<Cow<'static, str>> {
    let chosen = choices.iter().find(|it| it.eq_ignore_ascii_case(written.trim()));
    chosen.map(|it| Cow::Borrowed(*it))
}
