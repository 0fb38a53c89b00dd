//! The pace: when a source is asked again, and why. A pure function of what is known.
//!
//! What counts, strongest first: `Retry-After`; the operator's `every`; the hours that the feed wants to be spared
//! (`skipHours`, `skipDays`); what the publisher says (`Cache-Control`, `Expires`, `ttl`, `sy:*`) within the operator's
//! interval; an hour for sources without validators; and else how often the source really publishes in this hour of the
//! week and in those that follow (`rhythm`). Every wait is lengthened by up to a tenth, differently for each source
//! and round, so that sources which once came together drift apart; waits after failures are drawn from a wider span,
//! so that those which failed together do not come back together.

mod rhythm;
mod spared;
mod usual;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use self::{rhythm::Rhythm, usual::Usual};
use super::Answer;
use crate::model::{Hash128, SourceId, draft::Cadence, habit::Habit, time::span};

/// Between polls of a source that sends no validators: each costs it a whole document.
const UNVALIDATED_MIN: SignedDuration = SignedDuration::from_hours(1);
/// Between looks at a file of this machine, which costs nobody anything.
const LOCAL: SignedDuration = SignedDuration::from_secs(10);
/// A wait that something new can have made short.
const SOON: SignedDuration = SignedDuration::from_hours(1);
/// The lengthening is at most this part of the wait.
const JITTER: f64 = 0.1;
/// After a moment that many feeds may name, such as a full hour, polls are spread over so long.
const SPREAD: SignedDuration = SignedDuration::from_mins(5);
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
    /// Whether it is a file of this machine.
    pub is_local: bool,
}

/// What all rounds so far have found out about a source, the last one included.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// What the feed itself asks for.
    pub cadence: Cadence,
    /// When it really publishes.
    pub habit: &'a Habit,
    /// When it last brought something new, unix milliseconds; 0 if never.
    pub brought_ms: i64,
}

/// How a round ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The source answered and what it said could be read.
    Answered {
        /// What was said beside the document.
        answer: &'a Answer,
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

/// A wait with its reason.
struct Wait {
    length: SignedDuration,
    why: String,
}

/// What is the same for every rule: the operator's word, what is known, the moment, and a number from 0 to 1, drawn
/// from the source and the moment.
#[derive(Clone, Copy)]
struct Case<'a> {
    pace: &'a Pace,
    past: &'a Past<'a>,
    now: Timestamp,
    draw: f64,
}

/// When a source usually publishes, in words: “on weekdays between 07:00 and 09:00 GMT”. `None` where that cannot be said.
pub fn usual(habit: &Habit, now: Timestamp) -> Option<String> {
    Usual::of(&habit.at(now.as_millisecond())).map(|it| it.words())
}

/// When to ask again after a round that ended at `now`.
pub fn next_poll(pace: &Pace, past: &Past<'_>, outcome: Outcome<'_>, now: Timestamp) -> Next {
    let case = Case { pace, past, now, draw: draw(&pace.source, now) };
    let (wait, asked) = match outcome {
        Outcome::Gone => {
            let why = "The source says that it is gone (410): it is not asked again.".to_owned();
            return Next { at: after(now, GONE), why };
        }
        Outcome::Failed { failures, retry_after } => (case.after_failure(failures), retry_after),
        Outcome::Answered { answer } => (case.after_answer(answer), answer.asks.retry_after),
    };
    let wait = if pace.every.is_some() || pace.is_local { wait } else { case.spared(wait) };
    let wait = match asked.map(|it| signed(it).min(WAIT_MAX)) {
        Some(asked) if asked > wait.length => Wait {
            length: case.lengthened(asked),
            why: format!("The server asked to be left alone for {} (Retry-After).", words(asked)),
        },
        _ => wait,
    };
    Next { at: after(now, wait.length.max(WAIT_MIN)), why: wait.why }
}

