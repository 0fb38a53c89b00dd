//! PostgreSQL as it is: a real server for tests, on a loopback port and in a folder of its own.
//!
//! ```ignore
//! let database = postgres::database();        // fresh and empty, on the server that all tests share
//! Store::open(database.url(), …)
//!
//! let server = Server::start();               // one that only this test has, and that may crash
//! server.stop(Stop::Immediate);
//! server.start_again();                       // the same port, the same data
//! ```
//!
//! - The shared server starts with the first [`database`]. It does not sync what it writes: nothing outlives it.
//! - `PRESSROLL_TEST_PG=postgres://…` gives a server to use for [`database`] instead; the role must be allowed to create
//!   databases. [`Server::start`] needs the programs all the same.
//! - Servers stop and their folders go however the test process ends.
//! - PostgreSQL refuses to run as root. For root it runs as the user `postgres`, or `nobody` where there is none.

use std::{
    future::Future,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio_postgres::{NoTls, SimpleQueryMessage};
use url::Url;

use super::janitor::Janitor;

/// Names a server to use instead of one of our own.
const GIVEN: &str = "PRESSROLL_TEST_PG";
/// Where Debian keeps the programs of its version.
const DEBIAN: &str = "/usr/lib/postgresql/15/bin";
/// What is said where they are missing.
const INSTALL: &str =
    "PostgreSQL 15 is missing: apt-get install postgresql-15, or name a server in PRESSROLL_TEST_PG";
/// Ports below those that a system hands out by itself, so that nobody takes one while its server is down.
const PORTS: std::ops::Range<u16> = 15_000..32_000;

/// What every server is told.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 250\n\
    shared_buffers = '64MB'\nlog_statement = 'none'\n";
/// What a server that may forget is told besides.
const FORGETFUL: &str = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n";

/// How a server is stopped.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// As by a crash: what was committed is recovered at the next start.
    Immediate,
    /// Connections are cut, then it ends in order.
    Fast,
}

/// A server of our own.
pub struct Server {
    folder: PathBuf,
    port: u16,
    _janitor: Janitor,
}

/// A database that was empty when it was given.
pub struct Database {
    url: Url,
    /// The database from which it is dropped at the end; our own servers take theirs with them.
    dropped_from: Option<Url>,
}

/// A fresh database on the server that all tests of this process share.
pub fn database() -> Database {
    enum Shared {
        Given(Url),
        Own(Server),
    }
    static SHARED: OnceLock<Shared> = OnceLock::new();
    let shared = SHARED.get_or_init(|| match std::env::var(GIVEN) {
        Ok(url) => Shared::Given(Url::parse(&url).unwrap()),
        Err(_) => Shared::Own(Server::launch(FORGETFUL)),
    });
    match shared {
        Shared::Given(server) => create(server, Some(server.clone())),
        Shared::Own(server) => server.database(),
    }
}

impl Server {
    /// Starts a server that keeps what it has acknowledged, also through a crash.
    pub fn start() -> Self {
        Self::launch("")
    }

