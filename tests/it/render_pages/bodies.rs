//! Whole texts in pages and widgets: their images, headings, tables, films, and what cannot harm a page.

use std::sync::Arc;

use pressroll::{
    model::{CleanHtml, Format, Picture, Publication, Shown, publication::Images},
    render::{
        self, Sheet,
        document::Document,
        entry::{page, widget},
        widget::Options,
    },
};

use super::{
    between, html,
    sample::{Text, publication, shown, site},
};

/// An image that is kept, of this width.
pub(super) fn picture(address: &str, width: u32) -> Picture {
    let id = address.rsplit('/').next().unwrap_or_default().replace('.', "");
    Picture {
        path: format!("5e41/{id}"),
        address: address.to_owned(),
        alt: "as kept".to_owned(),
        width,
        height: width / 2,
    }
}

/// An entry with a text and the images that are kept of it.
pub(super) fn told(content: &str, pictures: &[Picture]) -> Shown {
    let mut shown = shown(&Text::default());
    let kept = Arc::make_mut(&mut shown.kept);
    kept.entry.content = CleanHtml::vouch(content.to_owned());
    kept.pictures = pictures.to_vec();
    shown
}

pub(super) fn brand(images: Images) -> Publication {
    Publication { images, ..publication("brands/acme", "Acme newsroom") }
}

/// The entry's page.
pub(super) fn paged(images: Images, shown: &Shown) -> Document {
    let publication = brand(images);
    page(&Sheet { site: &site(), publication: &publication, shown: &[], lang: None }, shown)
}

/// The entry in a widget.
pub(super) fn framed(images: Images, shown: &Shown) -> Document {
    let publication = brand(images);
    let options = Options::from_query(&publication, &[]);
    widget(&Sheet { site: &site(), publication: &publication, shown: &[], lang: None }, shown, &options)
}

/// The text of a document as it is written.
pub(super) fn text(document: &Document) -> String {
    let html = html(document);
    let within = between(&html, "<div class=\"prose\">", "<p class=\"original\">").trim_end();
    within.strip_suffix("</div>").unwrap_or_else(|| panic!("no end of the text in {within}")).to_owned()
}

const ONE: &str = "https://img.example/one.jpg";
const TWO: &str = "https://img.example/two.jpg";

#[test]
fn a_kept_image_comes_from_our_origin_in_all_its_widths() {
    let content = format!("<p>Before.</p><p><img src=\"{ONE}\" alt=\"The hall\"></p>");
    let document = paged(Images::Proxy, &told(&content, &[picture(ONE, 1600)]));
    let base = "https://www.example.com/press/media/5e41/onejpg";
    let expected = format!(
        "<p>Before.</p><p><img src=\"{base}/640.jpg\" srcset=\"{base}/320.webp 320w, {base}/640.webp 640w, \
         {base}/1280.webp 1280w\" sizes=\"(min-width: 68ch) 640px, 100vw\" alt=\"The hall\" width=\"1600\" \
         height=\"800\" loading=\"lazy\" decoding=\"async\"></p>"
    );
    assert_eq!(text(&document), expected);
    assert!(document.content_security.contains("img-src https://www.example.com;"));
    let unsaid = told(&format!("<p>A<img src=\"{ONE}\" alt=\"\"></p>"), &[picture(ONE, 200)]);
    let unsaid = text(&paged(Images::Proxy, &unsaid));
    assert!(unsaid.contains("alt=\"as kept\"") && unsaid.contains("320.webp 200w\""), "{unsaid}");
}

#[test]
fn what_is_not_kept_is_left_out_with_all_that_is_empty_without_it() {
    for (content, left) in [
        (format!("<p>A</p><p><img src=\"{ONE}\" alt=\"\"></p><p>B</p>"), "<p>A</p><p>B</p>"),
        (
            format!(
                "<p>A <a href=\"https://a.example/\" rel=\"nofollow\"><img src=\"{ONE}\" alt=\"x\"></a> B</p>"
            ),
            "<p>A  B</p>",
        ),
        (
            format!(
                "<p>A</p><figure><img src=\"{ONE}\" alt=\"x\"><figcaption>The hall</figcaption></figure>"
            ),
            "<p>A</p>",
        ),
        (format!("<p><img src=\"{ONE}\" alt=\"\"><br>A</p>"), "<p>A</p>"),
        (format!("<ul><li><img src=\"{ONE}\" alt=\"\"></li><li>B</li></ul>"), "<ul><li>B</li></ul>"),
        (
            format!("<p>A</p><blockquote><p><em><img src=\"{ONE}\" alt=\"\"></em></p></blockquote>"),
            "<p>A</p>",
        ),
    ] {
        for images in [Images::Proxy, Images::None] {
            assert_eq!(text(&paged(images, &told(&content, &[]))), left, "{content}");
        }
        assert!(
            text(&paged(Images::Link, &told(&content, &[])))
                .contains("<img src=\"https://img.example/one.jpg\"")
        );
    }
    // A row keeps its columns, and nothing that was empty before is touched.
    let table =
        format!("<table><tbody><tr><td><img src=\"{ONE}\" alt=\"\"></td><td>B</td></tr></tbody></table>");
    assert!(text(&paged(Images::None, &told(&table, &[]))).contains("<tr><td></td><td>B</td></tr>"));
    assert_eq!(text(&paged(Images::None, &told("<p>A</p><p></p>", &[]))), "<p>A</p><p></p>");
}

