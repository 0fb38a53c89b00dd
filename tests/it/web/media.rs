//! Pictures over HTTP: signed addresses, header fields, and what stands in for what is not here.

use reqwest::Method;

use crate::support::{
    Folder, Site, eventually,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

/// A picture of one colour as PNG.
fn png(width: u32, height: u32) -> Vec<u8> {
    let image = image::RgbImage::from_pixel(width, height, image::Rgb([200, 90, 20]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A publisher of one entry with an image and a logo, and the configuration of a site over it.
async fn world(head: &str) -> (Publisher, String) {
    let publisher = Publisher::start().await;
    let (image, logo) = (publisher.url("/plant.png"), publisher.url("/logo.png"));
    let feed = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>\
         <description>d</description><image><url>{logo}</url><title>Acme</title><link>https://acme.example/</link></image>\
         <item><guid>https://acme.example/1</guid><title>Acme opens a plant</title><link>https://acme.example/1</link>\
         <pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate><enclosure url=\"{image}\" type=\"image/png\" length=\"9\"/>\
         <description>Text.</description></item></channel></rss>"
    );
    for path in ["/press.xml", "/copy.xml"] {
        let feed = feed.clone();
        publisher.serve(path, Script::document("application/rss+xml", feed).etag("\"1\""));
    }
    publisher.serve("/plant.png", Script::document("image/png", png(1_000, 500)));
    publisher.serve("/logo.png", Script::document("image/png", png(200, 200)));
    let config = format!(
        "version = 1\n{head}\n[[source]]\nid = \"acme\"\nurl = \"{}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         image_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\nlogo = \"{logo}\"\n",
        publisher.url("/press.xml")
    );
    (publisher, config)
}

/// The first column of the first row.
fn look(folder: &Folder, sql: &str) -> Option<String> {
    let file = rusqlite::Connection::open(folder.path().join("pressroll.db")).unwrap();
    file.query_row(sql, (), |row| row.get(0)).ok()
}

/// Where the picture of the entry stands, once it is kept.
async fn kept(site: &Site) -> String {
    let path = eventually("a picture", || async { look(&site.folder, "SELECT path FROM picture") }).await;
    format!("/media/{path}")
}

#[tokio::test]
async fn a_picture_comes_in_both_encodings_with_validators_and_a_policy_under_which_nothing_runs() {
    let (_publisher, config) = world("[server]\ncache_max = \"90s\"").await;
    let site = Site::start(&config);
    let place = kept(&site).await;
    for (file, kind, magic) in
        [("640.webp", "image/webp", &b"RIFF"[..]), ("320.jpg", "image/jpeg", &b"\xff\xd8\xff"[..])]
    {
        let path = format!("{place}/{file}");
        let answer = site.get(&path, &[]).await;
        assert_eq!((answer.status, answer.header("content-type").as_str()), (200, kind));
        assert!(answer.body.starts_with(magic));
        assert_eq!(answer.header("cache-control"), "public, max-age=45, stale-while-revalidate=45");
        assert_eq!(answer.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.headers.get("set-cookie").is_none());
        let tag = answer.header("etag");
        assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
        let again = site.get(&path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.clone()));
        let head = site.request(Method::HEAD, &path, &[]).await;
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, tag));
        assert_eq!(head.header("content-length"), answer.body.len().to_string());
    }
    assert_eq!(site.request(Method::POST, &format!("{place}/640.webp"), &[]).await.status, 405);
    let asked = site.request(Method::OPTIONS, &format!("{place}/640.webp"), &[]).await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin").as_str()), (204, "*"));
}

#[tokio::test]
async fn what_one_source_may_have_from_a_private_network_is_not_shown_for_another_that_names_it() {
    let (publisher, config) = world("").await;
    let feed = publisher.url("/copy.xml");
    // The other one is no less wanted, and names the same image and logo under the same addresses.
    let other = format!(
        "[[source]]\nid = \"other\"\nurl = \"{feed}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"other\"\ntitle = \"Other\"\nsources = [\"other\"]\n"
    );
    let site = Site::start(&format!("{}{other}", config.replace("logo = ", "# ")));
    let place = kept(&site).await;
    site.text_with("/brands/acme/feed.json", &[&place]).await;
    let tried = "SELECT pictures_error FROM entry WHERE source_id = 'other' AND pictures_error IS NOT NULL";
    let why = eventually("the other one to be refused", || async { look(&site.folder, tried) }).await;
    assert!(why.contains("plant.png"), "{why}");
    for path in ["/brands/other/feed.json", "/brands/other/widget?layout=cards"] {
        let text = site.text_with(path, &["Acme opens a plant"]).await;
        assert!(!text.contains("/media/"), "{text}");
    }
    let drawn = look(&site.folder, "SELECT path FROM logo WHERE path IS NOT NULL");
    assert_eq!(drawn, None, "nor is the logo that both name");
}

