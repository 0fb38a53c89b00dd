//! The name of this process among all that share a store, and what can be said of the others by theirs.
//!
//! Containers are called alike and number their processes alike, and they may share one database: so a name also says
//! which running kernel the process is on, and in which space of process numbers. Only of a process of the same space
//! can be said that it is dead; what others hold is freed when it runs out.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    io,
    path::Path,
};

/// Where Linux tells of processes.
pub const PROCESSES: &str = "/proc";
/// Parts of a name, from the right.
const PARTS: usize = 6;
/// Digits of the number that each start of a kernel draws.
const KERNEL_DIGITS: usize = 12;
/// Longest name of a host that is taken over, in characters.
const HOST_CHARS_MAX: usize = 64;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What its host calls itself; others may have the same name.
    pub host: String,
    /// Its number, among those of its space.
    pub process: u32,
    /// When it began, in the kernel's ticks: numbers are given again.
    began: u64,
    /// What the kernel it runs on drew when it started; empty where nobody says.
    kernel: String,
    /// The space of process numbers that it is in; empty where nobody says.
    space: String,
    /// Drawn when it started, where nothing else tells two apart.
    chance: String,
}

impl Node {
    /// This process, as `processes` tells of it.
    pub fn own(processes: &Path) -> Self {
        let process = std::process::id();
        let read = |path: &str| std::fs::read_to_string(processes.join(path)).unwrap_or_default();
        let host = read("sys/kernel/hostname");
        let host =
            host.trim().chars().filter(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_'));
        let host: String = host.take(HOST_CHARS_MAX).collect();
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_hexdigit).collect() };
        let kernel = digits(&read("sys/kernel/random/boot_id")).chars().take(KERNEL_DIGITS).collect();
        let space = std::fs::read_link(processes.join("self/ns/pid")).unwrap_or_default();
        let space = space.to_string_lossy().chars().filter(char::is_ascii_digit).collect();
        // A hasher of the standard library has a seed of its own in each process.
        let chance = format!("{:08x}", RandomState::new().hash_one(process) >> 32);
        Self {
            host: if host.is_empty() { "node".to_owned() } else { host },
            process,
            began: began(processes, process).ok().flatten().unwrap_or_default(),
            kernel,
            space,
            chance,
        }
    }

    /// The process that a name says; `None` where an older version or something else gave the name.
    pub fn parse(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.rsplitn(PARTS, '-').collect();
        let [chance, space, kernel, began, process, host] = parts.try_into().ok()?;
        Some(Self {
            host: host.to_owned(),
            process: process.parse().ok()?,
            began: began.parse().ok()?,
            kernel: kernel.to_owned(),
            space: space.to_owned(),
            chance: chance.to_owned(),
        })
    }

    /// Whether `other` is known to be dead: it was in our space of processes, and `processes` does not tell of it.
    pub fn knows_dead(&self, other: &Self, processes: &Path) -> bool {
        let is_near = (&self.kernel, &self.space) == (&other.kernel, &other.space);
        // Where the processes of other users are hidden the first one is hidden, too.
        let sees_others = processes.join("1").exists();
        if !is_near || self.kernel.is_empty() || self.space.is_empty() || !sees_others {
            return false;
        }
        began(processes, other.process).is_ok_and(|it| it != Some(other.began))
    }
}

impl fmt::Display for Node {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, process, began, kernel, space, chance } = self;
        write!(to, "{host}-{process}-{began}-{kernel}-{space}-{chance}")
    }
}

