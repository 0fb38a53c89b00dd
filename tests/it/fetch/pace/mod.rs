//! The pace as a table: who has the last word about the next poll.

mod habit;
mod hostile;
mod law;
mod usual;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::{Answer, Asks, Links, Next, Outcome, Pace, Past, Validators, next_poll},
    model::{SourceId, draft::Cadence, habit::Habit},
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
        is_local: false,
    }
}

fn etag() -> Validators {
    Validators { etag: Some("\"v1\"".to_owned()), last_modified: None }
}

/// Nothing is known of the source.
fn blank(habit: &Habit) -> Past<'_> {
    Past { cadence: Cadence::default(), habit, brought_ms: 0 }
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
        let validators = if self.is_unvalidated { Validators::default() } else { etag() };
        let asks = Asks {
            retry_after: self.retry_after.map(Duration::from_secs),
            fresh_for: self.fresh_for.map(Duration::from_secs),
        };
        let answer = Answer { validators, asks, moved_to: None, links: Links::default() };
        let cadence = Cadence { interval_min: self.feed_min, ..Cadence::default() };
        let brought_ms = self.quiet.map_or(0, |it| noon().as_millisecond() - it * 1000);
        let past = Past { cadence, habit: &Habit::default(), brought_ms };
        next_poll(&pace(self.every), &past, Outcome::Answered { answer: &answer }, noon())
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
fn a_source_of_which_nothing_is_known_is_asked_about_once_an_hour() {
    let known = 3299;
    assert_table(&[
        ("never anything", NONE, known, "not brought anything"),
        ("something long ago", Round { quiet: Some(DAY), ..NONE }, known, "no usual time"),
        ("something new", NEW, 1650, "more may follow"),
        ("a clock set back", Round { quiet: Some(-DAY), ..NONE }, 1650, "more may follow"),
    ]);
}

#[test]
fn a_source_without_validators_is_asked_once_an_hour_at_most_unless_somebody_says_otherwise() {
    let costly = Round { is_unvalidated: true, ..NEW };
    assert_table(&[
        ("no validators", costly, HOUR, "neither ETag"),
        ("every", Round { every: Some(10 * MIN), ..costly }, 10 * MIN, "`every`"),
        ("ttl", Round { feed_min: Some(15), ..costly }, 1650, "more may follow"),
        ("ttl of nothing", Round { feed_min: Some(0), ..costly }, HOUR, "neither ETag"),
        ("max-age", Round { fresh_for: Some(2400), ..costly }, 40 * MIN, "publisher asks for 40 min"),
    ]);
}

#[test]
fn the_operator_beats_the_publisher_and_retry_after_beats_both() {
    assert_table(&[
        ("max-age", Round { fresh_for: Some(2400), ..NEW }, 40 * MIN, "publisher asks for 40 min"),
        ("max-age below the pace", Round { fresh_for: Some(10), ..NEW }, 1650, "more may follow"),
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
            "every",
            Round { every: Some(5 * MIN), quiet: Some(30 * DAY), ..NONE },
            5 * MIN,
            "`every` says 5 min",
        ),
        ("every below the least", Round { every: Some(MIN), ..NEW }, MIN, "`every` says 60 s"),
        ("every above the most", Round { every: Some(DAY), ..NEW }, DAY, "`every` says 24 h"),
        ("every beats max-age", Round { every: Some(MIN), fresh_for: Some(7200), ..NEW }, MIN, "`every`"),
        ("every beats ttl", Round { every: Some(MIN), feed_min: Some(600), ..NEW }, MIN, "`every`"),
        (
            "Retry-After beats every",
            Round { every: Some(MIN), retry_after: Some(7200), ..NEW },
            2 * HOUR,
            "Retry-After",
        ),
        (
            "a shorter Retry-After hastens nothing",
            Round { retry_after: Some(1), ..NEW },
            1650,
            "more may follow",
        ),
        ("every of nothing", Round { every: Some(0), ..NEW }, 1, "`every`"),
    ]);
}

