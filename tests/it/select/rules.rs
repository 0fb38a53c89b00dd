//! What rules let in.
#![expect(clippy::unwrap_used, reason = "a world that cannot be built is a broken test")]

use jiff::SignedDuration;
use pressroll::{
    model::{CleanHtml, Moderation, PlainText, Publication, SourceKind, entry::Label, rule::Rule},
    select::{Seen, SelectError, Selector},
};

use super::world::{DAY, HOUR, NOW, at, candidate, ids, pick, pick_at, pick_by, publication, source, with};

fn rules(lines: &[&str]) -> Vec<Rule> {
    lines.iter().map(|it| Rule::parse(it).unwrap()).collect()
}

/// Whether an entry with this title is taken by a brand that includes this line.
fn includes(line: &str, title: &str) -> bool {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.include = rules(&[line]);
    let entry = with(candidate(1, &acme, NOW), |it| it.entry.title = PlainText::vouch(title.to_owned()));
    !pick(&brand, &[entry]).shown.is_empty()
}

#[test]
fn words_are_whole_and_folded() {
    for (line, title, found) in [
        ("hydrogen", "Hydrogen plant opens", true),
        ("hydrogène", "HYDROGENE, at last", true),
        ("hydrogene", "L’hydrogène vert", true),
        ("hydrogen", "hydrogenated fats", false),
        ("hydrogen", "biohydrogen", false),
        ("job offer", "A  job\u{a0}offer today", true),
        ("job offer", "jobs offered", false),
        ("Canal+", "Canal+ buys", true),
        ("Canal+", "Canal buys", false),
        ("canal+", "Canal+2", false),
        ("AT&T", "AT&T grows", true),
        ("Straße", "In der STRASSE", true),
        ("Łódź", "Plant in Lodz", true),
        ("Ørsted", "ORSTED wins", true),
        ("ＡＢＣ", "abc of steel", true),
        ("水素", "新しい水素工場", true),
        ("工場", "新しい水素", false),
        ("Σίσυφος", "ΣΙΣΥΦΟΣ", true),
    ] {
        assert_eq!(includes(line, title), found, "{line} in {title}");
    }
}

#[test]
fn a_plus_with_spaces_is_and() {
    assert!(includes("hydrogen + europe", "Europe needs hydrogen"));
    assert!(!includes("hydrogen + europe", "Asia needs hydrogen"));
}

#[test]
fn a_star_ends_a_stem() {
    assert!(includes("batter*", "New batteries") && includes("batter*", "Batter up"));
    assert!(!includes("batter*", "abatter"));
}

#[test]
fn a_regular_expression_is_searched_in_the_text_as_it_is() {
    assert!(includes("/q[1-4] 20\\d\\d/", "Results of Q3 2026"));
    assert!(!includes("/q[1-4] 20\\d\\d/", "Results of Q5 2026"));
    assert!(includes("/é/", "É") && !includes("/é/", "e"));
}

#[test]
fn a_bad_regular_expression_is_named() {
    let mut brand = publication("brands/acme", &[]);
    for line in ["/(/", "/(\\w{900}){900}/"] {
        brand.selection.exclude = rules(&[line]);
        let refused = Selector::new(&brand, &[]).err();
        assert!(matches!(refused, Some(SelectError::Regex { line: named, .. }) if named == line), "{line}");
    }
}

#[test]
fn any_line_includes_and_any_line_excludes() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.include = rules(&["steel", "pumps"]);
    brand.selection.exclude = rules(&["job offer", "recall"]);
    let titled = |id, title: &str| {
        with(candidate(id, &acme, NOW - id), |it| it.entry.title = PlainText::vouch(title.to_owned()))
    };
    let picked = pick(
        &brand,
        &[titled(1, "Steel"), titled(2, "Pumps"), titled(3, "Copper"), titled(4, "Steel: recall of pumps")],
    );
    assert_eq!(ids(&picked), [1, 2]);
}

#[test]
fn words_are_looked_for_in_title_excerpt_text_and_categories_but_not_in_markup() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.include = rules(&["steel & pumps"]);
    let text = |id, html: &str| {
        with(candidate(id, &acme, NOW - id), |it| it.entry.content = CleanHtml::vouch(html.to_owned()))
    };
    let entries = [
        text(1, "<p>We make <b>steel</b> &amp; pumps.</p>"),
        text(2, "<p><a href=\"https://x.example/\" title=\"steel &amp; pumps\">x</a></p>"),
        text(3, "<p>steel &amp;</p><p>pumps</p>"),
        with(candidate(4, &acme, NOW - 4), |it| {
            it.entry.excerpt = PlainText::vouch("Steel & pumps".to_owned())
        }),
        with(candidate(5, &acme, NOW - 5), |it| {
            it.entry.categories = vec![Label { term: "Steel & Pumps".to_owned(), scheme: None }];
        }),
        with(candidate(6, &acme, NOW - 6), |it| {
            it.entry.title = PlainText::vouch("Steel &".to_owned());
            it.entry.excerpt = PlainText::vouch("pumps".to_owned());
        }),
    ];
    assert_eq!(ids(&pick(&brand, &entries)), [1, 3, 4, 5]);
}

