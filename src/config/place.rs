//! `[store]`: where entries are kept, and for how long.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    complaint::Refusal,
    overrides::{Environment, Said, may_hold_password, referenced},
    read::Table,
    suggest::{did_you_mean, listing, quote},
    units::{self, DAY_S, YEAR_S},
    values,
};

/// Where entries are kept where nothing is said.
const URL_DEFAULT: &str = "sqlite:pressroll.db";
/// Longest address, in bytes.
const URL_BYTES_MAX: usize = 2_000;
/// Longest word that is quoted as a parameter, in bytes: the names of PostgreSQL's own are shorter.
const PARAMETER_BYTES_MAX: usize = 40;
/// Most entries that `keep_entries_max` may ask to keep.
const KEEP_ENTRIES_MAX: u64 = 1_000_000_000;
/// The folder of images where none is named.
const MEDIA: &str = "media";
/// How much of the disk images may take where nothing is said, bytes.
const MEDIA_BYTES: u64 = 2 << 30;
/// The least and the most that can be said.
const MEDIA_BYTES_MIN: u64 = 1 << 20;
/// See [`MEDIA_BYTES_MIN`].
const MEDIA_BYTES_MAX: u64 = 1 << 50;
/// Longest time that reaching a server may take, seconds.
const CONNECT_S_MAX: u64 = 600;

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
const PARAMETERS: [&str; 6] =
    ["sslmode", "sslrootcert", "host", "application_name", "connect_timeout", "target_session_attrs"];
const TLS_MODES: [&str; 5] = ["disable", "prefer", "require", "verify-ca", "verify-full"];
/// A store that cannot be written is none, so that a server which only reads is never asked for.
const SESSIONS: [&str; 2] = ["any", "read-write"];

const EXAMPLES: &str =
    "write \"sqlite:\" and the path of a file, or \"postgres://user@host/database\" for a server";

/// Where entries are kept, and for how long.
#[derive(Clone, PartialEq, Eq)]
pub struct StorePlace {
    /// `sqlite:` and a path, or `postgres://user:password@host:port/database?sslmode=…`. It may hold a password:
    /// [`StorePlace::shown`] is what may be seen of it.
    pub url: String,
    /// The folder that paths in `url` start from: `STATE_DIRECTORY` where that is set, else the configuration's own.
    pub base: PathBuf,
    /// How long an entry is kept that no document lists any more; for ever where nothing is said.
    pub keep: Option<Duration>,
    /// How many entries of one source are kept, the newest.
    pub keep_entries_max: Option<usize>,
    /// The folder of images, if it is named: see [`StorePlace::media_folder`].
    pub media: Option<PathBuf>,
    /// How much of the disk images may take, bytes.
    pub media_max: u64,
}

impl StorePlace {
    /// The address without its password and parameters, for people to read.
    pub fn shown(&self) -> String {
        shown(&self.url)
    }

    /// The file of a store that is one.
    pub fn file(&self) -> Option<PathBuf> {
        let path = self.url.strip_prefix("sqlite:")?;
        Some(self.base.join(path.strip_prefix("//").unwrap_or(path)))
    }

    /// Where this node keeps images: in the folder that is named, else in one called `media` beside the store's file, or in
    /// the folder that paths start from.
    pub fn media_folder(&self) -> PathBuf {
        let named = self.media.as_ref().map(|it| self.base.join(it));
        let beside = || self.file().map_or_else(|| self.base.join(MEDIA), |it| it.with_file_name(MEDIA));
        named.unwrap_or_else(beside)
    }
}

impl fmt::Debug for StorePlace {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("StorePlace")
            .field("url", &self.shown())
            .field("base", &self.base)
            .field("keep", &self.keep)
            .field("keep_entries_max", &self.keep_entries_max)
            .field("media", &self.media)
            .field("media_max", &self.media_max)
            .finish()
    }
}

/// The address of a store without its password and parameters.
pub fn shown(url: &str) -> String {
    let Some((scheme, server)) = url.split_once("://").filter(|_| !url.starts_with("sqlite:")) else {
        return url.to_owned();
    };
    let (server, _) = server.split_once('?').unwrap_or((server, ""));
    let (person, host) = server.rsplit_once('@').unwrap_or(("", server));
    let user = person.split(':').next().filter(|it| !it.is_empty());
    user.map_or_else(|| format!("{scheme}://{host}"), |it| format!("{scheme}://{it}@{host}"))
}