#[test]
fn a_file_of_this_machine_is_looked_at_every_ten_seconds_or_so() {
    let habit = Habit::default();
    let answer = Answer::default();
    let next =
        |every, outcome| next_poll(&Pace { is_local: true, ..pace(every) }, &blank(&habit), outcome, noon());
    let looked = Outcome::Answered { answer: &answer };
    assert_wait(&next(None, looked), 10, "a file");
    assert_wait(&next(Some(MIN), looked), MIN, "a file with an interval of its own");
    let missing = |failures| next(None, Outcome::Failed { failures, retry_after: None });
    assert!(missing(1).at.duration_since(noon()).as_secs() <= 20, "it is looked for soon");
    assert!(missing(99).at.duration_since(noon()).as_secs() <= 5 * MIN, "and never seldom");
}

/// When a source is asked again after so many failures.
fn failed(pace: &Pace, failures: u32, retry_after: Option<u64>, now: Timestamp) -> Next {
    let outcome = Outcome::Failed { failures, retry_after: retry_after.map(Duration::from_secs) };
    next_poll(pace, &blank(&Habit::default()), outcome, now)
}

#[test]
fn failures_back_off_to_the_longest_interval_and_no_further() {
    let table = [
        (0, (5, 10)),
        (1, (5, 10)),
        (2, (10, 20)),
        (3, (20, 40)),
        (4, (40, 80)),
        (5, (80, 160)),
        (6, (160, 320)),
        (7, (180, 360)),
        (u32::MAX, (180, 360)),
    ];
    for (failures, (least, most)) in table {
        let next = failed(&pace(None), failures, None, noon());
        let wait = next.at.duration_since(noon()).as_secs();
        assert!((least * MIN..=most * MIN).contains(&wait), "{failures} failures: {wait} s; {}", next.why);
    }
    let wait = |failures, retry_after, every| {
        failed(&pace(every), failures, retry_after, noon()).at.duration_since(noon()).as_secs()
    };
    assert!((MIN..=2 * MIN).contains(&wait(1, None, Some(MIN))), "a source polled every minute");
    assert!(
        (5 * MIN..=10 * MIN).contains(&wait(1, None, Some(DAY))),
        "one polled daily is not lost for a day"
    );
    assert_wait(&failed(&pace(None), 1, Some(1800), noon()), 30 * MIN, "Retry-After");
    assert_wait(&failed(&pace(Some(MIN)), 1, Some(1800), noon()), 30 * MIN, "Retry-After beats every");
    assert!(wait(9, Some(60), None) >= 3 * HOUR, "a short Retry-After does not undo the back-off");
    assert_wait(&failed(&pace(None), 1, Some(u64::MAX), noon()), 366 * DAY, "nothing overflows");
    assert!(failed(&pace(None), 3, None, noon()).why.contains("3 times in a row"));
}

#[test]
fn a_thousand_sources_that_failed_together_do_not_come_back_together() {
    // All are asked in one moment, and nobody answers for a day.
    let returns = noon() + SignedDuration::from_hours(24);
    let mut minutes = std::collections::BTreeMap::<i64, usize>::new();
    for at in 0..1_000 {
        let pace = Pace { source: SourceId::new(&format!("source-{at}")).unwrap(), ..pace(None) };
        let (mut now, mut failures) = (noon(), 0);
        while now < returns {
            failures += 1;
            now = failed(&pace, failures, None, now).at;
        }
        assert!((8..=16).contains(&failures), "the back-off is capped: {failures} polls in a day");
        *minutes.entry(now.duration_since(returns).as_mins()).or_default() += 1;
    }
    let (last, most) = (minutes.keys().max().unwrap(), minutes.values().max().unwrap());
    assert!(*last < 6 * 60, "all are back within the longest interval");
    assert!(*most <= 20, "{most} polls in one minute");
}

