//! From the store to the stand, under a clock of the test's own: what is printed, when, and what is put on record.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicUsize, Ordering},
};

use jiff::Timestamp;
use pressroll::{
    config::{self, Overrides},
    model::{
        Appearance, CleanHtml, Clock, Entry, EntryId, Hash128, Identity, Kept, PlainText, PollState,
        PublicationPath, Site, SourceId,
    },
    publish::{Newsstand, Parts, Programme, Publish, Showing},
    store::{Arrival, Claim, Round, Schema, Store},
};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::support::{Folder, eventually};

const NOW: i64 = 1_793_610_000_000;
const HOUR: i64 = 3_600_000;

pub const BRANDS: &str = "version = 1\n\
    source = [{ id = \"acme\", url = \"https://acme.example/rss\" }, { id = \"wire\", url = \"https://wire.example/rss\" }]\n\
    [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n";
pub const WIRE: &str = "[[brand]]\nslug = \"wire\"\ntitle = \"Wire\"\nsources = [\"wire\"]\n";

/// A store, and a press over it.
pub struct World {
    pub folder: Folder,
    pub store: Store,
    now_ms: Arc<AtomicI64>,
    text: String,
}

/// A press at work.
pub struct Running {
    publish: Arc<Publish>,
    pub stand: Arc<Newsstand>,
    kept: Arc<Notify>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl World {
    pub async fn new(text: &str) -> Self {
        let folder = Folder::new();
        let store = Store::open("sqlite:press.db", folder.path(), "test", Schema::Update).await.unwrap();
        let urls =
            ["acme", "wire"].map(|it| (SourceId::new(it).unwrap(), format!("https://{it}.example/rss")));
        store.adopt(&urls, NOW).await.unwrap();
        Self { folder, store, now_ms: Arc::new(AtomicI64::new(NOW)), text: text.to_owned() }
    }

    fn clock(&self) -> Clock {
        let now_ms = Arc::clone(&self.now_ms);
        Arc::new(move || Timestamp::from_millisecond(now_ms.load(Ordering::Relaxed)).unwrap())
    }

    fn publish(&self, clock: Clock, kept: Arc<Notify>) -> Arc<Publish> {
        let (store, programme) = (self.store.clone(), programme(&self.text));
        Arc::new(Publish::new(Parts { store, programme, clock, kept }).unwrap())
    }

    pub async fn run(&self) -> Running {
        let (kept, shutdown) = (Arc::new(Notify::new()), CancellationToken::new());
        let publish = self.publish(self.clock(), Arc::clone(&kept));
        let stand = publish.stand();
        let task = TaskTracker::new().spawn(Arc::clone(&publish).run(shutdown.clone()));
        eventually("the stand", || async { stand.standing().is_complete.then_some(()) }).await;
        Running { publish, stand, kept, shutdown, task }
    }

    /// Keeps one entry for each of these titles and languages, each dated an hour before the one in front of it.
    pub async fn keep(&self, source: &str, entries: &[(&str, &str)]) -> Vec<EntryId> {
        let source = SourceId::new(source).unwrap();
        let ids = self.store.entry_ids(entries.len()).await.unwrap();
        let now_ms = self.now_ms.load(Ordering::Relaxed);
        let arrivals = ids.iter().zip(entries).enumerate().map(|(at, (id, (title, language)))| {
            let at_ms = now_ms - i64::try_from(at).unwrap() * HOUR;
            arrival(kept(*id, &source, (title, language), at_ms))
        });
        let arrivals = arrivals.collect();
        let state = PollState { next_at_ms: NOW + 1_000 * HOUR, has_history: true, ..PollState::default() };
        let url = format!("https://{source}.example/rss");
        let (source_id, until_ms) = (source.clone(), now_ms + HOUR);
        let claim = Claim { source: source_id, url, now_ms, until_ms, due_ms: i64::MAX };
        self.store.claim(&claim).await.unwrap().unwrap();
        self.store
            .keep(Round { source, state, arrivals, listed: Vec::new(), withdrawn: Vec::new() })
            .await
            .unwrap();
        ids
    }
}

/// What a configuration wants printed.
fn programme(text: &str) -> Programme {
    let config = config::parse("feeds.toml", text, &Overrides::default()).unwrap().config;
    let (site, sources, publications) = (Arc::new(config.site), config.sources, config.publications);
    Programme { site, sources, publications }
}

impl Running {
    pub fn showing(&self, path: &str) -> Arc<Showing> {
        Arc::clone(&self.stand.standing().showings[&PublicationPath::parse(path).unwrap()])
    }

