//! The command line, as an operator and a script meet it.

use std::{
    io::Write as _,
    net::TcpListener,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::support::{
    Folder, PRESSROLL, Site,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const SMALL: &str = "version = 1\n[[source]]\nid = \"acme\"\nurl = \"http://127.0.0.1:9/feed\"\n\
    allow_networks = [\"127.0.0.0/8\"]\n[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n";

const FEED: &str = "<rss version=\"2.0\"><channel><title>Acme</title><link>https://acme.example/</link>\
    <item><title>R&D at AT&T</title><link>/plant</link><guid>a-1</guid><dc:creator>PR team</dc:creator>\
    <pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate><category>press</category>\
    <description>&lt;p&gt;Text&lt;/p&gt;</description></item></channel></rss>";

fn feed(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(PRESSROLL)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn parse_prints_the_shape_that_scripts_rely_on() {
    let output =
        feed(&["parse", "--base", "https://acme.example/feed", "--content-type", "text/xml", "-"], FEED);
    assert_eq!(output.status.code(), Some(0));
    let feed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(feed["title"], "Acme");
    let entry = &feed["entries"][0];
    assert_eq!(entry["id"], "a-1");
    assert_eq!(entry["title"], "R&D at AT&T");
    assert_eq!(entry["link"], "https://acme.example/plant");
    assert_eq!(entry["published"], 1_793_610_000);
    assert_eq!(entry["updated"], Value::Null);
    assert_eq!(entry["authors"], serde_json::json!(["PR team"]));
    assert_eq!(entry["categories"], serde_json::json!(["press"]));
    assert_eq!(entry["content"], "<p>Text</p>");
    assert!(
        entry["enclosures"].is_array() && entry.get("language").is_some() && entry.get("summary").is_some()
    );
    assert!(!feed["repairs"].as_array().unwrap().is_empty());
}

#[test]
fn parse_of_no_feed_is_a_finding_with_an_error() {
    for input in ["", "hello", "<!doctype html><title>x</title>", "{\"a\":1}", "\u{0}\u{0}"] {
        let output = feed(&["parse", "-"], input);
        assert_eq!(output.status.code(), Some(1), "{input:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(answer["error"].as_str().is_some_and(|it| !it.is_empty()), "{input:?}");
    }
}

#[test]
fn sanitize_answers_line_by_line_in_order() {
    let input = "{\"id\":\"a\",\"html\":\"<p onclick=x>One<script>alert(1)</script></p>\"}\n\n\
                 {\"id\":7,\"html\":\"<a href=/x>two</a>\"}\n";
    let output = feed(&["sanitize", "--ndjson", "--base", "https://acme.example/", "-"], input);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines: Vec<Value> = stdout(&output).lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["id"], &lines[0]["html"]), (&"a".into(), &"<p>One</p>".into()));
    assert_eq!(lines[1]["id"], 7);
    assert!(lines[1]["html"].as_str().unwrap().contains("href=\"https://acme.example/x\""));
    let plain = feed(&["sanitize", "-"], "<h2>T</h2><style>x</style>");
    assert_eq!(stdout(&plain).trim(), "<h2>T</h2>");
}

#[test]
fn sanitize_reads_half_a_character_as_its_replacement_and_goes_on() {
    let input = [
        r#"{"id":1,"html":"a\ud800b"}"#,
        r#"{"id":2,"html":"\udc00\ud83d\ude80\ud83d\uD83D\uDE80 \\ud800 \ud83d"}"#,
        r#"{"id":"\udfff","html":"<p title=\"\ud800\">\u00e9\ud800</p>"}"#,
        r#"{"id":4,"html":"last"}"#,
    ];
    let output = feed(&["sanitize", "--ndjson", "-"], &input.join("\n"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines: Vec<Value> = stdout(&output).lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let html: Vec<_> = lines.iter().map(|it| it["html"].as_str().unwrap()).collect();
    assert_eq!(html, ["a\u{fffd}b", "\u{fffd}🚀\u{fffd}🚀 \\ud800 \u{fffd}", "<p>é\u{fffd}</p>", "last"]);
    assert_eq!(lines[2]["id"], "\u{fffd}");
}

#[test]
fn sanitize_names_the_line_that_it_cannot_read() {
    for (bad, wrong) in [
        (r#"{"html":"x"#, "EOF while parsing a string, at column 10"),
        (r#"{"html":"\ud8"}"#, "invalid escape"),
        (r#"{"html":7}"#, "no text “html”"),
        (r#"["html"]"#, "no text “html”"),
        ("html", "no JSON object"),
    ] {
        let output = feed(
            &["sanitize", "--ndjson", "-"],
            &format!("{{\"html\":\"\\ud800\"}}\n{bad}\n{{\"html\":\"x\"}}"),
        );
        assert_eq!(output.status.code(), Some(2), "{bad}");
        assert_eq!(stdout(&output).lines().count(), 1, "{bad}");
        assert!(
            stderr(&output).contains("line 2") && stderr(&output).contains(wrong),
            "{bad}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_wrong_flag_is_a_usage_error_that_says_what_to_do() {
    let output = feed(&["serve", "--colour"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--colour"));
}

#[test]
fn without_a_configuration_the_next_step_is_named() {
    let folder = Folder::new();
    for command in ["serve", "fetch", "status"] {
        let output = run(folder.path(), &[command]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(stderr(&output).contains("pressroll init"), "{command}: {}", stderr(&output));
    }
}

#[test]
fn a_port_in_use_is_a_network_error_that_names_the_port() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new();
    folder.write("feeds.toml", SMALL);
    let output = run(folder.path(), &["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(3));
    let message = stderr(&output);
    assert!(message.contains(&address) && message.contains("--listen"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn a_database_that_cannot_be_opened_is_a_store_error_that_names_it() {
    let folder = Folder::new();
    folder.write("feeds.toml", &format!("{SMALL}[store]\nurl = \"sqlite:missing/folder/press.db\"\n"));
    folder.write("broken.db", &"not a database ".repeat(200));
    let output = run(folder.path(), &["status"]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains("missing/folder"), "{}", stderr(&output));
    let output = run(folder.path(), &["status", "--set", "store.url=sqlite:broken.db"]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains("broken.db"), "{}", stderr(&output));
}

#[test]
fn check_prints_every_complaint_with_its_place() {
    let folder = Folder::new();
    let text = "version = 1\n[[source]]\nid = \"acme\"\nurl = \"ftp://acme.example/\"\ntitel = \"Acme\"\n\
                [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acne\"]\n";
    folder.write("feeds.toml", text);
    let output = run(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let message = stderr(&output);
    for expected in ["feeds.toml:4:", "feeds.toml:5:", "feeds.toml:9:", "titel", "did you mean", "^"] {
        assert!(message.contains(expected), "{expected} in\n{message}");
    }
    let json: Value = serde_json::from_slice(&run(folder.path(), &["check", "--json"]).stdout).unwrap();
    assert_eq!(json["ok"], false);
    assert!(json["complaints"].as_array().unwrap().len() >= 3);
    assert_eq!(run(folder.path(), &["serve"]).status.code(), Some(2));
}

#[test]
fn init_writes_a_configuration_that_check_accepts_and_never_overwrites_one() {
    let folder = Folder::new();
    assert_eq!(run(folder.path(), &["init"]).status.code(), Some(0));
    let checked = run(folder.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let before = std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap();
    let again = run(folder.path(), &["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn init_finds_the_feed_that_a_page_names() {
    let publisher = Publisher::start().await;
    let page = "<!doctype html><html><head><title>Acme</title>\
        <LINK href='/press.xml' title=\"Press\" type=\"application/rss+xml\" rel=alternate></head></html>";
    publisher.serve("/", Script::document("text/html", page));
    publisher.serve("/press.xml", Script::document("application/rss+xml", FEED));
    let folder = Folder::new();
    let url = publisher.url("/").to_string();
    let output = run(folder.path(), &["init", &url, "--allow-network", "127.0.0.0/8"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let written = std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap();
    assert!(written.contains(publisher.url("/press.xml").as_str()), "{written}");
    let fetched = run(folder.path(), &["fetch"]);
    assert_eq!(fetched.status.code(), Some(0), "what was found can be polled: {}", stdout(&fetched));
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
    let refused = run(Folder::new().path(), &["init", &url]);
    assert_eq!(refused.status.code(), Some(3), "private addresses stay closed: {}", stderr(&refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetch_tells_what_came_and_ends_with_the_status_of_its_sources() {
    let publisher = Publisher::start().await;
    publisher.serve("/good.xml", Script::document("application/rss+xml", FEED));
    publisher.serve("/down.xml", Script::status(500));
    let source = |id: &str| {
        let url = publisher.url(&format!("/{id}.xml"));
        format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n")
    };
    let brand = "[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"good\", \"down\"]\n";
    let folder = Folder::new();
    folder.write("feeds.toml", &format!("version = 1\n{}{}{brand}", source("good"), source("down")));
    let all = run(folder.path(), &["fetch"]);
    assert_eq!(all.status.code(), Some(1), "some failed: {}", stdout(&all));
    assert!(stdout(&all).contains("good") && stdout(&all).contains("500"), "{}", stdout(&all));
    let good = run(folder.path(), &["fetch", "good", "--explain", "--json"]);
    assert_eq!(good.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&good.stdout).unwrap();
    assert!(json["sources"][0]["next"].as_str().unwrap().starts_with("next at "), "{json}");
    assert_eq!(run(folder.path(), &["fetch", "down"]).status.code(), Some(3), "all failed");
    assert_eq!(run(folder.path(), &["fetch", "nobody"]).status.code(), Some(2));
    let rendered = run(folder.path(), &["render", "brands/acme", "--format", "atom"]);
    assert_eq!(rendered.status.code(), Some(0));
    let parsed = feed_rs::parser::parse(rendered.stdout.as_slice()).unwrap();
    assert_eq!(parsed.entries.len(), 1);
    let status: Value = serde_json::from_slice(&run(folder.path(), &["status", "--json"]).stdout).unwrap();
    assert_eq!(status["sources"][0]["entries"], 1);
}

#[test]
fn embed_prints_a_frame_and_the_feeds() {
    let folder = Folder::new();
    folder.write("feeds.toml", SMALL);
    let text = stdout(&run(folder.path(), &["embed", "brands/acme"]));
    for expected in
        ["<iframe src=\"http://127.0.0.1:8080/brands/acme/widget\"", "feed.rss", "feed.atom", "feed.json"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let unknown = run(folder.path(), &["embed", "brands/none"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("brands/acme"), "those there are are named");
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let commands = [
        "serve", "demo", "init", "check", "fetch", "parse", "sanitize", "render", "embed", "status",
        "migrate", "backup", "discover", "add", "import", "export", "doctor",
    ];
    for arguments in [["completions", "bash"].as_slice(), &["completions", "fish"], &["man"], &["--help"]] {
        let text = stdout(&feed(arguments, ""));
        for command in commands {
            assert!(text.contains(command), "{command} in {arguments:?}");
        }
    }
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let folder = Folder::new();
    folder.write("feeds.toml", &format!("{SMALL}[server]\nlisten = \"127.0.0.1:1111\"\n"));
    let embed = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = Command::new(PRESSROLL);
        command.args(["embed", "brands/acme"]).current_dir(folder.path());
        if let Some(value) = environment {
            command.env("PRESSROLL_SERVER_LISTEN", value);
        }
        if let Some(value) = flag {
            command.args(["--set", &format!("server.listen={value}")]);
        }
        stdout(&command.output().unwrap())
    };
    assert!(embed(None, None).contains("http://127.0.0.1:1111/"));
    assert!(embed(Some("127.0.0.1:2222"), None).contains("http://127.0.0.1:2222/"));
    assert!(embed(Some("127.0.0.1:2222"), Some("127.0.0.1:3333")).contains("http://127.0.0.1:3333/"));
}

#[test]
fn serve_says_where_it_listens_in_its_first_line() {
    let site = Site::start(SMALL);
    assert!(site.base.starts_with("http://127.0.0.1:"), "{}", site.base);
}
