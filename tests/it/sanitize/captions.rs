//! Captions and titles, with what they belong to and without.

use super::clean;

#[test]
fn a_figure_that_shows_nothing_goes_with_its_caption() {
    assert_eq!(clean("a<figure><img src=x><figcaption>A pump</figcaption></figure>b"), "ab");
    assert_eq!(
        clean(
            "a<figure> <figcaption>A</figcaption><iframe src=x></iframe><figcaption>B</figcaption></figure>"
        ),
        "a"
    );
    for kept in [
        "<figure><blockquote>We are glad</blockquote><figcaption>Jo</figcaption></figure>",
        "<figure>Words<figcaption>Jo</figcaption></figure>",
        "<figure><img src=\"https://a.example/i.jpg\" alt=\"\"><figcaption>A pump</figcaption></figure>",
    ] {
        assert_eq!(clean(kept), kept);
    }
}

#[test]
fn a_caption_or_a_title_without_what_it_belongs_to_is_a_paragraph() {
    for (raw, kept) in [
        ("<figcaption>a</figcaption>b", "<p>a</p>b"),
        ("<summary><b>a</b></summary>b<figcaption> </figcaption>", "<p><b>a</b></p>b"),
        ("<legend>a</legend>b", "<p>a</p>b"),
        ("<fieldset><legend>a</legend>b</fieldset>", "<p>a</p><p>b</p>"),
        ("<details><figcaption>a</figcaption>b</details>", "<details><p>a</p>b</details>"),
        ("<figcaption lang=fr>a<p>b</p></figcaption>", "<p lang=\"fr\">a</p><p lang=\"fr\">b</p>"),
        ("<ul><li><summary>a</summary></ul>", "<ul><li>a</li></ul>"),
        ("<table><caption>a</caption></table>b", "<p>a</p>b"),
        (
            "<table lang=fr><caption>a<p>b</p></caption><tr><td> </td></tr></table>",
            "<p lang=\"fr\">a</p><p lang=\"fr\">b</p>",
        ),
        ("<table><caption>a</caption><caption>b</caption></table>", "<p>a</p><p>b</p>"),
        ("<ul><li><table><caption>a</caption></table></ul>", "<ul><li>a</li></ul>"),
        (
            "<table><caption>a<table><caption>b<table><tr><td>c</table>",
            "<table><caption>a</caption><caption>b</caption><tbody><tr><td>c</td></tr></tbody></table>",
        ),
    ] {
        assert_eq!(clean(raw), kept, "{raw}");
        assert_eq!(clean(kept), kept);
    }
    for kept in [
        "<details><summary>a</summary>b</details>",
        "<figure><img src=\"https://a.example/i.png\" alt=\"\"><figcaption>a</figcaption></figure>",
    ] {
        assert_eq!(clean(kept), kept);
    }
    let boxed = "<figure><div><img src=https://a.example/i.png><div><b><figcaption>a</figcaption></b></div></div></figure>";
    assert!(clean(boxed).ends_with("<figcaption>a</figcaption></figure>"), "{}", clean(boxed));
}
