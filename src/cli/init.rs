//! `pressroll init [URL]`: writes a commented feeds.toml; with an address, made of the best feed found there.

use std::{fs::OpenOptions, io::Write as _, process::ExitCode};

use anyhow::Context as _;

use super::{
    arguments::{General, Init},
    discover::{self, Effort},
    outcome::{Failure, Outcome},
    output, wiring,
};
use crate::config;

/// Never overwrites a file.
pub async fn run(general: &General, options: &Init) -> Outcome {
    let path = &general.config;
    if path.exists() {
        let error = anyhow::anyhow!(
            "{} is already there: move it away, or name another with --config; `pressroll add URL` adds to it",
            path.display()
        );
        return Err(Failure::usage(error));
    }
    let found = match &options.url {
        Some(url) => Some(find(general, url, &options.allow_network).await?),
        None => None,
    };
    let networks = found.as_ref().map(|it| it.2.as_slice()).unwrap_or_default();
    let feed = found.as_ref().map(|(url, title, _)| (url.as_str(), title.as_str()));
    let text = config::starter(feed, networks);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut it| it.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", path.display())).map_err(Failure::usage)?;
    output::print(&format!("wrote {}; now run: pressroll serve", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Address and title of the best feed, and the networks that it lies in.
async fn find(
    general: &General,
    url: &str,
    allowed: &[String],
) -> Result<(String, String, Vec<String>), Failure> {
    let config = wiring::load_or_default(general)?.config;
    let networks = discover::networks(allowed)?;
    let findings = discover::search(&config, &discover::address(url)?, &networks, Effort::Enough).await?;
    let Some(best) = findings.feeds.first() else {
        return Err(Failure::network(anyhow::anyhow!(discover::nothing(&findings))));
    };
    if findings.feeds.len() > 1 {
        output::tell(&format!("took {}; `pressroll discover {url}` lists all", best.url));
    }
    let networks = best.networks.iter().map(ToString::to_string).collect();
    Ok((best.url.to_string(), best.title.clone(), networks))
}
