//! What polling at the pace comes to beside polling evenly with as many requests.

use std::fmt;

use super::simulation::{Polled, Span, counted};

const HOUR_MS: f64 = 3_600_000.0;
/// The law: the median is this part at most of the median of even polling with as many requests.
const PART_MAX: f64 = 0.25;
/// What stands above the lines.
pub const HEAD: &str =
    "                   sources  entries requests   median  9 of 10 even poll.   hourly   part";

/// One line: some sources together.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Which sources.
    pub name: String,
    /// How many.
    pub sources: usize,
    /// What they published.
    pub publications: usize,
    /// Requests for a source in a day, at the pace; polling hourly makes 24.
    pub requests_a_day: f64,
    /// Median from publication to detection, minutes.
    pub median_min: f64,
    /// The same where nine of ten are sooner.
    pub ninth_min: f64,
    /// The median of polling evenly with as many requests, minutes.
    pub even_min: f64,
    /// The median of polling hourly, minutes.
    pub hourly_min: f64,
}

impl Verdict {
    /// Of these sources.
    pub fn of(name: &str, polled: &[&Polled], span: Span) -> Self {
        let (from, until) = counted(span);
        let hours = (until - from) as f64 / HOUR_MS;
        let requests: usize = polled.iter().map(|it| it.requests).sum();
        let a_source = requests as f64 / polled.len().max(1) as f64;
        let mut delays: Vec<i64> = polled.iter().flat_map(|it| it.delays.iter().copied()).collect();
        delays.sort_unstable();
        Self {
            name: name.to_owned(),
            sources: polled.len(),
            publications: delays.len(),
            requests_a_day: a_source / hours * 24.0,
            median_min: at(&delays, 0.5),
            ninth_min: at(&delays, 0.9),
            even_min: even(polled, from, hours / a_source * HOUR_MS),
            hourly_min: even(polled, from, HOUR_MS),
        }
    }

    /// The median as a part of what polling evenly with as many requests has: a quarter is the law.
    pub fn part(&self) -> f64 {
        self.median_min / self.even_min
    }

    /// Whether entries are detected in a quarter of the time that even polling takes.
    pub fn keeps_the_law(&self) -> bool {
        self.part() <= PART_MAX
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, sources, publications, requests_a_day, median_min, ninth_min, even_min, hourly_min } =
            self;
        let part = self.part() * 100.0;
        write!(to, "{name:<18} {sources:>7} {publications:>8} {requests_a_day:>8.1} {median_min:>8.1} ")?;
        write!(to, "{ninth_min:>8.1} {even_min:>10.1} {hourly_min:>8.1} {part:>5.0}%")
    }
}

/// The median of polling every `interval_ms`, each source from another moment on.
fn even(polled: &[&Polled], from: i64, interval_ms: f64) -> f64 {
    let mut delays: Vec<i64> = Vec::new();
    for (at, source) in polled.iter().enumerate() {
        let phase = interval_ms * at as f64 / polled.len() as f64;
        let delay = |moment: &i64| interval_ms - ((*moment - from) as f64 - phase).rem_euclid(interval_ms);
        delays.extend(source.published.iter().map(|it| delay(it) as i64));
    }
    delays.sort_unstable();
    at(&delays, 0.5)
}

/// A quantile in minutes.
fn at(sorted: &[i64], part: f64) -> f64 {
    let at = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |it| *it as f64 / 60_000.0)
}
