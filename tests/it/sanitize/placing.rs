//! Where words stand: in the elements that a browser's tree builder puts them in, although most writers of HTML leave out
//! the end tags that they may leave out (HTML, section 13.1.2.4).

use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::{collection::vec, prelude::*};

use super::clean;

/// The elements that say what the words in them are. Others may go, be handed on, or stand in for one another.
const MEANT: &[&str] = &[
    "blockquote",
    "caption",
    "dd",
    "details",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h2",
    "li",
    "ol",
    "pre",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Each word of `html` and what it stands in, as html5ever reads it.
fn placed(html: &str) -> Vec<String> {
    let around = QualName::new(None, ns!(html), local_name!("div"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), around, Vec::new(), false).one(html);
    let mut words = Vec::new();
    place(&dom.document, "", &mut words);
    words
}

fn place(node: &Handle, path: &str, words: &mut Vec<String>) {
    let path = match &node.data {
        NodeData::Element { name, .. } if MEANT.contains(&&*name.local) => format!("{path}/{}", name.local),
        NodeData::Text { contents } => {
            words.extend(contents.borrow().split_whitespace().map(|it| format!("{path} {it}")));
            return;
        }
        _ => path.to_owned(),
    };
    for child in node.children.borrow().iter() {
        place(child, &path, words);
    }
}

/// An end tag that may be left out.
fn end(name: &'static str) -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just(format!("</{name}>"))]
}

/// `name` around what `inside` gives, ended or not.
fn around(name: &'static str, inside: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (inside, end(name)).prop_map(move |(inside, end)| format!("<{name}>{inside}{end}"))
}

/// One to three of something in a row.
fn some(one: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    vec(one, 1..4).prop_map(|it| it.concat())
}

/// Words, some of them in elements of words.
fn phrase() -> impl Strategy<Value = String> {
    some(prop_oneof![
        "[a-z]{1,6} ",
        "[a-z]{1,6} ".prop_map(|it| format!("<b>{it}</b> ")),
        "[a-z]{1,6} ".prop_map(|it| format!("<a href=http://a.example/>{it}<em>{it}</em></a> ")),
    ])
}

fn rows(
    group: &'static str,
    cell: &'static str,
    inside: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    around(group, some(around("tr", some(around(cell, inside)))))
}

/// A whole text: blocks in blocks, well nested, with and without the end tags that may be left out.
fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![phrase(), around("p", phrase()), phrase().prop_map(|it| format!("<h2>{it}</h2>"))];
    leaf.prop_recursive(4, 60, 4, |inner| {
        let flow = prop_oneof![phrase(), some(inner)].boxed();
        let terms = (around("dt", phrase()), around("dd", flow.clone())).prop_map(|(dt, dd)| dt + &dd);
        let head = prop_oneof![Just(String::new()), rows("thead", "th", phrase())];
        let foot = prop_oneof![Just(String::new()), rows("tfoot", "td", phrase())];
        let caption = prop_oneof![
            Just(String::new()), // Which holds no table (HTML, section 4.9.2).
            phrase().prop_map(|it| format!("<caption>{it}</caption>"))
        ];
        let table = (caption, head, rows("tbody", "td", flow.clone()), foot)
            .prop_map(|(caption, head, body, foot)| format!("<table>{caption}{head}{body}{foot}</table>"));
        prop_oneof![
            some(around("li", flow.clone())).prop_map(|it| format!("<ul>{it}</ul>")),
            some(around("li", flow.clone())).prop_map(|it| format!("<ol>{it}</ol>")),
            some(terms).prop_map(|it| format!("<dl>{it}</dl>")),
            table,
            flow.clone().prop_map(|it| format!("<blockquote>{it}</blockquote>")),
            flow.clone().prop_map(|it| format!("<div>{it}</div>")),
            (flow.clone(), phrase())
                .prop_map(|(it, said)| format!("<figure>{it}<figcaption>{said}</figcaption></figure>")),
            (phrase(), flow)
                .prop_map(|(said, it)| format!("<details><summary>{said}</summary>{it}</details>")),
            phrase().prop_map(|it| format!("<pre>{it}</pre>")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_stands_where_a_browser_puts_it(raw in text()) {
        let cleaned = clean(&raw);
        prop_assert_eq!(placed(&cleaned), placed(&raw), "{}", cleaned);
    }
}

#[test]
fn a_table_ends_with_whatever_of_it_is_open() {
    let after = "</td></tr></tbody></table><p>after</p>";
    for (written, begin) in [
        ("<table><tr><td>16</table><p>after</p>", "<table><tbody><tr><td>16"),
        (
            "<table><thead><tr><th>a<th>b</thead><tr><td>16<td>17</table><p>after</p>",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>16</td><td>17",
        ),
        ("<table><tr><td><p>16</p></table><p>after</p>", "<table><tbody><tr><td><p>16</p>"),
        (
            "<table><tr><td><table><tr><td>1</table>2</table><p>after</p>",
            "<table><tbody><tr><td><table><tbody><tr><td>1</td></tr></tbody></table>2",
        ),
    ] {
        assert_eq!(clean(written), format!("{begin}{after}"), "{written}");
    }
}

#[test]
fn a_word_in_another_place_is_seen() {
    assert_eq!(placed("<ul><li>one<p>two</ul>three"), ["/ul/li one", "/ul/li two", " three"]);
    assert_ne!(placed("<table><td>a</table>b"), placed("<table><td>a<p>b</table>"));
}
