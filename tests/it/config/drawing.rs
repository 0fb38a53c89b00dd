//! How complaints look: the line, the caret under the right column, the hint.

use super::{GOOD, refused, with};

/// Columns in characters at which the drawn line's text and its carets begin.
fn caret(drawn: &str, marked: &str) -> (usize, usize, usize) {
    let lines: Vec<&str> = drawn.lines().collect();
    let at = lines.iter().position(|it| it.contains("^")).unwrap_or_else(|| panic!("no caret:\n{drawn}"));
    let (line, under) = (lines[at - 1], lines[at]);
    let column = |it: &str, what: &str| it[..it.find(what).unwrap()].chars().count();
    (column(line, marked), column(under, "^"), under.matches('^').count())
}

#[test]
fn a_complaint_is_drawn_with_its_line_a_caret_and_a_hint() {
    let (text, _) = with("[[brand]]", "sorces = ['acme-press']");
    let drawn = refused(&text).render(false);
    let expected = "\
error: `sorces` is not known in [[brand]]
 --> feeds.toml:9:1
  |
9 | sorces = ['acme-press']
  | ^^^^^^
  |
  = help: did you mean `sources`?
";
    assert_eq!(drawn.trim_end(), expected.trim_end());
}

#[test]
fn the_caret_stands_under_the_right_column_behind_letters_of_many_bytes() {
    for line in [
        "utm = { source = 'é', medium = 5 }",
        "utm = { source = 'ñandú øre', medium = 5 }",
        "\tutm = { source = 'x',\tmedium = 5 }",
    ] {
        let complaints = refused(&with("[[brand]]", line).0);
        let first = complaints.iter().next().unwrap();
        assert_eq!(first.column, line[..line.find('5').unwrap()].chars().count() + 1, "{line}");
        let (text, mark, width) = caret(&complaints.render(false), "5 }");
        assert_eq!((text, width), (mark, 1), "{complaints}");
    }
}

#[test]
fn wide_letters_keep_their_caret_too() {
    let complaints = refused(&with("[[brand]]", "utm = { source = '日本', medium = 5 }").0);
    let (text, mark, _) = caret(&complaints.render(false), "5 }");
    // Two letters before it take two columns each on a terminal.
    assert_eq!(text + 2, mark, "{complaints}");
    assert_eq!(complaints.iter().next().unwrap().column, 33);
}

#[test]
fn the_whole_value_is_underlined() {
    let complaints = refused(&with("[[source]]", "kind = \"wires\"").0);
    assert_eq!(complaints.iter().next().unwrap().width, 7);
    assert_eq!(caret(&complaints.render(false), "\"wires\"").2, 7);
}

#[test]
fn colour_is_asked_for_or_absent() {
    let complaints = refused(&with("[site]", "titel = 'x'").0);
    assert!(complaints.render(true).contains('\u{1b}'));
    assert!(!complaints.render(false).contains('\u{1b}'));
    assert_eq!(complaints.to_string(), complaints.render(false).trim_end());
}

#[test]
fn control_characters_of_a_file_do_not_reach_the_terminal() {
    let complaints = refused(&with("[[source]]", "kind = \"\\u001b[2J\"\n\"\\u001b[31m\" = 1").0);
    assert!(!complaints.render(false).contains('\u{1b}'), "{complaints}");
    let raw = refused(&with("[[source]]", "kind = \"\u{1b}[2J\" # \u{202e}x").0);
    assert!(!raw.render(false).contains(['\u{1b}', '\u{202e}']), "{raw}");
}

#[test]
fn a_very_long_line_is_named_by_its_number_only() {
    let line = format!("kind = \"{}\"", "x".repeat(5_000));
    let complaints = refused(&with("[[source]]", &line).0);
    let drawn = complaints.render(false);
    assert!(drawn.contains("feeds.toml:5:8") && drawn.len() < 500, "{drawn}");
}

#[test]
fn errors_and_warnings_are_told_apart() {
    let text = GOOD.replace("contact = \"press@example.com\"", "titel = 'x'");
    let drawn = refused(&text).render(false);
    assert!(drawn.contains("warning: [site] has no `contact`"), "{drawn}");
    assert!(drawn.contains("error: `titel`"), "{drawn}");
}
