//! The repository's own feeds.toml, and the files that `pressroll init` writes.

use std::path::Path;

use pressroll::{
    config::{Loaded, Overrides, load, starter},
    model::PublicationKind,
};

use super::loaded;

fn clean(loaded: Loaded) -> Loaded {
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    loaded
}

#[test]
fn the_repositorys_own_file_is_a_newsroom_without_a_complaint() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml");
    let it = clean(load(&path, &Overrides::default()).unwrap_or_else(|it| panic!("{it}"))).config;
    assert_eq!(it.sources.len(), 10);
    assert!(it.sources.iter().all(|it| it.url.scheme() == "https"));
    let of = |kind| it.publications.iter().filter(|it| it.path.kind == kind).count();
    assert_eq!((of(PublicationKind::Brand), of(PublicationKind::Group)), (2, 2));
}

/// The lines that only show what may be written must be right, too.
#[test]
fn the_examples_in_the_comments_are_good_as_well() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("feeds.toml");
    let text = std::fs::read_to_string(path).unwrap();
    for text in [text, starter(None, &[])] {
        let shown: String = text
            .lines()
            .filter(|line| !line.starts_with("# files =") && !line.starts_with("# ca_file ="))
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with("[[") || is_assignment(rest) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let environment =
            super::overrides(&[("APPLE_AUTH", "x"), ("NAME", "x"), ("HTTPS_PROXY", "proxy:3128")], &[]);
        let it = pressroll::config::parse("feeds.toml", &shown, &environment);
        assert!(shown.matches("\n#").count() < text.matches("\n#").count());
        clean(it.unwrap_or_else(|it| panic!("{it}")));
    }
}

fn is_assignment(line: &str) -> bool {
    let key = line.split(" = ").next().unwrap();
    key.len() < line.len() && key.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
}

#[test]
fn a_starter_without_an_address_is_complete() {
    let it = clean(loaded(&starter(None, &[]))).config;
    assert_eq!((it.sources[0].id.as_str(), it.publications[0].path.slug.as_str()), ("nasa-press", "nasa"));
    assert!(!starter(None, &[]).contains('@'), "nothing is left to be filled in");
}

#[test]
fn a_starter_makes_a_brand_of_the_feed() {
    for (url, slug) in [
        ("https://www.apple.com/newsroom/rss-feed.rss", "apple"),
        ("https://news.samsung.com/global/feed", "samsung"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci"),
        ("https://co.uk/feed", "co"),
        ("http://localhost:8000/feed", "localhost"),
        ("http://127.0.0.1:9/feed", "127-0-0-1"),
        ("http://[::1]:9/feed", "1"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva"),
    ] {
        let it = clean(loaded(&starter(Some((url, "A title")), &[]))).config;
        assert_eq!(it.publications[0].path.slug.as_str(), slug, "{url}");
        assert_eq!(it.publications[0].title, "A title");
        assert_eq!(it.sources[0].url.as_str(), url);
        assert_eq!(it.publications[0].selection.sources, [it.sources[0].id.clone()]);
    }
}

#[test]
fn whatever_a_feed_is_called_the_starter_stays_good() {
    let long = "x".repeat(1_000);
    for title in ["", "  ", "\"quoted\" \\ back", "two\nlines\u{7}", "@home@ @url@", "日本語 ✨", &long] {
        let it = clean(loaded(&starter(Some(("https://a.example/?q=\"x\"", title)), &[]))).config;
        assert!(!it.publications[0].title.is_empty());
    }
    let quoted = loaded(&starter(Some(("https://a.example/", "\"quoted\" \\ back")), &[])).config;
    assert_eq!(quoted.publications[0].title, "\"quoted\" \\ back");
}