pub(super) fn store(
    mut table: Table<'_>,
    folder: PathBuf,
    state: Option<String>,
    environment: &Environment,
) -> StorePlace {
    let url = table.take("url").and_then(|value| {
        let (spot, said) = (&value.spot, value.said());
        let address = value.read(|text| {
            if may_hold_password(text) {
                spot.file.hide(&spot.span);
            }
            match referenced(text, &folder, environment)? {
                Some(secret) => Ok(Address { has_open_password: false, ..address(&secret)? }),
                None => address(text),
            }
        })?;
        if address.has_open_password
            && let Some(warning) = open_password(said)
        {
            value.warn(warning);
        }
        Some(address.url)
    });
    let keep = table.read("keep", |it| units::duration(it, DAY_S..=100 * YEAR_S));
    let keep_entries_max = table.count("keep_entries_max", 1..=KEEP_ENTRIES_MAX);
    let media = table.read("media", |it| values::title(it).map(PathBuf::from));
    let media_max = table.read("media_max", |it| units::size(it, MEDIA_BYTES_MIN..=MEDIA_BYTES_MAX));
    table.close();
    // systemd lists several folders with colons between them; the first is ours.
    let state = state.and_then(|it| it.split(':').next().map(PathBuf::from));
    StorePlace {
        url: url.unwrap_or_else(|| URL_DEFAULT.to_owned()),
        base: state.filter(|it| !it.as_os_str().is_empty()).unwrap_or(folder),
        keep,
        keep_entries_max,
        media,
        media_max: media_max.unwrap_or(MEDIA_BYTES),
    }
}

/// An address that was given by itself, as `[store] url` would be read: `env:NAME` and `file:PATH` are followed, paths
/// start from `folder`. The error is a sentence, and never shows the address.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn store_url(text: &str, folder: &Path, environment: &Environment) -> Result<String, String> {
    let read = || match referenced(text, folder, environment)? {
        Some(secret) => address(&secret),
        None => address(text),
    };
    read().map(|it| it.url).map_err(|Refusal { message, help, .. }| match help {
        Some(help) => format!("{message}: {help}"),
        None => message,
    })
}

/// Whoever reads the file, or lists the processes, reads the password.
fn open_password(said: Said) -> Option<Refusal> {
    let message = match said {
        Said::InTheFile => "the password of the store stands in this file",
        Said::OnTheCommandLine => "the password of the store stands in the list of processes",
        Said::InTheEnvironment => return None,
    };
    Some(Refusal::new(message).help(
        "give the address in PRESSROLL_STORE_URL, or in a file that PRESSROLL_STORE_URL_FILE names, or write \
         url = \"env:NAME\" or \"file:/run/secrets/NAME\"",
    ))
}

/// An address that can be opened, as far as reading it tells.
#[derive(Debug)]
struct Address {
    url: String,
    /// A password stands in it.
    has_open_password: bool,
}

/// Checks the address of a store. No refusal quotes it: a slip in it may put the password anywhere.
fn address(text: &str) -> Result<Address, Refusal> {
    let refuse = |message: &str| Err(Refusal::new(message).help(EXAMPLES));
    if text.len() > URL_BYTES_MAX {
        return refuse(&format!("the address of a store has at most {URL_BYTES_MAX} bytes"));
    }
    if let Some(server) = SCHEMES.iter().find_map(|it| text.strip_prefix(it)) {
        // Of an address that is wrong nobody can say where its password stands.
        let checked = check_server(server).map_err(|it| Refusal { secret: true, ..it });
        return Ok(Address { url: text.to_owned(), has_open_password: checked? });
    }
    match text.split_once(':') {
        Some(("sqlite", path)) if path.trim().is_empty() => refuse("this store names no file"),
        Some(("sqlite", path)) if path.contains('\0') => refuse("a path cannot hold a zero byte"),
        Some(("sqlite", _)) => Ok(Address { url: text.to_owned(), has_open_password: false }),
        Some(("postgres" | "postgresql", _)) => refuse("this address has no “//” after its scheme"),
        _ => refuse("this is not the address of a store"),
    }
}

