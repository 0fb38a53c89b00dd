//! `pressroll init [URL]`: writes a commented feeds.toml; with an address, made of the feed found there.

use std::{fs::OpenOptions, io::Write as _, process::ExitCode, sync::Arc};

use anyhow::Context as _;
use url::Url;

use super::{
    arguments::{General, Init},
    outcome::{Failure, Outcome},
    output, wall_clock, wiring,
};
use crate::{
    config,
    fetch::{self, Fetched, Fetcher, Reply},
    ingest,
    model::{
        Document, PollState, Source, SourceId, SourceKind,
        source::{FutureDates, Network},
    },
    parse, sanitize,
};

/// Most feeds of a page that are tried.
const TRIED_MAX: usize = 5;

/// Never overwrites a file.
pub async fn run(general: &General, options: &Init) -> Outcome {
    let path = &general.config;
    if path.exists() {
        let error = anyhow::anyhow!(
            "{} is already there: move it away, or name another with --config",
            path.display()
        );
        return Err(Failure::usage(error));
    }
    let found = match &options.url {
        Some(url) => Some(find(url, &options.allow_network).await?),
        None => None,
    };
    let text = config::starter(
        found.as_ref().map(|(url, title)| (url.as_str(), title.as_str())),
        &options.allow_network,
    );
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut it| it.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", path.display())).map_err(Failure::usage)?;
    output::print(&format!("wrote {}; now run: pressroll serve", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The feed at an address, or the first that reads well of those its page names.
async fn find(url: &str, allowed: &[String]) -> Result<(String, String), Failure> {
    let with_scheme = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let url = Url::parse(&with_scheme)
        .with_context(|| format!("“{url}” is not an address"))
        .map_err(Failure::usage)?;
    let networks = allowed
        .iter()
        .map(|it| Network::parse(it).with_context(|| format!("“{it}” is not a network such as 10.1.0.0/16")));
    let networks = networks.collect::<Result<Vec<_>, _>>().map_err(Failure::usage)?;
    let settings = fetch::Settings {
        user_agent: wiring::user_agent(None),
        reader_version: ingest::READER_VERSION,
        limits: fetch::Limits::default(),
    };
    let fetcher = Fetcher::new(settings, wall_clock()).map_err(Failure::network)?;
    let page = get(&fetcher, &url, &networks).await?;
    if let Some(title) = title(&page) {
        return Ok((page.final_url.to_string(), title));
    }
    let offered = parse::discover::feeds(&page.bytes, page.content_type.as_deref(), &page.final_url);
    for feed in offered.iter().take(TRIED_MAX) {
        if let Ok(reply) = get(&fetcher, feed, &networks).await
            && let Some(title) = title(&reply)
        {
            return Ok((feed.to_string(), title));
        }
    }
    let error = anyhow::anyhow!(
        "{url} is not a feed and its page names none that can be read: give the feed's own address"
    );
    Err(Failure::network(error))
}

async fn get(fetcher: &Fetcher, url: &Url, networks: &[Network]) -> Result<Reply, Failure> {
    let source = Arc::new(probe(url.clone(), networks.to_vec())?);
    match fetcher.fetch(&source, &PollState::default()).await {
        Ok(Fetched::Fresh(reply)) => Ok(reply),
        Ok(_) => Err(Failure::network(anyhow::anyhow!("{url} answered with nothing to read"))),
        Err(error) => {
            Err(Failure::network(anyhow::Error::new(error).context(format!("{url} could not be fetched"))))
        }
    }
}

fn title(reply: &Reply) -> Option<String> {
    let document = Document {
        bytes: &reply.bytes,
        content_type: reply.content_type.as_deref(),
        base: Some(&reply.final_url),
    };
    let feed = parse::feed(&document).ok()?;
    let title = feed.title.as_deref().map(|it| sanitize::text(it).to_string()).filter(|it| !it.is_empty());
    Some(title.unwrap_or_else(|| reply.final_url.host_str().unwrap_or_default().to_owned()))
}

/// A source for one look at an address.
fn probe(url: Url, allow_networks: Vec<Network>) -> Result<Source, Failure> {
    let kind = SourceKind::Press;
    Ok(Source {
        id: SourceId::new("init").map_err(Failure::usage)?,
        formerly: Vec::new(),
        path: None,
        url,
        title: None,
        kind,
        language: None,
        tags: Vec::new(),
        priority: kind.priority(),
        every: None,
        republish: kind.republish(),
        dates: FutureDates::Clamp,
        headers: Vec::new(),
        allow_networks,
        enabled: true,
        subscribers: 1,
    })
}