#[tokio::test]
async fn every_flipped_bit_of_an_address_is_forbidden() {
    let (_publisher, config) = world("").await;
    let site = Site::start(&config);
    let right = format!("{}/640.webp", kept(&site).await);
    let begins = "/media/".len();
    let mut tried = 0;
    for at in begins..right.len() {
        for bit in 0..7 {
            let mut bytes = right.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let wrong = String::from_utf8(bytes).unwrap();
            // What no address can hold never leaves a client, and a fragment is not sent.
            if !wrong.bytes().all(|it| it.is_ascii_graphic()) || wrong.contains('#') || wrong.contains('\\') {
                continue;
            }
            let answer = site.get(&wrong, &[]).await;
            assert_eq!(answer.status, 403, "{wrong}");
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
    for wrong in [
        right.to_uppercase(),
        format!("{right}/"),
        right.replace("640.", "641."),
        right.replace(".webp", ".png"),
        // As one flipped bit of a 7 makes it.
        right.replacen("/media/", "/media/?", 1),
        "/media/".to_owned(),
    ] {
        let wrong = wrong.replacen("/MEDIA/", "/media/", 1);
        assert_eq!(site.get(&wrong, &[]).await.status, 403, "{wrong}");
    }
    let told = site.get(&format!("{right}x"), &[]).await;
    assert_eq!(told.header("content-type"), "application/problem+json");
    assert_eq!(told.header("cache-control"), "no-store");
    assert_eq!(site.get(&right, &[]).await.status, 200);
}

#[tokio::test]
async fn what_is_not_here_is_a_quiet_shape_until_it_has_been_fetched_again() {
    let (publisher, config) = world("[site]\npublic_url = \"https://www.example.com/press\"").await;
    let mut site = Site::start(&config);
    let path = format!("/press{}/640.webp", kept(&site).await);
    let before = site.get(&path, &[]).await;
    assert_eq!(before.status, 200, "also below the path of a public address");
    site.terminate();
    publisher.serve("/plant.png", Script::status(404));
    std::fs::remove_dir_all(site.folder.path().join("media")).unwrap();
    site.start_again();
    let answer = site.get(&path, &[]).await;
    assert_eq!((answer.status, answer.header("content-type").as_str()), (404, "image/webp"));
    assert!(answer.body.starts_with(b"RIFF") && answer.body != before.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    site.terminate();
    publisher.serve("/plant.png", Script::document("image/png", png(1_000, 500)));
    site.start_again();
    let again = eventually("the picture", || async {
        let answer = site.get(&path, &[]).await;
        (answer.status == 200).then_some(answer)
    });
    assert_eq!(again.await.header("etag"), before.header("etag"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetch_waits_for_images_and_status_says_how_they_do() {
    let (publisher, config) = world("").await;
    let folder = Folder::new();
    folder.write("feeds.toml", &config);
    let fetched = run(folder.path(), &["fetch", "--explain"]);
    assert!(fetched.status.success(), "{}", stderr(&fetched));
    assert!(stdout(&fetched).contains("pictures: 1 kept"), "{}", stdout(&fetched));
    let status = run(folder.path(), &["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&stdout(&status)).unwrap();
    assert_eq!(status["sources"][0]["pictures"]["kept"], 1);
    assert!(folder.path().join("media").is_dir());
    assert_eq!(look(&folder, "SELECT COUNT(*) || '' FROM logo WHERE path IS NOT NULL").as_deref(), Some("1"));
    let asked = publisher.requests().iter().filter(|it| it.path.ends_with(".png")).count();
    assert_eq!(asked, 2, "the image and the logo, each once");
}
