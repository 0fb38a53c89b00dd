//! `pressroll doctor`, beside a running process and alone, with a scripted publisher in the part of the web server in
//! front.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::{
    Answer, Folder, Site,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>\
    <item><title>Acme opens a plant</title><link>https://acme.example/plant</link><guid>a-1</guid></item></channel></rss>";
/// What is looked at of the site.
const PATHS: [&str; 4] = ["/livez", "/", "/brands/acme/feed.rss", "/brands/acme/widget"];

/// The whole world: a publisher, what stands in front of the site, and the site itself.
struct World {
    publisher: Publisher,
    front: Publisher,
    site: Site,
}

fn config(publisher: &Publisher, public_url: &str) -> String {
    format!(
        "version = 1\n[site]\ncontact = \"https://www.example.com/about\"\npublic_url = \"{public_url}\"\n\
         [[source]]\nid = \"acme\"\nurl = \"{}\"\nallow_networks = [\"127.0.0.0/8\"]\n\
         [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n",
        publisher.url("/feed.xml")
    )
}

fn http_date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The wall clock, as a publisher would tell it.
fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the process under test reads the wall clock, too")]
    Timestamp::now()
}

async fn publisher() -> Publisher {
    let publisher = Publisher::start().await;
    publisher.serve("/feed.xml", Script::document("application/rss+xml", FEED));
    publisher.serve("/robots.txt", Script::document("text/plain", "").header("Date", http_date(now())));
    publisher
}

impl World {
    /// The front passes everything on as it is.
    async fn new() -> Self {
        let (publisher, front) = (publisher().await, Publisher::start().await);
        let public_url = format!("http://{}", front.address());
        let site = Site::start(&config(&publisher, &public_url));
        site.text_with(PATHS[2], &["Acme opens a plant"]).await;
        let world = Self { publisher, front, site };
        for path in PATHS {
            world.pass(path, |script| script, &[]).await;
        }
        world
    }

    /// The front passes this path on, without the fields of these names and changed by `change`.
    async fn pass(&self, path: &str, change: impl FnOnce(Script) -> Script, without: &[&str]) {
        let Answer { status, headers, body } = self.site.get(path, &[]).await;
        assert_eq!(status, 200, "{path}");
        let mut script = Script::bare(200, body);
        for (name, value) in &headers {
            let is_passed = !without.contains(&name.as_str()) && name != "content-length";
            if is_passed {
                script = script.header(name.as_str(), value.as_bytes());
            }
        }
        self.front.serve(path, change(script));
    }

    fn doctor(&self) -> Report {
        let listen = self.site.base.strip_prefix("http://").unwrap();
        report(&self.site.folder, &["--listen", listen])
    }
}

/// What doctor said.
struct Report {
    status: Option<i32>,
    findings: Vec<Value>,
}

fn report(folder: &Folder, further: &[&str]) -> Report {
    let arguments = [["doctor", "--json"].as_slice(), further].concat();
    let output = run(folder.path(), &arguments);
    let answer: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    assert_eq!(answer["ok"], output.status.code() == Some(0), "{answer:#}");
    Report { status: output.status.code(), findings: answer["findings"].as_array().unwrap().clone() }
}

impl Report {
    /// What was found at `check` in the state `state`, as one text.
    fn said(&self, check: &str, state: &str) -> String {
        let of = self.findings.iter().filter(|it| it["check"] == check && it["state"] == state);
        of.map(|it| format!("{} → {}\n", it["sentence"], it["remedy"])).collect()
    }

