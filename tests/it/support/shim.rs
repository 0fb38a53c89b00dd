//! A disk that fails when a test says so: `shim.c` between a process and its files.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::Folder;

/// The status of a process that ended at [`Fault::CutAt`].
pub const CUT: i32 = 86;

/// What the disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It works.
    None,
    /// The process ends at its n-th call that writes, 1 being the first; of a write, half is done.
    CutAt(u32),
    /// Nothing can be synced.
    SyncFails,
    /// No file can grow.
    Full,
    /// Nothing can be written, as on a file system that went read-only.
    ReadOnly,
}

/// The disk below one folder, for processes with its [`Shim::environment`].
pub struct Shim {
    library: PathBuf,
    disk: PathBuf,
    control: Folder,
}

impl Shim {
    /// A disk that works; the folder must exist.
    pub fn over(folder: &Path) -> Self {
        let shim = Self { library: library(), disk: folder.canonicalize().unwrap(), control: Folder::new() };
        shim.set(Fault::None);
        shim
    }

    /// From now on the disk does this, in running processes too.
    pub fn set(&self, fault: Fault) {
        let order = match fault {
            Fault::None => "none".to_owned(),
            Fault::CutAt(call) => format!("cut {call}"),
            Fault::SyncFails => "eio".to_owned(),
            Fault::Full => "enospc".to_owned(),
            Fault::ReadOnly => "erofs".to_owned(),
        };
        // By a rename, so that no process reads half an order.
        let written = self.control.write("next", &order);
        std::fs::rename(written, self.control.path().join("order")).unwrap();
    }

    /// What a process that is to use this disk finds in its environment.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("LD_PRELOAD", self.library.clone()),
            ("PRESSROLL_SHIM_FOLDER", self.disk.clone()),
            ("PRESSROLL_SHIM_CONTROL", self.control.path().join("order")),
        ]
    }
}

/// The library, compiled by the first who needs it.
fn library() -> PathBuf {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    let compile = || {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/shim.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Two runs of the tests may share the folder: each makes its own, and moves it to the common name.
        let own = folder.join(format!("shim-{}.so", std::process::id()));
        let common = folder.join("shim.so");
        let output = Command::new("cc")
            .args([
                "-shared",
                "-fPIC",
                "-O1",
                "-std=gnu11",
                "-U_FORTIFY_SOURCE",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
            ])
            .args([&own, &source])
            .output()
            .unwrap_or_else(|error| panic!("the tests need a C compiler, cc: {error}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(&own, &common).unwrap();
        common
    };
    LIBRARY.get_or_init(compile).clone()
}
