//! Sources that publish at usual times are asked then, and told about in a sentence.

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::{Answer, Next, Outcome, Past, next_poll},
    model::{Precision, Stated, draft::Cadence, habit::Habit},
};

use super::{MIN, etag, pace};

const WEEK: SignedDuration = SignedDuration::from_hours(168);

/// Has published at these moments and a week earlier and so on, sixteen times, and was learned at `now`.
fn habit(moments: &[&str], now: Timestamp) -> Habit {
    let weekly = |moment: &&str| {
        let last: Timestamp = moment.parse().unwrap();
        (0..16).map(move |weeks| last - WEEK * weeks)
    };
    let stated = |it: Timestamp| {
        Some(Stated { instant_ms: it.as_millisecond(), offset_min: 0, precision: Precision::Second })
    };
    let dates: Vec<_> = moments.iter().flat_map(weekly).map(stated).collect();
    Habit::default().learn(&dates, 0, now.as_millisecond())
}

fn asked(moments: &[&str], now: &str) -> (Next, SignedDuration) {
    let now: Timestamp = now.parse().unwrap();
    let habit = habit(moments, now);
    let past = Past { cadence: Cadence::default(), habit: &habit, brought_ms: 1_700_000_000_000 };
    let answer = Answer { validators: etag(), ..Answer::default() };
    let next = next_poll(&pace(None), &past, Outcome::Answered { answer: &answer }, now);
    let wait = next.at.duration_since(now);
    (next, wait)
}

const WEDNESDAYS: &[&str] = &["2026-11-18T07:30:00Z"];
const MORNINGS: &[&str] = &[
    "2026-11-16T07:05:00Z",
    "2026-11-17T07:30:00Z",
    "2026-11-18T08:10:00Z",
    "2026-11-19T07:00:00Z",
    "2026-11-20T08:20:00Z",
];

#[test]
fn it_is_asked_often_when_it_usually_publishes_and_seldom_else() {
    let (next, wait) = asked(WEDNESDAYS, "2026-11-25T07:10:00Z");
    assert!((5 * MIN..8 * MIN).contains(&wait.as_secs()), "{wait:?} {}", next.why);
    let (next, wait) = asked(WEDNESDAYS, "2026-11-26T12:10:00Z");
    assert!(wait.as_hours() >= 2, "{wait:?} {}", next.why);
}

#[test]
fn the_beginning_of_a_usual_time_is_not_overslept() {
    let begins: Timestamp = "2026-11-25T07:00:00Z".parse().unwrap();
    for minutes in (0..360).step_by(7) {
        let now = begins - SignedDuration::from_mins(minutes + 5);
        let (next, _) = asked(WEDNESDAYS, &now.to_string());
        let late = next.at.duration_since(begins).as_secs();
        assert!(late < 8 * MIN, "from {now}: {} s late; {}", late, next.why);
    }
}

#[test]
fn the_sentence_names_the_usual_time_and_both_intervals() {
    for (moments, why) in [
        (WEDNESDAYS, "It usually publishes on Wednesdays between 07:00 and 08:00 GMT: "),
        (MORNINGS, "It usually publishes on weekdays between 07:00 and 09:00 GMT: "),
        (
            &["2026-11-17T09:10:00Z", "2026-11-19T09:20:00Z"],
            "It usually publishes on Tuesdays and Thursdays between 09:00 and 10:00 GMT: ",
        ),
        (
            &["2026-11-20T23:10:00Z", "2026-11-21T00:20:00Z"],
            "It usually publishes on Fridays and Saturdays between 23:00 and 01:00 GMT: ",
        ),
    ] {
        let (next, wait) = asked(moments, "2026-11-21T12:00:00Z");
        assert!(next.why.starts_with(why), "{}", next.why);
        let again = if wait.as_mins() < 120 {
            format!("{} min.", (wait.as_secs() + 30) / 60)
        } else {
            format!("{} h.", (wait.as_secs() + 1800) / 3600)
        };
        assert!(next.why.ends_with(&format!("then, and again in {again}")), "{wait:?} {}", next.why);
    }
    let (next, _) = asked(WEDNESDAYS, "2026-11-25T07:10:00Z");
    assert_eq!(
        next.why,
        "It usually publishes on Wednesdays between 07:00 and 08:00 GMT: it is asked about every 7 min then, and again \
         in 8 min."
    );
    let evenly: Vec<String> =
        (0..24).step_by(3).map(|hour| format!("2026-11-{:02}T{hour:02}:30:00Z", 15 + hour / 4)).collect();
    let evenly: Vec<&str> = evenly.iter().map(String::as_str).collect();
    assert!(asked(&evenly, "2026-11-25T07:10:00Z").0.why.starts_with("It publishes at no usual time: "));
}

#[test]
fn a_source_that_fell_silent_is_asked_ever_less_often() {
    let wait = |now: &str| asked_later(now).as_mins();
    let (month, years) = (wait("2026-12-20T12:00:00Z"), wait("2028-11-20T12:00:00Z"));
    assert!(month < years, "{month} min after a month, {years} min after two years");
    assert!((5 * 60..=6 * 60 + 36).contains(&years), "{years} min");
}

/// How long a source is left alone that published at any time of the week, and then no more.
fn asked_later(now: &str) -> SignedDuration {
    let learned: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let habit = habit(&["2026-11-14T03:00:00Z", "2026-11-16T12:00:00Z", "2026-11-18T20:00:00Z"], learned);
    let past = Past { cadence: Cadence::default(), habit: &habit, brought_ms: learned.as_millisecond() };
    let answer = Answer { validators: etag(), ..Answer::default() };
    let now: Timestamp = now.parse().unwrap();
    next_poll(&pace(None), &past, Outcome::Answered { answer: &answer }, now).at.duration_since(now)
}

#[test]
fn summer_time_does_not_undo_what_was_learned() {
    // It published at 07:30 in winter; its clock now says the same an hour earlier.
    let (next, wait) = asked(WEDNESDAYS, "2026-11-25T06:10:00Z");
    assert!(wait.as_mins() <= 25, "the hour beside the usual one: {wait:?} {}", next.why);
}
