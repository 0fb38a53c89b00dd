//! What the press policy lets stand.

use proptest::prelude::*;

use super::{check::complaint, clean, clean_on_acme};
use pressroll::sanitize;

#[test]
fn every_allowed_element_has_its_reason_and_the_table_is_in_order() {
    let names: Vec<_> = sanitize::allowed().map(|it| it.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(sanitize::allowed().all(|it| it.why.len() > 3));
    for never in ["id", "name", "class", "style", "target", "ping", "srcset", "poster", "onclick"] {
        assert!(sanitize::allowed().all(|it| it.attribute_names().all(|name| name != never)), "{never}");
    }
}

#[test]
fn a_press_release_keeps_its_structure() {
    let release = "<h3>Results</h3>\n<p><b>Berlin</b>, 3 May. <em>Growth</em> of CO<sub>2</sub>-free steel.</p>\
                   <ul><li>One</li><li>Two</li></ul><blockquote><p>We are glad</p></blockquote>\
                   <figure><img src=\"https://acme.example/a.jpg\" alt=\"A pump\" width=\"640\" height=\"480\">\
                   <figcaption>A pump</figcaption></figure>\
                   <dl><dt>ISIN</dt><dd>DE0001</dd></dl><hr>\
                   <details><summary>Notes</summary><p>For editors</p></details>\
                   <p><ruby>東京<rt>とうきょう</rt></ruby> <time datetime=\"2026-05-03\">3 May</time></p>";
    assert_eq!(clean(release), release);
}

#[test]
fn a_table_keeps_its_groups_spans_and_caption() {
    let table = "<table><caption>Quarter</caption><thead><tr><th scope=\"col\">A</th><th>B</th></tr></thead>\
                 <tbody><tr><td colspan=\"2\">1</td></tr></tbody><tfoot><tr><td></td><td>2</td></tr></tfoot></table>";
    assert_eq!(clean(table), table);
}

#[test]
fn a_misplaced_tfoot_is_not_moved_by_a_second_cleaning() {
    for raw in [
        "<table><tfoot><tr><td>f</td></tr></tfoot><tr><td>a</td></tr></table>",
        "<table><tr><td>a<tfoot><td>f</table>",
        "<tfoot><tr><td>x",
    ] {
        let once = clean(raw);
        assert_eq!(clean(&once), once, "{raw}");
        assert!(once.contains('f') || once.contains('x'));
    }
}

#[test]
fn a_link_says_that_it_leads_away_and_nothing_else() {
    assert_eq!(
        clean(
            "<a href='https://acme.example/a' target=_blank rel=opener ping=/p onclick=x() class=c id=i>A</a>"
        ),
        "<a href=\"https://acme.example/a\" rel=\"noopener noreferrer nofollow\">A</a>"
    );
    assert_eq!(clean("<a href='mailto:press@acme.example'>Press</a>").matches("mailto:").count(), 1);
    assert_eq!(
        clean("<a href='tel:+33 1 23'>Call</a>"),
        "<a href=\"tel:+33123\" rel=\"noopener noreferrer nofollow\">Call</a>"
    );
}

#[test]
fn a_link_that_leads_nowhere_leaves_its_words() {
    for raw in [
        "<a>word</a>",
        "<a href='javascript:alert(1)'>word</a>",
        "<a href='data:text/html,x'>word</a>",
        "<a href='/relative'>word</a>",
        "<a name=top>word</a>",
        "<a href=' java\nscript:alert(1)'>word</a>",
    ] {
        assert_eq!(clean(raw), "word", "{raw}");
    }
}

#[test]
fn relative_addresses_resolve_against_the_base() {
    assert_eq!(
        clean_on_acme("<a href='../a?b=1&amp;c=2'>A</a><img src=i.png>"),
        "<a href=\"https://www.acme.example/a?b=1&amp;c=2\" rel=\"noopener noreferrer nofollow\">A</a>\
         <img src=\"https://www.acme.example/press/i.png\" alt=\"\">"
    );
    assert_eq!(clean_on_acme("<img src=/i>"), "<img src=\"https://www.acme.example/i\" alt=\"\">");
    assert_eq!(clean("<p>x<img src=i.png></p>"), "<p>x</p>");
}

#[test]
fn programs_and_frames_go_with_what_is_in_them() {
    for raw in [
        "a<script>alert(1)</script>b",
        "a<SCRIPT src=x></SCRIPT >b",
        "a<style>p{}</style>b",
        "a<iframe src=https://x.example>x</iframe>b",
        "a<iframe src=https://x.example />b",
        "a<svg><text>x</text></svg>b",
        "a<svg/>b",
        "a<svg><svg></svg>x</svg>b",
        "a<math><mi>x</mi></math>b",
        "a<template><p>x</p></template>b",
        "a<textarea><p>x</p></textarea>b",
        "a<!-- <b>x</b> -->b",
        "a<!x>b",
        "a<object data=x></object>b",
        "a<embed src=x>b",
        "a<input value=x>b",
        "a<meta http-equiv=refresh content=0>b",
        "a<base href=//evil.example/>b",
    ] {
        assert_eq!(clean(raw), "ab", "{raw}");
    }
}

#[test]
fn forms_and_hints_for_browsers_without_scripts_leave_their_content() {
    assert_eq!(clean("<form action=/x><p>a</p></form>"), "<p>a</p>");
    let lazy = "<img data-src='https://acme.example/a.jpg' src='data:image/gif;base64,R0'>";
    assert_eq!(clean(lazy), "<img src=\"https://acme.example/a.jpg\" alt=\"\">");
    assert_eq!(
        clean("<noscript><img src='https://acme.example/a.jpg'></noscript>"),
        "<img src=\"https://acme.example/a.jpg\" alt=\"\">"
    );
}

#[test]
fn boxes_become_paragraphs_and_words_never_run_together() {
    assert_eq!(clean("<div>one</div><div>two</div>"), "<p>one</p><p>two</p>");
    assert_eq!(clean("<section><div>one</div><p>two</p>three</section>"), "<p>one</p><p>two</p><p>three</p>");
    assert_eq!(clean("<ul><li><div>one</div></li></ul>"), "<ul><li>one</li></ul>");
    assert_eq!(clean("<h2><div>one</div></h2>"), "<h2>one</h2>");
}

#[test]
fn the_first_heading_level_is_left_to_the_page() {
    assert_eq!(clean("<h1>a</h1><h2>b</h2><h3>c</h3>"), "<h2>a</h2><h2>b</h2><h3>c</h3>");
}

#[test]
fn what_is_empty_goes() {
    assert_eq!(clean("<p></p><p>&nbsp;</p><p><br></p><figure></figure><ul><li></li></ul>a<b> </b>c"), "a c");
    assert_eq!(clean("<video></video><figure><iframe src=x></iframe></figure><img alt=x>"), "");
    assert_eq!(clean("<table><tr><td></td></tr></table>"), "");
}

#[test]
fn lists_and_tables_without_anything_to_see_go() {
    for raw in [
        "<ul><li><img src=x></li><li><b></b></li></ul>",
        "<ol><li><ul><li>&nbsp;</li></ul></li></ol>",
        "<dl><dt></dt><dd><p></p></dd></dl>",
        "<table><thead><tr><th></th></tr></thead><tbody><tr><td><img src=x></td><td><br></td></tr></tbody></table>",
        "<table><caption> </caption></table>",
        "<details><summary></summary></details>",
        "<blockquote><p><img src=https://a.example/i.gif width=1></p></blockquote>",
    ] {
        assert_eq!(clean(raw), "", "{raw}");
    }
    assert!(
        clean("<table><tr><td></td><td><img src=https://a.example/i.png></td></tr></table>")
            .contains("<td></td>")
    );
}

#[test]
fn isolates_stay_in_pairs_and_other_turns_go() {
    assert_eq!(clean("<p>a \u{2067}שלום\u{2069} b</p>"), "<p>a \u{2067}שלום\u{2069} b</p>");
    assert_eq!(
        clean("<p>a \u{2067}\u{2068}b\u{2069} c</p><p>d\u{2069}</p>"),
        "<p>a \u{2068}b\u{2069} c</p><p>d</p>"
    );
    assert_eq!(clean("<p>&#x2067;a<b>b&#x2069;</b></p>"), "<p>a<b>b</b></p>");
    assert_eq!(clean("\u{202a}a\u{202b}b\u{202c}c\u{202d}d\u{202e}e"), "abcde");
    assert_eq!(clean("a\u{200e}b\u{200f}c\u{61c}d"), "a\u{200e}b\u{200f}c\u{61c}d");
}

#[test]
fn terms_quantities_and_places_to_break_stay() {
    let kept = "<p><dfn>Yield</dfn> is <var>y</var>: https://<wbr>acme.example</p>";
    assert_eq!(clean(kept), kept);
    assert_eq!(clean("<p><wbr></p>a<wbr>"), "a<wbr>");
    assert_eq!(
        clean("<table><colgroup><col width=3></colgroup><tr><td>a</td></tr></table>"),
        "<table><tbody><tr><td>a</td></tr></tbody></table>"
    );
}

#[test]
fn nulls_are_nothing() {
    assert_eq!(
        clean("a\0b<scr\0ipt>x</scr\0ipt><b\0>c</b><a href=\"https://a.example/\0\">d</a>")
            .matches('\0')
            .count(),
        0
    );
    assert_eq!(clean("a<scr\0ipt>x</script>b"), "ab");
}

#[test]
fn references_without_an_end_are_read_as_browsers_do() {
    assert_eq!(clean("&copy 2026 &notit &nosuch"), "© 2026 ¬it &amp;nosuch");
    assert_eq!(clean("&l&#116; &&#97;mp; &#8364;&#x1f680;&#97;&#60;"), "&amp;lt &amp;amp; €🚀a&lt;");
}

#[test]
fn players_have_controls_and_nothing_but_files() {
    assert_eq!(
        clean(
            "<video autoplay poster=x><source src=https://a.example/f.mp4 type=video/mp4>Get a browser <a href=https://x.example>x</a></video>"
        ),
        "<video controls=\"\"><source src=\"https://a.example/f.mp4\" type=\"video/mp4\"></video>"
    );
    let once = clean("<audio src=https://a.example/s.mp3>");
    assert_eq!(once, "<audio src=\"https://a.example/s.mp3\" controls=\"\"></audio>");
    assert_eq!(clean(&once), once);
}

#[test]
fn images_that_count_readers_go() {
    for raw in [
        "<img src=https://a.example/x.gif width=1 height=1>",
        "<img src=https://a.example/x.gif height=0>",
        "<img src=https://a.example/x.gif width=1px>",
        "<img src=https://rt.prnewswire.com/rt.gif?NewsItemId=1>",
        "<img src=https://feeds.feedburner.com/~r/acme/~4/xyz>",
        "<img src=https://www.facebook.com/tr?id=1>",
    ] {
        assert_eq!(clean(raw), "", "{raw}");
    }
    assert!(clean("<img src=https://a.example/x.gif width=100% height=10>").contains("height=\"10\""));
}

#[test]
fn languages_and_directions_stay_where_they_say_something() {
    assert_eq!(clean("<p lang=FR dir=RTL>x</p>"), "<p lang=\"fr\" dir=\"rtl\">x</p>");
    assert_eq!(clean("<span lang=ja>x</span><span style=x>y</span>"), "<span lang=\"ja\">x</span>y");
    assert_eq!(clean("<p lang='x\"y' dir=up>x</p>"), "<p>x</p>");
}

#[test]
fn text_keeps_its_characters() {
    assert_eq!(clean("AT&T, R&amp;D, a < b, 5 > 4"), "AT&amp;T, R&amp;D, a &lt; b, 5 &gt; 4");
    assert_eq!(clean("caf&eacute; &#233; &nbsp;x"), "café é \u{a0}x");
    assert_eq!(clean("\"quoted\""), "\"quoted\"");
}

#[test]
fn carriage_returns_and_control_characters_do_not_survive() {
    assert_eq!(clean("<pre>a&#13;\nb&#13;c</pre>"), "<pre>a\nb\nc</pre>");
    assert_eq!(clean("a\u{8}b&#x1;\u{0}c\u{fffe}"), "abc");
    assert_eq!(clean("a\u{202e}b"), "ab");
}

#[test]
fn line_feeds_at_the_beginning_of_pre_do_not_melt() {
    let once = clean("<pre>\n\n<img src=x>\n  a\n</pre>");
    assert_eq!(once, "<pre>  a\n</pre>");
    assert_eq!(clean(&once), once);
}

#[test]
fn sloppy_lists_are_put_right() {
    assert_eq!(
        clean("<ul><li>a<li>b<ul><li>c</ul></ul>"),
        "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"
    );
    assert_eq!(clean("<ul>stray<p>b</p></ul>"), "<ul><li>stray<p>b</p></li></ul>");
    assert_eq!(clean("<li>a</li><li>b</li>"), "<p>a</p><p>b</p>");
    assert_eq!(clean("<dl><dt>a<dd>b<dt>c</dl>"), "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
}

#[test]
fn links_never_nest() {
    let a = |href: &str, text: &str| {
        format!("<a href=\"{href}\" rel=\"noopener noreferrer nofollow\">{text}</a>")
    };
    assert_eq!(
        clean("<a href=https://a.example/>x<a href=https://b.example/>y</a>z</a>"),
        format!("{}{}z", a("https://a.example/", "x"), a("https://b.example/", "y"))
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let raw =
        "<td scope=row colspan=2 rowspan=3><video src=https://a.example/v height=3 width=4 dir=ltr lang=en>";
    let first = clean(&format!("<table><tr>{raw}"));
    assert!((0..20).all(|_| clean(&format!("<table><tr>{raw}")) == first));
}

const TAGS: &str = "p div b a table tr td th tbody tfoot caption ul ol li dl dt dd h1 h3 pre br hr img video source ruby rt \
                    rp figure figcaption details summary span font svg math script style select form button blockquote i \
                    nobr ins q iframe noscript dfn var wbr colgroup col template x-y mi foreignObject";
const ATTRIBUTES: &[&str] = &[
    "",
    " href=https://a.example/?utm_source=x&amp;b",
    " href='/r'",
    " src=x.png",
    " lang=fr",
    " dir=rtl",
    " dir=ltr lang=de",
    " a='<b>'",
    " title=\"&quot;><img>\"",
    " width=1",
    " src=https://a.example/i.png",
    " src=//www.youtube.com/embed/dQw4w9WgXcQ",
    " style=\"a:b\"",
    " colspan=2",
    "/",
    " =",
    " src=\"data:x\"",
    " href=javascript:x",
];
const WORDS: &[&str] = &[
    "a",
    " ",
    "\n",
    "&nbsp;",
    "&lt;b&gt;",
    "<",
    ">",
    "&",
    "\r",
    "&#13;",
    "\u{feff}",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "</",
    "\"",
    "日本",
    "&notin",
    "&#x202e;",
    "\u{2067}",
    "\u{2069}",
    "&#x2068;",
    "<p",
    "\u{0}",
    "&amp;lt;",
    "\n\n",
];

fn fragment() -> impl Strategy<Value = String> {
    let tags = || prop::sample::select(TAGS.split_whitespace().collect::<Vec<_>>());
    prop_oneof![
        4 => (tags(), prop::sample::select(ATTRIBUTES)).prop_map(|(tag, attribute)| format!("<{tag}{attribute}>")),
        3 => tags().prop_map(|tag| format!("</{tag}>")),
        3 => prop::sample::select(WORDS).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_twice_changes_nothing(parts in prop::collection::vec(fragment(), 0..40)) {
        let raw = parts.concat();
        let once = clean(&raw);
        prop_assert_eq!(complaint(&once), None, "{}", &raw);
        prop_assert_eq!(clean(&once), once, "{}", raw);
        let once = clean_on_acme(&raw);
        prop_assert_eq!(complaint(&once), None, "{}", &raw);
        prop_assert_eq!(clean_on_acme(&once), once, "{}", raw);
    }
}
