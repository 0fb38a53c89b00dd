//! Dates in words, in any order: `Mon, 2 Jan 2006 15:04:05 MST`, `Mon Jan  2 15:04:05 2006`, `2 janvier 2006`,
//! `31.12.2006`, `2006年1月2日`.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{
    clock::{Clock, after_noon},
    date, day,
    names::{fold, month},
    stated,
    zone::Zone,
};
use crate::model::Stated;

/// A number and how many digits it was written with.
type Number = (i32, usize);

/// What a date's words say.
#[derive(Debug, Default)]
struct Words {
    pieces: Vec<Piece>,
    /// Whether numbers stand in the order of day, month, year: where points or hyphens part them.
    is_day_first: bool,
    clock: Option<Clock>,
    is_after_noon: Option<bool>,
    zone: Zone,
}

/// A piece of the day itself.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Number(Number),
    Month(i8),
}

/// Reads a date in words.
pub(super) fn words(text: &str) -> Option<Stated> {
    let mut words = Words::default();
    let text = without_ideographs(text);
    for word in text.split(|it: char| it.is_whitespace() || matches!(it, ',' | '[' | ']')) {
        let lower = word.to_lowercase();
        let folded: String = lower.chars().filter(|it| *it != COMBINING_DOT).map(fold).collect();
        words.take(folded.trim_matches(['.', '(', ')', ';', '"', '\'']));
    }
    let date = words.date()?;
    match words.clock {
        Some(clock) => {
            let clock = words.is_after_noon.map_or(clock, |it| clock.of_twelve(it));
            stated(date, clock, &words.zone)
        }
        None => day(date, &words.zone),
    }
}

/// What a Turkish capital I leaves above its small letter.
const COMBINING_DOT: char = '\u{307}';

/// A date of East Asia with the signs of Western ones: `2026年1月2日 午後3時04分`, `2026년 1월 2일 오후 3:04`.
fn without_ideographs(text: &str) -> Cow<'_, str> {
    if !text.contains(['年', '년']) {
        return Cow::Borrowed(text);
    }
    let noons = [
        ("午前", " am "),
        ("上午", " am "),
        ("오전", " am "),
        ("午後", " pm "),
        ("下午", " pm "),
        ("오후", " pm "),
    ];
    let text = noons.iter().fold(text.to_owned(), |text, (name, sign)| text.replace(name, sign));
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '年' | '년' | '月' | '월' => out.push_str("/ "),
            '時' | '时' | '点' | '시' | '分' | '분' => {
                let digits = out.trim_end().len();
                out.truncate(digits);
                out.push(':');
            }
            '日' | '일' | '秒' | '초' => out.push(' '),
            it => out.push(it),
        }
    }
    // In Korean a space stands between hours and minutes.
    Cow::Owned(out.replace(": ", ":"))
}

impl Words {
    /// Takes a word in lower case and without accents.
    fn take(&mut self, word: &str) {
        if word.starts_with(|it: char| it.is_ascii_digit()) {
            if word.contains(':') {
                self.clock_word(word);
            } else {
                self.number_word(word);
            }
        } else if let Some(month) = month(word) {
            self.pieces.push(Piece::Month(month));
        } else if word == "uhr" {
            self.hours_before();
        } else {
            self.after_clock(word);
        }
    }

    /// `15:04:05`, also with a zone or `pm` attached.
    fn clock_word(&mut self, word: &str) {
        let end =
            word.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.'))).unwrap_or(word.len());
        let (time, rest) = word.split_at(end);
        self.clock = self.clock.or_else(|| Clock::parse(time));
        self.after_clock(rest);
    }

    /// What may follow a time, with or without a space between.
    fn after_clock(&mut self, word: &str) {
        match after_noon(word) {
            Some(is_after_noon) => {
                self.is_after_noon = Some(is_after_noon);
                self.hours_before();
            }
            None => {
                self.zone.take(word);
            }
        }
    }

