//! What had to be mended is said wherever a source is told of, with a mail to its publisher's webmaster.

use serde_json::{Value, json};

use crate::support::{
    Folder, PRESSROLL,
    publisher::{Publisher, Script},
    run, stderr, stdout,
};

const RSS: &str = "application/rss+xml";
const SOUND: &str = "<rss version=\"2.0\"><channel><title>Acme</title>\
    <item><title>R&amp;D</title><link>https://acme.example/1</link></item></channel></rss>";
const FLAWED: &str = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Acme</title>\n\
    <item><title>R&D at AT&T &foo;</title><link>https://acme.example/1</link></item>\n\
    <item><title>M&A</title><link>https://acme.example/2</link></item></channel></rss>";
const MENDED: &str = "mended 3 bare ampersands, 1 unknown entity";
const MAIL: &str = "\n\nto send to the publisher's webmaster:\n\nSubject: ";

fn folder(publisher: &Publisher, ids: &[&str]) -> Folder {
    let source = |id: &&str| {
        let url = publisher.url(&format!("/{id}.xml"));
        format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nallow_networks = [\"127.0.0.0/8\"]\n")
    };
    let sources: String = ids.iter().map(source).collect();
    let folder = Folder::new();
    let brand = format!("[[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = {ids:?}\n");
    folder.write("feeds.toml", &format!("version = 1\n{sources}{brand}"));
    folder
}

fn object(folder: &Folder, arguments: &[&str]) -> Value {
    let output = run(folder.path(), arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// A publisher with a sound and a flawed feed, polled once.
async fn world() -> (Publisher, Folder) {
    let publisher = Publisher::start().await;
    publisher.serve("/sound.xml", Script::document(RSS, SOUND).etag("\"s\""));
    publisher.serve("/flawed.xml", Script::document(RSS, FLAWED).etag("\"f\""));
    let folder = folder(&publisher, &["sound", "flawed"]);
    let first = stdout(&run(folder.path(), &["fetch", "--explain"]));
    assert!(first.contains(MENDED) && first.contains("to send to the webmaster of flawed:"), "{first}");
    assert!(!first.contains("webmaster of sound"), "{first}");
    (publisher, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_says_what_was_mended_also_after_a_round_without_a_document() {
    let (_publisher, folder) = world().await;
    for _ in 0..2 {
        let table = stdout(&run(folder.path(), &["status"]));
        assert_eq!(table.matches("mended").count(), 1, "a sound source says nothing: {table}");
        assert!(
            table.contains(&format!("\n    {MENDED}\n")) || table.ends_with(&format!("{MENDED}\n")),
            "{table}"
        );
        assert!(table.contains("2 sources: 2 fresh"), "a mended source is well: {table}");
        let card = stdout(&run(folder.path(), &["status", "flawed"]));
        assert!(card.contains("3 bare ampersands, 1 unknown entity") && card.contains(MAIL), "{card}");
        let sound = stdout(&run(folder.path(), &["status", "sound"]));
        assert!(!sound.contains("mended") && !sound.contains("webmaster"), "{sound}");
        let again = stdout(&run(folder.path(), &["fetch", "--explain"]));
        let words: Vec<&str> = again.split_whitespace().collect();
        assert!(words.join(" ").contains(&format!("unchanged; {MENDED}")), "{again}");
    }
    let plain = stdout(&run(folder.path(), &["fetch"]));
    assert!(!plain.contains("webmaster"), "the mail is for those who ask for it: {plain}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_get_the_sentence_the_list_and_the_letter() {
    let (publisher, folder) = world().await;
    let repairs = json!([
        { "what": "bare ampersand", "count": 3, "line": 3, "column": 15 },
        { "what": "unknown entity", "count": 1, "line": 3, "column": 26 },
    ]);
    for arguments in [["status", "flawed", "--json"].as_slice(), &["fetch", "flawed", "--explain", "--json"]]
    {
        let source = object(&folder, arguments)["sources"][0].clone();
        assert_eq!(source["mended"], "3 bare ampersands, 1 unknown entity", "{source:#}");
        assert_eq!(source["repairs"], repairs, "{source:#}");
        let letter = source["letter"].as_str().unwrap();
        let url = publisher.url("/flawed.xml");
        for expected in [
            url.as_str(),
            "- 3 bare ampersands, the first in line 3, column 15.",
            "Write `&amp;`",
            "(XML 1.0, section 2.4: https://www.w3.org/TR/xml/#syntax)",
            "- 1 unknown entity, in line 3, column 26.",
        ] {
            assert!(letter.contains(expected), "{expected} in {letter}");
        }
        assert!(!letter.contains("pressroll"), "it is about their feed: {letter}");
    }
    let sound = object(&folder, &["status", "sound", "--json"])["sources"][0].clone();
    assert_eq!(
        (&sound["mended"], &sound["repairs"], &sound["letter"]),
        (&json!(""), &json!([]), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_letter_fits_the_page_and_begins_at_its_edge() {
    let (_publisher, folder) = world().await;
    for width in [60, 160] {
        let mut command = std::process::Command::new(PRESSROLL);
        let command = command.args(["status", "flawed"]).current_dir(folder.path());
        let card = stdout(&command.env("COLUMNS", width.to_string()).output().unwrap());
        let (_, letter) = card.split_once("webmaster:\n\n").unwrap();
        assert!(letter.starts_with("Subject: ") && letter.lines().count() > 15, "{card}");
        for line in letter.lines() {
            let is_one_word = line.split_whitespace().count() <= 2;
            assert!(line.chars().count() <= width.min(78) || is_one_word, "{width}: {line}");
            assert!(!line.starts_with("   "), "it can be copied as it stands: {line:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_says_what_would_be_mended() {
    let publisher = Publisher::start().await;
    publisher.serve("/flawed.xml", Script::document(RSS, FLAWED));
    let folder = folder(&publisher, &["flawed"]);
    let text = stdout(&run(folder.path(), &["check", "--online"]));
    assert!(text.contains(&format!("✓  flawed  2 entries of “Acme”; {MENDED}")), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_a_feeds_place_is_told_with_what_to_do() {
    let publisher = Publisher::start().await;
    let challenge = "<html><head><title>Just a moment...</title></head><body></body></html>";
    publisher.serve("/shut.xml", Script::document("text/html", challenge));
    publisher.serve("/list.xml", Script::document("text/xml", "<opml><body/></opml>"));
    publisher.serve("/error.xml", Script::document("application/json", "{\"error\": \"no such feed\"}"));
    let folder = folder(&publisher, &["shut", "list", "error"]);
    run(folder.path(), &["fetch"]);
    let status = object(&folder, &["status", "--json"]);
    for (at, class, sentence, advice) in [
        (0, "challenge-page", "lets only browsers through, not a feed", "let feed readers through"),
        (1, "opml", "this is a list of feeds (OPML), not a feed", "pressroll import"),
        (2, "error-message", "this is a program's error message, not a feed", "Open the address"),
    ] {
        let source = &status["sources"][at];
        assert_eq!(source["error_class"], class, "{source:#}");
        assert!(source["error"].as_str().unwrap().contains(sentence), "{source:#}");
        assert!(source["advice"].as_str().unwrap().contains(advice), "{source:#}");
    }
}
