//! `[site]`, `[server]`, `[store]` and `[fetch]`: the settings of which there is one each.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use jiff::tz::TimeZone;
use url::Url;

use super::{
    complaint::Refusal,
    overrides::Overriding,
    place::{self, StorePlace},
    read::{Table, Value},
    suggest::quote,
    units::{self, DAY_S},
    values,
};
use crate::model::{Site, source::Network};

/// Longest interval between two polls that may be asked for, seconds.
pub(super) const INTERVAL_S_MAX: u64 = 30 * DAY_S;
/// Largest document that `body_max` may let in, in bytes.
pub const BODY_BYTES_MAX: u64 = 256 << 20;
/// Most links at the foot of a page.
const FOOTER_LINKS_MAX: usize = 20;
/// Most fetches at one time.
const CONCURRENCY_MAX: u64 = 512;
/// Most fetches of one host at one time.
const PER_HOST_MAX: u64 = 16;
/// Longest time-out of one fetch, seconds.
const TIMEOUT_S_MAX: u64 = 600;

/// Where and how readers are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The address to listen at; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Longest life of an edition in other people's caches, stale-while-revalidate included.
    pub cache_max: Duration,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

/// How publishers are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchSettings {
    /// Fetches at one time, over all hosts.
    pub concurrency: usize,
    /// Fetches at one time of one host: scheme, name and port.
    pub per_host: usize,
    /// Longest time one fetch may take, from connecting to the last byte.
    pub timeout: Duration,
    /// Largest document, in bytes after decompression.
    pub body_max: u64,
    /// Adaptive polling never asks again sooner.
    pub interval_min: Duration,
    /// Adaptive polling never waits longer.
    pub interval_max: Duration,
}

pub(super) fn server(mut table: Table<'_>) -> Server {
    let listen_default = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
    let listen = table.read("listen", socket).unwrap_or(listen_default);
    if let Some(value) = table.take("admin_listen")
        && value.read(socket).is_some()
    {
        value.not_used_yet();
    }
    let cache_max = table.read("cache_max", |it| units::duration(it, 0..=DAY_S));
    let trusted_proxies = table.each("trusted_proxies", values::network);
    table.close();
    Server { listen, cache_max: cache_max.unwrap_or(Duration::from_secs(60)), trusted_proxies }
}

fn socket(text: &str) -> Result<SocketAddr, Refusal> {
    text.parse().map_err(|_| {
        Refusal::new(format!("{} is not an address with a port", quote(text))).help(
            "write \"127.0.0.1:8080\" for this machine alone, \"0.0.0.0:8080\" or \"[::]:8080\" for everyone",
        )
    })
}

pub(super) fn site(mut table: Table<'_>, listen: SocketAddr) -> Site {
    let title = table.read("title", values::title).unwrap_or_else(|| "Press".to_owned());
    let public_url = table.read("public_url", values::public_address);
    let contact = table.take("contact");
    if contact.is_none() {
        let refusal = Refusal::new("[site] has no `contact`: publishers cannot tell who polls them").help(
            "contact = \"https://www.example.com/about\", or a mail address; it goes into the User-Agent",
        );
        table.notes.warn(&table.spot, refusal);
    }
    let contact = contact.and_then(|it| it.read(values::contact));
    let locale = table.read("locale", values::locale).unwrap_or_else(|| "en".to_owned());
    let time_zone = table.read("time_zone", values::time_zone).unwrap_or(TimeZone::UTC);
    let footer = footer(table.take("footer"));
    table.close();
    let public_url = public_url.unwrap_or_else(|| format!("http://{listen}"));
    Site { title, public_url, contact, locale, time_zone, footer }
}

fn footer(value: Option<Value<'_>>) -> Vec<(String, Url)> {
    let Some(value) = value else { return Vec::new() };
    let spot = value.spot.clone();
    let items = value.list();
    if let Some(first) = items.first().filter(|_| items.len() > FOOTER_LINKS_MAX) {
        let message = format!("a footer has at most {FOOTER_LINKS_MAX} links, this one has {}", items.len());
        first.refuse_at(&spot, Refusal::new(message));
    }
    let link = |item: Value<'_>| {
        let mut table = item.table("a link of the footer")?;
        let title = table.need("title", values::title);
        let url = table.need("url", values::web_address);
        table.close();
        Some((title?, url?))
    };
    items.into_iter().filter_map(link).collect()
}

pub(super) fn fetch(mut table: Table<'_>) -> FetchSettings {
    let count =
        |it: Option<u64>, default: usize| it.and_then(|it| usize::try_from(it).ok()).unwrap_or(default);
    let interval = |it: &str| units::duration(it, 1..=INTERVAL_S_MAX);
    let concurrency = count(table.number("concurrency", 1..=CONCURRENCY_MAX), 32);
    let per_host = count(table.number("per_host", 1..=PER_HOST_MAX), 1);
    let timeout = table.read("timeout", |it| units::duration(it, 1..=TIMEOUT_S_MAX));
    let body_max = table.read("body_max", |it| units::size(it, 1_024..=BODY_BYTES_MAX)).unwrap_or(8 << 20);
    let least = table.take("interval_min");
    let most = table.take("interval_max");
    let interval_min = least.as_ref().and_then(|it| it.read(interval)).unwrap_or(Duration::from_secs(5 * 60));
    let interval_max =
        most.as_ref().and_then(|it| it.read(interval)).unwrap_or(Duration::from_secs(6 * 3_600));
    if interval_min > interval_max
        && let Some(value) = most.as_ref().or(least.as_ref())
    {
        let (least, most) = (units::spoken(interval_min.as_secs()), units::spoken(interval_max.as_secs()));
        let message = format!("`interval_min` ({least}) is longer than `interval_max` ({most})");
        value.refuse(Refusal::new(message));
    }
    for key in ["proxy", "ca_file"] {
        if let Some(value) = table.take(key)
            && value.read(values::title).is_some()
        {
            value.not_used_yet();
        }
    }
    if let Some(value) = table.take("no_proxy") {
        value.not_used_yet();
        for host in value.list() {
            host.read(values::title);
        }
    }
    table.close();
    let timeout = timeout.unwrap_or(Duration::from_secs(30));
    FetchSettings { concurrency, per_host, timeout, body_max, interval_min, interval_max }
}

/// All four tables, read from `root` under the overrides.
pub(super) fn all<'a>(
    root: &mut Table<'a>,
    from: &'a Overriding<'a>,
    folder: PathBuf,
    state: Option<String>,
) -> (Site, Server, StorePlace, FetchSettings) {
    let server = server(root.settings("server", from));
    let site = site(root.settings("site", from), server.listen);
    let store = place::store(root.settings("store", from), folder, state, from.environment());
    let fetch = fetch(root.settings("fetch", from));
    (site, server, store, fetch)
}
