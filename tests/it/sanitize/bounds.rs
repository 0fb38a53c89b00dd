//! Size, depth and cost.

use std::time::{Duration, Instant};

use super::{check::complaint, clean};
use pressroll::sanitize::{DEPTH_MAX, ELEMENTS_MAX, HTML_BYTES_MAX};

/// Inputs that make tree builders work: deep, reopened, foster-parented, escaped, cut off.
fn hostile() -> Vec<(&'static str, String)> {
    let filled = |part: &str| part.repeat(HTML_BYTES_MAX / part.len());
    let formats: String = (0..500).map(|it| format!("<font color={it}><b lang=a{it}>")).collect();
    vec![
        ("deep boxes", filled("<div>")),
        ("deep bold", filled("<b>")),
        ("paragraphs", filled("<p>")),
        ("deep paragraphs", "<blockquote>".repeat(120) + &filled("<p>x")),
        ("reopened formats", format!("<p>{formats}") + &filled("<p>x")),
        ("reopened formats, closed", format!("<p>{formats}</p>") + &filled("<p>x</p>")),
        ("tables in tables", filled("<table>")),
        ("tables with words", filled("<table>x")),
        ("rows", filled("<table><tr><td>x")),
        ("links", filled("<a href=https://a.example/>x")),
        ("lists", filled("<ul><li>")),
        ("closing", filled("</p></b>")),
        ("ampersands", filled("&")),
        ("less than", filled("<")),
        ("nulls", filled("\0")),
        ("references without end", filled("&notit")),
        (
            "references without end in addresses",
            filled("<a href=\"https://a.example/?a&notit&copy&b\">x</a>"),
        ),
        ("a long address", format!("<a href=\"https://a.example/{}\">x</a>", filled("&notit"))),
        ("isolates", filled("\u{2067}")),
        ("ends of isolates", filled("\u{2067}\u{2069}\u{2069}")),
        ("frames", filled("<iframe src=https://www.youtube.com/embed/dQw4w9WgXcQ></iframe>")),
        ("deep frames", filled("<ul><li><iframe src=https://www.youtube.com/embed/dQw4w9WgXcQ></iframe>")),
        ("comments", filled("<!--")),
        ("quotes", filled("<a b=\"")),
        ("attributes", format!("<p {}>x", filled("a b=c "))),
        ("self-closing", filled("<svg/><i>")),
        ("raw text", filled("<script>")),
        ("raw ends", format!("<style>{}", filled("</s"))),
        ("graphic ends", filled("<svg></b>")),
        ("drawings broken out of", filled("<svg><p>")),
        ("drawings in holders", filled("<svg><desc>")),
        ("programs in drawings", filled("<svg><style>")),
        ("drawings in lists of choices", filled("<select><svg><p>")),
        ("choices", filled("<select></li>")),
        ("boxes of a language", filled("<div lang=fr>x<p>y")),
        ("deep boxes of a language", "<div lang=fr dir=rtl>".repeat(120) + &filled("<p>x")),
        (
            "deep boxes in one of a language",
            "<div dir=rtl>".to_owned() + &"<div>".repeat(120) + &filled("<p>x"),
        ),
        ("words of a language around blocks", "<span lang=fr>".repeat(120) + &filled("x<p>y</p>")),
        ("captions", filled("<table><caption>x</caption></table>")),
        ("a long caption", format!("<table><caption>{}", filled("<b>x</b>"))),
        ("captions in captions", filled("<table><caption>x")),
        ("captions in cells", filled("<table><caption>x<tr><td>")),
        ("captions without figures", filled("<figcaption><b>x</b>y")),
        ("long words", filled("x")),
        ("images", filled("<img src=https://a.example/x>")),
    ]
}

#[test]
fn whatever_comes_the_output_is_bounded_and_stable() {
    for (name, raw) in hostile() {
        let began = Instant::now();
        let once = clean(&raw);
        let took = began.elapsed();
        assert!(once.len() <= HTML_BYTES_MAX, "{name}: {}", once.len());
        assert!(once.matches('<').count() <= 2 * ELEMENTS_MAX, "{name}");
        assert_eq!(complaint(&once), None, "{name}");
        assert_eq!(clean(&once), once, "{name}");
        // Fifty milliseconds in a release build on a quiet machine; here there is neither.
        assert!(took < Duration::from_secs(5), "{name}: {took:?}");
    }
}

/// Texts of one thing that grows by being cleaned, shrinks by it, or is closed at the end.
const LONG: &[&str] = &[
    "<",
    "&",
    ">",
    "\"",
    "&lt;",
    "&amp;",
    "€&",
    "<b>",
    "<p>x",
    "<div>",
    "<div><p>x</p>",
    "<div>x</div>y",
    "<b>&</b><p>\"<",
    "<blockquote>&",
    "<a href=https://a.example/?a&b>x",
    "<abbr title='<&\"'>x</abbr>",
];

#[test]
fn a_text_as_long_as_may_be_is_read_whole_when_it_is_cleaned_again() {
    for part in LONG {
        for bytes in [HTML_BYTES_MAX, HTML_BYTES_MAX + 1] {
            let mut raw = part.repeat(bytes / part.len() + 1);
            raw.truncate(raw.floor_char_boundary(bytes));
            let once = clean(&raw);
            assert!(once.len() <= HTML_BYTES_MAX, "{part} {bytes}: {}", once.len());
            // As a file, a pipe or a feed hands it on: with a line break.
            let again = clean(&format!("\n  {once}\r\n"));
            assert!(again == once, "{part} {bytes}: {}", again.len());
        }
    }
}

#[test]
fn text_beyond_the_depth_stays_without_its_tags() {
    let raw = format!("{}deep{} after", "<blockquote>".repeat(2_000), "</blockquote>".repeat(2_000));
    let once = clean(&raw);
    assert_eq!(once.matches("<blockquote>").count(), DEPTH_MAX);
    assert!(once.contains("deep") && once.ends_with("after"), "{}", &once[once.len() - 40..]);
}

#[test]
fn a_thousand_unclosed_paragraphs_are_a_thousand_paragraphs() {
    let raw: String = (0..1_000).map(|it| format!("<p>line {it}")).collect();
    assert_eq!(clean(&raw).matches("<p>").count(), 1_000);
}

#[test]
fn a_long_text_is_cut_at_a_whole_character() {
    let raw = "é&amp;".repeat(HTML_BYTES_MAX / 6);
    let once = clean(&raw);
    assert!(once.len() > HTML_BYTES_MAX / 2 && once.ends_with("&amp;") || once.ends_with('é'));
    assert!(!once.contains("&amp;amp;"));
}
