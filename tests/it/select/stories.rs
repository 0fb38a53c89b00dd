//! The same release of several sources.

use pressroll::{
    model::{Appearance, EntryId, Moderation, PlainText, Source},
    select::{Candidate, Picked, Seen, Selector},
};

use super::world::{
    DAY, HOUR, NOW, candidate, ids, pick, pick_at, pick_by, publication, remember, source, with, with_guid,
};

const GUID: &str = "https://acme.example/releases/1";

#[test]
fn entries_with_the_same_global_id_are_shown_once_led_by_priority() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    for guid in [GUID, "urn:uuid:1", "tag:acme.example,2026:1", "URN:uuid:1"] {
        let entries = [
            with_guid(candidate(1, &wire, NOW - 2 * HOUR), guid),
            with_guid(candidate(2, &acme, NOW - HOUR), guid),
        ];
        let picked = pick(&brand, &entries);
        assert_eq!(ids(&picked), [2], "{guid}");
        assert_eq!(picked.first_shown.len(), 2, "every copy is on record");
        assert!(picked.first_shown.iter().all(|it| it.public_id == "id-2"));
    }
}

#[test]
fn an_id_that_is_not_global_is_no_story() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    for guid in ["1", "acme:1", "urn", "", "http:"] {
        let entries =
            [with_guid(candidate(1, &wire, NOW - 1), guid), with_guid(candidate(2, &acme, NOW), guid)];
        assert_eq!(ids(&pick(&brand, &entries)), [2, 1], "{guid}");
    }
}

#[test]
fn entries_with_the_same_canonical_link_are_shown_once() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let linked = |it| with(it, |kept| kept.canonical = Some("https://acme.example/one".to_owned()));
    let entries = [linked(candidate(1, &wire, NOW - HOUR)), linked(candidate(2, &acme, NOW))];
    assert_eq!(ids(&pick(&brand, &entries)), [2]);
    let none = |it| with(it, |kept| kept.canonical = None);
    let entries = [none(candidate(1, &wire, NOW - HOUR)), none(candidate(2, &acme, NOW))];
    assert_eq!(ids(&pick(&brand, &entries)), [2, 1]);
}

#[test]
fn a_source_that_links_everything_to_its_home_page_keeps_all_its_entries() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let home = |it| with(it, |kept| kept.canonical = Some("https://acme.example".to_owned()));
    let entries = [
        home(candidate(1, &acme, NOW - 1)),
        home(candidate(2, &acme, NOW - 2)),
        home(candidate(3, &wire, NOW - 3)),
    ];
    assert_eq!(ids(&pick(&brand, &entries)), [1, 2, 3]);
}

#[test]
fn an_id_alone_makes_no_story_of_what_differs_in_title_and_link() {
    let (acme, evil) = (source("acme", 50), source("evil", 100));
    let brand = publication("brands/acme", &[&acme, &evil]);
    let titled = |it, title: &str| {
        with(it, |kept| {
            kept.public_id = GUID.to_owned();
            kept.entry.title = PlainText::vouch(title.to_owned());
        })
    };
    let genuine = titled(with_guid(candidate(1, &acme, NOW - 2), GUID), "Acme opens a plant");
    let claimed = titled(with_guid(candidate(2, &evil, NOW - 1), GUID), "Buy now");
    let picked = pick(&brand, &[genuine.clone(), claimed.clone()]);
    assert_eq!(ids(&picked), [2, 1], "neither takes the other's place, whatever its priority");
    assert_ne!(picked.shown[0].public_id, picked.shown[1].public_id);
    assert_eq!(picked.shown[1].public_id, GUID, "the id belongs to the source whose host it names");
    let copy = titled(claimed.clone(), "ACME  opens a Plant");
    assert_eq!(ids(&pick(&brand, &[genuine.clone(), copy])), [2], "the same title is the same release");
    let twisted = titled(claimed, "Acme opens a plant: buy now");
    assert_eq!(
        ids(&pick(&brand, &[genuine, twisted])),
        [1],
        "who twists it never leads, whatever its priority"
    );
}

