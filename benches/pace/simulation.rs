//! Polling without a network: the real `next_poll` and the real `Habit`, and a publisher that answers as one would.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use pressroll::{
    fetch::{Answer, Outcome, Pace, Past, Validators, next_poll},
    model::{Precision, SourceId, Stated, draft::Cadence, habit::Habit},
};

use super::{
    chance::Chance,
    corpus::{BEGIN, Kind},
};

/// Entries that a source lists, the newest ones.
const LISTED: usize = 20;
const HOUR_MS: i64 = 3_600_000;
const WEEK_MS: i64 = 168 * HOUR_MS;

/// How long is polled, and from when on it counts.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Weeks in which sources publish before anybody polls them.
    pub before: i32,
    /// Weeks of polling that do not count: it learns.
    pub learning: i32,
    /// Weeks of polling that count.
    pub counting: i32,
}

impl Span {
    fn weeks(self) -> i32 {
        self.before + self.learning + self.counting
    }
}

/// What one source got.
#[derive(Clone, Debug)]
pub struct Polled {
    /// What it is.
    pub kind: Kind,
    /// Requests in the time that counts.
    pub requests: usize,
    /// When it published in that time, unix milliseconds.
    pub published: Vec<i64>,
    /// How long each of these waited to be detected, milliseconds.
    pub delays: Vec<i64>,
}

/// Sources of these kinds, so many of each, polled at the pace.
pub fn poll(kinds: &[(Kind, usize)], seed: u64, span: Span) -> Vec<Polled> {
    let mut all = Vec::new();
    for (kind, sources) in kinds {
        for at in 0..*sources {
            let seed = seed.wrapping_mul(1_000_003) ^ (at as u64) << 8 ^ *kind as u64;
            let moments = kind.publications(span.weeks(), Chance::new(seed));
            let id = SourceId::new(&format!("source-{seed}")).unwrap();
            all.push(source(*kind, id, &moments, span));
        }
    }
    all
}

/// The first moment of the time that counts, and the one after its last.
pub fn counted(span: Span) -> (i64, i64) {
    let begin = DateTime::from(BEGIN).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
    let from = begin + i64::from(span.before + span.learning) * WEEK_MS;
    (from, from + i64::from(span.counting) * WEEK_MS)
}

fn source(kind: Kind, id: SourceId, moments: &[i64], span: Span) -> Polled {
    let pace = Pace {
        source: id,
        every: None,
        interval_min: SignedDuration::from_mins(5),
        interval_max: SignedDuration::from_hours(6),
        is_local: false,
    };
    let (from, until) = counted(span);
    let validators = Validators { etag: Some("\"v\"".to_owned()), last_modified: None };
    let answer = Answer { validators, ..Answer::default() };
    let stated = |ms: &i64| Some(Stated { instant_ms: *ms, offset_min: 0, precision: Precision::Second });
    let mut polled = Polled { kind, requests: 0, published: Vec::new(), delays: Vec::new() };
    let mut now_ms = from - i64::from(span.learning) * WEEK_MS;
    let (mut habit, mut brought_ms, mut polled_ms) = (Habit::default(), 0, 0);
    let mut seen = 0;
    while now_ms < until {
        let there = seen + moments[seen..].partition_point(|it| *it <= now_ms);
        let first = if polled_ms == 0 { there.saturating_sub(LISTED) } else { seen };
        let new = &moments[first..there];
        if !new.is_empty() {
            // What the store keeps is a text.
            let dates: Vec<_> = new.iter().map(stated).collect();
            habit = Habit::read(&habit.learn(&dates, polled_ms, now_ms).to_string());
            brought_ms = now_ms;
        }
        polled.requests += usize::from(now_ms >= from);
        for moment in new.iter().filter(|it| **it >= from && polled_ms > 0) {
            polled.published.push(*moment);
            polled.delays.push(now_ms - moment);
        }
        (seen, polled_ms) = (there, now_ms);
        let past = Past { cadence: Cadence::default(), habit: &habit, brought_ms };
        let now = Timestamp::from_millisecond(now_ms).unwrap();
        now_ms = next_poll(&pace, &past, Outcome::Answered { answer: &answer }, now).at.as_millisecond();
    }
    polled
}