#[test]
fn the_picture_above_the_text_is_not_shown_again_in_it() {
    let content = format!(
        "<figure><img src=\"{ONE}\" alt=\"\"><figcaption>C</figcaption></figure><p>A<img src=\"{TWO}\" alt=\"\"></p>"
    );
    let mut shown = told(&content, &[picture(ONE, 800), picture(TWO, 800)]);
    Arc::make_mut(&mut shown.kept).lead = Some(picture(ONE, 800));
    for document in [paged(Images::Proxy, &shown), framed(Images::Proxy, &shown)] {
        let body = text(&document);
        assert!(!body.contains("onejpg") && !body.contains("figure") && body.contains("twojpg"), "{body}");
        let lead = between(&html(&document), "<figure class=\"lead\">", "</figure>").to_owned();
        assert!(lead.contains("onejpg/640.jpg") && !lead.contains("lazy"), "{lead}");
        assert!(lead.ends_with("><figcaption>C</figcaption>"), "{lead}");
    }
}

#[test]
fn a_caption_goes_above_with_its_picture_and_only_with_that() {
    let lead = |content: &str| {
        let mut shown = told(content, &[picture(ONE, 800), picture(TWO, 800)]);
        Arc::make_mut(&mut shown.kept).lead = Some(picture(ONE, 800));
        let document = html(&paged(Images::Proxy, &shown));
        let caption = between(&document, "<figure class=\"lead\">", "</figure>").split_once("<figcaption>");
        caption.map(|(_, it)| it.trim_end_matches("</figcaption>").to_owned())
    };
    let image = |address: &str| format!("<img src=\"{address}\" alt=\"\">");
    let (one, two) = (image(ONE), image(TWO));
    let said = "<figcaption><p>The <b>hall</b>, at &lt;night&gt;.</p>\n<p>© A. Photographer</p></figcaption>";
    assert_eq!(
        lead(&format!("<p>A</p><figure><a href=\"https://a.example/\">{one}</a>{said}</figure>")).as_deref(),
        Some("The hall, at &#60;night&#62;. © A. Photographer")
    );
    assert_eq!(lead(&format!("<figure>{one}{two}{said}</figure>")), None, "it is said of the other, too");
    assert_eq!(lead(&format!("<p>{one}</p><figure>{two}{said}</figure>")), None);
    assert_eq!(lead(&format!("<figure>{one}<figcaption> <br></figcaption></figure><p>A</p>")), None);
    assert_eq!(
        lead(&format!("<figure>{one}<figcaption>C</figcaption></figure>")).as_deref(),
        Some("C"),
        "although the excerpt stands for the text"
    );
}

#[test]
fn the_excerpt_stands_for_a_text_that_is_nothing_but_the_picture_above_it() {
    let mut shown = told(&format!("<p><img src=\"{ONE}\" alt=\"\"></p>"), &[picture(ONE, 800)]);
    Arc::make_mut(&mut shown.kept).lead = Some(picture(ONE, 800));
    assert!(text(&paged(Images::Proxy, &shown)).starts_with("<p>The 400 MW plant will supply"));
}

#[test]
fn headings_begin_below_the_title_and_pass_no_level_over() {
    let content = "<h3>A</h3><p>x</p><h6>B</h6><p>x</p><h4>C</h4><p>x</p><h2>D</h2><h5>E</h5>";
    let shown = told(content, &[]);
    let page = text(&paged(Images::None, &shown));
    assert_eq!(page, "<h2>A</h2><p>x</p><h3>B</h3><p>x</p><h3>C</h3><p>x</p><h2>D</h2><h3>E</h3>");
    assert!(text(&framed(Images::None, &shown)).starts_with("<h3>A</h3><p>x</p><h4>B</h4>"));
}