    fn wrong(&self) -> Vec<&str> {
        let wrong = self.findings.iter().filter(|it| it["state"] == "wrong");
        wrong.map(|it| it["check"].as_str().unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_is_well_has_nothing_to_mend() {
    let world = World::new().await;
    let report = world.doctor();
    assert_eq!((report.status, report.wrong()), (Some(0), vec![]), "{:#?}", report.findings);
    for check in ["configuration", "store", "sources", "clock", "publishers", "listen", "public_url"] {
        assert!(!report.said(check, "well").is_empty(), "{check}: {:#?}", report.findings);
    }
    let polls = world.publisher.requests_for("/feed.xml").len();
    world.doctor();
    assert_eq!(world.publisher.requests_for("/feed.xml").len(), polls, "it costs publishers no poll");
    let listen = world.site.base.strip_prefix("http://").unwrap();
    let text = stdout(&world.site.run(&["doctor", "--listen", listen]));
    assert!(text.contains("✓  store") && text.ends_with("Nothing has to be mended.\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_in_front_takes_changes_or_adds_is_named() {
    let world = World::new().await;
    let same = |script: Script| script;
    world.pass(PATHS[1], same, &["etag", "content-security-policy"]).await;
    world.pass(PATHS[2], same, &["etag"]).await;
    let framed = |script: Script| script.header("X-Frame-Options", "SAMEORIGIN").header("Set-Cookie", "a=b");
    world.pass(PATHS[3], framed, &[]).await;
    let report = world.doctor();
    assert_eq!(report.status, Some(1));
    let said = report.said("public_url", "wrong");
    let etag = said.lines().find(|it| it.contains("etag")).unwrap();
    assert!(etag.contains("taken away") && etag.contains("feed.rss") && !etag.contains("widget"), "{said}");
    assert!(said.contains("content-security-policy") && said.contains("X-Frame-Options"), "{said}");
    assert!(report.said("public_url", "note").contains("cookie"), "{:#?}", report.findings);

    let cached = |script: Script| script.header("Cache-Control", "max-age=86400").header("Age", "4000");
    world.pass(PATHS[2], cached, &["cache-control"]).await;
    let weak = |script: Script| script.header("ETag", "W/\"weak\"");
    world.pass(PATHS[1], weak, &["etag"]).await;
    let report = world.doctor();
    let said = report.said("public_url", "wrong");
    assert!(said.contains("max-age=86400") && said.contains("4000 s old"), "{said}");
    assert!(report.said("public_url", "note").contains("weakened"), "{:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_address_that_does_not_lead_to_pressroll_is_told_with_where_it_leads() {
    let world = World::new().await;
    let cases = [
        (Script::document("text/html", "hello"), "something else than pressroll"),
        (Script::status(404), "status 404"),
        (Script::status(502), "does not reach pressroll"),
        (Script::redirect(301, "https://www.example.com/livez"), "https://www.example.com/livez"),
    ];
    for (script, expected) in cases {
        world.front.serve("/livez", script);
        let report = world.doctor();
        assert_eq!(report.wrong(), ["public_url"], "{:#?}", report.findings);
        assert!(report.said("public_url", "wrong").contains(expected), "{:#?}", report.findings);
    }
    let away = report(&world.site.folder, &["--set", "site.public_url=http://127.0.0.1:9"]);
    assert!(away.said("public_url", "wrong").contains("does not answer"), "{:#?}", away.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_stopped_and_a_front_that_hangs_are_found_out_in_time() {
    let mut world = World::new().await;
    world.site.terminate();
    world.front.serve("/livez", Script::silent());
    let started = Instant::now();
    let report = world.doctor();
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_eq!(report.status, Some(1));
    assert!(report.said("listen", "wrong").contains("pressroll serve"), "{:#?}", report.findings);
    assert!(report.said("public_url", "wrong").contains("no whole answer"), "{:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_differs_and_names_that_nobody_knows_are_told() {
    let publisher = publisher().await;
    let later = now() + jiff::SignedDuration::from_hours(2);
    publisher.serve("/robots.txt", Script::document("text/plain", "").header("Date", http_date(later)));
    let folder = Folder::new();
    let lost = "[[source]]\nid = \"lost\"\nurl = \"https://nowhere.invalid/feed\"\n";
    let config = config(&publisher, "http://127.0.0.1:9");
    folder.write("feeds.toml", &config.replace("[[brand]]", &format!("{lost}[[brand]]")));
    let report = report(&folder, &[]);
    let said = report.said("clock", "wrong");
    assert!(said.contains("2 h behind") || said.contains("120 min behind"), "{said}");
    assert!(report.said("names", "wrong").contains("nowhere.invalid"), "{:#?}", report.findings);
    assert!(report.said("publishers", "note").contains("1 of 2"), "{:#?}", report.findings);
    assert!(report.said("store", "note").contains("serve"), "there is none yet: {:#?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_names_are_left_to_it_and_the_site_itself_is_not() {
    let world = World::new().await;
    let proxy = Publisher::start().await;
    let lost = "[[source]]\nid = \"lost\"\nurl = \"http://nowhere.invalid/feed\"\n\
                [[source]]\nid = \"near\"\nurl = \"http://near.corp.invalid/feed\"\n";
    let text = std::fs::read_to_string(world.site.folder.path().join("feeds.toml")).unwrap();
    let through = format!("[fetch]\nproxy = \"http://{}\"\nno_proxy = [\"corp.invalid\"]\n", proxy.address());
    world
        .site
        .folder
        .write("feeds.toml", &text.replacen("[[brand]]", &format!("{lost}{through}[[brand]]"), 1));
    let report = world.doctor();
    let left = report.said("names", "note");
    assert!(left.contains("nowhere.invalid") && left.contains("left to the proxy"), "{:#?}", report.findings);
    let wrong = report.said("names", "wrong");
    assert!(wrong.contains(".invalid") || wrong.contains("no name"), "{:#?}", report.findings);
    assert!(!wrong.contains("nowhere"), "{wrong}");
    assert!(!report.said("proxy", "well").is_empty(), "{:#?}", report.findings);
    assert!(report.said("public_url", "wrong").is_empty(), "{:#?}", report.findings);
    assert!(proxy.requests_for("/livez").is_empty());
}

#[test]
fn a_configuration_or_store_that_cannot_be_used_is_what_must_be_mended() {
    let folder = Folder::new();
    let nothing = report(&folder, &[]);
    assert_eq!((nothing.status, nothing.wrong()), (Some(1), vec!["configuration"]));
    folder.write("feeds.toml", "version = 1\n[[source]]\nid = \"acme\"\nurl = \"ftp://acme.example/\"\n");
    let bad = report(&folder, &[]);
    assert_eq!(bad.wrong(), ["configuration"]);
    assert!(bad.said("configuration", "wrong").contains("feeds.toml:4: "), "{:#?}", bad.findings);
    folder.write("feeds.toml", pressroll::config::SMALLEST);
    folder.write("press.db", &"not a database ".repeat(200));
    let broken = report(&folder, &["--set", "store.url=sqlite:press.db"]);
    assert!(broken.wrong().contains(&"store"), "{:#?}", broken.findings);
    assert!(broken.said("store", "wrong").contains("press.db"), "{:#?}", broken.findings);
}
