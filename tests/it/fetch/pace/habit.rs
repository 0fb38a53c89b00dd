//! What is learned of when a source publishes, and how long it is remembered.

use jiff::{SignedDuration, Timestamp};
use pressroll::model::{
    Precision, Stated,
    habit::{Habit, WEEK_HOURS, hour_of_week},
};
use proptest::prelude::*;

use super::noon;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const WEEK_MS: i64 = 7 * DAY_MS;

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn second(text: &str) -> Option<Stated> {
    Some(Stated { instant_ms: ms(text), offset_min: 0, precision: Precision::Second })
}

/// The hours of the week in which anything came.
fn hours(habit: &Habit) -> Vec<usize> {
    habit.hours().iter().enumerate().filter(|(_, weight)| **weight > 0.0).map(|(at, _)| at).collect()
}

fn sum(habit: &Habit) -> f64 {
    habit.hours().iter().sum()
}

#[test]
fn a_week_begins_on_monday_at_midnight_gmt() {
    assert_eq!(hour_of_week(ms("2026-11-23T00:00:00Z")), 0);
    assert_eq!(hour_of_week(ms("2026-11-22T23:59:59Z")), 167);
    assert_eq!(hour_of_week(0), 72, "1970 began on a Thursday");
    assert_eq!(hour_of_week(-1), 71);
}

#[test]
fn the_dates_of_the_first_document_teach_from_the_beginning() {
    let now = noon().as_millisecond();
    let dates =
        [second("2026-11-18T07:05:00Z"), second("2026-11-11T07:40:00Z"), second("2026-11-04T08:01:00Z")];
    let habit = Habit::default().learn(&dates, 0, now);
    assert_eq!(hours(&habit), [48 + 7usize, 48 + 8], "on Wednesdays");
    assert!((2.0..3.0).contains(&sum(&habit)), "older ones count less: {}", sum(&habit));
    assert!((2.0..2.6).contains(&habit.weeks()), "it reaches back 18 days: {}", habit.weeks());
    let nothing_known = Habit::default().learn(&[None, second("2036-01-01T00:00:01Z")], 0, now);
    assert!(
        hours(&nothing_known).is_empty(),
        "undated and future entries of the first document teach nothing"
    );
}

#[test]
fn a_round_that_brings_nothing_changes_nothing() {
    let habit = Habit::default().learn(&[second("2026-11-18T07:05:00Z")], 0, noon().as_millisecond());
    assert_eq!(habit.learn(&[], noon().as_millisecond(), noon().as_millisecond() + WEEK_MS), habit);
    assert_eq!(Habit::default().learn(&[], 0, noon().as_millisecond()), Habit::default());
}

#[test]
fn a_date_counts_where_it_agrees_with_what_was_seen() {
    let (since, now) = (ms("2026-11-18T06:10:00Z"), ms("2026-11-18T08:50:00Z"));
    let learned = |stated| hours(&Habit::default().learn(&[stated], since, now));
    let wednesday = |hour: usize| 48 + hour;
    assert_eq!(learned(second("2026-11-18T07:05:00Z")), [wednesday(7)]);
    for (what, stated) in [
        ("no date", None),
        ("a date before the last poll", second("2026-11-10T16:00:00Z")),
        ("a date in the future", second("2026-12-24T16:00:00Z")),
        (
            "a date out of all bounds",
            Some(Stated { instant_ms: i64::MAX, offset_min: 0, precision: Precision::Day }),
        ),
        ("midnight, which means the day", second("2026-11-18T00:00:00Z")),
    ] {
        assert_eq!(
            learned(stated),
            [wednesday(6), wednesday(7), wednesday(8)],
            "{what}: it came between two polls"
        );
    }
    let long_ago = Habit::default().learn(&[None], since - 3 * DAY_MS, now);
    assert!(hours(&long_ago).is_empty(), "what came some time in three days teaches no hour");
}

#[test]
fn a_date_without_a_time_counts_for_its_day() {
    let stated = Stated { instant_ms: ms("2026-11-17T23:00:00Z"), offset_min: 60, precision: Precision::Day };
    let habit = Habit::default().learn(&[Some(stated)], 0, noon().as_millisecond());
    assert_eq!(hours(&habit), (47..71usize).collect::<Vec<_>>(), "Wednesday in Central Europe");
    assert!((0.85..1.0).contains(&sum(&habit)), "all hours together count as one: {}", sum(&habit));
}

#[test]
fn what_was_learned_fades_by_half_in_eight_weeks_and_vanishes_in_the_end() {
    let begin = ms("2026-11-18T07:05:00Z");
    let habit = Habit::default().learn(&[second("2026-11-18T07:05:00Z"); 8], 0, begin);
    assert!((sum(&habit) - 8.0).abs() < 0.01);
    assert!((sum(&habit.at(begin + 8 * WEEK_MS)) - 4.0).abs() < 0.01);
    assert!(habit.at(begin + 520 * WEEK_MS).hours().iter().all(|it| *it == 0.0));
    assert!((10.0..12.0).contains(&habit.at(begin + 520 * WEEK_MS).weeks()), "it was watched all the time");
    assert_eq!(
        sum(&habit.at(begin - 99 * WEEK_MS)),
        sum(&habit),
        "a clock that was set back unlearns nothing"
    );
}

#[test]
fn a_catalogue_listed_anew_weighs_as_much_as_ten_entries() {
    let now = noon().as_millisecond();
    let habit = Habit::default().learn(&vec![None; 5_000], now - 60_000, now);
    assert!(sum(&habit) <= 20.0, "{}", sum(&habit));
}

#[test]
fn a_text_that_cannot_be_understood_says_nothing() {
    let texts = [
        "",
        "2 20000 7000 1:1000",
        "1",
        "1 x 1",
        "1 20000 7000 168:1",
        "1 20000 7000 5:1 4:1",
        "1 1 1 1:-1",
        "é",
    ];
    for text in texts {
        assert_eq!(Habit::read(text), Habit::default(), "{text}");
    }
    let kept = "1 20000 7000 5:1000 167:250";
    assert_eq!(Habit::read(kept).to_string(), kept);
}

proptest! {
    #[test]
    fn whatever_was_published_the_text_is_short_and_reads_back(
        rounds in prop::collection::vec(
            (prop::collection::vec(prop::option::of((any::<i64>(), -1439..1440i16, any::<bool>())), 0..40), any::<i64>(), 0..1_000_000_000i64),
            1..8,
        ),
    ) {
        let (mut habit, mut now) = (Habit::default(), noon());
        for (dates, since_ms, later_ms) in rounds {
            now += SignedDuration::from_millis(later_ms);
            // Half of the dates lie about now, the others anywhere.
            let stated = |(ms, offset_min, is_day): (i64, i16, bool)| Stated {
                instant_ms: if ms % 2 == 0 { now.as_millisecond() - ms.rem_euclid(30 * DAY_MS) } else { ms },
                offset_min,
                precision: if is_day { Precision::Day } else { Precision::Second },
            };
            let dates: Vec<_> = dates.into_iter().map(|it| it.map(stated)).collect();
            habit = habit.learn(&dates, since_ms, now.as_millisecond());
            let text = habit.to_string();
            prop_assert!(text.len() < 2_200, "{} bytes", text.len());
            prop_assert_eq!(&Habit::read(&text), &habit);
            prop_assert!(habit.hours().iter().all(|it| (0.0..=130.0).contains(it)));
            prop_assert!((0.0..=12.0).contains(&habit.weeks()));
        }
        prop_assert_eq!(habit.hours().len(), WEEK_HOURS);
    }
}
