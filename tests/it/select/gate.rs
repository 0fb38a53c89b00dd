//! Who may be seen, and since when.

use jiff::SignedDuration;
use pressroll::{
    model::{Moderation, Precision, Stated, source::FutureDates},
    select::{Gate, Passage},
};

use super::world::{DAY, HOUR, NOW, at, candidate, ids, pick, pick_at, publication, remember, source, with};
use pressroll::select::Seen;

#[test]
fn an_open_publication_shows_an_entry_since_it_came() {
    let acme = source("acme", 100);
    let picked = pick(&publication("brands/acme", &[&acme]), &[candidate(1, &acme, NOW - HOUR)]);
    assert_eq!(ids(&picked), [1]);
    assert_eq!((picked.shown[0].visible_ms, picked.shown[0].dated_ms), (NOW - HOUR, NOW - HOUR));
    assert_eq!(picked.changes_at, None);
}

#[test]
fn a_held_entry_waits_and_is_dated_by_the_moment_it_is_let_through() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Hold(SignedDuration::from_hours(2));
    let entry = candidate(1, &acme, NOW - HOUR);
    let waiting = pick(&brand, std::slice::from_ref(&entry));
    assert!(waiting.shown.is_empty() && waiting.first_shown.is_empty());
    assert_eq!(waiting.changes_at, Some(at(NOW + HOUR)));
    let later = pick_at(&brand, &[entry], &Seen::new(), NOW + HOUR);
    assert_eq!(ids(&later), [1]);
    assert_eq!(later.shown[0].dated_ms, NOW + HOUR);
    assert_eq!(later.changes_at, None);
}

#[test]
fn trusted_sources_pass_a_hold_and_a_review_at_once() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let mut brand = publication("brands/acme", &[&acme, &wire]);
    brand.trusted = vec![acme.id.clone()];
    for moderation in [Moderation::Hold(SignedDuration::from_hours(2)), Moderation::Review] {
        brand.moderation = moderation;
        let picked = pick(&brand, &[candidate(1, &acme, NOW - HOUR), candidate(2, &wire, NOW - HOUR)]);
        assert_eq!(ids(&picked), [1], "{moderation:?}");
        assert_eq!(picked.shown[0].dated_ms, NOW - HOUR);
    }
}

#[test]
fn a_review_does_not_end_by_itself() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Review;
    let picked = pick(&brand, &[candidate(1, &acme, NOW - 1_000 * HOUR)]);
    assert!(picked.shown.is_empty());
    assert_eq!(picked.changes_at, None);
}

#[test]
fn old_entries_of_a_first_round_are_not_dated_anew_by_a_hold() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Hold(SignedDuration::from_hours(2));
    let old = with(candidate(1, &acme, NOW - 100 * HOUR), |it| it.first_seen_ms = NOW);
    let picked = pick(&brand, &[old]);
    assert_eq!(picked.shown[0].dated_ms, NOW - 100 * HOUR);
}

#[test]
fn an_embargoed_date_hides_an_entry_until_then_and_a_clamped_one_does_not() {
    let mut acme = source("acme", 100);
    let stated = Stated { instant_ms: NOW + HOUR, offset_min: 0, precision: Precision::Second };
    let future = |acme: &_| with(candidate(1, acme, NOW), |it| it.entry.published = Some(stated));
    let brand = publication("brands/acme", &[&acme]);
    assert_eq!(ids(&pick(&brand, &[future(&acme)])), [1]);
    acme.dates = FutureDates::Embargo;
    let waiting = pick(&brand, &[future(&acme)]);
    assert!(waiting.shown.is_empty());
    assert_eq!(waiting.changes_at, Some(at(NOW + HOUR)));
    let later = pick_at(&brand, &[future(&acme)], &Seen::new(), NOW + HOUR);
    assert_eq!((later.shown[0].dated_ms, later.shown[0].visible_ms), (NOW + HOUR, NOW + HOUR));
}

#[test]
fn an_embargo_holds_for_trusted_sources_too() {
    let mut acme = source("acme", 100);
    acme.dates = FutureDates::Embargo;
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Review;
    brand.trusted = vec![acme.id.clone()];
    let stated = Stated { instant_ms: NOW + HOUR, offset_min: 0, precision: Precision::Second };
    let future = with(candidate(1, &acme, NOW), |it| it.entry.published = Some(stated));
    let hidden = Gate::new(&brand).passage(&future, None, NOW);
    assert_eq!(hidden, Passage::Hidden { until_ms: Some(NOW + HOUR) });
    let open = Gate::new(&brand).passage(&future, None, NOW + HOUR);
    assert_eq!(open, Passage::Visible { since_ms: NOW + HOUR, kept_back: true });
}

#[test]
fn a_longer_hold_outlasts_a_shorter_embargo() {
    let mut acme = source("acme", 100);
    acme.dates = FutureDates::Embargo;
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Hold(SignedDuration::from_hours(3));
    let stated = Stated { instant_ms: NOW + HOUR, offset_min: 0, precision: Precision::Second };
    let future = with(candidate(1, &acme, NOW), |it| it.entry.published = Some(stated));
    assert_eq!(
        Gate::new(&brand).passage(&future, None, NOW + 2 * HOUR),
        Passage::Hidden { until_ms: Some(NOW + 3 * HOUR) }
    );
}

