//! The line to PostgreSQL is cut after each message of a migration.

use super::migrate::{EARLIER, SITE, rendered};
use crate::support::{
    Folder,
    cutter::{Cutter, Line},
    postgres::{Database, database},
    run, say, stderr,
};

/// The tables and what is in the columns of the earlier schema.
#[derive(Debug, PartialEq)]
struct State {
    schema: Vec<Vec<String>>,
    rows: Vec<Vec<Vec<String>>>,
}

impl State {
    fn of(database: &Database) -> Self {
        let schema = "SELECT table_name, column_name, data_type, is_nullable, column_default \
            FROM information_schema.columns WHERE table_schema = 'public' \
            UNION ALL SELECT indexdef, '', '', '', '' FROM pg_indexes WHERE schemaname = 'public' \
            UNION ALL SELECT CAST(version AS TEXT), name, '', '', '' FROM migration WHERE version > 0 ORDER BY 1, 2";
        let states = "SELECT source_id, url, next_at_ms, lease_owner, lease_until_ms, changed_seq, gone, polled_ms, \
            failures, etag, body_hash, next_why, error, feed_title, repairs FROM source_state ORDER BY 1";
        let rows = ["site", "counter WHERE name <> 'cleaned_by'", "appearance", "edition"]
            .map(|table| format!("SELECT * FROM {table} ORDER BY 1, 2"));
        let entries = "SELECT id, source_id, identity, public_id, canonical, raw_hash, order_ms, tie, in_document, \
            published_ms, guid, link, title, authors, media, excerpt, content_html FROM entry ORDER BY 1";
        let rows = rows
            .iter()
            .map(|sql| database.sql(sql))
            .chain([database.sql(states), database.sql(entries)])
            .collect();
        Self { schema: database.sql(schema), rows }
    }
}

/// A folder of a site whose store has this address.
fn site_on(url: &str) -> Folder {
    let folder = Folder::new();
    folder.write("feeds.toml", &format!("{SITE}[store]\nurl = \"{url}\"\n"));
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_whose_line_is_cut_at_any_message_leaves_the_old_schema_or_the_new_one() {
    for earlier in &EARLIER {
        let database = database();
        // Emptied for each cut: another database costs a thousand files.
        let make = || {
            database
                .sql(&format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public; {}", earlier.statements()))
        };
        let migrate = |folder: Folder| async {
            let output = tokio::task::spawn_blocking(move || run(folder.path(), &["migrate"]));
            output.await.unwrap()
        };
        make();
        let before = State::of(&database);
        let output = migrate(site_on(database.url())).await;
        assert!(output.status.success(), "{}", stderr(&output));
        let after = State::of(&database);
        assert_eq!(after.rows, before.rows, "a migration changes no row");
        assert_ne!(after.schema, before.schema);
        let feed = rendered(site_on(database.url()).path());

        let (mut cuts, mut done) = (0, 0);
        for messages in 1.. {
            make();
            let cutter = Cutter::start(database.url()).await;
            cutter.set(Line::CutAfter(messages));
            let output = migrate(site_on(cutter.url())).await;
            if output.status.success() {
                break;
            }
            assert_eq!(output.status.code(), Some(4), "cut after {messages}: {}", stderr(&output));
            let cut = State::of(&database);
            assert_eq!(cut.rows, before.rows, "cut after {messages}");
            let is_new = cut.schema == after.schema;
            assert!(is_new || cut.schema == before.schema, "cut after {messages}: {:#?}", cut.schema);
            (cuts, done) = (cuts + 1, done + usize::from(is_new));

            let output = migrate(site_on(database.url())).await;
            assert!(output.status.success(), "after a cut after {messages}: {}", stderr(&output));
            assert_eq!(State::of(&database), after, "after a cut after {messages}");
            assert_eq!(rendered(site_on(database.url()).path()), feed, "after a cut after {messages}");
        }
        say(&format!(
            "{cuts} lines cut in a migration from schema {}, {done} behind its end",
            earlier.version
        ));
        assert!(cuts > 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_refused_and_left_alone() {
    let database = database();
    let folder = site_on(database.url());
    assert!(run(folder.path(), &["migrate"]).status.success());
    database.sql("INSERT INTO migration (version, name) VALUES (9999, 'later')");
    let before = State::of(&database);
    for command in ["migrate", "status", "serve"] {
        let output = run(folder.path(), &[command, "--listen", "127.0.0.1:0"]);
        assert_eq!(output.status.code(), Some(4), "{command}: {}", stderr(&output));
        assert!(stderr(&output).contains("newer pressroll"), "{command}: {}", stderr(&output));
    }
    assert_eq!(State::of(&database), before);
}