impl Case<'_> {
    /// After a failure: from the shortest interval on, doubled with each further failure, up to the longest; drawn from
    /// a span as long as the wait.
    fn after_failure(self, failures: u32) -> Wait {
        let (shortest, longest) = self.pace.bounds();
        let (first, longest) =
            if self.pace.is_local { (LOCAL, shortest.max(LOCAL)) } else { (shortest, longest) };
        let first = self.pace.every.map_or(first, |it| it.min(first)).max(WAIT_MIN);
        let doublings = failures.saturating_sub(1).min(DOUBLINGS_MAX);
        let least = first.saturating_mul(1 << doublings).min(longest / 2).max(first);
        let most = least.saturating_mul(2).min(longest).max(part(least, 1.0 + JITTER));
        let length = least.saturating_add(part(most.saturating_sub(least), self.draw));
        let times = if failures <= 1 { "once".to_owned() } else { format!("{failures} times in a row") };
        Wait { length, why: format!("It failed {times}: it is asked again after {}.", words(length)) }
    }

    /// After an answer, by the strongest word.
    fn after_answer(self, answer: &Answer) -> Wait {
        if let Some(every) = self.pace.every {
            return Wait { length: self.lengthened(every), why: format!("`every` says {}.", words(every)) };
        }
        if self.pace.is_local {
            let why = format!("It is a file of this machine: it is looked at every {}.", words(LOCAL));
            return Wait { length: self.lengthened(LOCAL), why };
        }
        let (shortest, longest) = self.pace.bounds();
        let wish = self.wish(answer, (shortest, longest));
        let is_costly = answer.validators.is_empty() && wish.is_none() && shortest < UNVALIDATED_MIN;
        let shortest = if is_costly { UNVALIDATED_MIN } else { shortest };
        let Self { past, now, .. } = self;
        let rhythm = Rhythm::of(past.habit, past.brought_ms, (shortest, longest.max(shortest)), now);
        let length = rhythm.wait(now, 1.0 + JITTER * self.draw);
        match wish {
            Some(wish) if wish.length >= length => wish,
            None if is_costly && length <= part(shortest, 1.0 + JITTER) => Wait {
                why: "It sends neither ETag nor Last-Modified: it is asked once an hour at most.".to_owned(),
                length,
            },
            _ => Wait { length, why: self.as_usual(&rhythm, length) },
        }
    }

    /// The longer of what the transport and the feed say, within the operator's interval. A feed that says when its
    /// intervals begin (`sy:updateBase`) is asked just after the next one began.
    fn wish(self, answer: &Answer, (shortest, longest): (SignedDuration, SignedDuration)) -> Option<Wait> {
        let cadence = self.past.cadence;
        let feed = cadence.interval_min.filter(|it| *it > 0).map(|it| SignedDuration::from_mins(it.into()));
        let fresh = answer.asks.fresh_for.map(signed).filter(|it| !it.is_zero());
        let wish = fresh.max(feed)?;
        let held = wish.clamp(shortest, longest);
        if let Some(base_min) = cadence.base_min.filter(|_| Some(wish) == feed) {
            let update = next_update(self.now, shortest, (wish, base_min));
            if update <= longest {
                let length = update.saturating_add(part(SPREAD.min(wish / 10), self.draw));
                let (often, next) = (words(wish), words(update));
                let why = format!("The feed says that it is updated every {often}, and next in {next}.");
                return Some(Wait { length, why });
            }
        }
        let within = if held == wish { String::new() } else { format!(", held to {}", words(held)) };
        let why = format!("The publisher asks for {} between polls{within}.", words(wish));
        Some(Wait { length: self.lengthened(held), why })
    }

    /// Why it is asked again after so long: as often as it really publishes.
    fn as_usual(self, rhythm: &Rhythm, length: SignedDuration) -> String {
        let Self { past, now, .. } = self;
        let again = words(length);
        if past.brought_ms <= 0 {
            format!("It has not brought anything yet: it is asked again in {again}.")
        } else if rhythm.is_bursting(now) && length < SOON {
            format!("It brought something new lately, and more may follow: it is asked again in {again}.")
        } else if let Some(usual) = Usual::of(&past.habit.at(now.as_millisecond())) {
            let (count, rate) = usual
                .hours()
                .fold((0.0, 0.0), |(count, rate), hour| (count + 1.0, rate + rhythm.rate(hour, false)));
            let then = words(SignedDuration::from_secs((3600.0 * count / f64::max(rate, 1e-9)) as i64));
            let when = usual.words();
            format!("It usually publishes {when}: it is asked about every {then} then, and again in {again}.")
        } else {
            format!("It publishes at no usual time: it is asked again in {again}.")
        }
    }

    /// Not in hours that the feed asks to be spared.
    fn spared(self, wait: Wait) -> Wait {
        let Some(end) = spared::end_of(self.past.cadence, after(self.now, wait.length)) else {
            return wait;
        };
        let length = end.duration_since(self.now).saturating_add(part(SPREAD, self.draw));
        let end = end.strftime("%A, %H:%M GMT");
        Wait {
            length,
            why: format!("The feed asks to be spared (skipHours, skipDays): it is asked after {end}."),
        }
    }

    /// By up to a tenth.
    fn lengthened(self, wait: SignedDuration) -> SignedDuration {
        let wait = wait.clamp(WAIT_MIN, WAIT_MAX);
        wait.saturating_add(part(wait, JITTER * self.draw))
    }
}

/// How long until the next update that lies at least `shortest` ahead, if one comes every `wish`, `base_min` minutes
/// after whole multiples of it since 1970.
fn next_update(
    now: Timestamp,
    shortest: SignedDuration,
    (wish, base_min): (SignedDuration, u32),
) -> SignedDuration {
    let earliest = now.as_duration().saturating_add(shortest).as_secs();
    let (every, base) = (wish.as_secs().max(1), i64::from(base_min) * 60);
    let to_go = (base - earliest).rem_euclid(every);
    shortest.saturating_add(SignedDuration::from_secs(to_go))
}

/// A number from 0 to 1; the same for the same source and moment.
fn draw(source: &SourceId, now: Timestamp) -> f64 {
    let seed = Hash128::of_parts(&[source.as_str().as_bytes(), &now.as_millisecond().to_le_bytes()]);
    (seed.order() % 1000) as f64 / 1000.0
}

/// A part of a duration, to the millisecond.
fn part(of: SignedDuration, part: f64) -> SignedDuration {
    SignedDuration::from_millis((of.as_secs_f64() * 1000.0 * part) as i64)
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
        let shortest = self.interval_min.clamp(WAIT_MIN, WAIT_MAX);
        (shortest, self.interval_max.min(WAIT_MAX).max(shortest))
    }
}

/// A duration in its largest unit that says enough: `90 min`, `6 h`, `3 d`.
fn words(duration: SignedDuration) -> String {
    span(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}