/// When a process began, in ticks since the kernel started; nothing if there is no such process. Any other trouble, such
/// as too many open files, says nothing of it.
fn began(processes: &Path, process: u32) -> io::Result<Option<u64>> {
    let line = match std::fs::read_to_string(processes.join(process.to_string()).join("stat")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    // The second field is the program's name in brackets, which may hold anything; the 22nd is what we want.
    let after = line.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks = after.split_whitespace().nth(19).and_then(|it| it.parse().ok());
    ticks.map(Some).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;

    /// What `/proc` of a machine looks like; removed at the end.
    struct Processes(PathBuf);

    impl Processes {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("pressroll-node-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            let it = Self(path);
            it.write("sys/kernel/hostname", "app\n");
            it.write("sys/kernel/random/boot_id", "b5a6e149-a2b6-457b-93cd-1974926da0e5\n");
            fs::create_dir_all(it.0.join("self/ns")).unwrap();
            std::os::unix::fs::symlink("pid:[4026531836]", it.0.join("self/ns/pid")).unwrap();
            it.runs(1, 7);
            it.runs(std::process::id(), 1_286_976);
            it
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn runs(&self, process: u32, began: u64) {
            let fields = "S 1 1 1 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0";
            self.write(&format!("{process}/stat"), &format!("{process} (press) 1 (x) {fields} {began} 31\n"));
        }

        fn own(&self) -> Node {
            Node::own(&self.0)
        }
    }

    impl Drop for Processes {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_name_says_who_it_is_and_no_two_are_the_same() {
        let processes = Processes::new("name");
        let (one, other) = (processes.own(), processes.own());
        assert_ne!(one.to_string(), other.to_string(), "even two that are alike in everything");
        assert_eq!(Node::parse(&one.to_string()), Some(one.clone()));
        assert!(one.to_string().contains("-1286976-b5a6e149a2b6-4026531836-"), "{one}");
        let dashed = Node { host: "eu-west-1".to_owned(), ..one };
        assert_eq!(Node::parse(&dashed.to_string()), Some(dashed));
        assert_eq!(Node::parse("app-17-1793610000000"), None, "a name of an older version");
    }

    #[test]
    fn a_process_that_is_gone_or_whose_number_was_given_again_is_dead() {
        let processes = Processes::new("gone");
        let own = processes.own();
        let other = Node { process: 900_000, began: 40, ..own.clone() };
        assert!(own.knows_dead(&other, &processes.0));
        processes.runs(900_000, 40);
        assert!(!own.knows_dead(&other, &processes.0));
        processes.runs(900_000, 41);
        assert!(own.knows_dead(&other, &processes.0));
        assert!(!own.knows_dead(&own, &processes.0));
    }

    #[test]
    fn nothing_is_known_of_another_machine_or_container_of_the_same_name() {
        let processes = Processes::new("elsewhere");
        let own = processes.own();
        let gone = Node { process: 900_000, ..own.clone() };
        assert!(own.knows_dead(&gone, &processes.0));
        for elsewhere in [
            Node { kernel: "000000000000".to_owned(), ..gone.clone() },
            Node { space: "4026532000".to_owned(), ..gone.clone() },
        ] {
            assert_eq!(elsewhere.host, own.host);
            assert!(!own.knows_dead(&elsewhere, &processes.0), "{elsewhere}");
        }
        let nameless = Node { kernel: String::new(), space: String::new(), ..gone.clone() };
        assert!(
            !nameless.knows_dead(&nameless, &processes.0),
            "two that nothing is known of are not neighbours"
        );
    }

    #[test]
    fn where_processes_are_hidden_or_cannot_be_read_nobody_is_dead() {
        let processes = Processes::new("hidden");
        let own = processes.own();
        let gone = Node { process: 900_000, ..own.clone() };
        processes.write("900000/stat", "nonsense");
        assert!(!own.knows_dead(&gone, &processes.0));
        fs::remove_dir_all(processes.0.join("900000")).unwrap();
        assert!(own.knows_dead(&gone, &processes.0));
        fs::remove_dir_all(processes.0.join("1")).unwrap();
        assert!(!own.knows_dead(&gone, &processes.0));
        let nowhere = Path::new("/no/such/folder");
        assert!(!Node::own(nowhere).knows_dead(&gone, nowhere));
    }
}
