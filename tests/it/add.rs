//! `pressroll add`: from a site's address to a source that is polled.

use serde_json::Value;

use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Acme Press &amp; News</title><link>https://acme.example/</link>\
    <item><title>One</title><link>https://acme.example/1</link><guid>1</guid></item></channel></rss>";

const CONFIG: &str = "version = 1 # ours\n\n# The first\nsource = [{ id = \"a\", url = \"https://a.example/feed\" }]\n\n\
    [[brand]] # b\nslug = \"b\"\ntitle = \"B\"\nsources = [\n  \"a\", # the first\n]\n";

async fn site() -> Publisher {
    let publisher = Publisher::start().await;
    let page = "<link rel=alternate type=application/rss+xml href=/blog.xml>\
                <link rel=alternate type=application/rss+xml href=/press.xml>";
    publisher.serve("/", Script::document("text/html", page));
    publisher.serve("/press.xml", Script::document("application/rss+xml", FEED));
    publisher.serve(
        "/blog.xml",
        Script::document("application/rss+xml", FEED.replace("Press &amp; News", "Blog")),
    );
    publisher
}

fn add(folder: &Folder, words: &[&str]) -> std::process::Output {
    run(folder.path(), &[&["add"], words, &["--allow-network", "127.0.0.1/32"]].concat())
}