#[test]
fn a_table_scrolls_in_a_region_that_has_a_name() {
    let content = "<table><caption>Q3 &amp; Q4</caption><tbody><tr><td>1</td></tr></tbody></table>";
    let named = text(&paged(Images::None, &told(content, &[])));
    let region = "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=";
    assert!(named.starts_with(&format!("{region}\"Q3 &amp; Q4\"><table><caption>")), "{named}");
    assert!(named.ends_with("</table></div>"), "{named}");
    let nameless = content.replace("<caption>Q3 &amp; Q4</caption>", "");
    assert!(text(&paged(Images::None, &told(&nameless, &[]))).starts_with(&format!("{region}\"Table\">")));
    let nested = format!("<table><tbody><tr><td>{nameless}</td></tr></tbody></table>");
    assert_eq!(text(&paged(Images::None, &told(&nested, &[]))).matches("class=\"wide\"").count(), 1);
}

const FILM: &str = "<p>A</p><iframe src=\"https://www.youtube-nocookie.com/embed/abc_-123\" title=\"The &quot;hall&quot;\" \
                    width=\"560\" height=\"315\"></iframe>";
const REEL: &str = "<p>A</p><iframe src=\"https://player.vimeo.com/video/76979871?dnt=1\"></iframe>";
const RECORDING: &str = "<p>A</p><p>B <audio src=\"https://cdn.example/a.mp3\" controls=\"\"></audio></p><video controls=\"\"><source \
     src=\"https://films.example/b.mp4\" type=\"video/mp4\"></video>";

#[test]
fn films_play_in_pages_and_only_where_there_is_one_their_host_is_let_in() {
    let page = |content| paged(Images::Proxy, &told(content, &[]));
    assert_eq!(text(&page(FILM)), FILM);
    assert!(page(FILM).content_security.contains("; frame-src https://www.youtube-nocookie.com; "));
    assert!(page(REEL).content_security.contains("; frame-src https://player.vimeo.com; "));
    assert!(!page("<p>A</p>").content_security.contains("frame-src"));
    let odd = page("<p>A</p><iframe src=\"https://evil.example/embed/x\"></iframe>");
    assert!(!odd.content_security.contains("evil"), "{}", odd.content_security);
}

#[test]
fn recordings_load_nothing_before_they_are_asked_to() {
    let document = paged(Images::Proxy, &told(RECORDING, &[]));
    assert_eq!(text(&document).matches(" preload=\"none\">").count(), 2);
    let policy = &document.content_security;
    assert!(policy.contains("; media-src https://cdn.example https://films.example; "), "{policy}");
    assert!(!paged(Images::Proxy, &told("<p>A</p>", &[])).content_security.contains("media-src"));
}

#[test]
fn a_widget_links_to_films_and_recordings_instead() {
    let widget = |content| framed(Images::Proxy, &told(content, &[]));
    for (content, href, said) in [
        (FILM, "https://www.youtube.com/watch?v=abc_-123", "<span>The \"hall\"</span>"),
        (REEL, "https://vimeo.com/76979871", "<span>Video at vimeo.com</span>"),
        (RECORDING, "https://cdn.example/a.mp3", "<span>Audio at cdn.example</span>"),
        (RECORDING, "https://films.example/b.mp4", "<span>Video at films.example</span>"),
    ] {
        let document = widget(content);
        let body = text(&document);
        assert!(body.contains(&format!("href=\"{href}\" target=\"_blank\"")), "{body}");
        assert!(body.contains(said), "{body}");
        assert!(!body.contains("<iframe") && !body.contains("<audio") && !body.contains("<video"), "{body}");
        let policy = &document.content_security;
        assert!(!policy.contains("frame-src") && !policy.contains("media-src"), "{policy}");
    }
    let link = "<p><a href=\"https://a.example/\" rel=\"noopener noreferrer nofollow\">A</a></p>";
    assert!(text(&widget(link)).contains("nofollow\" target=\"_blank\">A</a>"), "links leave the frame");
}

#[test]
fn a_link_to_a_film_shows_its_still_from_our_origin() {
    let film = FILM.replace("abc_-123", "abcdefghij_");
    let still = "https://i.ytimg.com/vi/abcdefghij_/hqdefault.jpg";
    let shown = told(&film, &[picture(still, 480)]);
    let document = framed(Images::Proxy, &shown);
    let body = text(&document);
    let link = "<p><a class=\"film still\" href=\"https://www.youtube.com/watch?v=abcdefghij_\" target=\"_blank\" \
                rel=\"noopener noreferrer nofollow\"><img src=\"https://www.example.com/press/media/5e41/hqdefaultjpg/";
    assert!(body.contains(link), "{body}");
    assert!(body.contains("width=\"480\" height=\"240\" loading=\"lazy\""), "no layout shifts: {body}");
    assert!(body.contains("alt=\"\"") && body.contains("<span>The \"hall\"</span></a></p>"), "{body}");
    assert!(!document.content_security.contains("ytimg"), "{}", document.content_security);

    // On a page it plays; without its still there is a surface in its place, and where there are no images, words.
    assert!(!text(&paged(Images::Proxy, &shown)).contains("hqdefault"));
    let reel = told(REEL, &[picture(still, 480)]);
    let without = [
        framed(Images::Link, &shown),
        framed(Images::Proxy, &told(&film, &[])),
        framed(Images::Proxy, &reel),
    ];
    for without in without.iter().map(text) {
        assert!(
            without.contains("<span class=\"plate\"></span><svg") && !without.contains("<img"),
            "{without}"
        );
    }
    let words = text(&framed(Images::None, &shown));
    assert!(words.contains("<a class=\"film\" ") && !words.contains("plate"), "{words}");
    let mut leading = shown;
    Arc::make_mut(&mut leading.kept).lead = Some(picture(still, 480));
    assert!(!text(&framed(Images::Proxy, &leading)).contains("<img"), "it is shown above already");
}

