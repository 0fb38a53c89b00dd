//! Elements that go with their content, and never end: what follows is not lost, or it is said that something is.

use proptest::prelude::*;

use super::{check::complaint, clean, notices::shown};

const LINK: &str = "https://www.acme.example/news/1";

fn says_more(raw: &str) -> bool {
    shown(raw, Some("en"), Some(LINK)).contains("This text has been shortened. Read all of it at <a href=")
}

#[test]
fn a_drawing_or_formula_that_never_ends_ends_where_html_goes_on() {
    for (raw, kept) in [
        ("a<svg><path d=M0><p>b</p>", "a<p>b</p>"),
        ("a<svg><g><text>x</text><p>b</p>c</svg>d", "a<p>b</p>cd"),
        ("a<math><mi>x</mi><mo>=</mo><p>b</p>", "a<p>b</p>"),
        ("a<svg><g><b>c</b>", "a<b>c</b>"),
        ("a<SVG><G><H1>c</H1>", "a<h2>c</h2>"),
        ("a<svg><g><br/>b", "a<br>b"),
        (
            "a<svg><style>x</style><img src=https://a.example/i.png>",
            "a<img src=\"https://a.example/i.png\" alt=\"\">",
        ),
        ("a<svg><font color=red>b</font>", "ab"),
        ("a<svg><font>b</font><a href=https://a.example/>c</a></svg>d", "ad"),
        ("a<svg><title>b</svg>c", "ac"),
        ("a<svg><style>b</svg>c", "ac"),
        ("a<svg><desc><svg><p>b</p></desc></svg>c", "ac"),
        // The end of what it stands in is its end, too.
        ("<ul><li>a<svg><g></li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<div>a<svg><g></div>b", "<p>a</p>b"),
        (
            "<table><tr><td>a<svg></td><td>b</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        ),
        ("<p>a<svg><g></p>b", "<p>a</p>b"),
    ] {
        assert_eq!(clean(raw), kept, "{raw}");
        assert!(!says_more(raw), "{raw}");
    }
}

#[test]
fn html_within_a_drawing_or_formula_goes_with_it() {
    for raw in [
        "a<svg><foreignObject><p>x</p><div><b>y</b></div></foreignObject></svg>b",
        "a<svg><desc><p>x</p></desc><title><b>y</b></title></svg>b",
        "a<svg><desc><desc></desc><p>x</p></desc></svg>b",
        "a<svg><foreignObject><svg><p>x</p></svg></foreignObject></svg>b",
        "a<svg><foreignObject><style><p>x</svg></style></foreignObject></svg>b",
        "a<math><mtext><p>x</p></mtext></math>b",
        "a<math><annotation-xml encoding=' Text/HTML '><p>x</p></annotation-xml></math>b",
        "a<svg><style><p>x</p></style></svg>b",
        "a<svg><script>'<p>x</p>'</script></svg>b",
        "a<svg><![CDATA[<p>x</p></svg>]]></svg>b",
        "a<svg><style><![CDATA[</style><p>x</p>]]></style></svg>b",
        "a<svg><!-- </svg><p>x</p> --></svg>b",
        "a<svg><svg></svg><text>x</text></svg>b",
    ] {
        assert_eq!(clean(raw), "ab", "{raw}");
        assert!(!says_more(raw), "{raw}");
    }
    assert_eq!(
        clean("a<math><annotation-xml encoding=MathML-Content><p>x</p></annotation-xml></math>b"),
        "a<p>x</p>b"
    );
}

#[test]
fn a_list_of_choices_that_never_ends_ends_where_the_release_goes_on() {
    for (raw, kept) in [
        ("a<select><option>x<p>b</p>", "a<p>b</p>"),
        ("a<select><option>x<table><tr><td>b</table>", "a<table><tbody><tr><td>b</td></tr></tbody></table>"),
        ("<form>a<select><option>x</form>b", "<p>a</p>b"),
        ("<div>a<select><div><option>x</div><option>y</div>b", "<p>a</p>b"),
        (
            "<table><tr><td>a<select><option>x</td><td>b</table>",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        ),
        ("<ul><li>a<select><option>x<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a<select><option>x<input>b", "ab"),
        ("a<select><option>x<select><option>y</select>b", "ab"),
        (
            "a<select><hr><optgroup><legend>x</legend><option><b>y</b><svg><title><i>z</title></svg></select>b",
            "ab",
        ),
        ("a<select><script><p>x</p></script><option>y</select>b", "ab"),
    ] {
        assert_eq!(clean(raw), kept, "{raw}");
        assert!(!says_more(raw), "{raw}");
    }
}

#[test]
fn what_goes_to_the_end_of_the_text_is_said() {
    let film = "https://www.youtube.com/embed/dQw4w9WgXcQ";
    for begin in [
        "<svg><text>",
        "<svg><foreignObject>",
        "<svg><desc><style>",
        "<svg><![CDATA[",
        "<math><mi>",
        "<select><option>",
        "<template>",
        "<canvas>",
        "<datalist>",
        "<iframe src=x>",
        "<script>",
        "<style>",
        "<textarea>",
        "<title>",
        "<xmp>",
        "<noframes>",
        "<!-- ",
        "<!x ",
        "<a title=\"x>",
        "</p title='>",
    ] {
        let raw = format!("<p>a</p>{begin} lost");
        assert!(clean(&raw).starts_with("<p>a</p>"), "{raw}");
        assert!(says_more(&raw), "{raw}");
        let made = shown(&raw, Some("en"), Some(LINK));
        assert_eq!(shown(&made, Some("en"), Some(LINK)), made, "{raw}");
    }
    assert!(says_more(&format!("a{}b", "<svg><desc>".repeat(100))));
    for whole in [
        format!("<p>a</p><iframe src={film}> \n"),
        "<p>a</p><script> ".to_owned(),
        "<p>a</p><svg> ".to_owned(),
        "<p>a</p><svg><path d=x></svg>".to_owned(),
        "<p>a</p><!---->".to_owned(),
        "<p>a</p><a href=\"x".to_owned(),
        "<p>a</p></p".to_owned(),
    ] {
        assert!(!says_more(&whole), "{whole}");
    }
}

const PARTS: &[&str] = &[
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<select>",
    "</select>",
    "<option>",
    "<g>",
    "</g>",
    "<desc>",
    "</desc>",
    "<foreignObject>",
    "</foreignObject>",
    "<title>",
    "</title>",
    "<mi>",
    "</mi>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<template>",
    "</template>",
    "<textarea>",
    "</textarea>",
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<ul>",
    "<li>",
    "</li>",
    "<form>",
    "</form>",
    "<img src=x>",
    "<font color=x>",
    "<font>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<annotation-xml encoding=text/html>",
    "a",
    "b ",
    "\"",
    "<svg/>",
    "<a title=\"",
    "</",
    "<iframe>",
    "</iframe>",
    "<figure>",
    "<figcaption>",
    "</figcaption>",
    "<input>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_ends_and_whatever_does_not_the_outcome_is_clean_and_stable(
        parts in prop::collection::vec(prop::sample::select(PARTS), 0..30)
    ) {
        let raw = parts.concat();
        let once = clean(&raw);
        prop_assert_eq!(complaint(&once), None, "{}", &raw);
        prop_assert_eq!(clean(&once), once.clone(), "{}", &raw);
        let made = shown(&raw, None, Some(LINK));
        prop_assert_eq!(complaint(&made), None, "{}", &raw);
        prop_assert_eq!(shown(&made, None, Some(LINK)), made.clone(), "{}", raw);
    }
}
