//! Widgets with parameters, and the line that stands where one cannot be shown.

use std::{collections::HashMap, sync::Arc, time::Duration};

use pressroll::{
    config::{self, Overrides},
    model::{Hash128, Site},
    publish::{
        Newsstand, OnDemand, Parts, Programme, Publish, Showing, WidgetError,
        on_demand::{self, Limits},
    },
    render::{Edition, words::words},
    store::{Schema, Store},
    web::{self, App, CacheLife, problem::Problem},
};
use tokio::{net::TcpListener, sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{FEED, site_over};
use crate::support::{Answer, Folder, client, eventually};

fn smallest() -> config::Config {
    config::parse("feeds.toml", config::SMALLEST, &Overrides::default()).unwrap().config
}

fn french() -> Site {
    Site { locale: "fr".to_owned(), ..smallest().site }
}

/// A publication without entries whose widget has been printed some time before its feeds.
fn showing(declared: Option<Edition>) -> Arc<Showing> {
    let declared = declared.map(|it| ("/widget".to_owned(), Arc::new(it)));
    Arc::new(Showing {
        site: Arc::new(smallest().site),
        publication: Arc::clone(&smallest().publications[0]),
        shown: Vec::new().into(),
        by_language: HashMap::new(),
        entries: HashMap::new(),
        editions: declared.into_iter().collect(),
        version: Hash128::of(b"1"),
        changed_ms: 2_000_000,
    })
}

fn query(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

async fn printed_at(changed_ms: i64) -> Edition {
    let on_demand = OnDemand::new(Limits::default());
    let edition = on_demand.widget(&showing(None), &[]).await.unwrap();
    Edition { changed_ms, ..edition.as_ref().clone() }
}

#[tokio::test]
async fn options_that_come_to_the_declared_widget_are_that_widget_with_its_date() {
    let on_demand = OnDemand::new(Limits::default());
    let showing = showing(Some(printed_at(1_000_000).await));
    for (name, value) in [("place", "home"), ("layout", "list"), ("count", "5"), ("scheme", "auto")] {
        let edition = on_demand.widget(&showing, &query(name, value)).await.unwrap();
        assert!(Arc::ptr_eq(&edition, &showing.editions["/widget"]), "{name}");
    }
    assert_eq!(on_demand.held().await, 0);
    // Of no entries any count shows the same bytes: the same validators, then.
    let edition = on_demand.widget(&showing, &query("count", "7")).await.unwrap();
    assert_eq!((edition.hash, edition.changed_ms), (showing.editions["/widget"].hash, 1_000_000));
}

#[tokio::test]
async fn a_thousand_odd_queries_make_no_edition() {
    let on_demand = OnDemand::new(Limits::default());
    let showing = showing(Some(printed_at(1_000_000).await));
    let letters = || 'a'..='z';
    let pairs = letters().flat_map(|one| letters().map(move |two| format!("{one}{two}")));
    for tag in pairs.take(500) {
        for query in [query("lang", &tag), query(&tag, "x")] {
            let edition = on_demand.widget(&showing, &query).await.unwrap();
            assert!(Arc::ptr_eq(&edition, &showing.editions["/widget"]), "{query:?}");
        }
    }
    assert_eq!(on_demand.held().await, 0);
    on_demand.widget(&showing, &query("accent", "c00")).await.unwrap();
    assert_eq!(on_demand.held().await, 1);
}

#[tokio::test]
async fn a_language_counts_where_an_entry_speaks_it_though_none_is_declared() {
    let feed = FEED.replace("<title>Acme</title>", "<title>Acme</title><language>fr-FR</language>");
    assert_ne!(feed, FEED);
    let (_publisher, site) = site_over(&feed, "", "").await;
    site.text_with("/brands/acme/widget", &["Acme opens a plant"]).await;
    let plain = site.get("/brands/acme/widget", &[]).await.header("etag");
    for lang in ["fr", "FR", "fr-FR"] {
        let answer = site.get(&format!("/brands/acme/widget?lang={lang}"), &[]).await;
        assert!(answer.text().contains("Acme opens a plant"), "{lang}");
        assert_ne!(answer.header("etag"), plain, "{lang}: its links lead to that language");
    }
    for lang in ["de", "f", "fr-BE", "xx"] {
        let answer = site.get(&format!("/brands/acme/widget?lang={lang}"), &[]).await;
        assert_eq!(answer.header("etag"), plain, "{lang}");
    }
}

#[tokio::test]
async fn a_reader_without_a_turn_is_told_so() {
    let limits = Limits { renders_max: 0, wait_ms_max: 1, ..Limits::default() };
    let on_demand = OnDemand::new(limits);
    let showing = showing(Some(printed_at(1_000_000).await));
    let refused = on_demand.widget(&showing, &query("accent", "c00")).await;
    assert_eq!(refused.unwrap_err(), WidgetError::Busy);
    assert!(on_demand.widget(&showing, &query("place", "home")).await.is_ok(), "no turn is needed");
}

/// A whole app in this process, over an empty store.
struct House {
    base: String,
    _folder: Folder,
    _tasks: JoinSet<()>,
}

impl House {
    /// `prints`: whether anything ever stands.
    async fn open(on_demand: on_demand::Limits, prints: bool) -> Self {
        let folder = Folder::new();
        let config = smallest();
        #[expect(clippy::disallowed_methods, reason = "the wall clock of the process, as cli hands it out")]
        let clock: pressroll::model::Clock = Arc::new(jiff::Timestamp::now);
        let store = Store::open("sqlite:press.db", folder.path(), "one", Schema::Update).await.unwrap();
        let publish = Publish::new(Parts {
            store: store.clone(),
            programme: Programme {
                site: Arc::new(french()),
                sources: config.sources,
                publications: config.publications,
            },
            clock: Arc::clone(&clock),
            kept: Arc::new(Notify::new()),
        })
        .unwrap();
        let stand: Arc<Newsstand> = publish.stand();
        let app = App {
            on_demand: OnDemand::new(on_demand),
            ..App::new(Arc::clone(&stand), store, CacheLife::new(Duration::from_secs(60)), clock)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shutdown = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let serving = web::serve(listener, app, shutdown.clone());
        tasks.spawn(async move { serving.await.unwrap() });
        if prints {
            tasks.spawn(Arc::new(publish).run(shutdown));
            eventually("everything stands", || async { stand.standing().is_complete.then_some(()) }).await;
        }
        Self { base, _folder: folder, _tasks: tasks }
    }

    async fn get(&self, path: &str) -> Answer {
        let request = client().get(format!("{}{path}", self.base)).header("accept", "text/html");
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }
}

/// What every line in the place of a widget has in common.
fn is_quiet(answer: &Answer, status: u16, sentence: &str) {
    assert_eq!((answer.status, answer.header("content-type").as_str()), (status, "text/html; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert!(!answer.header("content-security-policy").contains("frame-ancestors"), "anyone may frame it");
    assert!(answer.text().contains(sentence), "{}", answer.text());
    assert!(!answer.text().contains("<h1"), "a page, not a line");
}

#[tokio::test]
async fn while_starting_a_widget_is_a_quiet_line_and_everything_else_a_page() {
    let house = House::open(Limits::default(), false).await;
    for path in ["/brands/acme/widget", "/brands/none/widget?count=3"] {
        let answer = house.get(path).await;
        is_quiet(&answer, 503, words("fr").failed);
        assert_eq!(answer.header("retry-after"), "2", "{path}");
    }
    let page = house.get("/brands/acme").await;
    assert_eq!((page.status, page.header("retry-after").as_str()), (503, "2"));
    assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn a_widget_that_gets_no_turn_is_a_quiet_line_that_says_when_to_ask_again() {
    let limits = Limits { renders_max: 0, wait_ms_max: 1, ..Limits::default() };
    let house = House::open(limits, true).await;
    let path = format!("/{}/widget", smallest().publications[0].path);
    assert_eq!(house.get(&path).await.status, 200);
    assert_eq!(house.get(&format!("{path}?place=home")).await.status, 200);
    let busy = house.get(&format!("{path}?accent=c00")).await;
    is_quiet(&busy, 503, words("fr").failed);
    assert_eq!(busy.header("retry-after"), "2");
    is_quiet(&house.get("/brands/none/widget").await, 404, words("fr").missing_why);
}

#[tokio::test]
async fn every_problem_says_its_own_sentence() {
    let (site, life) = (french(), CacheLife::new(Duration::from_secs(60)));
    let cases = [
        (Problem::NotFound, words("fr").missing_why),
        (Problem::Removed, words("fr").ended),
        (Problem::NotReady, words("fr").failed),
        (Problem::Busy, words("fr").failed),
        (Problem::Internal, words("fr").failed_why),
    ];
    for (problem, sentence) in cases {
        let answer = problem.embed(&site, &life);
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8(bytes.to_vec()).unwrap().contains(sentence), "{problem:?}");
    }
}