#[test]
fn languages_let_in_their_regions_and_nothing_unstated() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    let spoken = |id, language: Option<&str>| {
        with(candidate(id, &acme, NOW - id), |it| it.entry.language = language.map(str::to_owned))
    };
    let entries = [
        spoken(1, Some("fr")),
        spoken(2, Some("fr-be")),
        spoken(3, Some("fro")),
        spoken(4, Some("en")),
        spoken(5, None),
    ];
    assert_eq!(ids(&pick(&brand, &entries)), [1, 2, 3, 4, 5]);
    brand.selection.languages = vec!["fr".to_owned(), "de".to_owned()];
    assert_eq!(ids(&pick(&brand, &entries)), [1, 2]);
    brand.selection.languages.clear();
    let french = pick_by(&Selector::new(&brand, &[]).unwrap(), &entries, &Seen::new(), Some("fr"), NOW);
    assert_eq!(ids(&french), [1, 2]);
}

#[test]
fn kinds_let_in_only_theirs() {
    let (mut acme, mut wire) = (source("acme", 100), source("wire", 50));
    (acme.kind, wire.kind) = (SourceKind::Press, SourceKind::Wire);
    let mut brand = publication("brands/acme", &[&acme, &wire]);
    brand.selection.kinds = vec![SourceKind::Wire];
    let picked = pick(&brand, &[candidate(1, &acme, NOW), candidate(2, &wire, NOW)]);
    assert_eq!(ids(&picked), [2]);
}

#[test]
fn an_entry_leaves_at_its_greatest_age_and_the_answer_says_when() {
    let acme = source("acme", 100);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.selection.max_age = Some(SignedDuration::from_hours(24));
    let entries = [candidate(1, &acme, NOW - 23 * HOUR), candidate(2, &acme, NOW - 25 * HOUR)];
    let picked = pick(&brand, &entries);
    assert_eq!(ids(&picked), [1]);
    assert_eq!(picked.changes_at, Some(at(NOW + HOUR)));
    let later = pick_at(&brand, &entries, &Seen::new(), NOW + HOUR);
    assert!(later.shown.is_empty());
    assert_eq!(later.changes_at, None);
}

#[test]
fn only_the_sources_of_the_selection_are_taken() {
    let (acme, other) = (source("acme", 100), source("other", 100));
    let picked = pick(&publication("brands/acme", &[&acme]), &[candidate(1, &other, NOW)]);
    assert!(picked.shown.is_empty() && picked.first_shown.is_empty() && picked.more);
}

/// A brand that holds for two hours, shows one entry, and excludes recalls; and a group that names it.
fn brand_and_group() -> (Publication, Publication) {
    let acme = source("acme", 100);
    let wire = source("wire", 50);
    let mut brand = publication("brands/acme", &[&acme]);
    brand.moderation = Moderation::Hold(SignedDuration::from_hours(2));
    brand.selection.exclude = rules(&["recall"]);
    brand.selection.limit = 1;
    brand.selection.per_source = Some(1);
    let mut group = publication("groups/energy", &[&wire]);
    group.selection.brands = vec![brand.path.slug.clone()];
    (brand, group)
}

#[test]
fn a_group_shows_what_its_brand_shows_without_the_brands_limits() {
    let (brand, group) = brand_and_group();
    let (acme, wire) = (source("acme", 100), source("wire", 50));
    let titled = |id, at_ms, title: &str| {
        with(candidate(id, &acme, at_ms), |it| it.entry.title = PlainText::vouch(title.to_owned()))
    };
    let entries = [
        candidate(1, &wire, NOW - HOUR / 2),
        titled(2, NOW - 3 * HOUR, "Steel"),
        titled(3, NOW - 4 * HOUR, "Pumps"),
        titled(4, NOW - 5 * HOUR, "A recall"),
        titled(5, NOW - HOUR, "Held"),
    ];
    let selector = Selector::new(&group, &[&brand]).unwrap();
    let picked = pick_by(&selector, &entries, &Seen::new(), None, NOW);
    assert_eq!(ids(&picked), [1, 2, 3]);
    assert_eq!(picked.changes_at, Some(at(NOW + HOUR)), "when the brand's hold ends");
    assert_eq!(picked.shown[1].dated_ms, NOW - HOUR, "the brand's hold dates it");
}

#[test]
fn the_groups_own_rules_hold_for_what_its_brands_bring() {
    let (brand, mut group) = brand_and_group();
    let acme = source("acme", 100);
    group.selection.max_age = Some(SignedDuration::from_hours(24));
    group.selection.exclude = rules(&["steel"]);
    let titled = |id, at_ms, title: &str| {
        with(candidate(id, &acme, at_ms), |it| it.entry.title = PlainText::vouch(title.to_owned()))
    };
    let entries = [
        titled(1, NOW - 3 * HOUR, "Steel"),
        titled(2, NOW - 3 * DAY, "Old"),
        titled(3, NOW - 4 * HOUR, "New"),
    ];
    let picked = pick_by(&Selector::new(&group, &[&brand]).unwrap(), &entries, &Seen::new(), None, NOW);
    assert_eq!(ids(&picked), [3]);
}

#[test]
fn an_entry_that_comes_both_ways_is_seen_by_the_quicker_one() {
    let (brand, mut group) = brand_and_group();
    let acme = source("acme", 100);
    group.selection.sources.push(acme.id.clone());
    let entries = [candidate(1, &acme, NOW - HOUR)];
    let picked = pick_by(&Selector::new(&group, &[&brand]).unwrap(), &entries, &Seen::new(), None, NOW);
    assert_eq!(picked.shown[0].dated_ms, NOW - HOUR);
}

#[test]
fn a_brand_that_nobody_gave_is_an_error() {
    let (_, group) = brand_and_group();
    assert!(matches!(Selector::new(&group, &[]), Err(SelectError::UnknownBrand(_))));
}
