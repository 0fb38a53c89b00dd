//! Stores of earlier schemas, whose migration is cut short wherever it can be.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rusqlite::{Connection, types::Value};

use crate::support::{
    Folder, PRESSROLL, run, say,
    shim::{CUT, Fault, Shim},
    stderr, stdout,
};

/// Of the writes of a migration so many are passed over; the slow suite takes each.
const STRIDE: usize = if cfg!(feature = "suite-slow") { 1 } else { 5 };

/// An earlier schema.
pub(super) struct Earlier {
    /// Its number.
    pub(super) version: i64,
    /// The steps that led to it, by their names.
    steps: &'static [(&'static str, &'static str)],
    /// What a store of it held.
    rows: &'static str,
}

const FIRST: (&str, &str) = ("0001_first", include_str!("../../../migrations/0001_first.sql"));
const SECOND: (&str, &str) = ("0002_retention", include_str!("../../../migrations/0002_retention.sql"));
const THIRD: (&str, &str) = ("0003_fetching", include_str!("../../../migrations/0003_fetching.sql"));
const FOURTH: (&str, &str) = ("0004_reading", include_str!("../../../migrations/0004_reading.sql"));

/// All of them: a new migration brings a new one here.
pub(super) const EARLIER: [Earlier; 4] = [
    Earlier { version: 1, steps: &[FIRST], rows: include_str!("schema_1.sql") },
    Earlier { version: 2, steps: &[FIRST, SECOND], rows: include_str!("schema_2.sql") },
    Earlier { version: 3, steps: &[FIRST, SECOND, THIRD], rows: include_str!("schema_3.sql") },
    Earlier { version: 4, steps: &[FIRST, SECOND, THIRD, FOURTH], rows: include_str!("schema_4.sql") },
];

/// The site of those stores; its sources are not asked.
pub(super) const SITE: &str = "version = 1\n[site]\npublic_url = \"https://press.example\"\n\
    [[source]]\nid = \"acme\"\nurl = \"https://acme.example/rss\"\n\
    [[source]]\nid = \"wire\"\nurl = \"https://wire.example/rss\"\n\
    [[source]]\nid = \"gone\"\nurl = \"https://gone.example/rss\"\n\
    [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\", \"wire\", \"gone\"]\n";

impl Earlier {
    /// The statements that make a store of it.
    pub(super) fn statements(&self) -> String {
        let mut text = "CREATE TABLE migration (version BIGINT PRIMARY KEY, name TEXT NOT NULL);".to_owned();
        for (version, (name, step)) in (1..).zip(self.steps) {
            text += &format!("{step}\nINSERT INTO migration (version, name) VALUES ({version}, '{name}');\n");
        }
        text + self.rows
    }
}

/// A folder of a site whose store lies on a disk that can be cut.
struct Place {
    folder: Folder,
    shim: Shim,
}

impl Place {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("feeds.toml", &format!("{SITE}[store]\nurl = \"sqlite:disk/press.db\"\n"));
        let disk = folder.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let shim = Shim::over(&disk);
        Self { folder, shim }
    }

    fn with_store(earlier: &Path) -> Self {
        let place = Self::new();
        std::fs::copy(earlier, place.file()).unwrap();
        place
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("disk/press.db")
    }

    fn migrate(&self, fault: Fault) -> Output {
        self.shim.set(fault);
        let mut command = Command::new(PRESSROLL);
        command.args(["migrate", "--json"]).current_dir(self.folder.path());
        command.envs(self.shim.environment()).output().unwrap()
    }

    /// What is in the store as its files lie there; looking does not touch them.
    fn look(&self) -> State {
        let copy = Folder::new();
        for name in ["press.db", "press.db-wal", "press.db-journal"] {
            let file = self.folder.path().join("disk").join(name);
            if file.exists() {
                std::fs::copy(file, copy.path().join(name)).unwrap();
            }
        }
        State::of(&copy.path().join("press.db"))
    }
}

/// The schema of a store and what is in the columns that its earlier schema has.
#[derive(Clone, Debug, PartialEq)]
struct State {
    schema: BTreeSet<String>,
    rows: Vec<(String, Vec<Value>)>,
}

