//! The disk is full, cannot be synced, or may only be read: readers notice nothing, and nobody is told that something
//! was kept which was not.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    Press, growing, growing_to, inspect, readers::Readers, told_as_failing, told_as_well, told_once_a_minute,
};
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

/// A disk that can fail.
enum Disk {
    /// A small file system of its own in memory, filled up by a file.
    Mounted { path: PathBuf, _janitor: Janitor },
    /// A folder that fails as a disk would.
    Shimmed(Shim),
}

impl Disk {
    fn shimmed(path: &Path) -> Self {
        std::fs::create_dir(path).unwrap();
        Self::Shimmed(Shim::over(path))
    }

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
        Self::Shimmed(Shim::over(path))
    }

    fn set(&self, fault: Fault) {
        match (self, fault) {
            (Self::Shimmed(shim), fault) => shim.set(fault),
            (Self::Mounted { path, .. }, Fault::None) => {
                std::fs::remove_file(path.join("ballast")).unwrap();
            }
            (Self::Mounted { path, .. }, _) => {
                let mut ballast = File::create(path.join("ballast")).unwrap();
                let full = std::iter::repeat(()).find_map(|()| ballast.write(&[1; 65_536]).err()).unwrap();
                assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
            }
        }
    }

    fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        match self {
            Self::Shimmed(shim) => shim.environment(),
            Self::Mounted { .. } => Vec::new(),
        }
    }
}

/// A site whose store lies on a disk that is about to fail.
struct World {
    /// First, because it is unmounted before its folder is removed.
    disk: Disk,
    press: Press,
    site: Site,
    readers: Readers,
}

impl World {
    async fn on(make: impl FnOnce(&Path) -> Disk) -> Self {
        let folder = Folder::new();
        let disk = make(&folder.path().join(DISK));
        let environment = disk.environment();
        let press = Press::start(3).await;
        press.grow_to(BEFORE);
        let site = Site::start_in(folder, &press.config(STORE), move |command| {
            command.envs(environment.clone());
        });
        site.ready().await;
        growing_to(&site, &press.titles(BEFORE)).await;
        let readers = Readers::of(&site);
        Self { disk, press, site, readers }
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
        told_once_a_minute(&self.site, began);
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
    let world = World::on(Disk::small).await;
    world.disk.set(Fault::Full);
    world.press.grow_long(AFTER, &"A full disk takes no long texts. ".repeat(3_000));
    world.serves_the_last_good_state().await;
    world.disk.set(Fault::None);
    world.recovers().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_cannot_be_synced_is_never_taken_for_one_that_keeps() {
    let world = World::on(Disk::shimmed).await;
    world.disk.set(Fault::SyncFails);
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
    world.disk.set(Fault::None);
    world.recovers().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_becomes_read_only_leaves_readers_the_last_good_state() {
    let world = World::on(Disk::shimmed).await;
    world.disk.set(Fault::ReadOnly);
    world.press.grow_to(AFTER);
    world.serves_the_last_good_state().await;
    world.disk.set(Fault::None);
    world.recovers().await;
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
