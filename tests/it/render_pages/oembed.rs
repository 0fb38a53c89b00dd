//! What a page says to a site that shows it within its own.

use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use pressroll::{
    model::{Publication, Shown, publication::Images},
    render::{
        Sheet, entry,
        oembed::{Notation, Wishes, oembed},
    },
};
use serde_json::Value;

use super::{
    between,
    bodies::picture,
    html,
    sample::{Text, publication, shown, site},
};

const HOSTILE: &str = "</script></iframe><img src=x onerror=alert(1)>\"'&amp;]]>\u{8}<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">";

fn answer(publication: &Publication, shown: &Shown, is_entry: bool, wishes: &Wishes) -> String {
    let site = site();
    let sheet = Sheet { site: &site, publication, shown: std::slice::from_ref(shown), lang: None };
    String::from_utf8(oembed(&sheet, is_entry.then_some(shown), wishes)).unwrap()
}

fn json(publication: &Publication, shown: &Shown, is_entry: bool, wishes: &Wishes) -> Value {
    serde_json::from_str(&answer(publication, shown, is_entry, wishes)).unwrap()
}

/// The elements of a piece of HTML as a browser reads it: their names, and the `src` of each.
fn elements(html: &str) -> Vec<(String, Option<String>)> {
    fn walk(node: &Handle, found: &mut Vec<(String, Option<String>)>) {
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let src =
                attrs.borrow().iter().find(|it| &*it.name.local == "src").map(|it| it.value.to_string());
            found.push((name.local.to_string(), src));
        }
        node.children.borrow().iter().for_each(|it| walk(it, found));
    }
    let around = QualName::new(None, ns!(html), local_name!("div"));
    let dom = parse_fragment(RcDom::default(), ParseOpts::default(), around, Vec::new(), false).one(html);
    let mut found = Vec::new();
    walk(&dom.document, &mut found);
    // What html5ever hangs a fragment below.
    found.split_off(1)
}

#[test]
fn a_publication_and_an_entry_are_shown_by_a_frame_of_ours() {
    let (acme, shown) = (publication("brands/acme", "Acme newsroom"), shown(&Text::default()));
    let wishes = Wishes { cache_s: 30, ..Wishes::default() };
    let whole = json(&acme, &shown, false, &wishes);
    for (name, value) in [
        ("version", Value::from("1.0")),
        ("type", Value::from("rich")),
        ("title", Value::from("Acme newsroom")),
        ("provider_name", Value::from("Example press")),
        ("provider_url", Value::from("https://www.example.com/press/")),
        ("cache_age", Value::from(30)),
        ("width", Value::from(640)),
        ("author_name", Value::Null),
    ] {
        assert_eq!(whole[name], value, "{name}");
    }
    let frame = |it: &Value| elements(it["html"].as_str().unwrap());
    let src = "https://www.example.com/press/brands/acme/widget";
    assert_eq!(frame(&whole), [("iframe".to_owned(), Some(src.to_owned()))]);

    let one = json(&acme, &shown, true, &wishes);
    assert_eq!(one["title"], shown.kept.entry.title.as_str());
    assert_eq!(one["author_name"], "Acme newsroom");
    assert_eq!(one["author_url"], "https://www.example.com/press/brands/acme");
    let src = format!("{src}?entry={}", entry::key(&shown.public_id));
    assert_eq!(frame(&one), [("iframe".to_owned(), Some(src))]);
}

#[test]
fn nothing_is_larger_than_it_may_be() {
    let acme = Publication { images: Images::Proxy, ..publication("brands/acme", "Acme") };
    let mut shown = shown(&Text::default());
    std::sync::Arc::make_mut(&mut shown.kept).lead = Some(picture("https://acme.example/hall.jpg", 900));
    let sized = |width, height| {
        let wishes = Wishes { width_px_max: width, height_px_max: height, ..Wishes::default() };
        json(&acme, &shown, true, &wishes)
    };
    let free = sized(None, None);
    assert_eq!((&free["width"], &free["height"]), (&Value::from(640), &Value::from(860)));
    assert_eq!(
        (&free["thumbnail_width"], &free["thumbnail_height"]),
        (&Value::from(900), &Value::from(450)),
        "{free}"
    );
    assert!(free["thumbnail_url"].as_str().unwrap().starts_with("https://www.example.com/press/media/"));
    let small = sized(Some(300), Some(200));
    assert_eq!((&small["width"], &small["height"]), (&Value::from(300), &Value::from(200)));
    assert!(small["html"].as_str().unwrap().contains("width=\"300\" height=\"200\""), "{small}");
    for name in ["thumbnail_url", "thumbnail_width", "thumbnail_height"] {
        assert_eq!(small[name], Value::Null, "all three or none");
    }
}

#[test]
fn hostile_texts_stay_text_in_both_notations() {
    let acme = Publication { title: HOSTILE.to_owned(), ..publication("brands/acme", "") };
    let shown = shown(&Text { title: HOSTILE, ..Text::default() });
    for is_entry in [false, true] {
        let written = answer(&acme, &shown, is_entry, &Wishes::default());
        assert!(!written.contains('<'), "called HTML by a cache, it would run: {written}");
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["title"], HOSTILE.replace('\u{8}', ""), "{written}");
        let frame = elements(read["html"].as_str().unwrap());
        assert_eq!(frame.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["iframe"], "{read}");

        let wishes = Wishes { notation: Notation::Xml, ..Wishes::default() };
        let written = answer(&acme, &shown, is_entry, &wishes);
        let mut names = Vec::new();
        let mut reader = quick_xml::Reader::from_str(&written);
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(tag) => {
                    assert_eq!(tag.attributes().count(), 0, "{written}");
                    names.push(tag.name().as_ref().to_owned());
                }
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Empty(_) | quick_xml::events::Event::CData(_) => {
                    panic!("{written}")
                }
                _ => {}
            }
        }
        assert_eq!(names[..4], ["oembed", "version", "type", "title"]);
        assert!(
            names.iter().all(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')),
            "{names:?}"
        );
        assert!(!written.contains('\u{8}') && written.contains("]]&gt;"), "{written}");
    }
}

#[test]
fn pages_say_where_their_answers_are() {
    let (site, acme) = (site(), publication("brands/acme", "Acme"));
    let shown = shown(&Text::default());
    let sheet = Sheet { site: &site, publication: &acme, shown: &[], lang: None };
    let key = entry::key(&shown.public_id);
    for (document, page) in [
        (pressroll::render::page::page(&sheet), "%2Fbrands%2Facme".to_owned()),
        (entry::page(&sheet, &shown), format!("%2Fbrands%2Facme%2Fentries%2F{key}")),
    ] {
        let text = html(&document);
        for (kind, format) in [("application/json+oembed", "json"), ("text/xml+oembed", "xml")] {
            let link = between(&text, &format!("<link rel=\"alternate\" type=\"{kind}\" "), ">");
            let address = format!(
                "href=\"https://www.example.com/press/oembed?url=https%3A%2F%2Fwww.example.com%2Fpress{page}&#38;format={format}\""
            );
            assert!(link.ends_with(&address), "{link}");
        }
    }
}
