//! What publications name of others, names that are used twice, and sources that nothing uses.

use super::{GOOD, loaded, only_error, only_warning, refused, replaced, with};

#[test]
fn unknown_sources_are_named_with_a_suggestion() {
    for (name, message, help) in [
        ("acme-pres", "there is no source “acme-pres”", Some("did you mean `acme-press`?")),
        ("tag:acne", "no source carries the tag “acne”", Some("did you mean `acme`?")),
        ("acme", "there is no source “acme”", Some("did you mean `tag:acme`?")),
        ("Acme Press", "there is no source “Acme Press”", Some("did you mean `acme-press`?")),
        ("elsewhere", "there is no source “elsewhere”", None),
    ] {
        let (text, at) = replaced("[\"acme-press\"]", &format!("[\"acme-press\", \"{name}\"]"));
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (at, 26), "{name}");
        assert_eq!((complaint.message.as_str(), complaint.help.as_deref()), (message, help));
    }
}

#[test]
fn a_tag_that_finds_nothing_is_refused_and_what_a_slip_left_unused_is_warned_of() {
    let complaints = refused(&replaced("[\"acme-press\"]", "[\"tag:press\"]").0);
    let messages: Vec<_> = complaints.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, ["nothing uses the source `acme-press`", "no source carries the tag “press”"]);
}

#[test]
fn thousands_of_unknown_names_are_told_quickly() {
    let sources: String = (0..5_000)
        .map(|it| format!("[[source]]\nid = 'source-{it}'\nurl = 'https://a.example/'\n"))
        .collect();
    let names: String = (0..5_000).map(|it| format!("'sourse-{it}',")).collect();
    let began = std::time::Instant::now();
    let complaints =
        refused(&format!("version = 1\n{sources}[[brand]]\nslug = 'a'\ntitle = 'A'\nsources = [{names}]\n"));
    assert_eq!(
        complaints.iter().filter(|it| it.help.as_deref().is_some_and(|it| it.starts_with("did"))).count(),
        200
    );
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn trusted_sources_must_exist() {
    let (text, at) = with("[[brand]]", "trusted = ['acme-press', 'acme-presse']");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at, 26));
    assert_eq!(complaint.help.as_deref(), Some("did you mean `acme-press`?"));
}

#[test]
fn publications_without_sources_are_refused() {
    let complaints = refused(&GOOD.replace("sources = [\"acme-press\"]\n", ""));
    let first = complaints.iter().find(|it| it.message.contains("the brand `acme` has no sources")).unwrap();
    assert_eq!((first.line, first.column), (8, 1));
    let (text, at) = replaced("[\"acme-press\"]", "[]");
    let first = refused(&text).iter().find(|it| it.message.contains("has no sources")).unwrap().clone();
    assert_eq!((first.line, first.column), (at, 11));
    let group = format!("{GOOD}[[group]]\nslug = 'g'\ntitle = 'G'\n");
    assert!(only_error(&group).message.contains("the group `g` has no sources"));
}

#[test]
fn a_group_may_live_of_its_brands_alone() {
    let it = loaded(&format!("{GOOD}[[group]]\nslug = 'g'\ntitle = 'G'\nbrands = ['acme', 'acme']\n"));
    assert_eq!(it.config.publications[1].selection.brands.len(), 1);
}

#[test]
fn groups_name_brands_that_exist() {
    let complaint =
        only_error(&format!("{GOOD}[[group]]\nslug = 'g'\ntitle = 'G'\nbrands = ['acme', 'akme']\n"));
    assert_eq!((complaint.line, complaint.column), (15, 19));
    assert_eq!(complaint.message, "there is no brand “akme”");
    assert_eq!(complaint.help.as_deref(), Some("did you mean `acme`?"));
}

#[test]
fn an_id_used_twice_is_refused_and_both_places_are_named() {
    let complaint = only_error(&format!("{GOOD}[[source]]\nid = 'acme-press'\nurl = 'https://b.example/'\n"));
    assert_eq!((complaint.line, complaint.column), (13, 6));
    assert_eq!(complaint.message, "two sources have the id `acme-press`: the first is at feeds.toml, line 5");
}

#[test]
fn a_slug_used_twice_is_refused_and_both_places_are_named() {
    let again = "slug = 'acme'\ntitle = 'B'\nsources = ['acme-press']\n";
    let complaint = only_error(&format!("{GOOD}[[brand]]\n{again}"));
    assert_eq!((complaint.line, complaint.column), (13, 8));
    assert_eq!(complaint.message, "two brands have the slug `acme`: the first is at feeds.toml, line 9");
    let group = loaded(&format!("{GOOD}[[group]]\n{again}"));
    assert_eq!(group.config.publications.len(), 2, "a brand and a group may share a slug");
}

#[test]
fn an_alias_may_not_be_taken() {
    let other = "[[brand]]\nslug = 'b'\naliases = ['b-old', 'acme']\ntitle = 'B'\nsources = ['acme-press']\n";
    let complaint = only_error(&format!("{GOOD}{other}"));
    assert_eq!((complaint.line, complaint.column), (14, 21));
    assert_eq!(complaint.message, "the alias `acme` is taken: see feeds.toml, line 9");
}

#[test]
fn a_source_that_nothing_uses_is_a_warning() {
    let warning = only_warning(&format!("{GOOD}[[source]]\nid = 'alone'\nurl = 'https://b.example/'\n"));
    assert_eq!((warning.line, warning.column), (13, 6));
    assert_eq!(warning.message, "nothing uses the source `alone`");
}
