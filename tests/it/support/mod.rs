//! What several tests need: a scripted publisher, folders that clean up after themselves, and the real binary serving
//! on a loopback port.

#[cfg(feature = "suite-postgres")]
pub mod cutter;
pub mod janitor;
#[cfg(feature = "suite-postgres")]
pub mod postgres;
pub mod publisher;
pub mod shim;

use std::{
    future::Future,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

/// How long [`eventually`] waits before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The binary under test.
pub const PRESSROLL: &str = env!("CARGO_BIN_EXE_pressroll");

/// A folder of its own, removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("pressroll-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the binary in `folder` to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PRESSROLL).args(arguments).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Says a figure to whoever runs the tests: not by `println`, which the test runner keeps to itself.
pub fn say(line: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{line}").unwrap();
}

/// Asks again and again until the answer is there; a plain failure names what was waited for.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    within(PATIENCE, what, ask).await
}

/// The same with a patience of its own.
pub async fn within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < patience, "waited {patience:?} for {what}");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// What is done to the command of `serve` before it starts, such as to its environment.
type Dress = Box<dyn Fn(&mut Command) + Send + Sync>;

/// `pressroll serve` in a folder of its own, on a free port.
pub struct Site {
    pub folder: Folder,
    pub base: String,
    child: Child,
    dress: Dress,
    log: Arc<Mutex<String>>,
}

/// One answer as it came: nothing is decoded.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Site {
    /// Starts with this feeds.toml; `[server] listen` is given by flag.
    pub fn start(config: &str) -> Self {
        Self::start_in(Folder::new(), config, |_| ())
    }

    /// The same in a folder that is there already, with the command changed by `dress`, also when it starts again.
    pub fn start_in(
        folder: Folder,
        config: &str,
        dress: impl Fn(&mut Command) + Send + Sync + 'static,
    ) -> Self {
        folder.write("feeds.toml", config);
        let log = Arc::default();
        let (child, base) = serve(folder.path(), &dress, &log);
        Self { folder, base, child, dress: Box::new(dress), log }
    }

    /// Kills the process without warning, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The number of its process.
    #[cfg(feature = "suite-postgres")]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Starts again on the same folder, on another port.
    pub fn start_again(&mut self) {
        (self.child, self.base) = serve(self.folder.path(), &self.dress, &self.log);
    }

    /// What it has said on standard error after its first line, in all its lives.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends SIGTERM and waits for the end; gives the exit status.
    pub fn terminate(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Sends SIGHUP.
    pub fn hang_up(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    }

    /// Highest resident memory so far, KiB.
    pub fn memory_kib_max(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|it| it.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// GET with these header fields.
    pub async fn get(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.request(reqwest::Method::GET, path, fields).await
    }

    /// Any method.
    pub async fn request(&self, method: reqwest::Method, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = client().request(method, format!("{}{path}", self.base));
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// The body of a path as text; it must be there.
    pub async fn text(&self, path: &str) -> String {
        let answer = self.get(path, &[]).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// Waits until the body of `path` holds all of `words`.
    pub async fn text_with(&self, path: &str, words: &[&str]) -> String {
        eventually(&format!("{words:?} in {path}"), || async {
            let answer = self.get(path, &[]).await;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            (answer.status == 200 && words.iter().all(|it| text.contains(it))).then_some(text)
        })
        .await
    }

    /// Waits until `/readyz` says so.
    pub async fn ready(&self) {
        eventually("readiness", || async { (self.get("/readyz", &[]).await.status == 200).then_some(()) })
            .await;
    }

    /// The command line beside the running process, on the same folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), arguments)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _already_dead = self.child.kill();
        let _status = self.child.wait();
    }
}

fn serve(folder: &Path, dress: &dyn Fn(&mut Command), log: &Arc<Mutex<String>>) -> (Child, String) {
    let mut command = Command::new(PRESSROLL);
    command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(folder);
    dress(&mut command);
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut messages = BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    messages.read_line(&mut first).unwrap();
    let Some(base) = first.trim().strip_prefix("listening on ").map(str::to_owned) else {
        let mut rest = String::new();
        messages.read_to_string(&mut rest).unwrap();
        let _status = child.wait();
        panic!("serve did not start: {first}{rest}");
    };
    // The rest is read as it comes, so that the process never waits for a full pipe.
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in messages.lines().map_while(Result::ok) {
            log.lock().unwrap().extend([line.as_str(), "\n"]);
        }
    });
    (child, base)
}

/// A client that shows what is on the wire: no decoding, no redirects.
pub fn client() -> reqwest::Client {
    #[expect(clippy::disallowed_methods, reason = "a reader of ours, not the product's door to the outside")]
    let builder = reqwest::Client::builder();
    builder
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_backend_preconfigured(tls())
        .build()
        .unwrap()
}

/// No test speaks TLS; the client asks for a configuration all the same.
fn tls() -> rustls::ClientConfig {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
