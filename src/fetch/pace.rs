//! The pace: when a source is asked again, and why. A pure function of what is known.
//!
//! What counts, strongest first: `Retry-After`; the operator's `every`; what the publisher says (`Cache-Control`,
//! `Expires`, `ttl`, `sy:*`) within the operator's interval; an hour for sources without validators; and else how
//! long the source has been quiet. Every wait is lengthened by up to a tenth, differently for each source and round,
//! so that sources which once came together drift apart.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Answer;
use crate::model::{Hash128, SourceId, draft::Cadence, time};

/// A source that is quiet for this many times an interval is asked at that interval.
const QUIET_DIVISOR: i32 = 10;
/// Between polls of a source that sends no validators: each costs it a whole document.
const UNVALIDATED_MIN: SignedDuration = SignedDuration::from_hours(1);
/// Between polls of a source that has never brought anything.
const UNPROVEN: SignedDuration = SignedDuration::from_hours(1);
/// The lengthening is at most this part of the wait.
const JITTER_DIVISOR: i32 = 10;
/// The shortest wait of all, whatever anybody says.
const WAIT_MIN: SignedDuration = SignedDuration::from_secs(1);
/// The longest wait of all, but for what is gone.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// When to look at what is gone again: a hundred years.
const GONE: SignedDuration = SignedDuration::from_hours(24 * 36_525);
/// More doublings than this always reach the longest interval.
const DOUBLINGS_MAX: u32 = 20;

/// The operator's word on a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Whose pace it is: seeds the lengthening.
    pub source: SourceId,
    /// The operator's interval for this source.
    pub every: Option<SignedDuration>,
    /// Shortest interval that is chosen where the operator names none.
    pub interval_min: SignedDuration,
    /// Longest one. It counts as at least `interval_min`.
    pub interval_max: SignedDuration,
}

/// How a round ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The source answered and what it said could be read.
    Answered {
        /// What was said beside the document.
        answer: &'a Answer,
        /// What the feed itself says; for an unchanged one, what it said last.
        cadence: Cadence,
        /// When it last brought something new, this round included, unix milliseconds; 0 if never.
        brought_ms: i64,
    },
    /// It could not be fetched or read.
    Failed {
        /// Failures in a row, this one included.
        failures: u32,
        /// What [`super::FetchError::retry_after`] says.
        retry_after: Option<Duration>,
    },
    /// It is gone for good.
    Gone,
}

/// When to ask again, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The moment.
    pub at: Timestamp,
    /// The reason as one sentence, for `status`.
    pub why: String,
}

/// A wait before it is lengthened, with its reason.
struct Wait {
    length: SignedDuration,
    why: String,
}

/// When to ask again after a round that ended at `now`.
pub fn next_poll(pace: &Pace, outcome: Outcome<'_>, now: Timestamp) -> Next {
    let (wait, asked) = match outcome {
        Outcome::Gone => {
            let why = "The source says that it is gone (410): it is not asked again.".to_owned();
            return Next { at: after(now, GONE), why };
        }
        Outcome::Failed { failures, retry_after } => (after_failure(pace, failures), retry_after),
        Outcome::Answered { answer, cadence, brought_ms } => {
            (after_answer(pace, answer, cadence, quiet_for(brought_ms, now)), answer.asks.retry_after)
        }
    };
    let asked = asked.map_or(SignedDuration::ZERO, signed).min(WAIT_MAX);
    let wait = if asked > wait.length {
        let why = format!("The server asked to be left alone for {} (Retry-After).", words(asked));
        Wait { length: asked, why }
    } else {
        wait
    };
    let length = wait.length.clamp(WAIT_MIN, WAIT_MAX);
    Next { at: after(now, length.saturating_add(jitter(&pace.source, length, now))), why: wait.why }
}