    /// `02`, `2nd`, `1er`, `02-jan-2006`, `02jan2006`, `12/31/2006`; `3pm`, `15h04`.
    fn number_word(&mut self, word: &str) {
        let is_first = self.pieces.is_empty();
        for part in word.split(['-', '/', '.', '_']).filter(|it| !it.is_empty()) {
            let (number, rest) = part.split_at(part.bytes().take_while(u8::is_ascii_digit).count());
            let letters = rest.find(|it: char| it.is_ascii_digit()).unwrap_or(rest.len());
            let (letters, behind) = rest.split_at(letters);
            if let Some(is_after_noon) = after_noon(letters) {
                self.clock = self.clock.or_else(|| Clock::parse(number));
                self.is_after_noon = Some(is_after_noon);
            } else if letters == "h" {
                self.clock = self.clock.or_else(|| Clock::parse(&format!("{number}:{behind}")));
            } else {
                self.number(number);
                if let Some(month) = month(letters) {
                    self.pieces.push(Piece::Month(month));
                    self.number(behind);
                }
            }
        }
        if is_first && self.pieces.len() > 1 {
            self.is_day_first = word.contains(['.', '-']);
        }
    }

    fn number(&mut self, digits: &str) {
        if digits.len() <= 4
            && let Ok(value) = digits.parse()
        {
            self.pieces.push(Piece::Number((value, digits.len())));
        }
    }

    /// `14.30 Uhr`, `14 Uhr`, `2 pm`: the numbers behind the day are a time.
    fn hours_before(&mut self) {
        let numbers = |pieces: &[Piece]| pieces.iter().filter(|it| matches!(it, Piece::Number(_))).count();
        let has_month = self.pieces.iter().any(|it| matches!(it, Piece::Month(_)));
        let of_day = if has_month { 2 } else { 3 };
        let time = match self.pieces.as_slice() {
            [day @ .., Piece::Number((hour, _)), Piece::Number((minute, _))] if numbers(day) == of_day => {
                format!("{hour}:{minute}")
            }
            [day @ .., Piece::Number((hour, _))] if numbers(day) == of_day => format!("{hour}:"),
            _ => return,
        };
        self.clock = self.clock.or_else(|| Clock::parse(&time));
    }

    fn date(&self) -> Option<Date> {
        let months = || self.pieces.iter().enumerate().filter(|(_, it)| matches!(it, Piece::Month(_)));
        // Weekday names may begin like a month (mardi, mar): the one beside a number is the month.
        let beside = |at: usize| {
            let number = |it: Option<&Piece>| matches!(it, Some(Piece::Number(_)));
            number(self.pieces.get(at + 1)) || at.checked_sub(1).is_some_and(|it| number(self.pieces.get(it)))
        };
        let month = months().rfind(|(at, _)| beside(*at)).or_else(|| months().next_back());
        let numbers: Vec<Number> = self
            .pieces
            .iter()
            .filter_map(|it| if let Piece::Number(it) = it { Some(*it) } else { None })
            .collect();
        match (month, numbers.as_slice()) {
            (Some((_, Piece::Month(month))), [first, second, ..]) => {
                let (day, year) = if first.1 >= 3 { (second, first) } else { (first, second) };
                date(year.0, year.1, i32::from(*month), day.0)
            }
            (None, [first, second, third, ..]) => self.of_numbers(*first, *second, *third),
            _ => None,
        }
    }

    /// `31/12/2026`, `12/31/2026`, `31.12.2026`, `2026/12/31`. Where both are possible, the month comes first between
    /// slashes, as in the United States, and the day between points and hyphens, as in Europe.
    fn of_numbers(&self, first: Number, second: Number, third: Number) -> Option<Date> {
        let (year, month, day) = if first.1 == 4 {
            (first, second, third)
        } else if first.0 > 12 || (self.is_day_first && second.0 <= 12) {
            (third, second, first)
        } else {
            (third, first, second)
        };
        date(year.0, year.1, month.0, day.0)
    }
}
