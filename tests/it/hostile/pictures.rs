//! Files: what is shown of each, and that nothing of what it holds beside its pixels comes back.

use std::{collections::BTreeMap, time::Duration};

use image::{ImageFormat, ImageReader};

use super::files::{self, MARKS, Sent};
use crate::support::{
    Answer, Site, eventually,
    publisher::{Publisher, Script},
    within,
};

/// Decoding so many images in a debug build takes its time.
const PATIENCE: Duration = Duration::from_secs(120);

/// Memory that the process may take for all of them: what decoding may, and half as much for everything else.
const MEMORY_KIB_MAX: u64 = 384 << 10;

/// A feed with one release for each image.
pub(super) fn feed(addresses: &[String]) -> String {
    let items: String = addresses
        .iter()
        .enumerate()
        .map(|(at, address)| {
            format!(
                "<item><guid isPermaLink=\"false\">g{at}</guid><title>Release {at}</title>\
                 <link>https://acme.example/{at}</link><pubDate>Mon, 02 Nov 2026 09:{:02}:00 GMT</pubDate>\
                 <description>Words of release {at}.</description>\
                 <enclosure url=\"{address}\" type=\"image/jpeg\" length=\"1\"/></item>",
                at % 60
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Acme press</title>\
         <link>https://acme.example/</link><description>d</description>{items}</channel></rss>"
    )
}

/// A site over the publisher's feed; `more` are further lines of the source.
pub(super) fn site(publisher: &Publisher, more: &str) -> Site {
    let url = publisher.url("/feed.xml");
    Site::start(&format!(
        "version = 1\n[fetch]\ntimeout = \"3s\"\n[[source]]\nid = \"acme\"\nurl = \"{url}\"\n\
         allow_networks = [\"127.0.0.0/8\"]\n{more}\n[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\n\
         sources = [\"acme\"]\nlimit = 200\n"
    ))
}

/// What the site has kept: path and size by the publisher's address.
pub(super) fn kept(site: &Site) -> BTreeMap<String, (String, u32, u32)> {
    let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    let mut rows = store.prepare("SELECT address, path, width, height FROM picture").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Waits until nothing is due any more of `entries`: what was refused for now has said why.
pub(super) async fn settled(site: &Site, entries: usize) {
    within(PATIENCE, "all images to be settled", || async {
        let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
        let sql = "SELECT count(*) FROM entry WHERE pictured_ms IS NOT NULL";
        let settled: i64 = store.query_row(sql, [], |row| row.get(0)).unwrap();
        (settled >= i64::try_from(entries).unwrap()).then_some(())
    })
    .await;
}

/// Why entries show no image, by the number of the release.
pub(super) fn reasons(site: &Site) -> BTreeMap<String, String> {
    let store = rusqlite::Connection::open(site.folder.path().join("pressroll.db")).unwrap();
    let sql = "SELECT title, coalesce(pictures_error, '') FROM entry WHERE pictures_error IS NOT NULL";
    let mut rows = store.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The width and height of a rendition, which must be what it is called and nothing else.
fn size(answer: &Answer, extension: &str, name: &str) -> (u32, u32) {
    assert_eq!(answer.status, 200, "{name}");
    let (format, media_type) = match extension {
        "webp" => (ImageFormat::WebP, "image/webp"),
        _ => (ImageFormat::Jpeg, "image/jpeg"),
    };
    assert_eq!(answer.header("content-type"), media_type, "{name}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
    assert!(answer.header("content-security-policy").starts_with("sandbox"), "{name}");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{name}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{name}");
    assert_eq!(image::guess_format(&answer.body).unwrap(), format, "{name}");
    for mark in MARKS {
        let found = answer.body.windows(mark.len()).any(|it| it == mark);
        assert!(!found, "{name} still holds {:?}", String::from_utf8_lossy(mark));
    }
    let decoded = ImageReader::with_format(std::io::Cursor::new(&answer.body), format).decode().unwrap();
    (decoded.width(), decoded.height())
}

fn serve(publisher: &Publisher, files: &[Sent]) -> Vec<String> {
    let serve = |(name, bytes, media_type, _): &Sent| {
        let path = format!("/{name}");
        publisher.serve(&path, Script::document(media_type, bytes.clone()));
        publisher.url(&path).to_string()
    };
    files.iter().map(serve).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pixels_come_back_of_images_and_nothing_of_what_is_none() {
    let publisher = Publisher::start().await;
    let (good, bad) = (files::kept(), files::refused());
    let addresses = [serve(&publisher, &good), serve(&publisher, &bad)].concat();
    publisher.serve("/feed.xml", Script::document("application/rss+xml", feed(&addresses)));
    let mut site = site(&publisher, "image_networks = [\"127.0.0.0/8\"]");
    settled(&site, addresses.len()).await;

    let kept = kept(&site);
    for (name, ..) in &bad {
        assert!(!kept.contains_key(publisher.url(&format!("/{name}")).as_str()), "{name} is kept");
    }
    // Nothing of a bad image harms the releases beside it.
    let feed = site.text_with("/brands/acme/feed.rss", &["Release 0<", "Release 20<", "Release 36<"]).await;
    assert_eq!(feed.matches("<item>").count(), addresses.len());

    let memory_kib = site.memory_kib_max();
    assert!(memory_kib < MEMORY_KIB_MAX, "{memory_kib} KiB of memory were taken");

    site.terminate();
    let before = publisher.requests().len();
    drop(publisher);
    site.start_again();
    site.ready().await;
    for (name, _, _, expected) in &good {
        let address = addresses.iter().find(|it| it.ends_with(&format!("/{name}"))).unwrap();
        let (path, width, height) = kept.get(address).unwrap_or_else(|| panic!("{name} is not kept"));
        assert_eq!(Some((*width, *height)), *expected, "{name}");
        for extension in ["webp", "jpg"] {
            let answer = site.get(&format!("/media/{path}/320.{extension}"), &[]).await;
            let (wide, tall) = size(&answer, extension, name);
            assert_eq!(wide, 320, "{name}");
            assert_eq!(wide > tall, width > height, "{name} is not turned as it is meant to be seen");
        }
    }
    assert!(before >= addresses.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_with_one_flipped_bit_is_forbidden_and_asks_nobody() {
    let publisher = Publisher::start().await;
    let addresses = serve(&publisher, &[("fine.png", files::png(700, 400), "image/png", None)]);
    publisher.serve("/feed.xml", Script::document("application/rss+xml", feed(&addresses)));
    let site = site(&publisher, "image_networks = [\"127.0.0.0/8\"]");
    let path = eventually("the picture", || async { kept(&site).into_values().next() }).await.0;
    let asked = publisher.requests_for("/fine.png").len();
    let good = format!("/media/{path}/320.webp");
    assert_eq!(site.get(&good, &[]).await.status, 200);

    let mut tried = 0;
    for at in "/media/".len()..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            // Whatever is no character of a path goes as its escape; "." and "/" would make another path of it.
            let Ok(path) = String::from_utf8(bytes) else { continue };
            let changed = path.as_bytes()[at];
            if !changed.is_ascii_graphic() || matches!(changed, b'?' | b'#' | b'%' | b'/' | b'\\') {
                continue;
            }
            let status = site.get(&path, &[]).await.status;
            // Another width is an address of ours, too; one flipped bit makes none of the three.
            assert_eq!(status, 403, "{path}");
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
    for odd in [
        "320.WEBP",
        "0320.webp",
        "320.webp.jpg",
        "320.png",
        "321.webp",
        "-320.webp",
        "320.webp/",
        "320",
        ".webp",
        "320.webp%00",
        "320.webp;x",
    ] {
        assert_eq!(site.get(&format!("/media/{path}/{odd}"), &[]).await.status, 403, "{odd}");
    }
    for odd in [
        "/media/",
        "/media/x",
        "/media/x/y/320.webp",
        "/media/../feeds.toml",
        "/media/%2e%2e/%2e%2e/feeds.toml",
        "/media//320.webp",
    ] {
        let status = site.get(odd, &[]).await.status;
        assert!(matches!(status, 403 | 404), "{odd}: {status}");
    }
    assert_eq!(site.get(&format!("/media/{}/320.webp", path.to_uppercase()), &[]).await.status, 403);
    assert_eq!(publisher.requests_for("/fine.png").len(), asked, "serving asked the publisher");
}