/// After a failure: the shortest interval, doubled with each further failure, up to the longest.
fn after_failure(pace: &Pace, failures: u32) -> Wait {
    let (shortest, longest) = pace.bounds();
    let first = pace.every.map_or(shortest, |it| it.min(shortest)).max(WAIT_MIN);
    let doublings = failures.saturating_sub(1).min(DOUBLINGS_MAX);
    let length = first.saturating_mul(1 << doublings).min(longest);
    let times = if failures <= 1 { "once".to_owned() } else { format!("{failures} times in a row") };
    Wait { length, why: format!("It failed {times}: it is asked again after {}.", words(length)) }
}

/// After an answer, by the strongest word.
fn after_answer(pace: &Pace, answer: &Answer, cadence: Cadence, quiet: Option<SignedDuration>) -> Wait {
    if let Some(every) = pace.every {
        return Wait { length: every, why: format!("`every` says {}.", words(every)) };
    }
    let adaptive = adaptive(pace, quiet);
    if let Some(wish) = wish(answer, cadence) {
        let (shortest, longest) = pace.bounds();
        let held = wish.clamp(shortest, longest);
        if held < adaptive.length {
            return adaptive;
        }
        let within = if held == wish { String::new() } else { format!(", held to {}", words(held)) };
        return Wait {
            length: held,
            why: format!("The publisher asks for {} between polls{within}.", words(wish)),
        };
    }
    if answer.validators.is_empty() && adaptive.length < UNVALIDATED_MIN {
        let why = "It sends neither ETag nor Last-Modified: it is asked once an hour at most.".to_owned();
        return Wait { length: UNVALIDATED_MIN, why };
    }
    adaptive
}

/// The longer of what the transport and the feed say.
fn wish(answer: &Answer, cadence: Cadence) -> Option<SignedDuration> {
    let feed = cadence.interval_min.filter(|it| *it > 0).map(|it| SignedDuration::from_mins(it.into()));
    answer.asks.fresh_for.map(signed).filter(|it| !it.is_zero()).max(feed)
}

/// The longer it has been quiet, the longer it is left alone.
fn adaptive(pace: &Pace, quiet: Option<SignedDuration>) -> Wait {
    let (shortest, longest) = pace.bounds();
    let Some(quiet) = quiet else {
        let length = UNPROVEN.clamp(shortest, longest);
        return Wait {
            length,
            why: format!("It has not brought anything yet: it is asked every {}.", words(length)),
        };
    };
    let length = (quiet / QUIET_DIVISOR).clamp(shortest, longest);
    let why = if length == shortest {
        format!("It brought something new lately: it is asked every {}.", words(length))
    } else {
        format!("It has been quiet for {}: it is asked every {}.", words(quiet), words(length))
    };
    Wait { length, why }
}

/// How long nothing new has come; `None` if nothing ever did. A clock that was set back counts as no time.
fn quiet_for(brought_ms: i64, now: Timestamp) -> Option<SignedDuration> {
    (brought_ms > 0).then(|| now.duration_since(time::timestamp(brought_ms)).max(SignedDuration::ZERO))
}

/// Up to a tenth of the wait; the same for the same source and moment.
fn jitter(source: &SourceId, wait: SignedDuration, now: Timestamp) -> SignedDuration {
    let seed = Hash128::of_parts(&[source.as_str().as_bytes(), &now.as_millisecond().to_le_bytes()]);
    let thousandths = i32::try_from(seed.order() % 1000).unwrap_or(0);
    (wait / JITTER_DIVISOR / 1000).saturating_mul(thousandths)
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

impl Pace {
    /// Shortest and longest interval, in order whatever was written.
    fn bounds(&self) -> (SignedDuration, SignedDuration) {
        let shortest = self.interval_min.max(WAIT_MIN);
        (shortest, self.interval_max.max(shortest))
    }
}

/// A duration in its largest unit that says enough: `90 min`, `6 h`, `3 d`.
fn words(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let (unit, name) = match seconds {
        ..120 => (1, "s"),
        120..7200 => (60, "min"),
        7200..172_800 => (3600, "h"),
        _ => (86_400, "d"),
    };
    format!("{} {name}", seconds.saturating_add(unit / 2) / unit)
}
