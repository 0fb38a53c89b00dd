//! `pressroll discover URL`: the feeds that a site offers, tried and ranked. `init` and `add` look in the same way.

mod search;

use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::{Value, json};
use url::Url;

use super::{
    arguments::{Discover, General},
    outcome::{FINDINGS, Failure, Outcome},
    output, wall_clock, wiring,
};
use crate::{
    config::Config,
    model::{source::Network, time::timestamp},
};

pub use search::{Effort, Findings, Found};

/// Longest title in a table, characters.
const TITLE_CHARS_MAX: usize = 50;
/// How the address of a mail box begins.
const MAILTO: &str = "mailto:";

/// Status 0 if there is at least one feed, 1 if there is none, 3 if the address cannot be reached.
pub async fn run(general: &General, options: &Discover) -> Outcome {
    let config = wiring::load_or_default(general)?.config;
    let start = address(&options.url)?;
    let networks = networks(&options.allow_network)?;
    let findings = search(&config, &start, &networks, Effort::Everything).await?;
    if general.json {
        output::print(&object(&start, &findings).to_string())?;
    } else if !findings.feeds.is_empty() {
        output::print(&table(&findings.feeds))?;
    }
    if findings.feeds.is_empty() {
        output::tell(&nothing(&findings));
        return Ok(ExitCode::from(FINDINGS));
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks for the feeds of a site.
pub async fn search(
    config: &Config,
    start: &Url,
    networks: &[Network],
    effort: Effort,
) -> Result<Findings, Failure> {
    let fetcher = wiring::fetcher(config, &wall_clock(), wiring::limits(config))?;
    search::Search::new(&fetcher, start.clone(), networks).run(effort).await
}

/// An address as people write it: without a scheme it is one of https.
pub fn address(text: &str) -> Result<Url, Failure> {
    let is_mail = |it: &str| it.contains('@') && !it.contains(['/', ':']);
    let bare = text.get(..MAILTO.len()).filter(|it| it.eq_ignore_ascii_case(MAILTO));
    if bare.is_some() || is_mail(text) {
        let what = "this is a mail address: give the address of a site, of a page, or of a feed";
        return Err(Failure::usage(anyhow::anyhow!(what)));
    }
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).with_context(|| format!("“{text}” is not an address"));
    let url = url.map_err(Failure::usage)?;
    if !url.username().is_empty() || url.password().is_some() {
        let what = "an address may not hold a user name or password: a source sends them as `headers`";
        return Err(Failure::usage(anyhow::anyhow!(what)));
    }
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(Failure::usage(anyhow::anyhow!("“{text}” is neither http nor https")));
    }
    Ok(url)
}

/// The private networks that the operator opens.
pub fn networks(allowed: &[String]) -> Result<Vec<Network>, Failure> {
    let read = |it: &String| {
        Network::parse(it).with_context(|| format!("“{it}” is not a network such as 10.1.0.0/16"))
    };
    allowed.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(Failure::usage)
}

/// What is said where nothing was found.
pub fn nothing(findings: &Findings) -> String {
    if let Some((page, why)) = findings.dropped.iter().find(|(it, _)| *it == findings.page) {
        return format!(
            "{page} answers, but {why}: give the address of a page that is there, or the feed's own"
        );
    }
    let many = findings.requests.saturating_sub(1);
    format!(
        "{} offers no feed that can be read: its links and the usual places were tried ({many} addresses). \
         Give the feed's own address, or a page that lists the site's feeds; --json says why each was dropped",
        findings.page
    )
}

fn table(feeds: &[Found]) -> String {
    let head =
        ["address", "title", "entries", "newest", "format", "language", ""].map(str::to_owned).to_vec();
    let rows = feeds.iter().map(|it| {
        let newest = it.newest_ms.map(|ms| timestamp(ms).strftime("%Y-%m-%d").to_string());
        vec![
            it.url.to_string(),
            short(&it.title),
            it.entries.to_string(),
            newest.unwrap_or_else(|| "–".to_owned()),
            it.format.to_owned(),
            it.language.clone().unwrap_or_else(|| "–".to_owned()),
            it.clue.as_str().to_owned(),
        ]
    });
    output::table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

fn short(title: &str) -> String {
    let mut short: String = title.chars().take(TITLE_CHARS_MAX).collect();
    if title.chars().nth(TITLE_CHARS_MAX).is_some() {
        short.push('…');
    }
    short
}

fn object(start: &Url, findings: &Findings) -> Value {
    let dropped = dropped(findings);
    json!({ "url": start.as_str(), "page": findings.page.as_str(), "requests": findings.requests,
            "feeds": findings.feeds.iter().map(feed).collect::<Vec<_>>(), "dropped": dropped })
}

/// Candidates that are no feeds, and why, as objects.
pub fn dropped(findings: &Findings) -> Vec<Value> {
    findings.dropped.iter().map(|(url, why)| json!({ "url": url.as_str(), "why": why })).collect()
}

/// One feed as an object.
pub fn feed(found: &Found) -> Value {
    json!({ "url": found.url.as_str(), "title": found.title, "format": found.format, "entries": found.entries,
            "newest": found.newest_ms.map(|it| timestamp(it).to_string()), "language": found.language,
            "clue": found.clue.as_str() })
}
