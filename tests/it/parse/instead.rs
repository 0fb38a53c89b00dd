//! What stands where a feed should be is told as what it is; a feed, however broken, never is.

use pressroll::{
    model::{Document, Instead},
    parse::{self, ParseError},
};

use super::{read, repaired, titles};

fn instead(bytes: &[u8]) -> Option<Instead> {
    match read(bytes, None) {
        Err(ParseError::NotAFeed(instead)) => Some(instead),
        _ => None,
    }
}

const ITEM: &str = "<item><title>One</title><link>http://a.example/1</link></item>";

#[test]
fn every_shape_of_a_web_page_is_a_web_page() {
    for page in [
        "<!DOCTYPE html><html><head><title>Press</title></head><body><p>Hello</body></html>",
        "<html><body>Hello",
        "\u{feff}<!doctype html>\n<title>Press</title>",
        "<!-- saved from somewhere -->\n<!-- twice --><HTML><BODY BGCOLOR=white>Hello</BODY></HTML>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \
         \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\"><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>",
        "  \n<h1>Not found</h1><p>Sorry",
        "<!doctype html>",
        "<html><body><h2>Our feed</h2><pre>&lt;rss&gt;&lt;channel&gt;&lt;item&gt;</pre></body></html>",
        "<html><body><pre><rss version='2.0'><channel><item><title>x</title></item></channel></rss></pre></body></html>",
        "<html><body><app><item ng-repeat='it in items'><title>x</title></item></app></body></html>",
        "<html><script>var x = '<rss><channel><item><title>x</title></item></channel></rss>';</script></html>",
        "<html><body><form><input type=password></form><title>Press</title></body></html>",
    ] {
        assert_eq!(instead(page.as_bytes()), Some(Instead::Page), "{page}");
    }
}

#[test]
fn a_page_that_keeps_readers_out_is_told_as_what_it_is() {
    let login = "<!doctype html><html><head><title>Acme – Sign in</title></head><body><form>\
                 <input name=user><input TYPE=\"password\"></form></body></html>";
    assert_eq!(instead(login.as_bytes()), Some(Instead::Login));
    for page in [
        "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>",
        "<html><body><p>Checking your browser before accessing acme.example.</p></body></html>",
        "<html><head><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script></head></html>",
    ] {
        assert_eq!(instead(page.as_bytes()), Some(Instead::Challenge), "{page}");
    }
}

#[test]
fn other_documents_are_told_by_their_contents() {
    for (document, kind) in [
        (b"{\"error\": \"not found\"}".as_slice(), Instead::Failure),
        (b"{\"message\": \"no such feed\", \"status\": 404}", Instead::Failure),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", Instead::Failure),
        (b"{\"posts\": []}", Instead::Json),
        (b"[{\"title\": \"x\"}]", Instead::Json),
        (
            b"<opml version='2.0'><body><outline text='x' xmlUrl='http://a.example/'/></body></opml>",
            Instead::Outline,
        ),
        (b"<?xml version='1.0'?><urlset><url><loc>http://a.example/</loc></url></urlset>", Instead::Sitemap),
        (b"<sitemapindex><sitemap/></sitemapindex>", Instead::Sitemap),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Instead::Image),
        (b"<note><to>Ann</to></note>", Instead::Xml),
        (b"%PDF-1.7\n%\xe2\xe3", Instead::Pdf),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Instead::Image),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Instead::Image),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Instead::Image),
        (b"PK\x03\x04\x14\0\0\0", Instead::Packed),
        (b"\x1f\x8b\x08\0\0\0\0\0", Instead::Packed),
        (b"ID3\x04\0\0", Instead::Recording),
        (b"Not Found", Instead::Text),
    ] {
        assert_eq!(instead(document), Some(kind), "{}", String::from_utf8_lossy(document));
    }
    for empty in ["", " \n\t", "\u{feff}\r\n", "<?xml version='1.0'?>\n"] {
        assert_eq!(read(empty.as_bytes(), None), Err(ParseError::Empty), "{empty:?}");
    }
}

#[test]
fn its_sentence_says_what_it_is_and_what_to_do() {
    let told = |text: &str| {
        let result = parse::feed(&Document { bytes: text.as_bytes(), content_type: None, base: None });
        parse::report(&result)["error"].as_str().unwrap().to_owned()
    };
    assert!(told("<html>").starts_with("this is a web page, not a feed. Open the address in a browser"));
    assert!(told("<opml/>").contains("(OPML), not a feed. ") && told("<opml/>").contains("pressroll import"));
}

#[test]
fn a_broken_feed_is_never_called_something_else() {
    for (broken, entries) in [
        (format!("<!DOCTYPE html><rss version='2.0'><channel>{ITEM}</channel></rss>"), 1),
        (
            format!(
                "<!-- 404 Not Found -->\n<!-- <html> --><rss version='2.0'><channel>{ITEM}</channel></rss>"
            ),
            1,
        ),
        (
            format!(
                "<br />\n<b>Warning</b>: x in <b>feed.php</b><br />\n<rss><channel>{ITEM}</channel></rss>"
            ),
            1,
        ),
        (
            format!(
                "<html><head></head><body><rss version='2.0'><channel>{ITEM}</channel></rss></body></html>"
            ),
            1,
        ),
        (
            "<html><body><div><feed xmlns='http://www.w3.org/2005/Atom'><entry><title>One</title></entry></feed>".to_owned(),
            1,
        ),
        (format!("<rss version='2.0'><channel>{ITEM}<item><title>Tw"), 2),
        ("<rss version='2.0'><channel><title>Press</title>".to_owned(), 0),
        ("<rss version='2.0'>".to_owned(), 0),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><title>Press</title></feed>".to_owned(), 0),
        (format!("<channel>{ITEM}</channel>"), 1),
        (
            format!(
                "<rss><channel><description><html><body>x</body></html></description>{ITEM}</channel></rss>"
            ),
            1,
        ),
    ] {
        let feed = read(broken.as_bytes(), None).unwrap_or_else(|error| panic!("{error}: {broken}"));
        assert!(
            feed.drafts.len() <= entries && (entries == 0 || titles(&feed)[0] == "One"),
            "{broken}: {feed:?}"
        );
    }
    let cut = read(b"<?xml version='1.0'?><rss version=\"2.0\" xmlns:dc=\"http://pu", None);
    assert!(matches!(cut, Err(ParseError::Unreadable(_))), "{cut:?}");
    let cut = read(b"{\"version\": \"https://jsonfeed.org/version/1.1\", \"ti", None);
    assert!(matches!(cut, Err(ParseError::Unreadable(_))), "{cut:?}");
    let warned =
        read(format!("Warning: x\n<rss version='2.0'><channel>{ITEM}</channel></rss>").as_bytes(), None)
            .unwrap();
    assert_eq!(repaired(&warned, "text outside the root element"), 1);
}
