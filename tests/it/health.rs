//! How a source does, in words: the judgement itself, and what `status` and `fetch` make of it.

use jiff::{SignedDuration, Timestamp};
use pressroll::{
    fetch::FetchError,
    model::{Condition, Health, PollState, Source, SourceId, SourceKind, health, health::remedy},
};
use serde_json::Value;
use url::Url;

use crate::support::{
    Folder, PRESSROLL,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>\
    <item><title>R&D at AT&T</title><link>https://acme.example/plant</link><guid>a-1</guid></item></channel></rss>";
const RSS: &str = "application/rss+xml";
const HOUR_MS: i64 = 3_600_000;

/// Sunday, 2026-11-22 12:00:00 UTC.
fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn noon_ms() -> i64 {
    noon().as_millisecond()
}

fn source() -> Source {
    let url = Url::parse("https://user:secret@acme.example/press.xml").unwrap();
    Source::at(SourceId::new("acme").unwrap(), url)
}

/// A source that answered an hour ago and brought something then.
fn well() -> PollState {
    let hour_ago = noon_ms() - HOUR_MS;
    PollState { polled_ms: hour_ago, succeeded_ms: hour_ago, brought_ms: hour_ago, ..PollState::default() }
}

/// The same, failing since three hours with this error.
fn failing(class: &str, error: &str) -> PollState {
    PollState {
        failures: 4,
        failing_since_ms: noon_ms() - 3 * HOUR_MS,
        error: Some(error.to_owned()),
        error_class: class.to_owned(),
        ..well()
    }
}

fn judged(state: &PollState) -> Health {
    health(&source(), state, noon())
}

#[test]
fn a_source_has_one_condition_and_those_that_need_work_say_what_to_do() {
    let ago = |hours: i64| noon_ms() - hours * HOUR_MS;
    let moved = |times| PollState {
        moved_to: Some("https://new.example/feed".to_owned()),
        moved_times: times,
        ..well()
    };
    let page =
        PollState { offers: vec!["https://acme.example/a.xml".to_owned()], ..failing("page", "a page") };
    let rests = PollState {
        retry_until_ms: noon_ms() + 20 * 60_000,
        host_until_ms: noon_ms() + 20 * 60_000,
        ..failing("status", "the server said that it was asked too often (status 429)")
    };
    let cases = [
        (PollState::default(), Condition::New, "not been polled", ""),
        (well(), Condition::Fresh, "60 min", ""),
        (PollState { brought_ms: ago(24 * 45), ..well() }, Condition::Quiet, "45 d", "publisher's own page"),
        (moved(2), Condition::Fresh, "60 min", ""),
        (moved(3), Condition::Moved, "new.example", "url = \"https://new.example/feed\""),
        (failing("dns", "no such name"), Condition::Failing, "3 h, 4 times", "host's name"),
        (page, Condition::Offered, "a.xml", "url = \"https://acme.example/a.xml\""),
        (rests, Condition::Blocked, "20 min", "longer `every`"),
        (failing("status", "no (status 403)"), Condition::Blocked, "closed", "contact"),
        (failing("status", "no (status 500)"), Condition::Failing, "500", "less and less often"),
        (failing("forbidden", "10.0.0.1 is refused"), Condition::Blocked, "10.0.0.1", "allow_networks"),
        (failing("tls", "its authority this machine does not know"), Condition::Blocked, "", "ca_file"),
        (failing("tls", "the certificate has expired"), Condition::Failing, "expired", "certificate"),
        (PollState { gone: true, ..well() }, Condition::Gone, "410", "take it out"),
    ];
    for (state, condition, sentence, advice) in cases {
        let health = judged(&state);
        assert_eq!(health.condition, condition, "{health:?}");
        assert!(health.sentence.contains(sentence), "{sentence} in {health:?}");
        assert_eq!(health.advice.is_some(), condition.needs_work(), "{health:?}");
        assert!(health.advice.clone().unwrap_or_default().contains(advice), "{advice} in {health:?}");
        assert!(!format!("{health:?}").contains("secret"), "a password is shown: {health:?}");
    }
    let off = health(&Source { enabled: false, ..source() }, &failing("dns", "x"), noon());
    assert_eq!((off.condition, off.advice), (Condition::Off, None));
}

#[test]
fn a_wish_to_be_left_alone_that_has_passed_blocks_nothing_any_more() {
    let error = "the server said that it is in trouble itself (status 503)";
    let until = |ms| PollState { retry_until_ms: ms, ..failing("status", error) };
    assert_eq!(judged(&until(noon_ms() + 1_000)).condition, Condition::Blocked);
    assert_eq!(judged(&until(noon_ms())).condition, Condition::Failing);
    let polite = PollState { retry_until_ms: noon_ms() + HOUR_MS, ..well() };
    assert_eq!(judged(&polite).condition, Condition::Fresh, "it came with a good answer");
    let beside = PollState { host_until_ms: noon_ms() + HOUR_MS, ..well() };
    assert_eq!(judged(&beside).condition, Condition::Blocked, "another feed of the host was asked too often");
}

#[test]
fn what_is_quiet_for_a_wire_is_not_for_a_company() {
    let silent = |days: i64| PollState {
        brought_ms: (noon() - SignedDuration::from_hours(24 * days)).as_millisecond(),
        ..well()
    };
    let condition = |kind, days| health(&Source { kind, ..source() }, &silent(days), noon()).condition;
    assert_eq!(condition(SourceKind::Wire, 3), Condition::Quiet);
    assert_eq!(condition(SourceKind::Press, 3), Condition::Fresh);
    assert_eq!(condition(SourceKind::Press, 40), Condition::Quiet);
}

#[test]
fn words_and_shapes_of_conditions_are_told_apart() {
    let words: std::collections::BTreeSet<_> = Condition::ALL.iter().map(|it| it.word()).collect();
    let signs: std::collections::BTreeSet<_> = Condition::ALL.iter().map(|it| it.sign()).collect();
    assert_eq!((words.len(), signs.len()), (Condition::ALL.len(), Condition::ALL.len()));
    assert!(words.iter().all(|it| it.chars().all(|it| it.is_ascii_lowercase())), "{words:?}");
}

#[test]
fn every_class_of_failure_has_a_remedy_of_its_own() {
    let general = remedy("nobody knows this one", None);
    let statuses = [401, 402, 403, 404, 410, 429, 451, 500, 503].map(|it| ("status", Some(it)));
    let classes = [
        "setup",
        "url",
        "forbidden",
        "file",
        "dns",
        "connect",
        "tls",
        "timeout",
        "slow",
        "too-large",
        "too-many-redirects",
        "bad-redirect",
        "headers",
        "encoding",
        "cut",
        "reset",
        "not-http",
        "not-a-feed",
        "page",
        "empty",
        "unreadable",
        "panicked",
        "store",
    ];
    for (class, status) in classes.map(|it| (it, None)).into_iter().chain(statuses) {
        let said = remedy(class, status);
        assert_ne!(said, general, "{class} {status:?}");
        assert!(said.ends_with('.'), "{said}");
    }
    let refused = FetchError::Status { code: 403, retry_after: None, own: true };
    let state = failing(refused.class(), &refused.to_string());
    assert_eq!(judged(&state).advice.as_deref(), Some(remedy("status", Some(403))), "{refused}");
}

/// A folder whose feeds.toml names these paths of the publisher.
fn folder(publisher: &Publisher, site: &str, ids: &[&str]) -> Folder {
    let source = |id: &&str| {
        let url = publisher.url(&format!("/{id}.xml"));
        format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n")
    };
    let sources: String = ids.iter().map(source).collect();
    let folder = Folder::new();
    let brand = format!("[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = {ids:?}\n");
    folder.write("feeds.toml", &format!("version = 1\n[site]\n{site}\n{sources}{brand}"));
    folder
}

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let output = run(folder.path(), arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// A publisher with a feed of each condition, each polled as often as it takes to find that out.
async fn world() -> (Publisher, Folder) {
    let publisher = Publisher::start().await;
    let page = "<!doctype html><html><head><title>Press</title>\
        <link rel=alternate type=\"application/rss+xml\" href=\"/press/new.xml\"></head><body></body></html>";
    publisher.serve("/good.xml", Script::document(RSS, FEED).etag("\"v1\""));
    publisher.serve("/moved.xml", Script::redirect(301, "/new.xml"));
    publisher.serve("/new.xml", Script::document(RSS, FEED));
    publisher.serve("/page.xml", Script::document("text/html", page));
    publisher.serve("/shut.xml", Script::status(403));
    publisher.serve("/gone.xml", Script::status(410));
    let ids = ["good", "moved", "page", "shut", "gone"];
    let folder = folder(&publisher, "time_zone = \"Asia/Tokyo\"", &ids);
    for _ in 0..3 {
        run(folder.path(), &["fetch"]);
    }
    (publisher, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_tells_every_condition_in_a_word_with_what_to_do() {
    let (publisher, folder) = world().await;
    let status = json(&folder, &["status", "--json"]);
    let told = |id: &str| {
        let sources = status["sources"].as_array().unwrap();
        sources.iter().find(|it| it["id"] == id).unwrap().clone()
    };
    let expected = [
        ("good", "fresh", ""),
        ("moved", "moved", "new.xml"),
        ("page", "offered", "/press/new.xml"),
        ("shut", "blocked", "contact"),
        ("gone", "gone", "take it out"),
    ];
    for (id, health, advice) in expected {
        let source = told(id);
        assert_eq!(source["health"], health, "{source:#}");
        assert!(source["advice"].as_str().unwrap_or_default().contains(advice), "{source:#}");
    }
    assert_eq!(told("shut")["error_class"], "status-403");
    assert!(told("shut")["failures"].as_u64().unwrap() >= 3 && told("shut")["failing_since"].is_string());
    assert_eq!(told("good")["validators"], serde_json::json!(["ETag"]));
    assert_eq!(told("moved")["moved_to"], publisher.url("/new.xml").as_str());
    assert_eq!(told("page")["offers"], serde_json::json!([publisher.url("/press/new.xml").as_str()]));

    let text = stdout(&run(folder.path(), &["status"]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(text.contains("5 sources: 1 blocked, 1 gone, 1 offered, 1 moved, 1 fresh"), "{text}");
    let place = |id: &str| lines.iter().position(|it| it.split_whitespace().nth(1) == Some(id)).unwrap();
    assert!(place("shut") < place("gone") && place("moved") < place("good"), "{text}");
    assert!(lines[place("moved")..].iter().any(|it| it.starts_with("    → ")), "{text}");
    assert!(lines[place("good")].contains("in ") && lines[place("good")].contains("asked"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_status_fit_the_page_and_a_card_tells_everything_of_a_source() {
    let (publisher, folder) = world().await;
    for width in [80, 120] {
        let mut command = std::process::Command::new(PRESSROLL);
        let command = command.arg("status").current_dir(folder.path()).env("COLUMNS", width.to_string());
        let text = stdout(&command.output().unwrap());
        let table = text.split("\n\n").last().unwrap();
        assert!(table.lines().count() > 10, "{text}");
        for line in table.lines() {
            let is_one_word = line.split_whitespace().count() <= 2;
            assert!(line.chars().count() <= width || is_one_word, "{width}: {line}");
        }
    }
    let card = stdout(&run(folder.path(), &["status", "good"]));
    let url = publisher.url("/good.xml");
    let mail = "to send to the publisher's webmaster:\n\nSubject: ";
    for expected in ["● good: fresh", url.as_str(), "ETag", "mended", "bare ampersand", "JST", "/ping/", mail]
    {
        assert!(card.contains(expected), "{expected} in {card}");
    }
    assert!(!card.contains("moved"), "a card is about one source: {card}");
    let unknown = run(folder.path(), &["status", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", stderr(&unknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetch_says_what_to_do_and_when_a_source_is_asked_again_by_the_clock_of_the_site() {
    let publisher = Publisher::start().await;
    publisher.serve("/good.xml", Script::document(RSS, FEED));
    publisher.serve("/lost.xml", Script::status(404));
    publisher.serve("/busy.xml", Script::status(503).header("Retry-After", "3600"));
    let folder = folder(&publisher, "time_zone = \"Asia/Tokyo\"", &["good", "lost", "busy"]);
    let text = stdout(&run(folder.path(), &["fetch", "--explain"]));
    assert!(
        text.contains("✗  lost") && text.contains("→ The address is wrong, or the feed is gone"),
        "{text}"
    );
    assert!(text.contains("next at ") && text.contains("JST (in "), "{text}");
    let again = stdout(&run(folder.path(), &["fetch", "busy"]));
    assert!(again.contains("left alone until") && again.contains("Retry-After"), "{again}");
    assert_eq!(publisher.requests_for("/busy.xml").len(), 1, "and it is left alone");
    let lines = json(&folder, &["fetch", "lost", "--json", "--explain"]);
    let line = &lines["sources"][0];
    assert!(line["advice"].is_string() && line["next_at"].is_string() && line["why"].is_string(), "{line:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_online_tries_each_source_conditionally_and_keeps_nothing() {
    let publisher = Publisher::start().await;
    publisher.serve("/good.xml", Script::document(RSS, FEED).etag("\"v1\""));
    publisher.serve("/page.xml", Script::document("text/html", "<!doctype html><title>x</title>"));
    let folder = folder(&publisher, "", &["good", "page"]);
    let first = run(folder.path(), &["check", "--online"]);
    assert_eq!(first.status.code(), Some(1), "one cannot be polled: {}", stderr(&first));
    let text = stdout(&first);
    assert!(text.contains("✓  good  1 entry of “Acme”; mended 2 bare ampersands"), "{text}");
    assert!(text.contains("✗  page") && text.contains("→ Open the address"), "{text}");
    assert!(!folder.path().join("pressroll.db").exists(), "nothing is kept");
    run(folder.path(), &["fetch"]);
    let told = json(&folder, &["check", "--online", "--json"]);
    assert_eq!((&told["ok"], &told["sources"][0]["ok"]), (&false.into(), &true.into()), "{told:#}");
    let asked = publisher.requests_for("/good.xml");
    assert_eq!(asked.last().unwrap().header("if-none-match").as_deref(), Some("\"v1\""));
    assert_eq!(json(&folder, &["check", "--json"])["ok"], true, "without --online nobody is asked");
    assert_eq!(publisher.requests_for("/good.xml").len(), asked.len());
}
