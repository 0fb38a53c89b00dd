//! Somebody who cleans up however the test process ends.
//!
//! A destructor does not run when a process is killed, and a static is never dropped. So a small shell holds the other
//! end of a pipe: when the pipe closes, because its owner was dropped or because the whole process has died, the shell
//! does its work and ends.

use std::{
    ffi::OsStr,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
};

/// A piece of shell that waits for the end. Dropping it runs the piece and waits until it is done.
pub struct Janitor(Child);

impl Janitor {
    /// Keeps `script` for the end; it finds `arguments` as `$1`, `$2` and so on. `user` and group are whose rights it
    /// has, if not ours.
    pub fn hire(script: &str, arguments: &[&OsStr], user: Option<(u32, u32)>) -> Self {
        let mut command = Command::new("sh");
        // A key that interrupts the tests must not interrupt the cleaning: hence the group of its own.
        command.arg("-c").arg(format!("cat >/dev/null; {script}")).arg("janitor").args(arguments);
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some((user, group)) = user {
            command.uid(user).gid(group);
        }
        Self(command.current_dir("/").spawn().unwrap())
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _status = self.0.wait();
    }
}