    /// What a publication shows, once it is something else than `before`.
    pub async fn changed(&self, path: &str, before: &Arc<Showing>) -> Arc<Showing> {
        self.kept.notify_one();
        eventually("another edition", || async {
            let showing = self.showing(path);
            (!Arc::ptr_eq(&showing, before)).then_some(showing)
        })
        .await
    }

    /// Another configuration; gives the site that stands once all of it does.
    pub fn take(&self, text: &str) -> Arc<Site> {
        let programme = programme(text);
        let site = Arc::clone(&programme.site);
        self.publish.take(self.publish.compile(programme).unwrap());
        site
    }

    /// What a publication shows, once it stands.
    pub async fn first(&self, path: &str) -> Arc<Showing> {
        let path = PublicationPath::parse(path).unwrap();
        eventually("it to stand", || async { self.stand.standing().showings.get(&path).cloned() }).await
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
    }
}

fn kept(id: EntryId, source: &SourceId, (title, language): (&str, &str), at_ms: i64) -> Kept {
    let link = format!("https://{source}.example/{}", id.0);
    Kept {
        id,
        source: source.clone(),
        public_id: link.clone(),
        canonical: Some(link.clone()),
        order_ms: at_ms,
        tie: id.0,
        first_seen_ms: at_ms,
        visible_ms: at_ms,
        updated_ms: at_ms,
        entry: Entry {
            identity: Identity { guid: None, link: Some(link.clone()), content: format!("{:032x}", id.0) },
            title: PlainText::vouch(title.to_owned()),
            link: Some(link),
            published: None,
            updated: None,
            authors: Vec::new(),
            content: CleanHtml::vouch(format!("<p>About {title}</p>")),
            excerpt: PlainText::vouch(format!("About {title}")),
            categories: Vec::new(),
            media: Vec::new(),
            language: Some(language.to_owned()),
            origin: None,
            press: Default::default(),
        },
        withdrawn_ms: None,
        lead: None,
        pictures: Vec::new(),
    }
}

fn arrival(kept: Kept) -> Arrival {
    let identity = kept.public_id.clone();
    let raw_hash = Hash128::of(identity.as_bytes());
    Arrival {
        identity,
        title_key: kept.entry.title.to_string(),
        raw_hash,
        policy_version: 1,
        pictures_due_ms: None,
        kept,
    }
}

pub fn titles(showing: &Showing) -> Vec<String> {
    showing.shown.iter().map(|it| it.kept.entry.title.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_a_source_prints_anew_exactly_what_takes_it() {
    let world = World::new(&format!("{BRANDS}{WIRE}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    let press = world.run().await;
    let (acme, wire) = (press.showing("brands/acme"), press.showing("brands/wire"));
    assert_eq!((titles(&acme), titles(&wire)), (vec!["Steel".to_owned()], vec![]));
    world.keep("wire", &[("Copper", "en")]).await;
    let wire = press.changed("brands/wire", &wire).await;
    assert_eq!(titles(&wire), ["Copper"]);
    world.keep("acme", &[("Zinc", "en")]).await;
    let after = press.changed("brands/acme", &acme).await;
    assert_eq!(titles(&after), ["Zinc", "Steel"], "it stood untouched until now");
    for path in ["/feed.rss", "/feed.atom", "/feed.json", "/widget", ""] {
        let text = String::from_utf8(after.editions[path].identity.to_vec()).unwrap();
        assert!(text.contains("Zinc"), "all editions change together: {path}");
    }
    let [opml, before] = [&after, &acme].map(|it| it.editions["/opml"].br.as_ptr());
    assert_eq!(opml, before, "what says the same is not compressed again");
    assert!(Arc::ptr_eq(&press.showing("brands/wire"), &wire), "nothing of it changed");
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_noted_first_is_what_is_shown() {
    let world = World::new(BRANDS).await;
    // Whatever this process notes, another one has noted a moment before.
    let database = rusqlite::Connection::open(world.folder.path().join("press.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER sooner BEFORE INSERT ON appearance WHEN NEW.public_id <> 'urn:sooner' BEGIN \
             INSERT INTO appearance VALUES (NEW.publication, NEW.entry_id, 'urn:sooner', NEW.shown_ms); END",
        )
        .unwrap();
    let ids = world.keep("acme", &[("Steel", "en")]).await;
    let press = world.run().await;
    assert_eq!(press.showing("brands/acme").shown[0].public_id, "urn:sooner");
    let noted = world.store.appearances("brands/acme", &ids).await.unwrap();
    assert_eq!(noted, [Appearance { entry: ids[0], public_id: "urn:sooner".to_owned(), shown_ms: NOW }]);
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_ends_by_the_clock() {
    let world = World::new(&format!("{BRANDS}moderation = \"hold 2h\"\n{WIRE}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    world.keep("wire", &[("Copper", "en")]).await;
    let press = world.run().await;
    let (before, wire) = (press.showing("brands/acme"), press.showing("brands/wire"));
    assert!(before.shown.is_empty());
    world.now_ms.store(NOW + 2 * HOUR, Ordering::Relaxed);
    let after = press.changed("brands/acme", &before).await;
    assert_eq!(titles(&after), ["Steel"]);
    assert_eq!(after.shown[0].dated_ms, NOW + 2 * HOUR);
    assert!(Arc::ptr_eq(&press.showing("brands/wire"), &wire), "the clock moves nothing here");
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn printing_for_a_command_leaves_the_store_as_it_is() {
    let world = World::new(BRANDS).await;
    let ids = world.keep("acme", &[("Steel", "en")]).await;
    let before = world.store.change().await.unwrap();
    let publish = world.publish(world.clock(), Arc::new(Notify::new()));
    let path = PublicationPath::parse("brands/acme").unwrap();
    publish.print_only(&path).await.unwrap();
    let stand = publish.stand();
    let showing = Arc::clone(&stand.standing().showings[&path]);
    assert_eq!(titles(&showing), ["Steel"]);
    assert!(!showing.editions["/feed.rss"].identity.is_empty());
    assert_eq!(world.store.change().await.unwrap(), before);
    assert_eq!(world.store.appearances("brands/acme", &ids).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_while_everything_is_printed_stops_between_two_publications() {
    let many: String = (0..64)
        .map(|it| format!("[[brand]]\nslug = \"b{it}\"\ntitle = \"B\"\nsources = [\"acme\"]\n"))
        .collect();
    let world = World::new(&format!("{BRANDS}{WIRE}{many}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    let (looks, shutdown) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let (clock, cancel) = (world.clock(), shutdown.clone());
    let stopping: Clock = Arc::new(move || {
        if looks.fetch_add(1, Ordering::Relaxed) == 2 {
            cancel.cancel();
        }
        clock()
    });
    let publish = world.publish(stopping, Arc::new(Notify::new()));
    let stand = publish.stand();
    publish.run(shutdown).await;
    assert!(!stand.standing().is_complete);
    let count = world.store.edition_paths("/feed.rss").await.unwrap().len();
    assert!((1..20).contains(&count), "{count} publications were printed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_language_is_picked_by_itself() {
    let world =
        World::new(&format!("{BRANDS}languages = [\"en\", \"fr\"]\nlimit = 1\nmax_age = \"90d\"\n")).await;
    let mut entries: Vec<(&str, &str)> = vec![("Steel", "en"); 60];
    entries.push(("Acier", "fr"));
    world.keep("acme", &entries).await;
    let press = world.run().await;
    let showing = press.showing("brands/acme");
    assert!(titles(&showing).iter().all(|it| it == "Steel"));
    let french: Vec<_> = showing.by_language["fr"].iter().map(|it| it.kept.entry.title.as_str()).collect();
    assert_eq!(french, ["Acier"]);
    let feed = String::from_utf8(showing.editions["/feed.rss?lang=fr"].identity.to_vec()).unwrap();
    assert!(feed.contains("About Acier") && !feed.contains("Steel"));
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_hold_dates_anew_is_not_too_old_by_its_stated_date() {
    let world = World::new(&format!("{BRANDS}moderation = \"hold 5h\"\nmax_age = \"2h\"\n")).await;
    world.keep("acme", &[("Steel", "en"), ("Zinc", "en"), ("Tin", "en")]).await;
    world.now_ms.store(NOW + 5 * HOUR + 1, Ordering::Relaxed);
    let press = world.run().await;
    // Let through just now, one hour ago and two hours ago: the last is too old by a moment.
    assert_eq!(titles(&press.showing("brands/acme")), ["Steel", "Zinc"]);
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_that_leave_nearly_everything_out_still_find_what_is_old() {
    let world = World::new(&format!("{BRANDS}include = [\"zebra\"]\n")).await;
    let mut entries: Vec<(&str, &str)> = vec![("Steel", "en"); 1_500];
    for at in [0, 150, 700, 1_499] {
        entries[at].0 = "A zebra";
    }
    let ids = world.keep("acme", &entries).await;
    let press = world.run().await;
    let showing = press.showing("brands/acme");
    let shown: Vec<_> = showing.shown.iter().map(|it| it.kept.id).collect();
    assert_eq!(shown, [ids[0], ids[150], ids[700], ids[1_499]]);
    assert!(showing.shown.iter().all(|it| it.kept.entry.content.as_str() == "<p>About A zebra</p>"));
    press.stop().await;
}
