//! The language and direction of words, whose boxes go.

use proptest::prelude::*;

use super::{check::complaint, clean};

#[test]
fn what_a_box_says_of_its_words_is_said_by_what_is_in_it() {
    for (raw, kept) in [
        ("<div lang=FR>a</div>b", "<p lang=\"fr\">a</p>b"),
        (
            "<section dir=rtl lang=ar><h1>a</h1><p>b</p>c</section>",
            "<h2 dir=\"rtl\" lang=\"ar\">a</h2><p dir=\"rtl\" lang=\"ar\">b</p><p dir=\"rtl\" lang=\"ar\">c</p>",
        ),
        (
            "<article lang=fr><p lang=de>a</p><p dir=ltr>b</p><hr></article>",
            "<p lang=\"de\">a</p><p dir=\"ltr\" lang=\"fr\">b</p><hr>",
        ),
        ("<div lang=fr><div>a</div><div lang=de>b</div></div>", "<p lang=\"fr\">a</p><p lang=\"de\">b</p>"),
        (
            "<div dir=rtl><div lang=he>a<ul><li><div>b</div></ul></div></div>",
            "<p dir=\"rtl\" lang=\"he\">a</p><ul dir=\"rtl\" lang=\"he\"><li>b</li></ul>",
        ),
        ("<ul><li><div lang=fr>a</div></li></ul>", "<ul><li><p lang=\"fr\">a</p></li></ul>"),
        ("<span lang=fr><p>a</p></span>", "<p lang=\"fr\">a</p>"),
        (
            "x <span lang=fr>a <p>b</p> c</span>",
            "x <p lang=\"fr\">a</p><p lang=\"fr\">b</p><p lang=\"fr\">c</p>",
        ),
        ("<span lang=fr><div>a</div></span>", "<p lang=\"fr\">a</p>"),
        (
            "<div lang=fr><span lang=de><b><table><tr><td>a</table></b></span></div>",
            "<table lang=\"de\"><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        (
            "<div lang=fr><del><p>a</p></del><del lang=de><p>b</p></del></div>",
            "<del><p lang=\"fr\">a</p></del><del lang=\"de\"><p>b</p></del>",
        ),
        ("<div lang=fr><a lang=de><p>a</p></a>b</div>", "<p lang=\"de\">a</p><p lang=\"fr\">b</p>"),
        ("<div lang=fr>a <i>b</i></div>", "<p lang=\"fr\">a <i>b</i></p>"),
        ("<div lang=fr> <br></div><div dir=up>a</div>", "<p>a</p>"),
        ("<blockquote lang=fr><div>a</div></blockquote>", "<blockquote lang=\"fr\"><p>a</p></blockquote>"),
    ] {
        assert_eq!(clean(raw), kept, "{raw}");
        assert_eq!(clean(kept), kept);
    }
}

/// Boxes and words that say a language, nested as they come.
fn speaking() -> impl Strategy<Value = String> {
    let names =
        "div span section b a del p ul li blockquote table td figure figcaption h2 summary details caption";
    let names = || prop::sample::select(names.split_whitespace().collect::<Vec<_>>());
    let says = prop::sample::select(
        &["", " lang=fr", " dir=rtl", " lang=de dir=ltr", " lang=fr href=https://a.example/"][..],
    );
    prop_oneof![
        3 => (names(), says).prop_map(|(name, says)| format!("<{name}{says}>")),
        2 => names().prop_map(|name| format!("</{name}>")),
        2 => prop::sample::select(&["a", " ", "b<br>", "<hr>", "<tr><td>"][..]).prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_that_say_a_language_are_stable(parts in prop::collection::vec(speaking(), 0..30)) {
        let raw = parts.concat();
        let once = clean(&raw);
        prop_assert_eq!(complaint(&once), None, "{}", &raw);
        prop_assert_eq!(clean(&once), once, "{}", raw);
    }
}
