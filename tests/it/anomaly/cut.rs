//! The process ends at one of its writes, with half of it done: at each of them, one after the other.

use std::process::{Command, Output};

use super::{Press, inspect, shown};
use crate::support::{
    Folder, PRESSROLL, say,
    shim::{CUT, Fault, Shim},
    stderr, stdout,
};

/// Of the writes of a first round so many are passed over; the slow suite takes each.
const STRIDE: usize = if cfg!(feature = "suite-slow") { 1 } else { 9 };
/// Entries of each source: in the store already, and in the round that is cut.
const BEFORE: usize = 2;
const AFTER: usize = 6;

/// A folder with a feeds.toml, and a disk in it for the store.
struct Place {
    folder: Folder,
    shim: Shim,
}

impl Place {
    fn new(press: &Press) -> Self {
        let folder = Folder::new();
        folder.write("feeds.toml", &press.config("sqlite:disk/press.db"));
        let disk = folder.path().join("disk");
        std::fs::create_dir(&disk).unwrap();
        let shim = Shim::over(&disk);
        Self { folder, shim }
    }

    /// Runs a command to its end, or to its cut.
    async fn run(&self, arguments: &'static [&'static str], fault: Fault) -> Output {
        self.shim.set(fault);
        let mut command = Command::new(PRESSROLL);
        command.args(arguments).current_dir(self.folder.path()).envs(self.shim.environment());
        // The publisher answers meanwhile, in this runtime.
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    async fn runs(&self, arguments: &'static [&'static str]) -> String {
        let output = self.run(arguments, Fault::None).await;
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stdout(&output)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_that_is_cut_at_any_of_its_writes_is_kept_whole_or_not_at_all() {
    let press = Press::start(2).await;
    let (mut whole, mut cuts) = (0, 0);
    for call in (1..).step_by(STRIDE) {
        let place = Place::new(&press);
        press.grow_to(BEFORE);
        place.runs(&["fetch"]).await;
        press.grow_to(AFTER);
        let output = place.run(&["fetch"], Fault::CutAt(call)).await;
        let file = place.folder.path().join("disk/press.db");
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(CUT), "cut at {call}: {}", stderr(&output));
        cuts += 1;
        let by_source = "SELECT COUNT(*) FROM entry WHERE source_id <> 'quiet' GROUP BY source_id";
        inspect(&file);
        for count in counts(&file, by_source) {
            assert!(count == BEFORE || count == AFTER, "cut at {call}: {count} entries of a source");
            whole += usize::from(count == AFTER);
        }
        place.runs(&["fetch"]).await;
        let feed = place.runs(&["render", "brands/growing", "--format", "json"]).await;
        let titles = shown(&feed).into_values().collect();
        assert_eq!(press.titles(AFTER), titles, "after a cut at {call}");
        inspect(&file);
    }
    say(&format!("{cuts} cuts in a round, after which {whole} sources had it"));
    assert!(cuts > 2 && whole > 0);
}

fn counts(file: &std::path::Path, sql: &str) -> Vec<usize> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| row.get::<_, i64>(0)).unwrap();
    rows.map(|it| usize::try_from(it.unwrap()).unwrap()).collect()
}
