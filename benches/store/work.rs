//! What is asked for, where it is done, and the store that it is done to.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process,
    sync::Arc,
};

use anyhow::{Context, Result};
use pressroll::{
    model::SourceId,
    store::{Claim, Round, Schema, Store},
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
};
use tokio_util::task::TaskTracker;

use crate::world;

/// Rounds that run at once, as in `IngestLimits`.
pub const ROUNDS: usize = 32;

/// The order of work, and its folder.
pub struct Work {
    parts: Vec<String>,
    folder: PathBuf,
    is_kept: bool,
    is_strict: bool,
    runtime: Runtime,
}

impl Work {
    /// Reads the arguments; cargo adds a `--bench` of its own.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let (mut parts, mut is_strict, mut kept_in) = (Vec::new(), false, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--strict" => is_strict = true,
                "--in" => kept_in = Some(PathBuf::from(arguments.next().context("“--in” needs a folder")?)),
                part => parts.push(part.to_owned()),
            }
        }
        if parts.is_empty() {
            parts = ["insert", "unchanged", "growth", "newest"].map(str::to_owned).to_vec();
        }
        let is_kept = kept_in.is_some();
        let folder = kept_in
            .unwrap_or_else(|| std::env::temp_dir().join(format!("pressroll-bench-{}", process::id())));
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { parts, folder, is_kept, is_strict, runtime })
    }

    /// What is to be measured.
    pub fn parts(&self) -> Vec<String> {
        self.parts.clone()
    }

    /// Whether a law that is broken widely is an error.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs to its end what waits for the store.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Runs to their ends, as many at once as ingest lets, what rounds wait for; what they bring, in their order.
    pub fn at_once<T: Send + 'static>(
        &self,
        rounds: impl Iterator<Item = impl Future<Output = Result<T>> + Send + 'static>,
    ) -> Result<Vec<T>> {
        let places = Arc::new(Semaphore::new(ROUNDS));
        self.run(async {
            let (tasks, mut running) = (TaskTracker::new(), Vec::new());
            for round in rounds {
                let place = Arc::clone(&places).acquire_owned().await?;
                running.push(tasks.spawn(async move {
                    let done = round.await;
                    drop(place);
                    done
                }));
            }
            let mut ended = Vec::with_capacity(running.len());
            for round in running {
                ended.push(round.await??);
            }
            Ok(ended)
        })
    }

    /// A new store at `path`; what was there before is removed.
    pub fn new_store(&self, path: &Path, sources: usize) -> Result<Store> {
        remove(path)?;
        let store = self.store(path)?;
        let sources: Vec<(SourceId, String)> =
            (0..sources).map(|at| (world::source(at), world::address(at))).collect();
        self.run(store.adopt(&sources, world::NOW_MS))?;
        Ok(store)
    }

    /// The store at `path`.
    pub fn store(&self, path: &Path) -> Result<Store> {
        Ok(self.run(Store::open(
            &format!("sqlite:{}", path.display()),
            Path::new("/"),
            "bench",
            Schema::Update,
        ))?)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(error) = fs::remove_dir_all(&self.folder)
        {
            println!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

/// Takes the lease of each round's source and keeps the round; of one source, one round after another.
pub fn keep(work: &Work, store: &Store, rounds: Vec<(usize, Round)>) -> Result<()> {
    let mut of_sources: BTreeMap<usize, Vec<Round>> = BTreeMap::new();
    for (at, round) in rounds {
        of_sources.entry(at).or_default().push(round);
    }
    let keep = |(at, rounds)| {
        let store = store.clone();
        async move {
            for round in rounds {
                store.claim(&claim(at)).await?.context("nobody else holds a lease")?;
                store.keep(round).await?;
            }
            Ok(())
        }
    };
    work.at_once(of_sources.into_iter().map(keep)).map(drop)
}

/// A try to take the lease on source number `at`.
pub fn claim(at: usize) -> Claim {
    Claim {
        source: world::source(at),
        url: world::address(at),
        now_ms: world::NOW_MS,
        until_ms: world::NOW_MS + 60_000,
        due_ms: i64::MAX,
    }
}

/// Removes a store's file and what belongs to it.
pub fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{end}", path.display()));
        if file.exists() {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}
