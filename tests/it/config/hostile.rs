//! Whatever stands in the file: an answer, never a panic, and every complaint has a place in the text.

use pressroll::config::{Overrides, parse, starter};
use proptest::prelude::*;

/// Reads the text, draws what is said of it, and checks that every place exists.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let Err(complaints) = parse("feeds.toml", text, &Overrides::default()) else { return Ok(()) };
    prop_assert!(complaints.any_errors());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut before = 0;
    for complaint in &complaints {
        prop_assert!(complaint.line >= before.max(1) && complaint.line <= lines.len(), "{complaint:?}");
        before = complaint.line;
        let columns = lines[complaint.line - 1].chars().count() + 1;
        prop_assert!((1..=columns).contains(&complaint.column), "{complaint:?}");
        prop_assert!(complaint.width >= 1);
    }
    prop_assert!(complaints.render(false).matches("feeds.toml:").count() >= complaints.len());
    prop_assert!(!complaints.render(true).is_empty());
    Ok(())
}

/// Pieces that mean something in this format, and letters of many bytes.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[",
        "]",
        "[[",
        "]]",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "=",
        ".",
        ",",
        "{",
        "}",
        "\n",
        "\r\n",
        "\r",
        "#",
        "\\",
        "é",
        "日本",
        "\u{feff}",
        "\u{202e}",
        "\t",
        "\u{0}",
        "-",
        "1e999",
        "0x",
        "true",
        "1979-05-27",
        "version = 1\n",
        "id = ",
        "[[source]]\n",
        "[[brand]]\n",
        "[site]\n",
        "url = \"https://é:x@日本/\"\n",
        "tags = [",
        "headers = { é = \"日本\" }\n",
        "\"\" = 1\n",
        "[[brand.look]]\n",
        "moderation = \"hold é\"\n",
        "every = \"1é\"\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order_are_read_without_harm(pieces in prop::collection::vec(piece(), 0..40)) {
        survives(&pieces.concat())?;
    }

    #[test]
    fn a_good_file_with_something_put_in_or_taken_out_is_read_without_harm(
        at in any::<prop::sample::Index>(), out in 0_usize..30, put in piece()
    ) {
        let good = starter(Some(("https://a.example/", "Échos 日本")), &[]);
        let mut letters: Vec<char> = good.chars().collect();
        let from = at.index(letters.len());
        let to = (from + out).min(letters.len());
        letters.splice(from..to, put.chars());
        survives(&letters.into_iter().collect::<String>())?;
    }
}
