//! The disk is full, cannot be synced, or may only be read: readers notice nothing, and nobody is told that something
//! was kept which was not.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{Press, growing, growing_to, inspect, readers::Readers, told_as_failing, told_as_well};
use crate::support::{
    Folder, PRESSROLL, Site, eventually,
    janitor::Janitor,
    say,
    shim::{Fault, Shim},
    stderr,
};

/// The store's folder, in the site's.
const DISK: &str = "disk";
const STORE: &str = "sqlite:disk/press.db";
/// Entries of each source before and after the fault.
const BEFORE: usize = 2;
const AFTER: usize = 6;
/// How long a fault lasts at least, once it is noticed.
const LASTING: Duration = Duration::from_secs(3);

/// A small disk.
enum Disk {
    /// A file system of its own in memory, filled up by a file.
    Mounted { path: PathBuf, _janitor: Janitor },
    /// A folder, where mounting is not allowed; it fails as a full disk does.
    Folder(Shim),
}

impl Disk {
    fn small(path: &Path) -> Self {
        std::fs::create_dir(path).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            .arg(path)
            .stderr(Stdio::null())
            .status();
        if mount.is_ok_and(|it| it.success()) {
            let janitor = Janitor::hire("umount -l \"$1\"", &[path.as_os_str()], None);
            return Self::Mounted { path: path.to_owned(), _janitor: janitor };
        }
        say("mounting is not allowed here: the disk is a folder that fails as a full one");
        Self::Folder(Shim::over(path))
    }

    fn fill(&self) {
        match self {
            Self::Mounted { path, .. } => {
                let mut ballast = File::create(path.join("ballast")).unwrap();
                let full = std::iter::repeat(()).find_map(|()| ballast.write(&[1; 65_536]).err()).unwrap();
                assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
            }
            Self::Folder(shim) => shim.set(Fault::Full),
        }
    }

    fn make_space(&self) {
        match self {
            Self::Mounted { path, .. } => std::fs::remove_file(path.join("ballast")).unwrap(),
            Self::Folder(shim) => shim.set(Fault::None),
        }
    }
}

/// A site whose store lies on a disk that is about to fail.
struct World {
    press: Press,
    site: Site,
    readers: Readers,
}

impl World {
    async fn on(folder: Folder, dress: impl Fn(&mut Command) + Send + Sync + 'static) -> Self {
        let press = Press::start(3).await;
        press.grow_to(BEFORE);
        let site = Site::start_in(folder, &press.config(STORE), dress);
        site.ready().await;
        growing_to(&site, &press.titles(BEFORE)).await;
        let readers = Readers::of(&site);
        Self { press, site, readers }
    }

    fn file(&self) -> PathBuf {
        self.site.folder.path().join(DISK).join("press.db")
    }

    /// What holds while the disk fails and there is something new to keep.
    async fn serves_the_last_good_state(&self) {
        let began = Instant::now();
        told_as_failing(&self.site).await;
        while began.elapsed() < LASTING {
            let shown: Vec<_> = growing(&self.site).await.into_values().collect();
            assert_eq!(shown.len(), self.press.titles(BEFORE).len(), "something was shown that is not kept");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = self.site.log();
        let told = log.lines().filter(|it| it.contains("WARN")).count() as u64;
        assert!((1..=1 + began.elapsed().as_secs() / 60).contains(&told), "it is told once a minute: {log}");
    }

    /// What holds after the disk works again.
    async fn recovers(mut self) {
        let began = Instant::now();
        let shown = growing_to(&self.site, &self.press.titles(AFTER)).await;
        say(&format!("everything is shown {:?} after the disk works again", began.elapsed()));
        told_as_well(&self.site).await;
        assert!(self.readers.were_all_served() > 100);
        self.site.kill();
        inspect(&self.file());
        self.site.start_again();
        self.site.ready().await;
        assert_eq!(growing(&self.site).await, shown, "after a restart");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_pauses_polling_until_there_is_space_and_readers_do_not_notice() {
    let folder = Folder::new();
    let disk = Disk::small(&folder.path().join(DISK));
    let shim_only = match &disk {
        Disk::Mounted { .. } => None,
        Disk::Folder(shim) => Some(shim.environment()),
    };
    let world = World::on(folder, move |command| {
        command.envs(shim_only.clone().into_iter().flatten());
    })
    .await;
    disk.fill();
    world.press.grow_long(AFTER, &"A full disk takes no long texts. ".repeat(3_000));
    world.serves_the_last_good_state().await;
    disk.make_space();
    world.recovers().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_cannot_be_synced_is_never_taken_for_one_that_keeps() {
    let (world, shim) = on_a_shim().await;
    shim.set(Fault::SyncFails);
    // The log of the store is synced when it begins anew, so its end is made here, in a process whose disk works.
    let file = rusqlite::Connection::open(world.file()).unwrap();
    eventually("the store's log to end", || async {
        let restart = "PRAGMA wal_checkpoint(RESTART)";
        let is_busy: bool = file.query_row(restart, (), |row| row.get(0)).unwrap();
        (!is_busy).then_some(())
    })
    .await;
    drop(file);
    world.press.grow_to(AFTER);
    world.serves_the_last_good_state().await;
    shim.set(Fault::None);
    world.recovers().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_becomes_read_only_leaves_readers_the_last_good_state() {
    let (world, shim) = on_a_shim().await;
    shim.set(Fault::ReadOnly);
    world.press.grow_to(AFTER);
    world.serves_the_last_good_state().await;
    shim.set(Fault::None);
    world.recovers().await;
}

async fn on_a_shim() -> (World, Shim) {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(DISK)).unwrap();
    let shim = Shim::over(&folder.path().join(DISK));
    let environment = shim.environment();
    let world = World::on(folder, move |command| {
        command.envs(environment.clone());
    })
    .await;
    (world, shim)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fetch_does_not_claim_success_for_what_the_disk_did_not_take() {
    let press = Press::start(1).await;
    press.grow_to(BEFORE);
    let folder = Folder::new();
    folder.write("feeds.toml", &press.config(STORE));
    let disk = folder.path().join(DISK);
    std::fs::create_dir(&disk).unwrap();
    let shim = Shim::over(&disk);
    let fetch = || {
        let mut command = Command::new(PRESSROLL);
        command.arg("fetch").current_dir(folder.path()).envs(shim.environment());
        // The publisher answers meanwhile, in this runtime.
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    for fault in [Fault::ReadOnly, Fault::SyncFails, Fault::Full] {
        shim.set(fault);
        let output = fetch().await.unwrap();
        assert_eq!(output.status.code(), Some(4), "{fault:?} on a new disk: {}", stderr(&output));
        assert!(stderr(&output).contains("store"), "{fault:?}: {}", stderr(&output));
    }
    shim.set(Fault::None);
    assert!(fetch().await.unwrap().status.success());
    for (fault, entries) in [(Fault::ReadOnly, 3), (Fault::SyncFails, 4), (Fault::Full, 5)] {
        press.grow_to(entries);
        shim.set(fault);
        let output = fetch().await.unwrap();
        assert_eq!(output.status.code(), Some(4), "{fault:?} later: {}", stderr(&output));
        shim.set(Fault::None);
        assert!(fetch().await.unwrap().status.success());
        inspect(&disk.join("press.db"));
    }
}