#[test]
fn a_date_that_is_bumped_ahead_hides_and_dates_nothing_anew() {
    let mut acme = source("acme", 100);
    acme.dates = FutureDates::Embargo;
    let brand = publication("brands/acme", &[&acme]);
    let bumped = |it, ms| {
        let stated = Stated { instant_ms: ms, offset_min: 0, precision: Precision::Second };
        with(it, |kept| kept.entry.published = Some(stated))
    };
    // It came an hour after its date, so it was never ahead; no reader need have seen it.
    let late = with(candidate(1, &acme, NOW - 2 * HOUR), |it| {
        it.first_seen_ms = NOW - HOUR;
        it.visible_ms = NOW - HOUR;
    });
    let picked = pick(&brand, &[bumped(late, NOW + DAY)]);
    assert_eq!(ids(&picked), [1]);
    assert_eq!(picked.shown[0].dated_ms, NOW - 2 * HOUR);
    // It was ahead when it came, was shown on its date, and is bumped after that.
    let embargoed = candidate(2, &acme, NOW - 3 * HOUR);
    let first = pick(&brand, &[bumped(embargoed.clone(), NOW - 2 * HOUR)]);
    assert_eq!(first.shown[0].dated_ms, NOW - 2 * HOUR);
    let mut seen = Seen::new();
    remember(&mut seen, &first.first_shown);
    for date in [NOW - HOUR, NOW + DAY] {
        let picked = pick_at(&brand, &[bumped(embargoed.clone(), date)], &seen, NOW + HOUR);
        assert_eq!(ids(&picked), [2]);
        let placed = (picked.shown[0].dated_ms, picked.shown[0].visible_ms);
        assert_eq!(placed, (NOW - 2 * HOUR, NOW - 2 * HOUR));
    }
}

#[test]
fn a_longer_hold_neither_hides_nor_dates_anew_what_readers_have_seen() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    for before in [Moderation::Open, Moderation::Hold(SignedDuration::from_hours(1))] {
        brand.moderation = before;
        let entry = candidate(1, &acme, NOW - 2 * HOUR);
        let first = pick(&brand, std::slice::from_ref(&entry));
        let mut seen = Seen::new();
        remember(&mut seen, &first.first_shown);
        brand.moderation = Moderation::Hold(SignedDuration::from_hours(9));
        let picked = pick_at(&brand, &[entry], &seen, NOW);
        assert_eq!(ids(&picked), [1]);
        assert_eq!(picked.shown[0].dated_ms, first.shown[0].dated_ms);
    }
}

#[test]
fn a_date_beyond_all_calendars_wakes_nobody() {
    let mut acme = source("acme", 100);
    acme.dates = FutureDates::Embargo;
    let stated = Stated { instant_ms: i64::MAX, offset_min: 0, precision: Precision::Second };
    let never = with(candidate(1, &acme, NOW), |it| it.entry.published = Some(stated));
    let picked = pick(&publication("brands/acme", &[&acme]), &[never]);
    assert!(picked.shown.is_empty());
    assert_eq!(picked.changes_at, None);
}

#[test]
fn what_its_publisher_took_back_is_not_shown_until_it_is_stated_anew() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let stated = |ms| Some(Stated { instant_ms: ms, offset_min: 0, precision: Precision::Second });
    let own = |withdrawn_ms, updated_ms| {
        with(candidate(1, &acme, NOW - 2 * HOUR), |it| {
            it.withdrawn_ms = withdrawn_ms;
            it.entry.published = stated(NOW - 2 * HOUR);
            it.entry.updated = stated(updated_ms);
        })
    };
    let before = pick(&brand, &[own(None, NOW - HOUR)]);
    assert_eq!(ids(&before), [1]);
    let mut seen = Seen::new();
    remember(&mut seen, &before.first_shown);
    for (withdrawn_ms, shown) in [(NOW, 0), (NOW - HOUR, 0), (NOW - HOUR - 1, 1)] {
        let picked = pick_at(&brand, &[own(Some(withdrawn_ms), NOW - HOUR)], &seen, NOW);
        assert_eq!((picked.shown.len(), picked.changes_at), (shown, None), "{withdrawn_ms}");
    }
    let undated = with(candidate(2, &acme, NOW - HOUR), |it| it.withdrawn_ms = Some(0));
    assert!(pick(&brand, &[undated]).shown.is_empty(), "what states no date states nothing later");
    let copy = with(candidate(3, &wire, NOW - HOUR), |it| {
        it.canonical = Some("https://acme.example/1".to_owned());
    });
    let picked = pick_at(&brand, &[own(Some(NOW), NOW - HOUR), copy], &seen, NOW);
    assert_eq!(ids(&picked), [3], "another source's copy is its own word");
}