#[test]
fn nobody_is_asked_in_hours_that_the_feed_spares() {
    // It is Sunday noon.
    let (habit, answer) = (Habit::default(), Answer { validators: etag(), ..Answer::default() });
    let next = |skip_hours, skip_days, every| {
        let past = Past {
            cadence: Cadence { skip_hours, skip_days, ..Cadence::default() },
            habit: &habit,
            brought_ms: 0,
        };
        next_poll(&pace(every), &past, Outcome::Answered { answer: &answer }, noon())
    };
    let after = |next: &Next, moment: &str| {
        let late = next.at.duration_since(moment.parse().unwrap());
        assert!((0..=300).contains(&late.as_secs()), "{} is not just after {moment}: {}", next.at, next.why);
    };
    let hours = next(0b111 << 12, 0, None);
    after(&hours, "2026-11-22T15:00:00Z");
    assert_eq!(
        hours.why,
        "The feed asks to be spared (skipHours, skipDays): it is asked after Sunday, 15:00 GMT."
    );
    after(&next(0, 1 << 6, None), "2026-11-23T00:00:00Z");
    after(&next(0, 0b111_1111 & !(1 << 4), None), "2026-11-27T00:00:00Z");
    after(&next(!(1 << 9), 1 << 6 | 1, None), "2026-11-24T09:00:00Z");
    assert_wait(&next(0, 0, None), 3299, "nothing is spared");
    assert_wait(&next(u32::MAX, 0, None), 3299, "who spares all hours means none");
    assert_wait(&next(0, u32::MAX, None), 3299, "who spares all days means none");
    assert_wait(&next(0b111 << 12, 0, Some(MIN)), MIN, "`every` beats it");
}

#[test]
fn a_feed_that_says_when_it_is_updated_is_asked_just_after() {
    let (habit, answer) = (Habit::default(), Answer { validators: etag(), ..Answer::default() });
    let next = |interval_min, base_min, now: &str| {
        let cadence =
            Cadence { interval_min: Some(interval_min), base_min: Some(base_min), ..Cadence::default() };
        let past = Past { cadence, habit: &habit, brought_ms: 0 };
        let now: Timestamp = now.parse().unwrap();
        next_poll(&pace(None), &past, Outcome::Answered { answer: &answer }, now)
    };
    // Every two hours from 01:20 on: a whole number of two hours has gone by since 1970 at midnight.
    let update: Timestamp = "2026-11-22T13:20:00Z".parse().unwrap();
    let asked = next(120, 80, "2026-11-22T12:00:00Z");
    assert!((0..=300).contains(&asked.at.duration_since(update).as_secs()), "{} {}", asked.at, asked.why);
    assert_eq!(asked.why, "The feed says that it is updated every 2 h, and next in 80 min.");
    let just_before = next(120, 80, "2026-11-22T13:16:00Z");
    assert!(just_before.at.duration_since(update).as_mins() >= 120, "the next but one: it would be too soon");
    assert!(
        next(44_640, 0, "2026-11-22T12:00:00Z").why.contains("held to 6 h"),
        "within the operator's interval"
    );
}

#[test]
fn what_is_gone_is_not_asked_again() {
    let habit = Habit::default();
    let next = next_poll(&pace(Some(MIN)), &blank(&habit), Outcome::Gone, noon());
    assert!(next.at.duration_since(noon()).as_secs() > 50 * 365 * DAY);
    assert!(next.why.contains("410"));
    assert_eq!(next_poll(&pace(None), &blank(&habit), Outcome::Gone, Timestamp::MAX).at, Timestamp::MAX);
}

#[test]
fn the_same_round_gives_the_same_moment_and_different_sources_different_ones() {
    let habit = Habit::default();
    let outcome = Outcome::Failed { failures: 1, retry_after: None };
    assert_eq!(
        next_poll(&pace(None), &blank(&habit), outcome, noon()),
        next_poll(&pace(None), &blank(&habit), outcome, noon())
    );
    let moments: std::collections::BTreeSet<Timestamp> = (0..200)
        .map(|at| Pace { source: SourceId::new(&format!("source-{at}")).unwrap(), ..pace(None) })
        .map(|pace| next_poll(&pace, &blank(&habit), outcome, noon()).at)
        .collect();
    assert!(moments.len() > 150, "only {} of 200 differ", moments.len());
    let (first, last) = (moments.first().unwrap(), moments.last().unwrap());
    assert!(last.duration_since(*first).as_secs() > 200, "they spread over five minutes");
}

#[test]
fn an_interval_written_the_wrong_way_round_is_still_one() {
    let habit = Habit::default();
    let pace = Pace {
        interval_min: SignedDuration::from_hours(1),
        interval_max: SignedDuration::ZERO,
        ..pace(None)
    };
    let next = next_poll(&pace, &blank(&habit), Outcome::Failed { failures: 9, retry_after: None }, noon());
    assert_wait(&next, HOUR, "the shortest interval holds");
}
