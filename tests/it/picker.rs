//! Which images an entry has, and which of them stands for it: from the document to the choice.

use pressroll::{
    model::{
        Document, Entry, Media, MediaKind, MediaPlace, Picture,
        picture::{CANDIDATES_MAX, candidates, lead},
    },
    parse,
    sanitize::{self, Policy},
};
use url::Url;

const HOME: &str = "https://acme.example/feed";

/// The entries of an RSS document whose one channel holds `inside`.
fn entries(inside: &str) -> (Vec<Entry>, Option<String>) {
    let text = format!(
        "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\
         <channel><title>Acme</title><link>https://acme.example/</link>{inside}</channel></rss>"
    );
    let base = Url::parse(HOME).unwrap();
    let document = Document { bytes: text.as_bytes(), content_type: None, base: Some(&base) };
    let feed = parse::feed(&document).unwrap();
    let policy = Policy { base: Some(base.clone()), ..Policy::default() };
    (feed.drafts.into_iter().map(|it| sanitize::entry(it, &policy)).collect(), feed.logo)
}

fn entry(inside: &str) -> Entry {
    entries(&format!("<item><title>News</title><guid>1</guid>{inside}</item>")).0.remove(0)
}

fn addresses(entry: &Entry) -> Vec<String> {
    candidates(entry).into_iter().map(|it| it.address).collect()
}

fn kept(address: &str, width: u32, height: u32) -> Picture {
    Picture { path: "5e/1d".to_owned(), address: address.to_owned(), alt: String::new(), width, height }
}

#[test]
fn what_is_stated_as_content_comes_before_enclosures_thumbnails_marks_and_the_text() {
    let entry = entry(
        "<description><![CDATA[<meta property=\"og:image\" content=\"/og.jpg\"><p>A</p><img src=\"/text.jpg\" alt=\"T\">]]></description>\
         <media:thumbnail url=\"https://acme.example/small.jpg\"/>\
         <enclosure url=\"https://acme.example/enclosed.jpg\" type=\"image/jpeg\" length=\"1,234\"/>\
         <enclosure url=\"https://acme.example/report.pdf\" type=\"application/pdf\" length=\"0\"/>\
         <media:group><media:content url=\"https://acme.example/w300.jpg\" width=\"300\" height=\"200\" medium=\"image\"/>\
         <media:content url=\"https://acme.example/w900.jpg\" width=\"900\" height=\"600\" medium=\"image\" lang=\"fr\"/></media:group>",
    );
    assert_eq!(
        addresses(&entry),
        ["w900.jpg", "w300.jpg", "enclosed.jpg", "small.jpg", "og.jpg", "text.jpg"]
            .map(|it| format!("https://acme.example/{it}"))
    );
    let of = |ending: &str| entry.media.iter().find(|it| it.url.ends_with(ending)).cloned().unwrap();
    assert_eq!((of("w900.jpg").place, of("w900.jpg").language.as_deref()), (MediaPlace::Content, Some("fr")));
    assert_eq!((of("enclosed.jpg").bytes, of("og.jpg").place), (Some(1_234), MediaPlace::Hint));
    assert_eq!((of("report.pdf").kind, of("report.pdf").bytes), (MediaKind::Document, None));
}

#[test]
fn the_first_candidate_that_is_large_enough_and_no_banner_stands_for_the_entry() {
    let entry = entry(
        "<media:content url=\"https://acme.example/banner.jpg\" medium=\"image\"/>\
         <media:content url=\"https://acme.example/tiny.jpg\" medium=\"image\"/>\
         <media:content url=\"https://acme.example/icons/share.png\" medium=\"image\"/>\
         <media:content url=\"https://acme.example/hall.jpg\" medium=\"image\"/>",
    );
    let all = candidates(&entry);
    let kept = [
        kept("https://acme.example/banner.jpg", 1_200, 100),
        kept("https://acme.example/tiny.jpg", 120, 120),
        kept("https://acme.example/icons/share.png", 800, 800),
        kept("https://acme.example/hall.jpg", 800, 600),
    ];
    assert_eq!(lead(&all, &kept).unwrap().address, "https://acme.example/hall.jpg");
    assert_eq!(lead(&all, &kept[..3]), None);
    assert_eq!(lead(&all, &[]), None);
}

#[test]
fn one_image_counts_once_and_has_the_words_of_whoever_says_some() {
    let entry = entry(
        "<description><![CDATA[<p><img src=\"https://acme.example/hall.jpg?utm_source=rss\" alt=\"The hall\"></p>]]></description>\
         <media:content url=\"https://acme.example/hall.jpg\" medium=\"image\"/>",
    );
    let all = candidates(&entry);
    assert_eq!((all.len(), all[0].alt.as_str()), (1, "The hall"));
}

