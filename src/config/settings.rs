//! `[site]` and `[server]`, and all four tables of which there is one each.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use jiff::tz::TimeZone;
use url::Url;

use super::{
    complaint::Refusal,
    fetching::{self, FetchSettings},
    overrides::Overriding,
    place::{self, StorePlace},
    read::{Table, Value},
    suggest::quote,
    units::{self, DAY_S},
    values,
};
use crate::model::{Site, source::Network};

/// Most links at the foot of a page.
const FOOTER_LINKS_MAX: usize = 20;

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

/// All four tables, read from `root` under the overrides.
pub(super) fn all<'a>(
    root: &mut Table<'a>,
    from: &'a Overriding<'a>,
    folder: PathBuf,
    state: Option<String>,
) -> (Site, Server, StorePlace, FetchSettings) {
    let server = server(root.settings("server", from));
    let site = site(root.settings("site", from), server.listen);
    let fetch = fetching::fetch(root.settings("fetch", from), &folder, from.environment());
    let store = place::store(root.settings("store", from), folder, state, from.environment());
    (site, server, store, fetch)
}
