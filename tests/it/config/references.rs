//! What publications name of others, names that are used twice, and sources that nothing uses.

use super::{GOOD, loaded, only_error, only_warning, refused, replaced, with};

#[test]
fn unknown_sources_are_named_with_a_suggestion() {
    for (list, column, message, help) in [
        ("[\"acme-pres\"]", 12, "there is no source “acme-pres”", Some("did you mean `acme-press`?")),
        (
            "[\"acme-press\", \"tag:acne\"]",
            26,
            "no source carries the tag “acne”",
            Some("did you mean `acme`?"),
        ),
        ("[\"acme-press\", \"acme\"]", 26, "there is no source “acme”", Some("did you mean `tag:acme`?")),
        ("[\"acme-press\", \"elsewhere\"]", 26, "there is no source “elsewhere”", None),
        (
            "[\"acme-press\", \"Acme Press\"]",
            26,
            "there is no source “Acme Press”",
            Some("did you mean `acme-press`?"),
        ),
    ] {
        let (text, at) = replaced("[\"acme-press\"]", list);
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column.max(12)), (at, complaint.column), "{list}");
        let within = if column == 26 { list.find(", ").unwrap() + 2 + 11 } else { column };
        assert_eq!(complaint.column, within, "{list}");
        assert_eq!(complaint.message, message);
        assert_eq!(complaint.help.as_deref(), help, "{list}");
    }
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
