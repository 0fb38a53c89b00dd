//! Images of entries, fetched beside the rounds: what is kept, what is tried again, what goes, and what nodes do for
//! themselves.

mod nodes;

use std::{sync::Arc, time::Duration};

use pressroll::{
    ingest::{Ask, PictureLimits, Pictures, Round, Terms, Wanted},
    media::{Gallery, Limits, PictureId, Seal},
    model::{Encoding, Kept, source::Network},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{HOUR_MS, Setting, World};
use crate::support::{
    eventually,
    publisher::{Publisher, Script},
};

/// Images may come from this machine.
const KEYS: &str = "image_networks = [\"127.0.0.0/8\"]";
const NO_HURRY: Duration = Duration::from_secs(20);

/// A picture of one colour as PNG.
fn png(width: u32, height: u32) -> Vec<u8> {
    let image = image::RgbImage::from_pixel(width, height, image::Rgb([20, 90, 160]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What a picture is called that may come from this machine.
fn named(address: &str) -> PictureId {
    PictureId::of(address, &[Network::parse("127.0.0.0/8").unwrap()])
}

/// A document of entries, each a guid and the addresses of its images, and of guids that were taken back.
fn atom(entries: &[(&str, Vec<String>)], gone: &[&str]) -> String {
    let entry = |(at, (guid, images)): (usize, &(&str, Vec<String>))| {
        let images: String = images
            .iter()
            .map(|it| format!("<link rel=\"enclosure\" type=\"image/png\" href=\"{it}\"/>"))
            .collect();
        format!(
            "<entry><id>{guid}</id><title>About {guid}</title><link href=\"https://acme.example/{guid}\"/>\
             <updated>2026-10-26T09:00:{at:02}Z</updated>{images}<summary>News of {guid}.</summary></entry>"
        )
    };
    let gone: String = gone
        .iter()
        .map(|it| format!("<at:deleted-entry ref=\"{it}\" when=\"2026-10-27T09:00:00Z\"/>"))
        .collect();
    let entries: String = entries.iter().enumerate().map(entry).collect();
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">\
         <title>Acme</title><id>urn:acme</id>{gone}{entries}</feed>"
    )
}

/// A node of a world, with a folder of images of its own.
struct Node {
    world: World,
    gallery: Gallery,
    pictures: Arc<Pictures>,
}

impl Node {
    async fn new() -> Self {
        Self::of(World::with(Setting { keys: KEYS, ..Setting::default() }).await, "one")
    }

    fn of(world: World, name: &str) -> Self {
        Self::within(world, name, Limits::default(), PictureLimits::default())
    }

    fn within(world: World, name: &str, limits: Limits, of_pictures: PictureLimits) -> Self {
        let folder = world.folder.path().join(format!("media-{name}"));
        let gallery = Gallery::open(&folder, limits, world.clock()).unwrap();
        let (ingest, seal) = (Arc::clone(&world.ingest), Seal::new("secret"));
        let pictures = Arc::new(Pictures::new(ingest, gallery.clone(), seal, of_pictures));
        Self { world, gallery, pictures }
    }

    async fn beside(&self) -> Self {
        Self::of(self.world.beside("two").await, "two")
    }

    /// One round over these entries; none of their images is fetched by it.
    async fn round(&self, entries: &[(&str, Vec<String>)], gone: &[&str]) {
        self.world.pass(HOUR_MS);
        let document = format!("{}<!-- {} -->", atom(entries, gone), self.world.now_ms());
        self.world.publisher.serve("/press.xml", Script::document("application/atom+xml", document));
        let round = self.world.ingest.round(&self.world.source, Ask::Now).await.unwrap();
        assert!(matches!(round, Round::Kept { .. }), "{round:?}");
    }

    /// Fetches what is due now.
    async fn collect(&self) {
        let sources = [self.world.source.id.clone()];
        self.pictures.collect(sources, NO_HURRY, |_, _| ()).await.unwrap();
    }

    fn image(&self, name: &str, script: Script) -> String {
        let path = format!("/{name}.png");
        self.world.publisher.serve(&path, script);
        self.world.publisher.url(&path).to_string()
    }

    fn good(&self, name: &str) -> String {
        self.image(name, Script::document("image/png", png(800, 600)))
    }

    /// How often an image was asked for.
    fn asked(&self, name: &str) -> usize {
        let path = format!("/{name}.png");
        self.world.publisher.requests().iter().filter(|it| it.path == path).count()
    }

    async fn kept(&self, guid: &str) -> Kept {
        let all = self.world.kept().await.into_iter();
        all.into_iter().find(|it| it.entry.identity.guid.as_deref() == Some(guid)).unwrap()
    }

    async fn has(&self, address: &str) -> bool {
        let bytes = self.gallery.read(&named(address), 640, Encoding::Webp).await;
        bytes.is_some_and(|it| it.starts_with(b"RIFF"))
    }

    /// Runs the worker until what is returned is dropped.
    fn running(&self) -> (JoinSet<()>, tokio_util::sync::DropGuard) {
        let shutdown = CancellationToken::new();
        let mut running = JoinSet::new();
        running.spawn(Arc::clone(&self.pictures).run(shutdown.clone()));
        (running, shutdown.drop_guard())
    }
}

#[tokio::test]
async fn images_of_new_entries_are_kept_with_their_sizes_and_one_stands_for_the_entry() {
    let node = Node::new().await;
    let tiny = node.image("tiny", Script::document("image/png", png(40, 40)));
    let (first, second) = (node.good("first"), node.good("second"));
    node.round(&[("a", vec![tiny.clone(), first.clone(), second.clone()]), ("b", Vec::new())], &[]).await;
    assert_eq!(node.asked("first"), 0, "a round fetches no image");
    assert_eq!(node.kept("a").await.lead, None);
    node.collect().await;
    let kept = node.kept("a").await;
    let lead = kept.lead.unwrap();
    assert_eq!((lead.address.as_str(), lead.width, lead.height), (first.as_str(), 800, 600));
    assert!(kept.pictures.iter().any(|it| it.address == second));
    assert!(node.has(&first).await && node.has(&second).await);
    let (signature, id) = lead.path.split_once('/').unwrap();
    assert_eq!(node.pictures.opens(signature, id), Some(named(&first)));
    assert_eq!(node.kept("b").await.pictures, []);
    node.collect().await;
    assert_eq!(node.asked("first"), 1, "what is done is done");
}

#[tokio::test]
async fn what_may_come_later_is_asked_for_again_a_few_times_and_what_is_no_image_never() {
    let node = Node::new().await;
    let late = Script::in_turn([Script::status(503), Script::document("image/png", png(300, 300))]);
    let (late, good) = (node.image("late", late), node.good("good"));
    let gone = node.image("gone", Script::status(404));
    let fake = node.image("fake", Script::document("image/png", "<svg/>"));
    node.round(&[("a", vec![late.clone(), good.clone()]), ("b", vec![gone]), ("d", vec![fake])], &[]).await;
    node.collect().await;
    assert_eq!(node.kept("a").await.lead.unwrap().address, good, "what came is shown meanwhile");
    let counts = node.world.store.count_pictures().await.unwrap();
    let count = counts[&node.world.source.id].clone();
    assert_eq!((count.kept, count.failed), (1, 3));
    assert!(count.error.is_some_and(|it| it.contains(".png")));
    node.world.pass(4 * 60_000);
    node.collect().await;
    assert_eq!(node.asked("late"), 1, "not that soon");
    node.world.pass(2 * 60_000);
    node.collect().await;
    assert_eq!((node.asked("late"), node.asked("gone"), node.asked("fake")), (2, 2, 1));
    assert_eq!(node.kept("a").await.lead.unwrap().address, late, "it was preferred");

    let never = node.image("never", Script::status(503));
    node.round(&[("c", vec![never])], &[]).await;
    for _ in 0..8 {
        node.collect().await;
        node.world.pass(24 * HOUR_MS);
    }
    let tries = "SELECT pictures_failures, pictures_due_ms FROM entry WHERE guid = 'c'";
    assert_eq!(node.world.rows(tries), ["Integer(5) Null"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_never_answers_holds_no_other_back() {
    let node = Node::new().await;
    let dead = Publisher::start().await;
    let silent = |n: usize| {
        dead.serve(&format!("/{n}.png"), Script::silent());
        dead.url(&format!("/{n}.png")).to_string()
    };
    let mut entries: Vec<(String, Vec<String>)> =
        (0..10).map(|n| (format!("dead-{n}"), vec![silent(n)])).collect();
    entries.insert(0, ("alive".to_owned(), vec![node.good("alive")]));
    let entries: Vec<(&str, Vec<String>)> =
        entries.iter().map(|(guid, images)| (guid.as_str(), images.clone())).collect();
    node.round(&entries, &[]).await;
    let (_running, _until) = node.running();
    eventually("the picture of the host that answers", || async { node.kept("alive").await.lead }).await;
    assert!(dead.requests().len() <= 2, "no more than two at a time at one host");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_publication_shows_is_not_fetched_and_is_lined_up_once_one_does() {
    let node = Node::new().await;
    let terms = node.world.terms.clone();
    node.world.ingest.take(Terms { images: Arc::new(Wanted::default()), ..terms.clone() });
    let good = node.good("good");
    node.round(&[("a", vec![good.clone()])], &[]).await;
    node.collect().await;
    assert_eq!(node.asked("good"), 0);
    node.world.ingest.take(terms);
    node.collect().await;
    assert_eq!(node.kept("a").await.lead.unwrap().address, good);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_go_when_nobody_wants_them_and_come_again_also_over_restarts() {
    let node = Node::new().await;
    let good = node.good("good");
    node.round(&[("a", vec![good.clone()])], &[]).await;
    node.collect().await;
    assert!(node.has(&good).await);
    let wants = |node: &Node, is_wanted: bool| {
        let terms = node.world.terms.clone();
        let images = if is_wanted { Arc::clone(&terms.images) } else { Arc::default() };
        node.world.ingest.take(Terms { images, ..terms });
    };
    // Another process stands for the one that starts again: it remembers nothing but the store.
    let again = node.beside().await;
    wants(&again, false);
    let running = again.running();
    let entry = || async { node.kept("a").await };
    eventually("the picture to go", || async { entry().await.pictures.is_empty().then_some(()) }).await;
    drop(running);
    let (_running, _until) = node.running();
    eventually("the picture to come again", || async { entry().await.lead }).await;
    wants(&node, false);
    eventually("it to go from the folder", || async { (!node.has(&good).await).then_some(()) }).await;
}

#[tokio::test]
async fn a_film_alone_is_reason_enough_to_look_for_a_still() {
    let node = Node::new().await;
    let film = "https://www.youtube.com/embed/abcdefghijk";
    let document = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Acme</title><id>urn:acme</id><entry><id>a</id><title>A</title>\
         <link href=\"https://acme.example/a\"/><updated>2026-10-26T09:00:00Z</updated>\
         <content type=\"html\">&lt;p&gt;See.&lt;/p&gt;&lt;iframe src='{film}'&gt;&lt;/iframe&gt;</content></entry></feed>"
    );
    node.world.publisher.serve("/press.xml", Script::document("application/atom+xml", document));
    node.world.ingest.round(&node.world.source, Ask::Now).await.unwrap();
    assert_eq!(node.world.store.due_pictures(node.world.now_ms()).await.unwrap().len(), 1);
}