fn text(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_feed_of_a_site_becomes_a_source_that_a_publication_shows() {
    let (publisher, folder) = (site().await, Folder::new());
    folder.write("feeds.toml", CONFIG);
    let output = add(&folder, &[publisher.url("/").as_str(), "--to", "brands/b"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (id, url) = ("127-0-0-1-press", publisher.url("/press.xml"));
    let table = format!(
        ", {{ id = \"{id}\", url = \"{url}\", title = \"Acme Press & News\", allow_networks = [\"127.0.0.1/32\"] }}]\n\n[["
    );
    let expected = CONFIG.replace("}]\n\n[[", &format!("}}{table}"));
    let expected = expected.replace("# the first\n]", &format!("# the first\n  \"{id}\",\n]"));
    assert_eq!(text(&folder), expected);
    assert!(
        stdout(&output).contains(&format!("added “{id}” to feeds.toml: {url}, 1 entry")),
        "{}",
        stdout(&output)
    );
    let messages = stderr(&output);
    assert!(
        messages.contains("brands/b shows it") && messages.contains("/blog.xml  Acme Blog"),
        "{messages}"
    );
    assert_eq!(run(folder.path(), &["fetch", id]).status.code(), Some(0), "what was added can be polled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_within_a_site_means_its_own_feed_and_the_home_page_the_press() {
    let publisher = site().await;
    let blog = "<link rel=alternate type=application/rss+xml href=/blog.xml><a href=/press>Press</a>";
    publisher.serve("/blog", Script::document("text/html", blog));
    publisher.serve("/", Script::document("text/html", blog));
    let press = "<link rel=alternate type=application/rss+xml href=/press.xml>";
    publisher.serve("/press", Script::document("text/html", press));
    for (page, expected) in [("/blog", "/blog.xml"), ("/", "/press.xml")] {
        let printed = add(&Folder::new(), &[publisher.url(page).as_str(), "--print"]);
        assert!(stdout(&printed).contains(expected), "{page}: {}", stdout(&printed));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_already_is_said_and_left_alone() {
    let (publisher, folder) = (site().await, Folder::new());
    folder.write("feeds.toml", "version = 1\n[[brand]]\nslug = \"b\"\ntitle = \"B\"\nsources = []\n");
    folder.write("feeds.toml", CONFIG);
    let url = publisher.url("/press.xml").to_string();
    let first = add(&folder, &[&url]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    assert!(
        stderr(&first).contains("nothing shows it yet") && stderr(&first).contains("brands/b"),
        "{}",
        stderr(&first)
    );
    let (before, asked) = (text(&folder), publisher.requests().len());
    for again in [url.clone(), format!("{url}/"), url.replace("http://", "https://")] {
        let output = add(&folder, &[&again, "--json"]);
        assert_eq!(output.status.code(), Some(1), "{again}");
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&object["added"], &object["known"]["id"]), (&Value::Null, &"127-0-0-1-press".into()));
    }
    assert_eq!(publisher.requests().len(), asked, "nobody is asked for that");
    let found = add(&folder, &[publisher.url("/").as_str()]);
    assert_eq!(found.status.code(), Some(1), "{}", stdout(&found));
    assert_eq!(text(&folder), before);
    let other = add(&folder, &[publisher.url("/blog.xml").as_str(), "--json"]);
    let object: Value = serde_json::from_slice(&other.stdout).unwrap();
    assert_eq!((&object["added"]["id"], &object["to"]), (&"127-0-0-1".into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_where_something_is_wrong_or_only_printing_was_asked_for() {
    let (publisher, folder) = (site().await, Folder::new());
    let url = publisher.url("/").to_string();
    let missing = add(&folder, &[&url]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("pressroll init"), "{}", stderr(&missing));
    let printed = add(&folder, &[&url, "--print"]);
    assert_eq!(printed.status.code(), Some(0), "{}", stderr(&printed));
    assert!(stdout(&printed).starts_with("[[source]]\nid = \"127-0-0-1-press\"\n"), "{}", stdout(&printed));
    let object: Value = serde_json::from_slice(&add(&folder, &[&url, "--print", "--json"]).stdout).unwrap();
    assert_eq!((&object["added"], &object["lines"]), (&Value::Null, &stdout(&printed).into()));
    assert!(!folder.path().join("feeds.toml").exists());
    folder.write("feeds.toml", CONFIG);
    let unknown = add(&folder, &[&url, "--to", "brands/none"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("there are: brands/b"), "{}", stderr(&unknown));
    assert_eq!(add(&folder, &[&url, "--to", "brands/b", "--print"]).status.code(), Some(0));
    publisher.serve("/", Script::document("text/html", "<p>"));
    publisher.serve("/press.xml", Script::status(404));
    let none = add(&folder, &[&url, "--json"]);
    assert_eq!(none.status.code(), Some(1));
    let object: Value = serde_json::from_slice(&none.stdout).unwrap();
    assert!(object["added"].is_null() && !object["dropped"].as_array().unwrap().is_empty(), "{object}");
    publisher.serve("/", Script::status(500));
    assert_eq!(add(&folder, &[&url]).status.code(), Some(3));
    assert_eq!(text(&folder), CONFIG);
    folder.write("feeds.toml", "version = 1\nnonsense = true\n");
    assert_eq!(add(&folder, &[&url]).status.code(), Some(2));
    assert_eq!(text(&folder), "version = 1\nnonsense = true\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_gone_leads_to_the_first_page_of_its_site() {
    let (publisher, folder) = (site().await, Folder::new());
    let gone = publisher.url("/old/press").to_string();
    let output = add(&folder, &[&gone, "--print"]);
    assert!(stdout(&output).contains("/press.xml\"\n"), "{}{}", stdout(&output), stderr(&output));
    assert!(stderr(&output).contains("looked through from"), "{}", stderr(&output));
    let feed =
        "<rss version=\"2.0\"><channel><title>Acme</title><item><title>A</title></item></channel></rss>";
    publisher.serve("/", Script::document("application/rss+xml", feed));
    let home = format!("url = \"{}\"\n", publisher.url("/"));
    assert!(
        stdout(&add(&folder, &[&gone, "--print"])).contains(&home),
        "the address that answers is written"
    );
    publisher.serve("/", Script::status(404));
    for page in [gone, publisher.url("/").to_string()] {
        let output = add(&folder, &[&page, "--print"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains("give the address of a page that is there"), "{}", stderr(&output));
    }
}

#[test]
fn a_mail_address_is_told_from_that_of_a_site() {
    for mail in ["mailto:press@a.example", "press@a.example"] {
        let output = add(&Folder::new(), &[mail, "--print"]);
        assert_eq!(output.status.code(), Some(2), "{mail}");
        assert!(stderr(&output).contains("this is a mail address"), "{}", stderr(&output));
    }
}
