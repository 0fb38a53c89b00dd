//! No values of a publisher, however hostile, make a source polled too often or never again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::{Answer, Asks, Links, Outcome, Pace, Past, Validators, next_poll},
    model::{Precision, SourceId, Stated, draft::Cadence, habit::Habit},
};
use proptest::prelude::*;

/// Everything that a publisher can say or do.
#[derive(Clone, Debug)]
struct Said {
    retry_after: Option<Duration>,
    fresh_for: Option<Duration>,
    has_validators: bool,
    cadence: Cadence,
    habit: Habit,
    brought_ms: i64,
    failures: Option<u32>,
}

fn duration() -> impl Strategy<Value = Option<Duration>> {
    prop_oneof![
        Just(None),
        (0..100_000u64).prop_map(|it| Some(Duration::from_secs(it))),
        any::<u64>().prop_map(|it| Some(Duration::from_secs(it))),
    ]
}

fn cadence() -> impl Strategy<Value = Cadence> {
    let interval = prop_oneof![Just(None), (0..50_000u32).prop_map(Some), any::<u32>().prop_map(Some)];
    let bits = || prop_oneof![Just(0), any::<u32>(), Just(u32::MAX)];
    (interval, prop::option::of(any::<u32>()), bits(), bits()).prop_map(
        |(interval_min, base_min, skip_hours, skip_days)| Cadence {
            interval_min,
            base_min,
            skip_hours,
            skip_days,
        },
    )
}

/// Learned from anything, at about the moment `now_ms`, or read from any text.
fn habit(now_ms: i64) -> impl Strategy<Value = Habit> {
    let date = move |(ms, offset_min): (i64, i16)| Stated {
        instant_ms: if ms % 3 == 0 { ms } else { now_ms - ms.rem_euclid(10_000_000_000) },
        offset_min,
        precision: if ms % 2 == 0 { Precision::Second } else { Precision::Day },
    };
    let dates = prop::collection::vec((any::<i64>(), -2000..2000i16), 0..60);
    let learned = (dates, any::<i64>()).prop_map(move |(dates, since_ms)| {
        let dates: Vec<_> = dates.into_iter().map(|it| Some(date(it))).collect();
        Habit::default().learn(&dates, since_ms, now_ms)
    });
    let text = "1 [0-9]{1,9} [0-9]{1,9}( [0-9]{1,2}:[0-9]{1,9})?".prop_map(|it| Habit::read(&it));
    prop_oneof![3 => learned, 1 => text, 1 => Just(Habit::default())]
}

fn said(now_ms: i64) -> impl Strategy<Value = Said> {
    let fields = (duration(), duration(), any::<bool>(), cadence(), habit(now_ms));
    let brought_ms = prop_oneof![Just(0), any::<i64>(), Just(now_ms - 1)];
    (fields, brought_ms, prop::option::of(any::<u32>())).prop_map(|(fields, brought_ms, failures)| {
        let (retry_after, fresh_for, has_validators, cadence, habit) = fields;
        Said { retry_after, fresh_for, has_validators, cadence, habit, brought_ms, failures }
    })
}

fn moment() -> impl Strategy<Value = i64> {
    prop_oneof![0..4_102_444_800_000i64, Just(1_795_348_800_000)]
}

/// The wait, and the sentence.
fn wait(pace: &Pace, said: &Said, now_ms: i64) -> (SignedDuration, String) {
    let now = Timestamp::from_millisecond(now_ms).unwrap();
    let etag = said.has_validators.then(|| "\"v\"".to_owned());
    let asks = Asks { retry_after: said.retry_after, fresh_for: said.fresh_for };
    let answer = Answer {
        validators: Validators { etag, last_modified: None },
        asks,
        moved_to: None,
        links: Links::default(),
    };
    let past = Past { cadence: said.cadence, habit: &said.habit, brought_ms: said.brought_ms };
    let outcome = match said.failures {
        Some(failures) => Outcome::Failed { failures, retry_after: said.retry_after },
        None => Outcome::Answered { answer: &answer },
    };
    let next = next_poll(pace, &past, outcome, now);
    (next.at.duration_since(now), next.why)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_source_is_polled_more_often_than_the_operator_allows_or_never_again(
        (now_ms, said) in moment().prop_flat_map(|now_ms| (Just(now_ms), said(now_ms))),
        min_s in 1..10_000i64,
        max_s in 0..400_000i64,
        id in "[a-z]{1,8}",
    ) {
        let (interval_min, interval_max) = (SignedDuration::from_secs(min_s), SignedDuration::from_secs(max_s));
        let source = SourceId::new(&id).unwrap();
        let pace = Pace { source, every: None, interval_min, interval_max, is_local: false };
        let (wait, why) = wait(&pace, &said, now_ms);
        prop_assert!(wait >= interval_min, "{wait:?} is less than {interval_min:?}: {why}");
        prop_assert!(why.ends_with('.') && why.matches('.').count() == 1 && why.len() < 200, "one short sentence: {why}");
        // The longest: the operator's interval, or the hour of sources without validators; a tenth more, or five minutes
        // after a moment that was named; then the spared hours of a week.
        let longest = interval_max.max(interval_min).max(SignedDuration::from_hours(1));
        let spared = if said.cadence.skip_hours | said.cadence.skip_days == 0 { 0 } else { 168 };
        let most = longest + longest / 10 + SignedDuration::from_mins(5) + SignedDuration::from_hours(spared);
        let asked = said.retry_after.map_or(SignedDuration::ZERO, |it| {
            SignedDuration::try_from(it).unwrap_or(SignedDuration::MAX).min(SignedDuration::from_hours(24 * 366))
        });
        prop_assert!(wait <= most.max(asked + asked / 10) + SignedDuration::from_secs(1), "{wait:?}: {why}");
        prop_assert!(wait >= asked, "Retry-After holds: {wait:?} is less than {asked:?}");
    }

    #[test]
    fn every_is_what_the_operator_said_and_up_to_a_tenth_more(
        (now_ms, said) in moment().prop_flat_map(|now_ms| (Just(now_ms), said(now_ms))),
        every_s in 1..1_000_000i64,
    ) {
        let every = SignedDuration::from_secs(every_s);
        let hour = SignedDuration::from_hours(1);
        let source = SourceId::new("acme").unwrap();
        let pace = Pace { source, every: Some(every), interval_min: hour, interval_max: hour * 6, is_local: false };
        let said = Said { retry_after: None, failures: None, ..said };
        let (wait, why) = wait(&pace, &said, now_ms);
        prop_assert!(every <= wait && wait <= every + every / 10, "{wait:?}: {why}");
    }
}
