//! What may go out of an entry, in every output there is: its source's `republish` against its publication's `images`.

use std::sync::Arc;

use pressroll::{
    model::{
        CleanHtml, Format, Media, MediaKind, Picture, Publication, Shown,
        publication::Images,
        source::Republish::{self, Excerpt, Full, Title},
    },
    render::{
        Sheet, entry, feed,
        page::page,
        widget::{Options, widget},
    },
};

use super::{
    html, query,
    sample::{Text, publication, shown, site},
};

const BODY: &str = "Ninety turbines";
const EXCERPT: &str = "The first current flows";
const THEIRS: &str = "https://img.example/";
const OURS: &str = "/press/media/5e1f/";
const FILE: &str = "https://acme.example/report.pdf";

fn picture(name: &str) -> Picture {
    Picture {
        path: format!("5e1f/{name}"),
        address: format!("{THEIRS}{name}.jpg"),
        alt: "The plant at dusk".to_owned(),
        width: 1600,
        height: 900,
    }
}

/// An entry with a text of two images, of which one leads, an attachment, and a medium of its own.
fn release(republish: Republish) -> Shown {
    let mut shown = shown(&Text { republish, excerpt: EXCERPT, ..Text::default() });
    let kept = Arc::make_mut(&mut shown.kept);
    kept.lead = Some(picture("lead"));
    kept.pictures = vec![picture("lead"), picture("second")];
    kept.entry.content = CleanHtml::vouch(format!(
        "<p>{BODY} and an <a href=\"https://acme.example/map\" rel=\"noopener noreferrer nofollow\">island</a>.</p>\
         <p><img src=\"{THEIRS}lead.jpg\" alt=\"Lead\"></p><h2>Figures</h2><p><img src=\"{THEIRS}second.jpg\" \
         alt=\"Second\"></p><p><img src=\"{THEIRS}lost.jpg\" alt=\"Lost\"></p>"
    ));
    let mut file = Media::at(FILE.to_owned(), MediaKind::Document);
    file.mime = Some("application/pdf".to_owned());
    file.bytes = Some(1_234_567);
    file.language = Some("fr".to_owned());
    let mut image = Media::at(format!("{THEIRS}lead.jpg"), MediaKind::Image);
    image.mime = Some("image/jpeg".to_owned());
    kept.entry.media = vec![image, file];
    shown
}

fn acme(images: Images) -> Publication {
    Publication { images, ..publication("brands/acme", "Acme") }
}

/// Every output of one entry, by name.
fn outputs(publication: &Publication, shown: &Shown) -> Vec<(&'static str, String)> {
    let site = site();
    let all = std::slice::from_ref(shown);
    let sheet = Sheet { site: &site, publication, shown: all, lang: None };
    let options = |pairs: &[(&str, &str)]| Options::from_query(publication, &query(pairs));
    let mut outputs: Vec<(&str, String)> =
        Format::ALL.map(|it| (it.name(), String::from_utf8(feed(it, &sheet)).unwrap())).into();
    outputs.push(("list", html(&widget(&sheet, &options(&[("layout", "list")])))));
    outputs.push(("cards", html(&widget(&sheet, &options(&[("layout", "cards")])))));
    outputs.push(("hosted page", html(&page(&sheet))));
    outputs.push(("entry page", html(&entry::page(&sheet, shown))));
    outputs.push(("entry widget", html(&entry::widget(&sheet, shown, &options(&[])))));
    outputs
}

/// Whether an output of this name carries whole texts.
fn is_whole(name: &str) -> bool {
    Format::ALL.iter().any(|it| it.name() == name) || name.starts_with("entry")
}

#[test]
fn every_output_keeps_to_republish_and_images() {
    for republish in [Full, Excerpt, Title] {
        for images in [Images::Proxy, Images::Link, Images::None] {
            for (name, out) in outputs(&acme(images), &release(republish)) {
                let case = format!("{name}, {republish:?}, {images:?}");
                let full = republish == Full;
                assert!(out.contains("largest hydrogen electrolyser"), "{case} has no title");
                assert_eq!(out.contains(BODY), full && is_whole(name), "{case}: the text");
                assert_eq!(out.contains(FILE), full && is_whole(name), "{case}: the attachment");
                // A page that shows the whole text has the excerpt in its description alone, a widget nowhere.
                let excerpt = republish != Title && !(full && name == "entry widget");
                assert_eq!(out.contains(EXCERPT), excerpt, "{case}: the excerpt");
                assert_eq!(out.contains(THEIRS), full && images == Images::Link, "{case}: their images");
                assert_eq!(out.contains(OURS), full && images == Images::Proxy, "{case}: our images");
                assert!(!out.contains("lost.jpg") || images == Images::Link, "{case}: what is not kept");
            }
        }
    }
}

#[test]
fn the_picture_above_a_text_is_not_repeated_in_it() {
    let count = |images, name: &str, what: &str| {
        let all = outputs(&acme(images), &release(Full));
        let (_, out) = all.iter().find(|(it, _)| *it == name).unwrap();
        let body = out.split_once("<body").map_or(out.as_str(), |(_, body)| body);
        body.split("<img").skip(1).filter(|it| it.split('>').next().unwrap().contains(what)).count()
    };
    for name in ["entry page", "entry widget"] {
        assert_eq!(count(Images::Proxy, name, "5e1f/lead/"), 1, "{name}");
        assert_eq!(count(Images::Proxy, name, "5e1f/second/"), 1, "{name}");
        assert_eq!(count(Images::Link, name, "lead.jpg"), 1, "{name}");
    }
    // Readers of feeds do not all show the entry's own picture.
    assert!(outputs(&acme(Images::Proxy), &release(Full))[2].1.matches("5e1f/lead/1280.jpg").count() >= 2);
}

#[test]
fn a_widget_loads_from_our_origin_alone() {
    let (site, publication, shown) = (site(), acme(Images::Proxy), release(Full));
    let sheet =
        Sheet { site: &site, publication: &publication, shown: std::slice::from_ref(&shown), lang: None };
    let options = Options::from_query(&publication, &[]);
    for document in
        [widget(&sheet, &options), entry::widget(&sheet, &shown, &options), entry::page(&sheet, &shown)]
    {
        let policy = &document.content_security;
        assert!(policy.contains("img-src https://www.example.com;"), "{policy}");
        assert!(!policy.contains("media-src") && !policy.contains("frame-src"), "{policy}");
    }
}