#[test]
fn a_release_whose_copies_are_titled_a_little_differently_is_one_story() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let titled = |it, title: &str| with(it, |kept| kept.entry.title = PlainText::vouch(title.to_owned()));
    let cases = [
        ("Late story", "Late story, by the company", true),
        ("Acme ouvre une usine à Lyon", "ACME ouvre une usine a Lyon (PDF)", true),
        ("欧州最大の水電解プラント、稼働開始", "欧州最大の水電解プラントが稼働開始", true),
        ("Results", "Results", true),
        ("Alpha", "Beta", false),
        ("Acme opens a plant", "Acme raises its outlook", false),
        ("決算を発表", "新工場が稼働", false),
    ];
    for (own, copy, is_one) in cases {
        let entries = [
            titled(with_guid(candidate(1, &acme, NOW - 2), GUID), own),
            titled(with_guid(candidate(2, &wire, NOW - 1), GUID), copy),
        ];
        assert_eq!(ids(&pick(&brand, &entries)).len() == 1, is_one, "{own} / {copy}");
    }
}

#[test]
fn two_entries_of_one_source_never_become_one() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let same = [with_guid(candidate(1, &acme, NOW - 1), GUID), with_guid(candidate(2, &acme, NOW - 2), GUID)];
    assert_eq!(ids(&pick(&brand, &same)), [1, 2]);
    // Not even by way of a third: one shares its id with the wire's, the other its link.
    let link = |it| with(it, |kept| kept.canonical = Some("https://acme.example/x".to_owned()));
    let bridge = [
        with_guid(candidate(1, &acme, NOW - 1), GUID),
        link(candidate(2, &acme, NOW - 2)),
        link(with_guid(candidate(3, &wire, NOW - 3), GUID)),
    ];
    assert_eq!(ids(&pick(&brand, &bridge)), [1, 2]);
}

#[test]
fn at_equal_priority_the_copy_that_is_at_home_leads_then_the_first_to_come() {
    let (acme, one, two) = (source("acme", 50), source("one", 50), source("two", 50));
    let brand = publication("brands/acme", &[&acme, &one, &two]);
    let copy = |id, source: &_, at_ms| {
        with_guid(with(candidate(id, source, at_ms), |it| it.entry.link = None), GUID)
    };
    let entries = [copy(1, &one, NOW - 3), copy(2, &two, NOW - 2), copy(3, &acme, NOW - 1)];
    assert_eq!(ids(&pick(&brand, &entries)), [3]);
    assert_eq!(ids(&pick(&brand, &entries[..2])), [1]);
}

#[test]
fn a_better_copy_takes_over_under_the_id_and_date_that_readers_know() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let wires = with_guid(candidate(1, &wire, NOW - 5 * HOUR), GUID);
    let mut seen = Seen::new();
    remember(&mut seen, &pick(&brand, std::slice::from_ref(&wires)).first_shown);
    let own = with_guid(candidate(2, &acme, NOW), GUID);
    let picked = pick_at(&brand, &[own.clone(), wires.clone()], &seen, NOW + HOUR);
    assert_eq!(ids(&picked), [2]);
    assert_eq!(picked.shown[0].public_id, "id-1");
    assert_eq!(picked.shown[0].dated_ms, NOW - 5 * HOUR, "an old story does not come back as new");
    assert_eq!(picked.shown[0].visible_ms, NOW - 5 * HOUR);
    let record: Vec<_> = picked.first_shown.iter().map(|it| (it.entry.0, it.public_id.as_str())).collect();
    assert_eq!(record, [(2, "id-1")]);
    remember(&mut seen, &picked.first_shown);
    let again = pick_at(&brand, &[own.clone(), wires], &seen, NOW + HOUR);
    assert_eq!((again.shown[0].dated_ms, again.shown[0].public_id.as_str()), (NOW - 5 * HOUR, "id-1"));
    let alone = pick_at(&brand, &[own], &seen, NOW + HOUR);
    assert_eq!(alone.shown[0].public_id, "id-1", "even when the first copy is gone");
}

#[test]
fn being_recorded_does_not_change_what_is_shown() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let entries = [
        with_guid(candidate(1, &wire, NOW - 5 * HOUR), GUID),
        with_guid(candidate(2, &acme, NOW - HOUR), GUID),
        candidate(3, &acme, NOW - 3 * HOUR),
    ];
    let first = pick(&brand, &entries);
    let mut seen = Seen::new();
    remember(&mut seen, &first.first_shown);
    let second = pick_at(&brand, &entries, &seen, NOW);
    let looks = |it: &Picked| {
        it.shown
            .iter()
            .map(|it| (it.public_id.clone(), it.dated_ms, it.visible_ms, it.entry))
            .collect::<Vec<_>>()
    };
    assert_eq!(looks(&first), looks(&second));
}

