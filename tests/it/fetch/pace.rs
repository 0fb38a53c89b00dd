//! The pace as a table: who has the last word about the next poll.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::{Answer, Asks, Next, Outcome, Pace, Validators, next_poll},
    model::{SourceId, draft::Cadence},
};

use super::noon;

const MIN: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

fn pace(every: Option<i64>) -> Pace {
    Pace {
        source: SourceId::new("acme-press").unwrap(),
        every: every.map(SignedDuration::from_secs),
        interval_min: SignedDuration::from_secs(5 * MIN),
        interval_max: SignedDuration::from_secs(6 * HOUR),
    }
}

/// One round that was answered.
#[derive(Clone, Copy, Default)]
struct Round {
    every: Option<i64>,
    is_unvalidated: bool,
    fresh_for: Option<u64>,
    retry_after: Option<u64>,
    feed_min: Option<u32>,
    /// Seconds since something new came; `None` if nothing ever did.
    quiet: Option<i64>,
}

impl Round {
    fn next(self) -> Next {
        let etag = (!self.is_unvalidated).then(|| "\"v1\"".to_owned());
        let asks = Asks {
            retry_after: self.retry_after.map(Duration::from_secs),
            fresh_for: self.fresh_for.map(Duration::from_secs),
        };
        let answer = Answer { validators: Validators { etag, last_modified: None }, asks, moved_to: None };
        let cadence = Cadence { interval_min: self.feed_min, ..Cadence::default() };
        let brought_ms = self.quiet.map_or(0, |it| noon().as_millisecond() - it * 1000);
        next_poll(&pace(self.every), Outcome::Answered { answer: &answer, cadence, brought_ms }, noon())
    }
}

/// Asserts a wait of `seconds`, lengthened by at most a tenth.
#[track_caller]
fn assert_wait(next: &Next, seconds: i64, what: &str) {
    let wait = next.at.duration_since(noon()).as_millis();
    let (least, most) = (i128::from(seconds) * 1000, i128::from(seconds) * 1100);
    assert!((least..=most).contains(&wait), "{what}: {wait} ms is not {seconds} s; {}", next.why);
}

const NONE: Round = Round {
    every: None,
    is_unvalidated: false,
    fresh_for: None,
    retry_after: None,
    feed_min: None,
    quiet: None,
};
const NEW: Round = Round { quiet: Some(0), ..NONE };

/// What happened, the round, its wait in seconds, and words of its reason.
type Row = (&'static str, Round, i64, &'static str);

#[track_caller]
fn assert_table(table: &[Row]) {
    for (what, round, seconds, why) in table {
        let next = round.next();
        assert_wait(&next, *seconds, what);
        assert!(next.why.contains(why), "{what}: {}", next.why);
        assert!(next.why.ends_with('.') && next.why.matches('.').count() == 1, "one sentence: {}", next.why);
    }
}

#[test]
fn a_source_is_asked_sooner_when_it_brought_something_and_later_when_it_is_quiet() {
    assert_table(&[
        ("something new", NEW, 5 * MIN, "something new lately"),
        ("quiet for half an hour", Round { quiet: Some(30 * MIN), ..NONE }, 5 * MIN, "lately"),
        ("quiet for ten hours", Round { quiet: Some(10 * HOUR), ..NONE }, HOUR, "quiet for 10 h"),
        ("quiet for a month", Round { quiet: Some(30 * DAY), ..NONE }, 6 * HOUR, "quiet for 30 d"),
        ("never anything", NONE, HOUR, "not brought anything"),
        ("a clock set back", Round { quiet: Some(-DAY), ..NONE }, 5 * MIN, "lately"),
        ("no validators", Round { is_unvalidated: true, ..NEW }, HOUR, "neither ETag"),
        (
            "no validators, long quiet",
            Round { is_unvalidated: true, quiet: Some(30 * DAY), ..NONE },
            6 * HOUR,
            "quiet",
        ),
        (
            "no validators, every",
            Round { is_unvalidated: true, every: Some(10 * MIN), ..NEW },
            10 * MIN,
            "`every`",
        ),
        (
            "no validators, ttl",
            Round { is_unvalidated: true, feed_min: Some(15), ..NEW },
            15 * MIN,
            "publisher asks",
        ),
        (
            "no validators, ttl 0",
            Round { is_unvalidated: true, feed_min: Some(0), ..NEW },
            HOUR,
            "neither ETag",
        ),
    ]);
}

