//! Images as publishers send them: over real HTTP, through the guard, within their bounds.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use pressroll::{
    fetch::{FetchError, Fetcher, Limits, Settings},
    media::{MediaError, PictureId, Size},
    model::source::Network,
};
use url::Url;

use super::{gallery, jpeg};
use crate::support::{
    Folder,
    publisher::{Publisher, Script},
};

const LOOPBACK: &str = "127.0.0.0/8";

fn fetcher(limits: Limits) -> Fetcher {
    let user_agent = "pressroll/0.1 (+https://example.com/about)".to_owned();
    let settings = Settings { user_agent, reader_version: 1, limits, proxy: None, roots: Vec::new() };
    Fetcher::new(settings, super::clock()).unwrap()
}

fn networks(texts: &[&str]) -> Vec<Network> {
    texts.iter().map(|it| Network::parse(it).unwrap()).collect()
}

async fn sent(url: &Url) -> Result<Bytes, FetchError> {
    fetcher(Limits::default()).picture(url, &networks(&[LOOPBACK])).await
}

#[tokio::test]
async fn an_image_comes_as_it_is_whatever_its_server_calls_it() {
    let publisher = Publisher::start().await;
    let file = jpeg(400, 300);
    publisher.serve("/a.svg", Script::document("text/html", file.clone()));
    assert_eq!(sent(&publisher.url("/a.svg")).await.unwrap(), file);
    let request = publisher.requests().pop().unwrap();
    for name in ["cookie", "referer", "authorization", "if-none-match", "origin"] {
        assert_eq!(request.header(name), None, "{name}");
    }
    assert!(request.header("accept").unwrap().contains("image/"));
}

#[tokio::test]
async fn a_login_in_an_images_address_is_not_sent() {
    let publisher = Publisher::start().await;
    publisher.serve("/a.jpg", Script::document("image/jpeg", "bytes"));
    let mut url = publisher.url("/a.jpg");
    url.set_username("reader").unwrap();
    url.set_password(Some("secret")).unwrap();
    sent(&url).await.unwrap();
    assert_eq!(publisher.requests()[0].header("authorization"), None);
}

#[tokio::test]
async fn redirects_are_followed_and_each_step_meets_the_guard() {
    let publisher = Publisher::start().await;
    let other = Publisher::start_at("127.0.0.2:0").await;
    publisher.serve("/moved", Script::redirect(302, "/image"));
    publisher.serve("/image", Script::document("image/jpeg", "bytes"));
    publisher.serve("/away", Script::redirect(301, other.url("/image").as_str()));
    publisher.serve("/circle", Script::redirect(302, "/circle"));
    publisher.serve("/file", Script::redirect(302, "file:///etc/passwd"));
    publisher.serve("/metadata", Script::redirect(302, "http://169.254.169.254/latest/meta-data/"));
    other.serve("/image", Script::document("image/jpeg", "from elsewhere"));
    assert_eq!(sent(&publisher.url("/moved")).await.unwrap(), "bytes");
    // Allowed networks hold at every step.
    assert_eq!(sent(&publisher.url("/away")).await.unwrap(), "from elsewhere");
    let here = networks(&["127.0.0.1/32"]);
    let refused = fetcher(Limits::default()).picture(&publisher.url("/away"), &here).await;
    assert!(matches!(refused, Err(FetchError::Forbidden { .. })), "{refused:?}");
    assert_eq!(other.connections(), 1, "whom the guard refuses is not connected to");
    for (path, class) in
        [("/circle", "too-many-redirects"), ("/file", "bad-redirect"), ("/metadata", "forbidden")]
    {
        assert_eq!(sent(&publisher.url(path)).await.unwrap_err().class(), class, "{path}");
    }
}

#[tokio::test]
async fn private_addresses_are_refused_and_nothing_is_asked() {
    let publisher = Publisher::start().await;
    publisher.serve("/a.jpg", Script::document("image/jpeg", "bytes"));
    let port = publisher.address().port();
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let url = Url::parse(&format!("http://{host}:{port}/a.jpg")).unwrap();
        let refused = fetcher(Limits::default()).picture(&url, &[]).await.unwrap_err();
        assert!(matches!(refused, FetchError::Forbidden { .. }), "{host}: {refused}");
        assert!(refused.to_string().contains("image_networks"), "{refused}");
    }
    assert_eq!(publisher.connections(), 0);
}