    fn launch(settings: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("pressroll-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        if let Some((user, group)) = user() {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let stop = "\"$1\" -D \"$2/data\" -m immediate stop; rm -rf \"$2\"";
        let janitor = Janitor::hire(stop, &[program("pg_ctl").as_os_str(), folder.as_os_str()], user());
        let made = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"];
        run(&folder, "initdb", &[&["-D", "data"], made.as_slice()].concat());
        let port = free_port();
        let file = folder.join("data/postgresql.conf");
        let defaults = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{defaults}\n{SETTINGS}port = {port}\n{settings}")).unwrap();
        let server = Self { folder, port, _janitor: janitor };
        server.start_again();
        server
    }

    /// Starts it on the port and the data that it had before it was stopped, and waits until it answers.
    pub fn start_again(&self) {
        run(&self.folder, "pg_ctl", &["-D", "data", "-l", "log", "-w", "-t", "120", "start"]);
    }

    /// Stops it and waits until it has stopped.
    pub fn stop(&self, how: Stop) {
        let how = match how {
            Stop::Immediate => "immediate",
            Stop::Fast => "fast",
        };
        run(&self.folder, "pg_ctl", &["-D", "data", "-m", how, "-w", "-t", "120", "stop"]);
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where its data and its log are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A fresh database on it.
    pub fn database(&self) -> Database {
        let address = format!("postgres://postgres@{}/postgres", self.address());
        create(&Url::parse(&address).unwrap(), None)
    }
}

impl Database {
    /// Its address: `postgres://…`.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// What another program sees: the rows of one or several statements as text, NULL as an empty one.
    pub fn sql(&self, text: &str) -> Vec<Vec<String>> {
        sql(&self.url, text)
    }

    /// Asserts that nothing is kept twice, whatever was tried again.
    pub fn holds_each_once(&self) {
        let twice = "SELECT source_id, guid FROM entry GROUP BY source_id, guid HAVING COUNT(*) > 1 \
            UNION ALL SELECT public_id, '' FROM entry GROUP BY public_id HAVING COUNT(*) > 1";
        assert_eq!(self.sql(twice), Vec::<Vec<String>>::new());
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(server) = &self.dropped_from {
            let name = self.url.path().trim_start_matches('/');
            sql(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn create(server: &Url, dropped_from: Option<Url>) -> Database {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("pressroll_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    sql(server, &format!("CREATE DATABASE {name}"));
    let mut url = server.clone();
    url.set_path(&name);
    Database { url, dropped_from }
}

fn sql(url: &Url, text: &str) -> Vec<Vec<String>> {
    let (url, text) = (url.to_string(), text.to_owned());
    blocking(async move {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        let ask = async move {
            let answer = client.simple_query(&text).await;
            answer.unwrap_or_else(|error| panic!("{text}: {error:?}"))
        };
        let (_ended, messages) = tokio::join!(connection, ask);
        let rows = messages.into_iter().filter_map(|it| match it {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let read =
            |at: usize, row: &tokio_postgres::SimpleQueryRow| row.get(at).unwrap_or_default().to_owned();
        rows.map(|row| (0..row.len()).map(|at| read(at, &row)).collect()).collect()
    })
}

/// Waits for `work` on a thread of its own: the caller may be inside a runtime, which forbids waiting.
fn blocking<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let wait = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    std::thread::spawn(wait).join().unwrap()
}

/// Runs one of PostgreSQL's programs in `folder`, as somebody it agrees to run as.
fn run(folder: &Path, name: &str, arguments: &[&str]) {
    let mut command = Command::new(program(name));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null());
    if let Some((user, group)) = user() {
        command.uid(user).gid(group);
    }
    let output = command.output().unwrap();
    let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert!(output.status.success(), "{name} {arguments:?}: {output:?}\n{}", log());
}

/// Where a program is.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from(DEBIAN)).chain(std::env::split_paths(&path));
    folders.map(|it| it.join(name)).find(|it| it.is_file()).unwrap_or_else(|| panic!("{INSTALL}"))
}

/// User and group to run as, if not as ourselves: only root has to be somebody else.
fn user() -> Option<(u32, u32)> {
    let own = Command::new("id").arg("-u").output().unwrap();
    if own.stdout.trim_ascii() != b"0" {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let user = users.lines().find(|it| it.split(':').next() == Some(name))?;
        let mut ids = user.split(':').skip(2).map(|it| it.parse().unwrap());
        Some((ids.next()?, ids.next()?))
    };
    Some(find("postgres").or_else(|| find("nobody")).unwrap())
}

/// A port on which nobody listens: beginning at a place that depends on the process, so that two runs at once do not
/// look at the same ones.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let span = u32::from(PORTS.end - PORTS.start);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let at = (std::process::id().wrapping_mul(101) + step) % span;
        let port = PORTS.start + u16::try_from(at).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