#[test]
fn the_operator_beats_the_publisher_and_retry_after_beats_both() {
    assert_table(&[
        ("max-age", Round { fresh_for: Some(1800), ..NEW }, 30 * MIN, "publisher asks for 30 min"),
        ("max-age below the least", Round { fresh_for: Some(10), ..NEW }, 5 * MIN, "held to 5 min"),
        ("max-age above the most", Round { fresh_for: Some(86_400), ..NEW }, 6 * HOUR, "held to 6 h"),
        ("ttl", Round { feed_min: Some(60), ..NEW }, HOUR, "publisher asks for 60 min"),
        ("ttl above the most", Round { feed_min: Some(u32::MAX), ..NEW }, 6 * HOUR, "held to 6 h"),
        (
            "ttl and max-age",
            Round { feed_min: Some(60), fresh_for: Some(7200), ..NEW },
            2 * HOUR,
            "asks for 2 h",
        ),
        (
            "ttl shorter than quiet",
            Round { feed_min: Some(15), quiet: Some(DAY), ..NONE },
            8640,
            "quiet for 24 h",
        ),
        (
            "every",
            Round { every: Some(5 * MIN), quiet: Some(30 * DAY), ..NONE },
            5 * MIN,
            "`every` says 5 min",
        ),
        ("every below the least", Round { every: Some(MIN), ..NEW }, MIN, "`every` says 60 s"),
        ("every above the most", Round { every: Some(DAY), ..NEW }, DAY, "`every` says 24 h"),
        (
            "every beats the publisher",
            Round { every: Some(MIN), fresh_for: Some(7200), ..NEW },
            MIN,
            "`every`",
        ),
        (
            "Retry-After beats every",
            Round { every: Some(MIN), retry_after: Some(7200), ..NEW },
            2 * HOUR,
            "Retry-After",
        ),
        ("a shorter Retry-After hastens nothing", Round { retry_after: Some(1), ..NEW }, 5 * MIN, "lately"),
        ("every of nothing", Round { every: Some(0), ..NEW }, 1, "`every`"),
    ]);
}

#[test]
fn failures_back_off_to_the_longest_interval_and_no_further() {
    let wait = |failures, retry_after: Option<u64>, every| {
        let outcome = Outcome::Failed { failures, retry_after: retry_after.map(Duration::from_secs) };
        next_poll(&pace(every), outcome, noon())
    };
    let table =
        [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 360), (u32::MAX, 360)];
    for (failures, minutes) in table {
        assert_wait(&wait(failures, None, None), minutes * MIN, &format!("{failures} failures"));
    }
    assert_wait(&wait(1, None, Some(MIN)), MIN, "a source polled every minute");
    assert_wait(&wait(1, None, Some(DAY)), 5 * MIN, "a source polled once a day is not lost for a day");
    assert_wait(&wait(1, Some(1800), None), 30 * MIN, "Retry-After");
    assert_wait(&wait(1, Some(1800), Some(MIN)), 30 * MIN, "Retry-After beats every");
    assert_wait(&wait(9, Some(60), None), 6 * HOUR, "a short Retry-After does not undo the back-off");
    assert_wait(&wait(1, Some(u64::MAX), None), 366 * DAY, "nothing overflows");
    assert!(wait(3, None, None).why.contains("3 times in a row"));
}

#[test]
fn what_is_gone_is_not_asked_again() {
    let next = next_poll(&pace(Some(MIN)), Outcome::Gone, noon());
    assert!(next.at.duration_since(noon()).as_secs() > 50 * 365 * DAY);
    assert!(next.why.contains("410"));
    assert_eq!(next_poll(&pace(None), Outcome::Gone, Timestamp::MAX).at, Timestamp::MAX);
}

#[test]
fn the_same_round_gives_the_same_moment_and_different_sources_different_ones() {
    let outcome = Outcome::Failed { failures: 1, retry_after: None };
    assert_eq!(next_poll(&pace(None), outcome, noon()), next_poll(&pace(None), outcome, noon()));
    let moments: std::collections::BTreeSet<Timestamp> = (0..200)
        .map(|at| Pace { source: SourceId::new(&format!("source-{at}")).unwrap(), ..pace(None) })
        .map(|pace| next_poll(&pace, outcome, noon()).at)
        .collect();
    assert!(moments.len() > 150, "only {} of 200 differ", moments.len());
    let (first, last) = (moments.first().unwrap(), moments.last().unwrap());
    assert!(last.duration_since(*first).as_secs() > 20, "they spread over a tenth of five minutes");
}

#[test]
fn an_interval_written_the_wrong_way_round_is_still_one() {
    let pace = Pace {
        interval_min: SignedDuration::from_hours(1),
        interval_max: SignedDuration::ZERO,
        ..pace(None)
    };
    let next = next_poll(&pace, Outcome::Failed { failures: 9, retry_after: None }, noon());
    assert_wait(&next, HOUR, "the shortest interval holds");
}
