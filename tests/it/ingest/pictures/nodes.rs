//! What nodes do for their own folders, and what becomes of their work when they stop.

use std::sync::Arc;

use pressroll::{
    ingest::PictureLimits,
    media::{Gallery, Limits},
    model::Encoding,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::Notify,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{Node, named, png};
use crate::support::{eventually, publisher::Script};

/// A host that gives an image at once when it is first asked for, and the next time when it is let go.
struct Held {
    address: String,
    asked: Arc<Notify>,
    open: Arc<Notify>,
    _serving: JoinSet<()>,
}

impl Held {
    async fn start(image: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/held.png", listener.local_addr().unwrap());
        let (asked, open): (Arc<Notify>, Arc<Notify>) = Default::default();
        let mut serving = JoinSet::new();
        let (tell, wait) = (Arc::clone(&asked), Arc::clone(&open));
        serving.spawn(async move {
            for time in 1.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = [0; 4_096];
                assert!(stream.read(&mut head).await.unwrap() > 0);
                if time == 2 {
                    tell.notify_one();
                    wait.notified().await;
                }
                let length = image.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
                stream.write_all(&[head.as_bytes(), &image].concat()).await.unwrap();
            }
        });
        Self { address, asked, open, _serving: serving }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_node_fetches_what_others_have_kept_and_loses_what_is_withdrawn() {
    let one = Node::new().await;
    let (shared, own) = (one.good("shared"), one.good("own"));
    let entries = [("a", vec![shared.clone(), own.clone()]), ("b", vec![shared.clone()])];
    one.round(&entries, &[]).await;
    one.collect().await;
    let two = one.beside().await;
    let _running = [one.running(), two.running()];
    eventually("both pictures on the other node", || async {
        (two.has(&shared).await && two.has(&own).await).then_some(())
    })
    .await;
    assert_eq!(one.asked("own"), 2, "once by each");
    one.round(&entries, &["a"]).await;
    for node in [&one, &two] {
        eventually("the withdrawn picture to go", || async { (!node.has(&own).await).then_some(()) }).await;
        assert!(node.has(&shared).await, "another entry shows it");
    }
    assert_eq!(one.kept("a").await.pictures, []);
    assert!(one.kept("b").await.lead.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_goes_while_it_is_being_fetched_for_a_node_does_not_stay_there() {
    let one = Node::new().await;
    let held = Held::start(png(800, 600)).await;
    let (early, other) = (one.good("early"), one.good("other"));
    let entries = [("a", vec![held.address.clone(), early.clone()]), ("b", vec![other.clone()])];
    one.round(&entries, &[]).await;
    one.collect().await;
    let one_by_one = PictureLimits { in_hand_max: 8, ..PictureLimits::default() };
    let two = Node::within(one.world.beside("two").await, "two", Limits::default(), one_by_one);
    two.gallery.take(named(&early), png(800, 600).into()).await.unwrap();
    let _running = two.running();
    held.asked.notified().await;
    one.round(&entries, &["a"]).await;
    eventually("what is here to go", || async { (!two.has(&early).await).then_some(()) }).await;
    held.open.notify_one();
    // They are fetched one after the other: when this one is here, the one before it is done.
    two.gallery.remove(&named(&other)).await.unwrap();
    let read = || async { two.pictures.read(&named(&other), 640, Encoding::Webp).await };
    eventually("the next to be fetched", read).await;
    assert!(!two.has(&held.address).await, "it was taken back while it came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_reader_misses_is_fetched_once_more_and_a_restart_needs_no_publisher() {
    let node = Node::new().await;
    let good = node.good("good");
    node.round(&[("a", vec![good.clone()])], &[]).await;
    node.collect().await;
    let id = named(&good);
    node.gallery.remove(&id).await.unwrap();
    let (_running, _until) = node.running();
    let read = || async { node.pictures.read(&id, 640, Encoding::Webp).await };
    eventually("the picture to come back", read).await;
    node.world.publisher.serve("/good.png", Script::status(500));
    let asked = node.asked("good");
    let folder = node.world.folder.path().join("media-one");
    let again = Gallery::open(&folder, Limits::default(), node.world.clock()).unwrap();
    assert!(again.read(&id, 640, Encoding::Jpeg).await.is_some());
    assert_eq!(node.asked("good"), asked);
    let stranger = named("https://acme.example/never-shown.png");
    assert!(node.pictures.read(&stranger, 640, Encoding::Webp).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stopping_node_had_begun_is_free_for_others_at_once() {
    let node = Node::new().await;
    let slow = node.image("slow", Script::silent());
    node.round(&[("a", vec![slow])], &[]).await;
    let shutdown = CancellationToken::new();
    let mut running = JoinSet::new();
    running.spawn(Arc::clone(&node.pictures).run(shutdown.clone()));
    eventually("the image to be asked for", || async { (node.asked("slow") == 1).then_some(()) }).await;
    assert!(node.world.store.due_pictures(node.world.now_ms()).await.unwrap().is_empty(), "it is claimed");
    shutdown.cancel();
    running.join_all().await;
    assert_eq!(node.world.store.due_pictures(node.world.now_ms()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_fetched_once_more_pushes_nothing_out_until_a_reader_misses_it() {
    let one = Node::new().await;
    let images = ["first", "second", "third"].map(|it| one.good(it));
    let entries: Vec<(&str, Vec<String>)> =
        ["a", "b", "c"].into_iter().zip(images.iter().map(|it| vec![it.clone()])).collect();
    one.round(&entries, &[]).await;
    one.collect().await;
    let (count, bytes) = one.gallery.kept();
    assert_eq!(count, 3);
    // There is room for one picture, and hardly more.
    let limits = Limits { disk_bytes_max: bytes / 3 + bytes / 60, ..Limits::default() };
    let one_by_one = PictureLimits { in_hand_max: 8, ..PictureLimits::default() };
    let small = Node::within(one.world.beside("small").await, "small", limits, one_by_one);
    let _running = small.running();
    let first = || async {
        for image in &images {
            if small.has(image).await {
                return Some(image.clone());
            }
        }
        None
    };
    let kept = eventually("one of them", first).await;
    let missed = images.iter().find(|it| **it != kept).unwrap();
    // The next survey finds the folder full: what it finds there is still what came first.
    small.world.pass(PictureLimits::default().survey_ms + 1);
    assert!(small.pictures.read(&named(missed), 640, Encoding::Webp).await.is_none());
    let read = || async { small.pictures.read(&named(missed), 640, Encoding::Webp).await };
    eventually("what was missed", read).await;
    assert_eq!(small.gallery.kept().0, 1);
    let asked: usize = ["first", "second", "third"].map(|it| one.asked(it)).into_iter().sum();
    assert_eq!(asked, 3 + 2, "each once by the first, and by the other what it showed");
}
