//! `pressroll demo`: the demo's publishers, the real aggregator polling them over HTTP, and the page of a brand.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::{DOWN_PATH, Desk, Document, HostPage, Press, host_page};
use crate::{
    cli::{
        arguments::General,
        outcome::{Failure, Outcome},
        output,
        reload::{self, Works},
        serve, wall_clock,
        wiring::{House, Purpose},
    },
    config::{self, Overrides},
    model::Clock,
    render::embed,
    store::Schema,
    web::publisher::{self, Page},
};

/// Where the site listens, if that is free and nothing else is asked for.
const LISTEN: &str = "127.0.0.1:8080";
/// Where the brand's home page stands on the publishers' server.
const HOME_PATH: &str = "/";

/// Runs until SIGTERM, SIGINT or SIGHUP; the store it used goes with it.
pub async fn run(general: &General) -> Outcome {
    let mut hangups = reload::hangups()?;
    let (press_listener, press_address) = serve::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let wanted = general.listen.as_deref().unwrap_or(LISTEN).parse();
    let wanted =
        wanted.context("--listen takes an address such as 127.0.0.1:8081").map_err(Failure::usage)?;
    let (listener, address) = bind_site(wanted).await?;
    let folder = Folder::new()?;
    let origin = format!("http://{press_address}");
    let text = configuration(&origin, &nobody()?, &format!("http://{address}"));
    let loaded =
        config::parse(&folder.0.join("feeds.toml").display().to_string(), &text, &Overrides::default())
            .map_err(Failure::usage)?;
    let house = House::open(loaded.config, Purpose::Poll, Schema::Update).await?;
    let clock = wall_clock();
    let press = Press::new(&origin, clock()).map_err(Failure::usage)?;
    let home = home_page(&house, &origin)?;
    let shutdown = CancellationToken::new();
    let publishing = publisher::serve(press_listener, pages(press, home, clock), shutdown.clone());
    let works = Works::new(&house)?;
    let mut running = serve::start(&house, &works, listener, &shutdown);
    running.spawn(async move {
        if let Err(error) = publishing.await {
            output::tell(&format!("the demo's publishers ended: {error}"));
        }
        "the demo's publishers"
    });
    tell(&format!("http://{address}"), &origin)?;
    serve::log();
    let ended = tokio::select! {
        ended = serve::until_stopped(&mut running) => ended,
        // Its terminal was closed.
        _ = hangups.recv() => Ok(()),
    };
    serve::stop(running, &shutdown, &house).await;
    ended.map(|()| ExitCode::SUCCESS)
}

/// An address where nobody listens: the publisher that is down.
fn nobody() -> Result<String, Failure> {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|it| it.local_addr());
    let address =
        free.map_err(|error| Failure::network(anyhow::anyhow!("no port is free for the demo: {error}")))?;
    Ok(format!("http://{address}"))
}

/// The wanted port, or a free one where another program has it: a demo should never fail for that.
async fn bind_site(wanted: SocketAddr) -> Result<(tokio::net::TcpListener, SocketAddr), Failure> {
    match serve::bind(wanted).await {
        Ok(bound) => Ok(bound),
        Err(_) => serve::bind(SocketAddr::new(wanted.ip(), 0)).await,
    }
}

fn tell(site: &str, origin: &str) -> Result<(), Failure> {
    let rows = [
        ("A brand's home page with two widgets", format!("{origin}{HOME_PATH}")),
        ("All brands and groups", format!("{site}/")),
        ("The brand's hosted page", format!("{site}/brands/merwede")),
        ("A group of three companies and a wire", format!("{site}/groups/clean-energy")),
        ("Its widget as cards", format!("{site}/groups/clean-energy/widget?layout=cards")),
        ("Combined feed, RSS", format!("{site}/groups/clean-energy/feed.rss")),
        ("Combined feed, Atom", format!("{site}/groups/clean-energy/feed.atom")),
        ("Combined feed, JSON Feed", format!("{site}/groups/clean-energy/feed.json")),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(what, url)| vec![format!("  {what}"), url]).collect();
    output::print(&format!(
        "pressroll is running. Open in a browser:\n\n{}\n\nA new release goes out every half minute. Stop with Ctrl+C.",
        output::table(&rows)
    ))
}

/// The feeds.toml of the demo: six feeds, one that is down, three brands and a group.
fn configuration(origin: &str, down: &str, site: &str) -> String {
    let mut text = format!(
        "version = 1\n[site]\ntitle = \"Press demo\"\npublic_url = \"{site}\"\ncontact = \"{site}/\"\n\
         time_zone = \"Europe/Amsterdam\"\n"
    );
    let source = |id: &str, path: &str, more: &str| {
        format!(
            "[[source]]\nid = \"{id}\"\nurl = \"{origin}{path}\"\nevery = \"5s\"\n\
             allow_networks = [\"127.0.0.0/8\"]\nimage_networks = [\"127.0.0.0/8\"]\ntags = [\"energy\"]\n{more}"
        )
    };
    for desk in Desk::ALL {
        let more = if desk == Desk::Wire { "kind = \"wire\"\n" } else { "" };
        text.push_str(&source(desk.name(), desk.feed_path(), more));
    }
    text.push_str(&source("quay-nine", DOWN_PATH, "title = \"Quay Nine\"\n").replacen(origin, down, 1));
    text.push_str(PUBLICATIONS);
    text
}

const PUBLICATIONS: &str = include_str!("publications.toml");

fn home_page(house: &House, origin: &str) -> Result<String, Failure> {
    let site = &house.config.site;
    let snippet = |slug: &str, query: &str| {
        let found = house.config.publications.iter().find(|it| it.path.to_string() == slug);
        let iframe = found.map(|it| embed::snippets(site, it).iframe).unwrap_or_default();
        iframe.replacen("/widget\"", &format!("/widget?{query}\""), 1)
    };
    let page = HostPage {
        list_snippet: &snippet("brands/merwede", "count=4&amp;lang=en"),
        cards_snippet: &snippet("groups/clean-energy", "layout=cards&amp;count=4"),
        releases_url: &site.address("/brands/merwede"),
        subscribe_url: &site.address("/brands/merwede/subscribe"),
        hero_url: &format!("{origin}/images/windfarm.jpg"),
    };
    host_page(&page).map_err(Failure::usage)
}

/// What the publishers' server answers at each path.
fn pages(press: Press, home: String, clock: Clock) -> publisher::Pages {
    let html = |body: String| Page { content_type: "text/html; charset=utf-8".to_owned(), body: body.into() };
    Arc::new(move |path| {
        let now = clock();
        if path == HOME_PATH {
            return Some(html(home.clone()));
        }
        if let Some(desk) = Desk::from_feed_path(path) {
            let Document { content_type, body, .. } = press.document(desk, now).ok()?;
            return Some(Page { content_type: content_type.to_owned(), body: body.into() });
        }
        if let Some(name) = path.strip_prefix("/images/").and_then(|it| it.strip_suffix(".jpg")) {
            let body = super::image(name)?.to_vec();
            return Some(Page { content_type: "image/jpeg".to_owned(), body });
        }
        press.article(path, now).ok().flatten().map(html)
    })
}

/// The temporary store's folder.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("pressroll-demo-{}", std::process::id()));
        let made = std::fs::create_dir_all(&path);
        made.map_err(|error| {
            Failure::store(anyhow::anyhow!("{} cannot be made for the demo's store: {error}", path.display()))
        })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for temporary files, which it clears itself.
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}