#[tokio::test]
async fn five_mebibytes_come_and_one_byte_more_does_not() {
    let publisher = Publisher::start().await;
    let most = 5 << 20;
    publisher.serve("/most", Script::bare(200, vec![7; most]));
    publisher.serve("/more", Script::bare(200, vec![7; most + 1]));
    publisher.serve("/endless", Script::endless(vec![7; 65_536]));
    publisher.serve("/bomb", Script::gzip_bomb(most + 1));
    publisher.serve("/packed", Script::bare(200, vec![7; most]).gzipped());
    assert_eq!(sent(&publisher.url("/most")).await.unwrap().len(), most);
    assert_eq!(sent(&publisher.url("/packed")).await.unwrap().len(), most);
    for path in ["/more", "/endless", "/bomb"] {
        let error = sent(&publisher.url(path)).await.unwrap_err();
        assert_eq!(error, FetchError::TooLarge { limit_bytes: most as u64 }, "{path}");
        assert!(!MediaError::from(error).is_passing());
    }
}

#[tokio::test]
async fn a_slow_drip_a_cut_and_silence_are_errors_that_pass() {
    let publisher = Publisher::start().await;
    publisher.serve("/drip", Script::drip(vec![7; 4_000], Duration::from_millis(20)));
    publisher.serve("/cut", Script::cut(vec![7; 4_000], 400));
    publisher.serve("/silent", Script::silent());
    publisher.serve("/trouble", Script::status(503));
    let hasty = fetcher(Limits { timeout: Duration::from_millis(300), ..Limits::default() });
    for (path, class) in
        [("/drip", "timeout"), ("/cut", "cut"), ("/silent", "timeout"), ("/trouble", "status-503")]
    {
        let error = hasty.picture(&publisher.url(path), &networks(&[LOOPBACK])).await.unwrap_err();
        assert_eq!(error.class(), class, "{path}: {error}");
        assert!(MediaError::from(error).is_passing(), "{path}");
    }
    let gone = sent(&publisher.url("/nowhere")).await.unwrap_err();
    assert!(!MediaError::from(gone).is_passing());
}

#[tokio::test]
async fn an_image_is_collected_once_and_served_without_a_connection() {
    let (folder, publisher) = (Folder::new(), Publisher::start().await);
    publisher.serve("/a.jpg", Script::document("image/jpeg", jpeg(800, 500)));
    let (gallery, fetcher) = (gallery(folder.path()), fetcher(Limits::default()));
    let (url, allowed) = (publisher.url("/a.jpg"), Arc::new(networks(&[LOOPBACK])));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (gallery, fetcher) = (gallery.clone(), fetcher.clone());
        let (url, allowed) = (url.clone(), allowed.clone());
        tasks.spawn(async move { gallery.collect(&fetcher, &url, &allowed).await });
    }
    let wanted = (PictureId::of(url.as_str(), &allowed), Size { width: 800, height: 500 });
    for done in tasks.join_all().await {
        assert_eq!(done, Ok(wanted));
    }
    assert_eq!(publisher.requests().len(), 1);
    drop(publisher);
    assert_eq!(gallery.collect(&fetcher, &url, &allowed).await, Ok(wanted));
    for encoding in pressroll::model::picture::Encoding::ALL {
        assert!(gallery.read(&wanted.0, 640, encoding).await.is_some());
    }
}

#[tokio::test]
async fn what_is_refused_is_refused_to_everybody_and_nothing_is_kept() {
    let (folder, publisher) = (Folder::new(), Publisher::start().await);
    publisher.serve("/a.png", Script::document("image/png", "<svg onload=\"alert(1)\"/>"));
    let (gallery, fetcher) = (gallery(folder.path()), fetcher(Limits::default()));
    let (url, allowed) = (publisher.url("/a.png"), networks(&[LOOPBACK]));
    let (one, other) =
        tokio::join!(gallery.collect(&fetcher, &url, &allowed), gallery.collect(&fetcher, &url, &allowed));
    let (one, other) = (one.unwrap_err(), other.unwrap_err());
    assert!(matches!(one, MediaError::NotAnImage { .. }), "{one}");
    assert_eq!(one, other);
    assert_eq!(gallery.kept(), (0, 0));
    // Once it is an image, it is kept: a refusal is not remembered here.
    publisher.serve("/a.png", Script::document("image/png", super::png(60, 40)));
    assert!(gallery.collect(&fetcher, &url, &allowed).await.is_ok());
}