#[test]
fn icons_spacers_and_trackers_are_no_candidates_to_lead() {
    let entry = entry(
        "<description><![CDATA[<img src=\"https://acme.example/a.jpg\" width=\"16\" height=\"16\">\
         <img src=\"https://acme.example/p.gif\" width=\"1\" height=\"1\"><img src=\"https://feeds.feedburner.com/~r/a\">\
         <img src=\"javascript:alert(1)\"><img src=\"data:image/png;base64,AAAA\"><p>Words.</p>]]></description>",
    );
    assert_eq!(addresses(&entry), Vec::<String>::new());
}

#[test]
fn marks_of_publishing_systems_name_the_image_and_nothing_unsafe() {
    for (mark, found) in [
        ("<img class=\"attachment wp-post-image\" src=\"/a.jpg\">", Some("https://acme.example/a.jpg")),
        ("<link rel=\"image_src\" href=\"https://cdn.example/b.jpg\">", Some("https://cdn.example/b.jpg")),
        (
            "<meta name=\"twitter:image\" content=\"https://u:p@cdn.example/c.jpg\">",
            Some("https://cdn.example/c.jpg"),
        ),
        ("<meta property=\"og:image\" content=\"javascript:alert(1)\">", None),
        ("<meta property=\"og:image\" content=\"https://feeds.feedburner.com/~r/x\">", None),
        ("<meta property=\"og:title\" content=\"https://cdn.example/d.jpg\">", None),
    ] {
        let entry = entry(&format!("<description><![CDATA[{mark}<p>Words.</p>]]></description>"));
        let hint = entry.media.iter().find(|it| it.place == MediaPlace::Hint).map(|it| it.url.as_str());
        assert_eq!(hint, found, "{mark}");
    }
}

#[test]
fn the_still_of_a_film_is_kept_and_never_stands_for_the_entry() {
    let film = |name: &str| format!("<iframe src=\"https://www.youtube.com/embed/{name}?rel=0\"></iframe>");
    let entry = entry(&format!(
        "<description><![CDATA[<p>See</p>{}{}<iframe src=\"https://player.vimeo.com/video/7\"></iframe>\
         <p><img src=\"https://acme.example/hall.jpg\"></p>{}]]></description>",
        film("abcdefghij_"),
        film("ABCDEFGHIJ-"),
        film("abcdefghij_"),
    ));
    let stills =
        ["abcdefghij_", "ABCDEFGHIJ-"].map(|it| format!("https://i.ytimg.com/vi/{it}/hqdefault.jpg"));
    assert_eq!(addresses(&entry), ["https://acme.example/hall.jpg", &stills[0], &stills[1]]);
    let all = candidates(&entry);
    assert_eq!(lead(&all, &[kept(&stills[0], 480, 360)]), None);
}

#[test]
fn very_many_images_are_bounded() {
    let many: String = (0..5_000).map(|it| format!("<img src=\"https://acme.example/{it}.jpg\">")).collect();
    let entry = entry(&format!("<description><![CDATA[{many}]]></description>"));
    assert_eq!(candidates(&entry).len(), CANDIDATES_MAX);
    let mut stated = entry;
    stated.media =
        (0..5_000).map(|it| Media::at(format!("https://acme.example/m{it}.jpg"), MediaKind::Image)).collect();
    assert_eq!(candidates(&stated).len(), CANDIDATES_MAX);
}

#[test]
fn a_feed_has_the_logo_that_it_names() {
    let item = "<item><title>a</title><guid>1</guid></item>";
    for (stated, logo) in [
        (
            "<image><url>https://acme.example/logo.png</url><title>Acme</title></image>",
            Some("https://acme.example/logo.png"),
        ),
        ("<image><url>/logo.png</url></image>", Some("https://acme.example/logo.png")),
        ("<itunes:image href=\"https://acme.example/cover.jpg\"/>", Some("https://acme.example/cover.jpg")),
        ("<image><url>ftp://acme.example/logo.png</url></image>", None),
        ("", None),
    ] {
        let (entries, found) = entries(&format!("{stated}{item}"));
        assert_eq!((found.as_deref(), entries.len()), (logo, 1), "{stated}");
    }
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><icon>/i.png</icon><logo>/l.png</logo><entry><id>1</id></entry></feed>";
    let json =
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"icon\":\"/i.png\",\"items\":[{\"id\":\"1\"}]}";
    for (text, logo) in [(atom, "https://acme.example/l.png"), (json, "https://acme.example/i.png")] {
        let base = Url::parse(HOME).unwrap();
        let document = Document { bytes: text.as_bytes(), content_type: None, base: Some(&base) };
        assert_eq!(parse::feed(&document).unwrap().logo.as_deref(), Some(logo));
    }
}