#[test]
fn odd_texts_stay_whole_documents() {
    let deep = format!("{}x{}", "<blockquote>".repeat(4_000), "</blockquote>".repeat(4_000));
    let many = "<p>x</p>".repeat(15_000);
    let odd = [
        "<p>A</p></div></article><p>B",
        "<p>A<script src=x>alert(1)</script>",
        "<p><em>A</p></em>",
        "<",
        "A<b",
        &deep,
        &many,
    ];
    for content in odd {
        let shown = told(content, &[]);
        for document in [paged(Images::Link, &shown), framed(Images::Link, &shown)] {
            let html = html(&document);
            assert_eq!(html.matches("<article").count(), html.matches("</article>").count());
            let body = text(&document);
            assert_eq!(body.matches("<p>").count(), body.matches("</p>").count());
            assert!(!body.contains("script"), "{body}");
            assert!(html.ends_with("</html>") || html.ends_with("</html>\n"));
        }
    }
}

/// The entry's text in a feed.
fn fed(images: Images, shown: &Shown) -> String {
    let (site, publication) = (site(), brand(images));
    let shown = std::slice::from_ref(shown);
    let bytes =
        render::feed(Format::Json, &Sheet { site: &site, publication: &publication, shown, lang: None });
    let feed: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    feed["items"][0]["content_html"].as_str().unwrap().to_owned()
}

#[test]
fn a_feed_has_the_largest_jpeg_of_every_kept_image_also_of_the_one_that_leads() {
    let content = format!("<p>A<img src=\"{ONE}\" alt=\"&quot;Hall&quot; &lt;1&gt;\" width=\"9\"></p>");
    let mut shown = told(&content, &[picture(ONE, 3_000)]);
    Arc::make_mut(&mut shown.kept).lead = Some(picture(ONE, 3_000));
    let expected = "<p>A<img src=\"https://www.example.com/press/media/5e41/onejpg/1280.jpg\" \
                    alt=\"&quot;Hall&quot; &lt;1&gt;\" width=\"1280\" height=\"640\"></p>";
    assert_eq!(fed(Images::Proxy, &shown), expected);
    assert_eq!(fed(Images::Link, &shown), content);
    assert_eq!(fed(Images::None, &shown), "<p>A</p>");
}

#[test]
fn a_feed_keeps_films_tables_and_closing_sections_as_they_are() {
    let table = "<table><tbody><tr><td>1</td></tr></tbody></table>";
    let content = format!("<p>News.</p>{REEL}{table}<h2>Contacts</h2><p>J.</p>");
    assert_eq!(fed(Images::Proxy, &told(&content, &[])), content);
    assert!(fed(Images::Proxy, &told(RECORDING, &[])).contains(" controls=\"\" preload=\"none\"></audio>"));
}

#[test]
fn a_place_where_a_word_may_break_ends_no_text() {
    let content = "<p>Long<wbr>word</p><p>Second</p><p>Third</p>";
    assert_eq!(text(&paged(Images::Proxy, &told(content, &[]))), content);
}

#[test]
fn a_text_that_plays_files_of_very_many_hosts_has_a_policy_of_bounded_length() {
    let content: String = (0..500)
        .map(|it| format!("<p>t<audio src=\"https://h{it}.example/a.mp3\" controls=\"\"></audio></p>"))
        .collect();
    let document = paged(Images::Proxy, &told(&content, &[]));
    assert!(document.content_security.len() < 4_000, "{}", document.content_security.len());
    let html = text(&document);
    assert!(html.contains("<audio") && html.contains("https://h499.example/a.mp3\""), "{html}");
}

#[test]
fn very_many_folded_sections_are_written_in_one_pass() {
    let content =
        "<h2>Contact</h2><p>x</p><h2>News</h2><p>Something that is said at length about the plant.</p>"
            .repeat(1_000);
    let html = text(&paged(Images::Proxy, &told(&content, &[])));
    assert_eq!(html.matches("<details").count(), html.matches("</details>").count());
}
