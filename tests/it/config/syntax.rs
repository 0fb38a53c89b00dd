//! Unknown keys, slips of syntax, and that one run tells everything.

use super::{GOOD, only_error, refused, replaced, with};

#[test]
fn unknown_keys_are_refused_with_a_suggestion() {
    for (header, line, column, message, help) in [
        ("[[brand]]", "source = ['a']", 1, "`source` is not known in [[brand]]", "did you mean `sources`?"),
        ("[site]", "titel = 'x'", 1, "`titel` is not known in [site]", "did you mean `title`?"),
        ("[[source]]", "  colour = 'x'", 3, "`colour` is not known in [[source]]", "known here: id, url,"),
        (
            "[[brand]]",
            "look = [{ name = 'a', hue = 1 }]",
            23,
            "`hue` is not known in [[brand.look]]",
            "known",
        ),
        ("[[brand]]", "\"a b\" = 1", 1, "`a b` is not known", "known"),
        ("[[brand]]", "\"\" = 1", 1, "`` is not known", "known"),
    ] {
        let (text, at) = with(header, line);
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (at, column), "{line}");
        assert!(complaint.message.starts_with(message), "{}", complaint.message);
        assert!(complaint.help.as_deref().unwrap().starts_with(help), "{:?}", complaint.help);
    }
}

#[test]
fn unknown_tables_are_refused_at_their_header() {
    let complaint = only_error(&format!("{GOOD}[[sources]]\nid = 'x'\n"));
    assert_eq!((complaint.line, complaint.column), (12, 3));
    assert_eq!(complaint.message, "`sources` is not known in this file");
    assert_eq!(complaint.help.as_deref(), Some("did you mean `source`?"));
    assert_eq!(only_error(&format!("{GOOD}[servers]\n")).help.as_deref(), Some("did you mean `server`?"));
}

#[test]
fn a_single_bracket_where_there_may_be_several_is_refused() {
    let complaint = only_error(&GOOD.replace("[[source]]", "[source]"));
    assert_eq!((complaint.line, complaint.column), (4, 1));
    assert!(complaint.message.contains("write [[source]]"), "{}", complaint.message);
}

#[test]
fn a_text_without_quotes_is_told_so() {
    let (text, at) = with("[[source]]", "kind = press");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at, 8));
    assert_eq!(complaint.message, "“press” is neither a number nor true or false");
    assert_eq!(complaint.help.as_deref(), Some("a text stands in quotes: \"press\""));
}

#[test]
fn slips_of_syntax_are_told_in_words_at_their_place() {
    for (line, column, message) in [
        ("kind = \"press", 14, "this text has no closing quotation mark"),
        ("id = \"again\"", 1, "`id` is set twice here"),
        ("title = ", 9, ""),
        ("tags = [\"a\" \"b\"]", 13, "comma"),
    ] {
        let at = 6;
        let text = GOOD.replacen("id = \"acme-press\"\n", &format!("id = \"acme-press\"\n{line}\n"), 1);
        let text = if line.starts_with("tags") { text.replace("tags = [\"acme\"]\n", "") } else { text };
        let complaint = only_error(&text);
        assert_eq!((complaint.line, complaint.column), (at, column), "{line}: {complaint:?}");
        assert!(complaint.message.contains(message), "{line}: {}", complaint.message);
    }
}

#[test]
fn a_slip_does_not_hide_other_complaints_nor_echo_in_more() {
    let text = GOOD
        .replace("url = \"https://www.acme.example/press/rss.xml\"", "url = https://www.acme.example/")
        .replace("title = \"Acme\"", "titel = \"Acme\"")
        .replace("tags = [\"acme\"]", "prio = 5");
    let complaints = refused(&text);
    let places: Vec<_> = complaints.iter().map(|it| (it.line, it.message.as_str())).collect();
    assert_eq!(places[0].0, 6, "{complaints}");
    assert_eq!(
        &places[1..],
        [
            (7, "`prio` is not known in [[source]]"),
            (8, "[[brand]] has no `title`"),
            (10, "`titel` is not known in [[brand]]"),
        ],
        "{complaints}"
    );
}

#[test]
fn a_list_left_open_is_one_complaint_and_not_a_hundred() {
    for list in ["[\"acme\"", "[\"acme\","] {
        let (text, at) = replaced("[\"acme\"]", list);
        let complaint = only_error(&text);
        assert_eq!(complaint.line, at + 1, "{complaint:?}");
        assert_eq!(complaint.message, "a list above this line has no closing bracket");
        assert_eq!(refused(&text).len(), 1, "what was swallowed is not called missing or unused");
    }
    let at_the_end = only_error(&GOOD.replace("[\"acme-press\"]", "[\"acme-press\""));
    assert!(at_the_end.message.contains("unclosed array"), "{at_the_end:?}");
}

#[test]
fn a_forgotten_comma_is_one_complaint() {
    let (text, at) = with("[[brand]]", "kinds = [\n  'press'\n  'wire',\n]");
    let complaint = only_error(&text);
    assert_eq!((complaint.line, complaint.column), (at + 2, 3));
    assert!(complaint.message.contains("missing comma"), "{complaint:?}");
}

#[test]
fn a_bracket_left_open_in_a_header_is_one_complaint() {
    let (text, at) = replaced("[site]", "[site");
    let complaint = only_error(&text);
    assert_eq!(complaint.line, at, "{complaint:?}");
    let (text, at) = replaced("[[source]]", "[[source]");
    assert_eq!(refused(&text).iter().next().unwrap().line, at);
}

#[test]
fn everything_is_complained_of_in_one_run_in_the_order_of_the_file() {
    let text = "version = 2\n[site]\ntitle = 1\n[[source]]\nid = 'a'\nurl = 'ftp://x.example/'\nkinds = 'wire'\n\
                [[source]]\nid = 'a'\nurl = 'https://x.example/'\nevery = '1 fortnight'\n\
                [[brand]]\nslug = 'b'\ntitle = 'B'\nsources = ['a', 'c']\nlimit = 0\n\
                [[group]]\nslug = 'b'\ntitle = 'B'\n";
    let complaints = refused(text);
    let lines: Vec<_> = complaints.iter().map(|it| it.line).collect();
    assert_eq!(lines, [1, 2, 3, 6, 7, 9, 11, 15, 16, 17], "{complaints}");
    assert_eq!(complaints.len(), 10);
}

#[test]
fn hostile_nesting_and_thousands_of_slips_stay_small() {
    let deep = format!("{GOOD}x = {}\n", "[".repeat(100_000));
    assert!(refused(&deep).len() < 30);
    let dotted = format!("{GOOD}{}x = 1\n", "a.".repeat(100_000));
    assert!(!refused(&dotted).is_empty());
    let many: String = (0..5_000).map(|it| format!("[[source]]\nidd = {it}\n")).collect();
    let complaints = refused(&format!("{GOOD}{many}"));
    assert_eq!(complaints.iter().count(), pressroll::config::COMPLAINTS_MAX);
    assert_eq!(complaints.len(), 15_000);
    assert!(format!("{complaints}").ends_with("and 14000 more"));
}