impl State {
    fn of(file: &Path) -> Self {
        let store = Connection::open(file).unwrap();
        let texts = |sql: &str| -> Vec<String> {
            let mut statement = store.prepare(sql).unwrap();
            let rows = statement.query_map((), |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        assert_eq!(texts("PRAGMA integrity_check"), ["ok"]);
        let schema = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL \
            UNION ALL SELECT version || ' ' || name FROM migration WHERE version > 0";
        let mut rows = Vec::new();
        for table in ["site", "counter", "source_state", "entry", "appearance", "edition"] {
            let columns = columns(&texts(&format!("SELECT name FROM pragma_table_info('{table}')")));
            let of = if table == "counter" { "WHERE name <> 'cleaned_by'" } else { "" };
            let mut statement =
                store.prepare(&format!("SELECT {columns} FROM {table} {of} ORDER BY 1, 2")).unwrap();
            let count = statement.column_count();
            let read = statement.query_map((), |row| (0..count).map(|at| row.get(at)).collect()).unwrap();
            rows.extend(read.map(|row| (table.to_owned(), row.unwrap())));
        }
        Self { schema: texts(schema).into_iter().collect(), rows }
    }
}

/// The columns that a table had in the first schema, of those it has.
fn columns(all: &[String]) -> String {
    let added = [
        "left_ms",
        "failing_since_ms",
        "retry_until_ms",
        "host_until_ms",
        "moved_times",
        "cadence_base_min",
        "cadence_skip_hours",
        "cadence_skip_days",
        "error_class",
        "offers",
        "habit",
        "hub",
        "topic",
        "origin",
        "press",
        "withdrawn_ms",
        "signs",
        "pictures_due_ms",
        "pictures_failures",
        "pictures_error",
        "pictured_ms",
        "feed_logo",
        "pictures_wanted",
    ];
    let kept: Vec<&str> = all.iter().map(String::as_str).filter(|it| !added.contains(it)).collect();
    kept.join(", ")
}

/// What a saved store holds: nobody polls for it.
fn without_leases(file: &Path) -> State {
    let freed = "UPDATE source_state SET lease_owner = NULL, lease_until_ms = 0";
    Connection::open(file).unwrap().execute_batch(freed).unwrap();
    State::of(file)
}

/// What a normal start on the store gives its readers.
pub(super) fn rendered(folder: &Path) -> String {
    let output = run(folder, &["render", "brands/acme", "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// A store of an earlier schema, before its migration and after it.
struct Course {
    /// The file.
    old: PathBuf,
    before: State,
    /// What is saved before anything is changed.
    saved: State,
    after: State,
    feed: String,
    _folder: Folder,
}

impl Course {
    fn of(earlier: &Earlier) -> Self {
        let folder = Folder::new();
        let (old, copy) = (folder.path().join("old.db"), folder.path().join("saved.db"));
        // SQLite knows the key that is the row's own number by another name.
        let text = earlier.statements().replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
        Connection::open(&old).unwrap().execute_batch(&text).unwrap();
        std::fs::copy(&old, &copy).unwrap();
        let whole = Place::with_store(&old);
        let output = whole.migrate(Fault::None);
        assert!(output.status.success(), "{}", stderr(&output));
        let (before, after) = (State::of(&old), whole.look());
        assert_eq!(after.rows, before.rows, "a migration changes no row");
        assert_ne!(after.schema, before.schema);
        let (saved, feed) = (without_leases(&copy), rendered(whole.folder.path()));
        Self { old, before, saved, after, feed, _folder: folder }
    }

    /// Cuts a migration at a write and goes on from there: whether the cut came behind its end, or nothing if there was
    /// no such write.
    fn cut(&self, call: u32) -> Option<bool> {
        let place = Place::with_store(&self.old);
        let output = place.migrate(Fault::CutAt(call));
        if output.status.success() {
            return None;
        }
        assert_eq!(output.status.code(), Some(CUT), "cut at {call}: {}", stderr(&output));
        let cut = place.look();
        assert_eq!(cut.rows, self.before.rows, "cut at {call}");
        let is_new = cut.schema == self.after.schema;
        assert!(is_new || cut.schema == self.before.schema, "cut at {call}: {:#?}", cut.schema);

        let output = place.migrate(Fault::None);
        assert!(output.status.success(), "after a cut at {call}: {}", stderr(&output));
        assert_eq!(place.look(), self.after, "after a cut at {call}");
        assert_eq!(rendered(place.folder.path()), self.feed, "after a cut at {call}");
        let told: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        let backup = told["backup"].as_str().map(|it| State::of(&place.folder.path().join(it)));
        assert_eq!(backup, (!is_new).then(|| self.saved.clone()), "the store is saved as it was");
        Some(is_new)
    }
}

#[test]
fn a_migration_that_is_cut_at_any_write_leaves_the_old_schema_or_the_new_one() {
    for earlier in &EARLIER {
        let course = Course::of(earlier);
        let cuts: Vec<bool> = (1..).step_by(STRIDE).map_while(|call| course.cut(call)).collect();
        let behind = cuts.iter().filter(|it| **it).count();
        let (count, version) = (cuts.len(), earlier.version);
        say(&format!("{count} cuts in a migration from schema {version}, {behind} of them behind its end"));
        assert!(count > 3);
    }
}

#[test]
fn a_store_whose_making_was_cut_at_any_write_is_made_at_the_next_start() {
    let mut cuts = 0;
    for call in (1..).step_by(STRIDE) {
        let place = Place::new();
        let output = place.migrate(Fault::CutAt(call));
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(CUT), "cut at {call}: {}", stderr(&output));
        let output = place.migrate(Fault::None);
        assert!(output.status.success(), "after a cut at {call}: {}", stderr(&output));
        assert!(rendered(place.folder.path()).contains("\"items\":[]"));
        cuts += 1;
    }
    assert!(cuts > 3);
}

#[test]
fn there_is_a_store_of_every_earlier_schema_to_try() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let steps = std::fs::read_dir(folder)
        .unwrap()
        .filter(|it| it.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "sql"));
    assert_eq!(EARLIER.len() + 1, steps.count(), "add what a store held before the newest migration");
}
