//! Addresses.

use pressroll::sanitize::{canonical, link};
use url::Url;

#[test]
fn a_good_link_is_not_touched() {
    for good in [
        "https://acme.example/a?b=1&c=2#d",
        "http://acme.example",
        "https://acme.example/%7Ea/;x=1?utm=1&ref=x&source=y",
    ] {
        assert_eq!(link(good, None).as_deref(), Some(good));
    }
}

#[test]
fn trackers_and_credentials_go_and_nothing_else() {
    let cases = [
        ("https://acme.example/a?utm_source=x&b=1&fbclid=y&c=%20", "https://acme.example/a?b=1&c=%20"),
        ("https://acme.example/a?utm_source=x#top", "https://acme.example/a#top"),
        ("https://user:secret@acme.example/a", "https://acme.example/a"),
        ("https://acme.example/?a=1&amp;utm_medium=rss", "https://acme.example/?a=1"),
        (" https://acme.example/a b\n", "https://acme.example/a%20b"),
        ("https:\\\\acme.example\\a", "https://acme.example/a"),
    ];
    for (raw, clean) in cases {
        assert_eq!(link(raw, None).as_deref(), Some(clean), "{raw}");
        assert_eq!(link(clean, None).as_deref(), Some(clean), "{clean}");
    }
}

#[test]
fn only_the_web_is_linked_to() {
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "/relative",
        "",
        "http://",
    ] {
        assert_eq!(link(bad, None), None, "{bad}");
    }
    let base = Url::parse("https://acme.example/press/").unwrap();
    assert_eq!(link("a.html", Some(&base)).as_deref(), Some("https://acme.example/press/a.html"));
    assert_eq!(link("//cdn.example/a", Some(&base)).as_deref(), Some("https://cdn.example/a"));
    assert_eq!(link("JavaScript:x", Some(&base)), None);
    assert_eq!(link(&format!("https://a.example/{}", "x".repeat(5_000)), None), None);
}

#[test]
fn links_to_the_same_page_have_one_canonical_form() {
    let same = [
        "https://www.acme.example/a/",
        "http://acme.example/a",
        "http://ACME.example:80/a#top",
        "https://acme.example:443/a?utm_campaign=x",
    ];
    for it in same {
        assert_eq!(canonical(it).as_deref(), Some("https://acme.example/a"), "{it}");
    }
    for other in ["https://acme.example/b", "https://acme.example/a?id=1", "https://acme.example:8080/a"] {
        assert_ne!(canonical(other), canonical(same[0]), "{other}");
    }
    assert_ne!(canonical("https://a.example/?a=1&b=2"), canonical("https://a.example/?b=2&a=1"));
}