/// Checks what follows `postgres://`; whether a password stands in it.
fn check_server(text: &str) -> Result<bool, Refusal> {
    let refuse = |message: &str| Refusal::new(message).help(EXAMPLES);
    if text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Err(refuse("an address holds no spaces and no line breaks"));
    }
    let (place, parameters) = text.split_once('?').unwrap_or((text, ""));
    let (server, database) = place.split_once('/').unwrap_or((place, ""));
    let (person, hosts) = server.rsplit_once('@').unwrap_or(("", server));
    if text.contains('#') || text.matches('@').count() > server.matches('@').count().min(1) {
        return Err(Refusal::new("this address cannot be taken apart")
            .help("in a password, “@” is written %40, “:” %3A, “/” %2F, “?” %3F, “#” %23 and “%” %25"));
    }
    let socket = parameters_of(parameters)?;
    match (hosts, socket) {
        ("", false) => {
            let refusal = refuse("this store names no host");
            return Err(refusal.help("write \"postgres://user@host/database\"; a socket's folder is named as in \"postgres:///database?host=/var/run/postgresql\""));
        }
        ("", true) => {}
        (_, true) => {
            return Err(refuse("this store names its host twice: before the database and as `host`"));
        }
        (hosts, false) if !hosts.split(',').all(is_host) => {
            return Err(refuse("the host of this store is not a name or address, with a port or without"));
        }
        (_, false) => {}
    }
    match database {
        "" => Err(refuse("this store names no database")),
        it if it.contains('/') => Err(refuse("one database is named after the host, and nothing behind it")),
        _ => Ok(person.split_once(':').is_some_and(|(_, password)| !password.is_empty())),
    }
}

/// A name or address with or without a port: `db`, `10.0.0.1:5432`, `[::1]:5432`.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((inside, "")) => (inside, None),
        Some((inside, after)) => match after.strip_prefix(':') {
            Some(port) => (inside, Some(port)),
            None => return false,
        },
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    let is_port = |it: &str| it.parse::<u16>().is_ok_and(|it| it > 0);
    !name.is_empty() && !name.contains(['[', ']']) && port.is_none_or(is_port)
}

/// Checks the parameters; whether one of them names the host.
fn parameters_of(text: &str) -> Result<bool, Refusal> {
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        if !PARAMETERS.contains(&name.as_ref()) {
            return Err(unknown_parameter(&name));
        }
        if seen.iter().any(|it| *it == name) {
            return Err(Refusal::new(format!("`{name}` is set twice in the address of the store")));
        }
        let one_of = |allowed: &[&str]| {
            if allowed.contains(&value.as_ref()) {
                return Ok(());
            }
            let words = || allowed.iter().copied();
            let message = format!("`{name}` is none of the words allowed here: {}", listing(words()));
            Err(Refusal::new(message).maybe_help(did_you_mean(&value, words())))
        };
        match name.as_ref() {
            "sslmode" => one_of(&TLS_MODES)?,
            "target_session_attrs" => one_of(&SESSIONS)?,
            "connect_timeout" if !value.parse().is_ok_and(|it: u64| (1..=CONNECT_S_MAX).contains(&it)) => {
                let message = format!("`connect_timeout` must be whole seconds from 1 to {CONNECT_S_MAX}");
                return Err(Refusal::new(message));
            }
            "host" if !value.starts_with('/') => {
                return Err(Refusal::new("`host` names the folder of a socket, with a full path").help(
                    "a server on the network stands before the database: \"postgres://user@host/database\"",
                ));
            }
            "sslrootcert" if !value.starts_with('/') => {
                return Err(Refusal::new("`sslrootcert` names a file of certificates, with a full path"));
            }
            _ if value.is_empty() || value.contains('\0') => {
                return Err(Refusal::new(format!("`{name}` is empty in the address of the store")));
            }
            _ => {}
        }
        seen.push(name.into_owned());
    }
    Ok(seen.iter().any(|it| it == "host"))
}

/// A name is quoted only where it looks like one: a slip may have put a password there.
fn unknown_parameter(name: &str) -> Refusal {
    let known = || PARAMETERS.iter().copied();
    let is_word = |it: &str| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
    let allowed = format!("known here: {}", PARAMETERS.join(", "));
    if name == "password" || name == "user" {
        return Refusal::new(format!(
            "`{name}` stands before the host of the store, not behind the database"
        ))
        .help("write \"postgres://user:password@host/database\"");
    }
    match did_you_mean(name, known()) {
        Some(help) if is_word(name) => {
            Refusal::new(format!("{} is not known in the address of a store", quote(name))).help(help)
        }
        _ if is_word(name) && !name.is_empty() && name.len() <= PARAMETER_BYTES_MAX => {
            Refusal::new(format!("{} is not known in the address of a store", quote(name))).help(allowed)
        }
        _ => Refusal::new("a parameter is not known in the address of a store").help(allowed),
    }
}