#[test]
fn a_language_is_a_view_of_the_same_stories() {
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let brand = publication("brands/acme", &[&acme, &wire]);
    let french = with(with_guid(candidate(1, &wire, NOW - HOUR), GUID), |it| {
        it.entry.language = Some("fr".to_owned())
    });
    let entries = [french, with_guid(candidate(2, &acme, NOW - 2 * HOUR), GUID)];
    let picked = pick_by(&Selector::new(&brand, &[]).unwrap(), &entries, &Seen::new(), Some("fr"), NOW);
    assert_eq!(ids(&picked), [1]);
    assert_eq!(picked.shown[0].public_id, pick(&brand, &entries).first_shown[0].public_id);
}

#[test]
fn ids_are_unique_even_where_the_record_says_one_twice() {
    let acme = source("acme", 100);
    let brand = publication("brands/acme", &[&acme]);
    let recorded = |id| Appearance { entry: EntryId(id), public_id: "old".to_owned(), shown_ms: NOW - DAY };
    let seen: Seen = [1, 2].map(|id| (EntryId(id), recorded(id))).into();
    let public = |entries: &[_]| -> Vec<(i64, String)> {
        let picked = pick_at(&brand, entries, &seen, NOW);
        picked.shown.iter().map(|it| (it.entry.0, it.public_id.clone())).collect()
    };
    let entries = [candidate(1, &acme, NOW - HOUR), candidate(2, &acme, NOW)];
    assert_eq!(public(&entries), [(2, "id-2".to_owned()), (1, "old".to_owned())]);
    let clash = with(candidate(3, &acme, NOW - 2 * HOUR), |it| it.public_id = "old".to_owned());
    let [one, two] = entries;
    assert_eq!(
        public(&[one, two, clash]),
        [(2, "id-2".to_owned()), (1, "old".to_owned()), (3, "old#acme.3".to_owned())],
        "what may not have its id is shown all the same"
    );
}

/// Two entries of the squatter and one of the victim that claim one id: twice in one source, it makes no story.
fn squatted(squatter: &Source, victim: &Source) -> [Candidate; 3] {
    let claim = |it| {
        with(with_guid(it, GUID), |kept| {
            kept.public_id = GUID.to_owned();
            kept.entry.link = None;
        })
    };
    [
        claim(candidate(1, squatter, NOW - 1)),
        claim(candidate(2, squatter, NOW - 2)),
        claim(candidate(3, victim, NOW - DAY)),
    ]
}

#[test]
fn an_id_that_several_sources_claim_belongs_to_the_one_whose_host_it_names_and_nothing_is_lost() {
    let (acme, squatter) = (source("acme", 50), source("squatter", 100));
    let brand = publication("brands/acme", &[&acme, &squatter]);
    let entries = squatted(&squatter, &acme);
    let public = |picked: &Picked| -> Vec<(i64, String)> {
        picked.shown.iter().map(|it| (it.entry.0, it.public_id.clone())).collect()
    };
    let first = pick(&brand, &entries);
    assert_eq!(
        public(&first),
        [(1, format!("{GUID}#squatter.1")), (2, format!("{GUID}#squatter.2")), (3, GUID.to_owned())]
    );
    let mut seen = Seen::new();
    remember(&mut seen, &first.first_shown);
    let mut turned = entries.to_vec();
    turned.reverse();
    assert_eq!(public(&pick_at(&brand, &turned, &seen, NOW + HOUR)), public(&first), "and so it stays");
}

#[test]
fn an_id_that_readers_know_stays_even_where_it_names_anothers_host() {
    let (acme, squatter) = (source("acme", 50), source("squatter", 100));
    let brand = publication("brands/acme", &[&acme, &squatter]);
    let entries = squatted(&squatter, &acme);
    let mut seen = Seen::new();
    remember(&mut seen, &pick(&brand, &entries[..1]).first_shown);
    let picked = pick_at(&brand, &entries, &seen, NOW);
    let public: Vec<_> = picked.shown.iter().map(|it| it.public_id.as_str()).collect();
    let derived = |it: &str| format!("{GUID}#{it}");
    assert_eq!(public, [GUID, &derived("squatter.2"), &derived("acme.3")]);
}

#[test]
fn a_release_that_a_gate_holds_back_keeps_its_id_from_others() {
    let (acme, squatter) = (source("acme", 50), source("squatter", 100));
    let mut brand = publication("brands/acme", &[&acme, &squatter]);
    brand.moderation = Moderation::Review;
    brand.trusted = vec![squatter.id.clone()];
    let picked = pick(&brand, &squatted(&squatter, &acme));
    assert_eq!(ids(&picked), [1, 2]);
    assert!(picked.shown.iter().all(|it| it.public_id != GUID));
}
